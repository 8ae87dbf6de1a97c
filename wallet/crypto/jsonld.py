"""Canonical N-Quads of a JSON-LD document: what Data Integrity signatures of the rdfc kind cover.

This is the door to the engine: `Contexts` holds compiled contexts, `canonicalize` does the rest.
Safe mode is always on: whatever would fall out of what is signed is an error that names it. The
parts are `jsonld_context` (contexts), `jsonld_expand` (expansion), `jsonld_rdf` (statements),
`rdfc` (canonicalisation).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Final

from wallet.crypto import jsonld_fast, rdfc
from wallet.crypto.jsonld_context import Processor, resolve_addresses
from wallet.crypto.jsonld_expand import Expander
from wallet.crypto.jsonld_iri import invalid, too_complex, unsupported
from wallet.crypto.jsonld_rdf import to_quads as _to_quads
from wallet.crypto.jsonld_term import ActiveContext, Json
from wallet.crypto.nquads import Quad
from wallet.errors import Code, MalformedError, UnsupportedError, WalletError

# The largest published context, schema.org's, has 200 kB.
MAX_CONTEXT_BYTES: Final = 1_000_000
# Contexts a process remembers; beyond this, it forgets them all.
_MAX_LOADED: Final = 512

# What characters beyond the basic plane start with in UTF-8.
_ASTRAL: Final = (b"\xf0", b"\xf1", b"\xf2", b"\xf3", b"\xf4")

Load = Callable[[str], bytes | None]


class Contexts:
    """Contexts by address, compiled once; share one instance between documents.

    `load` returns the bytes of a context document that has been checked against its pinned hash,
    or null where the address is unknown. It is asked once per address that it knows.
    """

    def __init__(self, load: Load) -> None:
        self._source = load
        self._loaded: dict[str, Json] = {}
        self._root = ActiveContext("")
        self._active: dict[tuple[str, ...], tuple[ActiveContext, int]] = {}

    def load(self, address: str) -> Json:
        """Return the value of "@context" in the document at an address."""
        if address in self._loaded:
            return self._loaded[address]
        raw = self._source(address)
        if raw is None:
            raise UnsupportedError(Code.CONTEXT_UNKNOWN, url=address)
        if len(raw) > MAX_CONTEXT_BYTES:
            raise too_complex("context bytes", MAX_CONTEXT_BYTES)
        context = resolve_addresses(_context_of(raw), address)
        if len(self._loaded) >= _MAX_LOADED:
            self._loaded.clear()
        self._loaded[address] = context
        return context

    def root(self, base: str = "") -> ActiveContext:
        """Return the initial context of documents with this base; credentials have none."""
        return ActiveContext(base) if base else self._root

    def of(self, document: dict[str, Json], processor: Processor) -> ActiveContext | None:
        """Return the context that a whole document stands in; null where it is broken."""
        local = document.get("@context")
        if local is None:
            return None
        key = tuple(local) if isinstance(local, list) else (local,)
        if not all(isinstance(item, str) for item in key):
            return _derived(processor, self._root, local)
        known = self._active.get(key)
        if known is not None:
            processor.spend(known[1])
            return known[0]
        active = _derived(processor, self._root, local)
        if active is not None:
            if len(self._active) >= _MAX_LOADED:
                self._active.clear()
            self._active[key] = active, processor.spent
        return active


def _derived(processor: Processor, root: ActiveContext, local: Json) -> ActiveContext | None:
    try:
        return processor.derive(root, local)
    except (WalletError, RecursionError):
        return None


def _context_of(raw: bytes) -> Json:
    """Return the value of "@context" in a context document, whose bytes are pinned.

    As every processor reads it: schema.org's has a key twice, and the last one counts.
    """
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise invalid("loading remote context failed") from error
    if not isinstance(document, dict):
        raise invalid("invalid remote context")
    return document.get("@context", {})


def expand(document: Json, contexts: Contexts, *, base: str = "") -> list[Json]:
    """Return the expanded form of a document (JSON-LD 1.1 API, section 9.1)."""
    try:
        return Expander(Processor(contexts.load)).document(contexts.root(base), document)
    except RecursionError as error:
        raise MalformedError(Code.TOO_DEEP) from error


def to_quads(document: Json, contexts: Contexts, *, base: str = "") -> list[Quad]:
    """Return the statements a document makes (JSON-LD 1.1 API, section 9.1, toRdf)."""
    return _to_quads(expand(document, contexts, base=base))


def canonicalize(
    document: Mapping[str, Json], contexts: Contexts, *, hash_name: str = "sha256"
) -> bytes:
    """Return the canonical N-Quads of a document, as bytes to be hashed.

    Raises `MalformedError` for a document that is no safe JSON-LD: nothing in it may be ignored.
    Raises `UnsupportedError` for an unknown context, a refused feature or a graph beyond bounds.
    """
    result = _plainly(document, contexts, hash_name)
    if result is None:
        return canonicalize_wholly(document, contexts, hash_name=hash_name)
    refuse_ambiguous_order(result)
    return result


def canonicalize_wholly(document: Json, contexts: Contexts, *, hash_name: str = "sha256") -> bytes:
    """Do the same by the whole algorithm, without the short cut for plain documents."""
    try:
        result = rdfc.canonicalize(to_quads(document, contexts), hash_name=hash_name)
    except UnicodeEncodeError as error:
        raise MalformedError(Code.NOT_UTF8) from error
    refuse_ambiguous_order(result)
    return result


def _plainly(document: Mapping[str, Json], contexts: Contexts, hash_name: str) -> bytes | None:
    """Return the canonical N-Quads of a document that the short cut can read, or null."""
    if not isinstance(document, dict) or hash_name not in rdfc.HASHES:
        return None
    processor = Processor(contexts.load)
    active = contexts.of(document, processor)
    if active is None:
        return None
    return jsonld_fast.canonicalize(active, document, processor, hash_name)


def refuse_ambiguous_order(canonical: bytes) -> None:
    """Refuse lines that JavaScript, which sorts by UTF-16, puts in another order than RDFC-1.0."""
    if canonical.isascii() or not any(lead in canonical for lead in _ASTRAL):
        return  # nothing beyond the basic plane, where the two orders are the same
    lines = canonical.decode("utf-8").split("\n")[:-1]
    if sorted(lines, key=lambda line: line.encode("utf-16-be")) != lines:
        raise unsupported("order of statements beyond the basic plane")
