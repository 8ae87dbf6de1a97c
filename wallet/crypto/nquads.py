"""N-Quads: reading them, and the canonical way to write their parts (RDFC-1.0, appendix A).

A quad is four strings as they are written in canonical N-Quads: `<iri>`, `_:label`, `"literal"`
with its tag or datatype; the graph of the default graph is the empty string.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from wallet.errors import Code, MalformedError

_TEXT_ESCAPES = re.compile(r'[\x00-\x1f\x7f"\\]')
_IRI_ESCAPES = re.compile(r'[\x00-\x20<>"{}|^`\\]')
_NAMED = {
    "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\",
}  # fmt: skip
_UNNAMED = {escape[1]: char for char, escape in _NAMED.items()} | {"'": "'"}

_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_IRI = rf"<((?:[^\x00-\x20<>\"{{}}|^`\\]|{_UCHAR})*)>"
_FIRST = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff_:0-9"
)
_OTHER = _FIRST + "\u00b7\u0300-\u036f\u203f-\u2040-"
_LABEL = rf"_:([{_FIRST}](?:[{_OTHER}.]*[{_OTHER}])?)"
_STRING = r'"((?:[^"\\\n\r]|\\.)*)"'
_TAG = r"@([a-zA-Z]+(?:-[a-zA-Z0-9]+)*)"
_QUAD = (
    rf"[ \t]*(?:{_IRI}|{_LABEL})[ \t]*{_IRI}[ \t]*"
    rf"(?:{_IRI}|{_LABEL}|{_STRING}(?:\^\^{_IRI}|{_TAG})?)[ \t]*"
    rf"(?:{_IRI}|{_LABEL})?[ \t]*\.[ \t]*(?:#.*)?"
)
_BLANK_LINE = re.compile(r"[ \t]*(?:#.*)?")
_ESCAPE = re.compile(rf"{_UCHAR}|\\.", re.DOTALL)
_XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_SURROGATES = range(0xD800, 0xE000)


class Quad(NamedTuple):
    """A statement in a graph, each part as canonical N-Quads write it."""

    subject: str
    predicate: str
    object: str
    graph: str = ""

    def __str__(self) -> str:
        graph = f" {self.graph}" if self.graph else ""
        return f"{self.subject} {self.predicate} {self.object}{graph} .\n"


def _escaped(match: re.Match[str]) -> str:
    char = match[0]
    return _NAMED.get(char) or f"\\u{ord(char):04X}"


def _numbered(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04X}"


def text(value: str) -> str:
    """Escape the text of a literal."""
    return _TEXT_ESCAPES.sub(_escaped, value)


def iri(value: str) -> str:
    """Write an IRI, with what may not stand in one escaped."""
    return f"<{_IRI_ESCAPES.sub(_numbered, value)}>"


def unescape(value: str) -> str:
    """Undo the escapes of a literal or an IRI."""
    return _ESCAPE.sub(_unescaped, value) if "\\" in value else value


def _unescaped(match: re.Match[str]) -> str:
    escape = match[0]
    if escape[1] in "uU":
        code = int(escape[2:], 16) if len(escape) > 2 else -1
        if not 0 <= code <= 0x10FFFF or code in _SURROGATES:
            raise MalformedError(Code.NQUADS_INVALID)
        return chr(code)
    if escape[1] not in _UNNAMED:
        raise MalformedError(Code.NQUADS_INVALID)
    return _UNNAMED[escape[1]]


def parse(document: str) -> list[Quad]:
    """Read N-Quads; `MalformedError` names the line that is none. Duplicates are kept once."""
    statement = re.compile(_QUAD)  # not above: it takes a tenth of a whole check to compile
    quads: dict[Quad, None] = {}
    for number, line in enumerate(re.split(r"\r\n|\n|\r", document), start=1):
        if _BLANK_LINE.fullmatch(line):
            continue
        match = statement.fullmatch(line)
        if match is None:
            raise MalformedError(Code.NQUADS_INVALID, line=number)
        quads[_quad(match)] = None
    return list(quads)


def _quad(match: re.Match[str]) -> Quad:
    s_iri, s_label, predicate, o_iri, o_label, string, datatype, tag, g_iri, g_label = (
        match.groups()
    )
    if string is None:
        target = _resource(o_iri, o_label)
    else:
        target = f'"{text(unescape(string))}"'
        kind = None if datatype is None else unescape(datatype)
        if tag is not None:
            target += f"@{tag}"
        elif kind is not None and kind != _XSD_STRING:
            target += f"^^{iri(kind)}"
    graph = "" if g_iri is None and g_label is None else _resource(g_iri, g_label)
    return Quad(_resource(s_iri, s_label), iri(unescape(predicate)), target, graph)


def _resource(name: str | None, label: str | None) -> str:
    return f"_:{label}" if name is None else iri(unescape(name))
