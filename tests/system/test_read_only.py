"""A disk, a folder and a file that can only be read: said in one sentence, and restored from."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.unit.storage.vault_helpers import CHEAP, NOW, OTHER, PASSPHRASE, credential, folder_state
from wallet.errors import Code, VaultError
from wallet.storage import Vault

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount and mark files"
)
BACKUP, VAULT = "copy.ler-backup", "wallet.ler"


def ran(*command: object) -> bool:
    words = [str(one) for one in command]
    if shutil.which(words[0]) is None:
        return False
    return subprocess.run(words, check=False, capture_output=True).returncode == 0


def code_of(call: Callable[[], object]) -> Code:
    with pytest.raises(VaultError) as caught:
        call()
    return caught.value.code


def fill(folder: Path) -> None:
    with Vault.create(folder / VAULT, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.add([credential(n) for n in range(20)], now=NOW)
        vault.back_up(folder / BACKUP, now=NOW)


@pytest.fixture
def disc(tmp_path: Path) -> Iterator[Path]:
    """A medium with a wallet and its backup on it, that nobody can write to."""
    folder = tmp_path / "disc"
    folder.mkdir()
    if not ran("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", folder):
        pytest.skip("this sandbox lets nobody mount a file system")
    try:
        fill(folder)
        assert ran("mount", "-o", "remount,ro", folder)
        yield folder
    finally:
        ran("umount", "--lazy", folder)


def test_a_read_only_disc_is_named_and_nothing_else_is_made_of_it(disc: Path) -> None:
    before = folder_state(disc)
    assert code_of(lambda: Vault.unlock(disc / VAULT, PASSPHRASE)) is Code.VAULT_READ_ONLY
    new = disc / "new.ler"
    made = code_of(lambda: Vault.create(new, PASSPHRASE, now=NOW, cost=CHEAP))
    assert made is Code.VAULT_READ_ONLY
    assert folder_state(disc) == before


@pytest.mark.parametrize("name", [BACKUP, VAULT])
def test_one_restores_from_a_read_only_disc(disc: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / "restored.ler"
    Vault.copy_of(disc / name, PASSPHRASE, beside=path).publish(path)
    with Vault.unlock(path, PASSPHRASE) as vault:
        vault.check_integrity()
        assert vault.count() == 20


def test_a_disc_that_turns_read_only_while_it_is_open_loses_nothing(tmp_path: Path) -> None:
    image, folder = tmp_path / "disc.img", tmp_path / "disc"
    folder.mkdir()
    with image.open("wb") as made:
        made.truncate(8 << 20)
    if not ran("mkfs.ext4", "-q", image) or not ran("mount", "-o", "loop", image, folder):
        pytest.skip("this sandbox mounts no ext4")
    try:
        fill(folder)
        vault = Vault.unlock(folder / VAULT, PASSPHRASE)
        # What ext4 does by itself when the disk fails under it.
        if not ran("mount", "-i", "-o", "remount,abort", folder):
            pytest.skip("this system aborts no ext4")
        refused = {Code.VAULT_READ_ONLY, Code.VAULT_UNWRITABLE, Code.VAULT_GONE}
        assert code_of(lambda: vault.add([credential(99)], now=NOW)) in refused
        change = lambda: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)  # noqa: E731
        assert code_of(change) in refused
        assert vault.count() == 20
        vault.close()  # says nothing of the log that it cannot delete
        assert ran("umount", folder)  # no file in it is open any more
        ran("e2fsck", "-fy", image)  # its answer says that it mended, too
        assert ran("mount", "-o", "loop", image, folder)
        with Vault.unlock(folder / VAULT, PASSPHRASE) as again:
            again.check_integrity()
            assert again.count() == 20
    finally:
        ran("umount", "--lazy", folder)


@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_an_administrator_made_immutable_is_named(tmp_path: Path, what: str) -> None:
    folder = tmp_path / "kept"
    folder.mkdir()
    fill(folder)
    marked = folder if what == "folder" else folder / VAULT
    if not ran("chattr", "+i", marked):
        pytest.skip("this file system marks nothing as immutable")
    try:
        before = folder_state(folder)
        assert code_of(lambda: Vault.unlock(folder / VAULT, PASSPHRASE)) is Code.VAULT_READ_ONLY
        assert folder_state(folder) == before
    finally:
        ran("chattr", "-i", marked)
    with Vault.unlock(folder / VAULT, PASSPHRASE) as vault:
        assert vault.count() == 20
