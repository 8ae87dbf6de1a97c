"""Which issuers are known as the app ships: its own registries, and where others' are on the web.

The formats are described in resources/trust/README.md. What the person adds is in `wallet.lists`.
"""

from __future__ import annotations

import json
from functools import cache

from wallet import resources
from wallet.formats import registry
from wallet.verify import Catalogue, Kind, Policy, Source, Trusted


@cache
def shipped() -> tuple[registry.Registry, ...]:
    """Return the registries that ship with the app."""
    names = [name for name in resources.names("trust") if name.endswith(".json")]
    return tuple(registry.read(resources.read(name)) for name in names)


def entries(one: registry.Registry) -> dict[str, Trusted]:
    """Return the issuers of a registry as a policy lists them."""
    return {
        issuer: Trusted(entry.name, one.name, sample=entry.sample, test=one.test)
        for issuer, entry in one.issuers.items()
    }


@cache
def policy() -> Policy:
    """Return the policy of shipped registries alone: it asks nobody."""
    return Policy(trusted={i: known for one in shipped() for i, known in entries(one).items()})


@cache
def catalogues() -> tuple[Catalogue, ...]:
    """Return the registries on the web that the app knows, and which of them are for tests."""
    names = [name for name in resources.names("trust/web") if name.endswith(".json")]
    return tuple(_catalogue(resources.read(name)) for name in names)


def _catalogue(data: bytes) -> Catalogue:
    found = json.loads(data)
    return Catalogue(
        found["catalogue"],
        tuple(
            Source(
                one["name"],
                Kind(one["kind"]),
                one["url"],
                test=one["test"],
                examples=one.get("examples", ""),
            )
            for one in found["registries"]
        ),
    )
