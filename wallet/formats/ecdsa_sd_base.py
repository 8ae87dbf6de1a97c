"""What the owner of an `ecdsa-sd-2023` base proof does with it, and what its issuer did.

Data Integrity ECDSA Cryptosuites 1.0 sections 3.4 and 3.5: `covered` (does what I keep hold?),
`derive` (what others get to see), `create` (what an issuer makes). All three number the statements
of the credential and find those that JSON pointers select.

To find them, every object without an identifier is lent one, so that the objects of a selection
are those of the whole. That the loan changes nothing is checked against the document itself.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Final

from wallet.crypto import rdfc, signatures
from wallet.crypto.jsonld import Contexts, canonicalize, refuse_ambiguous_order
from wallet.crypto.nquads import Quad
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import data_integrity, ecdsa_sd, fields, plain, pointers
from wallet.formats.ecdsa_sd import BaseValue, Covered, DerivedValue
from wallet.model import Json, Proof

_LENT: Final = "urn:bnid:"
_WRITTEN: Final = f"<{_LENT}"
_NO_OBJECTS: Final = plain.JSON_MEMBERS | {"@context"}


@dataclass(frozen=True, slots=True)
class _Statements:
    """The statements of one document as they were signed, and how to find them.

    `lent` is the document with an identifier in every object. `positions` tells for a statement of
    that document where it is among `lines`; `quads` are the same statements, in the same order,
    with blank nodes again, and `labels` the HMACs that name these.
    """

    lent: Mapping[str, Json]
    lines: tuple[bytes, ...]
    quads: tuple[Quad, ...]
    labels: Mapping[str, bytes]
    positions: Mapping[bytes, int]
    contexts: Contexts

    def selected(self, named: Iterable[str]) -> frozenset[int]:
        """Return the positions of the statements that pointers select (section 3.4.14)."""
        part = pointers.select(self.lent, named)
        if part is None:
            return frozenset()
        try:
            stated = canonicalize(part, self.contexts).splitlines(keepends=True)
            return frozenset(self.positions[line] for line in stated)
        except KeyError as error:
            raise MalformedError(Code.NO_SUCH_PART) from error

    def split(self, chosen: Container[int]) -> tuple[list[bytes], list[bytes]]:
        """Return the lines at the chosen positions, and the others."""
        mandatory: list[bytes] = []
        others: list[bytes] = []
        for number, line in enumerate(self.lines):
            (mandatory if number in chosen else others).append(line)
        return mandatory, others

    def verifier_labels(self, visible: Iterable[int]) -> tuple[bytes, ...]:
        """Return the HMACs of the blank nodes in these statements, by their canonical labels."""
        issued = rdfc.label([self.quads[number] for number in visible])
        order = sorted(issued, key=lambda blank: int(issued[blank].removeprefix("_:c14n")))
        return tuple(self.labels[blank] for blank in order)


def covered(document: Mapping[str, Json], proof: Proof, contexts: Contexts) -> Covered:
    """Return what a base proof covers, so that its owner can know whether it holds."""
    value = _value(proof)
    plain.check(document)
    whole = _statements(ecdsa_sd.unsecured(document, proof), value.hmac_key, contexts)
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
    bare = ecdsa_sd.unsecured(document, proof)
    whole = _statements(bare, value.hmac_key, contexts)
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
        labels=whole.verifier_labels(kept),
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
    whole = _statements(bare, hmac_key, contexts)
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


def _statements(document: Mapping[str, Json], hmac_key: bytes, contexts: Contexts) -> _Statements:
    """Number the statements of a document under their signed names (sections 3.4.2 and 3.4.16)."""
    lent = _lent(document, count())
    stated = canonicalize(lent, contexts).splitlines(keepends=True)
    quads = [ecdsa_sd.quad(line, _returned) for line in stated]
    canonical = rdfc.label(quads)
    _check_unchanged(document, quads, canonical, contexts)
    labels = {blank: _hmac(hmac_key, name) for blank, name in canonical.items()}
    names = {blank: "_:" + ecdsa_sd.label(raw) for blank, raw in labels.items()}
    signed = [str(_named(quad, names)).encode("utf-8") for quad in quads]
    order = sorted(range(len(signed)), key=signed.__getitem__)
    lines = tuple(signed[number] for number in order)
    refuse_ambiguous_order(b"".join(lines))
    positions = {stated[number]: place for place, number in enumerate(order)}
    in_order = tuple(quads[number] for number in order)
    return _Statements(lent, lines, in_order, labels, positions, contexts)


def _check_unchanged(
    document: Mapping[str, Json], quads: list[Quad], labels: Mapping[str, str], contexts: Contexts
) -> None:
    """Refuse a document that says something else once its objects have identifiers.

    One with a list, for instance, whose cells are blank nodes that no object stands for.
    """
    again = sorted(str(_named(quad, labels)).encode("utf-8") for quad in quads)
    if b"".join(again) != canonicalize(document, contexts):
        raise UnsupportedError(Code.JSONLD_UNSUPPORTED, feature="selective disclosure")


def _lent(value: Json, numbers: Iterator[int]) -> Json:
    """Return a copy of a document in which every object without an identifier is lent one."""
    if isinstance(value, list):
        return [_lent(item, numbers) for item in value]
    if not isinstance(value, dict) or "@value" in value:
        return value
    copy = {
        name: member if name in _NO_OBJECTS else _lent(member, numbers)
        for name, member in value.items()
    }
    if "id" not in copy and "@id" not in copy:
        copy["@id"] = f"{_LENT}{next(numbers)}"
    return copy


def _returned(part: str) -> str:
    """Return the blank node that a lent identifier stands for; any other part as it is."""
    return f"_:b{part[len(_WRITTEN) : -1]}" if part.startswith(_WRITTEN) else part


def _named(quad: Quad, names: Mapping[str, str]) -> Quad:
    return Quad(
        names.get(quad.subject, quad.subject),
        quad.predicate,
        names.get(quad.object, quad.object),
        names.get(quad.graph, quad.graph),
    )


def _hmac(key: bytes, label: str) -> bytes:
    return hmac.digest(key, label.removeprefix("_:").encode("ascii"), "sha256")
