"""Credentials as SD-JWTs: SD-JWT VC, and VCDM credentials with selective disclosure.

The first has a `vct` and no JSON-LD (SD-JWT-based Verifiable Credentials); its claims are told here
in the words of VCDM, so that everything else reads one kind of claims. The second is a VCDM
credential or presentation as the payload (Securing Verifiable Credentials using JOSE and COSE,
section 3.2), or in the `vc` claim of VCDM 1.1. What is disclosed is `wallet.formats.sd_jwt`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Final

from wallet.crypto import jose, multikey
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError
from wallet.formats import fields, sd_jwt, vc_jwt, vcdm
from wallet.formats.vc_jwt import Token
from wallet.model import Format, Json, Presentation, Proof

FORMATS: Final = frozenset({Format.VC_SD_JWT, Format.SD_JWT_VC})

_REMEMBERED_BYTES: Final = 64 * 1024
# What must not be withheld (SD-JWT VC section 2.2.2.2): whoever holds it could hide its end.
OPEN: Final = frozenset({"iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "status"})
# Claims about the credential, which are no claims about its subject.
_REGISTERED: Final = OPEN | {"sub", "aud", "iat", "jti", "nonce"}
_ISSUER_NAMES: Final = ("issuer_name", "issuing_authority")
# Claims of a VCDM credential, whose `type` may be all that is withheld: told as an SD-JWT VC its
# end and its status would be claims about somebody.
_OF_VCDM: Final = frozenset(
    {"@context", "vc", "credentialSubject", "credentialStatus", "validUntil", "expirationDate"}
)


def parse(data: bytes) -> Token:
    """Take an SD-JWT credential or presentation apart; raises `MalformedError`."""
    # A credential is read and then verified, both from its bytes.
    return remembered(data) if len(data) <= _REMEMBERED_BYTES else _parse(data)


def _parse(data: bytes) -> Token:
    taken = sd_jwt.parse(vc_jwt.compact(data))
    vc_jwt.refuse_other_kinds(taken.jws.header.get("typ"))
    token = vc_jwt.token_of(taken.jws, taken.payload, taken.text)
    if vcdm.is_credential(token.claims):
        return replace(token, format=Format.VC_SD_JWT, sd_jwt=taken)
    if vcdm.is_presentation(token.claims):
        # Without a digest in it, what the issuer wrote can be read as it stands.
        text = taken.text if taken.open else json.dumps(taken.payload, ensure_ascii=False)
        return replace(token, format=Format.VC_SD_JWT, payload_text=text, sd_jwt=taken)
    if not isinstance(taken.payload.get("vct"), str):
        raise vcdm.not_a_credential(token.claims)
    if not _OF_VCDM.isdisjoint(taken.payload):
        raise UnsupportedError(Code.FORMAT_UNSUPPORTED, kind="vcdm-with-vct")
    for one in taken.disclosures:
        if len(one.path) == 1 and one.name in OPEN:
            raise MalformedError(Code.BAD_JOSE, member=one.name)
    claims = _claims(taken.payload, taken.jws.header)
    return Token(taken.jws, Format.SD_JWT_VC, claims, taken.payload, taken.text, sd_jwt=taken)


remembered = lru_cache(maxsize=32)(_parse)


def bound(data: bytes, token: Token) -> Presentation:
    """Return what somebody presents who shows to have the key that the token is bound to."""
    if token.sd_jwt is None or vcdm.is_presentation(token.claims):
        raise UnsupportedError(Code.FORMAT_UNSUPPORTED, kind="bound-presentation")
    shown = token.sd_jwt.presented.encode("ascii")
    return Presentation(
        raw=data,
        format=token.format,
        holder=_holder(token),
        name=None,
        credentials=(vc_jwt.credential(shown, parse(shown)),),
        proofs=(_binding_proof(token.sd_jwt),),
        claims={},
    )


def _holder(token: Token) -> str | None:
    """Return the DID that the holder's key is, spelled as the token spells it where it does."""
    try:
        key = sd_jwt.holder_key(token.payload)
    except WalletError:
        return None
    if key is None:
        return None
    kid = token.payload["cnf"].get("kid")
    subject = token.payload.get("sub")
    names = (multikey.did_key(key), multikey.did_jwk(key))
    own = kid.partition("#")[0] if isinstance(kid, str) else subject
    return own if own in names else names[0]


def _binding_proof(taken: sd_jwt.SdJwt) -> Proof:
    """Return what a key binding says about itself; whether it holds is not asked here."""
    jws = jose.parse_compact(taken.binding)
    payload = vc_jwt.payload_of(jws)
    nonce = payload.get("nonce")
    return Proof(
        suite=jws.algorithm,
        purpose="authentication",
        created=fields.numeric_date(payload.get("iat")),
        expires=fields.numeric_date(payload.get("exp")),
        domains=tuple(a for a in fields.nodes(payload.get("aud")) if isinstance(a, str)),
        challenge=nonce if isinstance(nonce, str) else None,
        options=jws.header,
    )


def _claims(payload: Mapping[str, Json], header: Mapping[str, Json]) -> dict[str, Json]:
    """Return the claims of an SD-JWT VC as VCDM JSON."""
    issuer = payload.get("iss")
    if issuer is None and (leaf := jose.certificate(header)) is not None:
        issuer = jose.certificate_name(leaf)
    if not isinstance(issuer, str) or not issuer:
        raise MalformedError(Code.MISSING_FIELD, field="iss")
    name = next((n for key in _ISSUER_NAMES if isinstance(n := payload.get(key), str)), None)
    claims: dict[str, Json] = {
        "type": ["VerifiableCredential", payload["vct"]],
        "issuer": issuer if name is None else {"id": issuer, "name": name},
    }
    if isinstance(payload.get("jti"), str):
        claims["id"] = payload["jti"]
    start = fields.numeric_date(payload.get("nbf", payload.get("iat")))
    end = fields.numeric_date(payload.get("exp"))
    for member, moment in (("validFrom", start), ("validUntil", end)):
        if moment is not None:
            claims[member] = fields.iso(moment)
    subject = {n: v for n, v in payload.items() if n not in _REGISTERED and n != _ISSUER_NAMES[0]}
    if isinstance(payload.get("sub"), str):
        subject["id"] = payload["sub"]
    elif not isinstance(subject.get("id", ""), str):
        del subject["id"]  # a number by which somebody counts, and no name of the subject
    claims["credentialSubject"] = subject
    if "status" in payload:
        claims["credentialStatus"] = _status(payload["status"])
    return claims


def _status(status: Json) -> list[Json]:
    """Return the status claim as entries (Token Status List, section 6.2).

    What is not understood is an entry, too: it must not look as if there were none.
    """
    if not isinstance(status, dict) or not status:
        return [{"type": ""}]
    entries: list[Json] = []
    for kind, reference in status.items():
        if kind == "status_list" and isinstance(reference, dict):
            entries.append(
                {
                    "type": "TokenStatusList",
                    "statusPurpose": "revocation",
                    "statusListIndex": reference.get("idx"),
                    "statusListCredential": reference.get("uri"),
                }
            )
        else:
            entries.append({"type": kind})
    return entries
