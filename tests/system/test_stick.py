"""USB sticks as people have them: exFAT, which knows no links, owners and few rights; and NTFS."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from scripts import make_vault_fixture
from tests.paths import REPO
from tests.unit.storage.vault_helpers import CHEAP, NOW, OTHER, PASSPHRASE, credential
from wallet.backing_up import SUFFIX, Backups
from wallet.errors import Code, VaultError
from wallet.storage import Vault, reach

# How a stick of each kind is made and served.
KINDS = {
    "exfat": (["mkfs.exfat"], ["mount.exfat-fuse", "-d"]),
    "ntfs": (["mkfs.ntfs", "--quick", "--force"], ["ntfs-3g", "-o", "no_detach"]),
}
MEGABYTE = 1 << 20
OLD = REPO / "tests" / "vaults" / "version-1.ler"


@dataclass
class Stick:
    """A mounted file system in a file, served by a program that can be killed."""

    serve: list[str]
    device: str
    folder: Path
    program: subprocess.Popen[bytes] | None = None

    def plug_in(self) -> None:
        quiet, command = subprocess.DEVNULL, [*self.serve, self.device, str(self.folder)]
        self.program = subprocess.Popen(command, stdout=quiet, stderr=quiet)
        until = time.monotonic() + 10
        while not os.path.ismount(self.folder):
            if self.program.poll() is not None or time.monotonic() > until:
                pytest.skip("this sandbox mounts no such stick")
            time.sleep(0.02)

    def pull_out(self) -> None:
        """Take it away while it is in use."""
        assert self.program is not None
        self.program.send_signal(signal.SIGKILL)
        self.program.wait()

    def fall_silent(self) -> None:
        """Answer nothing any more, as a share whose server has gone."""
        assert self.program is not None
        self.program.send_signal(signal.SIGSTOP)

    def answer(self) -> None:
        """Answer again."""
        assert self.program is not None
        self.program.send_signal(signal.SIGCONT)

    def put_away(self) -> None:
        subprocess.run(["umount", "--lazy", self.folder], check=False, capture_output=True)
        if self.program is not None:
            self.program.kill()
            self.program.wait()


@pytest.fixture(params=KINDS)
def stick(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stick]:
    make, serve = KINDS[request.param]
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a stick")
    if any(shutil.which(program) is None for program in (make[0], serve[0], "losetup")):
        pytest.skip(f"needs {make[0]}, {serve[0]} and losetup")
    image, folder = tmp_path / "stick.img", tmp_path / "stick"
    folder.mkdir()
    with image.open("wb") as made:
        made.truncate(8 * MEGABYTE)
    subprocess.run([*make, image], check=True, capture_output=True)
    command = ["losetup", "--find", "--show", str(image)]
    looped = subprocess.run(command, check=False, capture_output=True, text=True)
    if looped.returncode != 0:
        pytest.skip("this sandbox has no loop devices")
    plugged = Stick(serve, looped.stdout.strip(), folder)
    try:
        plugged.plug_in()
        yield plugged
    finally:
        plugged.put_away()
        subprocess.run(["losetup", "--detach", plugged.device], check=False, capture_output=True)


def code_of(call: Callable[[], object]) -> Code:
    with pytest.raises(VaultError) as caught:
        call()
    return caught.value.code


def fill(folder: Path) -> None:
    """Leave no byte free."""
    with (folder / "film").open("wb", buffering=0) as film:
        for size in (65536, 4096, 1):
            try:
                while True:
                    film.write(b"x" * size)
            except OSError:
                continue


def test_a_vault_lives_on_a_stick(stick: Stick) -> None:
    path, backup = stick.folder / "Añá.ler", stick.folder / "copy.ler-backup"
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.add([credential(n) for n in range(50)], now=NOW)
        vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
        assert vault.back_up(backup, now=NOW).file.path == backup
        assert code_of(lambda: Vault.unlock(path, OTHER)) is Code.VAULT_BUSY
    with Vault.unlock(path, OTHER) as again:
        again.check_integrity()
        assert again.count() == 50
    copy = Vault.copy_of(backup, OTHER, beside=path)
    copy.publish(stick.folder / "new.ler")
    with Vault.unlock(stick.folder / "new.ler", OTHER) as new:
        assert new.count() == 50
    names = {found.name for found in stick.folder.iterdir()}
    assert names == {"Añá.ler", "copy.ler-backup", "new.ler"}


def test_a_full_stick_says_so_and_loses_nothing(stick: Stick) -> None:
    path = stick.folder / "vault.ler"
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.add([credential(n) for n in range(20)], now=NOW)
        fill(stick.folder)
        large = [credential(99, size=400_000)]
        assert code_of(lambda: vault.add(large, now=NOW)) is Code.VAULT_FULL
        backup = stick.folder / "copy.ler-backup"
        code = code_of(lambda: vault.back_up(backup, now=NOW))
        assert code in {Code.BACKUP_UNWRITABLE, Code.VAULT_FULL}
        assert not backup.exists()
        (stick.folder / "film").unlink()
        vault.add(large, now=NOW)
    with Vault.unlock(path, PASSPHRASE) as again:
        again.check_integrity()
        assert again.count() == 21


def test_a_stick_that_is_pulled_out_loses_nothing_that_was_kept(stick: Stick) -> None:
    path = stick.folder / "vault.ler"
    vault = Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    vault.add([credential(n) for n in range(20)], now=NOW)
    stick.pull_out()
    gone = {Code.VAULT_UNWRITABLE, Code.VAULT_GONE}
    assert code_of(lambda: vault.add([credential(99)], now=NOW)) in gone
    assert code_of(lambda: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)) in gone
    vault.close()
    assert code_of(lambda: Vault.unlock(path, PASSPHRASE)) in {*gone, Code.VAULT_MISSING}
    stick.put_away()
    stick.plug_in()
    with Vault.unlock(path, PASSPHRASE) as again:
        again.check_integrity()
        assert again.count() == 20


def test_the_passphrase_changes_on_a_full_stick_or_stays(stick: Stick) -> None:
    path = stick.folder / "vault.ler"
    vault = Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    vault.add([credential(n) for n in range(20)], now=NOW)
    fill(stick.folder)
    vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)  # the header has its place already
    vault.close()
    assert code_of(lambda: Vault.unlock(path, PASSPHRASE)) is Code.WRONG_PASSPHRASE
    with Vault.unlock(path, OTHER) as again:
        assert again.count() == 20


def test_an_older_vault_on_a_full_stick_waits_for_room(stick: Stick) -> None:
    path = stick.folder / "vault.ler"
    shutil.copyfile(OLD, path)
    fill(stick.folder)
    before = path.read_bytes()
    passphrase = make_vault_fixture.PASSPHRASE
    assert code_of(lambda: Vault.unlock(path, passphrase)) is Code.NO_ROOM_FOR_COPY
    assert path.read_bytes() == before
    assert {found.name for found in stick.folder.iterdir()} == {"vault.ler", "film"}
    (stick.folder / "film").unlink()
    with Vault.unlock(path, passphrase) as vault:
        vault.check_integrity()
        assert vault.count() > 0


def test_a_restore_onto_a_full_stick_leaves_nothing_there(stick: Stick, tmp_path: Path) -> None:
    home, path = tmp_path / "home.ler", stick.folder / "vault.ler"
    with Vault.create(home, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.add([credential(n) for n in range(20)], now=NOW)
        vault.back_up(tmp_path / "copy.ler-backup", now=NOW)
    fill(stick.folder)
    copying = lambda: Vault.copy_of(  # noqa: E731
        tmp_path / "copy.ler-backup", PASSPHRASE, beside=path
    )
    assert code_of(copying) is Code.VAULT_FULL
    assert {found.name for found in stick.folder.iterdir()} == {"film"}


def test_a_stick_that_is_pulled_out_while_records_come_in_keeps_what_was_reported(
    stick: Stick,
) -> None:
    path, reported = stick.folder / "vault.ler", 0

    def keep_on() -> None:
        nonlocal reported
        for number in range(100_000):
            vault.add([credential(number, size=500)], now=NOW)
            reported = number + 1

    vault = Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    hand = threading.Timer(0.2, stick.pull_out)
    hand.start()
    assert code_of(keep_on) in {Code.VAULT_UNWRITABLE, Code.VAULT_GONE}
    hand.join()
    vault.close()
    stick.put_away()
    stick.plug_in()
    with Vault.unlock(path, PASSPHRASE) as again:
        again.check_integrity()
        assert again.count() >= reported > 0


def test_a_stick_that_falls_silent_keeps_no_vault_waiting(
    stick: Stick, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reach.answers, "__kwdefaults__", {"to_write": False, "seconds": 0.5})
    with Vault.create(tmp_path / "vault.ler", PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.add([credential(1)], now=NOW)
        backups = Backups(lambda: vault, clock=lambda: NOW)
        backups.choose(folder=stick.folder, copies=3)
        made = backups.roll().file.path
        vault.set_setting("backup_last", None)  # one is due once more
        stick.fall_silent()
        begun = time.monotonic()
        assert backups.roll_if_due() is None
        state = backups.state()
        assert (state.trouble, backups.listed()) == (Code.BACKUP_FOLDER_SILENT, ())
        vault.add([credential(2)], now=NOW)
        assert time.monotonic() - begun < 20
        stick.answer()
        for thread, _until in list(reach._waiting.values()):
            thread.join()
        assert [one.path for one in backups.listed()] == [made]
        assert backups.roll_if_due() is not None
        assert backups.state().trouble is None
    assert {found.suffix for found in stick.folder.iterdir()} == {SUFFIX}
