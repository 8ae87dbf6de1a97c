"""Is an issuer in a registry on the web? Asked of each, and those that cannot be read are named.

Registries of production come first, and one that lists the issuer ends the search. A registry
learns at most whom a credential is from, never the credential.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from wallet.errors import Code, WalletError
from wallet.formats import registry
from wallet.model import Json
from wallet.ports import Resolver
from wallet.report import Outcome, Reason
from wallet.verify import federation
from wallet.verify.keys import Answer, unknown
from wallet.verify.policy import Catalogue, Kind, Policy, Source

MAX_NAMED: Final = 4  # lists that one sentence names
# The longest identifier that is asked about: it goes into an address.
MAX_ASKED_CHARS: Final = 1024


@dataclass(frozen=True, slots=True)
class Listing:
    """An issuer found in a registry: under which name, and when that was read."""

    name: str
    source: Source
    read_at: datetime

    @property
    def example(self) -> bool:
        """Whether the registry marks it as an example of its own."""
        return bool(self.source.examples) and self.name.startswith(self.source.examples)

    @property
    def counts(self) -> bool:
        """Whether being listed there makes an issuer known."""
        return not (self.source.test or self.source.new or self.example)

    @property
    def facts(self) -> dict[str, Json]:
        """What the sentence about it needs."""
        facts: dict[str, Json] = {"name": self.name, "source": self.source.name}
        marks = {"new": self.source.new, "example": self.example}
        facts |= {name: True for name, marked in marks.items() if marked}
        return facts | {"read": self.read_at.isoformat()}


@dataclass(slots=True)
class _Search:
    """What the search came to so far."""

    looked: int = 0
    spared: int = 0
    unread: list[str] = field(default_factory=list)
    changed: list[tuple[str, datetime]] = field(default_factory=list)
    tests: list[Listing] = field(default_factory=list)


def find(
    issuer: str, policy: Policy, resolver: Resolver, now: datetime, *, by_name: bool = True
) -> Answer:
    """Say whether a registry makes the issuer known, and which could not be read.

    Without `by_name` only those are looked at that are read whole, and so learn of nobody.
    """
    search = _Search(unread=list(policy.unread))
    for source in in_use(policy, resolver):
        if not by_name and source.kind is not Kind.DCC:
            search.spared += 1
            continue
        found = _look(issuer, source, policy, resolver, now, search)
        if found is None:
            continue
        if found.counts:
            return Answer(Outcome.PASSED, None, found.facts)
        search.tests.append(found)
    return _not_known(issuer, search)


def _look(
    issuer: str,
    source: Source,
    policy: Policy,
    resolver: Resolver,
    now: datetime,
    search: _Search,
) -> Listing | None:
    try:
        found = _ask(issuer, source, policy, resolver, now)
    except WalletError as error:
        search.unread.append(source.name)
        since = error.facts.get("since")
        if error.code is Code.ANCHOR_CHANGED and isinstance(since, datetime):
            search.changed.append((source.name, since))
        return None
    search.looked += 1
    return found


def _ask(
    issuer: str, source: Source, policy: Policy, resolver: Resolver, now: datetime
) -> Listing | None:
    if source.kind is Kind.DCC:
        fact = resolver.fetch(source.url)
        entry = registry.read_dcc(fact.body).issuers.get(issuer)
        return Listing(entry.name, source, fact.read_at) if entry else None
    if len(issuer) > MAX_ASKED_CHARS:
        return None
    member = federation.find(
        issuer, source.url, resolver, now=now, skew=policy.clock_skew, anchors=policy.anchors
    )
    return Listing(member.name, source, member.read_at) if member else None


def _not_known(issuer: str, search: _Search) -> Answer:
    facts: dict[str, Json] = {"looked": search.looked}
    if search.spared:
        facts["spared"] = search.spared
    if search.unread:
        facts["unread"] = len(search.unread)
        more = ["…"] if len(search.unread) > MAX_NAMED else []
        facts["unread_names"] = ", ".join([*search.unread[:MAX_NAMED], *more])
    if search.changed:
        name, since = search.changed[0]
        facts |= {"changed": name, "changed_since": since.isoformat()}
    if search.tests:
        found = search.tests[0]
        facts |= found.facts
        return unknown(Reason.ISSUER_TEST_LIST, **facts)
    return unknown(Reason.ISSUER_NOT_LISTED, issuer=issuer[:200], **facts)


# Which registries ------------------------------------------------------------------------------


def in_use(policy: Policy, resolver: Resolver) -> list[Source]:
    """Return the registries to ask, those of production first.

    A catalogue that can be read says which of its registries are still kept up, and may name ones
    that this version of the app does not know; without it, all that are known are asked.
    """
    found = [s for one in policy.catalogues for s in _of(one, resolver) if s.url not in policy.off]
    return sorted(found, key=lambda source: (source.test or source.new, source.new))


def _of(catalogue: Catalogue, resolver: Resolver) -> Iterator[Source]:
    try:
        named = registry.read_catalogue(resolver.fetch(catalogue.url).body)
    except WalletError:
        yield from catalogue.sources
        return
    known = {source.url: source for source in catalogue.sources}
    for url, one in {one.url: one for one in named}.items():
        yield known.get(url) or Source(one.name, Kind(one.kind), url, new=True)
