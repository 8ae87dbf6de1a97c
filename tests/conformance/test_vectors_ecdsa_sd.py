"""Data Integrity ECDSA Cryptosuites 1.0, ecdsa-sd-2023: every step of the published example."""

from __future__ import annotations

import json
from hashlib import sha256

import pytest

from tests.paths import shared
from wallet.crypto import multikey, signatures
from wallet.crypto.jsonld import canonicalize
from wallet.formats import data_integrity, ecdsa_sd, ecdsa_sd_base, statements
from wallet.formats.contexts import SHARED

STEPS = "ecdsa__ecdsa-sd-2023__prc__"


def vector(name, prefix=STEPS):
    return json.loads(
        shared("vectors", "data-integrity", f"{prefix}{name}.json").read_text("utf-8")
    )


def proof_of(document):
    (proof,) = data_integrity.proofs(document)
    return proof


BASE, DERIVED = vector("addSignedSDBase"), vector("derivedRevealDocument")
KEYS = vector("SDKeyMaterial", "ecdsa__ecdsa-sd-2023__")
HMAC_KEY = bytes.fromhex(KEYS["hmacKeyString"])
UNSIGNED = {name: value for name, value in BASE.items() if name != "proof"}


def whole():
    return statements.number(UNSIGNED, ecdsa_sd_base.naming(HMAC_KEY), SHARED)


def test_addBaseDocCanon():
    canonical = canonicalize(UNSIGNED, SHARED)
    assert canonical.decode().splitlines(keepends=True) == vector("addBaseDocCanon")


def test_addBaseDocHMACCanon():
    assert [line.decode() for line in whole().lines] == vector("addBaseDocHMACCanon")


def test_addBaseTransform():
    step, signed = vector("addBaseTransform"), whole()
    chosen = signed.selected(step["mandatoryPointers"])
    assert sorted(chosen) == [number for number, _ in step["mandatory"]["value"]]
    mandatory, others = signed.split(chosen)
    assert [line.decode() for line in mandatory] == [text for _, text in step["mandatory"]["value"]]
    assert [line.decode() for line in others] == [text for _, text in step["nonMandatory"]["value"]]


def test_addHashData():
    step, signed = vector("addHashData"), whole()
    mandatory, _ = signed.split(signed.selected(["/issuer"]))
    assert sha256(b"".join(mandatory)).hexdigest() == step["mandatoryHash"]
    options = data_integrity.options_hash(BASE, proof_of(BASE), SHARED)
    assert options.hex() == step["proofHash"]


@pytest.mark.parametrize("step", ["addRawBaseSignatureInfo", "derivedRecoveredBaseData"])
def test_base_proof_value(step):
    expected, value = vector(step), ecdsa_sd.read_value(proof_of(BASE))
    assert value.signature.hex() == expected["baseSignature"]
    key = expected.get("publicKey") or expected["proofPublicKey"]
    assert multikey.encode_multikey(value.key) == key
    assert [one.hex() for one in value.signatures] == expected["signatures"]
    assert value.hmac_key == HMAC_KEY
    assert list(value.pointers) == expected["mandatoryPointers"]
    assert ecdsa_sd.write_value(value) == BASE["proof"]["proofValue"]


def test_derivedGroupIndexes():
    step, signed = vector("derivedGroupIndexes"), whole()
    chosen = vector("prCredSelective", "ecdsa__")
    mandatory = signed.selected(["/issuer"])
    assert sorted(mandatory) == step["mandatoryIndexes"]
    assert sorted(signed.selected(chosen)) == step["selectiveIndexes"]
    assert sorted(signed.selected(["/issuer", *chosen])) == step["combinedIndexes"]
    everything = range(len(signed.lines))
    assert [n for n in everything if n not in mandatory] == step["nonMandatoryIndexes"]


def test_derivedRevealDocument():
    chosen = vector("prCredSelective", "ecdsa__")
    derived = ecdsa_sd_base.derive(BASE, proof_of(BASE), chosen, SHARED)
    assert {k: v for k, v in derived.items() if k != "proof"} == vector("derivedUnsignedReveal")
    assert derived == DERIVED
    assert list(derived) == list(DERIVED)


@pytest.mark.parametrize(
    "step", ["derivedDisclosureData", "verifyDerivedProofValue", "verifyCreateVerifyData"]
)
def test_derived_proof_value(step):
    expected, value = vector(step), ecdsa_sd.read_value(proof_of(DERIVED))
    assert value.signature.hex() == expected["baseSignature"]
    assert multikey.encode_multikey(value.key) == expected["publicKey"]
    assert [one.hex() for one in value.signatures] == expected["signatures"]
    assert list(value.signatures) == [
        bytes.fromhex(one) for one in vector("derivedAdjSignatures")["filteredSignatures"]
    ]
    assert list(value.mandatory) == vector("derivedAdjMandatoryIndexes")["adjMandatoryIndexes"]
    labels = expected.get("labelMap", [])
    labels = labels["value"] if isinstance(labels, dict) else labels
    for number, (canonical, name) in enumerate(labels):
        assert canonical == f"c14n{number}"
        assert ecdsa_sd.label(value.labels[number]) == name
    assert ecdsa_sd.write_value(value) == DERIVED["proof"]["proofValue"]


def test_verifyCreateVerifyData():
    step = vector("verifyCreateVerifyData")
    covers = ecdsa_sd.covered(DERIVED, proof_of(DERIVED), SHARED)
    assert [line.decode() for line in covers.statements] == step["nonMandatory"]
    key = multikey.bytes_of_key(multikey.decode_multikey(step["publicKey"]))
    assert covers.data.hex() == step["proofHash"] + key.hex() + step["mandatoryHash"]
    assert covers.statements_hold()
    issuer = multikey.decode_multikey(KEYS["baseKeyPair"]["publicKeyMultibase"])
    assert signatures.verify("ES256", issuer, covers.data, covers.signature)


def test_the_base_proof_holds_for_its_owner():
    covers = ecdsa_sd_base.covered(BASE, proof_of(BASE), SHARED)
    issuer = multikey.decode_multikey(KEYS["baseKeyPair"]["publicKeyMultibase"])
    assert signatures.verify("ES256", issuer, covers.data, covers.signature)
    assert len(covers.statements) == 20
    assert covers.statements_hold()


@pytest.mark.parametrize("kind", ["base", "derived"])
def test_the_corpus_of_digital_bazaar_holds(kind):
    module = ecdsa_sd_base if kind == "base" else ecdsa_sd
    lines = shared("corpus", f"ecdsa-sd-2023-{kind}.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == 50
    for document in map(json.loads, lines):
        proof = proof_of(document)
        covers = module.covered(document, proof, SHARED)
        issuer = multikey.key_of_did_key(proof.verification_method.partition("#")[0])
        assert signatures.verify("ES256", issuer, covers.data, covers.signature)
        assert covers.statements_hold()


def test_deriving_does_as_digital_bazaar_did():
    texts = [
        shared("corpus", f"ecdsa-sd-2023-{kind}.jsonl").read_text("utf-8").splitlines()
        for kind in ("base", "derived")
    ]
    for base, derived in zip(*texts, strict=True):
        document = json.loads(base)
        found = ecdsa_sd_base.derive(
            document, proof_of(document), ["/credentialSubject/achievement/name"], SHARED
        )
        assert found == json.loads(derived)
