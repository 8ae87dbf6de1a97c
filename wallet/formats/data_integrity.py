"""Embedded proofs over JSON: what of a document is signed, and signing it.

Verifiable Credential Data Integrity 1.0 sections 4.2-4.5, the EdDSA and ECDSA Cryptosuites 1.0
section 3, and the older Linked Data signatures. What is signed is the hash of the canonical proof
options followed by the hash of the canonical document; the suites (`wallet.formats.suites`) differ
in what is canonical, in the hash and in how the signature is written. Which key a proof names, and
whether it may speak, is decided in `wallet.verify`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from wallet.crypto import detached, jcs, multikey, signatures
from wallet.crypto.jsonld import Contexts, canonicalize
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import fields, plain, suites
from wallet.formats.contexts import SHARED
from wallet.formats.suites import ED25519_SIGNATURE_2020, EDDSA_RDFC_2022, Signature, Suite
from wallet.model import Json, Proof

__all__ = [
    "ED25519_SIGNATURE_2020",
    "EDDSA_RDFC_2022",
    "MAX_PROOFS",
    "check_members",
    "document_hash",
    "in_circle",
    "options_hash",
    "previous",
    "proofs",
    "sign",
    "signature",
]

MAX_PROOFS: Final = 10  # each may cost a request for a key; real sets have two or three


def proofs(document: Mapping[str, Json]) -> tuple[Proof, ...]:
    """Return every proof of a document, known suite or not, in its order.

    Raises `MalformedError` for a `proof` that is no object and for more than `MAX_PROOFS`.
    """
    found = fields.nodes(document.get("proof"))
    if len(found) > MAX_PROOFS:
        raise MalformedError(Code.TOO_LARGE, field="proof", limit=MAX_PROOFS)
    return tuple(_proof(value) for value in found)


def previous(proof: Proof) -> list[Json]:
    """Return the ids of the proofs that a link of a chain covers; none for any other proof."""
    return fields.nodes(proof.options.get("previousProof"))


def in_circle(proof: Proof, others: Sequence[Proof]) -> bool:
    """Say whether a link of a chain covers itself, be it through others.

    Nobody can have made such a chain in good faith: each link is signed after what it covers.
    """
    names, seen = previous(proof), 0
    while seen < len(names):  # grows while it is read
        for other in others:
            if other.options.get("id") == names[seen]:
                if other is proof:
                    return True
                names = names + [name for name in previous(other) if name not in names]
        seen += 1
    return False


def document_hash(
    document: Mapping[str, Json], proof: Proof, contexts: Contexts, *, hash_name: str = "sha256"
) -> bytes:
    """Return the hash of the canonical document that `proof` covers.

    That is the document without proofs, or, for a link of a chain, with the proofs that
    `previousProof` names (VC Data Integrity 1.0 section 4.2). For a proof over statements the
    document must be one that says to people what it says to the signature.
    """
    suite = _suite(proof)
    if not suite.jcs:
        plain.check(document)
    unsecured = {name: value for name, value in document.items() if name != "proof"}
    names = previous(proof)
    if names:
        unsecured["proof"] = _named_proofs(document, names)
    return _hash(unsecured, suite, contexts, hash_name)


def options_hash(
    document: Mapping[str, Json], proof: Proof, contexts: Contexts, *, hash_name: str = "sha256"
) -> bytes:
    """Return the hash of the canonical proof options."""
    suite = _suite(proof)
    options = {name: value for name, value in proof.options.items() if name != suite.member}
    if suite.jcs:
        _check_own_context(document, proof)
        return _hash(options, suite, contexts, hash_name)
    context = document.get("@context")
    if "@context" in options:
        # The older suites leave the proof its own contexts; the newer want the document's.
        if not suite.older:
            _check_context(fields.nodes(options["@context"]), fields.nodes(context))
    elif suite.context is not None:
        options["@context"] = suite.context
    elif context is not None:
        options["@context"] = context
    return _hash(options, suite, contexts, hash_name)


def check_members(proof: Proof) -> None:
    """Raise `MalformedError` for a member that no proof has, or that could be read in two ways."""
    suites.check_members(proof, _suite(proof))


def signature(proof: Proof) -> Signature:
    """Return a proof's signature; raises what `suites.signature` raises."""
    return suites.signature(proof, _suite(proof))


def sign(
    document: Mapping[str, Json],
    *,
    method: str,
    sign: Callable[[bytes], bytes],
    created: datetime,
    purpose: str = "assertionMethod",
    suite: str = EDDSA_RDFC_2022,
    algorithm: str = "EdDSA",
    domains: Sequence[str] = (),
    challenge: str | None = None,
    expires: datetime | None = None,
    name: str | None = None,
    after: Sequence[str] = (),
) -> dict[str, Json]:
    """Return `document` with a proof by the key named `method`.

    `sign` makes the raw signature of `algorithm` (JOSE names). `after` are the ids of proofs that
    the document has and this one covers: then it is added to them, else it takes their place.
    `name` is its own id. Raises what canonicalisation raises: a document with a term that no
    context defines cannot be signed by a suite over statements.
    """
    kind = suites.SUITES.get(suite)
    key_type = signatures.KEY_TYPES.get(algorithm)
    if kind is None or kind.selective or key_type is None:
        raise UnsupportedError(Code.PROOF_UNSUPPORTED, suite=suite[:40])
    if algorithm not in kind.algorithms.get(key_type, ()):
        raise UnsupportedError(Code.PROOF_UNSUPPORTED, suite=suite[:40])
    options = _options(kind, name=name, after=after, method=method, created=created)
    options["proofPurpose"] = purpose
    if domains:
        options["domain"] = list(domains) if len(domains) > 1 else domains[0]
    if challenge is not None:
        options["challenge"] = challenge
    if expires is not None:
        options["expires"] = fields.iso(expires)
    if kind.jcs and "@context" in document:
        options["@context"] = document["@context"]
    hash_name, proof = kind.hash_name(key_type), _proof(options)
    data = options_hash(document, proof, SHARED, hash_name=hash_name)
    data += document_hash(document, proof, SHARED, hash_name=hash_name)
    if kind.jws:
        options["jws"] = detached.sign(algorithm, data, sign=sign)
    else:
        options["proofValue"] = "z" + multikey.encode_base58btc(sign(data))
    kept = [*fields.nodes(document.get("proof")), options] if after else options
    return {**document, "proof": kept}


def _options(
    kind: Suite, *, name: str | None, after: Sequence[str], method: str, created: datetime
) -> dict[str, Json]:
    options: dict[str, Json] = {} if name is None else {"id": name}
    options["type"] = kind.name if kind.older else suites.DATA_INTEGRITY_PROOF
    if not kind.older:
        options["cryptosuite"] = kind.name
    options |= {"created": fields.iso(created), "verificationMethod": method}
    if after:
        options["previousProof"] = list(after) if len(after) > 1 else after[0]
    return options


def _suite(proof: Proof) -> Suite:
    # A suite that another module checks reads its options as the newer suites over statements do.
    return suites.of(proof) or suites.OTHER


def _hash(value: dict[str, Json], suite: Suite, contexts: Contexts, hash_name: str) -> bytes:
    if suite.jcs:
        # The signature covers the double nearest to an integer, and others have the same.
        canonical = jcs.canonicalize(value, exact=True)
    else:
        canonical = canonicalize(value, contexts, hash_name=hash_name)
    return hashlib.new(hash_name, canonical).digest()


def _proof(value: Json) -> Proof:
    if not isinstance(value, dict):
        raise MalformedError(Code.WRONG_TYPE, field="proof")
    kind = next(iter(fields.types(value.get("type"))), "")
    suite = value.get("cryptosuite") if kind == suites.DATA_INTEGRITY_PROOF else kind
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


def _check_own_context(document: Mapping[str, Json], proof: Proof) -> None:
    """Refuse a document whose contexts are not just those that a proof over JSON repeats.

    EdDSA Cryptosuites 1.0 section 3.3.2 lets the document have more behind them and drops those
    from what is verified. Nobody signed them, and to a reader of JSON-LD they could change what
    everything means; so such a document is not answered for.
    """
    if "@context" not in proof.options:
        return
    own, context = proof.options["@context"], document.get("@context")
    if not _is_same(own, context):
        _check_context(fields.nodes(own), fields.nodes(context))
        raise UnsupportedError(Code.JSONLD_UNSUPPORTED, feature="contexts beyond the signed ones")


def _check_context(own: list[Json], documents: list[Json]) -> None:
    # Section 4.3: the document's contexts start with the proof's, or the proof is of another text.
    if not _is_same(documents[: len(own)], own):
        raise MalformedError(Code.JSONLD_INVALID, field="proof.@context")


def _is_same(one: Json, other: Json) -> bool:
    """Say whether two JSON values are the same; to Python, 1 is true as well."""
    if one != other:
        return False
    plain = isinstance(one, str) or (isinstance(one, list) and all(type(i) is str for i in one))
    return plain or jcs.canonicalize([one]) == jcs.canonicalize([other])
