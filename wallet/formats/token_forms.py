"""Everything that is secured as a signed token, whichever of the kinds: read once more to verify.

The kinds are in `wallet.formats.vc_jwt` and `wallet.formats.sd_jwt_vc`.
"""

from __future__ import annotations

from typing import Final

from wallet.errors import WalletError
from wallet.formats import fields, sd_jwt, sd_jwt_vc, vc_jwt
from wallet.formats.vc_jwt import Token
from wallet.model import Credential, Format, Presentation, PublicKey

FORMATS: Final = frozenset({Format.VC_JWT, Format.VC_JOSE}) | sd_jwt_vc.FORMATS

# The times of a token itself (RFC 7519 section 4.1).
_TIMES: Final = ("exp", "nbf")


def parse(secured: Credential | Presentation) -> Token:
    """Take the token of a credential or presentation apart; raises `WalletError`."""
    read = sd_jwt_vc.parse if secured.format in sd_jwt_vc.FORMATS else vc_jwt.parse
    return read(secured.raw)


def is_bound(presentation: Presentation) -> bool:
    """Say whether what is presented is one token, with its key binding for a signature."""
    return presentation.format in sd_jwt_vc.FORMATS and not presentation.claims


def dates_readable(secured: Credential | Presentation) -> bool:
    """Say whether the token's own times can be read (RFC 7519 section 2); true of other formats."""
    if secured.format not in FORMATS:
        return True
    try:
        payload = parse(secured).payload
    except WalletError:
        return False
    said = [payload.get(name) for name in _TIMES]
    if secured.format is Format.SD_JWT_VC and payload.get("nbf") is None:
        said.append(payload.get("iat"))  # which is when it starts, then
    return all(fields.numeric_date(value) is not None for value in said if value is not None)


def holder_key(credential: Credential) -> PublicKey | None:
    """Return the key that a credential is bound to, or None; raises `WalletError` as `sd_jwt`."""
    if credential.format not in FORMATS:
        return None
    return sd_jwt.holder_key(parse(credential).payload)
