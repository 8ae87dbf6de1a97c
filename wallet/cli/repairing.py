"""The wallet file on the command line: whether it is whole, and what can be saved when it is not.

Exit codes of `salvage`: 0 all was saved, 1 something was lost, 2 nothing was made.
"""

from __future__ import annotations

from argparse import Namespace

from wallet import upkeep_wording, wiring
from wallet.cli import said
from wallet.cli.given import a_typed_way, opened, start_of
from wallet.cli.known import remember
from wallet.wording import ntr, tr

DONE, LOST = 0, 1


def verify_vault(arguments: Namespace) -> int:
    """Read all of the wallet file."""
    with opened(arguments) as app:
        records = app.wallet.upkeep.verify()
        said.say(tr("The wallet file is whole."))
        said.say(ntr("{n} record is in it.", "{n} records are in it.", records))
        return DONE


def salvage(arguments: Namespace) -> int:
    """Save what can be read of a damaged wallet file into a new one."""
    app = wiring.build(offline=True, start=start_of(arguments))
    found = app.wallet.upkeep.salvage(
        app.vault_named(arguments.vault), a_typed_way(arguments), new=arguments.output
    )
    remember(app, found.path)
    for line in upkeep_wording.salvaged(found):
        said.say(line)
    for title in found.lost:
        said.say(f"  {title}")
    said.say(tr("The new wallet is {path}. What you just used opens it.", path=found.path))
    said.say(tr("Other ways in did not come along: add them to the new wallet."))
    said.say(tr("The damaged file was left as it was."))
    return DONE if found.is_whole else LOST
