"""From what a person types to what the full-text index is asked. Pure."""

from __future__ import annotations

import unicodedata

MAX_QUERY_CHARS = 400  # typed by a person; a pasted page would ask for thousands of words
MAX_WORDS = 24


def match_expression(query: str) -> str | None:
    """Return an FTS5 expression: every word must occur, each may be the beginning of a word.

    None when there is no word in it, which means everything. Each word becomes a quoted string
    (SQLite FTS5 documentation, section 3.1), so nothing a person types is syntax.
    """
    text = unicodedata.normalize("NFC", query[:MAX_QUERY_CHARS]).replace("\0", " ")
    words = [word for word in text.split() if any(c.isalnum() for c in word)][:MAX_WORDS]
    if not words:
        return None
    return " AND ".join('"' + word.replace('"', '""') + '" *' for word in words)
