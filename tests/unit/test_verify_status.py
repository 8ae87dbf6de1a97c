"""Has it been withdrawn? Every kind of list, read for one credential, and what else it tells."""

from __future__ import annotations

import json
import zlib
from datetime import timedelta

import pytest

from tests.world import LIST_BYTES, TOKEN_STATUS_LIST, World
from wallet import formats, wording
from wallet.crypto import jose
from wallet.formats import revocation_list, status_bits, status_list
from wallet.model import Format
from wallet.report import Outcome, Question, Reason
from wallet.verify import Policy, verify

KINDS = [
    "BitstringStatusListEntry",
    "StatusList2021Entry",
    "RevocationList2020Status",
    "1EdTechRevocationList",
    TOKEN_STATUS_LIST,
]
GOOD = (Outcome.PASSED, None)
REVOKED = (Outcome.FAILED, Reason.REVOKED)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def school(world):
    return world.issuer("Harbor College")


def open_for(reason):
    return (Outcome.UNKNOWN, reason)


def token(world, school, **more):
    """Issue a credential whose status is in a status list token."""
    claims = world.claims(school, **more) | {"status": world.token_status(school)}
    return world.secure(school, claims, form=Format.VC_JOSE)


def made(world, school, kind, **entry):
    """Issue a credential whose status is in a list of one kind, as a token so that all fits."""
    if kind == TOKEN_STATUS_LIST:
        return token(world, school)
    entries = [{**one, **entry} for one in world.entries(school, ["revocation"], kind)]
    return world.issue(school, form=Format.VC_JOSE, credentialStatus=entries)


def status_of(world, raw):
    return verify(formats.read(raw), Policy(), world, world.now)[Question.STATUS]


def said(world, raw):
    check = status_of(world, raw)
    return check.outcome, check.reason


def url_of(raw):
    return formats.read(raw).status[0].list_url


# -- what every kind of list has in common ---------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("method", ["key", "web"])
def test_withdrawn_and_not(world, kind, method):
    school = world.issuer("Harbor College", method)
    first, second = made(world, school, kind), made(world, school, kind)
    if kind == "1EdTechRevocationList":  # such a list tells them apart by name
        second = world.issue(
            school,
            form=Format.VC_JOSE,
            id="urn:uuid:7f2d6c9e-3b1a-4d5c-9e8f-000000000002",
            credentialStatus=world.entries(school, ["revocation"], kind),
        )
    assert (said(world, first), said(world, second)) == (GOOD, GOOD)
    assert status_of(world, first).facts["lists"] == 1
    world.revoke(first)
    assert (said(world, first), said(world, second)) == (REVOKED, GOOD)


@pytest.mark.parametrize("kind", KINDS)
def test_out_of_reach_is_neither_good_nor_bad(world, school, kind):
    raw = made(world, school, kind)
    world.revoke(raw)
    world.outage()
    assert said(world, raw) == open_for(Reason.STATUS_UNREACHABLE)


@pytest.mark.parametrize("kind", KINDS)
def test_only_the_address_of_a_list_is_fetched(world, school, kind):
    raw = made(world, school, kind)
    document = formats.read(raw)
    world.fetched.clear()
    status_of(world, raw)
    (address,) = world.fetched
    assert address == url_of(raw).partition("#")[0]
    assert str(document.status[0].index) not in address
    assert document.claims["id"] not in address


@pytest.mark.parametrize("kind", KINDS[:3])
def test_a_position_in_the_fragment_stays_here(world, school, kind):
    (entry,) = world.entries(school, ["revocation"], kind)
    address = {n: f"{v}#7" for n, v in entry.items() if n.endswith("Credential")}
    raw = world.issue(school, form=Format.VC_JOSE, credentialStatus={**entry, **address})
    world.fetched.clear()
    assert said(world, raw) == GOOD
    assert not any("#" in url for url in world.fetched)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"<html>", b"\xff" * 40, b"a.b.c"])
def test_no_answer_of_an_address_makes_a_verdict(world, school, kind, body):
    raw = made(world, school, kind)
    world.publish(url_of(raw), body)
    assert said(world, raw) == open_for(Reason.STATUS_MALFORMED)


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[1], KINDS[2], TOKEN_STATUS_LIST])
@pytest.mark.parametrize("index", [2**60, 10**15, LIST_BYTES * 8])
def test_positions_beyond_the_list(world, school, kind, index):
    if kind == TOKEN_STATUS_LIST:
        status = world.token_status(school)
        status["status_list"]["idx"] = index
        raw = world.secure(school, world.claims(school) | {"status": status}, form=Format.VC_JOSE)
    else:
        changes = {"statusListIndex": index, "revocationListIndex": index}
        raw = made(world, school, kind, **changes)
    assert said(world, raw) == open_for(Reason.STATUS_MALFORMED)


def test_of_several_types_the_one_that_is_read_counts(world, school):
    raw = made(world, school, KINDS[0], type=["Noted", KINDS[0]])
    assert said(world, raw) == GOOD
    world.revoke(raw)
    assert said(world, raw) == REVOKED


@pytest.mark.parametrize(
    "entry",
    [
        {"type": "1EdTechCredentialRefresh", "id": "https://school.example/refresh"},
        {**dict.fromkeys(["statusListCredential"], "https://school.example/1")}
        | {"type": "BitstringStatusListEntry", "statusPurpose": "refresh", "statusListIndex": 1},
    ],
    ids=["a service", "a purpose"],
)
def test_where_to_get_a_newer_one_is_no_list(world, school, entry):
    raw = world.issue(school, form=Format.VC_JOSE, credentialStatus=entry)
    world.fetched.clear()
    check = status_of(world, raw)
    assert (check.outcome, check.facts["lists"], world.fetched) == (Outcome.PASSED, 0, [])


# -- who vouches for a list ------------------------------------------------------------------------


def test_a_list_whose_key_is_out_of_reach_was_not_checked(world):
    """It is not said to be somebody else's, nor is it used."""
    school, keeper = world.issuer("Harbor College"), world.issuer("Keeper", "web")
    raw = made(world, school, KINDS[0])
    url = url_of(raw)
    world.publish(url, world.secure(keeper, {**world.list_claims(url), "issuer": keeper.id}))
    world.outage("https://keeper.example/.well-known/did.json")
    assert said(world, raw) == open_for(Reason.STATUS_NOT_CHECKED)


def test_a_status_token_of_somebody_else(world, school):
    stranger = world.issuer("Stranger")
    raw = token(world, school)
    url = url_of(raw)
    claims = world.token_list(url)
    own = claims | {"iss": stranger.id}
    unnamed = {name: value for name, value in claims.items() if name != "iss"}
    cases = {
        "signed by another": (world.sign_token(stranger, claims), Reason.STATUS_NOT_TRUSTED),
        "of another": (world.sign_token(stranger, own), Reason.STATUS_NOT_TRUSTED),
        "of nobody, signed by another": (
            world.sign_token(stranger, unnamed),
            Reason.STATUS_NOT_TRUSTED,
        ),
        "for another address": (
            world.sign_token(school, claims | {"sub": url + "/2"}),
            Reason.STATUS_NOT_TRUSTED,
        ),
        "of another kind": (world.sign_token(school, claims, typ="JWT"), Reason.STATUS_MALFORMED),
        "of no kind": (world.sign_token(school, claims, typ=None), Reason.STATUS_MALFORMED),
        "altered": (
            world.sign_token(school, claims)[:-4] + b"AAAA",
            Reason.STATUS_NOT_TRUSTED,
        ),
        "ended": (
            world.sign_token(school, claims | {"exp": claims["iat"] + 5}),
            Reason.STATUS_OUT_OF_DATE,
        ),
        "of tomorrow": (
            world.sign_token(school, claims | {"iat": claims["exp"]}),
            Reason.STATUS_OUT_OF_DATE,
        ),
        "without a date": (
            world.sign_token(school, claims | {"iat": None}),
            Reason.STATUS_MALFORMED,
        ),
        "that ends some time": (
            world.sign_token(school, claims | {"exp": "soon"}),
            Reason.STATUS_MALFORMED,
        ),
        "of three bits": (
            world.sign_token(
                school, claims | {"status_list": {**claims["status_list"], "bits": 3}}
            ),
            Reason.STATUS_MALFORMED,
        ),
    }
    for name, (body, reason) in cases.items():
        world.publish(url, body)
        assert said(world, raw) == open_for(reason), name
    world.publish(url, world.sign_token(school, unnamed, typ="application/StatusList+JWT"))
    assert said(world, raw) == GOOD


def test_a_withdrawal_in_a_token_does_not_lapse_and_a_suspension_does(world, school):
    raw = token(world, school)
    index, url = formats.read(raw).status[0].index, url_of(raw)
    claims = world.token_list(url)
    for value, fresh, old in [
        (0, GOOD, open_for(Reason.STATUS_OUT_OF_DATE)),
        (1, REVOKED, REVOKED),
        (2, (Outcome.FAILED, Reason.SUSPENDED), open_for(Reason.STATUS_OUT_OF_DATE)),
        (3, open_for(Reason.STATUS_NOTED), open_for(Reason.STATUS_OUT_OF_DATE)),
    ]:
        bits = bytearray(64)
        bits[index // 4] = value << 2 * (index % 4)
        listed = {"bits": 2, "lst": status_bits.pack(bytes(bits), status_bits.ZLIB)}
        for expected, ends in ((fresh, 3600), (old, -3600)):
            end = int(world.now.timestamp()) + ends
            said_now = claims | {"status_list": listed, "exp": end}
            world.publish(url, world.sign_token(school, said_now))
            assert said(world, raw) == expected, (value, ends)


def test_a_cwt_cannot_be_read_and_says_so(world, school):
    raw = token(world, school)
    for body in (b"\xd2\x84\x58\x20", b"\xd8\x3d\xd2\x84", b"\x84\x58\x20"):
        world.publish(url_of(raw), body)
        check = status_of(world, raw)
        assert (check.outcome, check.reason) == open_for(Reason.STATUS_UNSUPPORTED)
        assert check.facts["type"] == "statuslist+cwt"


@pytest.mark.parametrize(
    "status", [{"status_list": 5}, {"status_assertion": {}}, {"status_list": {}}]
)
def test_a_status_claim_in_a_form_nobody_knows_is_not_taken_for_good(world, school, status):
    raw = world.secure(school, world.claims(school) | {"status": status}, form=Format.VC_JOSE)
    assert said(world, raw)[0] is Outcome.UNKNOWN


@pytest.mark.parametrize("status", ["active", {}, {"of": "mind"}, None])
def test_a_word_of_the_issuers_own_is_no_status(world, school, status):
    raw = world.secure(school, world.claims(school) | {"status": status}, form=Format.VC_JOSE)
    assert said(world, raw) == GOOD


def test_a_status_claim_beside_a_vc_claim(world, school):
    payload = {"vc": world.claims(school), "status": world.token_status(school)}
    raw = world.sign_token(school, payload, typ="JWT")
    assert said(world, raw) == GOOD
    world.revoke(raw)
    assert said(world, raw) == REVOKED


# -- lists of names --------------------------------------------------------------------------------


def names_list(world, school, change):
    raw = made(world, school, "1EdTechRevocationList")
    url = url_of(raw)
    document = world.name_list(url)
    world.publish(url, json.dumps(change(document, formats.read(raw).claims["id"])).encode())
    return raw


NAMES = {
    "nobody": (lambda d, own: d, GOOD),
    "by the name the validator reads": (
        lambda d, own: {"id": d["id"], "revokedCredentials": [{"id": own}]},
        REVOKED,
    ),
    "by name alone": (lambda d, own: {**d, "revokedCredential": [own]}, REVOKED),
    "taken back": (
        lambda d, own: {**d, "revokedCredential": [{"id": own, "revoked": False}]},
        GOOD,
    ),
    "another": (lambda d, own: {**d, "revokedCredential": [{"id": own + "1"}]}, GOOD),
    "as one object": (lambda d, own: {**d, "revokedCredential": {"id": own}}, REVOKED),
    "in a word": (
        lambda d, own: {**d, "revokedCredential": [{"id": own, "revoked": "false"}]},
        open_for(Reason.STATUS_MALFORMED),
    ),
    "without a name": (
        lambda d, own: {**d, "revokedCredential": [{"revoked": True}]},
        open_for(Reason.STATUS_MALFORMED),
    ),
    "an error in JSON": (
        lambda d, own: {"error": "not found"},
        open_for(Reason.STATUS_MALFORMED),
    ),
    "of another issuer": (
        lambda d, own: {**d, "issuer": "did:web:elsewhere.example"},
        open_for(Reason.STATUS_NOT_TRUSTED),
    ),
    "of another issuer, that names it": (
        lambda d, own: {**d, "issuer": {"id": "did:web:x.example"}, "revokedCredential": [own]},
        REVOKED,
    ),
    "another list": (
        lambda d, own: {**d, "id": "https://harbor-college.example/status/2019"},
        open_for(Reason.STATUS_NOT_TRUSTED),
    ),
    "thousands": (
        lambda d, own: {**d, "revokedCredential": [{"id": f"urn:x:{n}"} for n in range(9000)]},
        GOOD,
    ),
}


@pytest.mark.parametrize(("change", "expected"), NAMES.values(), ids=NAMES)
def test_lists_of_names(world, school, change, expected):
    assert said(world, names_list(world, school, change)) == expected


def test_a_credential_without_a_name_is_in_no_list_of_names(world, school):
    entries = world.entries(school, ["revocation"], "1EdTechRevocationList")
    claims = world.claims(school) | {"credentialStatus": entries}
    del claims["id"]
    raw = world.secure(school, claims, form=Format.VC_JOSE)
    assert said(world, raw) == open_for(Reason.STATUS_MALFORMED)


def test_the_reason_and_the_day_are_told_where_the_list_says_them(world, school):
    raw = made(world, school, "1EdTechRevocationList")
    world.revoke(raw, reason="Issued\nin error\u202e <b>twice</b>")
    assert wording.check(status_of(world, raw)) == (
        "The issuer has withdrawn it, saying: “Issued in error twice”."
    )
    raw = names_list(
        world,
        school,
        lambda d, own: {
            **d,
            "revokedCredential": [{"id": own, "revocationDate": "2026-05-04T12:00:00Z"}],
        },
    )
    assert wording.check(status_of(world, raw)) == (
        "The issuer withdrew it on May 4, 2026. Ask the issuer why."
    )


# -- what a list says besides ----------------------------------------------------------------------


def test_a_message_is_passed_on_and_judged_by_nobody(world, school):
    words = [{"status": f"0x{n:x}", "message": m} for n, m in enumerate(["", "", "On hold", ""])]
    entries = world.entries(school, ["message"])
    entries = [{**one, "statusSize": 2, "statusMessage": words} for one in entries]
    raw = world.issue(school, form=Format.VC_JOSE, credentialStatus=entries)
    assert said(world, raw) == GOOD
    world.set_status(raw, "message", value=2)
    check = status_of(world, raw)
    assert (check.outcome, check.reason) == open_for(Reason.STATUS_NOTED)
    assert wording.check(check) == (
        "The issuer's list says of it: “On hold”. Ask the issuer what that means."
    )
    world.set_status(raw, "message", value=1)
    assert "cannot read" in wording.check(status_of(world, raw))


def test_a_withdrawal_says_why_where_the_entry_does(world, school):
    words = [{"status": "0x1", "message": "Superseded"}]
    raw = made(world, school, KINDS[0], statusMessage=words)
    world.revoke(raw)
    assert status_of(world, raw).facts["message"] == "Superseded"


def test_a_short_list_is_used_and_noted(world, school):
    raw = made(world, school, KINDS[0])
    url = url_of(raw)
    claims = world.list_claims(url)
    claims["credentialSubject"]["encodedList"] = status_list.encode(bytes(100))
    world.publish(url, world.secure(school, claims))
    check = status_of(world, raw)
    assert (check.outcome, check.facts["few"]) == (Outcome.PASSED, 800)
    assert "The list is short" in wording.check(check)


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("status/{last}", True),
        ("status?of={id}", True),
        ("status/7", True),
        ("status?index=7", True),
        ("status/17", False),
        ("status/3", False),
    ],
)
def test_an_address_that_names_the_credential_is_noted(world, school, path, named):
    claims = world.claims(school)
    address = f"https://harbor-college.example/{path}".format(
        last=claims["id"][-36:], id=claims["id"].replace(":", "%3A")
    )
    (entry,) = world.entries(school, ["revocation"])
    claims["credentialStatus"] = {**entry, "statusListCredential": address}
    listed = world.list_claims(world.list_url(school, "revocation")) | {"id": address}
    world.publish(address, world.secure(school, listed))
    check = status_of(world, world.secure(school, claims))
    assert check.outcome is Outcome.PASSED
    assert ("named" in check.facts) == named
    assert ("may know it was checked" in wording.check(check)) == named


# -- how old a copy may be -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [KINDS[0], TOKEN_STATUS_LIST])
@pytest.mark.parametrize(
    ("ttl", "age", "good"),
    [
        (None, timedelta(days=9), True),
        (3600, timedelta(minutes=30), True),
        (3600, timedelta(hours=3), False),
        (1, timedelta(minutes=5), True),  # as fresh as one sitting is
        (1, timedelta(hours=1), False),
        (10**14, timedelta(days=9), True),
        (-5, timedelta(days=9), True),
    ],
)
def test_a_copy_is_kept_as_long_as_its_issuer_lets_it(world, school, kind, ttl, age, good):
    raw = made(world, school, kind)
    url = url_of(raw)
    if kind == TOKEN_STATUS_LIST:
        body = world.sign_token(school, world.token_list(url, ttl=ttl))
    else:
        claims = world.list_claims(url)
        claims["credentialSubject"]["ttl"] = ttl and ttl * 1000
        body = world.secure(school, claims, form=Format.VC_JOSE)
    world.publish(url, body)
    world.read_at[url] = world.now - age
    assert said(world, raw) == (GOOD if good else open_for(Reason.STATUS_OUT_OF_DATE))


# -- bounds ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [KINDS[0], KINDS[2], TOKEN_STATUS_LIST])
def test_a_list_that_inflates_without_end(world, school, kind):
    raw = made(world, school, kind)
    url = url_of(raw)
    packing = status_bits.GZIP if kind == KINDS[0] else status_bits.ZLIB
    packer = zlib.compressobj(9, zlib.DEFLATED, packing)
    packed = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    text = jose.encode_base64url(packed)
    assert len(text) < 100_000
    if kind == TOKEN_STATUS_LIST:
        claims = world.token_list(url, status_list={"bits": 1, "lst": text})
        world.publish(url, world.sign_token(school, claims))
    else:
        claims = world.list_claims(url)
        claims["credentialSubject"]["encodedList"] = ("u" if kind == KINDS[0] else "") + text
        world.publish(url, world.secure(school, claims, form=Format.VC_JWT))
    assert said(world, raw) == open_for(Reason.STATUS_MALFORMED)


def test_entries_by_the_thousand_cost_ten_lists(world, school):
    entries = [
        {
            **world.entries(school, ["revocation"])[0],
            "statusListCredential": f"https://a.example/{n}",
        }
        for n in range(3000)
    ]
    raw = world.issue(school, form=Format.VC_JOSE, credentialStatus=entries)
    world.fetched.clear()
    assert said(world, raw) == open_for(Reason.STATUS_UNSUPPORTED)
    assert len(world.fetched) == 10


def test_what_a_list_of_names_calls_itself():
    found = revocation_list.read(b'{"id": "https://a.example/1", "issuer": {"id": "did:x:y"}}')
    assert (found.id, found.issuer, found.withdrawn) == ("https://a.example/1", "did:x:y", {})
