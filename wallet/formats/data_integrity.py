"""Embedded proofs over JSON-LD: `eddsa-rdfc-2022` and the older `Ed25519Signature2020`.

Verifiable Credential Data Integrity 1.0 sections 4.2-4.5, Data Integrity EdDSA Cryptosuites 1.0
section 3.2, Ed25519Signature2020. What is signed is the SHA-256 of the canonical proof options
followed by the SHA-256 of the canonical document; both suites share that. Which key a proof names,
and whether it may speak, is decided in `wallet.verify`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Final

from wallet.crypto import multikey
from wallet.crypto.jsonld import Contexts, canonicalize
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import fields, plain
from wallet.formats.contexts import SHARED
from wallet.model import Json, Proof

EDDSA_RDFC_2022: Final = "eddsa-rdfc-2022"
ED25519_SIGNATURE_2020: Final = "Ed25519Signature2020"
# The name eddsa-rdfc-2022 had in drafts of 2022 and 2023; Open Badges 3.0 examples still use it.
_EDDSA_2022: Final = "eddsa-2022"
SUITES: Final = frozenset({EDDSA_RDFC_2022, ED25519_SIGNATURE_2020, _EDDSA_2022})

MAX_PROOFS: Final = 10  # each may cost a request for a key; real sets have two or three
SIGNATURE_BYTES: Final = 64
# The members that carry the signature itself; everything else in a proof is signed.
# What a proof may say (VC Data Integrity 1.0 section 2.1). Another member could be one of these
# under another name.
_MEMBERS: Final = frozenset(
    {
        *("@context", "id", "type", "cryptosuite", "created", "expires", "domain", "challenge"),
        *("nonce", "verificationMethod", "proofPurpose", "proofValue", "previousProof"),
    }
)
_SEVERAL: Final = frozenset({"domain", "previousProof"})
_UNSIGNED: Final = ("proofValue", "jws", "signatureValue")


def proofs(document: Mapping[str, Json]) -> tuple[Proof, ...]:
    """Return every proof of a document, known suite or not, in its order.

    Raises `MalformedError` for a `proof` that is no object and for more than `MAX_PROOFS`.
    """
    found = fields.nodes(document.get("proof"))
    if len(found) > MAX_PROOFS:
        raise MalformedError(Code.TOO_LARGE, field="proof", limit=MAX_PROOFS)
    return tuple(_proof(value) for value in found)


def is_supported(proof: Proof) -> bool:
    """Say whether this module can check the proof's suite."""
    return proof.suite in SUITES


def document_hash(document: Mapping[str, Json], proof: Proof, contexts: Contexts) -> bytes:
    """Return the SHA-256 of the canonical document that `proof` covers.

    That is the document without proofs, or, for a link of a chain, with the proofs that
    `previousProof` names (VC Data Integrity 1.0 section 4.2).
    """
    plain.check(document)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    previous = fields.nodes(proof.options.get("previousProof"))
    if previous:
        unsecured["proof"] = _named_proofs(document, previous)
    return sha256(canonicalize(unsecured, contexts)).digest()


def options_hash(document: Mapping[str, Json], proof: Proof, contexts: Contexts) -> bytes:
    """Return the SHA-256 of the canonical proof options, read with the document's contexts."""
    options = {name: value for name, value in proof.options.items() if name not in _UNSIGNED}
    context = document.get("@context")
    if "@context" in options:
        # The older suite leaves the proof its own contexts; the newer wants the document's.
        if proof.suite != ED25519_SIGNATURE_2020:
            _check_context(fields.nodes(options["@context"]), fields.nodes(context))
    elif context is not None:
        options["@context"] = context
    return sha256(canonicalize(options, contexts)).digest()


def check_members(proof: Proof) -> None:
    """Raise `MalformedError` for a member that no proof has, or that could be read in two ways."""
    for name, member in proof.options.items():
        if name not in _MEMBERS or not _is_plain(name, member):
            raise MalformedError(Code.WRONG_TYPE, field=name[:80])


def signature(proof: Proof) -> bytes:
    """Return the 64 bytes of a proof's signature; raises `MalformedError`."""
    check_members(proof)
    value = proof.options.get("proofValue")
    if not isinstance(value, str) or not value.startswith("z"):
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING)
    data = multikey.decode_multibase(value)
    if len(data) != SIGNATURE_BYTES:
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING, size=len(data))
    return data


def sign(
    document: Mapping[str, Json],
    *,
    method: str,
    sign: Callable[[bytes], bytes],
    created: datetime,
    purpose: str = "assertionMethod",
    suite: str = EDDSA_RDFC_2022,
    domains: Sequence[str] = (),
    challenge: str | None = None,
    expires: datetime | None = None,
) -> dict[str, Json]:
    """Return `document` with a proof by the Ed25519 key named `method`.

    `sign` makes the raw 64-byte signature. Raises what canonicalisation raises: a document with a
    term that no context defines cannot be signed.
    """
    if suite not in SUITES:
        raise UnsupportedError(Code.PROOF_UNSUPPORTED, suite=suite[:40])
    options: dict[str, Json] = {"type": suite}
    if suite == EDDSA_RDFC_2022:
        options = {"type": "DataIntegrityProof", "cryptosuite": suite}
    options |= {
        "created": fields.iso(created),
        "verificationMethod": method,
        "proofPurpose": purpose,
    }
    if domains:
        options["domain"] = list(domains) if len(domains) > 1 else domains[0]
    if challenge is not None:
        options["challenge"] = challenge
    if expires is not None:
        options["expires"] = fields.iso(expires)
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    proof = _proof(options)
    data = options_hash(unsigned, proof, SHARED) + document_hash(unsigned, proof, SHARED)
    options["proofValue"] = "z" + multikey.encode_base58btc(sign(data))
    return {**unsigned, "proof": options}


def _proof(value: Json) -> Proof:
    if not isinstance(value, dict):
        raise MalformedError(Code.WRONG_TYPE, field="proof")
    kind = next(iter(fields.types(value.get("type"))), "")
    suite = value.get("cryptosuite") if kind == "DataIntegrityProof" else kind
    challenge = value.get("challenge")
    return Proof(
        suite=suite if isinstance(suite, str) else "",
        verification_method=fields.identifier(value.get("verificationMethod")),
        purpose=_string(value.get("proofPurpose")),
        created=fields.time(value.get("created")),
        expires=fields.time(value.get("expires")),
        domains=tuple(item for item in fields.nodes(value.get("domain")) if isinstance(item, str)),
        challenge=_string(challenge),
        options=value,
    )


def _is_plain(name: str, value: Json) -> bool:
    """Say whether a member is the text, or for some the flat list of texts, that is read of it.

    To the signature a list in a list and a value spelled out would say the same.
    """
    if name == "@context":
        return True
    if name in _SEVERAL and isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    return value is None or isinstance(value, str)


def _string(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def _named_proofs(document: Mapping[str, Json], names: list[Json]) -> list[Json]:
    found = [
        other
        for other in fields.nodes(document.get("proof"))
        if isinstance(other, dict) and isinstance(other.get("id"), str) and other["id"] in names
    ]
    if len(found) != len(names):
        raise MalformedError(Code.MISSING_FIELD, field="previousProof")
    return found


def _check_context(own: list[Json], documents: list[Json]) -> None:
    # Section 4.3: the document's contexts start with the proof's, or the proof is of another text.
    if documents[: len(own)] != own:
        raise MalformedError(Code.JSONLD_INVALID, field="proof.@context")
