"""Starting: the command line's check to its verdict, and the window to its first picture."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.measure import Sample, Turn, once, take_turns
from benchmarks.peers import CONTEXTS, FOLDER, node
from benchmarks.subjects import REPO

WINDOWS = Path(__file__).resolve().parent / "windows.py"


def check_starts(credential: bytes, *, rounds: int) -> dict[str, list[Sample]]:
    """Start each program on one credential, in turns; each must say that it holds."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "credential.json"
        file.write_bytes(credential)
        python, environment = sys.executable, _environment(folder)
        programs = {
            "ours": [python, "-m", "wallet", "check", str(file), "--offline"],
            "theirs": [node(), str(FOLDER / "check.mjs"), str(CONTEXTS), str(file)],
            "python": [python, "-c", "pass"],
            "node": [node(), "-e", "0"],
        }
        turns = {name: _process(command, environment) for name, command in programs.items()}
        take_turns(turns, 1)  # warm up: compiled modules, the file cache
        return take_turns(turns, rounds)


def window_starts(*, rounds: int) -> dict[str, list[Sample]]:
    """Start the app's window and a bare PySide6 window, each to its first picture, in turns."""
    with tempfile.TemporaryDirectory() as home:
        environment = {**_environment(home), "HOME": home, "XDG_DATA_HOME": f"{home}/data"}
        environment |= {"XDG_CONFIG_HOME": f"{home}/config", "QT_QPA_PLATFORM": "offscreen"}
        turns = {
            name: _process([sys.executable, str(WINDOWS), name], environment)
            for name in ("ours", "bare")
        }
        take_turns(turns, 1)
        return take_turns(turns, rounds)


def _environment(folder: str) -> dict[str, str]:
    """Return the environment of a program that is installed: its modules are compiled once."""
    found = {**os.environ, "PYTHONPATH": str(REPO), "PYTHONPYCACHEPREFIX": f"{folder}/compiled"}
    found.pop("PYTHONDONTWRITEBYTECODE", None)
    return found


def _process(command: Sequence[str], environment: Mapping[str, str]) -> Turn:
    """Return a turn that runs a program from start to end."""

    def run() -> None:
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).decode("utf-8", "replace")
            raise SystemExit(f"{' '.join(command[:4])} ended with {done.returncode}: {said[-500:]}")

    return once(run)
