"""What is no wallet and no backup, given to everything that takes one: one error, nothing lost."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.world import World
from wallet import arriving
from wallet.app import Verifier, Wallet
from wallet.errors import Code, VaultError, WalletError
from wallet.storage import Cost
from wallet.verify import Policy

PASSPHRASE = "seven quiet herons"
Act = Callable[[Wallet, Path], object]

ACTS: dict[str, Act] = {
    "look at a backup": lambda wallet, path: wallet.restoring.look(path),
    "open a backup": lambda wallet, path: wallet.restoring.open(path, PASSPHRASE),
    "restore": lambda wallet, path: wallet.restoring.as_new(
        path, PASSPHRASE, path.with_name("restored.ler")
    ),
    "unlock": lambda wallet, path: _other(wallet).unlock(path, PASSPHRASE),
    "look at a door": lambda wallet, path: wallet.ways.look(path),
    "how long to wait": lambda wallet, path: wallet.ways.wait(path),
    "salvage": lambda wallet, path: wallet.upkeep.salvage(path, PASSPHRASE),
    "find copies": lambda wallet, path: wallet.upkeep.copies(path),
    "back up to": lambda wallet, path: wallet.backups.make(path),
    "create": lambda wallet, path: _create(_other(wallet), path),
    "add": lambda _wallet, path: list(arriving.from_path(path)),
}


def _other(wallet: Wallet) -> Wallet:
    return Wallet(wallet._verifier, clock=wallet._clock, cost=wallet._cost)


def _create(wallet: Wallet, path: Path) -> None:
    wallet.create(path, PASSPHRASE, name="Ana")
    wallet.lock()


def fifo(path: Path) -> None:
    os.mkfifo(path)


FILES: dict[str, Callable[[Path, bytes], object]] = {
    "nothing there": lambda _path, _data: None,
    "empty": lambda path, _data: path.write_bytes(b""),
    "one byte": lambda path, _data: path.write_bytes(b"L"),
    "only its header": lambda path, data: path.write_bytes(data[:8192]),
    "half of it": lambda path, data: path.write_bytes(data[: len(data) // 2]),
    "something else": lambda path, _data: path.write_bytes(b"{}" * 10_000),
    "a folder": lambda path, _data: path.mkdir(),
    "a pipe": lambda path, _data: fifo(path),
    "links in a ring": lambda path, _data: path.symlink_to(path),
    "a link to nothing": lambda path, _data: path.symlink_to(path.with_name("nothing")),
}


@pytest.fixture
def wallet(tmp_path: Path) -> Iterator[Wallet]:
    world = World()
    verifier = Verifier(world, policy=Policy(), clock=lambda: world.now)
    made = Wallet(verifier, clock=lambda: world.now, cost=Cost(8, 1, 1))
    made.create(tmp_path / "mine.ler", PASSPHRASE, name="Ana")
    made.keep([verifier.check(world.issue(world.issuer("Ridge College")))])
    yield made
    made.lock()


@pytest.mark.skipif(sys.platform == "win32", reason="pipes and links")
@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("file", FILES)
def test_what_is_no_wallet_gets_one_error_and_nothing_is_lost(
    wallet: Wallet, tmp_path: Path, file: str, act: str
) -> None:
    wallet.backups.make(tmp_path / "backup")
    folder = tmp_path / "given"
    folder.mkdir()
    path = folder / "odd\nname \udcff.ler"  # no text, as a file's name can be on Linux
    FILES[file](path, (tmp_path / "backup").read_bytes())
    before = _state(folder)
    made = act in {"back up to", "create"}
    try:
        ACTS[act](wallet, path)
    except WalletError:
        made = False
    if not made:
        assert _state(folder) == before
    wallet.restoring.close()
    assert wallet.upkeep.verify() == 1


def _state(folder: Path) -> dict[str, bytes | None]:
    return {path.name: path.read_bytes() if path.is_file() else None for path in folder.iterdir()}


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere every name is text")
@pytest.mark.parametrize("act", ["create", "back up to"])
def test_a_name_that_is_no_text_is_named_as_what_is_wrong(
    wallet: Wallet, tmp_path: Path, act: str
) -> None:
    folder = tmp_path / "given \udcff"
    folder.mkdir()
    with pytest.raises(VaultError) as caught:
        ACTS[act](wallet, folder / "new.ler")
    assert caught.value.code is Code.VAULT_NAME_UNREADABLE
    assert list(folder.iterdir()) == []


def test_a_pipe_in_a_folder_keeps_nobody_waiting(tmp_path: Path) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "a.json").write_bytes(b"{}")
    os.mkfifo(folder / "index.json")
    assert [one.data for one in arriving.from_path(folder)] == [b"{}"]


def test_what_a_command_line_passes_on_is_read(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.write(writer, b"{}")
    os.close(writer)
    try:
        (one,) = arriving.from_path(Path(f"/dev/fd/{reader}"))
    finally:
        os.close(reader)
    assert (one.data, one.error) == (b"{}", None)


@pytest.mark.parametrize("name", ["x" * 5000, "nul \0 in it"])
def test_a_name_that_no_file_can_have_is_unreadable(tmp_path: Path, name: str) -> None:
    (one,) = arriving.from_path(tmp_path / name)
    assert one.error is not None
    assert one.error.code is Code.FILE_UNREADABLE


def test_a_folder_that_may_not_be_looked_into_is_named_and_the_rest_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "closed").mkdir()
    for name in ("a.json", "closed/b.json"):
        (tmp_path / name).write_bytes(b"{}")
    stat_of = Path.stat

    def refuse(path: Path, **more: bool) -> os.stat_result:  # as for whoever is not root
        if path.parent.name == "closed":
            raise PermissionError(13, "Permission denied", str(path))
        return stat_of(path, **more)

    monkeypatch.setattr(Path, "stat", refuse)
    read, closed = arriving.from_path(tmp_path)
    assert (read.data, closed.source) == (b"{}", str(tmp_path / "closed" / "b.json"))
    assert closed.error is not None
    assert closed.error.code is Code.FILE_UNREADABLE
    (alone,) = arriving.from_path(tmp_path / "closed" / "b.json")
    assert alone.error is not None
