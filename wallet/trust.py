"""Which issuers are known: the registries shipped with the app, as a verification policy.

The registry format is described in resources/trust/README.md.
"""

from __future__ import annotations

import json
from functools import cache

from wallet import resources
from wallet.verify import Policy, Trusted


@cache
def policy() -> Policy:
    """Return the policy of an app as installed: shipped registries, usual tolerance."""
    trusted: dict[str, Trusted] = {}
    for name in resources.names("trust"):
        if not name.endswith(".json"):
            continue
        registry = json.loads(resources.read(name))
        for issuer, entry in registry["issuers"].items():
            trusted[issuer] = Trusted(
                entry["name"], registry["name"], sample=bool(entry.get("sample"))
            )
    return Policy(trusted=trusted)
