"""`python -m wallet` and the `ler-wallet` command: joins the command line and the window."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wallet.places import Start


def main() -> int:
    """Run one command, or open the window when none is given."""
    writes, sys.dont_write_bytecode = not sys.dont_write_bytecode, True
    from wallet import policy_file

    # Nothing is compiled to a file where a guest may come: whose session it is, is read later.
    sys.dont_write_bytecode = not writes or "--guest" in sys.argv or policy_file.is_there()
    from wallet import cli

    return cli.main(window=_window, demo=_demo)


def _window(language: str | None, *, offline: bool, start: Start) -> int:
    from wallet import quiet, wiring, wording

    app = wiring.build(offline=offline, start=start)
    if app.shared:
        quiet.begin()
    from wallet.ui import main as window  # Qt reads the environment when it is loaded

    app.started_in = language
    wording.set_language(app.language)
    code = window.run(app)
    return _again_as_guest() if code == window.AS_GUEST else code


def _again_as_guest() -> int:
    """Begin anew in a process of its own, in which no trace is left from the first line on."""
    from wallet import wording

    language = wording.language()  # which may have been chosen at the door
    command = [sys.executable, *sys.orig_argv[1:], "--guest", "--language", language]
    if os.name == "posix":
        os.execv(sys.executable, command)  # noqa: S606 - this program itself
    return subprocess.call(command)


def _demo(output: Path | None) -> int:
    from wallet import demo

    return demo.run(output)


if __name__ == "__main__":
    sys.exit(main())
