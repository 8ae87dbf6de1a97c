"""The power goes at every single write of a story: nothing reported is lost, all of it opens."""

from __future__ import annotations

import random
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.storage.recorded_disk import Disk, recording
from tests.unit.storage.vault_helpers import CHEAP, NOW, OTHER, PASSPHRASE, credential
from wallet.errors import Code, VaultError
from wallet.storage import Vault

THIRD = "a third passphrase"
FIRST = [credential(n) for n in range(3)]
MANY = [credential(100 + n, size=1200) for n in range(40)]
LARGE = [credential(200, size=60_000)]
IDS = [item.id for item in FIRST]


class Expected(NamedTuple):
    """What the vault must hold after a step."""

    listed: frozenset[str]
    removed: frozenset[str]
    passphrase: str
    setting: str | None


def add(items: list) -> Callable[[Vault], object]:  # type: ignore[type-arg]
    return lambda vault: vault.add(items, now=NOW)


STORY: list[tuple[str, Callable[[Vault], object]]] = [
    ("add", add(FIRST)),
    ("remove", lambda vault: vault.remove(IDS[:2], now=NOW)),
    ("add many", add(MANY)),
    ("restore", lambda vault: vault.restore(IDS[:1])),
    ("passphrase", lambda vault: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)),
    ("erase", lambda vault: vault.erase([item.id for item in MANY[:20]])),
    ("setting", lambda vault: vault.set_setting("name", "Ana")),
    ("passphrase", lambda vault: vault.change_passphrase(OTHER, THIRD, cost=CHEAP)),
    ("add large", add(LARGE)),
    ("purge", lambda vault: vault.purge_removed(NOW.replace(year=2030))),
]


def tell(path: Path, disk: Disk) -> list[Expected]:
    """Play the story; return what must be there before it and after each step."""
    passphrases = [PASSPHRASE] * 5 + [OTHER] * 3 + [THIRD] * 3
    expected = []
    with Vault.unlock(path, PASSPHRASE) as vault:
        # The log is written back often, so that this happens many times within the story.
        vault._log_limit = 6
        expected.append(state(vault, passphrases[0]))
        for step, (_, act) in enumerate(STORY):
            act(vault)
            disk.done(step)
            expected.append(state(vault, passphrases[step + 1]))
    return expected


def state(vault: Vault, passphrase: str) -> Expected:
    return Expected(
        frozenset(row.id for row in vault.rows()),
        frozenset(row.id for row in vault.removed()),
        passphrase,
        vault.setting("name"),
    )


def opened(path: Path) -> Expected:
    """Open whatever the power cut left and return what is in it."""
    for passphrase in (PASSPHRASE, OTHER, THIRD):
        try:
            vault = Vault.unlock(path, passphrase)
        except VaultError as error:
            if error.code is not Code.WRONG_PASSPHRASE:
                raise
            continue
        with vault:
            vault.check_integrity()
            for item in (*FIRST, *MANY, *LARGE):
                if vault.has(item.id):
                    assert vault.get(item.id).raw == item.raw
            return state(vault, passphrase)
    raise AssertionError("no passphrase opens it")


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[Disk, list[Expected]]:
    folder = tmp_path_factory.mktemp("story")
    path = folder / "vault.ler"
    Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP).close()
    with pytest.MonkeyPatch.context() as patch, recording(folder, patch) as disk:
        expected = tell(path, disk)
    return disk, expected


def test_the_story_writes_back_its_log_many_times(story: tuple[Disk, list[Expected]]) -> None:
    disk, expected = story
    kinds = {(event.what, event.name) for event in disk.events}
    assert {
        ("write", "vault.ler"),
        ("write", "vault.ler-wal"),
        ("delete", "vault.ler-wal"),
    } <= kinds
    assert sum(e.what == "sync" and e.name == "vault.ler" for e in disk.events) >= 8
    assert len(disk.events) > 250
    assert len(expected) == len(STORY) + 1
    assert len(set(expected)) == len(expected)


@pytest.mark.parametrize("power", ["process killed", "power cut", "power cut again"])
def test_nothing_reported_is_lost(
    story: tuple[Disk, list[Expected]], tmp_path: Path, power: str
) -> None:
    disk, expected = story
    chance = None if power == "process killed" else random.Random(zlib.crc32(power.encode()))
    path = tmp_path / "vault.ler"
    for cut in range(len(disk.events) + 1):
        for file in tmp_path.iterdir():
            file.unlink()
        for name, data in disk.after(cut, chance).items():
            (tmp_path / name).write_bytes(data)
        done = disk.steps_done(cut)
        found = opened(path)
        # The step under way when the power went may have happened, whole, or not at all.
        assert found in expected[done : done + 2], f"cut at {cut} of {len(disk.events)}"
