"""The wallets that this computer knows of: the command `vaults`, and a new one on the list."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from wallet import wiring, wording
from wallet.cli import said
from wallet.cli.given import start_of
from wallet.errors import WalletError
from wallet.vaults import is_there
from wallet.wording import tr


def vaults(arguments: Namespace) -> int:
    """List the wallets known here, the last used first. None is opened."""
    app = wiring.build(offline=True, start=start_of(arguments))
    listed = app.vaults.listed()
    for one in listed:
        known = one.known
        there = is_there(one.path)
        if arguments.json:
            facts = {"number": known.number, "name": known.name, "person": known.person}
            said.print_json(path=str(one.path), there=there, **facts)
            continue
        title = " | ".join(filter(None, (wording.vault(known), known.person)))
        gone = "" if there else f" ({tr('Its file is not there now.')})"
        said.say(f"{title}: {one.path}{gone}")
    if not listed and not arguments.json:
        said.say(tr("No wallet is known on this computer."))
    return 0


def remember(app: wiring.App, path: Path) -> None:
    """Put a wallet that was just made on the list; that it cannot be noted does not unmake it."""
    try:
        app.vaults.add(path.absolute())
    except WalletError as failure:
        said.say(wording.error(failure), aside=True)
