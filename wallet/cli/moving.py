"""Leaving and arriving on the command line: backups of other wallets in, everything out."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from wallet import arriving, leaving, wiring, wording
from wallet.app import Wallet
from wallet.arriving import Arrival, Kind
from wallet.checking import Checked
from wallet.cli import said
from wallet.cli.given import new_secret, opened, secret, write
from wallet.errors import Code, WalletError
from wallet.inputs import Input
from wallet.model import Credential
from wallet.moving import content_of
from wallet.wording import ntr, tr

KEPT_AT_ONCE = 200  # records checked and kept together
DONE, TROUBLE = 0, 2
LCW = "lcw"


def backup_password(arguments: Namespace) -> str | None:
    """Return the password from the descriptor that was named, for every backup of a command."""
    descriptor = arguments.backup_password_fd
    return None if descriptor is None else secret(descriptor, "")


def import_backup(
    app: wiring.App, given: Input, arguments: Namespace, password: str | None
) -> bool:
    """Keep what is in a backup and say what became of each thing; return whether all was read."""
    try:
        arrival = _read(given, arguments, password)
    except WalletError as error:
        said.say(f"{given.source}: {wording.error(error)} {tr('Not kept.')}")
        return False
    tally = _Tally(app.wallet, other=arrival.kind is not Kind.OWN)
    items = iter(arrival.items)
    while chunk := list(islice(items, KEPT_AT_ONCE)):
        _keep(app, chunk, tally)
    for name in arrival.others:
        said.say(f"{name}: {tr('This is no record, so it was left out.')}")
    _take_over(app, arrival, arguments)
    said.say(tally.sentence())
    return tally.unread == 0


class _Tally:
    def __init__(self, wallet: Wallet, *, other: bool) -> None:
        self._wallet = wallet
        # Ours gives bytes back as they were; others spell them anew.
        self.known = wallet.belongings().contents() if other else set()
        self.new = self.already = self.unread = 0

    def is_known(self, leaf: Checked) -> bool:
        """Say whether a record is here, in whatever spelling; from now on it is."""
        assert isinstance(leaf.readable, Credential)
        content = content_of(leaf.readable.raw)
        there = content in self.known or self._wallet.is_kept(leaf.readable)
        self.known.add(content)
        return there

    def sentence(self) -> str:
        parts = [
            ntr("{n} new.", "{n} new.", self.new),
            ntr("{n} in your wallet already.", "{n} in your wallet already.", self.already),
            ntr("{n} could not be read.", "{n} could not be read.", self.unread),
        ]
        return " ".join(parts)


def _read(given: Input, arguments: Namespace, password: str | None) -> Arrival:
    """Take a backup apart, asking for its password only where one is needed."""
    name = Path(given.source).name
    try:
        arrival = arriving.read(given, password)
    except WalletError as error:
        if error.code is not Code.BACKUP_LOCKED:
            raise
        arrival = arriving.read(given, secret(None, tr("Password of {name}: ", name=name)))
    if arrival.locked and arguments.keys:
        return arriving.read(given, secret(None, tr("Password of {name}: ", name=name)))
    return arrival


def _keep(app: wiring.App, items: list[Input], tally: _Tally) -> None:
    checked = [app.verifier.check_input(item) for item in items]
    leaves = [leaf for one in checked for leaf in _leaves(one)]
    there = [tally.is_known(leaf) for leaf in leaves]
    app.wallet.keep([leaf for leaf, known in zip(leaves, there, strict=True) if not known])
    for leaf, known in zip(leaves, there, strict=True):
        tally.new, tally.already = tally.new + (not known), tally.already + known
        said.kept(leaf, new=not known, now=app.clock())
    for one in checked:
        if one.error is not None:
            tally.unread += 1
            said.say(f"{one.source}: {wording.error(one.error)} {tr('Not kept.')}")


def _leaves(checked: Checked) -> Iterator[Checked]:
    return checked.leaves() if checked.error is None else iter(())


def _take_over(app: wiring.App, arrival: Arrival, arguments: Namespace) -> None:
    taken = app.wallet.take_over(arrival, keys=arguments.keys, notes=arguments.notes)
    had = set(app.wallet.identities()) - set(taken.identities)
    for key in arrival.keys:
        if key.did in taken.identities:
            said.say(tr("You can sign with this key from now on: {did}", did=key.did))
        elif key.did in had:
            said.say(tr("This key was there already: {did}", did=key.did))
        else:
            said.say(
                tr("It has the private key of {did}. With --keys it is taken over.", did=key.did)
            )
    if arrival.locked:
        said.say(tr("Its private keys are locked. With --keys and its password they come along."))
    if arguments.notes:
        said.say(ntr("{n} share noted.", "{n} shares noted.", taken.shares))
        said.say(ntr("{n} more issuer trusted.", "{n} more issuers trusted.", len(taken.issuers)))
    elif arrival.shares or arrival.trusted:
        shares = ntr("{n} share", "{n} shares", len(arrival.shares))
        issuers = ntr("{n} trusted issuer", "{n} trusted issuers", len(arrival.trusted))
        said.say(
            tr(
                "It notes {shares} and {issuers}. With --notes they come along.",
                shares=shares,
                issuers=issuers,
            )
        )


def export_all(arguments: Namespace) -> int:
    """Write everything into a folder or a ZIP file."""
    path = Path(arguments.all)
    with opened(arguments) as app:
        password = new_secret(arguments.keys_password_fd) if arguments.keys else None
        left = leaving.export_all(
            app.wallet,
            path,
            zipped=path.suffix.lower() == ".zip",
            now=app.clock(),
            password=password,
            replace=arguments.replace,
        )
        assert left is not None
        records = ntr("{n} record", "{n} records", left.records)
        said.say(tr("Wrote {records} to {path}, with an index.", records=records, path=left.path))
        if left.keys:
            said.say(
                tr(
                    "Your private keys are in it, locked with the password you chose. Whoever has "
                    "both can sign as you."
                ),
                aside=True,
            )
        else:
            said.say(tr("Your private keys are not in it."))
    return DONE


def export_as(arguments: Namespace) -> int:
    """Write a backup for another wallet."""
    with opened(arguments) as app:
        made = leaving.for_learner_credential_wallet(app.wallet)
        assert made is not None  # nothing stops it here
        where = arguments.output or arguments.id or leaving.LCW_FILE_NAME
        written = write(app, made.data, where, replace=arguments.replace, private=True)
        if written is not None:
            records = ntr("{n} record", "{n} records", made.records)
            said.say(tr("Wrote {records} to {path}.", records=records, path=written))
        for row in made.left_out:
            reason = tr("Left out, as that wallet cannot read this kind of record.")
            said.say(f"{row.title}: {reason}", aside=True)
        said.say(wording.keys_in_clear(), aside=True)
    return DONE


def identities(arguments: Namespace) -> int:
    """List the person's own identifiers."""
    with opened(arguments) as app:
        for did in app.wallet.identities():
            if arguments.json:
                said.print_json(did=did)
            else:
                said.say(did)
    return DONE
