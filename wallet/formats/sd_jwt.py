"""Selective disclosure for signed tokens: SD-JWT (RFC 9901), taken apart and put together.

A token is `<jwt>~<disclosure>~...~` and perhaps a key binding at its end. The issuer signed
digests; who holds the token decides which disclosures go with it. Here the disclosures are put
where their digests stand, and some are left out or a key binding is added. Whose signature it is,
and whether it holds, is `wallet.verify`; what the claims mean is `wallet.formats.sd_jwt_vc`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from wallet.crypto import jose, multikey, strictjson
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.model import Json, PublicKey

# A transcript with every grade of every course apart has some two thousand.
MAX_DISCLOSURES: Final = 10_000
MAX_DEPTH: Final = strictjson.DEFAULT.depth  # of what is disclosed, put together
KEY_BINDING: Final = "kb+jwt"

# The names of RFC 9901 section 4.1.1 (IANA, Named Information Hash Algorithm) that it recommends.
_HASHES: Final = {"sha-256": hashlib.sha256, "sha-384": hashlib.sha384, "sha-512": hashlib.sha512}
_START: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*~")
_DIGESTS: Final = "_sd"
_ELEMENT: Final = "..."
_ALGORITHM: Final = "_sd_alg"

Path = tuple[str | int, ...]


class Disclosure(NamedTuple):
    """One disclosure that the issuer signed for.

    `path` is where it stands among the claims (an index counts the disclosed elements), `name` is
    None for an array element, `value` has what is disclosed inside it filled in. `parents` are the
    digests of the disclosures it stands in, outermost first: without them it means nothing.
    """

    text: str
    digest: str
    name: str | None
    value: Json
    path: Path
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SdJwt:
    """An SD-JWT taken apart; nothing about it has been verified.

    `payload` holds the claims that the issuer left open and those disclosed, `text` what the issuer
    signed. `unsigned` says that there are disclosures the issuer signed no digest of. `hidden` are
    the objects and lists in which a digest stands that nothing is disclosed of: a claim may have
    been left out there (it may be a decoy, too; nobody but the issuer can tell). `binding` is the
    key binding JWT, or "".
    """

    jws: jose.Jws
    jwt: str
    text: str
    payload: Mapping[str, Json]
    disclosures: tuple[Disclosure, ...]
    unsigned: bool
    binding: str
    presented: str  # what a key binding is over: the token up to its last tilde
    open: bool  # no digest anywhere: `text` spells `payload`
    hidden: tuple[Path, ...]
    algorithm: str

    def digest(self, text: str) -> str:
        """Return the digest of `text` by the token's own algorithm."""
        return jose.encode_base64url(_HASHES[self.algorithm](text.encode("ascii")).digest())


def looks_like(data: bytes) -> bool:
    """Say whether `data`, without space and quotes around it, starts as an SD-JWT does."""
    return _START.match(data) is not None


def parse(data: bytes) -> SdJwt:
    """Take an SD-JWT apart and put its disclosures in place (RFC 9901 section 7.1).

    A token without any tilde is one that discloses nothing. Raises `MalformedError` for what no
    verifier may accept, `UnsupportedError` for a digest algorithm that is not known.
    """
    try:
        jwt, *rest = data.decode("ascii").split("~")
    except UnicodeDecodeError as error:
        raise MalformedError(Code.BAD_JOSE) from error
    texts, binding = rest[:-1], rest[-1] if rest else ""
    if binding and "." not in binding:  # early drafts left out the tilde after the last disclosure
        texts, binding = rest, ""
    if len(texts) > MAX_DISCLOSURES:
        raise MalformedError(Code.TOO_LARGE, limit=MAX_DISCLOSURES)
    jws = jose.parse_compact(jwt)
    text = strictjson.decode(jws.payload)
    signed = strictjson.parse_text(text)
    if not isinstance(signed, dict):
        raise MalformedError(Code.WRONG_TYPE, expected="object")
    algorithm = _algorithm(signed)
    given = _given(texts, algorithm)
    unpacking = _Unpacking(given)
    payload = unpacking.object(signed, (), (), 0)
    payload.pop(_ALGORITHM, None)
    found = unpacking.found
    return SdJwt(
        jws=jws,
        jwt=jwt,
        text=text,
        payload=payload,
        disclosures=tuple(found[digest] for digest in given if digest in found),
        unsigned=len(found) != len(texts),
        binding=binding,
        presented="~".join((jwt, *texts, "")),
        open=not unpacking.seen,
        hidden=tuple(unpacking.hidden),
        algorithm=algorithm,
    )


def select(data: bytes, digests: Iterable[str]) -> bytes:
    """Return the token with only the disclosures of these digests and those they stand in.

    A key binding does not stay: it was over what was shown then. Raises `MalformedError`
    (MISSING_FIELD) for a digest that none of the token's disclosures has.
    """
    token = parse(data)
    known = {one.digest: one for one in token.disclosures}
    kept: set[str] = set()
    for digest in digests:
        if digest not in known:
            raise MalformedError(Code.MISSING_FIELD, field="disclosure")
        kept |= {digest, *known[digest].parents}
    texts = [one.text for one in token.disclosures if one.digest in kept]
    return "~".join((token.jwt, *texts, "")).encode("ascii")


def bind(
    data: bytes,
    *,
    sign: Callable[[bytes], bytes],
    audience: str,
    nonce: str,
    issued_at: datetime,
    algorithm: str = "EdDSA",
) -> bytes:
    """Return the token with a key binding for one audience (RFC 9901 section 4.3).

    `sign` signs with the key that the issuer bound the token to (`holder_key`).
    """
    token = parse(data)
    payload = {
        "iat": int(issued_at.timestamp()),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": token.digest(token.presented),
    }
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    header = {"alg": algorithm, "typ": KEY_BINDING}
    return (token.presented + jose.sign_compact(header, text, sign=sign)).encode("ascii")


def holder_key(payload: Mapping[str, Json]) -> PublicKey | None:
    """Return the key that a token is bound to (RFC 7800 `cnf`), or None where it names none.

    Raises `UnsupportedError` (KEY_UNSUPPORTED) for a key that only the network could tell, and
    `MalformedError` for one that is none.
    """
    confirmation = payload.get("cnf")
    if confirmation is None:
        return None
    if not isinstance(confirmation, dict):
        raise MalformedError(Code.BAD_KEY, member="cnf")
    jwk, kid = confirmation.get("jwk"), confirmation.get("kid")
    if isinstance(jwk, dict):
        # What the key may be used for is said of the private half by some wallets.
        return jose.key_of_jwk({n: v for n, v in jwk.items() if n not in ("use", "key_ops")})
    name = kid.partition("#")[0] if isinstance(kid, str) else ""
    if name.startswith("did:key:"):
        return multikey.key_of_did_key(name)
    if name.startswith("did:jwk:"):
        return multikey.key_of_did_jwk(name)
    raise UnsupportedError(Code.KEY_UNSUPPORTED, type="cnf")


def compact_of_json(value: Mapping[str, Json]) -> bytes | None:
    """Return the compact form of an SD-JWT in JWS JSON serialisation (RFC 9901 section 8).

    None for what is no such thing, or has the signatures of several issuers.
    """
    signatures = value.get("signatures", [value])
    if not isinstance(signatures, list) or len(signatures) != 1 or "payload" not in value:
        return None
    signature = signatures[0]
    header = signature.get("header", {}) if isinstance(signature, dict) else None
    if not isinstance(header, dict):
        return None
    parts = [signature.get("protected"), value["payload"], signature.get("signature")]
    disclosures, binding = header.get("disclosures", []), header.get("kb_jwt", "")
    if not isinstance(disclosures, list) or not all(
        isinstance(text, str) for text in (*parts, *disclosures, binding)
    ):
        return None
    compact = "~".join((".".join(parts), *disclosures, binding)).encode("utf-8")
    return compact if looks_like(compact) else None


def _algorithm(signed: Mapping[str, Json]) -> str:
    name = signed.get(_ALGORITHM, "sha-256")
    if not isinstance(name, str):
        raise MalformedError(Code.BAD_JOSE, member=_ALGORITHM)
    if name not in _HASHES:
        raise UnsupportedError(Code.ALGORITHM_UNSUPPORTED, algorithm=name[:40])
    return name


_Given = tuple[str, str | None, Json]  # text, name, value


def _given(texts: list[str], algorithm: str) -> dict[str, _Given]:
    """Return the disclosures by digest, in their order; two of one digest are one."""
    try:
        parsed = strictjson.parse_many([jose.decode_base64url(text) for text in texts])
    except MalformedError as error:
        raise MalformedError(Code.BAD_JOSE, cause=error.code.value) from error
    hashed, encode = _HASHES[algorithm], jose.encode_base64url
    given: dict[str, _Given] = {}
    for text, value in zip(texts, parsed, strict=True):
        if type(value) is not list or not 2 <= len(value) <= 3 or type(value[0]) is not str:
            raise _refused("disclosure")
        name = value[1] if len(value) == 3 else None
        if len(value) == 3 and (type(name) is not str or name in (_DIGESTS, _ELEMENT)):
            raise _refused("disclosure")
        given[encode(hashed(text.encode("ascii")).digest())] = text, name, value[-1]
    return given


class _Unpacking:
    """Puts disclosures where their digests stand; each digest may stand in one place only."""

    __slots__ = ("_given", "found", "hidden", "seen")

    def __init__(self, given: Mapping[str, _Given]) -> None:
        self._given = given
        self.seen: set[str] = set()
        self.found: dict[str, Disclosure] = {}
        self.hidden: dict[Path, None] = {}  # in their order

    def object(
        self, node: Mapping[str, Json], path: Path, parents: tuple[str, ...], depth: int
    ) -> dict[str, Json]:
        """Return an object with what is disclosed of it, without its digests."""
        made: dict[str, Json] = {}
        for name, value in node.items():
            kind = type(value)
            if kind is dict or (kind is list and name != _DIGESTS):
                value = self._value(value, (*path, name), parents, depth)
            made[name] = value
        if _ELEMENT in made:
            raise _refused(_ELEMENT)
        if _DIGESTS in made:
            digests = made.pop(_DIGESTS)
            if type(digests) is not list:
                raise _refused(_DIGESTS)
            for digest in digests:
                self._member(made, digest, path, parents, depth)
        return made

    def _member(
        self,
        made: dict[str, Json],
        digest: Json,
        path: Path,
        parents: tuple[str, ...],
        depth: int,
    ) -> None:
        given = self._claimed(digest, path)
        if given is None:
            return
        name = given[1]
        if name is None or name in made:
            raise _refused("disclosure")
        made[name] = self._disclosed(digest, given, (*path, name), parents, depth)

    def _value(self, value: Json, path: Path, parents: tuple[str, ...], depth: int) -> Json:
        if depth >= MAX_DEPTH:
            raise MalformedError(Code.TOO_DEEP, limit=MAX_DEPTH)
        if type(value) is dict:
            return self.object(value, path, parents, depth + 1)
        return self._array(value, path, parents, depth + 1) if type(value) is list else value

    def _array(
        self, items: list[Json], path: Path, parents: tuple[str, ...], depth: int
    ) -> list[Json]:
        made: list[Json] = []
        for item in items:
            kind = type(item)
            if kind is dict and _ELEMENT in item:
                if len(item) != 1:
                    raise _refused(_ELEMENT)
                given = self._claimed(item[_ELEMENT], path)
                if given is None:
                    continue
                if given[1] is not None:
                    raise _refused("disclosure")
                place = (*path, len(made))
                item = self._disclosed(item[_ELEMENT], given, place, parents, depth)
            elif kind is dict or kind is list:
                item = self._value(item, (*path, len(made)), parents, depth)
            made.append(item)
        return made

    def _claimed(self, digest: Json, path: Path) -> _Given | None:
        """Return the disclosure of a digest; one that was met before is refused."""
        if type(digest) is not str or digest in self.seen:
            raise _refused("digest")
        self.seen.add(digest)
        given = self._given.get(digest)
        if given is None:
            self.hidden[path] = None
        return given

    def _disclosed(
        self, digest: str, given: _Given, path: Path, parents: tuple[str, ...], depth: int
    ) -> Json:
        text, name, value = given
        if type(value) is dict or type(value) is list:
            value = self._value(value, path, (*parents, digest), depth)
        self.found[digest] = Disclosure(text, digest, name, value, path, parents)
        return value


def _refused(member: str) -> MalformedError:
    return MalformedError(Code.BAD_JOSE, member=member)
