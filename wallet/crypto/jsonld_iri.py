"""IRIs, keywords and language tags as JSON-LD 1.1 sees them, and the errors all its parts raise.

Pure string work: no contexts, no documents. Section numbers are those of "JSON-LD 1.1 Processing
Algorithms and API" unless another document is named.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from wallet.errors import Code, MalformedError, UnsupportedError

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"

KEYWORDS: Final = frozenset((
    "@base", "@container", "@context", "@default", "@direction", "@embed", "@explicit",
    "@graph", "@id", "@included", "@index", "@json", "@language", "@list", "@nest", "@none",
    "@omitDefault", "@prefix", "@preserve", "@protected", "@requireAll", "@reverse", "@set",
    "@type", "@value", "@version", "@vocab",
))  # fmt: skip

# Something of the form of a keyword that is none: reserved, and never silently dropped here.
_KEYWORD_FORM = re.compile(r"@[A-Za-z]+")
# A scheme (or "_") and a colon, and no white space: deliberately as weak as the JavaScript
# processor's check, whose class "+-." is a range that includes the comma.
_SPACE = r"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
_ABSOLUTE = re.compile(rf"(?:[A-Za-z][A-Za-z0-9+,\-.]*|_):[^{_SPACE}]*")
_LANGUAGE = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*")
# RFC 3986 appendix B, with the scheme restricted as above.
_PARTS = re.compile(
    r"(?:([A-Za-z][A-Za-z0-9+,\-.]*:))?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?", re.DOTALL
)


def invalid(problem: str, **facts: object) -> MalformedError:
    """Return the error for a JSON-LD error code (section 9.3) such as "invalid value object"."""
    return MalformedError(Code.JSONLD_INVALID, problem=problem, **facts)


def dropped(reason: str, term: object) -> MalformedError:
    """Return the error for something that would silently fall out of what is signed."""
    return MalformedError(Code.JSONLD_DROPPED, reason=reason, term=str(term)[:200])


def unsupported(feature: str, **facts: object) -> UnsupportedError:
    """Return the error for a feature this engine refuses on purpose."""
    return UnsupportedError(Code.JSONLD_UNSUPPORTED, feature=feature, **facts)


def too_complex(what: str, limit: int) -> UnsupportedError:
    """Return the error for a document beyond a bound."""
    return UnsupportedError(Code.TOO_COMPLEX, what=what, limit=limit)


def is_keyword(value: object) -> bool:
    """Say whether a value is a JSON-LD keyword."""
    return isinstance(value, str) and value in KEYWORDS


def has_keyword_form(value: str) -> bool:
    """Say whether a string looks like a keyword ("@" and letters), known or not."""
    return value.startswith("@") and _KEYWORD_FORM.fullmatch(value) is not None


def is_absolute(value: object) -> bool:
    """Say whether a value is an absolute IRI or a blank node identifier."""
    return isinstance(value, str) and _ABSOLUTE.fullmatch(value) is not None


def is_language(value: str) -> bool:
    """Say whether a string has the form of a language tag (BCP 47)."""
    return _LANGUAGE.fullmatch(value) is not None


class _Parts(NamedTuple):
    scheme: str
    authority: str | None
    path: str
    query: str | None
    fragment: str | None


def _split(iri: str) -> _Parts:
    match = _PARTS.match(iri)
    assert match is not None  # the pattern matches every string
    scheme, authority, path, query, fragment = match.groups()
    parts = _Parts(scheme or "", authority, path, query, fragment)
    for default_scheme, port in (("https:", ":443"), ("http:", ":80")):
        if parts.scheme == default_scheme and authority is not None and authority.endswith(port):
            parts = parts._replace(authority=authority.removesuffix(port))
    return parts


def _remove_dot_segments(path: str) -> str:
    """Remove "." and ".." from a path (RFC 3986, 5.2.4)."""
    if not path:
        return ""
    output: list[str] = []
    segments = path.split("/")
    for position, segment in enumerate(segments):
        if segment not in (".", ".."):
            output.append(segment)
            continue
        if segment == ".." and output:
            output.pop()
        if position == len(segments) - 1:
            output.append("")
    if path[0] == "/" and output and output[0] != "":
        output.insert(0, "")
    return "/" if output == [""] else "/".join(output)


def _merge(base: _Parts, reference: _Parts) -> tuple[str, str | None]:
    """Return path and query of a reference without authority (RFC 3986, 5.2.2 and 5.2.3)."""
    if reference.path == "":
        return base.path, base.query if reference.query is None else reference.query
    if reference.path.startswith("/"):
        return _remove_dot_segments(reference.path), reference.query
    directory = base.path[: base.path.rfind("/") + 1]
    if (directory or base.authority) and not directory.endswith("/"):
        directory += "/"
    return _remove_dot_segments(directory + reference.path), reference.query


def resolve(base: str | None, reference: str) -> str:
    """Resolve a reference against a base; a null base leaves it as it is (RFC 3986, 5.2)."""
    if base is None or is_absolute(reference):
        return reference
    root, parts = _split(base), _split(reference)
    if parts.authority is not None:
        authority: str | None = parts.authority
        path, query = _remove_dot_segments(parts.path), parts.query
    else:
        authority = root.authority
        path, query = _merge(root, parts)
    result = root.scheme + ("" if authority is None else f"//{authority}") + path
    result += "" if query is None else f"?{query}"
    result += "" if parts.fragment is None else f"#{parts.fragment}"
    return result or "./"
