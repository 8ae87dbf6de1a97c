"""ecdsa-sd-2023: what was left out is not there, and what is there was signed."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.values import value_at
from tests.world import World
from wallet import formats
from wallet.crypto import cbor, jose, multikey
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import data_integrity, ecdsa_sd, ecdsa_sd_base
from wallet.formats.contexts import SHARED
from wallet.model import KeyType, Presentation
from wallet.report import Outcome, Question, Reason
from wallet.verify import Policy, embedded, verify, verify_presentation

WORLD = World()
SCHOOL = WORLD.issuer("Harbor College", key_type=KeyType.P256)
ALIGNED = [
    {"type": ["Alignment"], "targetName": f"Skill {n}", "targetUrl": f"https://s.example/{n}"}
    for n in range(3)
]
CLAIMS = WORLD.claims(
    SCHOOL, subject="did:example:robin", ends=WORLD.now + timedelta(days=300), description="Ño “x”"
)
CLAIMS["credentialSubject"]["achievement"] |= {"alignment": ALIGNED, "tag": ["a1", "b2", "c3"]}
BASE = json.loads(WORLD.secure(SCHOOL, CLAIMS, suite="ecdsa-sd-2023"))
# Without space between the parts, which could be altered with nothing said otherwise.
BASE_RAW = json.dumps(BASE, ensure_ascii=False, separators=(",", ":")).encode()
CHOICES = (
    "/name",
    "/description",
    "/credentialSubject/achievement/name",
    "/credentialSubject/achievement/criteria/narrative",
    "/credentialSubject/achievement/alignment/0",
    "/credentialSubject/achievement/alignment/1/targetName",
    "/credentialSubject/achievement/alignment/2/targetUrl",
    "/credentialSubject/achievement/tag/1",
)


def proof_of(document):
    (proof,) = data_integrity.proofs(document)
    return proof


def derived(*named):
    named = ("/credentialSubject/id", *named)  # nothing is a credential without a subject
    return ecdsa_sd_base.derive(BASE, proof_of(BASE), named, SHARED)


def signature(document, *, raw=None):
    credential = formats.read(raw or json.dumps(document).encode())
    return verify(credential, Policy(), WORLD, WORLD.now)[Question.SIGNATURE]


def with_value(document, **changes):
    """Return a document whose derived proof says something else."""
    value = replace(ecdsa_sd.read_value(proof_of(document)), **changes)
    return {
        **document,
        "proof": {**document["proof"], "proofValue": ecdsa_sd.write_value(value)},
    }


def value_of(document):
    return ecdsa_sd.read_value(proof_of(document))


@given(st.sets(st.sampled_from(CHOICES)))
@settings(max_examples=40)
def test_any_choice_holds_and_shows_nothing_else(chosen):
    document = derived(*sorted(chosen))
    assert signature(document).outcome is Outcome.PASSED
    text = json.dumps(document, ensure_ascii=False)
    for pointer in CHOICES:
        value = value_at(BASE, pointer)
        said = value if isinstance(value, str) else value["targetName"]
        shown = any(pointer == one for one in chosen)
        if pointer.endswith("/name"):  # the achievement has the same name
            shown = any(one.endswith("/name") for one in chosen)
        assert (json.dumps(said, ensure_ascii=False) in text) is shown
    assert jose.encode_base64url(value_of(BASE).hmac_key)[:-2] not in text


def test_everything_chosen_is_everything_said():
    document = derived("")
    assert {k: v for k, v in document.items() if k != "proof"} == CLAIMS
    assert signature(document).outcome is Outcome.PASSED


DERIVED_RAW = json.dumps(
    derived("/name", *CHOICES[2:5]), ensure_ascii=False, separators=(",", ":")
).encode()


@given(st.integers(0, len(DERIVED_RAW) - 1), st.integers(1, 255))
@settings(max_examples=300)
def test_any_altered_byte_of_a_derived_credential_never_passes(at, change):
    altered = bytearray(DERIVED_RAW)
    altered[at] ^= change
    try:
        report = verify(formats.read(bytes(altered)), Policy(), WORLD, WORLD.now)
    except WalletError:
        return
    assert report[Question.SIGNATURE].outcome is not Outcome.PASSED


@given(st.integers(0, len(BASE_RAW) - 1), st.integers(1, 255))
@settings(max_examples=100)
def test_any_altered_byte_of_a_base_credential_never_passes(at, change):
    altered = bytearray(BASE_RAW)
    altered[at] ^= change
    try:
        report = verify(formats.read(bytes(altered)), Policy(), WORLD, WORLD.now)
    except WalletError:
        return
    assert report[Question.SIGNATURE].outcome is not Outcome.PASSED


SHOWN = derived("/name", "/credentialSubject/achievement")
VALUE = value_of(SHOWN)
ALTERED = {
    "two nodes under one name": {"labels": (VALUE.labels[0],) * len(VALUE.labels)},
    "names exchanged": {"labels": VALUE.labels[::-1]},
    "a name too many": {"labels": (*VALUE.labels, bytes(32))},
    "a name too few": {"labels": VALUE.labels[:-1]},
    "a mandatory position beyond the statements": {"mandatory": (*VALUE.mandatory, 999)},
    "a mandatory position twice": {"mandatory": (*VALUE.mandatory, VALUE.mandatory[0])},
    "a mandatory position less": {"mandatory": VALUE.mandatory[1:]},
    "a chosen statement called mandatory": {"mandatory": tuple(range(VALUE.mandatory[-1] + 2))},
    "a signature too few": {"signatures": VALUE.signatures[:-1]},
    "a signature too many": {"signatures": (*VALUE.signatures, VALUE.signatures[0])},
    "signatures exchanged": {"signatures": VALUE.signatures[::-1]},
    "the issuer's key as the proof's": {"key": SCHOOL.public},
    "another signature of the issuer": {"signature": SCHOOL.sign(b"something else")},
}


@pytest.mark.parametrize("name", ALTERED)
def test_a_proof_that_says_something_else_fails(name):
    assert signature(SHOWN).outcome is Outcome.PASSED
    found = signature(with_value(SHOWN, **ALTERED[name]))
    assert found.outcome is Outcome.FAILED
    assert found.reason in (Reason.PROOF_MALFORMED, Reason.ALTERED)


def test_statements_in_another_order_of_positions_are_the_same():
    mixed = with_value(SHOWN, mandatory=VALUE.mandatory[::-1])
    assert signature(mixed).outcome is Outcome.PASSED


def test_a_statement_of_another_credential_does_not_fit():
    other = json.loads(WORLD.secure(SCHOOL, {**CLAIMS, "name": "Other"}, suite="ecdsa-sd-2023"))
    chosen = ["/credentialSubject/id", "/name"]
    strange = ecdsa_sd_base.derive(other, proof_of(other), chosen, SHARED)
    here = derived("/name")
    assert signature(strange).outcome is Outcome.PASSED
    mixed = {**here, "name": "Other"}
    mixed = with_value(mixed, signatures=value_of(strange).signatures)
    assert signature(mixed).reason is Reason.ALTERED


MOVED = {
    "the end under another name": lambda d: {"cred:validUntil": d.pop("validUntil")},
    "a subject in a list in a list": lambda d: {"credentialSubject": [[d["credentialSubject"]]]},
    "a name of its own": lambda d: {
        "credentialSubject": {**d["credentialSubject"], "id": "_:b0"},
    },
}


@pytest.mark.parametrize("name", MOVED)
def test_what_would_be_read_otherwise_than_it_was_signed_is_refused(name):
    document = dict(SHOWN)
    document |= MOVED[name](document)
    assert signature(document).outcome is Outcome.FAILED


BROKEN = {
    "nothing": "u",
    "no multibase": "",
    "base58": "z2V0B",
    "an unknown header": "u" + jose.encode_base64url(b"\xd9\x5d\x02" + cbor.encode([])),
    "not five parts": "u" + jose.encode_base64url(b"\xd9\x5d\x01" + cbor.encode([1, 2])),
    "no array": "u" + jose.encode_base64url(b"\xd9\x5d\x01" + cbor.encode(5)),
    "cut": SHOWN["proof"]["proofValue"][:-8],
    "longer": SHOWN["proof"]["proofValue"] + "AAAA",
    "a header with the other's parts": "u2V0A" + SHOWN["proof"]["proofValue"][5:],
}


@pytest.mark.parametrize("name", BROKEN)
def test_values_that_are_none(name):
    document = {**SHOWN, "proof": {**SHOWN["proof"], "proofValue": BROKEN[name]}}
    assert signature(document).reason is Reason.PROOF_MALFORMED
    with pytest.raises(MalformedError):
        value_of(document)


def test_values_with_parts_of_the_wrong_kind():
    key = multikey.bytes_of_key(SCHOOL.public)
    ed25519 = multikey.bytes_of_key(WORLD.issuer("Another").public)
    good = [bytes(64), key, [bytes(64)], {0: bytes(32)}, [0]]
    for at, wrong in (
        *((0, one) for one in (5, bytes(63), "x")),
        *((1, one) for one in (b"", bytes(35), ed25519, 5)),
        *((2, one) for one in (5, [5], [bytes(65)])),
        *((3, one) for one in ([], {1: bytes(32)}, {0: bytes(31)}, {0: "x"})),
        *((4, one) for one in (5, ["x"], [[1]])),
    ):
        parts = [*good[:at], wrong, *good[at + 1 :]]
        text = "u" + jose.encode_base64url(b"\xd9\x5d\x01" + cbor.encode(parts))
        with pytest.raises(MalformedError):
            value_of({"proof": {**SHOWN["proof"], "proofValue": text}})


def test_a_base_proof_is_its_owners_and_nobody_elses():
    assert signature(BASE).outcome is Outcome.PASSED
    robin = WORLD.learner()
    shared = formats.read(WORLD.present(robin, [BASE_RAW]))
    assert isinstance(shared, Presentation)
    (report,) = verify_presentation(shared, Policy(), WORLD, WORLD.now).credentials
    assert report[Question.SIGNATURE].outcome is Outcome.FAILED
    assert report[Question.SIGNATURE].reason is Reason.BASE_PROOF_PRESENTED


def test_a_derived_proof_may_be_presented():
    shared = formats.read(WORLD.present(WORLD.learner(), [DERIVED_RAW]))
    (report,) = verify_presentation(shared, Policy(), WORLD, WORLD.now).credentials
    assert report[Question.SIGNATURE].outcome is Outcome.PASSED
    assert report[Question.AUTHORITY].outcome is Outcome.PASSED


ALTERED_BASE = {
    "another secret key": {"hmac_key": bytes(32)},
    "fewer mandatory parts": {"pointers": ("/issuer",)},
    "a mandatory part that is not there": {"pointers": ("/nothing",)},
    "a mandatory part that is no pointer": {"pointers": ("no pointer",)},
    "a pointer into a text": {"pointers": ("/name/first",)},
    "everything mandatory": {"pointers": ("",)},
    "nothing mandatory": {"pointers": ()},
    "its signatures exchanged": {"signatures": value_of(BASE).signatures[::-1]},
    "its signatures less one": {"signatures": value_of(BASE).signatures[1:]},
}


@pytest.mark.parametrize("name", ALTERED_BASE)
def test_an_altered_base_proof_does_not_hold_for_its_owner(name):
    pointed = ALTERED_BASE[name].get("pointers", ())
    strange = any("no" in one or "first" in one for one in pointed)
    expected = Reason.PROOF_MALFORMED if strange else Reason.ALTERED
    assert signature(with_value(BASE, **ALTERED_BASE[name])).reason is expected


def test_what_may_have_been_left_out_is_an_open_question():
    claims = {name: value for name, value in CLAIMS.items() if name != "validUntil"}
    base = json.loads(WORLD.secure(SCHOOL, claims, suite="ecdsa-sd-2023"))
    endless = ecdsa_sd_base.derive(base, proof_of(base), ["/credentialSubject/id"], SHARED)

    def asked(document):
        report = verify(formats.read(json.dumps(document).encode()), Policy(), WORLD, WORLD.now)
        return report[Question.VALIDITY].reason, report[Question.STATUS].reason, report.outcome

    left = Reason.PARTS_LEFT_OUT
    assert asked(base) == (None, None, Outcome.PASSED)
    assert asked(endless) == (left, left, Outcome.PASSED)
    assert asked(SHOWN) == (left, left, Outcome.PASSED)
    whole = data_integrity.sign(
        {**claims, "name": "x"}, method=SCHOOL.method, sign=SCHOOL.sign, created=WORLD.now,
        suite="ecdsa-rdfc-2019", algorithm="ES256",
    )  # fmt: skip
    # A proof over all of it beside the derived one leaves nothing to be hidden.
    both = {**whole, "proof": [whole["proof"], {**endless["proof"]}]}
    assert asked(both)[0] is None


def test_an_altered_statement_does_not_hold_for_its_owner():
    assert signature({**BASE, "name": "Welding III"}).reason is Reason.ALTERED


def test_what_cannot_be_shown_by_itself():
    for pointer in ("/nothing", "/credentialSubject/achievement/tag/9", "name"):
        with pytest.raises(MalformedError) as caught:
            derived(pointer)
        assert caught.value.code is Code.NO_SUCH_PART
    with pytest.raises(MalformedError):  # what others get to see has nothing more to leave out
        ecdsa_sd_base.derive(SHOWN, proof_of(SHOWN), ["/name"], SHARED)
    with pytest.raises(MalformedError):
        ecdsa_sd.covered(BASE, proof_of(BASE), SHARED)


def test_a_list_with_an_order_is_left_to_a_later_version():
    claims = {**CLAIMS, "@context": [*CLAIMS["@context"], {"steps": {"@id": "urn:x:steps", "@container": "@list"}}]}  # fmt: skip # noqa: E501
    claims["steps"] = ["one", "two"]
    with pytest.raises(UnsupportedError):
        WORLD.secure(SCHOOL, claims, suite="ecdsa-sd-2023")


def test_a_link_of_a_chain_is_not_checked():
    document = {**SHOWN, "proof": {**SHOWN["proof"], "previousProof": "urn:x"}}
    assert signature(document).reason is Reason.JSONLD_UNSUPPORTED


def test_a_key_of_another_kind_cannot_have_signed_it():
    other = WORLD.issuer("Another")
    document = {**SHOWN, "proof": {**SHOWN["proof"], "verificationMethod": other.method}}
    assert signature(document).reason is Reason.KEY_UNSUPPORTED


def test_signatures_count_as_work(monkeypatch):
    monkeypatch.setattr(embedded, "MAX_VALUES", embedded._UNCOUNTED // 2 + 20)
    assert signature(derived("/name")).outcome is Outcome.PASSED
    assert signature(SHOWN).reason is Reason.TOO_COMPLEX


def test_this_suite_signs_statements_and_no_document():
    with pytest.raises(UnsupportedError):
        data_integrity.sign(
            CLAIMS,
            method=SCHOOL.method,
            sign=SCHOOL.sign,
            created=WORLD.now,
            suite="ecdsa-sd-2023",
            algorithm="ES256",
        )
