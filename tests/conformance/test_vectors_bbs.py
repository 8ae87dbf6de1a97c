"""bbs-2023 (baseline) against the vectors of its specification, step by step."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.paths import shared
from tests.world import World
from wallet import formats
from wallet.crypto import bbs, multikey
from wallet.errors import Code, UnsupportedError, WalletError
from wallet.formats import bbs_2023, data_integrity, statements
from wallet.formats.contexts import SHARED
from wallet.model import KeyType, PublicKey
from wallet.report import Outcome, Question, Reason
from wallet.verify import Policy, verify, verify_presentation

OPTIONS = ("HolderBinding", "Pseudonym", "PseudonymHB")


def vector(name):
    return json.loads(shared("vectors", "data-integrity", f"bbs__{name}.json").read_text("utf-8"))


def proof_of(document):
    (proof,) = data_integrity.proofs(document)
    return proof


def key_of(document):
    method = document["proof"]["verificationMethod"]
    return multikey.decode_base58btc(method.partition("#")[0].removeprefix("did:key:z"))[2:]


def key(data):
    return PublicKey(KeyType.BLS12381G2, data)


BASE, DERIVED = vector("addSignedSDBase"), vector("derivedRevealDocument")
UNSIGNED = {name: value for name, value in BASE.items() if name != "proof"}
KEYS = vector("BBSKeyMaterial")
SECRET, PUBLIC = (bytes.fromhex(KEYS[f"{half}KeyHex"]) for half in ("private", "public"))
HMAC_KEY = bytes.fromhex(KEYS["hmacKeyString"])
MANDATORY = vector("addRawBaseSignatureInfo")["mandatoryPointers"]
# From the specification's own example (prCredSelective is of another one).
CHOSEN = ["/credentialSubject/boards/0", "/credentialSubject/boards/1"]


def whole():
    return statements.number(UNSIGNED, bbs_2023.naming(HMAC_KEY), SHARED)


def test_addBaseDocHMACCanon():
    assert [line.decode() for line in whole().lines] == vector("addBaseDocHMACCanon")


def test_addBaseTransform():
    step, signed = vector("addBaseTransform"), whole()
    mandatory, others = signed.split(signed.selected(step["mandatoryPointers"]))
    assert [line.decode() for line in mandatory] == [text for _, text in step["mandatory"]["value"]]
    assert [line.decode() for line in others] == [text for _, text in step["nonMandatory"]["value"]]


def test_addHashData():
    step, covers = vector("addHashData"), bbs_2023.covered(BASE, proof_of(BASE), SHARED)
    assert covers.header.hex() == step["proofHash"] + step["mandatoryHash"]


def test_the_base_proof_is_made_byte_for_byte_and_holds():
    made = bbs_2023.create(
        UNSIGNED,
        method=BASE["proof"]["verificationMethod"],
        secret=SECRET,
        created=datetime(2023, 8, 15, 23, 36, 38, tzinfo=UTC),
        mandatory=MANDATORY,
        hmac_key=HMAC_KEY,
        contexts=SHARED,
    )
    assert made == BASE
    assert key_of(BASE) == PUBLIC
    assert bbs_2023.covered(BASE, proof_of(BASE), SHARED).holds(key(PUBLIC))


def test_the_derived_proof_holds_and_is_read_as_it_was_written():
    proof, step = proof_of(DERIVED), vector("derivedDisclosureData")
    value = bbs_2023.read_value(proof)
    assert value.proof.hex() == step["bbsProof"]
    assert [f"b{n}" for n in value.labels] == [name for _, name in step["labelMap"]["value"]]
    assert list(value.mandatory) == step["mandatoryIndexes"]
    assert list(value.shown) == step["adjSelectiveIndexes"]
    assert bbs_2023.write_value(value) == DERIVED["proof"]["proofValue"]
    assert bbs_2023.covered(DERIVED, proof, SHARED).holds(key(PUBLIC))
    assert not bbs_2023.covered(DERIVED, proof, SHARED).holds(key(bbs.public_key_of(b"\1" * 32)))


def test_deriving_shows_what_the_example_shows():
    derived = bbs_2023.derive(BASE, proof_of(BASE), CHOSEN, SHARED)
    assert derived["credentialSubject"] == DERIVED["credentialSubject"]
    ours, theirs = (bbs_2023.read_value(proof_of(one)) for one in (derived, DERIVED))
    assert (ours.labels, ours.mandatory, ours.shown) == (
        theirs.labels,
        theirs.mandatory,
        theirs.shown,
    )
    assert bbs_2023.covered(derived, proof_of(derived), SHARED).holds(key(PUBLIC))


@pytest.mark.parametrize("change", ["sailNumber", "added", "removed"])
def test_a_changed_document_never_holds(change):
    document = json.loads(json.dumps(DERIVED))
    subject = document["credentialSubject"]
    if change == "removed":
        del subject["boards"][0]["brand"]
    else:
        subject[change] = "Earth102"
    try:
        covers = bbs_2023.covered(document, proof_of(document), SHARED)
    except WalletError:
        return
    assert not covers.holds(key(PUBLIC))


@pytest.mark.parametrize("option", OPTIONS)
@pytest.mark.parametrize("step", ["addSignedSDBase", "derivedRevealDocument"])
def test_drafts_of_more_are_told_apart(option, step):
    proof = proof_of(vector(f"{option}__{step}"))
    assert bbs_2023.is_base(proof) == (step == "addSignedSDBase")
    with pytest.raises(UnsupportedError) as caught:
        bbs_2023.read_value(proof)
    assert caught.value.code is Code.PROOF_UNSUPPORTED


@pytest.mark.parametrize("number", ["06", "09", "12", "21", "25", "29"])
def test_the_examples_of_the_data_model(number):
    path = shared("vectors", "data-integrity", f"vcdm2-REC__{number}__bbs-2023.json")
    document = json.loads(path.read_text("utf-8"))
    proof = proof_of(document)
    covers = bbs_2023.covered(document, proof, SHARED)
    assert bbs_2023.is_base(proof)
    assert covers.holds(key(key_of(document)))
    assert not covers.holds(key(PUBLIC))


def test_the_example_with_a_term_that_nothing_defines():
    path = shared("vectors", "data-integrity", "vcdm2-REC__26__bbs-2023.json")
    document = json.loads(path.read_text("utf-8"))
    with pytest.raises(WalletError) as caught:
        bbs_2023.covered(document, proof_of(document), SHARED)
    assert caught.value.code is Code.JSONLD_DROPPED


WORLD = World()
ISSUER = multikey.did_key(key(PUBLIC))
CLAIMS = WORLD.claims(WORLD.issuer("Bluegrass College")) | {"issuer": ISSUER}
OWN = bbs_2023.create(
    CLAIMS,
    method=f"{ISSUER}#{ISSUER[8:]}",
    secret=SECRET,
    created=WORLD.now,
    mandatory=["/issuer", "/validFrom"],
    hmac_key=HMAC_KEY,
    contexts=SHARED,
)


def checks_of(document):
    report = verify(formats.read(_compact(document)), Policy(), WORLD, WORLD.now)
    return {check.question: check.reason for check in report.checks}


def _compact(document):
    return json.dumps(document, separators=(",", ":")).encode()


def _derived():
    return bbs_2023.derive(OWN, proof_of(OWN), ["/name", "/credentialSubject"], SHARED)


def test_the_owner_knows_that_it_holds_and_so_does_who_sees_a_part():
    for document in (OWN, _derived()):
        checks = checks_of(document)
        assert checks[Question.SIGNATURE] is checks[Question.AUTHORITY] is None


def test_a_base_proof_that_is_presented_is_refused_and_a_derived_one_is_not():
    robin = WORLD.learner()
    for document, reason in ((OWN, Reason.BASE_PROOF_PRESENTED), (_derived(), None)):
        shown = formats.read(WORLD.present(robin, [_compact(document)]))
        (report,) = verify_presentation(shown, Policy(), WORLD, WORLD.now).credentials
        assert report[Question.SIGNATURE].reason is reason


def test_drafts_of_more_could_not_be_checked():
    for option in OPTIONS:
        document = vector(f"{option}__derivedRevealDocument")
        assert checks_of(document)[Question.SIGNATURE] is Reason.PROOF_UNSUPPORTED


ALTERED = _compact(_derived())


@given(st.integers(0, len(ALTERED) - 1), st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_any_altered_byte_never_passes(at, change):
    altered = bytearray(ALTERED)
    altered[at] ^= change
    try:
        report = verify(formats.read(bytes(altered)), Policy(), WORLD, WORLD.now)
    except WalletError:
        return
    assert report[Question.SIGNATURE].outcome is not Outcome.PASSED


def test_more_messages_than_can_be_checked_in_time_could_not_be_checked():
    document = _derived()
    value = bbs_2023.read_value(proof_of(document))
    longer = replace(value, proof=value.proof + value.proof[-32:] * 4010)
    document["proof"]["proofValue"] = bbs_2023.write_value(longer)
    assert checks_of(document)[Question.SIGNATURE] is Reason.TOO_COMPLEX
