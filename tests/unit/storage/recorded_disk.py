"""A disk that remembers every write to a vault's files, to be cut off at any of them.

Everything a vault does to its files passes two places: the VFS and `ContainerFile`. Both are
watched while a story is played; `after` then gives the files as a power cut would have left them.
"""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import apsw
import pytest

from wallet.storage import container
from wallet.storage.container import ContainerFile
from wallet.storage.header import COPY_STRIDE, HEADER_BYTES

FOLDER = "(folder)"


@dataclass(frozen=True, slots=True)
class Event:
    """`what` is write, truncate, sync, delete, link or done (a step of the story was reported).

    A link gives a finished file its second name, which is its data; its folder is then synced.
    """

    what: str
    name: str
    at: int = 0
    data: bytes = b""


@dataclass
class Disk:
    """What was on the disk at first, and every event since."""

    start: dict[str, bytes]
    events: list[Event] = field(default_factory=list)

    def note(self, what: str, path: str, at: int = 0, data: bytes = b"") -> None:
        self.events.append(Event(what, Path(path).name, at, bytes(data)))

    def done(self, step: int) -> None:
        self.events.append(Event("done", "", step))

    def steps_done(self, cut: int) -> int:
        """Return how many steps had been reported before event `cut`."""
        return sum(event.what == "done" for event in self.events[:cut])

    def after(self, cut: int, chance: random.Random | None) -> dict[str, bytes]:
        """Return the files after the first `cut` events.

        Without `chance` the process died: all it wrote is there. With it the power went: of what
        was written to a file since that was last synchronised, any part may be there, the last
        write perhaps torn, and a deleted file may be back.
        """
        events = self.events[:cut]
        synced = {event.name: at for at, event in enumerate(events) if event.what == "sync"}
        files = {name: bytearray(data) for name, data in self.start.items()}
        for at, event in enumerate(events):
            if event.what in {"done", "sync"}:
                continue
            if event.what == "link":
                if chance is None or at < synced.get(FOLDER, -1) or chance.random() < 0.5:
                    files[event.data.decode()] = bytearray(files[event.name])
                continue
            sure = chance is None or at < synced.get(event.name, -1)
            if event.what == "delete":
                # A folder is not synchronised by this program after a log is deleted.
                if chance is None or chance.random() < 0.5:
                    files.pop(event.name, None)
                continue
            if sure or (chance is not None and chance.random() < 0.5):
                _apply(files.setdefault(event.name, bytearray()), event, None if sure else chance)
        return {name: bytes(data) for name, data in files.items()}


def _apply(file: bytearray, event: Event, torn: random.Random | None) -> None:
    if event.what == "truncate":
        del file[event.at :]
        return
    data = event.data
    if torn is not None and torn.random() < 0.3:
        data = data[: torn.randrange(len(data) // 512 + 1) * 512]
    if len(file) < event.at:
        file.extend(bytes(event.at - len(file)))
    file[event.at : event.at + len(data)] = data


def _watch_publishing(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    publish = container.publish

    def publish_watched(draft: Path, path: Path) -> None:
        publish(draft, path)
        disk.note("link", draft.name, data=path.name.encode())
        disk.note("sync", FOLDER)

    monkeypatch.setattr(container, "publish", publish_watched)


@contextmanager
def recording(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    """Watch what happens to the files of a folder."""
    disk = Disk({file.name: file.read_bytes() for file in folder.iterdir()})

    class Watched(apsw.VFSFile):
        def __init__(self, name, flags, shift):  # type: ignore[no-untyped-def]
            super().__init__(container._BASE_VFS, name, flags)
            self.name = str(name.filename() if isinstance(name, apsw.URIFilename) else name)
            self.shift = shift

        def xRead(self, amount: int, offset: int) -> bytes:
            return super().xRead(amount, offset + self.shift)

        def xWrite(self, data: bytes, offset: int) -> None:
            super().xWrite(data, offset + self.shift)
            disk.note("write", self.name, offset + self.shift, data)

        def xTruncate(self, newsize: int) -> None:
            super().xTruncate(newsize + self.shift)
            disk.note("truncate", self.name, newsize + self.shift)

        def xFileSize(self) -> int:
            return max(0, super().xFileSize() - self.shift)

        def xSync(self, flags: int) -> None:
            super().xSync(flags)
            disk.note("sync", self.name)

    def open_watched(self, name, flags):  # type: ignore[no-untyped-def]
        main = flags[0] & apsw.SQLITE_OPEN_MAIN_DB
        return Watched(name, flags, HEADER_BYTES if main else 0)

    def delete(self, filename: str, syncdir: bool) -> None:
        apsw.VFS.xDelete(self, filename, syncdir)
        disk.note("delete", filename)

    write, sync = ContainerFile._write, container.sync
    main: list[str] = []

    def write_header(self: ContainerFile, index: int, data: bytes) -> None:
        main[:] = [str(self.path)]
        disk.note("write", main[0], index * COPY_STRIDE, data)
        write(self, index, data)

    def sync_header(fd: int) -> None:
        sync(fd)
        if main and os.path.samestat(os.fstat(fd), Path(main[0]).stat()):
            disk.note("sync", main[0])

    _watch_publishing(disk, monkeypatch)
    monkeypatch.setattr(container._ShiftingVfs, "xOpen", open_watched)
    monkeypatch.setattr(container._ShiftingVfs, "xDelete", delete, raising=False)
    monkeypatch.setattr(ContainerFile, "_write", write_header)
    monkeypatch.setattr(container, "sync", sync_header)
    try:
        yield disk
    finally:
        monkeypatch.undo()
