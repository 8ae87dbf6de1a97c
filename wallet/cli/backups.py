"""`ler-wallet backup` and `ler-wallet restore`."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from wallet import backup_wording, wiring
from wallet.bringing_back import Fate, RestorePlan
from wallet.cli import said
from wallet.cli.given import a_typed_way, a_way, opened, secret, start_of
from wallet.cli.known import remember
from wallet.errors import Code, WalletError
from wallet.ways import Given
from wallet.wording import error, time, tr

DONE, TROUBLE = 0, 2
# The backup is older than the way in that opened the wallet, or it is another wallet's.
_NOT_ITS_WAY = frozenset(
    {Code.BACKUP_WRONG_PASSPHRASE, Code.WRONG_RECOVERY_CODE, Code.KEYCHAIN_STALE, Code.NO_SUCH_WAY}
)
_LISTED = (Fate.NEW, Fate.REMOVED_HERE, Fate.NEW_REMOVED, Fate.OTHER_FILE)


def backup(arguments: Namespace) -> int:
    """Make a backup, list them, or say where those made by themselves go."""
    with opened(arguments) as app:
        if arguments.folder is not None or arguments.copies is not None:
            return _choose(app, arguments)
        if arguments.list:
            return _list(app, as_json=arguments.json)
        backups = app.wallet.backups
        made = backups.make(arguments.file) if arguments.file else backups.roll()
        if arguments.json:
            found = made.contents
            said.print_json(
                path=str(made.file.path),
                made_at=said.iso(made.file.made_at),
                records=found.credentials,
                removed=found.removed,
                keys=found.identities,
                shares=found.shares,
            )
            return DONE
        said.say(str(made.file.path))
        said.say(backup_wording.done(made))
        said.say(backup_wording.old_passphrase(), aside=True)
        return DONE


def _choose(app: wiring.App, arguments: Namespace) -> int:
    state = app.wallet.backups.state()
    beside = None if state.beside_the_vault else state.folder
    folder = arguments.folder if arguments.folder is not None else beside
    copies = arguments.copies if arguments.copies is not None else state.copies
    app.wallet.backups.choose(folder=folder, copies=copies)
    state = app.wallet.backups.state()
    said.say(tr("Copies kept: {n}. Folder: {folder}", n=state.copies, folder=state.folder))
    return DONE


def _list(app: wiring.App, *, as_json: bool) -> int:
    """List the backups of this wallet, each read whole."""
    backups = app.wallet.backups
    trouble = False
    for one in backups.listed():
        problem = backups.check(one.path)
        trouble = trouble or problem is not None
        if as_json:
            said.print_json(
                path=str(one.path),
                made_at=said.iso(one.made_at),
                size=one.size,
                by_itself=one.rolling,
                good=problem is None,
            )
            continue
        word = tr("whole") if problem is None else error(WalletError(problem))
        said.say(f"{time(one.made_at)}  {backup_wording.size(one.size)}  {one.path.name}  {word}")
    state = backups.state()
    if not as_json:
        said.say(backup_wording.last(state))
        if state.trouble is not None:
            said.say(error(WalletError(state.trouble)), aside=True)
    return TROUBLE if trouble else DONE


def restore(arguments: Namespace) -> int:
    """Make a wallet of a backup, or bring it into the one that is there."""
    if arguments.into:
        return _into(arguments)
    app = wiring.build(offline=True, start=start_of(arguments))
    path: Path = app.vault_named(arguments.vault)
    with app:
        given = a_typed_way(arguments)
        app.wallet.restoring.as_new(arguments.file, given, path)
        app.wallet.unlock(path, given)
        said.say(tr("The backup is your wallet now, at {path}.", path=path))
        said.say(tr("It opens with the passphrase of the backup."))
        remember(app, path)
    return DONE


def _into(arguments: Namespace) -> int:
    app = wiring.build(offline=True, start=start_of(arguments))
    path = app.vault_named(arguments.vault)
    with app:
        own = a_way(app, path, arguments)
        app.wallet.unlock(path, own)
        plan = _opened(app, arguments, own)
        _print_plan(plan, as_json=arguments.json)
        if not arguments.yes:
            said.say(tr("Nothing was changed. Say it again with --yes to do it."), aside=True)
            return DONE
        if plan.other_wallet and not arguments.other_wallet:
            raise WalletError(Code.BACKUP_OF_ANOTHER)
        revive = [_removed_here(plan, one) for one in arguments.revive]
        app.wallet.restoring.merge(plan, revive=revive)
        if not arguments.json:
            said.say(backup_wording.merged(plan, len(revive)))
    return DONE


def _opened(app: wiring.App, arguments: Namespace, own: Given) -> RestorePlan:
    """Open the backup by its own way in, or the wallet's; ask where that is not the one."""
    given = _of_the_backup(arguments)
    if given is not None:
        return _plan(app, arguments, given)
    try:
        return _plan(app, arguments, own)
    except WalletError as err:
        if err.code not in _NOT_ITS_WAY or arguments.passphrase_fd is not None:
            raise
    return _plan(app, arguments, secret(None, tr("Passphrase of the backup: ")))


def _of_the_backup(arguments: Namespace) -> Given | None:
    if arguments.backup_recovery_fd is not None:
        from wallet.ways import read_code

        return read_code(secret(arguments.backup_recovery_fd, ""))
    descriptor = arguments.backup_passphrase_fd
    return None if descriptor is None else secret(descriptor, "")


def _plan(app: wiring.App, arguments: Namespace, given: Given) -> RestorePlan:
    found = app.wallet.restoring.open(arguments.file, given)
    assert found is not None  # nobody stops it here
    return found


def _removed_here(plan: RestorePlan, beginning: str) -> str:
    found = [
        one.id for one in plan.those(Fate.REMOVED_HERE) if one.id.startswith(beginning.lower())
    ]
    if len(found) != 1 or not beginning:
        raise WalletError(Code.NO_SUCH_CREDENTIAL, id=beginning)
    return found[0]


def _print_plan(plan: RestorePlan, *, as_json: bool) -> None:
    if as_json:
        said.print_json(
            made_at=said.iso(plan.made_at),
            other_wallet=plan.other_wallet,
            records=[
                {"id": one.id, "fate": one.fate.value} for one in plan.differences.credentials
            ],
            keys=[{"did": did, "fate": fate.value} for did, fate in plan.differences.identities],
            new_shares=plan.differences.new_shares,
            kept_settings=list(plan.kept_settings),
            trusted=list(plan.trusted),
        )
        return
    said.say(backup_wording.whose(plan))
    for fate in Fate:
        found = plan.those(fate)
        if not found:
            continue
        said.say(f"{backup_wording.fate(fate, len(found))}.")
        for one in found if fate in _LISTED else ():
            said.say(f"  {one.id[: said.SHORT_ID]}  {one.title[: said.NAME]} | {one.issuer_name}")
    for line in backup_wording.rest(plan):
        said.say(f"{line}.")
