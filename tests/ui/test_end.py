"""The end of the program: it comes, whatever does not answer."""

from __future__ import annotations

import os
import subprocess
import sys

PROGRAM = """
import sys, threading
from wallet.ui import tasks

with tasks.ending(lambda: print("let go", flush=True), float(sys.argv[1])):
    if sys.argv[2] == "hangs":
        threading.Event().wait()
print("ended", flush=True)
"""


def ended(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *words],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    return done.returncode, done.stdout


def test_what_hangs_at_the_end_is_left_and_what_lies_in_memory_goes():
    code, said = ended("0.2", "hangs")
    assert said == "let go\n"
    assert code == (os.EX_IOERR if os.name == "posix" else 1)


def test_an_end_in_time_is_left_alone():
    assert ended("60", "ends") == (0, "ended\n")
