"""What the readers remember of records they took apart, and forgetting it.

A record is read and then verified, both from its bytes, so the last few are remembered. Once the
wallet is locked nothing of them may be left.
"""

from __future__ import annotations

import urllib.parse

from wallet.formats import open_badge_2, sd_jwt_vc, vc_jwt


def forget() -> None:
    """Forget every record that was read."""
    for module in (open_badge_2, sd_jwt_vc, vc_jwt):
        module.remembered.cache_clear()
    # The library remembers the addresses that it split, some of which tell a lot.
    split = getattr(urllib.parse, "clear_cache", None)
    if split is not None:
        split()
