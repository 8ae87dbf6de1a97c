"""`python -m wallet` and the `ler-wallet` command: joins the command line and the window."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run one command, or open the window when none is given."""
    from wallet import cli

    return cli.main(window=_window, demo=_demo)


def _window(language: str | None, *, offline: bool) -> int:
    from wallet import wiring, wording
    from wallet.ui import main as window

    app = wiring.build(offline=offline)
    wording.set_language(language or app.preferences.language)
    return window.run(app)


def _demo(output: Path | None) -> int:
    from wallet import demo

    return demo.run(output)


if __name__ == "__main__":
    sys.exit(main())
