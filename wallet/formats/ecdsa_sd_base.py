"""What the owner of an `ecdsa-sd-2023` base proof does with it, and what its issuer did.

Data Integrity ECDSA Cryptosuites 1.0 sections 3.4 and 3.5: `covered` (does what I keep hold?),
`derive` (what others get to see), `create` (what an issuer makes). All three number the statements
of the credential and find those that JSON pointers select (`wallet.formats.statements`).
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from wallet.crypto import signatures
from wallet.crypto.jsonld import Contexts
from wallet.errors import Code, MalformedError
from wallet.formats import data_integrity, ecdsa_sd, fields, plain, pointers, statements
from wallet.formats.ecdsa_sd import BaseValue, Covered, DerivedValue
from wallet.model import Json, Proof


def covered(document: Mapping[str, Json], proof: Proof, contexts: Contexts) -> Covered:
    """Return what a base proof covers, so that its owner can know whether it holds."""
    value = _value(proof)
    plain.check(document)
    whole = statements.number(
        statements.unsecured(document, proof), naming(value.hmac_key), contexts
    )
    options = data_integrity.options_hash(document, proof, contexts)
    return ecdsa_sd.cover(value, options, *whole.split(whole.selected(value.pointers)))


def derive(
    document: Mapping[str, Json], proof: Proof, shown: Iterable[str], contexts: Contexts
) -> dict[str, Json]:
    """Return what of a document others get to see, with its proof (section 3.5.3).

    `shown` are JSON pointers; what the issuer made mandatory is shown besides. Raises
    `MalformedError` (NO_SUCH_PART) for a pointer to nothing, or to half of what was signed whole.
    """
    value = _value(proof)
    bare = statements.unsecured(document, proof)
    whole = statements.number(bare, naming(value.hmac_key), contexts)
    mandatory = whole.selected(value.pointers)
    together = (*value.pointers, *shown)
    visible = whole.selected(together)
    others = [number for number in range(len(whole.lines)) if number not in mandatory]
    if len(others) != len(value.signatures):
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING, problem="signatures")
    kept = sorted(visible)
    derived = DerivedValue(
        signature=value.signature,
        key=value.key,
        signatures=tuple(
            signature
            for number, signature in zip(others, value.signatures, strict=True)
            if number in visible
        ),
        labels=tuple(map(ecdsa_sd.label_bytes, whole.visible_names(kept))),
        mandatory=tuple(place for place, number in enumerate(kept) if number in mandatory),
    )
    revealed = pointers.select(bare, together)
    if revealed is None:
        raise MalformedError(Code.NO_SUCH_PART)
    options = {**proof.options, "proofValue": ecdsa_sd.write_value(derived)}
    return {**revealed, "proof": options}


def create(
    document: Mapping[str, Json],
    *,
    method: str,
    sign: Callable[[bytes], bytes],
    created: datetime,
    mandatory: Iterable[str],
    hmac_key: bytes,
    proof_key: signatures.PrivateKey,
    contexts: Contexts,
) -> dict[str, Json]:
    """Return `document` with a base proof by the P-256 key named `method` (section 3.5.2).

    `sign` makes the raw 64-byte signature (ES256). `hmac_key` (32 bytes) and `proof_key` are
    random and used for this one proof.
    """
    options: dict[str, Json] = {
        "type": "DataIntegrityProof",
        "cryptosuite": ecdsa_sd.SUITE,
        "created": fields.iso(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    named = tuple(mandatory)
    bare = {name: value for name, value in document.items() if name != "proof"}
    (proof,) = data_integrity.proofs({"proof": options})
    whole = statements.number(bare, naming(hmac_key), contexts)
    lines, others = whole.split(whole.selected(named))
    key = signatures.public_of(proof_key)
    options_hash = data_integrity.options_hash(bare, proof, contexts)
    value = BaseValue(
        signature=sign(ecdsa_sd.signed_data(options_hash, key, lines)),
        key=key,
        hmac_key=hmac_key,
        signatures=tuple(signatures.sign(ecdsa_sd.ALGORITHM, proof_key, line) for line in others),
        pointers=named,
    )
    return {**bare, "proof": {**options, "proofValue": ecdsa_sd.write_value(value)}}


def _value(proof: Proof) -> BaseValue:
    value = ecdsa_sd.read_value(proof)
    if not isinstance(value, BaseValue):
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING, problem="derived proof")
    return value


def naming(key: bytes) -> statements.Naming:
    """Return what names blank nodes by the HMAC of their canonical labels (section 3.4.2)."""
    return lambda labels: {
        blank: ecdsa_sd.label(hmac.digest(key, name.encode("ascii"), "sha256"))
        for blank, name in labels.items()
    }
