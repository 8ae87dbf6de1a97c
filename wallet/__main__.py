"""`python -m wallet` and the `ler-wallet` command: joins the command line and the window."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> int:
    """Run one command, or open the window when none is given."""
    from wallet import cli

    return cli.main(window=_window, demo=_demo)


def _window(language: str | None) -> int:
    from wallet import wiring
    from wallet.ui import main as window

    return window.run(wiring.build(), language=language)


def _demo(output: Path | None) -> int:
    from wallet import demo

    return demo.run(output)


if __name__ == "__main__":
    sys.exit(main())
