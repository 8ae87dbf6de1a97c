"""Bring the translation catalogues up to date with the texts in the code.

`python scripts/translations.py` adds new texts to resources/i18n/*.po with an empty translation
and drops those no longer used; tests fail while any is empty.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

REPO = Path(__file__).resolve().parent.parent
MARKERS = {"tr": 1, "N_": 1, "ntr": 2}


def texts_in_code() -> dict[str, tuple[str | None, list[tuple[str, int]]]]:
    """Return every marked text: text -> (its plural or None, the places that say it)."""
    found: dict[str, tuple[str | None, list[tuple[str, int]]]] = {}
    for path in sorted((REPO / "wallet").rglob("*.py")):
        for text, plural, line in _marked(ast.parse(path.read_text(encoding="utf-8"))):
            place = (path.relative_to(REPO).as_posix(), line)
            known = found.setdefault(text, (plural, []))
            known[1].append(place)
    return found


def _marked(tree: ast.AST) -> Iterator[tuple[str, str | None, int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else None
        name = node.func.id if isinstance(node.func, ast.Name) else name
        count = MARKERS.get(name or "", 0)
        texts = [a.value for a in node.args[:count] if isinstance(a, ast.Constant)]
        if count and len(texts) == count and all(isinstance(t, str) for t in texts):
            yield texts[0], texts[1] if count == 2 else None, node.lineno


def main() -> None:
    """Update every catalogue in place."""
    for path in sorted((REPO / "resources" / "i18n").glob("*.po")):
        with path.open("rb") as file:
            old = read_po(file, locale=path.stem)
        new = Catalog(locale=path.stem, project="ler-wallet", charset="utf-8", fuzzy=False)
        new.creation_date = old.creation_date  # else two who add a text would always be at odds
        new.header_comment = "# Words of the LER wallet. English is the source."
        missing = 0
        for text, (plural, places) in sorted(texts_in_code().items()):
            before = old.get(text)
            said = before.string if before is not None else ("", "") if plural else ""
            missing += not (all(said) if isinstance(said, tuple) else said)
            files = sorted({place for place, _ in places})
            new.add((text, plural) if plural else text, said, [(file, None) for file in files])
        with path.open("wb") as file:
            write_po(file, new, width=100, sort_output=True, omit_header=False)
        print(f"{path.name}: {missing} without a translation")


if __name__ == "__main__":
    main()
