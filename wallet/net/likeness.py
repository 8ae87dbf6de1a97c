"""Is what an address says now a document of the kind that it said before?

A domain that changed hands, or a server that answers everything with 200 and an apology, must not
take away the document that was read while the issuer was there. What a document means is not
known here, and a new one of the same kind always counts: keys and lists change.
"""

from __future__ import annotations

from wallet.crypto import strictjson
from wallet.errors import WalletError

_LIMITS = strictjson.Limits(size=1024 * 1024, depth=64)
# One of these is in every document about an issuer, and in few apologies.
_MARKS = frozenset({"@context", "id", "verificationMethod", "keys", "kty"})


def is_like(new: bytes, old: bytes) -> bool:
    """Say whether `new` may take the place of `old`.

    It may unless `old` is marked as a document and `new` has not one member in common with it.
    """
    before = _names(old)
    after = _names(new)
    # A badge that was withdrawn may be answered with that alone (Open Badges 2.0).
    return not before & _MARKS or bool(before & after) or "revoked" in after


def _names(body: bytes) -> frozenset[str]:
    """Return the members of a JSON object, those of a list's first object, or a token's."""
    start = body.lstrip()[:3]
    if start.startswith(b"eyJ"):
        return _MARKS
    if not start.startswith((b"{", b"[")):
        return frozenset()
    try:
        found = strictjson.parse(body, _LIMITS)
    except WalletError:
        return frozenset()
    if isinstance(found, list):
        found = found[0] if found else None
    return frozenset(found) if isinstance(found, dict) else frozenset()
