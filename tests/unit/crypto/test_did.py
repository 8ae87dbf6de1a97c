"""DIDs: where did:web documents live, and what documents say about keys."""

from __future__ import annotations

import base64
import json
import textwrap

import pytest

from tests.paths import shared
from wallet.crypto import did, multikey, signatures
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.model import KeyType

KEY = signatures.public_of(signatures.generate(KeyType.ED25519))
OTHER = signatures.public_of(signatures.generate(KeyType.ED25519))
WHO = "did:web:school.example"
PEM = "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n"

ADDRESSES = {
    "did:web:school.example": "https://school.example/.well-known/did.json",
    "did:web:School.Example": "https://school.example/.well-known/did.json",
    "did:web:school.example:dept:x-1": "https://school.example/dept/x-1/did.json",
    "did:web:school.example%3A8443": "https://school.example:8443/.well-known/did.json",
    "did:web:school.example%3a8443:a": "https://school.example:8443/a/did.json",
    "did:web:xn--bcher-kva.example": "https://xn--bcher-kva.example/.well-known/did.json",
}


@pytest.mark.parametrize(("name", "address"), ADDRESSES.items(), ids=ADDRESSES)
def test_where_a_did_web_lives(name, address):
    assert did.document_url(name) == address


@pytest.mark.parametrize(
    "name",
    [
        "did:web:",
        "did:web:localhost",
        "did:web:127.0.0.1",
        "did:web:[::1]",
        "did:web:0x7f.1",
        "did:web:school.example/admin",
        "did:web:school.example?x=1",
        "did:web:school.example#key",
        "did:web:user@school.example",
        "did:web:school.example%2Fadmin",
        "did:web:school.example%40evil.example",
        "did:web:school.example:",
        "did:web:school.example::a",
        "did:web:school.example:..",
        "did:web:school.example:a%2Fb",
        "did:web:school.example%3A0",
        "did:web:school.example%3A99999",
        "did:web:school.example%3A1x",
        "did:web:school.example%3A",
        "did:web:-school.example",
        "did:web:school..example",
        "did:web:schöol.example",
        "did:web:school.example\n",
        "did:web:" + "a." * 200 + "example",
        "did:web:school.example:" + "a" * 10_000,
    ],
)
def test_odd_addresses_are_refused(name):
    with pytest.raises(MalformedError) as caught:
        did.document_url(name)
    assert caught.value.code is Code.BAD_DID_DOCUMENT


def test_other_methods_are_named():
    with pytest.raises(UnsupportedError) as caught:
        did.document_url("did:ion:abc")
    assert caught.value.facts["method"] == "ion"


def method(name: str = f"{WHO}#key-1", key=KEY, **more):
    return {
        "id": name,
        "type": "Multikey",
        "controller": WHO,
        "publicKeyMultibase": multikey.encode_multikey(key),
        **more,
    }


def document(**more):
    return did.document_of({"id": WHO, **more}, WHO)


def test_methods_by_reference_relative_and_embedded():
    found = document(
        verificationMethod=[method("#key-1")],
        assertionMethod=["#key-1", method("#key-2", OTHER)],
        authentication=f"{WHO}#key-1",
    )
    assert found.methods[f"{WHO}#key-1"].key == KEY
    assert found.methods[f"{WHO}#key-2"].key == OTHER
    assert found.authorises(f"{WHO}#key-1", "assertionMethod")
    assert found.authorises(f"{WHO}#key-1", "authentication")
    assert found.authorises(f"{WHO}#key-2", "assertionMethod")
    assert not found.authorises(f"{WHO}#key-2", "authentication")
    assert not found.authorises(f"{WHO}#key-3", "assertionMethod")
    assert not found.authorises(f"{WHO}#key-1", "capabilityInvocation")


@pytest.mark.parametrize(
    "value",
    [
        {"type": "JsonWebKey", "publicKeyJwk": None},
        {"type": "Multikey", "publicKeyMultibase": "zzz0"},
        {"type": "Ed25519VerificationKey2018", "publicKeyBase58": "3"},
        {"type": "Ed25519VerificationKey2018"},
        {"type": "Multikey", "publicKeyMultibase": 5},
        {"type": "EcdsaSecp256k1VerificationKey2019", "publicKeyBase58": "3"},
        {"type": "EcdsaSecp256k1VerificationKey2019", "publicKeyBase58": "1" * 33},
        {"type": "Ed25519VerificationKey2018", "publicKeyPem": "x"},
        {"type": "RsaVerificationKey2018", "publicKeyPem": "x"},
        {"type": "RsaVerificationKey2018", "publicKeyPem": "-----BEGIN PUBLIC KEY-----" * 999},
        {"type": "RsaVerificationKey2018", "publicKeyPem": PEM.format("AAAA")},
        {"type": "RsaVerificationKey2018", "publicKeyPem": PEM.format("A")},
    ],
)
def test_a_key_that_cannot_be_read_is_kept_with_its_problem(value):
    entry = {"id": "#k", "controller": WHO, **value}
    found = document(verificationMethod=[entry, method("#good")]).methods
    assert found[f"{WHO}#k"].key is None
    assert found[f"{WHO}#k"].problem is not None
    assert found[f"{WHO}#good"].key == KEY


def test_older_ways_to_write_an_ed25519_key():
    text = multikey.encode_base58btc(KEY.data)
    found = document(
        publicKey=[
            {"id": "#a", "type": "Ed25519VerificationKey2018", "publicKeyBase58": text},
            {"id": "#b", "type": "Ed25519VerificationKey2020", "publicKeyMultibase": "z" + text},
        ]
    ).methods
    assert found[f"{WHO}#a"].key == found[f"{WHO}#b"].key == KEY


def test_older_ways_to_write_other_keys():
    pair = shared("vectors", "w3c-suites", "did-key__secp256k1.json").read_text("utf-8")
    for name, known in json.loads(pair).items():
        (found,) = did.document_of(known["didDocument"], name).methods.values()
        assert found.key == multikey.key_of_did_key(name)
        assert found.key.type is KeyType.SECP256K1
    rsa = signatures.public_of(signatures.generate(KeyType.RSA))
    text = PEM.format("\n".join(textwrap.wrap(base64.b64encode(rsa.data).decode(), 64)))
    entry = {"id": "#a", "type": "RsaVerificationKey2018", "publicKeyPem": text}
    assert document(publicKey=[entry]).methods[f"{WHO}#a"].key == rsa


@pytest.mark.parametrize(
    "text",
    [
        {},
        {"id": "did:web:other.example"},
        {"id": WHO, "verificationMethod": [5]},
        {"id": WHO, "verificationMethod": [{"id": 5}]},
        {"id": WHO, "verificationMethod": [method("#a"), method("#a", OTHER)]},
        {"id": WHO, "verificationMethod": [method(f"#{n}") for n in range(201)]},
    ],
)
def test_documents_that_are_refused(text):
    with pytest.raises(MalformedError):
        did.document_of(text, WHO)


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"id": "x", "id": "y"}', b"[" * 9999])
def test_bodies_that_are_no_documents(body):
    with pytest.raises(MalformedError):
        did.parse_document(body, WHO)


def test_a_published_document_without_a_verification_method_list():
    body = shared("vectors", "dcc", "dcc-did-web__did.json").read_bytes()
    subject = json.loads(body)["id"]
    found = did.parse_document(body, subject)
    assert [m.key.type for m in found.methods.values()] == [KeyType.ED25519]
    assert all(found.authorises(m, "assertionMethod") for m in found.methods)
