"""What several vault tests need: a cheap cost, credentials to keep, a folder's exact state."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from wallet.model import Format
from wallet.storage import Cost, NewCredential

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
PASSPHRASE = "correct horse battery"
OTHER = "staple of the battery"
CHEAP = Cost(memory_kib=8, iterations=1, lanes=1)  # a test has no attacker


def credential(number: int, *, size: int = 0, **changes: object) -> NewCredential:
    fields: dict[str, object] = {
        "raw": f'{{"number": {number}, "note": "® and ’"}}'.encode() + b" " * size,
        "format": Format.DATA_INTEGRITY,
        "title": f"Certificate {number}",
        "issuer": "did:web:school.example",
        "issuer_name": "Lincoln High School",
        "kind": "certificate",
    }
    return NewCredential(**(fields | changes))  # type: ignore[arg-type]


def folder_state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Return every file's bytes and time of change."""
    return {
        str(file.relative_to(folder)): (file.read_bytes(), file.stat().st_mtime_ns)
        for file in folder.rglob("*")
        if file.is_file()
    }
