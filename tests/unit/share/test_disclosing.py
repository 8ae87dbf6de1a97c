"""Leaving parts out: what is hidden is not in the bytes that leave, and what is shown holds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.paths import shared
from tests.unit.share.holder import CREATED, EXPIRES, PAGE, OneKey
from tests.values import value_at
from tests.world import World
from wallet import formats, share, trust
from wallet.app import Wallet
from wallet.checking import Verifier
from wallet.errors import Code, LinkError
from wallet.formats import ecdsa_sd, pointers, sd_jwt
from wallet.model import Credential, KeyType, Presentation
from wallet.report import Outcome, Question, Reason
from wallet.share import Always, Form, disclosing
from wallet.storage import Cost
from wallet.verify import Policy, verify, verify_presentation

WORLD = World(now=CREATED)
CHEAP = Cost(memory_kib=8 * 1024, iterations=1, lanes=1)
SCHOOL = WORLD.issuer("Harbor College", key_type=KeyType.P256)
SIGNER = WORLD.issuer("Token College")
CORPUS = shared("corpus", "ecdsa-sd-2023-base.jsonl").read_bytes().splitlines()


def read(raw: bytes) -> Credential:
    found = formats.read(raw)
    assert isinstance(found, Credential)
    return found


BASES = [read(line) for line in CORPUS[:12]]


def diploma(keys: OneKey) -> Credential:
    payload = {
        "iss": SIGNER.id,
        "vct": "https://credentials.example.com/bachelor-diploma",
        "given_name": "Robin",
        "degree": {"name": "Bachelor of Science", "grade": "1.3"},
        "courses": ["Statics", "Hydraulics"],
        "cnf": {"kid": keys.did},
        "exp": int((CREATED + timedelta(days=400)).timestamp()),
    }
    hidden = ("given_name", "degree.grade", "degree", "courses.0", "courses.1")
    return read(WORLD.sd_jwt(SIGNER, payload, hidden=hidden))


def leaves_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in leaves_of(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in leaves_of(inner)]
    return [value if isinstance(value, str) else json.dumps(value)]


def signature(credential: Credential) -> Any:
    return verify(credential, Policy(), WORLD, CREATED)[Question.SIGNATURE]


@given(st.data())
@settings(max_examples=60)
def test_whatever_is_chosen_holds_and_nothing_else_is_said(data):
    kept = data.draw(st.sampled_from(BASES))
    parts = disclosing.parts_of(kept)
    chosen = data.draw(st.sets(st.sampled_from([part.id for part in parts])))
    found = disclosing.disclose(kept, chosen)
    assert signature(found).outcome is Outcome.PASSED
    assert found.issuer == kept.issuer
    assert found.subject == kept.subject
    shown = {part.id for part in parts if part.id in chosen or part.always}
    said = set(leaves_of({k: v for k, v in found.claims.items() if k != "proof"}))
    stays = {t for p in parts if p.id in shown for t in leaves_of(at(kept, p))}
    for part in parts:
        if part.id not in shown:
            assert set(leaves_of(at(kept, part))) & said <= stays | names_of(kept)
        elif not any(step.isdigit() for step in pointers.split(part.pointer)):
            assert at(found, part) == at(kept, part)


def at(credential: Credential, part: share.Part) -> Any:
    return value_at(credential.claims, part.pointer)


def names_of(credential: Credential) -> set[str]:
    """Return the identifiers and types, which go with the objects that are shown in part."""
    found: set[str] = set()
    nodes: list[Any] = [credential.claims]
    for node in nodes:
        inner = node.values() if isinstance(node, dict) else node
        nodes.extend(one for one in inner if isinstance(one, dict | list))
        if isinstance(node, dict):
            found |= set(
                leaves_of([node.get("id", ""), node.get("type", ""), node.get("@context")])
            )
    return found


@pytest.mark.parametrize("number", range(0, 12, 4))
def test_all_the_parts_are_all_that_is_said(number):
    kept = BASES[number]
    found = disclosing.presentable(kept)
    assert {k: v for k, v in found.claims.items() if k != "proof"} == {
        k: v for k, v in kept.claims.items() if k != "proof"
    }
    assert not ecdsa_sd.is_base(found.proofs[0])


def test_parts_are_what_a_person_would_tick():
    parts = {part.pointer: part for part in disclosing.parts_of(BASES[3])}
    assert parts["/credentialSubject/achievement/name"].label == (
        "credential subject › achievement › name"
    )
    assert parts["/credentialSubject/achievement/name"].text == "Advanced: Accessibility Auditing"
    aligned = parts["/credentialSubject/achievement/alignment/1"]
    assert aligned.label == "credential subject › achievement › alignment 2"
    assert aligned.text.startswith("Teaching with Technology 96, https://")
    assert all(len(part.text) <= 160 for part in parts.values())
    assert {p.always for p in parts.values()} == {None, Always.ISSUER}
    assert parts["/issuer/name"].always is Always.ISSUER
    assert not {"/id", "/credentialSubject/id"} & set(parts)


def test_what_tells_whether_it_holds_is_always_shown():
    claims = WORLD.claims(SCHOOL, ends=CREATED + timedelta(days=5), status=["revocation"])
    raw = WORLD.secure(SCHOOL, claims, suite="ecdsa-sd-2023")
    base = read(raw)
    always = {p.pointer: p.always for p in disclosing.parts_of(base) if p.always}
    status = [pointer for pointer in always if pointer.startswith("/credentialStatus")]
    assert {always[pointer] for pointer in status} == {Always.CHECKING}
    assert always["/validUntil"] is Always.ISSUER
    found = disclosing.disclose(base, [])
    assert found.status == base.status
    assert found.valid_until == base.valid_until


def test_what_has_no_parts_goes_whole():
    whole = read(WORLD.issue(WORLD.issuer("Plain College")))
    assert disclosing.parts_of(whole) == ()
    assert not disclosing.can_leave_out(whole)
    assert disclosing.presentable(whole) is whole
    assert disclosing.disclose(whole, []) is whole
    with pytest.raises(LinkError) as caught:
        disclosing.disclose(whole, ["/name"])
    assert caught.value.code is Code.NO_SUCH_PART


def test_choosing_by_name():
    parts = disclosing.parts_of(BASES[3])
    everything = {part.id for part in parts}
    assert share.chosen(parts) == everything
    hidden = everything - share.chosen(parts, hide=["/credentialSubject/achievement"])
    assert hidden == {p for p in everything if p.startswith("/credentialSubject/achievement/")}
    assert share.chosen(parts, only=["/name"]) == {"/name"}
    assert share.chosen(parts, only=["/name", "/issuer"], hide=["/name"]) == {
        p for p in everything if p.startswith("/issuer/")
    }
    for bad, code in ((["/nothing"], Code.NO_SUCH_PART), (["/issuer"], Code.PART_ALWAYS_SHOWN)):
        with pytest.raises(LinkError) as caught:
            share.chosen(parts, hide=bad)
        assert caught.value.code is code


# -- tokens ----------------------------------------------------------------------------------


def test_the_parts_of_a_token(keys: OneKey):
    parts = {part.pointer: part for part in disclosing.parts_of(diploma(keys))}
    assert set(parts) == {
        "/given_name", "/degree", "/degree/grade", "/courses/0", "/courses/1"
    }  # fmt: skip
    assert parts["/courses/1"].label == "courses 2"
    assert parts["/courses/1"].text == "Hydraulics"
    assert all(part.always is None for part in parts.values())


def test_a_token_says_no_more_than_was_chosen(keys: OneKey):
    kept = diploma(keys)
    parts = {part.pointer: part.id for part in disclosing.parts_of(kept)}
    found = disclosing.disclose(kept, [parts["/degree"], parts["/courses/1"]])
    taken = sd_jwt.parse(found.raw)
    assert taken.payload["degree"] == {"name": "Bachelor of Science"}
    assert taken.payload["courses"] == ["Hydraulics"]
    assert "given_name" not in taken.payload
    assert signature(found).outcome is Outcome.PASSED
    # Hidden wins: what stands inside something hidden is hidden.
    inner = sd_jwt.parse(disclosing.disclose(kept, [parts["/degree/grade"]]).raw)
    assert "degree" not in inner.payload


def test_a_token_that_is_bound_to_the_holder_is_presented_with_their_key(keys: OneKey):
    kept = diploma(keys)
    made = planned(keys, [kept]).make(Form.FILE)
    presentation = formats.read(made.data)
    assert isinstance(presentation, Presentation)
    (inner,) = presentation.credentials
    assert sd_jwt.parse(inner.raw).binding
    report = verify_presentation(presentation, Policy(), WORLD, CREATED, page_origin=PAGE[:-1])
    (one,) = report.credentials
    assert one[Question.SIGNATURE].outcome is Outcome.PASSED
    assert one[Question.HOLDER].outcome is Outcome.PASSED
    somebody = OneKey(bytes(range(1, 33)))
    stranger = formats.read(planned(somebody, [kept]).make(Form.FILE).data)
    assert isinstance(stranger, Presentation)
    assert not sd_jwt.parse(stranger.credentials[0].raw).binding


# -- shares ----------------------------------------------------------------------------------


def planned(keys: OneKey, credentials: list[Credential], **more: Any) -> share.SharePlan:
    return share.plan(
        credentials,
        holder=keys.did,
        keys=keys,
        page=PAGE,
        for_whom="Harbor Hospital HR",
        created=CREATED,
        expires=EXPIRES,
        **more,
    )


def test_what_leaves_is_what_is_in_the_bytes(keys: OneKey):
    kept = BASES[3]
    parts = disclosing.parts_of(kept)
    shown = share.chosen(parts, hide=["/name", "/credentialSubject/narrative"])
    plan = planned(keys, [kept], shown={kept.id: shown})
    (leaving,) = plan.leaving
    assert leaving.credential_id == kept.id
    assert leaving.title == kept.title
    assert leaving.parts == parts
    assert leaving.shown == shown
    made = plan.make(Form.FILE)
    presentation = formats.read(made.data)
    assert isinstance(presentation, Presentation)
    (inner,) = presentation.credentials
    assert leaving.size == len(inner.raw)
    assert [line.size for line in leaving.lines] == [len(t) for t in leaves_of(inner.claims)]
    for part in parts:
        if part.id not in shown:
            assert part.text.encode() not in made.data
    report = verify_presentation(presentation, Policy(), WORLD, CREATED)
    assert report.credentials[0][Question.SIGNATURE].outcome is Outcome.PASSED
    whole = planned(keys, [kept])
    assert whole.leaving[0].shown == {part.id for part in parts}
    assert whole.leaving[0].size > leaving.size
    assert whole.offer(Form.FILE).facts["size"] > plan.offer(Form.FILE).facts["size"]


def test_leaving_out_makes_a_link_that_fits(keys: OneKey):
    kept = BASES[3]
    whole = planned(keys, [kept])
    little = planned(keys, [kept], shown={kept.id: frozenset({"/name"})})
    assert little.offer(Form.LINK).facts["chars"] < whole.offer(Form.LINK).facts["chars"]
    assert len(little.make(Form.LINK).text or "") <= little.offer(Form.LINK).facts["chars"]


def test_a_plan_in_pieces_keeps_what_was_chosen(keys: OneKey):
    older = read(WORLD.secure(SIGNER, v1_claims(), suite="Ed25519Signature2020"))
    plan = planned(keys, [older, BASES[0]], shown={BASES[0].id: frozenset()})
    first, second = plan.parts()
    assert [one.id for one in first.kept] == [older.id]
    assert [one.id for one in second.kept] == [BASES[0].id]
    assert second.leaving[0].shown < plan.leaving[1].shown | {"x"}
    assert second.credentials[0].raw in second.make(Form.FILE).data


def v1_claims() -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential"],
        "issuer": SIGNER.id,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:robin"},
    }


def test_an_error_names_the_record_that_is_kept(keys: OneKey, monkeypatch: pytest.MonkeyPatch):
    def refuse(*_args: Any, **_more: Any) -> bytes:
        leaf = disclosing.presentable(BASES[0])
        raise LinkError(Code.CANNOT_PRESENT, id=leaf.id, reason="x")

    monkeypatch.setattr(share.planning.presentations, "build", refuse)
    with pytest.raises(LinkError) as caught:
        planned(keys, [BASES[0]])
    assert caught.value.facts["id"] == BASES[0].id


# -- the wallet ------------------------------------------------------------------------------


@pytest.fixture
def wallet(tmp_path: Path) -> Iterator[Wallet]:
    verifier = Verifier(WORLD, policy=trust.policy(), clock=lambda: CREATED)
    made = Wallet(verifier, clock=lambda: datetime(2026, 11, 22, 9, tzinfo=UTC), cost=CHEAP)
    made.create(tmp_path / "w.ler", "long enough", name="Robin")
    yield made
    made.lock()


def test_a_wallet_keeps_the_base_proof_and_shares_what_was_chosen(wallet: Wallet):
    kept = wallet.keep([checked(wallet, CORPUS[3])]).added
    parts = wallet.parts(kept[0])
    shown = share.chosen(parts, only=["/credentialSubject/achievement/name"])
    assert wallet.leaving(kept[0], shown).size < wallet.leaving(kept[0]).size
    plan = wallet.plan_share(kept, for_whom="HR", ends=EXPIRES, page=PAGE, shown={kept[0]: shown})
    made = wallet.share(plan, Form.FILE)
    assert CORPUS[3].decode()[-300:-10] not in made.data.decode()
    (row,) = wallet.shares()
    assert row.titles == (BASES[3].title,)
    assert wallet.export(kept[0]).data == CORPUS[3]


def test_a_base_proof_that_came_in_a_presentation_is_the_owners_once_kept(wallet: Wallet):
    delivered = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [json.loads(CORPUS[0])],
    }
    found = checked(wallet, json.dumps(delivered).encode())
    (leaf,) = found.leaves()
    assert leaf.report[Question.SIGNATURE].reason is Reason.BASE_PROOF_PRESENTED
    (kept,) = wallet.keep([found]).added
    assert wallet.entry(kept).report[Question.SIGNATURE].outcome is Outcome.PASSED


def checked(wallet: Wallet, raw: bytes) -> Any:
    return wallet._verifier.check(raw, source="test")
