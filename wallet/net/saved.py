"""Resolvers that open no socket: saved documents, and none at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from wallet.errors import Code, MalformedError, UnreachableError
from wallet.model import Fact

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

MAX_DOCUMENT = 1024 * 1024  # as over the network
_MAX_INDEX = 4 * 1024 * 1024
_MAX_INDEX_ENTRIES = 50_000


class Offline:
    """Answer nothing: for people who asked for no network."""

    def fetch(self, url: str) -> Fact:
        """Raise `UnreachableError` with the code OFFLINE."""
        raise UnreachableError(Code.OFFLINE, host=_host(url))


class Documents:
    """Answer addresses from a folder of saved files, so that a check can be repeated anywhere.

    The folder's `index.json` is one object: address -> file name inside the folder, or
    `{"file": name, "read_at": date}`. `read_at` says when the address said so; without it, the
    file's own time of change is taken (a file inside a bundle that has none: the time of the
    index's reading is not known, so 1970). Facts are marked as coming from a cache.
    """

    def __init__(self, folder: Path | Traversable) -> None:
        self._folder = folder
        self._index = _read_index(folder)

    @property
    def addresses(self) -> frozenset[str]:
        """The addresses this folder answers."""
        return frozenset(self._index)

    def fetch(self, url: str) -> Fact:
        """Return the saved document for `url` (a fragment is ignored)."""
        entry = self._index.get(url) or self._index.get(url.partition("#")[0])
        if entry is None:
            raise UnreachableError(Code.UNREACHABLE, host=_host(url), why="not_saved")
        name, read_at = entry
        file = self._folder.joinpath(*PurePosixPath(name).parts)
        if isinstance(file, Path) and not _inside(file, self._folder):
            raise UnreachableError(Code.UNREACHABLE, host=_host(url), why="outside_folder")
        try:
            with file.open("rb") as stream:
                body = stream.read(MAX_DOCUMENT + 1)
            read_at = read_at or _changed(file)
        except OSError as error:
            raise UnreachableError(Code.UNREACHABLE, host=_host(url), why="file") from error
        if len(body) > MAX_DOCUMENT:
            raise UnreachableError(Code.UNREACHABLE, host=_host(url), why="too_large")
        return Fact(url=url, body=body, read_at=read_at, from_cache=True)


def _host(url: str) -> str:
    return url.partition("://")[2].partition("/")[0][:255]


def _read_index(folder: Path | Traversable) -> Mapping[str, tuple[str, datetime | None]]:
    """Read and check `index.json` whole, so that a wrong entry is found at once."""
    name = str(folder)
    try:
        with folder.joinpath("index.json").open("rb") as stream:
            raw = stream.read(_MAX_INDEX + 1)
    except OSError as error:
        raise MalformedError(Code.FILE_UNREADABLE, name=f"{name}/index.json") from error
    if len(raw) > _MAX_INDEX:
        raise MalformedError(Code.TOO_LARGE, name="index.json", limit=_MAX_INDEX)
    try:
        index = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise MalformedError(Code.NOT_JSON, name="index.json") from error
    if not isinstance(index, dict) or len(index) > _MAX_INDEX_ENTRIES:
        raise MalformedError(Code.WRONG_TYPE, name="index.json")
    return {url: _entry(url, value) for url, value in index.items()}


def _entry(url: str, value: object) -> tuple[str, datetime | None]:
    file = value.get("file") if isinstance(value, dict) else value
    if not isinstance(file, str) or not _is_relative(file):
        raise MalformedError(Code.WRONG_TYPE, name="index.json", field=url[:200])
    stated = value.get("read_at") if isinstance(value, dict) else None
    if stated is None:
        return file, None
    try:
        read_at = datetime.fromisoformat(stated)
    except (TypeError, ValueError) as error:
        raise MalformedError(Code.BAD_DATE, name="index.json", field=url[:200]) from error
    if read_at.tzinfo is None:
        raise MalformedError(Code.BAD_DATE, name="index.json", field=url[:200])
    return file, read_at.astimezone(UTC)


def _is_relative(name: str) -> bool:
    """Say whether `name` can only be a file below the folder, on every system."""
    parts = PurePosixPath(name).parts
    return (
        bool(parts)
        and not name.startswith("/")
        and ".." not in parts
        and not any(c in name for c in "\\:\0")
    )


def _inside(file: Path, folder: Path | Traversable) -> bool:
    """Say whether `file`, links followed, still lies in `folder`."""
    return isinstance(folder, Path) and file.resolve().is_relative_to(folder.resolve())


def _changed(file: Path | Traversable) -> datetime:
    seconds = file.stat().st_mtime if isinstance(file, Path) else 0
    return datetime.fromtimestamp(seconds, UTC)
