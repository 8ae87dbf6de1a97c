"""Disks that are full, folders that cannot be written: one clear answer, an intact vault."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

import apsw
import pytest

from tests.unit.storage.vault_helpers import CHEAP, NOW, OTHER, PASSPHRASE, credential, folder_state
from wallet.errors import Code, VaultError
from wallet.storage import Vault, container, logs
from wallet.storage.container import ContainerFile
from wallet.storage.header import HEADER_BYTES

REPO = Path(__file__).parents[3]
LARGE = credential(99, size=400_000)


def code_of(call: Callable[[], object]) -> Code:
    with pytest.raises(VaultError) as caught:
        call()
    return caught.value.code


@pytest.fixture
def small_disk() -> Iterator[Callable[[int], None]]:
    """Let no file of this process grow beyond a size: what a quota or a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def limit(size: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))

    yield limit
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_vault_that_can_grow_no_more_says_so_and_loses_nothing(
    vault: Vault, small_disk: Callable[[int], None]
) -> None:
    vault.add([credential(1)], now=NOW)
    small_disk(300_000)
    for _ in range(2):
        assert code_of(lambda: vault.add([LARGE], now=NOW)) is Code.VAULT_FULL
        assert [row.title for row in vault.rows()] == ["Certificate 1"]
    vault.add([credential(2)], now=NOW)
    small_disk(50_000_000)
    vault.add([LARGE], now=NOW)
    vault.close()
    with Vault.unlock(vault.path, PASSPHRASE) as again:
        assert again.count() == 3
        again.check_integrity()


def test_a_new_vault_on_a_full_disk_leaves_nothing(
    path: Path, small_disk: Callable[[int], None]
) -> None:
    for size in (0, 5000, HEADER_BYTES, 20_000, 60_000):
        small_disk(size)
        made = code_of(lambda: Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP))
        assert made is Code.VAULT_FULL
        assert list(path.parent.iterdir()) == []


def test_a_disk_that_is_full_at_any_write_never_loses_what_was_reported(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = [10**9]

    class Full(apsw.VFSFile):
        def __init__(self, name, flags, shift):  # type: ignore[no-untyped-def]
            super().__init__(container._BASE_VFS, name, flags)
            self.shift = shift

        def xRead(self, amount: int, offset: int) -> bytes:
            return super().xRead(amount, offset + self.shift)

        def xWrite(self, data: bytes, offset: int) -> None:
            room[0] -= 1
            if room[0] < 0:
                raise apsw.FullError("no space left on device")
            super().xWrite(data, offset + self.shift)

        def xTruncate(self, newsize: int) -> None:
            super().xTruncate(newsize + self.shift)

        def xFileSize(self) -> int:
            return max(0, super().xFileSize() - self.shift)

    def open_full(self, name, flags):  # type: ignore[no-untyped-def]
        main = flags[0] & apsw.SQLITE_OPEN_MAIN_DB
        return Full(name, flags, HEADER_BYTES if main else 0)

    monkeypatch.setattr(container._ShiftingVfs, "xOpen", open_full)
    vault = Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    vault._log_limit = 5
    kept, refusals = 0, 0
    for writes in range(60):
        room[0] = writes
        try:
            vault.add([credential(writes, size=2500)], now=NOW)
            kept += 1
        except VaultError as error:
            assert error.code is Code.VAULT_FULL  # noqa: PT017 either outcome is right
            refusals += 1
        assert vault.count() == kept
    assert min(kept, refusals) > 5
    room[0] = 0  # no room to write the log back either
    vault.close()
    room[0] = 10**9
    with Vault.unlock(path, PASSPHRASE) as again:
        assert again.count() == kept
        again.check_integrity()


def test_a_disk_error_while_the_passphrase_changes_leaves_one_that_opens(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    for fails_at in (0, 1):
        calls = [0]
        write = ContainerFile._write

        def failing(file, index, data, calls=calls, fails_at=fails_at, write=write) -> None:  # type: ignore[no-untyped-def]
            calls[0] += 1
            if calls[0] > fails_at:
                raise OSError(errno.EIO, "the stick was pulled out")
            write(file, index, data)

        monkeypatch.setattr(ContainerFile, "_write", failing)
        if fails_at == 0:
            changed = code_of(lambda: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP))
            assert changed is Code.VAULT_UNWRITABLE
        else:  # the first copy was written before the failure: the new passphrase counts
            vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
        monkeypatch.setattr(ContainerFile, "_write", write)
    path = vault.path
    vault.close()
    with Vault.unlock(path, OTHER) as again:
        again.check_integrity()


_AS_NOBODY = """
import os, sys
from pathlib import Path
from typing import IO
from wallet.errors import VaultError
from wallet.storage import Cost, Vault, keys, ledger
from datetime import datetime, UTC
NOW, COST = datetime.now(UTC), Cost(8, 1, 1)
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
for act in (
    lambda p: Vault.unlock(p, sys.argv[2]),
    lambda p: Vault.create(p.with_name("new.ler"), sys.argv[2], now=NOW, cost=COST),
    lambda p: Vault.create(p.parent / "sub" / "new.ler", sys.argv[2], now=NOW, cost=COST),
):
    try:
        act(Path(sys.argv[1]))
        print("opened")
    except VaultError as error:
        print(error.code.value)
"""


@pytest.mark.parametrize(("folder_mode", "file_mode"), [(0o555, 0o444), (0o555, 0o666), (0o555, 0)])
def test_what_cannot_be_written_is_said_and_left_alone(
    vault: Vault, folder_mode: int, file_mode: int
) -> None:
    vault.close()
    folder = vault.path.parent
    outer = [
        p for p in folder.parents if p.stat().st_uid == os.getuid() and p.stat().st_mode & 0o77 == 0
    ]
    modes = {p: p.stat().st_mode & 0o777 for p in outer}
    before = folder_state(folder)
    try:
        for parent in outer:
            parent.chmod(0o711)
        vault.path.chmod(file_mode)
        folder.chmod(folder_mode)
        done = subprocess.run(
            [sys.executable, "-c", _AS_NOBODY, str(vault.path), PASSPHRASE],
            cwd=REPO,
            check=False,
            capture_output=True,
            text=True,
        )
    finally:
        folder.chmod(0o700)
        vault.path.chmod(0o600)
        for parent, mode in modes.items():
            parent.chmod(mode)
    assert done.stderr == ""
    assert done.stdout.split() == [Code.VAULT_READ_ONLY.value] * 3
    assert folder_state(folder) == before


@pytest.fixture
def small_file_system(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of 400 kB, for real."""
    folder = tmp_path / "stick"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("only root may mount a file system")
    if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("this sandbox lets nobody mount a file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=False, capture_output=True)


def test_a_real_disk_that_fills_up_says_so_and_loses_nothing(small_file_system: Path) -> None:
    path = small_file_system / "vault.ler"
    vault = Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    kept = 0
    for _ in range(200):
        try:
            vault.add([credential(kept, size=9000)], now=NOW)
        except VaultError as error:
            assert error.code is Code.VAULT_FULL  # noqa: PT017 the disk decides when
            break
        kept += 1
    assert 5 < kept < 200
    assert vault.count() == kept
    vault.close()
    with Vault.unlock(path, PASSPHRASE) as again:
        again.check_integrity()
        assert again.count() == kept


def test_a_stick_that_is_pulled_out_says_so(small_file_system: Path) -> None:
    path = small_file_system / "vault.ler"
    vault = Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    vault.add([credential(1)], now=NOW)
    subprocess.run(["umount", "--lazy", str(small_file_system)], check=True)
    assert code_of(lambda: vault.add([credential(2)], now=NOW)) is Code.VAULT_GONE
    assert code_of(lambda: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)) in {
        Code.VAULT_GONE
    }
    vault.close()
    assert code_of(lambda: Vault.unlock(path, PASSPHRASE)) is Code.VAULT_MISSING


def test_a_folder_that_goes_away_while_open_says_so_until_it_is_back(vault: Vault) -> None:
    folder = vault.path.parent
    vault.add([credential(1)], now=NOW)
    away = folder.rename(folder.with_name("away"))
    for change in (
        lambda: vault.add([credential(2)], now=NOW),
        lambda: vault.set_setting("a", "b"),
        lambda: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP),
    ):
        assert code_of(change) is Code.VAULT_GONE
    assert vault.count() == 1
    away.rename(folder)
    vault.add([credential(3)], now=NOW)
    vault.close()
    with Vault.unlock(vault.path, PASSPHRASE) as again:
        assert [row.title for row in again.rows()] == ["Certificate 1", "Certificate 3"]


def test_another_file_put_in_its_place_is_not_taken_for_it(vault: Vault, tmp_path: Path) -> None:
    vault.add([credential(1)], now=NOW)
    other = tmp_path / "other"
    other.write_bytes(vault.path.read_bytes())  # as a program does that synchronises folders
    other.replace(vault.path)
    assert code_of(lambda: vault.add([credential(2)], now=NOW)) is Code.VAULT_CHANGED
    assert code_of(lambda: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)) in {
        Code.VAULT_CHANGED
    }


def test_a_log_that_somebody_deletes_loses_nothing(vault: Vault) -> None:
    vault.add([credential(1)], now=NOW)
    log = vault.path.with_name(vault.path.name + "-wal")
    log.unlink()
    vault.add([credential(2)], now=NOW)  # and so the first one too is in the vault itself
    copied = vault.path.with_name("copy.ler")
    copied.write_bytes(vault.path.read_bytes())  # as a process killed now would leave it
    with Vault.unlock(copied, PASSPHRASE) as left:
        assert left.count() == 2


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, Code.VAULT_FULL),
        (errno.EDQUOT, Code.VAULT_FULL),
        (errno.EFBIG, Code.VAULT_FULL),
        (errno.EROFS, Code.VAULT_READ_ONLY),
        (errno.EACCES, Code.VAULT_READ_ONLY),
        (errno.EIO, Code.VAULT_UNWRITABLE),
        (errno.ENODEV, Code.VAULT_UNWRITABLE),
    ],
)
def test_what_the_system_refuses_is_named(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, number: int, code: Code
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr(ContainerFile, "_write", refuse)
        assert code_of(lambda: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)) is code
    vault.close()
    Vault.unlock(vault.path, PASSPHRASE).close()


def test_a_disk_that_deletes_no_log_any_more_keeps_nobody_from_locking(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.add([credential(1)], now=NOW)
    connection, asked = vault._connection, []
    assert connection is not None

    def refuse(_vfs: object, name: str, _sync: bool) -> None:
        asked.append(name)
        raise apsw.IOError("read-only by now")

    with monkeypatch.context() as patch:
        patch.setattr(container._ShiftingVfs, "xDelete", refuse, raising=False)
        vault.close()
    assert asked
    with pytest.raises(apsw.ConnectionClosedError):
        connection.execute("SELECT 1")
    with Vault.unlock(vault.path, PASSPHRASE) as again:
        assert again.count() == 1


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks otherwise")
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_place_that_cannot_lock_is_named_and_nothing_is_left_there(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    vault.close()
    before = folder_state(vault.path.parent)

    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    with monkeypatch.context() as patch:
        patch.setattr("fcntl.fcntl" if sys.platform == "linux" else "fcntl.flock", refuse)
        assert code_of(lambda: Vault.unlock(vault.path, PASSPHRASE)) is Code.VAULT_NO_LOCKS
        new = vault.path.parent / "new.ler"
        made = code_of(lambda: Vault.create(new, PASSPHRASE, now=NOW, cost=CHEAP))
        assert made is Code.VAULT_NO_LOCKS
    assert folder_state(vault.path.parent) == before
    Vault.unlock(vault.path, PASSPHRASE).close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows locks otherwise")
def test_who_copies_a_vault_keeps_writers_out_and_lets_other_readers_in(vault: Vault) -> None:
    with pytest.raises(VaultError) as busy:
        container.open_to_read(vault.path)
    assert busy.value.code is Code.VAULT_BUSY
    vault.close()
    with container.open_to_read(vault.path), container.open_to_read(vault.path):
        assert code_of(lambda: Vault.unlock(vault.path, PASSPHRASE)) is Code.VAULT_BUSY
    Vault.unlock(vault.path, PASSPHRASE).close()


def test_a_stick_that_vanished_keeps_nobody_from_locking(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault.add([credential(1)], now=NOW)

    class Gone:
        def __init__(self, file: IO[bytes]) -> None:
            self._file = file

        def __getattr__(self, name: str) -> object:
            return getattr(self._file, name)

        def close(self) -> None:  # as a file of a file system whose program ended
            self._file.close()
            raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    def size(_path: Path) -> int:
        raise OSError(errno.ENOTCONN, "Transport endpoint is not connected")

    monkeypatch.setattr(vault._file, "_file", Gone(vault._file._file))
    with monkeypatch.context() as away:
        away.setattr(logs, "size", size)
        vault.close()
    assert code_of(vault.count) is Code.VAULT_LOCKED
    with Vault.unlock(vault.path, PASSPHRASE) as again:
        assert again.count() == 1


@pytest.mark.parametrize("gone", [True, False])
@pytest.mark.parametrize("what", ["zeros", "nothing"])
def test_a_share_that_gives_no_bytes_any_more_is_gone_and_not_damaged(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, what: str, gone: bool
) -> None:
    vault.add([credential(n) for n in range(50)], now=NOW)
    vault.close()
    again = Vault.unlock(vault.path, PASSPHRASE)
    again._opened().execute("PRAGMA cache_size=0")
    elsewhere = vault.path.with_name("elsewhere")
    if gone:
        vault.path.rename(elsewhere)
    with monkeypatch.context() as away:
        given = (lambda _file, n, _at: bytes(n)) if what == "zeros" else lambda *_: b""
        away.setattr(container._ShiftedFile, "xRead", given)
        expected = Code.VAULT_GONE if gone else Code.VAULT_DAMAGED
        for act in (lambda: again.rows(""), again.check_integrity):
            assert code_of(act) is expected
    if gone:
        elsewhere.rename(vault.path)
    again.close()
    with Vault.unlock(vault.path, PASSPHRASE) as whole:
        whole.check_integrity()
        assert whole.count() == 50
