"""bbs-2023 (baseline) against the vectors of its specification, step by step."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from tests.paths import shared
from wallet.crypto import bbs, multikey
from wallet.errors import Code, UnsupportedError, WalletError
from wallet.formats import bbs_2023, data_integrity, statements
from wallet.formats.contexts import SHARED

OPTIONS = ("HolderBinding", "Pseudonym", "PseudonymHB")


def vector(name):
    return json.loads(shared("vectors", "data-integrity", f"bbs__{name}.json").read_text("utf-8"))


def proof_of(document):
    (proof,) = data_integrity.proofs(document)
    return proof


def key_of(document):
    method = document["proof"]["verificationMethod"]
    return multikey.decode_base58btc(method.partition("#")[0].removeprefix("did:key:z"))[2:]


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
    assert bbs_2023.covered(BASE, proof_of(BASE), SHARED).holds(PUBLIC)


def test_the_derived_proof_holds_and_is_read_as_it_was_written():
    proof, step = proof_of(DERIVED), vector("derivedDisclosureData")
    value = bbs_2023.read_value(proof)
    assert value.proof.hex() == step["bbsProof"]
    assert [f"b{n}" for n in value.labels] == [name for _, name in step["labelMap"]["value"]]
    assert list(value.mandatory) == step["mandatoryIndexes"]
    assert list(value.shown) == step["adjSelectiveIndexes"]
    assert bbs_2023.write_value(value) == DERIVED["proof"]["proofValue"]
    assert bbs_2023.covered(DERIVED, proof, SHARED).holds(PUBLIC)
    assert not bbs_2023.covered(DERIVED, proof, SHARED).holds(bbs.public_key_of(b"\1" * 32))


def test_deriving_shows_what_the_example_shows():
    derived = bbs_2023.derive(BASE, proof_of(BASE), CHOSEN, SHARED)
    assert derived["credentialSubject"] == DERIVED["credentialSubject"]
    ours, theirs = (bbs_2023.read_value(proof_of(one)) for one in (derived, DERIVED))
    assert (ours.labels, ours.mandatory, ours.shown) == (
        theirs.labels,
        theirs.mandatory,
        theirs.shown,
    )
    assert bbs_2023.covered(derived, proof_of(derived), SHARED).holds(PUBLIC)


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
    assert not covers.holds(PUBLIC)


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
    assert covers.holds(key_of(document))
    assert not covers.holds(PUBLIC)


def test_the_example_with_a_term_that_nothing_defines():
    path = shared("vectors", "data-integrity", "vcdm2-REC__26__bbs-2023.json")
    document = json.loads(path.read_text("utf-8"))
    with pytest.raises(WalletError) as caught:
        bbs_2023.covered(document, proof_of(document), SHARED)
    assert caught.value.code is Code.JSONLD_DROPPED
