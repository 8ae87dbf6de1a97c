"""The power goes at every write of a backup: what has its name is whole, and so is the vault.

And a process killed (SIGKILL) in the midst of backups, for real.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import zlib
from datetime import timedelta
from pathlib import Path

import pytest

from tests.unit.storage import killed_child
from tests.unit.storage.recorded_disk import Disk, recording
from tests.unit.storage.vault_helpers import CHEAP, NOW, PASSPHRASE, credential
from wallet.storage import Vault, backups

FIRST = [credential(n, size=300) for n in range(5)]
SECOND = [credential(100 + n, size=300) for n in range(3)]
ONE, TWO = "one.ler-backup", "two.ler-backup"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Disk:
    """A vault is filled and backed up, twice, the second time as a rolling copy of one."""
    folder = tmp_path_factory.mktemp("backups")
    path = folder / "vault.ler"
    Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP).close()
    with (
        pytest.MonkeyPatch.context() as patch,
        recording(folder, patch) as disk,
        Vault.unlock(path, PASSPHRASE) as vault,
    ):
        vault._log_limit = 20
        vault.add(FIRST, now=NOW)
        disk.done(0)
        vault.back_up(folder / ONE, now=NOW)
        disk.done(1)
        vault.add(SECOND, now=NOW)
        disk.done(2)
        vault.back_up(folder / TWO, now=NOW + timedelta(days=1), rolling=True)
        disk.done(3)
    return disk


def test_the_story_has_writes_of_backups(story: Disk) -> None:
    drafts = [event for event in story.events if event.name == f".{ONE}.new"]
    assert sum(event.what == "write" for event in drafts) > 20
    assert [event.what for event in drafts[-4:]] == ["write", "sync", "write", "sync"] or [
        event.what for event in drafts
    ][-1] == "link"
    assert sum(event.what == "link" for event in story.events) == 2


@pytest.mark.parametrize("power", ["process killed", "power cut"])
def test_a_cut_at_any_write(story: Disk, tmp_path: Path, power: str) -> None:
    chance = None if power == "process killed" else random.Random(zlib.crc32(power.encode()))
    whole: dict[bytes, set[str]] = {}
    for cut in range(len(story.events) + 1):
        for file in tmp_path.iterdir():
            file.unlink()
        for name, data in story.after(cut, chance).items():
            (tmp_path / name).write_bytes(data)
        done = story.steps_done(cut)
        listed = {one.path.name for one in backups.listed(tmp_path)}
        assert {ONE} & listed or done < 2, f"cut at {cut}"
        assert {TWO} & listed or done < 4, f"cut at {cut}"
        for name in listed:
            check(tmp_path, name, whole)
        with Vault.unlock(tmp_path / "vault.ler", PASSPHRASE) as vault:
            kept = {row.id for row in vault.rows()}
            assert {one.id for one in FIRST} <= kept or done < 1, f"cut at {cut}"
            assert {one.id for one in SECOND} <= kept or done < 3, f"cut at {cut}"


def check(folder: Path, name: str, whole: dict[bytes, set[str]]) -> None:
    """Find in a backup that has its name all that it must have."""
    data = (folder / name).read_bytes()
    if data not in whole:  # the same bytes need be opened only once
        backups.check(folder / name)
        copy = Vault.copy_of(folder / name, PASSPHRASE, beside=folder / "new.ler")
        whole[data] = {row.id for row in copy.rows()}
        copy.discard()
    expected = FIRST if name == ONE else [*FIRST, *SECOND]
    assert whole[data] == {one.id for one in expected}


@pytest.mark.skipif(sys.platform == "win32", reason="no fork nor SIGKILL there")
@pytest.mark.parametrize("at", [1, 2, 3, 5, 8, 13, 21, 27])
def test_a_process_killed_while_it_backs_up(tmp_path: Path, at: int) -> None:
    path, old = tmp_path / "vault.ler", tmp_path / ONE
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.add(FIRST, now=NOW)
        vault.back_up(old, now=NOW)
        vault.add(SECOND, now=NOW)
    before = old.read_bytes()
    child = os.fork()
    if child == 0:
        vault = Vault.unlock(path, PASSPHRASE)
        killed_child.die_at(at)
        vault.back_up(tmp_path / TWO, now=NOW)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status)
    assert os.WTERMSIG(status) == signal.SIGKILL
    assert [one.path.name for one in backups.listed(tmp_path)] == [ONE]
    assert old.read_bytes() == before
    with Vault.unlock(path, PASSPHRASE) as vault:
        assert vault.count() == len(FIRST) + len(SECOND)
        vault.check_integrity()
        vault.back_up(tmp_path / TWO, now=NOW)  # what the dead process left is in nobody's way
    assert sorted(p.name for p in tmp_path.iterdir()) == [ONE, TWO, "vault.ler"]
