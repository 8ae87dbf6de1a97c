"""The signed presentation: what is in it, what it refuses, and that nothing in it is rewritten."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.paths import shared
from tests.unit.share.holder import CREATED, OneKey
from wallet import formats
from wallet.crypto import jose
from wallet.errors import Code, LinkError, VaultError
from wallet.formats import data_integrity, ecdsa_sd
from wallet.formats.contexts import SHARED
from wallet.model import Credential, Presentation
from wallet.share import presentation
from wallet.share.presentation import Terms

CORPUS = shared("corpus")

ODD = """
{ "@context": ["https://www.w3.org/ns/credentials/v2", {"@vocab": "https://x.example/"}],
  "type": ["VerifiableCredential"], "issuer": "did:web:x.example",
  "name": "caf\\u00e9 \\/ \\"®’\\"",
  "credentialSubject": {"a": 1.0, "b": 1e2, "c": 12345678901234568, "d": 0.10, "e": -0,
    "f": 1E-7, "\\u0067": "\\ud83d\\ude00", "h": [true, null, {}] },
  "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofValue": "z1",
    "proofPurpose": "assertionMethod", "verificationMethod": "did:web:x.example#k"}\t}
"""


def line(name: str, number: int = 0) -> bytes:
    return (CORPUS / name).read_bytes().splitlines()[number]


def read(raw: bytes) -> Credential:
    found = formats.read(raw)
    assert isinstance(found, Credential)
    return found


def of_version(name: str, context: str) -> list[Credential]:
    return [
        read(raw) for raw in (CORPUS / name).read_bytes().splitlines() if context in str(raw[:99])
    ]


V1 = of_version("ed25519signature2020.jsonl", "2018/credentials/v1")
V2 = [read(line("eddsa-rdfc-2022.jsonl", number)) for number in range(1, 30)]
TOKENS = [read(line("vc-jwt.jsonl", number)) for number in range(4)]


def is_signed_by(key: OneKey, presented: bytes) -> bool:
    """Check the proof with nothing of the code that made it but canonicalisation."""
    document = json.loads(presented)
    found = formats.read(presented)
    (proof,) = found.proofs
    data = data_integrity.options_hash(document, proof, SHARED)
    data += data_integrity.document_hash(document, proof, SHARED)
    public = Ed25519PublicKey.from_public_bytes(key.public(key.did).data)
    try:
        public.verify(data_integrity.signature(proof).data, data)
    except InvalidSignature:
        return False
    return True


def presented(credentials: list[Credential], terms: Terms, keys: OneKey) -> Presentation:
    signed = presentation.build(credentials, terms, keys=keys)
    assert is_signed_by(keys, signed)
    found = formats.read(signed)
    assert isinstance(found, Presentation)
    return found


def test_what_is_signed(keys: OneKey, terms: Terms) -> None:
    found = presented([V2[0]], terms, keys)
    assert found.holder == keys.did
    assert found.name == "For Harbor Hospital HR, Nursing Assistant, req 4471"
    assert found.claims["@context"] == ["https://www.w3.org/ns/credentials/v2"]
    assert found.claims["type"] == ["VerifiablePresentation"]
    (proof,) = found.proofs
    key = keys.did.removeprefix("did:key:")
    assert {name: value for name, value in proof.options.items() if name != "proofValue"} == {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-22T06:18:09Z",
        "verificationMethod": f"{keys.did}#{key}",
        "proofPurpose": "authentication",
        "domain": ["https://verify.example.org", "mailto:hr@harbor.example"],
        "challenge": "AAAAAAAAAAAAAAAAAAAAAA",
        "expires": "2026-12-22T00:00:00Z",
    }


def test_without_audience_the_domain_is_the_origin(keys: OneKey, terms: Terms) -> None:
    at_path = replace(terms, audience=None, page="https://Verify.Example.org:8443/check/")
    (proof,) = presented([V2[0]], at_path, keys).proofs
    assert proof.domains == ("https://verify.example.org:8443",)


def test_each_presentation_has_its_own_challenge(keys: OneKey, terms: Terms) -> None:
    open_terms = replace(terms, challenge=None)
    first, second = (presented([V2[0]], open_terms, keys).proofs[0].challenge for _ in range(2))
    assert first != second
    assert first is not None
    assert len(jose.decode_base64url(first)) == 16


@pytest.mark.parametrize("member", ["name", "holder", "verifiableCredential"])
@pytest.mark.parametrize("credential", [V1[0], V2[0], TOKENS[0]], ids=["v1", "v2", "token"])
def test_everything_in_it_is_signed(
    keys: OneKey, terms: Terms, credential: Credential, member: str
) -> None:
    document = json.loads(presentation.build([credential], terms, keys=keys))
    assert is_signed_by(keys, json.dumps(document).encode())
    document[member] = {
        "name": "For somebody else",
        "holder": "did:example:other",
        "verifiableCredential": [],
    }[member]
    assert not is_signed_by(keys, json.dumps(document).encode())


@pytest.mark.parametrize("option", ["created", "domain", "challenge", "expires", "proofPurpose"])
def test_every_option_is_signed(keys: OneKey, terms: Terms, option: str) -> None:
    document = json.loads(presentation.build([V2[0]], terms, keys=keys))
    changed = {"created": "2027-01-01T00:00:00Z", "expires": "2099-01-01T00:00:00Z"}
    document["proof"][option] = changed.get(option, "assertionMethod")
    assert not is_signed_by(keys, json.dumps(document).encode())


@pytest.mark.parametrize(
    "credentials",
    [V2[:1], V2[:5], V2[:25], V1[:1], V1[:5], TOKENS[:1], [TOKENS[1], V2[3], TOKENS[2]]],
    ids=["v2", "5 v2", "25 v2", "v1", "5 v1", "token", "tokens and v2"],
)
def test_credentials_come_out_as_they_went_in(
    keys: OneKey, terms: Terms, credentials: list[Credential]
) -> None:
    found = presented(credentials, terms, keys)
    assert [c.raw for c in found.credentials] == [c.raw.strip() for c in credentials]
    assert [c.format for c in found.credentials] == [c.format for c in credentials]


def test_unusual_numbers_escapes_and_spaces_stay_as_they_are(keys: OneKey, terms: Terms) -> None:
    credential = read(b"\xef\xbb\xbf" + ODD.encode())
    signed = presentation.build([credential], terms, keys=keys)
    assert ODD.strip().encode() in signed
    assert is_signed_by(keys, signed)


def test_version_1_presentation_says_what_name_means(keys: OneKey, terms: Terms) -> None:
    found = presented(V1[:2], terms, keys)
    assert found.claims["@context"] == [
        "https://www.w3.org/2018/credentials/v1",
        "https://w3id.org/security/data-integrity/v2",
        {"name": "https://schema.org/name"},
    ]


def test_envelopes_name_their_media_type(keys: OneKey, terms: Terms) -> None:
    found = presented(TOKENS, terms, keys)
    for member, token in zip(found.claims["verifiableCredential"], TOKENS, strict=True):
        assert member["type"] == "EnvelopedVerifiableCredential"
        kind = {"vc-jwt": "application/jwt", "vc-jose": "application/vc+jwt"}[token.format]
        assert member["id"] == f"data:{kind},{token.raw.decode()}"


def test_pieces_are_one_a_version_and_hold_each_credential_once() -> None:
    mixed = [V2[0], V1[0], TOKENS[0], V2[0], V1[1]]
    assert presentation.pieces(mixed) == ((V2[0], TOKENS[0]), (V1[0], V1[1]))


def code_of(credentials: list[Credential], terms: Terms, keys: OneKey) -> Code:
    with pytest.raises(LinkError) as caught:
        presentation.build(credentials, terms, keys=keys)
    return caught.value.code


def test_refusals(keys: OneKey, terms: Terms) -> None:
    assert code_of([], terms, keys) is Code.NOTHING_TO_SHARE
    assert code_of([V1[0], V2[0]], terms, keys) is Code.MIXED_VERSIONS
    assert code_of(V2[:1], replace(terms, expires=CREATED), keys) is Code.END_NOT_IN_FUTURE
    before = replace(terms, expires=CREATED - timedelta(days=1))
    assert code_of(V2[:1], before, keys) is Code.END_NOT_IN_FUTURE
    plain_http = replace(terms, page="http://verify.example.org/")
    assert code_of(V2[:1], plain_http, keys) is Code.PAGE_ADDRESS_BAD


def test_a_base_proof_stays_at_home_and_a_derived_one_travels(keys: OneKey, terms: Terms) -> None:
    base = read(line("ecdsa-sd-2023-base.jsonl"))
    (left,) = presented([base], terms, keys).credentials
    value = ecdsa_sd.read_value(left.proofs[0])
    assert isinstance(value, ecdsa_sd.DerivedValue)
    said = {name: member for name, member in base.claims.items() if name != "proof"}
    assert {name: member for name, member in left.claims.items() if name != "proof"} == said
    broken = replace(base.proofs[0], options={**base.proofs[0].options, "proofValue": "u2V0A"})
    assert code_of([replace(base, proofs=(broken,))], terms, keys) is Code.CANNOT_PRESENT
    derived = read(line("ecdsa-sd-2023-derived.jsonl"))
    assert presented([derived], terms, keys).credentials[0].raw == derived.raw


def own(issuer: str, **more: Any) -> Credential:
    claims = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": issuer,
        "credentialSubject": {"id": issuer, **more},
    }
    return read(json.dumps(claims).encode())


def test_an_unsigned_statement_travels_only_when_it_is_the_holders_own(
    keys: OneKey, terms: Terms
) -> None:
    assert presented([own(keys.did)], terms, keys).credentials[0].issuer == keys.did
    assert code_of([own("did:web:x.example")], terms, keys) is Code.CANNOT_PRESENT


def test_what_no_context_defines_cannot_be_presented(keys: OneKey, terms: Terms) -> None:
    odd = own(keys.did, undefinedTerm=1)
    for credentials in ([odd], [V2[0], odd, V2[1]]):
        with pytest.raises(LinkError) as caught:
            presentation.build(credentials, terms, keys=keys)
        assert caught.value.code is Code.CANNOT_PRESENT
        assert caught.value.facts == {"id": odd.id, "reason": "jsonld_dropped"}


def test_a_text_that_would_break_out_is_refused(keys: OneKey, terms: Terms) -> None:
    sly = replace(V2[0], raw=V2[0].raw + b'],"holder":"did:example:other","x":[' + V2[0].raw)
    assert code_of([sly], terms, keys) is Code.CANNOT_PRESENT


def test_a_locked_vault_says_so(keys: OneKey, terms: Terms) -> None:
    with pytest.raises(VaultError):
        presentation.build(V2[:1], replace(terms, holder="did:key:z6MkOther"), keys=keys)


@pytest.mark.parametrize(
    ("given_text", "address"),
    [
        ("hr@harbor.example", "mailto:hr@harbor.example"),
        (" mailto:hr@harbor.example ", "mailto:hr@harbor.example"),
        ("MAILTO:a.b+c@harbor.example", "mailto:a.b+c@harbor.example"),
        ("https://harbor.example/jobs", "https://harbor.example/jobs"),
        ("HTTPS://harbor.example", "https://harbor.example"),
        ("Harbor Hospital HR", None),
        ("http://harbor.example", None),
        ("https://", None),
        ("https://user@harbor.example", None),
        ("hr@harbor", None),
        ("hr@@harbor.example", None),
        ("a@b.example?subject=x", None),
        ("a@b.example, c@d.example", None),
        ("x" * 300 + "@harbor.example", None),
        ("", None),
    ],
)
def test_audience_of(given_text: str, address: str | None) -> None:
    assert presentation.audience_of(given_text) == address


@settings(max_examples=50)
@given(st.text(max_size=400))
def test_any_name_can_be_signed(name: str) -> None:
    keys = OneKey(bytes(32))
    terms = Terms(keys.did, "https://v.example/", None, name, CREATED, CREATED + timedelta(days=1))
    signed = presentation.build([own(keys.did)], terms, keys=keys)
    assert is_signed_by(keys, signed)
    assert len(json.loads(signed)["name"]) <= presentation.MAX_NAME_CHARS


def test_the_older_data_integrity_context_is_not_crossed_with_the_newer(
    keys: OneKey, terms: Terms
) -> None:
    older = "https://w3id.org/security/data-integrity/v1"
    claims = {
        "@context": ["https://www.w3.org/2018/credentials/v1", older],
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "issuanceDate": "2024-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:ada"},
        "proof": {"type": "DataIntegrityProof", "proofValue": "z1"},
    }
    credential = read(json.dumps(claims).encode())
    found = presented([credential, V1[1]], terms, keys)
    assert found.claims["@context"][1] == older
