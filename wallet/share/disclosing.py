"""What of a credential can be left out, and leaving it out, for every format that can.

`ecdsa-sd-2023` and `bbs-2023` (Data Integrity ECDSA Cryptosuites 1.0 section 3.5, BBS Cryptosuites
1.0 section 3.4): the issuer signed every statement by itself. What others see is derived from the
base proof, which never leaves, also when everything is shown. A part is the smallest thing a
person would tick: one claim, a list of plain values, or an item of a list (a result, a skill),
half of which would say something else. SD-JWTs are in `wallet.share.disclosing_tokens`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from wallet import formats
from wallet.crypto.jsonld import Contexts
from wallet.errors import Code, LinkError, MalformedError, UnsupportedError
from wallet.formats import bbs_2023, ecdsa_sd, ecdsa_sd_base, fields, pointers, sd_jwt_vc
from wallet.formats.contexts import SHARED
from wallet.model import Credential, Json, KeyType, Proof, PublicKey
from wallet.share import disclosing_tokens, leaving
from wallet.share.leaving import CHECKED, Always, Part

# What goes with the object it stands in, and is no part by itself.
_CARRIED: Final = frozenset({"@context", "id", "@id", "type", "proof"})

Steps = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Suite:
    """What a suite with base proofs can do; see its module."""

    is_base: Callable[[Proof], bool]
    read_value: Callable[[Proof], object]
    derive: Callable[[Mapping[str, Json], Proof, Iterable[str], Contexts], dict[str, Json]]
    holds: Callable[[Credential, object], bool]


def _ecdsa_holds(derived: Credential, _base: object) -> bool:
    return ecdsa_sd.covered(derived.claims, derived.proofs[0], SHARED).statements_hold()


def _bbs_holds(derived: Credential, base: object) -> bool:
    assert isinstance(base, bbs_2023.BaseValue)
    return bbs_2023.covered(derived.claims, derived.proofs[0], SHARED).holds(
        PublicKey(KeyType.BLS12381G2, base.public_key)
    )


_SUITES: Final = (
    _Suite(ecdsa_sd.is_base, ecdsa_sd.read_value, ecdsa_sd_base.derive, _ecdsa_holds),
    _Suite(bbs_2023.is_base, bbs_2023.read_value, bbs_2023.derive, _bbs_holds),
)


def can_leave_out(credential: Credential) -> bool:
    """Say whether some of a credential can be left out."""
    return any(part.always is None for part in parts_of(credential))


def parts_of(credential: Credential) -> tuple[Part, ...]:
    """Return what can be shown or left out, in the order of the credential; () when nothing can."""
    if credential.format in sd_jwt_vc.FORMATS:
        return disclosing_tokens.parts_of(credential)
    found = _base_proof(credential)
    if found is None:
        return ()
    suite, proof = found
    try:
        value = suite.read_value(proof)
        assert isinstance(value, ecdsa_sd.BaseValue | bbs_2023.BaseValue)
        mandatory = {pointers.split(pointer) for pointer in value.pointers}
    except (MalformedError, UnsupportedError):
        return ()
    return tuple(_parts(credential.claims, (), (), mandatory))


def presentable(credential: Credential) -> Credential:
    """Return the form of a credential in which all of it may leave."""
    if credential.format in sd_jwt_vc.FORMATS:
        return disclosing_tokens.unbound(credential)
    if _base_proof(credential) is None:
        return credential
    return disclose(credential, (part.id for part in parts_of(credential)))


def disclose(credential: Credential, shown: Iterable[str]) -> Credential:
    """Return a credential that says no more than the parts `shown` and what is always shown.

    Raises `LinkError`: NO_SUCH_PART for an id it has not, CANNOT_PRESENT (`id`, `reason`) where
    nothing can be derived from it.
    """
    parts, chosen = parts_of(credential), frozenset(shown)
    unknown = chosen - {part.id for part in parts}
    if unknown:
        raise LinkError(Code.NO_SUCH_PART, part=min(unknown)[:80])
    visible = [part.id for part in parts if part.always is not None or part.id in chosen]
    try:
        if credential.format in sd_jwt_vc.FORMATS:
            return disclosing_tokens.disclose(credential, frozenset(visible))
        found = _base_proof(credential)
        if found is None:
            return credential
        return _derived(credential, *found, [*_needed(credential), *visible])
    except (MalformedError, UnsupportedError) as error:
        raise LinkError(Code.CANNOT_PRESENT, id=credential.id, reason=error.code.value) from error


def chosen(
    parts: Sequence[Part], *, hide: Iterable[str] = (), only: Iterable[str] | None = None
) -> frozenset[str]:
    """Return the ids of the parts that stay when some are hidden, or only some are shown.

    Each may be named by its id, or by a pointer to it or to what it stands in. Raises `LinkError`:
    NO_SUCH_PART, or PART_ALWAYS_SHOWN for one that cannot be hidden.
    """
    shown = {part.id for part in parts}
    if only is not None:
        shown = {part.id for name in only for part in _named(parts, name)}
    for name in hide:
        hidden = _named(parts, name)
        if all(part.always is not None for part in hidden):
            raise LinkError(Code.PART_ALWAYS_SHOWN, part=name[:80])
        shown -= {part.id for part in hidden}
    return frozenset(shown)


def choose(
    records: Mapping[str, Sequence[Part]],
    *,
    hide: Iterable[str] = (),
    only: Iterable[str] | None = None,
) -> dict[str, frozenset[str]]:
    """Return the ids of the parts that stay, for each of several records that has parts.

    A name must fit a part of one record at least; the others then have nothing of that name.
    """
    names = list(hide if only is None else only)
    for name in names:
        if not any(named(parts, name) for parts in records.values()):
            raise LinkError(Code.NO_SUCH_PART, part=name[:80])
    shown = {}
    for record, parts in records.items():
        fitting = [name for name in names if named(parts, name)]
        if parts and only is not None:
            shown[record] = chosen(parts, only=fitting)
        elif parts and fitting:
            shown[record] = chosen(parts, hide=fitting)
    return shown


def named(parts: Sequence[Part], name: str) -> list[Part]:
    """Return the parts that a name means: a part's id, a pointer to it or to what it stands in."""
    within = f"{name.rstrip('/')}/"
    return [
        part for part in parts if name in (part.id, part.pointer) or part.pointer.startswith(within)
    ]


def _named(parts: Sequence[Part], name: str) -> list[Part]:
    found = named(parts, name)
    if not found:
        raise LinkError(Code.NO_SUCH_PART, part=name[:80])
    return found


def _base_proof(credential: Credential) -> tuple[_Suite, Proof] | None:
    for proof in credential.proofs:
        for suite in _SUITES:
            if suite.is_base(proof):
                return suite, proof
    return None


def _derived(
    credential: Credential, suite: _Suite, proof: Proof, named: Sequence[str]
) -> Credential:
    document = suite.derive(credential.claims, proof, named, SHARED)
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    found = formats.read(text.encode("utf-8"))
    # What leaves is held to what its reader will hold it to, but for the issuer's key.
    if not isinstance(found, Credential) or len(found.proofs) != 1:
        raise MalformedError(Code.NOT_A_CREDENTIAL)
    if not suite.holds(found, suite.read_value(proof)):
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING, problem="signatures")
    return found


def _needed(credential: Credential) -> list[str]:
    """Return pointers to what a reader must have: whose it is and whom it is about."""
    claims = credential.claims
    needed = []
    if isinstance(claims.get("issuer"), dict):
        needed.append("/issuer/id")
    subject = claims.get("credentialSubject")
    for number, node in enumerate(fields.nodes(subject)):
        if isinstance(node, dict) and (name := next((n for n in ("id", "type") if n in node), "")):
            place: Steps = ("credentialSubject", number, name)
            needed.append(
                pointers.join(place if isinstance(subject, list) else (place[0], place[2]))
            )
            break
    return needed


def _parts(
    value: Json, steps: Steps, path: tuple[str, ...], mandatory: set[tuple[str, ...]]
) -> Iterator[Part]:
    """Yield the parts below a place, which stands under `path` for people."""
    members: list[tuple[str | int, tuple[str, ...], Json]] = []
    whole = _is_whole(steps) and not _splits(steps, mandatory)
    if isinstance(value, dict) and not whole:
        members = [
            (name, (*path, leaving.words(name)), member)
            for name, member in value.items()
            if name not in _CARRIED
        ]
    elif isinstance(value, list) and (_has_objects(value) or _splits(steps, mandatory)):
        members = [
            (number, leaving.numbered(path, number + 1, len(value)), item)
            for number, item in enumerate(value)
        ]
    for step, inner_path, inner in members:
        yield from _parts(inner, (*steps, step), inner_path, mandatory)
    if not members and steps:
        pointer, label = pointers.join(steps), leaving.SEPARATOR.join(path)
        yield Part(pointer, pointer, label, leaving.short(value), _always(steps, mandatory))


def _is_whole(steps: Steps) -> bool:
    """Say whether what stands here is shown or left out as one: an item of a list."""
    return bool(steps) and isinstance(steps[-1], int) and steps[:-1] != ("credentialSubject",)


def _has_objects(values: Sequence[Json]) -> bool:
    return any(isinstance(item, dict) for item in values)


def _splits(steps: Steps, mandatory: set[tuple[str, ...]]) -> bool:
    """Say whether the issuer made something below a place mandatory, but not all of it."""
    own = tuple(map(str, steps))
    return any(len(one) > len(own) and one[: len(own)] == own for one in mandatory)


def _always(steps: Steps, mandatory: set[tuple[str, ...]]) -> Always | None:
    own = tuple(map(str, steps))
    if any(own[:length] in mandatory for length in range(len(own) + 1)):
        return Always.ISSUER
    if own[0] in CHECKED and (own[0] != "issuer" or len(own) == 1):
        return Always.CHECKING
    return None
