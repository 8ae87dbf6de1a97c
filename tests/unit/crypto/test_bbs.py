"""BBS against the published vectors, and its own way round."""

from __future__ import annotations

import contextlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.paths import shared
from wallet.crypto import bbs
from wallet.errors import Code, UnsupportedError, WalletError

SECRET = bytes.fromhex("66d36e118832af4c5e28b2dfe1b9577857e57b042a33e06bdea37b811ed09ee0")
PUBLIC = bbs.public_key_of(SECRET)
MESSAGES = [f"statement {n}".encode() for n in range(6)]
SIGNATURE = bbs.sign(SECRET, b"header", MESSAGES)


@pytest.fixture
def published():
    def load(name):
        return json.loads(shared("vectors", "data-integrity", f"bbs__{name}.json").read_text())

    return load


def test_the_published_signature_and_proof(published):
    keys, hashes = published("BBSKeyMaterial"), published("addHashData")
    public = bytes.fromhex(keys["publicKeyHex"])
    header = bytes.fromhex(hashes["proofHash"] + hashes["mandatoryHash"])
    said = [line.encode() for _, line in published("addBaseTransform")["nonMandatory"]["value"]]
    signature = bytes.fromhex(published("addRawBaseSignatureInfo")["bbsSignature"])
    assert bbs.public_key_of(bytes.fromhex(keys["privateKeyHex"])) == public
    assert bbs.sign(bytes.fromhex(keys["privateKeyHex"]), header, said) == signature
    assert bbs.verify(public, signature, header, said)
    shown = published("derivedDisclosureData")
    proof = bytes.fromhex(shown["bbsProof"])
    presented = bytes.fromhex(published("BBSDeriveMaterial")["presentationHeaderHex"])
    messages = {place: said[place] for place in shown["adjSelectiveIndexes"]}
    assert bbs.verify_proof(public, proof, header, presented, messages)
    assert not bbs.verify_proof(public, proof, header, presented + b"!", messages)


@pytest.mark.parametrize("shown", [[], [0], [5], [1, 3], [0, 1, 2, 3, 4, 5]])
def test_a_proof_of_any_choice_holds_and_says_no_more(shown):
    proof = bbs.prove(PUBLIC, SIGNATURE, b"header", b"for you", MESSAGES, shown)
    messages = {place: MESSAGES[place] for place in shown}
    assert bbs.verify_proof(PUBLIC, proof, b"header", b"for you", messages)
    assert not bbs.verify_proof(PUBLIC, proof, b"header", b"for me", messages)
    assert not bbs.verify_proof(PUBLIC, proof, b"other", b"for you", messages)
    if shown:
        changed = messages | {shown[0]: b"something else"}
        assert not bbs.verify_proof(PUBLIC, proof, b"header", b"for you", changed)


def test_two_proofs_of_one_signature_share_nothing():
    one, two = (bbs.prove(PUBLIC, SIGNATURE, b"", b"", MESSAGES, [0]) for _ in range(2))
    pieces = {one[start : start + 16] for start in range(len(one) - 16)}
    assert not pieces & {two[start : start + 16] for start in range(len(two) - 16)}
    assert SIGNATURE[:48] not in one


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 8 * len(SIGNATURE) - 1))
def test_a_changed_bit_of_a_signature_never_holds(bit):
    changed = bytearray(SIGNATURE)
    changed[bit >> 3] ^= 1 << (bit & 7)
    with contextlib.suppress(WalletError):
        assert not bbs.verify(PUBLIC, bytes(changed), b"header", MESSAGES)


PROOF = bbs.prove(PUBLIC, SIGNATURE, b"header", b"", MESSAGES, [2])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 8 * len(PROOF) - 1))
def test_a_changed_bit_of_a_proof_never_holds(bit):
    changed = bytearray(PROOF)
    changed[bit >> 3] ^= 1 << (bit & 7)
    with contextlib.suppress(WalletError):
        assert not bbs.verify_proof(PUBLIC, bytes(changed), b"header", b"", {2: MESSAGES[2]})


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.binary(max_size=100), st.integers(-2, 10))
def test_no_bytes_raise_anything_else(proof, key, place):
    for public in (key, PUBLIC):
        with contextlib.suppress(WalletError):
            assert not bbs.verify_proof(public, proof, b"", b"", {place: b"x"})


@pytest.mark.parametrize(
    ("key", "proof"),
    [
        (PUBLIC, b"\xc0" + bytes(47) + PROOF[48:]),  # the identity
        (PUBLIC, PROOF[:-32] + bytes(32)),  # zero
        (PUBLIC, PROOF[:-32] + b"\xff" * 32),  # beyond the order
        (PUBLIC, PROOF[:-1]),
        (b"\xc0" + bytes(95), PROOF),
        (PUBLIC[:-1], PROOF),
    ],
)
def test_what_is_no_proof_or_key_is_refused(key, proof):
    with pytest.raises(WalletError):
        bbs.verify_proof(key, proof, b"header", b"", {2: MESSAGES[2]})


def test_more_messages_than_anybody_signs_are_not_tried():
    proof = PROOF[: 3 * 48] + PROOF[3 * 48 : 3 * 48 + 32] * 4
    shown = dict.fromkeys(range(bbs.MAX_MESSAGES + 1), b"")
    with pytest.raises(UnsupportedError) as caught:
        bbs.verify_proof(PUBLIC, proof, b"", b"", shown)
    assert caught.value.code is Code.TOO_COMPLEX
