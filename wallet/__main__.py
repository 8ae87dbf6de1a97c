"""`python -m wallet` and the `ler-wallet` command: joins the command line and the window."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wallet.places import Start


def main() -> int:
    """Run one command, or open the window when none is given."""
    if "--guest" in sys.argv:  # before anything is compiled
        sys.dont_write_bytecode = True
    from wallet import cli

    return cli.main(window=_window, demo=_demo)


def _window(language: str | None, *, offline: bool, start: Start) -> int:
    from wallet import quiet, wiring, wording

    app = wiring.build(offline=offline, start=start)
    if app.start.leaves_nothing:
        quiet.begin()
    from wallet.ui import main as window  # Qt reads the environment when it is loaded

    wording.set_language(language or app.preferences.language)
    return window.run(app)


def _demo(output: Path | None) -> int:
    from wallet import demo

    return demo.run(output)


if __name__ == "__main__":
    sys.exit(main())
