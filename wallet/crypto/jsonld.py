"""Canonical N-Quads of a JSON-LD document: what Data Integrity signatures of the rdfc kind cover.

This is the door to the engine: `Contexts` holds compiled contexts, `canonicalize` does the rest.
Safe mode is always on: whatever would fall out of what is signed is an error that names it. The
parts are `jsonld_context` (contexts), `jsonld_expand` (expansion), `jsonld_rdf` (statements),
`rdfc` (canonicalisation).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from wallet.crypto import rdfc
from wallet.crypto.jsonld_context import Processor, resolve_addresses
from wallet.crypto.jsonld_expand import Expander
from wallet.crypto.jsonld_iri import too_complex, unsupported
from wallet.crypto.jsonld_rdf import to_quads as _to_quads
from wallet.crypto.jsonld_term import ActiveContext, Json
from wallet.crypto.nquads import Quad
from wallet.crypto.strictjson import parse_object
from wallet.errors import Code, MalformedError, UnsupportedError

# The largest published context, schema.org's, has 200 kB.
MAX_CONTEXT_BYTES: Final = 1_000_000
# Contexts a process remembers; beyond this, it forgets them all.
_MAX_LOADED: Final = 512

# Four-byte UTF-8, and three-byte UTF-8 from U+E000: only together do orders differ.
_ASTRAL = re.compile(rb"[\xf0-\xf4]")
_AFTER_SURROGATES = re.compile(rb"[\xee\xef]")

Load = Callable[[str], bytes | None]


class Contexts:
    """Contexts by address, compiled once; share one instance between documents.

    `load` returns the bytes of a context document that has been checked against its pinned hash,
    or null where the address is unknown. It is asked once per address that it knows.
    """

    def __init__(self, load: Load) -> None:
        self._source = load
        self._loaded: dict[str, Json] = {}
        self._roots: dict[str, ActiveContext] = {"": ActiveContext("")}

    def load(self, address: str) -> Json:
        """Return the value of "@context" in the document at an address."""
        if address in self._loaded:
            return self._loaded[address]
        raw = self._source(address)
        if raw is None:
            raise UnsupportedError(Code.CONTEXT_UNKNOWN, url=address)
        if len(raw) > MAX_CONTEXT_BYTES:
            raise too_complex("context bytes", MAX_CONTEXT_BYTES)
        context = resolve_addresses(parse_object(raw).get("@context", {}), address)
        if len(self._loaded) >= _MAX_LOADED:
            self._loaded.clear()
        self._loaded[address] = context
        return context

    def root(self, base: str = "") -> ActiveContext:
        """Return the initial context of documents with this base; credentials have none."""
        if base not in self._roots:
            return ActiveContext(base)
        return self._roots[base]


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
    try:
        result = rdfc.canonicalize(to_quads(document, contexts), hash_name=hash_name)
    except UnicodeEncodeError as error:
        raise MalformedError(Code.NOT_UTF8) from error
    if _ASTRAL.search(result) and _AFTER_SURROGATES.search(result):
        _refuse_ambiguous_order(result)
    return result


def _refuse_ambiguous_order(canonical: bytes) -> None:
    """Refuse lines that JavaScript, which sorts by UTF-16, puts in another order than RDFC-1.0."""
    lines = canonical.decode("utf-8").split("\n")[:-1]
    if sorted(lines, key=lambda line: line.encode("utf-16-be")) != lines:
        raise unsupported("order of statements beyond the basic plane")
