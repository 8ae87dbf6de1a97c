"""Run by test_vault_kill: plays a story in a process that kills itself at its n-th write.

Arguments: a folder, then the numbers of the writes to die at. In each sub-folder a file `told`
gets one line for every step reported as done.
"""

from __future__ import annotations

import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import apsw

from wallet.model import Format
from wallet.storage import Cost, NewCredential, Secret, SlotKind, Vault, container
from wallet.storage.container import ContainerFile
from wallet.storage.header import HEADER_BYTES

NOW = datetime(2026, 5, 20, tzinfo=UTC)
CHEAP = Cost(memory_kib=8, iterations=1, lanes=1)


def die_at(number: int) -> None:
    """Kill this process (no clean-up of any kind) at its n-th write, half of which is done."""
    left = [number]

    def countdown() -> bool:
        left[0] -= 1
        return left[0] == 0

    class Deadly(apsw.VFSFile):
        def __init__(self, name, flags, shift):  # type: ignore[no-untyped-def]
            super().__init__(container._BASE_VFS, name, flags)
            self.shift = shift

        def xRead(self, amount: int, offset: int) -> bytes:
            return super().xRead(amount, offset + self.shift)

        def xWrite(self, data: bytes, offset: int) -> None:
            if countdown():
                super().xWrite(data[: len(data) // 2], offset + self.shift)
                os.kill(os.getpid(), signal.SIGKILL)
            super().xWrite(data, offset + self.shift)

        def xTruncate(self, newsize: int) -> None:
            super().xTruncate(newsize + self.shift)

        def xFileSize(self) -> int:
            return max(0, super().xFileSize() - self.shift)

    def open_deadly(self, name, flags):  # type: ignore[no-untyped-def]
        main = flags[0] & apsw.SQLITE_OPEN_MAIN_DB
        return Deadly(name, flags, HEADER_BYTES if main else 0)

    write = ContainerFile._write

    def write_header(self: ContainerFile, index: int, data: bytes) -> None:
        if countdown():
            write(self, index, data[:2000] + bytes(len(data) - 2000))
            os.kill(os.getpid(), signal.SIGKILL)
        write(self, index, data)

    container._ShiftingVfs.xOpen = open_deadly  # type: ignore[method-assign]
    ContainerFile._write = write_header  # type: ignore[method-assign]


def recovery(number: int) -> Secret:
    """Return a recovery code of the story."""
    return Secret(SlotKind.RECOVERY, bytearray([number] * 28))


def change_ways(vault: Vault, number: int, told: IO[str]) -> None:
    """Print a new recovery sheet each time; have a keychain in between."""
    proof = f"passphrase {number + 1}"
    vault.add_way(vault.prepare_way(proof, recovery(number), now=NOW))
    print("recovery", number, file=told)
    keychain = Secret(SlotKind.KEYCHAIN, bytearray([number] * 32))
    vault.add_way(vault.prepare_way(recovery(number), keychain, now=NOW))
    print("keychain", number, file=told)
    (way,) = [way for way in vault.ways() if way.kind == SlotKind.KEYCHAIN]
    vault.remove_way(way.id, proof)
    print("no keychain", number, file=told)


def story(folder: Path) -> None:
    """Make a vault and use it; say after each step what is now promised."""
    with (folder / "told").open("w", buffering=1) as told:
        vault = Vault.create(folder / "vault.ler", "passphrase 0", now=NOW, cost=CHEAP)
        print("created", file=told)
        vault._log_limit = 10
        for number in range(12):
            item = NewCredential(
                raw=b"%d " % number * 2000,
                format=Format.UNSECURED,
                title=f"Certificate {number}",
                issuer="did:web:school.example",
            )
            vault.add([item], now=NOW)
            print("added", number, file=told)
            if number % 4 == 3:
                vault.change_passphrase(
                    f"passphrase {number // 4}", f"passphrase {number // 4 + 1}", cost=CHEAP
                )
                print("passphrase", number // 4 + 1, file=told)
                change_ways(vault, number // 4, told)
        vault.close()
        print("closed", file=told)


def main() -> None:
    """Fork one process for each point and wait for it."""
    root = Path(sys.argv[1])
    for number in map(int, sys.argv[2:]):
        folder = root / str(number)
        folder.mkdir()
        child = os.fork()
        if child == 0:
            die_at(number)
            story(folder)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main()
