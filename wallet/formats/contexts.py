"""The JSON-LD contexts that verification trusts: shipped ones, and pinned ones fetched once.

`resources/contexts/manifest.json` names every trusted context with its SHA-256. One that is not
shipped may be fetched from its address; it is used only when its bytes have that hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from typing import Final, Protocol, TypeVar

from wallet import resources
from wallet.crypto import strictjson
from wallet.crypto.jsonld import Contexts
from wallet.errors import Code, UnsupportedError
from wallet.model import Credential, Fact, Json, Proof
from wallet.ports import Resolver

_FOLDER: Final = "contexts"

# A credential names some ten contexts at most; each is fetched once in the life of a process.
MAX_FETCHED: Final = 10

_fetched: dict[str, Fact] = {}


_Made = TypeVar("_Made")


class Hashed(Protocol):
    """What makes a hash of a document or of a proof's options, read with contexts."""

    def __call__(
        self, document: Mapping[str, Json], proof: Proof, contexts: Contexts, *, hash_name: str
    ) -> bytes:
        """Return the hash."""
        ...


def fetching(make: Callable[[Contexts], _Made], resolver: Resolver) -> _Made:
    """Return what `make` makes with the shared contexts; fetch a pinned one that they lack."""
    for _ in range(MAX_FETCHED):
        try:
            return make(SHARED)
        except UnsupportedError as error:
            address = error.facts.get("url")
            if error.code is not Code.CONTEXT_UNKNOWN or not isinstance(address, str):
                raise
            if not _fetch(address, resolver):
                raise
    raise UnsupportedError(Code.TOO_COMPLEX, what="contexts", limit=MAX_FETCHED)


@cache
def _manifest() -> dict[str, Mapping[str, Json]]:
    listed = strictjson.parse_object(resources.read(f"{_FOLDER}/manifest.json"))["contexts"]
    return {entry["url"]: entry for entry in listed}


def _load(address: str) -> bytes | None:
    """Return a trusted context's bytes, checked against its hash; None for one not at hand."""
    entry = _manifest().get(address)
    if entry is None:
        return None
    if not entry.get("file"):
        found = _fetched.get(address)
        return found.body if found is not None else None
    body = resources.read(f"{_FOLDER}/{entry['file']}")
    if sha256(body).hexdigest() != entry["sha256"]:
        raise UnsupportedError(Code.CONTEXT_ALTERED, url=address)
    return body


def _fetch(address: str, resolver: Resolver) -> bool:
    """Fetch one pinned context; say whether there was one to fetch."""
    entry = _manifest().get(address)
    if entry is None or address in _fetched:
        return False
    found = resolver.fetch(address)
    if sha256(found.body).hexdigest() != entry["sha256"]:
        raise UnsupportedError(Code.CONTEXT_ALTERED, url=address)
    _fetched[address] = found
    return True


def is_pinned(address: str) -> bool:
    """Say whether an address is one of a trusted context, whose bytes never change."""
    return address in _manifest()


def is_genuine(fact: Fact) -> bool:
    """Say whether a fact is a trusted context with its pinned bytes: it need not be asked again."""
    entry = _manifest().get(fact.url)
    return entry is not None and sha256(fact.body).hexdigest() == entry["sha256"]


def fetched_for(credential: Credential) -> list[Fact]:
    """Return the contexts that a credential names and that had to be fetched."""
    named = credential.claims.get("@context")
    addresses = named if isinstance(named, list) else [named]
    return [_fetched[a] for a in addresses if isinstance(a, str) and a in _fetched]


SHARED: Final = Contexts(_load)
