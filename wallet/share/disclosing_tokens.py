"""What of an SD-JWT can be left out, leaving it out, and binding it to the holder's key.

RFC 9901: the issuer signed digests, and what belongs to a digest goes along or not. How a token is
taken apart is `wallet.formats.sd_jwt`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from wallet import formats
from wallet.crypto import signatures
from wallet.errors import Code, MalformedError, WalletError
from wallet.formats import pointers, sd_jwt, token_forms, vc_jwt
from wallet.formats.sd_jwt import Disclosure, SdJwt
from wallet.model import Credential, Json, PublicKey
from wallet.share import leaving
from wallet.share.leaving import CHECKED, Always, Part

Path = tuple[str | int, ...]


def parts_of(credential: Credential) -> tuple[Part, ...]:
    """Return every disclosure as a part, and the claims that the issuer left open as fixed ones."""
    token = _taken(credential)
    if token is None or not token.disclosures:
        return ()
    apart = {one.path for one in token.disclosures}
    fixed = tuple(_open(token.payload, (), apart))
    return (*fixed, *(_part(one) for one in token.disclosures))


def disclose(credential: Credential, shown: frozenset[str]) -> Credential:
    """Return the token with those disclosures only; one inside another that is hidden is, too."""
    token = _taken(credential)
    if token is None:
        return credential
    digests = [
        one.digest for one in token.disclosures if shown.issuperset({one.digest, *one.parents})
    ]
    found = formats.read(sd_jwt.select(vc_jwt.compact(credential.raw), digests))
    if not isinstance(found, Credential):
        raise MalformedError(Code.NOT_A_CREDENTIAL)
    return found


def unbound(credential: Credential) -> Credential:
    """Return the token as its issuer made it: a key binding was for somebody else."""
    token = _taken(credential)
    if token is None or not token.binding:
        return credential
    return disclose(credential, frozenset(one.digest for one in token.disclosures))


def bound(
    credential: Credential,
    *,
    key: PublicKey,
    sign: Callable[[bytes], bytes],
    audience: str,
    nonce: str,
    at: datetime,
) -> Credential:
    """Return the token with a key binding, where it is bound to the holder's key; else as it is."""
    token = _taken(credential)
    if token is None:
        return credential
    try:
        if sd_jwt.holder_key(token.payload) != key:
            return credential
    except WalletError:
        return credential
    algorithm = next(name for name, kind in signatures.KEY_TYPES.items() if kind is key.type)
    text = vc_jwt.compact(credential.raw)
    raw = sd_jwt.bind(
        text, sign=sign, audience=audience, nonce=nonce, issued_at=at, algorithm=algorithm
    )
    return replace(credential, raw=raw)


def _taken(credential: Credential) -> SdJwt | None:
    return token_forms.parse(credential).sd_jwt


def _part(one: Disclosure) -> Part:
    always = Always.CHECKING if any(step in CHECKED for step in one.path[:2]) else None
    return Part(one.digest, pointers.join(one.path), _label(one.path), _said(one.value), always)


def _said(value: Json) -> str:
    return leaving.short(value)


def _open(value: Json, path: Path, apart: set[Path]) -> Iterator[Part]:
    """Yield a part for each claim that no disclosure carries."""
    if path in apart or leaving.is_machinery(path):
        return
    members: Sequence[tuple[str | int, Json]] = ()
    if isinstance(value, dict):
        members = list(value.items())
    elif isinstance(value, list):
        members = list(enumerate(value))
    for step, inner in members:
        yield from _open(inner, (*path, step), apart)
    if not isinstance(value, dict | list):
        pointer = pointers.join(path)
        yield Part(pointer, pointer, _label(path), _said(value), Always.ISSUER)


def _label(path: Path) -> str:
    said: list[str] = []
    for step in path:
        if isinstance(step, int):
            said[-1:] = [f"{said[-1]} {step + 1}" if said else str(step + 1)]
        else:
            said.append(leaving.words(step))
    return leaving.SEPARATOR.join(said)
