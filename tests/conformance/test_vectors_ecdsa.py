"""Data Integrity ECDSA Cryptosuites 1.0, appendix A: every step of the published examples."""

from __future__ import annotations

import json

import pytest

from tests.paths import shared
from wallet.crypto import jcs, multikey, signatures
from wallet.crypto.jsonld import canonicalize
from wallet.formats import data_integrity, suites
from wallet.formats.contexts import SHARED
from wallet.model import KeyType

CASES = {
    "ecdsa-rdfc-2019-p256": "ECDSAP256",
    "ecdsa-rdfc-2019-p256__employ": "ECDSAP256",
    "ecdsa-jcs-2019-p256": "JCSECDSAP256",
    "ecdsa-jcs-2019-p384": "JCSECDSAP384",
}


def text(case, step, ending="txt"):
    name = f"ecdsa__{case}__{step}{CASES[case]}.{ending}"
    return shared("vectors", "data-integrity", name).read_text("utf-8").strip()


@pytest.mark.parametrize("case", CASES)
def test_every_step_is_the_published_one(case):
    document = json.loads(text(case, "signed", "json"))
    (proof,) = data_integrity.proofs(document)
    suite = suites.of(proof)
    assert suite is not None
    key_type = KeyType.P384 if "p384" in case else KeyType.P256
    hash_name = suite.hash_name(key_type)
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    own = {"hash_name": hash_name}
    written = jcs.canonicalize(unsigned) if suite.jcs else canonicalize(unsigned, SHARED, **own)
    assert written.decode().strip() == text(case, "canonDoc")
    doc = data_integrity.document_hash(document, proof, SHARED, **own)
    options = data_integrity.options_hash(document, proof, SHARED, **own)
    assert doc.hex() == text(case, "docHash")
    assert options.hex() == text(case, "proofHash")
    assert (options + doc).hex() == text(case, "combinedHash")
    signature = data_integrity.signature(proof)
    assert signature.data.hex() == text(case, "sigHex")
    key = multikey.key_of_did_key(proof.verification_method.partition("#")[0])
    assert key.type is key_type
    assert signatures.verify(
        suite.algorithm(key_type, signature), key, options + doc, signature.data
    )


@pytest.mark.parametrize("case", CASES)
def test_signing_makes_the_published_proof_but_for_the_signature(case):
    """ECDSA takes a new number for every signature; everything else is as published."""
    document = json.loads(text(case, "signed", "json"))
    published = document.pop("proof")
    (proof,) = data_integrity.proofs({"proof": published})
    algorithm = "ES384" if "p384" in case else "ES256"
    covered = []

    def sign(data):
        covered.append(data.hex())
        return bytes([1]) * (96 if algorithm == "ES384" else 64)

    made = data_integrity.sign(
        document,
        method=proof.verification_method,
        sign=sign,
        created=proof.created,
        suite=proof.suite,
        algorithm=algorithm,
    )
    assert covered == [text(case, "combinedHash")]
    assert {**made["proof"], "proofValue": published["proofValue"]} == published
