"""Find out what some bytes are, and read them: the one door for everything that arrives.

Only the outer shape is told apart here; each format's own module reads it. Nothing is verified.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from urllib.parse import unquote_to_bytes

from wallet.crypto import jose, strictjson
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import (
    badge_image,
    data_integrity,
    fields,
    open_badge_2,
    sd_jwt,
    sd_jwt_vc,
    vc_jwt,
    vcdm,
)
from wallet.model import Bundle, Credential, Format, Json, Presentation, Proof, Readable

# A CLR transcript holds some dozens; a person's whole collection some hundreds.
MAX_CREDENTIALS: Final = 1000

_DATA_URL: Final = re.compile(
    r"data:(?P<type>[A-Za-z0-9.+/-]{1,80})(?:;(?P<form>base64|base64url))?,(?P<body>.*)"
)
_TOKEN_TYPES: Final = frozenset(
    f"application/{name}"
    for name in (
        *("vc+jwt", "vp+jwt", "vc-ld+jwt", "vp-ld+jwt", "vc+ld+jwt", "vp+ld+jwt", "jwt"),
        *("vc+sd-jwt", "vp+sd-jwt", "dc+sd-jwt", "vc+ld+json+sd-jwt", "vp+ld+json+sd-jwt"),
        "sd-jwt",
    )
)
_SVG_START: Final = 64 * 1024  # a prologue, a licence as comment
_SVG: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE|svg)")


def read(data: bytes) -> Readable:
    """Return the credential, presentation or bundle that `data` holds.

    Raises `MalformedError` when it is none and `UnsupportedError` (FORMAT_UNSUPPORTED, `kind`) for
    a kind that is known but not read; nothing else, whatever the bytes.
    """
    if len(data) > strictjson.DEFAULT.size:
        raise MalformedError(Code.TOO_LARGE, size=len(data), limit=strictjson.DEFAULT.size)
    start = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    if start == b"{":
        return _read_object(data)
    if start == b"[":
        return _read_array(data)
    if data.startswith(badge_image.PNG_SIGNATURE) or _is_svg(data):
        return _from_container(badge_image.extract(data), data)
    if _is_token(data):
        return _read_token(data)
    if not data.strip():
        raise MalformedError(Code.EMPTY)
    strictjson.parse(data)
    raise MalformedError(Code.NOT_A_CREDENTIAL)


def _is_svg(data: bytes) -> bool:
    return _SVG.match(data) is not None and b"<svg" in data[:_SVG_START]


def _from_container(inner: bytes, container: bytes) -> Readable:
    if inner[:8] == badge_image.PNG_SIGNATURE:
        raise MalformedError(Code.BAD_IMAGE)
    found = read(inner)
    return replace(found, container=container) if isinstance(found, Credential) else found


def _read_object(data: bytes) -> Readable:
    text = strictjson.decode(data)
    claims = strictjson.parse_text(text)
    if not isinstance(claims, dict):
        raise MalformedError(Code.NOT_A_CREDENTIAL)
    enveloped = _enveloped(claims)
    if enveloped is None:
        enveloped = sd_jwt.compact_of_json(claims)
    if enveloped is not None:
        return _from_container(enveloped, data)
    if vcdm.is_presentation(claims):
        proofs = data_integrity.proofs(claims)
        return _presentation(claims, data, text, format=_format(proofs), proofs=proofs)
    if vcdm.is_credential(claims):
        return _embedded(claims, data)
    if open_badge_2.is_assertion(claims):
        return open_badge_2.credential(data)
    raise _not_a_credential(claims)


def _embedded(claims: Mapping[str, Json], raw: bytes) -> Credential:
    proofs = data_integrity.proofs(claims)
    return vcdm.credential(claims, raw, format=_format(proofs), proofs=proofs)


def _format(proofs: tuple[Proof, ...]) -> Format:
    return Format.DATA_INTEGRITY if proofs else Format.UNSECURED


def _read_array(data: bytes) -> Bundle:
    text = strictjson.decode(data)
    values = strictjson.parse_text(text)
    if not values:
        raise MalformedError(Code.EMPTY)
    spans = strictjson.items(text)
    return Bundle(data, tuple(_members(text, spans, values)))


def _is_token(data: bytes) -> bool:
    if b"~" in data and sd_jwt.looks_like(vc_jwt.compact(data)):
        return True
    return vc_jwt.looks_like(data)


def _read_token(data: bytes) -> Credential | Presentation:
    token = _parse_token(data)
    if isinstance(token, Credential):
        return token
    if token.sd_jwt is not None and token.sd_jwt.binding:
        return sd_jwt_vc.bound(data, token)
    if vcdm.is_presentation(token.claims):
        proofs = (vc_jwt.proof(token),)
        text = token.payload_text
        if "vp" in token.payload:
            start, end = strictjson.member_items(text, "vp")[0]
            text = text[start:end]
        elif "vc" in token.payload:
            raise MalformedError(Code.NOT_A_CREDENTIAL)
        return _presentation(token.claims, data, text, format=token.format, proofs=proofs)
    return vc_jwt.credential(data, token)


def _parse_token(data: bytes) -> vc_jwt.Token | Credential:
    """Take a token apart that is a credential or presentation of any kind; read an older badge."""
    if b"~" in data:
        return sd_jwt_vc.parse(data)
    token = vc_jwt.parse(data)
    if vcdm.is_presentation(token.claims) or vcdm.is_credential(token.claims):
        return token
    if "vct" in token.payload:  # its issuer left out the tilde at the end, which says nothing
        return sd_jwt_vc.parse(data)
    if open_badge_2.is_signed(data):
        return open_badge_2.credential(data)
    raise vcdm.not_a_credential(token.claims)


def _presentation(
    claims: Mapping[str, Json],
    raw: bytes,
    text: str,
    *,
    format: Format,  # noqa: A002 - the field's name
    proofs: tuple[Proof, ...],
) -> Presentation:
    values = fields.nodes(claims.get("verifiableCredential"))
    spans = strictjson.member_items(text, "verifiableCredential") if values else []
    return Presentation(
        raw=raw,
        format=format,
        holder=fields.identifier(claims.get("holder")),
        name=fields.text(claims.get("name")),
        credentials=tuple(_members(text, spans, values)),
        proofs=proofs,
        claims=claims,
    )


def _members(text: str, spans: list[tuple[int, int]], values: list[Json]) -> list[Credential]:
    if len(values) > MAX_CREDENTIALS:
        raise MalformedError(Code.TOO_MANY_CREDENTIALS, limit=MAX_CREDENTIALS)
    return [
        member(value, text[start:end].encode("utf-8"))
        for value, (start, end) in zip(values, spans, strict=True)
    ]


def member(value: Json, raw: bytes) -> Credential:
    """Return the credential that stands in another document as `value`, whose text is `raw`.

    Raises as `read` does.
    """
    if isinstance(value, str):
        return _member_token(value.encode("utf-8"))
    if isinstance(value, dict):
        enveloped = _enveloped(value)
        if enveloped is not None:
            return _member_token(enveloped)
        if vcdm.is_presentation(value):  # as which it would be read, kept by itself
            raise MalformedError(Code.NOT_A_CREDENTIAL)
        if vcdm.is_credential(value):
            return _embedded(value, raw)
        if open_badge_2.is_assertion(value):
            return open_badge_2.credential(raw)
    raise MalformedError(Code.NOT_A_CREDENTIAL)


def _member_token(raw: bytes) -> Credential:
    """Read a credential in a presentation; a key binding stays with it and is checked there."""
    token = _parse_token(raw)
    if isinstance(token, Credential):
        return token
    if vcdm.is_presentation(token.claims):
        raise MalformedError(Code.NOT_A_CREDENTIAL)
    return vc_jwt.credential(raw, token)


def _enveloped(claims: Mapping[str, Json]) -> bytes | None:
    """Return the token in an enveloped credential or presentation (VCDM 2.0 section 4.12)."""
    if not vcdm.is_envelope(claims):
        return None
    address = claims.get("id")
    match = _DATA_URL.fullmatch(address) if isinstance(address, str) else None
    if match is None:
        raise MalformedError(Code.MISSING_FIELD, field="id")
    kind = match["type"].lower()
    if kind not in _TOKEN_TYPES:
        raise UnsupportedError(Code.FORMAT_UNSUPPORTED, kind=kind)
    if match["form"] == "base64":
        return jose.decode_base64(match["body"])
    # Some say base64url of what they left as it was.
    if match["form"] and "." not in match["body"]:
        return jose.decode_base64url(match["body"])
    return unquote_to_bytes(match["body"])


def _not_a_credential(claims: Mapping[str, Json]) -> WalletError:
    """Tell what is known but not read from what is no credential at all."""
    contexts = [c for c in fields.nodes(claims.get("@context")) if isinstance(c, str)]
    if any("blockcerts" in c for c in contexts):
        return UnsupportedError(Code.FORMAT_UNSUPPORTED, kind="blockcerts")
    if open_badge_2.is_older(claims):
        return UnsupportedError(Code.FORMAT_UNSUPPORTED, kind="open-badge-1")
    return MalformedError(Code.NOT_A_CREDENTIAL)
