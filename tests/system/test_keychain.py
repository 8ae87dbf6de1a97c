"""Unlocking without typing, with GNOME's keychain and the real `keyring` on a bus of their own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import REPO

PROGRAMS = ("dbus-run-session", "gnome-keyring-daemon")
# As logging in does: the daemon is given the login password, and keeps its keychain open.
SESSION = """
printf 'login password' |
    gnome-keyring-daemon --unlock --components=secrets --foreground >/dev/null 2>&1 &
daemon=$!
"$1" -m tests.system.keychain_child "$2" $daemon
answer=$?
kill -9 $daemon 2>/dev/null
exit $answer
"""

STORY = [
    ["backend", "keyring.backends.SecretService"],
    ["trouble", None],
    ["off", "asks"],
    ["a wrong passphrase", "wrong_passphrase"],
    ["items", 0],
    ["turned on", None],
    ["items", 1],
    ["restarted", "opens"],
    ["new passphrase", None],
    ["restarted", "opens"],
    ["an older copy", "asks"],
    ["turned off", None],
    ["items", 0],
    ["restarted", "asks"],
    ["turned on", None],
    ["lock", "locked"],
    ["restarted", "says that the keychain would not tell"],
    ["end", "ended"],
    ["restarted", "says that the keychain would not tell"],
]


@pytest.mark.skipif(
    any(shutil.which(program) is None for program in PROGRAMS),
    reason=f"needs {' and '.join(PROGRAMS)}",
)
def test_a_real_keychain_opens_the_wallet_while_it_may(tmp_path: Path) -> None:
    home, runtime, folder = (tmp_path / name for name in ("home", "runtime", "wallet"))
    for made in (home, runtime, folder):
        made.mkdir(mode=0o700)
    outside = (
        "PYTHON_KEYRING_BACKEND",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "DBUS_SESSION_BUS_ADDRESS",
        "XDG_DATA_HOME",
    )
    environment = {name: value for name, value in os.environ.items() if name not in outside}
    environment |= {"HOME": str(home), "XDG_RUNTIME_DIR": str(runtime), "PYTHONPATH": str(REPO)}
    command = ["dbus-run-session", "--", "sh", "-c", SESSION, "sh", sys.executable, str(folder)]
    done = subprocess.run(
        command, cwd=REPO, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    if done.returncode == 77:
        pytest.skip("no keychain starts in this sandbox")
    assert done.returncode == 0, done.stderr[-2000:]
    assert [json.loads(line) for line in done.stdout.splitlines() if line[:1] == "["] == STORY
