"""Data Integrity EdDSA Cryptosuites 1.0, appendix B: every step of the published examples."""

from __future__ import annotations

import json

import pytest

from tests.paths import shared
from wallet.crypto import multikey, signatures
from wallet.crypto.jsonld import canonicalize
from wallet.formats import data_integrity
from wallet.formats.contexts import SHARED

CASES = {
    "eddsa-rdfc-2022": "DataInt",
    "eddsa-rdfc-2022__employ": "DataInt",
    "Ed25519Signature2020": "EdSig",
}


def text(case, step, ending="txt"):
    name = f"eddsa__{case}__{step}{CASES[case]}.{ending}"
    return shared("vectors", "data-integrity", name).read_text("utf-8")


@pytest.mark.parametrize("case", CASES)
def test_every_step_is_the_published_one(case):
    document = json.loads(text(case, "signed", "json"))
    (proof,) = data_integrity.proofs(document)
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    assert canonicalize(unsigned, SHARED).decode().strip() == text(case, "canonDoc").strip()
    doc = data_integrity.document_hash(document, proof, SHARED)
    options = data_integrity.options_hash(document, proof, SHARED)
    assert doc.hex() == text(case, "docHash").strip()
    assert options.hex() == text(case, "proofHash").strip()
    assert (options + doc).hex() == text(case, "combinedHash").strip()
    signature = data_integrity.signature(proof).data
    assert signature.hex() == text(case, "sigHex").strip()
    key = multikey.key_of_did_key(proof.verification_method.partition("#")[0])
    assert signatures.verify("Ed25519", key, options + doc, signature)


def test_the_published_sets_of_proofs():
    names = ("signedProofSet1", "signedProofSet2")
    checked = 0
    for name in names:
        path = shared("vectors", "data-integrity", f"eddsa__proof-set-chain__{name}.json")
        document = json.loads(path.read_text("utf-8"))
        for proof in data_integrity.proofs(document):
            data = data_integrity.options_hash(document, proof, SHARED)
            data += data_integrity.document_hash(document, proof, SHARED)
            key = multikey.key_of_did_key(proof.verification_method.partition("#")[0])
            assert signatures.verify("Ed25519", key, data, data_integrity.signature(proof).data)
            checked += 1
    assert checked >= 3
