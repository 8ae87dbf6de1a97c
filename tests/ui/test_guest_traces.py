"""A whole guest session leaves nothing on the computer: watched from outside, file by file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.paths import REPO
from tests.ui.people import records
from tests.ui.watching import Watch, supported
from tests.world import World
from wallet.storage import Cost, Vault

pytestmark = pytest.mark.skipif(not supported, reason="watches with inotify, which Linux has")

SECONDS = 120
PASSPHRASE = "seven quiet herons"  # as in the child
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


# Where Debian's fontconfig writes if it may, and fonts it has not seen in the home made here.
FONT_CACHE, FONTS = Path("/var/cache/fontconfig"), Path("/usr/share/fonts")


class Computer:
    """A home, a place for temporary files, a working folder, and a stick."""

    def __init__(self, folder: Path) -> None:
        self.stick = folder / "stick"
        self.home, self.temp, self.work = folder / "home", folder / "temp", folder / "work"
        for one in (self.stick / "records", self.home, self.temp, self.work):
            one.mkdir(parents=True)
        for one in (".cache", ".config", ".local/share/fonts", ".local/state", "Documents"):
            (self.home / one).mkdir(parents=True)
        for font in list(FONTS.rglob("*.ttf"))[:1]:  # newer than any cache of fonts there is
            shutil.copyfile(font, self.home / ".local" / "share" / "fonts" / font.name)
        for name, raw in records(World())[:3]:
            (self.stick / "records" / name).write_bytes(raw)

    def start(self, kind: str, end: str, *words: str) -> subprocess.Popen[str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "PYTEST"))}
        environment = kept | {
            "HOME": str(self.home),
            "TMPDIR": str(self.temp),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(REPO),
            "LANG": "en_US.UTF-8",
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        if kind in {
            "policy",
            "usual",
        }:  # elsewhere what is compiled lies beside the program already
            environment["PYTHONPYCACHEPREFIX"] = str(self.temp / "compiled")
        child = REPO / "tests" / "ui" / "guest_child.py"
        return subprocess.Popen(
            [sys.executable, str(child), kind, end, str(self.stick), "--offline", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.work,
            env=environment,
        )

    def back_up(self) -> None:
        """Put a backup on the stick, made elsewhere."""
        elsewhere = self.stick.parent / "elsewhere.ler"
        with Vault.create(elsewhere, PASSPHRASE, now=NOW, cost=Cost(64, 1, 1)) as vault:
            vault.create_identity(now=NOW)
            vault.set_setting("learner_name", "Robin Rivera")
            vault.back_up(self.stick / "old.ler-backup", now=NOW)

    def font_caches(self) -> list[Path]:
        """Return what was written about this home's fonts into the system's cache of them."""
        home = os.fsencode(self.home)
        return [one for one in FONT_CACHE.glob("*.cache*") if home in one.read_bytes()]

    def compiled(self) -> list[Path]:
        """Return what of the program itself was compiled to a file."""
        return list((self.temp / "compiled").rglob("wallet/**/*.pyc"))

    def on_stick(self) -> list[str]:
        return sorted(
            one.name for one in self.stick.iterdir() if one.is_file() and "tries" not in one.name
        )


@pytest.fixture
def computer(tmp_path):
    return Computer(tmp_path)


@pytest.mark.parametrize(
    ("kind", "end"),
    [
        ("memory", "close"),
        ("memory", "term"),
        ("stick", "term"),
        ("restored", "close"),
        ("policy", "close"),
    ],
)
def test_a_guest_session_writes_nothing_on_the_computer(computer, kind, end):
    if kind == "restored":
        computer.back_up()
    if kind == "policy":
        policy = {"version": 1, "guest_only": True}
        (computer.stick / "policy.json").write_text(json.dumps(policy))
    watch = Watch(computer.home, computer.temp, computer.work)
    said = []
    words = [] if kind == "policy" else ["--guest"]
    with computer.start(kind, "close" if end == "close" else "wait", *words) as child:
        for line in child.stdout:
            said.append(line)
            if line == "ready\n" and end == "term":
                child.send_signal(signal.SIGTERM)
        code = child.wait(SECONDS)
    text = "".join(said)
    assert "ready\n" in said, text
    assert code == 0, text
    assert [one for one in watch.changes() if "compiled" not in one.parts] == [], text
    watch.close()
    assert computer.compiled() == []
    assert computer.font_caches() == []
    assert "python wrote []" in text
    assert "clipboard ''" in text
    assert "in memory []" in text
    assert "keychain asked: False" in text
    brought = {"restored": ["old.ler-backup"], "policy": ["policy.json"]}.get(kind, [])
    assert computer.on_stick() == ["mine.ler", *brought]


def test_a_file_that_never_answers_does_not_keep_the_session_from_ending(computer):
    with computer.start("silent", "close", "--guest") as child:
        text, _ = child.communicate(timeout=SECONDS)
    assert "ready\n" in text, text
    assert child.returncode == 0
    assert "in memory []" in text


def test_on_a_shared_computer_only_the_wallet_is_written(computer):
    policy = {"version": 1, "shared_machine": True}
    (computer.stick / "policy.json").write_text(json.dumps(policy))
    watch = Watch(computer.home, computer.temp, computer.work)
    with computer.start("shared", "close") as child:
        text, _ = child.communicate(timeout=SECONDS)
    assert "ready\n" in text, text
    share = computer.home / ".local" / "share"
    seen = watch.changes()
    assert share / "ler-wallet" in seen
    assert {one for one in seen if not one.is_relative_to(share / "ler-wallet")} == set()
    watch.close()


def test_the_watch_sees_what_a_usual_session_writes(computer):
    """The same steps, not as a guest: were nothing seen here, nothing would be proven above."""
    watch = Watch(computer.home, computer.temp, computer.work)
    with computer.start("usual", "close") as child:
        text, _ = child.communicate(timeout=SECONDS)
    assert "ready\n" in text, text
    homely = [one for one in watch.changes() if one.is_relative_to(computer.home)]
    seen = {one.relative_to(computer.home).parts[:2] for one in homely}
    assert (".config", "ler-wallet") in seen
    assert (".local", "share") in seen
    assert computer.compiled() != []
    assert any(parts[0] == ".config" and "QtProject" in parts[1] for parts in seen), seen
    if any(FONTS.rglob("*.ttf")) and shutil.which("fc-cache"):
        assert computer.font_caches() or any(
            ".fontconfig" in parts[0] or ".cache" in parts[0] for parts in seen
        )
    watch.close()
