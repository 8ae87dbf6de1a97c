"""Registries in the pretend world: OpenID Federations with real signatures, and DCC registries."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import quote

from tests.world import Party, World
from wallet.crypto import jose, signatures
from wallet.errors import Code, UnreachableError
from wallet.model import Fact, KeyType
from wallet.verify import Catalogue, Kind, Pin, Policy, Source
from wallet.verify.federation import TYPE, WELL_KNOWN

LIST = "https://consortium.example/known.json"


@cache
def _key(_name: str) -> signatures.PrivateKey:
    """Return the key of that name: the same one in every world of this run."""
    return signatures.generate(KeyType.P256)


class Web:
    """The pretend world, whose federations answer 404 for whom they do not know."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fetched: list[str] = []

    def fetch(self, url: str) -> Fact:
        self.fetched.append(url)
        unknown = "?sub=" in url or url.endswith(WELL_KNOWN)
        if unknown and url not in self.world.documents and not self.world.outages:
            raise UnreachableError(Code.UNREACHABLE, host="x", why="http_404")
        return self.world.fetch(url)


class Memory:
    """Remembers anchors, as the app does."""

    def __init__(self) -> None:
        self.pins: dict[str, Pin] = {}

    def pin(self, anchor: str) -> Pin | None:
        return self.pins.get(anchor)

    def remember(self, anchor: str, pin: Pin) -> None:
        self.pins[anchor] = pin


@dataclass
class Entity:
    """A member of a federation with keys of its own: an anchor, an intermediate, an https issuer.

    `keys` are what it publishes; it signs with the first of them.
    """

    world: World
    id: str
    keys: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.keys = self.keys or [f"{self.id} 1"]

    @property
    def url(self) -> str:
        return self.id + WELL_KNOWN

    @property
    def endpoint(self) -> str:
        return f"{self.id}/fetch"

    def about_url(self, subject: str) -> str:
        return f"{self.endpoint}?sub={quote(subject, safe='')}"

    def jwks(self) -> dict[str, Any]:
        keys = [{**jose.jwk_of_key(signatures.public_of(_key(n))), "kid": n} for n in self.keys]
        return {"keys": keys}

    def times(self) -> dict[str, int]:
        now = self.world.now
        return {
            "iat": int((now - timedelta(minutes=1)).timestamp()),
            "exp": int((now + timedelta(days=1)).timestamp()),
        }

    def sign(self, claims: dict[str, Any], *, key: str | None = None, **header: Any) -> bytes:
        named = key or self.keys[0]
        private = _key(named)
        head = {"alg": "ES256", "typ": TYPE, "kid": named, **header}
        payload = json.dumps(claims).encode()
        made = jose.sign_compact(
            head, payload, sign=lambda data: signatures.sign("ES256", private, data)
        )
        return made.encode()

    def configuration(self, *, key: str | None = None, **more: Any) -> bytes:
        """Publish and return its entity configuration."""
        claims = {
            "iss": self.id,
            "sub": self.id,
            **self.times(),
            "jwks": self.jwks(),
            "metadata": {
                "federation_entity": {
                    "organization_name": "Federation of the pretend world",
                    "federation_fetch_endpoint": self.endpoint,
                }
            },
            **more,
        }
        body = self.sign(claims, key=key)
        self.world.documents[self.url] = body
        return body

    def vouch(
        self,
        subject: str,
        name: str = "Harbor College",
        *,
        key: str | None = None,
        header: dict[str, Any] | None = None,
        **more: Any,
    ) -> bytes:
        """Publish and return a statement about a subordinate."""
        claims = {
            "iss": self.id,
            "sub": subject,
            **self.times(),
            "metadata": {"federation_entity": {"organization_name": name}},
            **more,
        }
        body = self.sign(claims, key=key, **(header or {}))
        self.world.documents[self.about_url(subject)] = body
        return body


def anchor(world: World, id_: str = "https://anchor.example") -> Entity:
    """Return an anchor that is up."""
    made = Entity(world, id_)
    made.configuration()
    return made


def dcc(world: World, url: str, *listed: Party, name: str = "") -> Source:
    """Publish a DCC registry that lists these parties."""
    registry = {p.id: {"name": name or f"{p.name} as listed", "url": "https://x/"} for p in listed}
    body = {"meta": {"updated": "2026-05-01T00:00:00+00:00"}, "registry": registry}
    world.documents[url] = json.dumps(body).encode()
    return Source(f"Registry at {url.split('/')[2]}", Kind.DCC, url)


def catalogue(world: World, *named: Source) -> None:
    """Publish the list of registries."""
    world.documents[LIST] = json.dumps(
        [
            {
                "name": one.name,
                "type": one.kind.value,
                ("trustAnchorEC" if one.kind is Kind.FEDERATION else "url"): one.url,
            }
            for one in named
        ]
    ).encode()


def policy(*sources: Source, **more: Any) -> Policy:
    """Return a policy that asks these registries."""
    return Policy(catalogues=(Catalogue(LIST, sources),), **more)
