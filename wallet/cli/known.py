"""The command `vaults`: the wallets that this computer knows of. No wallet is opened for it."""

from __future__ import annotations

from argparse import Namespace

from wallet import wiring, wording
from wallet.cli import said
from wallet.cli.given import start_of
from wallet.wording import tr


def vaults(arguments: Namespace) -> int:
    """List the wallets known here, the last used first."""
    app = wiring.build(offline=True, start=start_of(arguments))
    listed = app.vaults.listed()
    for one in listed:
        known = one.known
        if arguments.json:
            facts = {"number": known.number, "name": known.name, "person": known.person}
            said.print_json(path=str(one.path), there=one.is_there, **facts)
            continue
        title = " | ".join(filter(None, (wording.vault(known), known.person)))
        gone = "" if one.is_there else f" ({tr('Its file is not there now.')})"
        said.say(f"{title}: {one.path}{gone}")
    if not listed and not arguments.json:
        said.say(tr("No wallet is known on this computer."))
    return 0
