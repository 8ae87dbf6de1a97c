"""Token Status List: the list as a signed token, and the claim that points at it.

Sections are those of the IETF's draft-ietf-oauth-status-list. That the token is signed, by whom,
and in date is checked in `wallet.verify`. Lists as CWT (section 5.2) are told apart, not read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from wallet.crypto import jose, strictjson
from wallet.errors import Code, MalformedError, UnsupportedError
from wallet.formats import fields, status_bits, vc_jwt
from wallet.formats.status_bits import Bits
from wallet.model import Proof

ENTRY_TYPE: Final = fields.TOKEN_STATUS_LIST

# Section 7.1. The rest are the application's own or reserved.
VALID: Final = 0
INVALID: Final = 1
SUSPENDED: Final = 2

_TYPES: Final = frozenset({"statuslist+jwt", "application/statuslist+jwt"})
_SIZES: Final = frozenset({1, 2, 4, 8})
# A CWT begins with its tag (CBOR 61, RFC 8392) or that of COSE_Sign1 or COSE_Mac0, or bare with
# the array of four that these are (RFC 9052 section 4.2).
_CWT_STARTS: Final = (b"\xd8\x3d", b"\xd2", b"\xd1", b"\x84")


@dataclass(frozen=True, slots=True)
class TokenStatusList:
    """A status list token taken apart; nothing about it has been verified.

    `issuer` is "" where the token names none, `ttl` for how many seconds a copy may be kept.
    """

    jws: jose.Jws
    proof: Proof
    issuer: str
    subject: str
    issued: datetime
    ends: datetime | None
    ttl: int | None
    bits: Bits


def read(data: bytes, unpack: status_bits.Unpack = status_bits.unpack) -> TokenStatusList:
    """Take a status list token apart (section 5.1); `unpack` is `status_bits.unpack`, or bounds it.

    Raises `MalformedError` when it is none, `UnsupportedError` when it is a CWT; nothing else.
    """
    if data.startswith(_CWT_STARTS):
        raise UnsupportedError(Code.STATUS_UNSUPPORTED, kind="statuslist+cwt")
    if not vc_jwt.looks_like(data):
        raise MalformedError(Code.BAD_STATUS_LIST)
    jws = jose.parse_compact(vc_jwt.compact(data).decode("ascii"))
    kind = jws.header.get("typ")
    if not isinstance(kind, str) or kind.lower() not in _TYPES:
        raise MalformedError(Code.BAD_STATUS_LIST, field="typ")
    payload = strictjson.parse_object(jws.payload)
    issued = fields.numeric_date(payload.get("iat"))
    ends = fields.numeric_date(payload.get("exp"))
    listed, subject = payload.get("status_list"), payload.get("sub")
    if issued is None or (ends is None and payload.get("exp") is not None):
        raise MalformedError(Code.BAD_STATUS_LIST, field="iat" if issued is None else "exp")
    if not isinstance(subject, str) or not isinstance(listed, dict):
        raise MalformedError(Code.BAD_STATUS_LIST, field="status_list")
    size = fields.whole_number(listed.get("bits"))
    if size not in _SIZES:
        raise MalformedError(Code.BAD_STATUS_LIST, field="bits")
    body = status_bits.checked_text(listed.get("lst"), "lst")
    bits = Bits(unpack(body, status_bits.ZLIB), size, lowest_first=True)
    key, issuer = jws.header.get("kid"), payload.get("iss")
    return TokenStatusList(
        jws=jws,
        proof=Proof(
            suite=jws.algorithm,
            verification_method=key if isinstance(key, str) else None,
            purpose="assertionMethod",
            created=issued,
            options=jws.header,
        ),
        issuer=issuer if isinstance(issuer, str) else "",
        subject=subject,
        issued=issued,
        ends=ends,
        ttl=fields.whole_number(payload.get("ttl")),
        bits=bits,
    )
