"""BBS signatures over BLS12-381: checking a signature, and proving knowledge of one.

The BBS Signature Scheme (draft-irtf-cfrg-bbs-signatures), ciphersuite
`BLS12381G1_XMD:SHA-256_SSWU_RO_`, the one that bbs-2023 names. Points, scalars and pairings are a
library's; what is done with them is here. Nothing here knows what the messages mean.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from hashlib import sha256
from threading import Lock
from typing import Final

from py_arkworks_bls12381 import GT, G1Point, G2Point, Scalar

from wallet.errors import Code, MalformedError, UnsupportedError

# Every message costs a point multiplication, about a fifth of a millisecond; a badge has some forty
# statements, a transcript of a degree some thousands.
MAX_MESSAGES: Final = 4000

PUBLIC_KEY_BYTES: Final = 96
SIGNATURE_BYTES: Final = 80
_POINT: Final = 48
_SCALAR: Final = 32
_EXPAND: Final = 48
_HASH_BYTES: Final = 32
_BLOCK_BYTES: Final = 64

_API: Final = b"BBS_BLS12381G1_XMD:SHA-256_SSWU_RO_H2G_HM2S_"
_TO_SCALAR: Final = _API + b"H2S_"
# Section 7.2.2: a point of G1 whose logarithm nobody knows.
_P1: Final = bytes.fromhex(
    "a8ce256102840821a3e94ea9025e4662b205762f9776b3a766c872b948f1fd225e7c59698588e70d11406d161b4e28c9"
)

Random = Callable[[], Scalar]


@dataclass(frozen=True, slots=True)
class _Proof:
    """A proof taken apart (section 4.2.4.5)."""

    a_bar: G1Point
    b_bar: G1Point
    d: G1Point
    e: Scalar
    r1: Scalar
    r3: Scalar
    hidden: tuple[Scalar, ...]
    challenge: Scalar


def check_public_key(data: bytes) -> None:
    """Raise `MalformedError` (BAD_KEY) unless `data` is a public key: a compressed point of G2."""
    _public_key(data)


def verify(public_key: bytes, signature: bytes, header: bytes, messages: Sequence[bytes]) -> bool:
    """Say whether a signature holds over a header and messages (section 3.5.2).

    Raises `MalformedError` for a key or signature that is none.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING, size=len(signature))
    w = _public_key(public_key)
    a, e = _point(signature[:_POINT]), _scalar(signature[_POINT:])
    scalars = [_message(message) for message in messages]
    base = _base(public_key, header, scalars)
    g2 = G2Point()
    return bool(GT.pairing_check([a, base], [w + g2 * e, -g2]))


def sign(secret: bytes, header: bytes, messages: Sequence[bytes]) -> bytes:
    """Return the signature by a secret key of 32 bytes (section 3.5.1)."""
    key = _scalar(secret)
    scalars = [_message(message) for message in messages]
    domain = _domain(public_key_of(secret), header, len(scalars))
    e = _hash_to_scalar(_serialized(key, *scalars, domain), _TO_SCALAR)
    base = _base(public_key_of(secret), header, scalars)
    a = base * (key + e).inverse()
    return bytes(a.to_compressed_bytes()) + bytes(e.to_be_bytes())


def public_key_of(secret: bytes) -> bytes:
    """Return the public key of a secret key (section 3.4.2)."""
    return bytes((G2Point() * _scalar(secret)).to_compressed_bytes())


def prove(
    public_key: bytes,
    signature: bytes,
    header: bytes,
    presentation_header: bytes,
    messages: Sequence[bytes],
    disclosed: Sequence[int],
    *,
    random: Random | None = None,
) -> bytes:
    """Return a proof that somebody holds a signature over messages of which some are shown.

    `disclosed` are the ascending places of the shown messages (section 3.5.3). `random` is there
    for published vectors.
    """
    draw = random or _random_scalar
    a, e = _point(signature[:_POINT]), _scalar(signature[_POINT:])
    scalars = [_message(message) for message in messages]
    shown = set(disclosed)
    hidden = [place for place in range(len(scalars)) if place not in shown]
    r1, r2, e_, r1_, r3_ = (draw() for _ in range(5))
    m_ = [draw() for _ in hidden]

    _, generators = _generators(len(scalars))
    domain = _domain(public_key, header, len(scalars))
    d = _base(public_key, header, scalars) * r2
    a_bar = a * (r1 * r2)
    b_bar = d * r1 - a_bar * e
    t1 = a_bar * e_ + d * r1_
    t2 = _sum([d, *(generators[place] for place in hidden)], [r3_, *m_])
    open_messages = {place: scalars[place] for place in sorted(shown)}
    c = _challenge(open_messages, (a_bar, b_bar, d, t1, t2), domain, presentation_header)
    answers = [
        e_ + e * c,
        r1_ - r1 * c,
        r3_ - r2.inverse() * c,
        *(m + scalars[place] * c for m, place in zip(m_, hidden, strict=True)),
        c,
    ]
    return _serialized(a_bar, b_bar, d, *answers)


def verify_proof(
    public_key: bytes,
    proof: bytes,
    header: bytes,
    presentation_header: bytes,
    disclosed: Mapping[int, bytes],
) -> bool:
    """Say whether a proof holds for the messages it shows, by place (section 3.5.4).

    Raises `MalformedError` for a key or proof that is none, and for places it cannot have.
    """
    w = _public_key(public_key)
    parts = _parse_proof(proof)
    count = len(disclosed) + len(parts.hidden)
    if count > MAX_MESSAGES:
        raise UnsupportedError(Code.TOO_COMPLEX, what="messages", limit=MAX_MESSAGES)
    if any(not 0 <= place < count for place in disclosed):
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING)
    q1, generators = _generators(count)
    domain = _domain(public_key, header, count)
    scalars = {place: _message(disclosed[place]) for place in sorted(disclosed)}
    hidden = [place for place in range(count) if place not in scalars]
    c = parts.challenge
    t1 = _sum([parts.b_bar, parts.a_bar, parts.d], [c, parts.e, parts.r1])
    shown = _sum(
        [_p1(), q1, *(generators[place] for place in scalars)],
        [Scalar(1), domain, *scalars.values()],
    )
    t2 = _sum(
        [shown, parts.d, *(generators[place] for place in hidden)], [c, parts.r3, *parts.hidden]
    )
    points = (parts.a_bar, parts.b_bar, parts.d, t1, t2)
    if _challenge(scalars, points, domain, presentation_header) != c:
        return False
    return bool(GT.pairing_check([parts.a_bar, parts.b_bar], [w, -G2Point()]))


def _parse_proof(proof: bytes) -> _Proof:
    rest = len(proof) - 3 * _POINT
    if rest < 4 * _SCALAR or rest % _SCALAR:
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING, size=len(proof))
    if rest // _SCALAR > MAX_MESSAGES + 4:
        raise UnsupportedError(Code.TOO_COMPLEX, what="messages", limit=MAX_MESSAGES)
    a_bar, b_bar, d = (_point(proof[i * _POINT : (i + 1) * _POINT]) for i in range(3))
    e, r1, r3, *hidden, c = (
        _scalar(proof[start : start + _SCALAR]) for start in range(3 * _POINT, len(proof), _SCALAR)
    )
    return _Proof(a_bar, b_bar, d, e, r1, r3, tuple(hidden), c)


def _challenge(
    shown: Mapping[int, Scalar],
    points: Sequence[G1Point],
    domain: Scalar,
    presentation_header: bytes,
) -> Scalar:
    """Return the challenge of a proof (section 3.7.4)."""
    said = b"".join(_number(place) + _serialized(scalar) for place, scalar in shown.items())
    said = _number(len(shown)) + said + _serialized(*points, domain)
    return _hash_to_scalar(
        said + _number(len(presentation_header)) + presentation_header, _TO_SCALAR
    )


def _base(public_key: bytes, header: bytes, scalars: Sequence[Scalar]) -> G1Point:
    """Return B, what a signature is over (section 3.6.1, step 1)."""
    q1, generators = _generators(len(scalars))
    domain = _domain(public_key, header, len(scalars))
    return _sum([_p1(), q1, *generators], [Scalar(1), domain, *scalars])


def _domain(public_key: bytes, header: bytes, count: int) -> Scalar:
    """Return the domain of a key, a header and a number of messages (section 3.7.3)."""
    q1, generators = _generators(count)
    said = public_key + _number(count) + _serialized(q1, *generators) + _API
    return _hash_to_scalar(said + _number(len(header)) + header, _TO_SCALAR)


def _generators(count: int) -> tuple[G1Point, Sequence[G1Point]]:
    """Return Q1 and one generator for each message (section 3.7.1)."""
    if count > MAX_MESSAGES:
        raise UnsupportedError(Code.TOO_COMPLEX, what="messages", limit=MAX_MESSAGES)
    _GENERATORS.reach(count + 1)
    return _GENERATORS.points[0], _GENERATORS.points[1 : count + 1]


class _Generators:
    """The generators, made one after the other when they are first needed."""

    def __init__(self) -> None:
        self.points: list[G1Point] = []
        self._lock = Lock()
        self._seed = _expand(_API + b"MESSAGE_GENERATOR_SEED", _API + b"SIG_GENERATOR_SEED_")

    def reach(self, count: int) -> None:
        """Make generators until there are `count`."""
        with self._lock:
            while len(self.points) < count:
                number = _number(len(self.points) + 1)
                self._seed = _expand(self._seed + number, _API + b"SIG_GENERATOR_SEED_")
                self.points.append(G1Point.hash_to_curve(self._seed, _API + b"SIG_GENERATOR_DST_"))


def _message(message: bytes) -> Scalar:
    """Return the scalar of a message (section 4.1.2)."""
    return _hash_to_scalar(message, _API + b"MAP_MSG_TO_SCALAR_AS_HASH_")


def _hash_to_scalar(data: bytes, tag: bytes) -> Scalar:
    return Scalar.from_be_bytes_mod_order(_expand(data, tag))


def _expand(data: bytes, tag: bytes) -> bytes:
    """Return 48 bytes of expand_message_xmd with SHA-256 (RFC 9380 section 5.3.1)."""
    tag += bytes([len(tag)])
    first = sha256(bytes(_BLOCK_BYTES) + data + _EXPAND.to_bytes(2) + b"\0" + tag).digest()
    block = sha256(first + b"\1" + tag).digest()
    out = block
    number = 2
    while len(out) < _EXPAND:
        mixed = bytes(x ^ y for x, y in zip(first, block, strict=True))
        block = sha256(mixed + bytes([number]) + tag).digest()
        out += block
        number += 1
    return out[:_EXPAND]


def _sum(points: Sequence[G1Point], scalars: Sequence[Scalar]) -> G1Point:
    return G1Point.multiexp_unchecked(list(points), list(scalars))


def _serialized(*values: G1Point | Scalar) -> bytes:
    return b"".join(
        bytes(value.to_be_bytes())
        if isinstance(value, Scalar)
        else bytes(value.to_compressed_bytes())
        for value in values
    )


def _number(value: int) -> bytes:
    return value.to_bytes(8)


def _point(data: bytes) -> G1Point:
    """Return a point of G1 that is in the subgroup and not its identity."""
    try:
        found = G1Point.from_compressed_bytes(data)
    except ValueError as error:
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING) from error
    if found == G1Point.identity():
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING)
    return found


def _scalar(data: bytes) -> Scalar:
    """Return a scalar in canonical form that is not zero."""
    try:
        found = Scalar.from_be_bytes(data)
    except ValueError as error:
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING) from error
    if found.is_zero():
        raise MalformedError(Code.BAD_SIGNATURE_ENCODING)
    return found


@lru_cache(maxsize=64)
def _public_key(data: bytes) -> G2Point:
    try:
        found = G2Point.from_compressed_bytes(data)
    except ValueError as error:
        raise MalformedError(Code.BAD_KEY) from error
    if len(data) != PUBLIC_KEY_BYTES or found == G2Point.identity():
        raise MalformedError(Code.BAD_KEY)
    return found


def _random_scalar() -> Scalar:
    return Scalar.from_be_bytes_mod_order(secrets.token_bytes(_EXPAND))


@cache
def _p1() -> G1Point:
    return G1Point.from_compressed_bytes(_P1)


_GENERATORS: Final = _Generators()
