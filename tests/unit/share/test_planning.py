"""Plans: what they list, which forms they offer, and that what they offer can be made."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.paths import shared
from tests.unit.share.holder import CREATED, EXPIRES, PAGE, OneKey
from tests.world import World
from wallet import formats, share
from wallet.errors import Code, LinkError
from wallet.formats import vc_jwt
from wallet.model import Credential, Presentation
from wallet.share import Form, SharePlan, leaving, link, planning, qr

CORPUS = shared("corpus")


def some(name: str, *numbers: int) -> list[Credential]:
    lines = (CORPUS / name).read_bytes().splitlines()
    found = [formats.read(lines[number]) for number in numbers]
    assert all(isinstance(one, Credential) for one in found)
    return found  # type: ignore[return-value]


def planned(keys: OneKey, credentials: list[Credential], **changes: Any) -> SharePlan:
    said: dict[str, Any] = {
        "holder": keys.did,
        "keys": keys,
        "page": PAGE,
        "for_whom": "Harbor Hospital HR",
        "for_what": "Nursing Assistant, req 4471",
        "created": CREATED,
        "expires": EXPIRES,
    }
    return share.plan(credentials, **{**said, **changes})


ONE = some("eddsa-rdfc-2022.jsonl", 1)
_WORLD = World()
BADGE_2 = formats.read(_WORLD.assertion(_WORLD.badge_issuer("Guild"), signed=True))
V1 = next(
    c for c in some("ed25519signature2020.jsonl", *range(30)) if "2018" in c.claims["@context"][0]
)


def test_a_plan_says_for_whom_for_what_and_until_when(keys: OneKey) -> None:
    plan = planned(keys, ONE, audience="hr@harbor.example")
    assert plan.name == "For Harbor Hospital HR, Nursing Assistant, req 4471"
    assert (plan.for_whom, plan.for_what) == ("Harbor Hospital HR", "Nursing Assistant, req 4471")
    assert (plan.created, plan.expires) == (CREATED, EXPIRES)
    assert plan.audience == "mailto:hr@harbor.example"
    assert plan.holder == keys.did
    assert plan.page == PAGE
    assert plan.credentials == tuple(ONE)
    assert plan.pieces == (tuple(ONE),)
    assert plan.parts() == (plan,)


def test_an_address_given_as_the_recipient_is_the_audience(keys: OneKey) -> None:
    assert planned(keys, ONE, for_whom="hr@harbor.example").audience == "mailto:hr@harbor.example"
    assert planned(keys, ONE, for_whom="Harbor Hospital").audience is None
    assert planned(keys, ONE, audience=" ").audience is None


@pytest.mark.parametrize(
    ("credentials", "changes", "code"),
    [
        ([], {}, Code.NOTHING_TO_SHARE),
        (ONE, {"for_whom": " \n"}, Code.AUDIENCE_MISSING),
        (ONE, {"audience": "nobody at all"}, Code.AUDIENCE_BAD),
        (ONE, {"expires": CREATED}, Code.END_NOT_IN_FUTURE),
        (ONE, {"expires": CREATED - timedelta(seconds=1)}, Code.END_NOT_IN_FUTURE),
        (ONE, {"page": "http://verify.example.org"}, Code.PAGE_ADDRESS_BAD),
        ([BADGE_2], {}, Code.CANNOT_PRESENT_OLDER),
        ([*ONE, BADGE_2], {}, Code.CANNOT_PRESENT_OLDER),
        (ONE, {"shown": {ONE[0].id: frozenset({"/name"})}}, Code.NO_SUCH_PART),
    ],
)
def test_refusals(
    keys: OneKey, credentials: list[Credential], changes: dict[str, Any], code: Code
) -> None:
    with pytest.raises(LinkError) as caught:
        planned(keys, credentials, **changes)
    assert caught.value.code is code


def leaves_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in leaves_of(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in leaves_of(inner)]
    return [value if isinstance(value, str) else json.dumps(value)]


@pytest.mark.parametrize("number", range(1, 20, 3))
def test_every_claim_that_leaves_is_listed(keys: OneKey, number: int) -> None:
    (credential,) = some("eddsa-rdfc-2022.jsonl", number)
    (listed,) = planned(keys, [credential]).leaving
    assert listed.credential_id == credential.id
    assert listed.complete
    assert listed.size == len(credential.raw)
    said = leaves_of(json.loads(credential.raw))
    assert [line.size for line in listed.lines] == [len(text) for text in said]
    for line, text in zip(listed.lines, said, strict=True):
        assert line.text == text or (len(text) > 500 and text.startswith(line.text[:-1]))
    labels = {line.label: line for line in listed.lines}
    assert labels["credential subject › achievement › name"].technical is False
    assert labels["proof › proof value"].technical is True


def test_a_tokens_own_claims_are_listed_too(keys: OneKey) -> None:
    (credential,) = some("vc-jwt.jsonl", 0)
    payload = vc_jwt.parse(credential.raw).payload
    texts = {line.text for line in planned(keys, [credential]).leaving[0].lines}
    short = {text for text in leaves_of(payload) if len(text) <= leaving.MAX_TEXT_CHARS}
    assert short <= texts


def test_labels_number_what_repeats() -> None:
    credential = replace(
        ONE[0], claims={"credentialSubject": [{"skillName": ["a", "b"]}, {"skillName": ["c"]}]}
    )
    assert [(line.label, line.text) for line in leaving.of(credential).lines] == [
        ("credential subject 1 › skill name 1", "a"),
        ("credential subject 1 › skill name 2", "b"),
        ("credential subject 2 › skill name", "c"),
    ]


def test_a_flood_of_claims_is_cut_and_says_so() -> None:
    credential = replace(ONE[0], claims={"tag": ["x"] * (leaving.MAX_LINES + 1)})
    listed = leaving.of(credential)
    assert len(listed.lines) == leaving.MAX_LINES
    assert not listed.complete


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("count", [1, 2, 4, 12, 26])
def test_what_is_offered_can_be_made_and_the_rest_says_why(
    keys: OneKey, count: int, form: Form
) -> None:
    plan = planned(keys, some("eddsa-rdfc-2022.jsonl", *range(1, count + 1)))
    offer = plan.offer(form)
    assert offer.fits is (offer.code is None)
    if not offer.fits:
        with pytest.raises(LinkError) as caught:
            plan.make(form)
        assert caught.value.code is offer.code
        return
    made = plan.make(form.value)
    opened = {
        Form.LINK: lambda: share.decode_link(made.data),
        Form.QR: lambda: share.decode_link(made.text or ""),
        Form.FILE: lambda: made.data,
    }[form]()
    found = formats.read(opened)
    assert isinstance(found, Presentation)
    assert [c.raw for c in found.credentials] == [c.raw for c in plan.credentials]


def test_offers_by_number_of_credentials(keys: OneKey) -> None:
    def offered(count: int) -> dict[Form, tuple[bool, Any, Any]]:
        plan = planned(keys, some("eddsa-rdfc-2022.jsonl", *range(1, count + 1)))
        return {o.form: (o.fits, o.code, o.facts.get("advice")) for o in plan.offers}

    assert offered(1) == {
        Form.LINK: (True, None, "copy"),
        Form.QR: (True, None, None),
        Form.FILE: (True, None, None),
    }
    assert offered(4)[Form.LINK] == (True, None, "warn")
    assert offered(4)[Form.QR] == (False, Code.QR_TOO_LARGE, None)
    assert offered(12)[Form.LINK] == (False, Code.LINK_TOO_LONG, "refuse")
    assert offered(26)[Form.LINK] == (False, Code.TOO_MANY_CREDENTIALS, None)
    assert offered(26)[Form.FILE] == (True, None, None)


def test_what_is_made(keys: OneKey) -> None:
    plan = planned(keys, ONE)
    made = plan.make("link")
    assert made.text is not None
    assert made.data == made.text.encode() + b"\n"
    assert made.file_name == "credentials-for-harbor-hospital-hr-2026-11-22.txt"
    made = plan.make("qr")
    assert made.png == made.data
    assert made.code is not None
    assert qr.read_back(made.code) == made.text
    made = plan.make("file")
    assert (made.text, made.png) == (None, None)
    assert made.file_name == "credentials-for-harbor-hospital-hr-2026-11-22.json"
    assert made.id != plan.make("file").id  # a challenge of its own each time


def test_indentation_costs_no_room_in_a_link(keys: OneKey) -> None:
    text = json.dumps(json.loads(ONE[0].raw), ensure_ascii=False, indent=4).encode()
    indented = formats.read(text)
    assert isinstance(indented, Credential)
    plan = planned(keys, [indented])
    made = plan.make("link")
    assert abs(len(made.text or "") - len(planned(keys, ONE).make("link").text or "")) < 60
    opened = formats.read(link.decode(made.data))
    assert isinstance(opened, Presentation)
    assert opened.credentials[0].claims == indented.claims
    assert text in plan.make("file").data


def test_two_versions_are_two_parts(keys: OneKey) -> None:
    plan = planned(keys, [*ONE, V1, *ONE])
    assert [offer.code for offer in plan.offers] == [Code.MIXED_VERSIONS] * 3
    with pytest.raises(LinkError) as caught:
        plan.make("file")
    assert caught.value.code is Code.MIXED_VERSIONS
    first, second = plan.parts()
    assert (first.credentials, second.credentials) == (tuple(ONE), (V1,))
    for part in (first, second):
        assert [one.credential_id for one in part.leaving] == [c.id for c in part.credentials]
        assert part.offer("file").fits
        found = formats.read(part.make("file").data)
        assert isinstance(found, Presentation)
        assert [c.raw for c in found.credentials] == [c.raw for c in part.credentials]


@pytest.mark.parametrize(
    ("for_whom", "stem"),
    [
        ("Harbor Hospital HR", "credentials-for-harbor-hospital-hr-2026-11-22"),
        ("../../etc/passwd", "credentials-for-etc-passwd-2026-11-22"),
        ('a<b>:"|?*\0\n/\\c', "credentials-for-a-b-c-2026-11-22"),
        ("Größe & Söhne", "credentials-for-grösse-söhne-2026-11-22"),
        ("…", "credentials-for-you-2026-11-22"),
        ("x" * 500, f"credentials-for-{'x' * 60}-2026-11-22"),
    ],
)
def test_file_names_are_good_everywhere(for_whom: str, stem: str) -> None:
    assert planning.file_stem(for_whom, CREATED) == stem


@pytest.mark.parametrize("numbers", [range(1, 400, 9)])
def test_most_single_credentials_fit_a_link_to_paste_and_a_code_on_screen(
    keys: OneKey, numbers: range
) -> None:
    found = [c for c in some("eddsa-rdfc-2022.jsonl", *numbers) if 3_100 <= len(c.raw) <= 3_700]
    plans_made = [planned(keys, [c], audience="hr@harborhospital.example") for c in found]
    assert all(p.offer("link").facts["advice"] == "copy" for p in plans_made)
    fits = sum(p.offer("qr").fits for p in plans_made)
    assert fits / len(found) > 0.75


@pytest.mark.parametrize(
    ("given_text", "said"),
    [
        ("https://verify.example.org/#uEREE", True),
        (" <https://verify.example.org/%23uEREE>", True),
        (b"https://verify.example.org/", True),
        (b"#uEREEOAAA", True),
        ("uEREEOAAAAAAAA", True),
        (b"uIQAAAAAAAAAAAA\n", True),
        ("BCEIQIOAAAAAAAAA", True),
        (b"BEEAAAAAAAAAAAA", True),
        (b'{"@context": []}', False),
        (b"[]", False),
        ("eyJhbGciOiJFZERTQSJ9.e30.AAAA", False),
        ("useful words", False),
        ("BEEF", False),
        (b"\x89PNG\r\n\x1a\n", False),
        (b"\xff\xfe", False),
        ("", False),
    ],
)
def test_looks_like_link(given_text: str | bytes, said: bool) -> None:
    assert share.looks_like_link(given_text) is said


def test_what_cannot_be_signed_is_said_before_it_is_offered(keys: OneKey) -> None:
    claims = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": keys.did,
        "credentialSubject": {"undefinedTerm": 1},
    }
    own = formats.read(json.dumps(claims).encode())
    assert isinstance(own, Credential)
    with pytest.raises(LinkError) as caught:
        planned(keys, [*ONE, own])
    assert caught.value.code is Code.CANNOT_PRESENT
    assert caught.value.facts["id"] == own.id
