"""`bbs-2023`: proofs from which their owner may leave parts out, no two of them alike.

Data Integrity BBS Cryptosuites 1.0 section 3, the baseline option. Every statement that the issuer
did not make mandatory is a message of one BBS signature, whose header is the hash of the proof
options and of the mandatory statements. The *base* proof is for its owner alone. A *derived* proof
shows that the owner holds the signature, and not the signature itself.

The options for anonymous holder binding and pseudonyms are drafts; a proof with one is told apart
by its header and refused as a kind that is not known. What is common to the suites with selective
disclosure is in `wallet.formats.statements`.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from wallet.crypto import cbor, jose
from wallet.crypto.jsonld import Contexts, canonicalize
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import (
    data_integrity,
    fields,
    plain,
    pointers,
    proof_value,
    statements,
    suites,
)
from wallet.formats.proof_value import numbers, octets
from wallet.formats.statements import malformed
from wallet.model import Json, Proof, PublicKey

SUITE: Final = suites.BBS_2023

# A message costs as much as six values of a document that is canonicalised.
_VALUES_A_MESSAGE: Final = 6
# A proof has 32 octets for every message that is not shown, in base64url, and what else there is.
MAX_VALUE_CHARS: Final = 400_000
_HMAC_BYTES: Final = 32
_HASH_BYTES: Final = 32
_SCALAR_BYTES: Final = 32
_BASE: Final = b"\xd9\x5d\x02"
_DERIVED: Final = b"\xd9\x5d\x03"
# Section 3.4: the headers of the two values for each of the options that are not baseline.
_OPTIONS: Final = frozenset(b"\xd9\x5d" + bytes([last]) for last in range(4, 10))


@dataclass(frozen=True, slots=True)
class BaseValue:
    """The value of a base proof (section 3.3.1): for its owner alone."""

    signature: bytes
    header: bytes
    public_key: bytes
    hmac_key: bytes
    pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """The value of a derived proof (section 3.3.6).

    `labels` are the numbers of the blank nodes in what was signed, in the order of their canonical
    labels; `mandatory` are places among the statements that are shown, `shown` those of the other
    ones among all that were not mandatory.
    """

    proof: bytes
    labels: tuple[int, ...]
    mandatory: tuple[int, ...]
    shown: tuple[int, ...]
    presentation_header: bytes


@dataclass(frozen=True, slots=True)
class Covered:
    """What a proof covers. `messages` are all of a base proof's, or those that are shown."""

    value: BaseValue | DerivedValue
    header: bytes
    messages: tuple[bytes, ...]

    @property
    def values(self) -> int:
        """The work of checking it, in values of a document."""
        value = self.value
        hidden = 0 if isinstance(value, BaseValue) else len(value.proof) // _SCALAR_BYTES
        return _VALUES_A_MESSAGE * (len(self.messages) + hidden)

    def holds(self, key: PublicKey) -> bool:
        """Say whether the holder of a key's secret half signed it all.

        Raises `MalformedError` for a key or proof that is none, `UnsupportedError` (TOO_COMPLEX).
        """
        from wallet.crypto import bbs  # the library behind it loads only for whom it is for

        value = self.value
        if isinstance(value, BaseValue):
            return self.header == value.header and bbs.verify(
                key.data, value.signature, self.header, self.messages
            )
        messages = dict(zip(value.shown, self.messages, strict=True))
        return bbs.verify_proof(
            key.data, value.proof, self.header, value.presentation_header, messages
        )


def is_base(proof: Proof) -> bool:
    """Say whether a proof is a base proof of any option, which is for its owner alone."""
    value = proof.options.get("proofValue")
    # The header's 24 bits are the first four characters; those of base proofs are the even ones.
    return (
        proof.suite == SUITE
        and isinstance(value, str)
        and value[:4] == "u2V0"
        and value[4:5] in ("C", "E", "G", "I")
    )


def read_value(proof: Proof) -> BaseValue | DerivedValue:
    """Return the value of a proof (sections 3.3.2 and 3.3.7).

    Raises `MalformedError`, and `UnsupportedError` (PROOF_UNSUPPORTED) for an option beyond the
    baseline.
    """
    header, rest = proof_value.read(proof, most=MAX_VALUE_CHARS)
    if header in _OPTIONS:
        raise UnsupportedError(Code.PROOF_UNSUPPORTED, suite=f"{SUITE} option {header[2]}")
    if header == _BASE:
        return _base_value(rest)
    if header == _DERIVED:
        return _derived_value(rest)
    raise malformed("header")


def write_value(value: BaseValue | DerivedValue) -> str:
    """Return the text of a proof value (sections 3.3.1 and 3.3.6)."""
    parts: list[cbor.Item]
    if isinstance(value, BaseValue):
        parts = [
            value.signature, value.header, value.public_key, value.hmac_key, list(value.pointers)
        ]  # fmt: skip
        return proof_value.write(_BASE, parts)
    labels: dict[int, cbor.Item] = dict(enumerate(value.labels))
    parts = [
        value.proof, labels, list(value.mandatory), list(value.shown), value.presentation_header
    ]  # fmt: skip
    return proof_value.write(_DERIVED, parts)


def covered(document: Mapping[str, Json], proof: Proof, contexts: Contexts) -> Covered:
    """Return what a proof covers (section 3.4.3; a base proof's, so that its owner can know)."""
    value = read_value(proof)
    plain.check(document)
    options = data_integrity.options_hash(document, proof, contexts)
    bare = statements.unsecured(document, proof)
    if isinstance(value, BaseValue):
        whole = statements.number(bare, naming(value.hmac_key), contexts)
        mandatory, others = whole.split(whole.selected(value.pointers))
    else:
        mandatory, others = _shown(bare, value, contexts)
        if len(others) != len(value.shown):
            raise malformed("shown")
    return Covered(value, _header(options, mandatory), tuple(others))


def derive(
    document: Mapping[str, Json], proof: Proof, shown: Iterable[str], contexts: Contexts
) -> dict[str, Json]:
    """Return what of a document others get to see, with its proof (section 3.4.2).

    `shown` are JSON pointers; what the issuer made mandatory is shown besides. Raises
    `MalformedError` (NO_SUCH_PART) for a pointer to nothing, or to half of what was signed whole.
    """
    from wallet.crypto import bbs

    value = read_value(proof)
    if not isinstance(value, BaseValue):
        raise malformed("derived proof")
    bare = statements.unsecured(document, proof)
    whole = statements.number(bare, naming(value.hmac_key), contexts)
    mandatory = whole.selected(value.pointers)
    together = (*value.pointers, *shown)
    kept = sorted(whole.selected(together))
    places = {
        number: place
        for place, number in enumerate(n for n in range(len(whole.lines)) if n not in mandatory)
    }
    visible = [places[number] for number in kept if number not in mandatory]
    messages = [whole.lines[number] for number in places]
    derived = DerivedValue(
        proof=bbs.prove(value.public_key, value.signature, value.header, b"", messages, visible),
        labels=tuple(int(name[1:]) for name in whole.visible_names(kept)),
        mandatory=tuple(place for place, number in enumerate(kept) if number in mandatory),
        shown=tuple(visible),
        presentation_header=b"",
    )
    revealed = pointers.select(bare, together)
    if revealed is None:
        raise MalformedError(Code.NO_SUCH_PART)
    return {**revealed, "proof": {**proof.options, "proofValue": write_value(derived)}}


def create(
    document: Mapping[str, Json],
    *,
    method: str,
    secret: bytes,
    created: datetime,
    mandatory: Iterable[str],
    hmac_key: bytes,
    contexts: Contexts,
) -> dict[str, Json]:
    """Return `document` with a base proof by the key named `method` (section 3.4.1).

    `secret` is that key's secret half, `hmac_key` 32 random bytes for this one proof.
    """
    from wallet.crypto import bbs

    options: dict[str, Json] = {
        "type": "DataIntegrityProof",
        "cryptosuite": SUITE,
        "created": fields.iso(created),
        "verificationMethod": method,
        "proofPurpose": "assertionMethod",
    }
    named = tuple(mandatory)
    bare = {name: value for name, value in document.items() if name != "proof"}
    (proof,) = data_integrity.proofs({"proof": options})
    whole = statements.number(bare, naming(hmac_key), contexts)
    lines, others = whole.split(whole.selected(named))
    header = _header(data_integrity.options_hash(bare, proof, contexts), lines)
    signature = bbs.sign(secret, header, others)
    value = BaseValue(signature, header, bbs.public_key_of(secret), hmac_key, named)
    return {**bare, "proof": {**options, "proofValue": write_value(value)}}


def naming(key: bytes) -> Callable[[Mapping[str, str]], Mapping[str, str]]:
    """Return what names blank nodes by their places among their HMACs (section 3.3.4)."""

    def named(labels: Mapping[str, str]) -> Mapping[str, str]:
        hidden = {
            blank: jose.encode_base64url(hmac.digest(key, name.encode("ascii"), "sha256"))
            for blank, name in labels.items()
        }
        order = sorted(hidden, key=hidden.__getitem__)
        return {blank: f"b{place}" for place, blank in enumerate(order)}

    return named


def _shown(
    bare: Mapping[str, Json], value: DerivedValue, contexts: Contexts
) -> tuple[list[bytes], list[bytes]]:
    """Return the mandatory and the other statements of a document that shows a part."""
    if len(set(value.labels)) != len(value.labels):
        # Two nodes of the document under one name would be one node to the signature.
        raise malformed("labels")
    names = {f"_:c14n{place}": f"_:b{number}" for place, number in enumerate(value.labels)}
    lines = statements.relabelled(canonicalize(bare, contexts), names)
    chosen = set(value.mandatory)
    if len(chosen) != len(value.mandatory) or max(chosen, default=-1) >= len(lines):
        raise malformed("mandatory")
    mandatory = [line for place, line in enumerate(lines) if place in chosen]
    return mandatory, [line for place, line in enumerate(lines) if place not in chosen]


def _header(options_hash: bytes, mandatory: Iterable[bytes]) -> bytes:
    return options_hash + sha256(b"".join(mandatory)).digest()


def _base_value(rest: bytes) -> BaseValue:
    from wallet.crypto import bbs

    signature, header, key, hmac_key, named = proof_value.parts_of(rest)
    return BaseValue(
        octets(signature, bbs.SIGNATURE_BYTES), octets(header, 2 * _HASH_BYTES),
        octets(key, bbs.PUBLIC_KEY_BYTES), octets(hmac_key, _HMAC_BYTES), proof_value.texts(named),
    )  # fmt: skip


def _derived_value(rest: bytes) -> DerivedValue:
    proof, labels, mandatory, shown, header = proof_value.parts_of(rest)
    places = numbers(shown)
    if list(places) != sorted(set(places)):
        raise malformed("shown")
    if not isinstance(proof, bytes) or not isinstance(header, bytes):
        raise malformed("proof")
    named = numbers(proof_value.labels(labels))
    return DerivedValue(proof, named, numbers(mandatory), places, header)
