"""A process is killed (SIGKILL) in the midst of writing, for real: nothing reported is lost."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.storage.killed_child import recovery
from wallet.crypto import sealing
from wallet.errors import Code, VaultError
from wallet.storage import Cost, Secret, SlotKind, Vault, container, slots

POINTS = [*range(1, 40, 3), *range(40, 350, 9)]
REPO = Path(__file__).parents[3]

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no fork nor SIGKILL there")


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.unit.storage.killed_child", str(root)]
    done = subprocess.run(
        [*command, *map(str, POINTS)], cwd=REPO, check=False, capture_output=True, timeout=120
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return root


def _now() -> datetime:
    return datetime(2026, 5, 20, tzinfo=UTC)


def open_any(path: Path) -> tuple[Vault, int]:
    for number in range(4):
        try:
            return Vault.unlock(path, f"passphrase {number}"), number
        except VaultError as error:
            if error.code is not Code.WRONG_PASSPHRASE:
                raise
    raise AssertionError("no passphrase opens it")


@pytest.mark.parametrize("point", POINTS)
def test_nothing_reported_is_lost(killed: Path, point: int) -> None:
    folder = killed / str(point)
    told = (folder / "told").read_text().split("\n")
    if not (folder / "vault.ler").exists():
        assert "created" not in told
        with Vault.create(
            folder / "vault.ler", "passphrase 0", now=_now(), cost=Cost(8, 1, 1)
        ) as again:
            assert again.count() == 0
        return
    promised = {f"Certificate {line.split()[1]}" for line in told if line.startswith("added")}
    passphrases = [int(line.split()[1]) for line in told if line.startswith("passphrase")]
    last = max(passphrases, default=0)
    vault, opened_by = open_any(folder / "vault.ler")
    with vault:
        vault.check_integrity()
        kept = [row.title for row in vault.rows()]
        assert promised <= set(kept)
        assert len(kept) - len(promised) in {0, 1}  # the one under way
        assert opened_by in {last, last + 1}
        check_ways(vault, folder / "vault.ler", told)
        for row in vault.rows():
            number = row.title.split()[1]
            assert vault.get(row.id).raw == f"{number} ".encode() * 2000


def check_ways(vault: Vault, path: Path, told: list[str]) -> None:
    """See that a sheet that was promised opens the vault, or the one that was to replace it."""
    sheets = [int(line.split()[1]) for line in told if line.startswith("recovery")]
    last = max(sheets, default=-1)
    codes = [n for n in range(4) if slots_open(path, recovery(n))]
    assert codes in ([last] if last >= 0 else [], [last + 1])
    keychains = [n for n in range(3) if slots_open(path, keychain(n))]
    assert len(keychains) == sum(way.kind == SlotKind.KEYCHAIN for way in vault.ways())
    made = sum(line.startswith("keychain") for line in told)
    gone = sum(line.startswith("no keychain") for line in told)
    # Promised and not yet taken away, or nothing; the step under way may have happened.
    assert keychains in ([[made - 1], []] if made > gone else [[], [made]])


def keychain(number: int) -> Secret:
    return Secret(SlotKind.KEYCHAIN, bytearray([number] * 32))


def slots_open(path: Path, given: Secret) -> bool:
    try:
        sealing.wipe(slots.opened(container.peek(path), given))
    except VaultError:
        return False
    return True


def test_the_points_lie_all_over_the_story(killed: Path) -> None:
    last_lines = {(killed / str(point) / "told").read_text() for point in POINTS}
    assert len(last_lines) > 10
    assert "" in last_lines  # before the vault was there
    assert sum("closed" in text for text in last_lines) <= 3
