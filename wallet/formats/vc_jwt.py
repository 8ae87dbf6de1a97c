"""Credentials and presentations as compact JWTs.

Two shapes: the `vc`/`vp` claim of VCDM 1.1 (section 6.3.1), and the payload that is itself the
credential (Securing Verifiable Credentials using JOSE and COSE, section 3.1). The signature is
checked in `wallet.verify`; here the token is taken apart and put together.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from wallet.crypto import jose, strictjson
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import fields, sd_jwt, vcdm
from wallet.model import Credential, Format, Json, Proof

_TOKEN: Final = re.compile(rb"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
# Tokens that are signed by people of this field and are neither credential nor presentation
# (SD-JWT, RFC 9901, section 4.3; RFC 9068; OpenID4VCI and OpenID4VP; Token Status List).
_OTHER_KINDS: Final = frozenset(
    {
        *("kb+jwt", "at+jwt", "dpop+jwt", "statuslist+jwt", "openid4vci-proof+jwt"),
        *("oauth-authz-req+jwt", "entity-statement+jwt"),
    }
)
_REMEMBERED_BYTES: Final = 64 * 1024
# Claims of the token itself (RFC 7519 section 4.1, RFC 7800), not of the credential in it.
_TOKEN_CLAIMS: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "nonce"})


@dataclass(frozen=True, slots=True)
class Token:
    """A JWT read: its parts, what it carries, and where the two shapes differ.

    `contradiction` names a registered claim that says otherwise than the credential in the token.
    `sd_jwt` is there for a token with selective disclosure: `payload` is then what it discloses,
    and `payload_text` spells that where the token is a presentation.
    """

    jws: jose.Jws
    format: Format
    claims: Mapping[str, Json]  # the credential or presentation as VCDM JSON
    payload: Mapping[str, Json]
    payload_text: str
    contradiction: str | None = None
    sd_jwt: sd_jwt.SdJwt | None = None


def looks_like(data: bytes) -> bool:
    """Say whether `data` has the shape of a compact JWT (surrounding space and quotes aside)."""
    return _TOKEN.fullmatch(compact(data)) is not None


def compact(data: bytes) -> bytes:
    """Return the token in `data`: without surrounding space, or the quotes of a JSON string."""
    stripped = data.strip()
    if stripped[:1] == b'"' and stripped[-1:] == b'"':
        stripped = stripped[1:-1].strip()
    return stripped


def parse(data: bytes) -> Token:
    """Take a JWT credential or presentation apart; raises `MalformedError`."""
    # A credential is read and then verified, both from its bytes.
    return remembered(data) if len(data) <= _REMEMBERED_BYTES else _parse(data)


def _parse(data: bytes) -> Token:
    if not looks_like(data):
        raise MalformedError(Code.BAD_JOSE)
    jws = jose.parse_compact(compact(data).decode("ascii"))
    refuse_other_kinds(jws.header.get("typ"))
    return token_of(jws, payload_of(jws), strictjson.decode(jws.payload))


remembered = lru_cache(maxsize=32)(_parse)


def payload_of(jws: jose.Jws) -> dict[str, Json]:
    """Return the claims a token signs (RFC 7519 section 7.2)."""
    return strictjson.parse_object(jws.payload)


def token_of(jws: jose.Jws, payload: Mapping[str, Json], text: str) -> Token:
    """Return what a token with this payload carries; `text` spells the payload."""
    if "vc" in payload and "vp" in payload:
        raise MalformedError(Code.BAD_JOSE, field="vc")
    inner = payload.get("vc", payload.get("vp"))
    if inner is None:
        claims = {name: value for name, value in payload.items() if name not in _TOKEN_CLAIMS}
        shape = Format.VC_JOSE
        # A payload may leave to the token what the token says anyway.
        if "issuer" not in claims and vcdm.is_credential(claims) and "iss" in payload:
            claims["issuer"] = payload["iss"]
    elif isinstance(inner, dict):
        claims, shape = _rebuilt(inner, payload), Format.VC_JWT
    else:
        raise MalformedError(Code.BAD_JOSE, field="vc")
    return Token(jws, shape, claims, payload, text, _contradiction(claims, payload))


def credential(data: bytes, token: Token, *, container: bytes | None = None) -> Credential:
    """Return the credential a parsed token carries; `raw` is `data`."""
    made = vcdm.credential(
        token.claims, data, format=token.format, proofs=(proof(token),), container=container
    )
    starts = [t for t in (made.valid_from, fields.numeric_date(token.payload.get("nbf"))) if t]
    ends = [t for t in (made.valid_until, fields.numeric_date(token.payload.get("exp"))) if t]
    # Beside a `vc` claim, a `status` claim (Token Status List section 6.2) is the token's own.
    beside = token.payload.get("status") if "vc" in token.payload else None
    return replace(
        made,
        valid_from=max(starts, default=None),
        valid_until=min(ends, default=None),
        status=(*made.status, *fields.token_status_refs(beside)),
    )


def proof(token: Token) -> Proof:
    """Return what a token's header says about its signature."""
    kid = token.jws.header.get("kid")
    audience = [a for a in fields.nodes(token.payload.get("aud")) if isinstance(a, str)]
    nonce = token.payload.get("nonce")
    is_presentation = "vp" in token.payload or vcdm.is_presentation(token.claims)
    return Proof(
        suite=token.jws.algorithm,
        verification_method=kid if isinstance(kid, str) else None,
        purpose="authentication" if is_presentation else "assertionMethod",
        created=fields.numeric_date(token.payload.get("iat")),
        expires=fields.numeric_date(token.payload.get("exp")) if is_presentation else None,
        domains=tuple(audience),
        challenge=nonce if isinstance(nonce, str) else None,
        options=token.jws.header,
    )


def sign(
    claims: Mapping[str, Json],
    *,
    method: str,
    sign: Callable[[bytes], bytes],
    algorithm: str = "EdDSA",
    shape: Format = Format.VC_JOSE,
) -> bytes:
    """Return the compact JWT of a credential, signed by the key named `method`.

    For `Format.VC_JWT` the registered claims of VCDM 1.1 section 6.3.1 are set from the credential.
    """
    issuer = fields.identifier(claims.get("issuer"))
    if issuer is None:
        raise MalformedError(Code.MISSING_FIELD, field="issuer")
    header = {"alg": algorithm, "kid": method}
    payload: dict[str, Json]
    if shape is Format.VC_JWT:
        header["typ"], payload = "JWT", {"iss": issuer, "vc": dict(claims)}
        start, end = fields.starts(claims), fields.ends(claims)
        for name, value in (
            ("sub", fields.subject(claims)),
            ("jti", claims.get("id")),
            ("nbf", _seconds(start)),
            ("exp", _seconds(end)),
        ):
            if value is not None:
                payload[name] = value
    else:
        header |= {"typ": "vc+jwt", "cty": "vc"}
        payload = dict(claims)
    text = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    return jose.sign_compact(header, text, sign=sign).encode("ascii")


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else int(moment.timestamp())


def _rebuilt(inner: dict[str, Json], payload: Mapping[str, Json]) -> dict[str, Json]:
    """Put the registered claims back where VCDM 1.1 section 6.3.1 takes them from."""
    claims = dict(inner)
    if "vp" in payload:
        _fill(claims, "holder", payload.get("iss"))
        _fill(claims, "id", payload.get("jti"))
        return claims
    issuer = claims.get("issuer")
    if isinstance(issuer, dict) and "id" not in issuer and "iss" in payload:
        claims["issuer"] = {"id": payload["iss"], **issuer}
    _fill(claims, "issuer", payload.get("iss"))
    _fill(claims, "id", payload.get("jti"))
    subject = claims.get("credentialSubject")
    if isinstance(subject, dict) and "id" not in subject and isinstance(payload.get("sub"), str):
        claims["credentialSubject"] = {"id": payload["sub"], **subject}
    v2 = vcdm.base_context(claims) == vcdm.V2_CONTEXT
    for claim, names in (
        ("nbf", ("validFrom", "issuanceDate")),
        ("exp", ("validUntil", "expirationDate")),
    ):
        moment = fields.numeric_date(payload.get(claim))
        if moment is not None and not any(name in claims for name in names):
            claims[names[0] if v2 else names[1]] = fields.iso(moment.astimezone(UTC))
    return claims


def refuse_other_kinds(typ: Json) -> None:
    """Refuse a token that says it is no credential (RFC 8725 section 3.11), as a key binding is."""
    if isinstance(typ, str) and typ.lower().removeprefix("application/") in _OTHER_KINDS:
        raise UnsupportedError(Code.FORMAT_UNSUPPORTED, kind=typ[:40])


def _fill(claims: dict[str, Json], name: str, value: Json) -> None:
    if name not in claims and isinstance(value, str):
        claims[name] = value


def _contradiction(claims: Mapping[str, Json], payload: Mapping[str, Json]) -> str | None:
    """Return the first registered claim that contradicts the credential, by name."""
    author = "holder" if vcdm.is_presentation(claims) else "issuer"
    said = {
        "iss": (payload.get("iss"), fields.identifier(claims.get(author))),
        "jti": (payload.get("jti"), claims.get("id")),
    }
    subjects = fields.nodes(claims.get("credentialSubject"))
    if author == "issuer" and len(subjects) == 1:
        said["sub"] = (payload.get("sub"), fields.identifier(subjects[0]))
    for name, (token_says, credential_says) in said.items():
        if token_says is not None and credential_says is not None and token_says != credential_says:
            return name
    return None
