"""Detached JWS over unencoded bytes (RFC 7515 appendix F, RFC 7797), as the older proofs carry it.

The header is signed together with bytes that stand elsewhere. What those bytes are, and whose key
it is, others know.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from wallet.crypto import jose, strictjson
from wallet.errors import Code, MalformedError

MAX_CHARS: Final = 2 * 1024  # the longest signature has 1,366; a header here some fifty
_LIMITS: Final = strictjson.Limits(size=MAX_CHARS, depth=4)
# What may stand beside `alg`, `b64` and `crit`, and decides nothing.
_IDLE: Final = frozenset({"kid", "typ"})


@dataclass(frozen=True, slots=True)
class Detached:
    """A detached JWS taken apart. What was signed starts with `prefix`; the payload follows."""

    algorithm: str
    prefix: bytes
    signature: bytes


def parse(text: str) -> Detached:
    """Take a detached JWS apart; raises `MalformedError` (BAD_JOSE).

    The header must say that the payload is not encoded (`b64` false, and `crit` naming just that:
    RFC 7797 section 6), and nothing that would ask for more.
    """
    parts = text.split(".") if len(text) <= MAX_CHARS else []
    if len(parts) != 3 or parts[1]:
        raise MalformedError(Code.BAD_JOSE)
    try:
        header = strictjson.parse_object(jose.decode_base64url(parts[0]), _LIMITS)
        signature = jose.decode_base64url(parts[2])
    except MalformedError as error:
        raise MalformedError(Code.BAD_JOSE, cause=error.code.value) from error
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm.lower() == "none":
        raise MalformedError(Code.BAD_JOSE, alg=str(algorithm)[:20])
    if header.get("b64") is not False or header.get("crit") != ["b64"]:
        raise MalformedError(Code.BAD_JOSE, member="crit")
    if not header.keys() - {"alg", "b64", "crit"} <= _IDLE:
        raise MalformedError(Code.BAD_JOSE, member="header")
    return Detached(algorithm, f"{parts[0]}.".encode("ascii"), signature)


def sign(algorithm: str, payload: bytes, *, sign: Callable[[bytes], bytes]) -> str:
    """Return the detached JWS of `payload`; `sign` makes the raw signature."""
    header = {"alg": algorithm, "b64": False, "crit": ["b64"]}
    head = jose.encode_base64url(json.dumps(header, separators=(",", ":")).encode("ascii"))
    return f"{head}..{jose.encode_base64url(sign(f'{head}.'.encode('ascii') + payload))}"
