"""Read the data files that ship with the app, in a checkout, an installed wheel or a bundle.

Names are relative and use forward slashes: `read("contexts/manifest.json")`. Nothing here parses.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath

_PACKAGE = Path(__file__).resolve().parent


def _root() -> Path:
    """Return the folder of data files: inside the package when installed, beside it otherwise."""
    installed = _PACKAGE / "_resources"
    return installed if installed.is_dir() else _PACKAGE.parent / "resources"


def _locate(name: str) -> Path:
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute():
        raise ValueError(f"not a resource name: {name!r}")
    return _root().joinpath(*parts)


def path(name: str) -> Path:
    """Return where a resource lies; it need not exist."""
    return _locate(name)


def exists(name: str) -> bool:
    """Say whether there is a file of that name."""
    return _locate(name).is_file()


def read(name: str) -> bytes:
    """Return the bytes of one resource; `FileNotFoundError` when it is not there."""
    return _locate(name).read_bytes()


def names(folder: str) -> tuple[str, ...]:
    """Return the names of the files directly in a folder, sorted; empty when there is none."""
    where = _locate(folder)
    if not where.is_dir():
        return ()
    return tuple(sorted(f"{folder}/{entry.name}" for entry in where.iterdir() if entry.is_file()))
