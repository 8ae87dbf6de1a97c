"""`ecdsa-sd-2023`: proofs from which their owner may leave parts out.

Data Integrity ECDSA Cryptosuites 1.0 sections 3.4 and 3.5. Every statement of a credential that
its issuer did not make mandatory has a signature of its own, under a key made for this one proof;
the issuer signs that key together with the mandatory statements and the proof options. The *base*
proof holds everything, also a secret key (`hmac_key`) that hides how the statements were numbered:
it is for the owner alone. A *derived* proof is what others see.

Here a proof value is read and written, and what a derived proof covers is made. What takes the
base proof is in `wallet.formats.ecdsa_sd_base`. The issuer's signature meets its key in
`wallet.verify`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from wallet.crypto import cbor, jose, multikey, signatures
from wallet.crypto.jsonld import Contexts, canonicalize
from wallet.errors import WalletError
from wallet.formats import data_integrity, plain, proof_value, statements
from wallet.formats.proof_value import octets
from wallet.formats.statements import malformed
from wallet.formats.suites import ECDSA_SD_2023
from wallet.model import Json, KeyType, Proof, PublicKey

SUITE: Final = ECDSA_SD_2023
ALGORITHM: Final = "ES256"

# Statements with a signature of their own, some 70 microseconds each to check: less than a second.
MAX_SIGNATURES: Final = 10_000
# As many, with 64 octets each and what else there is, in base64url.
MAX_VALUE_CHARS: Final = 1_000_000
MAX_LABELS: Final = 10_000
_SIGNATURE_BYTES: Final = 64
# A signature takes as long to check as three values of a document to canonicalise.
_VALUES_A_SIGNATURE: Final = 3
_HMAC_BYTES: Final = 32
_BASE: Final = b"\xd9\x5d\x00"
_DERIVED: Final = b"\xd9\x5d\x01"


@dataclass(frozen=True, slots=True)
class BaseValue:
    """The value of a base proof (section 3.4.3): for its owner alone."""

    signature: bytes
    key: PublicKey
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    pointers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DerivedValue:
    """The value of a derived proof (section 3.4.7).

    `labels` are the names of the blank nodes in the statements that were signed, in the order of
    their canonical labels; `mandatory` are positions among the statements that are shown.
    """

    signature: bytes
    key: PublicKey
    signatures: tuple[bytes, ...]
    labels: tuple[bytes, ...]
    mandatory: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """What a proof covers: `data` is signed by the issuer, each statement under the proof's key."""

    data: bytes
    signature: bytes
    key: PublicKey
    statements: tuple[bytes, ...]
    signatures: tuple[bytes, ...]

    @property
    def values(self) -> int:
        """The work of checking it, in values of a document."""
        return _VALUES_A_SIGNATURE * len(self.signatures)

    def holds(self, key: PublicKey) -> bool:
        """Say whether the holder of a key's secret half signed it all."""
        issued = signatures.verify(ALGORITHM, key, self.data, self.signature)
        return issued and self.statements_hold()

    def statements_hold(self) -> bool:
        """Say whether the signature of every statement holds, and there is one for each."""
        return len(self.statements) == len(self.signatures) and all(
            signatures.verify(ALGORITHM, self.key, statement, signature)
            for statement, signature in zip(self.statements, self.signatures, strict=True)
        )


def is_base(proof: Proof) -> bool:
    """Say whether a proof is a base proof, which is for its owner alone."""
    value = proof.options.get("proofValue")
    # The header's 24 bits are the first four characters.
    return proof.suite == SUITE and isinstance(value, str) and value[:5] == "u2V0A"


def read_value(proof: Proof) -> BaseValue | DerivedValue:
    """Return the value of a proof (sections 3.4.4 and 3.4.8); raises `MalformedError`."""
    header, rest = proof_value.read(proof, most=MAX_VALUE_CHARS)
    if header == _BASE:
        return _base_value(rest)
    if header == _DERIVED:
        return _derived_value(rest)
    raise malformed("header")


def write_value(value: BaseValue | DerivedValue) -> str:
    """Return the text of a proof value (sections 3.4.3 and 3.4.7)."""
    key = multikey.bytes_of_key(value.key)
    own = list(value.signatures)
    if isinstance(value, BaseValue):
        parts: list[cbor.Item] = [
            value.signature, key, value.hmac_key, own, list(value.pointers)
        ]  # fmt: skip
        return proof_value.write(_BASE, parts)
    labels: dict[int, cbor.Item] = dict(enumerate(value.labels))
    parts = [value.signature, key, own, labels, list(value.mandatory)]
    return proof_value.write(_DERIVED, parts)


def covered(document: Mapping[str, Json], proof: Proof, contexts: Contexts) -> Covered:
    """Return what a derived proof covers (sections 3.4.9 and 3.5.7).

    Raises `MalformedError` for a value that is none or does not fit the document.
    """
    value = read_value(proof)
    if not isinstance(value, DerivedValue):
        raise malformed("base proof")
    plain.check(document)
    canonical = canonicalize(statements.unsecured(document, proof), contexts)
    names = {f"_:c14n{number}": f"_:{label(raw)}" for number, raw in enumerate(value.labels)}
    if len(set(value.labels)) != len(names):
        # Two nodes of the document under one name would be one node to the signature.
        raise malformed("labels")
    stated = statements.relabelled(canonical, names)
    mandatory = set(value.mandatory)
    if len(mandatory) != len(value.mandatory) or max(mandatory, default=-1) >= len(stated):
        raise malformed("mandatory")
    return cover(
        value,
        data_integrity.options_hash(document, proof, contexts),
        [one for number, one in enumerate(stated) if number in mandatory],
        [one for number, one in enumerate(stated) if number not in mandatory],
    )


def cover(
    value: BaseValue | DerivedValue,
    options_hash: bytes,
    mandatory: Sequence[bytes],
    others: Sequence[bytes],
) -> Covered:
    """Put together what a proof covers."""
    data = signed_data(options_hash, value.key, mandatory)
    return Covered(data, value.signature, value.key, tuple(others), value.signatures)


def signed_data(options_hash: bytes, key: PublicKey, mandatory: Sequence[bytes]) -> bytes:
    """Return what the issuer signs (section 3.4.1)."""
    return options_hash + multikey.bytes_of_key(key) + sha256(b"".join(mandatory)).digest()


def label(raw: bytes) -> str:
    """Return the name of a blank node without "_:": the HMAC of its canonical label, as text."""
    return "u" + jose.encode_base64url(raw)


def label_bytes(name: str) -> bytes:
    """Return the HMAC that a name of `label` is."""
    return jose.decode_base64url(name[1:])


def _base_value(rest: bytes) -> BaseValue:
    signature, key, hmac_key, own, named = proof_value.parts_of(rest)
    return BaseValue(
        octets(signature, _SIGNATURE_BYTES), _key(key), octets(hmac_key, _HMAC_BYTES),
        _signatures(own), proof_value.texts(named),
    )  # fmt: skip


def _derived_value(rest: bytes) -> DerivedValue:
    signature, key, own, labels, mandatory = proof_value.parts_of(rest)
    names = proof_value.labels(labels)
    if len(names) > MAX_LABELS:
        raise malformed("labels")
    return DerivedValue(
        octets(signature, _SIGNATURE_BYTES), _key(key), _signatures(own),
        tuple(octets(name, _HMAC_BYTES) for name in names), proof_value.numbers(mandatory),
    )  # fmt: skip


def _signatures(item: cbor.Item) -> tuple[bytes, ...]:
    if not isinstance(item, list) or len(item) > MAX_SIGNATURES:
        raise malformed("signatures")
    return tuple(octets(one, _SIGNATURE_BYTES) for one in item)


def _key(item: cbor.Item) -> PublicKey:
    try:
        key = multikey.key_of_bytes(item) if isinstance(item, bytes) else None
    except WalletError as error:
        raise malformed("key") from error
    if key is None or key.type is not KeyType.P256:
        raise malformed("key")
    return key
