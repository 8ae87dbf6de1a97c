"""Multibase, Multikey, did:key and did:jwk, both ways."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import shared
from wallet.crypto import jose, multikey, signatures
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.model import KeyType


@given(st.binary(max_size=200))
def test_base58_round_trip(data):
    assert multikey.decode_base58btc(multikey.encode_base58btc(data)) == data


def test_base58_known_values():
    # draft-msporny-base58-03, section 5.
    assert multikey.encode_base58btc(b"Hello World!") == "2NEpo7TZRRrLZSi2U"
    assert multikey.decode_base58btc("11233QC4") == bytes.fromhex("0000287fb4cd")


@pytest.mark.parametrize(
    "text",
    ["", "z", "z0", "zO", "zl", "z é", "x00", "Z2NE", "u a", "uAB=", "uA", "mA", "z" * 70_000],
)
def test_bad_multibase_is_refused(text):
    with pytest.raises(MalformedError):
        multikey.decode_multibase(text)


def test_base58_is_bounded():
    with pytest.raises(MalformedError):
        multikey.decode_base58btc("2" * (multikey.MAX_BASE58_CHARS + 1))


@pytest.mark.parametrize("key_type", sorted(set(KeyType) - {KeyType.BLS12381G2}))
def test_did_key_and_did_jwk_both_ways(key_type):
    key = signatures.public_of(signatures.generate(key_type))
    assert multikey.key_of_did_key(multikey.did_key(key)) == key
    assert multikey.key_of_did_jwk(multikey.did_jwk(key)) == key
    assert jose.key_of_jwk(jose.jwk_of_key(key)) == key


def test_keys_of_other_kinds_are_named_unsupported():
    x25519 = "z" + multikey.encode_base58btc(b"\xec\x01" + bytes(32))
    with pytest.raises(UnsupportedError) as caught:
        multikey.decode_multikey(x25519)
    assert caught.value.code is Code.KEY_UNSUPPORTED


@pytest.mark.parametrize("size", [0, 31, 33])
def test_ed25519_keys_have_32_bytes(size):
    with pytest.raises(MalformedError):
        multikey.decode_multikey("z" + multikey.encode_base58btc(b"\xed\x01" + bytes(size)))


@given(st.binary(max_size=80))
def test_any_multikey_is_a_key_or_an_error_of_ours(data):
    try:
        multikey.decode_multikey("z" + multikey.encode_base58btc(data))
    except WalletError:
        return


def test_published_did_keys():
    found = 0
    for name in ("did-key__ed25519-x25519.json", "did-key__secp256k1.json"):
        for did, entry in json.loads(shared("vectors", "w3c-suites", name).read_text()).items():
            key = multikey.key_of_did_key(did)
            assert multikey.did_key(key) == did
            pair = entry["verificationKeyPair"]
            if "publicKeyBase58" in pair:
                assert multikey.decode_base58btc(pair["publicKeyBase58"]) == key.data
            if "publicKeyJwk" in pair:
                assert jose.key_of_jwk(pair["publicKeyJwk"]) == key
            found += 1
    assert found >= 8


def test_a_published_p384_key_is_the_same_as_jwk():
    document = json.loads(
        shared("vectors", "w3c-suites", "did__credo__didKeyP384.json").read_text()
    )
    jwk = document["verificationMethod"][0]["publicKeyJwk"]
    assert jose.key_of_jwk(jwk) == multikey.key_of_did_key(document["id"])


def test_a_did_jwk_for_encryption_is_no_signature_key():
    name = "did-jwk__x25519DidJwkEyJrdHkiOiJ.json"
    document = json.loads(shared("vectors", "w3c-suites", name).read_text())
    with pytest.raises(WalletError):
        multikey.key_of_did_jwk(document["id"])


def test_the_corpus_issuers_have_the_keys_their_names_say():
    issuers = json.loads(shared("corpus", "issuers.json").read_text())
    for did in issuers["ed25519"]:
        assert multikey.did_key(multikey.key_of_did_key(did)) == did
    for entry in issuers["p256"]:
        assert jose.key_of_jwk(entry["jwk"]) == multikey.key_of_did_key(entry["did"])


def test_a_did_key_that_holds_a_whole_jwk():
    """As EBSI names natural persons (multicodec jwk_jcs-pub, 0xeb51)."""
    sample = shared("vectors", "peers", "waltid__verifiable_educational_id_sample.json")
    name = re.search(r"did:key:z2dm\w+", sample.read_text("utf-8"))
    assert name is not None
    assert multikey.key_of_did_key(name[0]).type is KeyType.P256
    for text in (b"{}", b"[", b'{"kty":"oct","k":"AA"}'):
        spelled = "z" + multikey.encode_base58btc(b"\xd1\xd6\x03" + text)
        with pytest.raises((MalformedError, UnsupportedError)):
            multikey.decode_multikey(spelled)
