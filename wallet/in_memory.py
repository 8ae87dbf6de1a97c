"""A wallet that lies in memory only: whether it is one, whether it was saved, and its end."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from wallet.storage import Vault, memory


class InMemory:
    """What can be done with a vault in memory, while it is open and while it is locked."""

    def __init__(self, vault: Callable[[], Vault | None]) -> None:
        self._vault = vault
        self._paths: set[Path] = set()
        self._unsaved: set[Path] = set()  # of those, before they were opened last
        self._saved_in: dict[Path, Path] = {}  # the last file each was saved to
        self._saved_at = 0  # so many changes of the open one are saved
        self._written: dict[Path, bytes] = {}  # what was last written where

    @property
    def is_open(self) -> bool:
        """Whether the open vault lies in memory only, and goes when the program ends."""
        vault = self._vault()
        return vault is not None and memory.is_place(vault.path)

    @property
    def is_unsaved(self) -> bool:
        """Whether a vault in memory, open or locked, has what was not saved to a file."""
        return bool(self._unsaved) or self._is_changed()

    @property
    def saved_in(self) -> Path | None:
        """The last file that the open vault was saved to."""
        vault = self._vault()
        return self._saved_in.get(vault.path) if vault is not None else None

    def lost_by(self, path: Path | None) -> Path | None:
        """Return one that was not saved and is out of reach once that at another path is used."""
        return next(iter(self._unsaved - {path}), None)

    def _is_changed(self) -> bool:
        vault = self._vault()
        return self.is_open and vault is not None and vault.changes_made > self._saved_at

    def save(self, path: Path) -> None:
        """Write a copy of the open vault to a file, which opens in the same ways.

        Raises VAULT_EXISTS where there is anything but an earlier copy of it, VAULT_UNWRITABLE.
        """
        vault = self._vault()
        assert vault is not None
        path = path.absolute()
        self._written[path] = vault.save_to(path, last=self._written.get(path))
        if self.is_open:
            self._unsaved.discard(vault.path)
            self._saved_at, self._saved_in[vault.path] = vault.changes_made, path

    def opened(self, vault: Vault, *, new: bool) -> None:
        """Take note of a vault that was just opened."""
        self._saved_at = vault.changes_made
        if not memory.is_place(vault.path):
            return
        self._paths.add(vault.path)
        if new:
            self._unsaved.add(vault.path)

    def closing(self) -> None:
        """Take note that the open vault is about to be locked."""
        vault = self._vault()
        if vault is not None and self._is_changed():
            self._unsaved.add(vault.path)

    def forget(self) -> None:
        """Let go of every one of them, for good."""
        for path in self._paths:
            memory.forget(path)
        self._paths.clear()
        self._unsaved.clear()
