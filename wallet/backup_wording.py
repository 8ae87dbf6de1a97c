"""What people are told about backups and about bringing one back, in the person's language."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from wallet import wording
from wallet.backing_up import BackupState, Reminder
from wallet.bringing_back import Fate, RestorePlan
from wallet.errors import WalletError
from wallet.storage import Backup, Contents
from wallet.wording import ntr, tr

_KIB = 1024


def done(made: Backup) -> str:
    """Return what a backup that was just made has in it, and that it was read back."""
    return tr(
        "The backup is done: {contents}. It was read back and is the same as the wallet.",
        contents=contents(made.contents),
    )


def contents(found: Contents) -> str:
    """Return what is in a backup, in numbers."""
    parts = [
        ntr("{n} record", "{n} records", found.credentials),
        ntr("{n} key", "{n} keys", found.identities),
        ntr("{n} share", "{n} shares", found.shares),
    ]
    if found.removed:
        parts.insert(1, ntr("{n} removed record", "{n} removed records", found.removed))
    return ", ".join(parts)


def last(state: BackupState) -> str:
    """Return when the last good backup was made."""
    if state.last_at is None:
        return tr("There is no backup yet.")
    return tr("Last good backup: {when}.", when=wording.time(state.last_at))


def reminder(state: BackupState, *, now: datetime) -> str:
    """Return why a backup should be made, or "" where nothing is to be said."""
    if state.reminder is None:
        return ""
    why = " " + wording.error(WalletError(state.trouble)) if state.trouble else ""
    if state.reminder is Reminder.NONE or state.last_at is None:
        return (
            tr("There is no backup of this wallet. If the file is lost, so are the records.") + why
        )
    days = (now - state.last_at).days
    return (
        ntr("The last good backup is {n} day old.", "The last good backup is {n} days old.", days)
        + why
    )


def size(count: int) -> str:
    """Return the size of a file."""
    if count < _KIB * _KIB:
        return tr("{n} KB", n=wording.number(max(1, count // _KIB)))
    return tr("{n} MB", n=wording.number(count // (_KIB * _KIB)))


def old_passphrase() -> str:
    """Return what has to be known about ways in that were changed since."""
    return tr(
        "A backup opens with the passphrase and the recovery sheet that the wallet had when it "
        "was made. Changing them later does not change it: delete old backups if somebody knows "
        "the old passphrase."
    )


def fate(which: Fate, many: int) -> str:
    """Return what becomes of records."""
    said = {
        Fate.NEW: ntr("{n} record comes in", "{n} records come in", many),
        Fate.SAME: ntr("{n} record is the same here", "{n} records are the same here", many),
        Fate.OTHER_FILE: ntr(
            "{n} record is here already, from another file; a file that is missing here comes in",
            "{n} records are here already, from other files; a file that is missing here comes in",
            many,
        ),
        Fate.REMOVED_HERE: ntr(
            "{n} record was removed here and stays removed, unless you choose it",
            "{n} records were removed here and stay removed, unless you choose them",
            many,
        ),
        Fate.REMOVED_THERE: ntr(
            "{n} record had been removed in the backup; it stays here",
            "{n} records had been removed in the backup; they stay here",
            many,
        ),
        Fate.NEW_REMOVED: ntr(
            "{n} record had been removed in the backup; it comes to “Recently removed”",
            "{n} records had been removed in the backup; they come to “Recently removed”",
            many,
        ),
        Fate.ONLY_HERE: ntr(
            "{n} record is only here, and stays", "{n} records are only here, and stay", many
        ),
    }
    return said[which]


def whose(plan: RestorePlan) -> str:
    """Return which wallet a backup is of, and when it was made."""
    name = plan.learner_name or tr("Without a name")
    if plan.other_wallet:
        return tr(
            "This is a backup of another wallet, that of “{name}”. Its records and keys would "
            "come into yours.",
            name=name,
        )
    if plan.made_at is None:
        return tr("A copy of this wallet's file.")
    return tr("A backup of this wallet, made on {when}.", when=wording.time(plan.made_at))


def rest(plan: RestorePlan) -> Iterator[str]:
    """Yield what becomes of all that is not a record."""
    if plan.other_wallet:
        yield tr(
            "Each record was read and checked anew; what that wallet had noted about issuers, and "
            "whom it trusted, stays there"
        )
    identities = [fate for _, fate in plan.differences.identities]
    new, only = identities.count(Fate.NEW), identities.count(Fate.ONLY_HERE)
    if new:
        yield ntr(
            "{n} key comes along; your own stays the first",
            "{n} keys come along; your own stays the first",
            new,
        )
    if only:
        yield ntr("{n} key is only here, and stays", "{n} keys are only here, and stay", only)
    if identities.count(Fate.SAME):
        same = identities.count(Fate.SAME)
        yield ntr("{n} key is the same here", "{n} keys are the same here", same)
    shares = plan.differences.new_shares
    if shares:
        yield ntr(
            "{n} share comes into the list of shares",
            "{n} shares come into the list of shares",
            shares,
        )
    if plan.trusted:
        yield ntr(
            "{n} issuer that you trusted there comes in",
            "{n} issuers that you trusted there come in",
            len(plan.trusted),
        )
    if plan.kept_settings:
        yield ntr(
            "{n} setting is different here, and stays",
            "{n} settings are different here, and stay",
            len(plan.kept_settings),
        )


def merged(plan: RestorePlan, revived: int) -> str:
    """Return what was done."""
    came = len(plan.those(Fate.NEW)) + revived
    return ntr("Done. {n} record came in.", "Done. {n} records came in.", came)
