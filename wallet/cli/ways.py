"""`ways` and `passphrase`: what opens the wallet, and changing it, on the command line.

A recovery code is printed once, on standard output; two of its groups are then read back from
standard input before it counts. Codes and passphrases never come from the arguments.
"""

from __future__ import annotations

import secrets
import sys
from argparse import Namespace
from collections.abc import Mapping

from wallet import wiring, wording
from wallet.cli import said
from wallet.cli.given import a_way, built, twice
from wallet.errors import Code, VaultError
from wallet.sentences import N_
from wallet.ways import Given, Sheet, WayIn, WayKind, split_code
from wallet.wording import tr

DONE, TROUBLE = 0, 2
TYPED_BACK = 2  # groups, as in the window
_MAX_LINE = 400

_NAMES: Mapping[WayKind, str] = {
    WayKind.PASSPHRASE: N_("Passphrase"),
    WayKind.RECOVERY: N_("Recovery sheet"),
    WayKind.KEYCHAIN: N_("A computer's keychain"),
    WayKind.OTHER: N_("Another way in"),
}


def ways(arguments: Namespace) -> int:
    """List the ways in, add one, or remove one."""
    app, given = _opened(arguments)
    with app:
        if arguments.add == "recovery":
            return _add_sheet(app, given)
        if arguments.add == "keychain":
            app.wallet.ways.open_here(given)
            said.say(tr("This computer opens your wallet from now on."))
        elif arguments.remove is not None:
            app.wallet.ways.remove(_found(app, arguments.remove).id, given)
            said.say(tr("It does not open this wallet any more."))
        else:
            for way in app.wallet.ways.listed():
                _print(way, as_json=arguments.json)
        return DONE


def passphrase(arguments: Namespace) -> int:
    """Change the passphrase, or set one."""
    app, given = _opened(arguments)
    with app:
        prompt = tr("New passphrase: ")
        new = twice(arguments.new_passphrase_fd, prompt)
        app.wallet.change_passphrase(given, new)
        said.say(tr("The passphrase was changed."))
        return DONE


def _opened(arguments: Namespace) -> tuple[wiring.App, Given]:
    app = built(arguments)
    path = app.vault_named(arguments.vault)
    given = a_way(app, path, arguments)
    app.wallet.unlock(path, given)
    return app, given


def _found(app: wiring.App, name: str) -> WayIn:
    """Return the way with an id, or the only one of a kind."""
    listed = app.wallet.ways.listed()
    found = [way for way in listed if way.id == name] or [w for w in listed if w.kind == name]
    if len(found) != 1:
        raise VaultError(Code.NO_SUCH_WAY)
    return found[0]


def _print(way: WayIn, *, as_json: bool) -> None:
    if as_json:
        said.print_json(
            id=way.id,
            kind=way.kind.value,
            name=way.name,
            added_at=said.iso(way.added_at),
            removable=way.removable,
        )
        return
    words = [tr(_NAMES[way.kind]), way.name]
    since = tr("In use since {date}.", date=wording.date(way.added_at)) if way.added_at else ""
    said.say(f"{way.id}  {' '.join(filter(None, words))}  {since}".rstrip())


def _add_sheet(app: wiring.App, given: Given) -> int:
    sheet = app.wallet.ways.prepare_sheet(given)
    try:
        said.say(
            tr(
                "Write this down now. It is shown this once, and it counts when you have typed "
                "two of its groups back."
            ),
            aside=True,
        )
        said.say("-".join(sheet.groups))
        sys.stdout.flush()
        if not _typed_back(sheet):
            return TROUBLE
        app.wallet.ways.keep_sheet(sheet)
    finally:
        sheet.wipe()
    said.say(tr("Your recovery sheet opens this wallet from now on."), aside=True)
    return DONE


def _typed_back(sheet: Sheet) -> bool:
    """Have two groups typed back; anything else leaves the wallet as it was."""
    groups = sheet.groups
    for number in sorted(secrets.SystemRandom().sample(range(len(groups)), TYPED_BACK)):
        said.say(tr("Group {n}", n=number + 1) + ": ", aside=True)
        if split_code(sys.stdin.readline(_MAX_LINE)) != (groups[number],):
            text = tr("Group {n} is not what the sheet says. Nothing was changed.", n=number + 1)
            said.say(text, aside=True)
            return False
    return True
