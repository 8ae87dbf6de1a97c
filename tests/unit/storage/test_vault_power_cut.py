"""The power goes at every single write of a story: nothing reported is lost, all of it opens."""

from __future__ import annotations

import random
import re
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.unit.storage.recorded_disk import Disk, recording
from tests.unit.storage.vault_helpers import CHEAP, NOW, OTHER, PASSPHRASE, credential
from wallet.crypto import sealing
from wallet.errors import Code, VaultError
from wallet.storage import Given, Secret, SlotKind, Vault, container, slots
from wallet.storage.header import COPY_BYTES, COPY_STRIDE

THIRD = "a third passphrase"
FIRST = [credential(n) for n in range(3)]
MANY = [credential(100 + n, size=1200) for n in range(40)]
LARGE = [credential(200, size=60_000)]
IDS = [item.id for item in FIRST]


RECOVERY = Secret(SlotKind.RECOVERY, bytearray(range(28)))
SECOND_RECOVERY = Secret(SlotKind.RECOVERY, bytearray(range(1, 29)))
KEYCHAIN = Secret(SlotKind.KEYCHAIN, bytearray(b"k" * 32))
WAYS: dict[str, Given] = {
    "passphrase": PASSPHRASE,
    "other": OTHER,
    "third": THIRD,
    "recovery": RECOVERY,
    "second recovery": SECOND_RECOVERY,
    "keychain": KEYCHAIN,
}


class Expected(NamedTuple):
    """What the vault must hold after a step, and what opens it: all of that and nothing else."""

    listed: frozenset[str]
    removed: frozenset[str]
    ways: frozenset[str]
    setting: str | None


def add(items: list) -> Callable[[Vault], object]:  # type: ignore[type-arg]
    return lambda vault: vault.add(items, now=NOW)


def add_way(proof: Given, new: Given) -> Callable[[Vault], object]:
    return lambda vault: vault.add_way(vault.prepare_way(proof, new, now=NOW, cost=CHEAP))


def remove_way(kind: SlotKind, proof: Given) -> Callable[[Vault], object]:
    def act(vault: Vault) -> None:
        (way,) = [way for way in vault.ways() if way.kind == kind]
        vault.remove_way(way.id, proof)

    return act


STORY: list[tuple[str, Callable[[Vault], object]]] = [
    ("add", add(FIRST)),
    ("remove", lambda vault: vault.remove(IDS[:2], now=NOW)),
    ("+recovery", add_way(PASSPHRASE, RECOVERY)),
    ("add many", add(MANY)),
    ("restore", lambda vault: vault.restore(IDS[:1])),
    ("+keychain", add_way(RECOVERY, KEYCHAIN)),
    (
        "-passphrase +other",
        lambda vault: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP),
    ),
    ("erase", lambda vault: vault.erase([item.id for item in MANY[:20]])),
    ("-recovery +second recovery", add_way(OTHER, SECOND_RECOVERY)),
    ("setting", lambda vault: vault.set_setting("name", "Ana")),
    ("-keychain", remove_way(SlotKind.KEYCHAIN, OTHER)),
    ("-other +third", lambda vault: vault.change_passphrase(OTHER, THIRD, cost=CHEAP)),
    ("add large", add(LARGE)),
    ("-third", remove_way(SlotKind.PASSPHRASE, SECOND_RECOVERY)),
    ("purge", lambda vault: vault.purge_removed(NOW.replace(year=2030))),
]


def ways_after() -> list[frozenset[str]]:
    """Return what opens the vault before the story and after each of its steps."""
    ways = [frozenset({"passphrase"})]
    for name, _ in STORY:
        changes = [part.strip() for part in re.split("(?=[+-])", name) if part[:1] in {"+", "-"}]
        gone = {change[1:] for change in changes if change[0] == "-"}
        new = {change[1:] for change in changes if change[0] == "+"}
        ways.append(ways[-1] - gone | new)
    return ways


def tell(path: Path, disk: Disk) -> list[Expected]:
    """Play the story; return what must be there before it and after each step."""
    ways = ways_after()
    expected = []
    with Vault.unlock(path, PASSPHRASE) as vault:
        # The log is written back often, so that this happens many times within the story.
        vault._log_limit = 6
        expected.append(state(vault, ways[0]))
        for step, (_, act) in enumerate(STORY):
            act(vault)
            disk.done(step)
            expected.append(state(vault, ways[step + 1]))
    return expected


def state(vault: Vault, ways: frozenset[str]) -> Expected:
    return Expected(
        frozenset(row.id for row in vault.rows()),
        frozenset(row.id for row in vault.removed()),
        ways,
        vault.setting("name"),
    )


def opened(path: Path) -> Expected:
    """Open whatever the power cut left and return what is in it, and all that opens it."""
    ways = frozenset(name for name, given in WAYS.items() if opens(path, given))
    assert ways, "nothing opens it"
    with Vault.unlock(path, WAYS[min(ways)]) as vault:
        vault.check_integrity()
        for item in (*FIRST, *MANY, *LARGE):
            if vault.has(item.id):
                assert vault.get(item.id).raw == item.raw
        found = state(vault, ways)
    # Unlocking made both copies of the header equal: what opened it before opens it still.
    copies = {path.read_bytes()[at : at + COPY_BYTES] for at in (0, COPY_STRIDE)}
    assert len(copies) == 1
    assert {name for name, given in WAYS.items() if opens(path, given)} == ways
    return found


def opens(path: Path, given: Given) -> bool:
    try:
        sealing.wipe(slots.opened(container.peek(path), given))
    except VaultError as error:
        if error.code not in {
            Code.WRONG_PASSPHRASE,
            Code.WRONG_RECOVERY_CODE,
            Code.KEYCHAIN_STALE,
            Code.NO_SUCH_WAY,
        }:
            raise
        return False
    return True


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
