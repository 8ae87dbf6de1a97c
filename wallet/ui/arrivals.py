"""Backups among what comes in: read, asked a password for, and shown beside the records.

What a backup has besides records (keys, the ledger and trusted issuers of an exported wallet) is
offered like them: with a box to tick. What is no record is named.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QLineEdit, QWidget

from wallet import arriving
from wallet.app import Checked, Wallet
from wallet.arriving import Arrival, Kind
from wallet.errors import Code, WalletError
from wallet.inputs import Input
from wallet.model import Credential
from wallet.moving import content_of
from wallet.ui.context import why
from wallet.ui.incoming import Incoming, incoming_of
from wallet.ui.layouts import FlowBox, column
from wallet.ui.rows import Line
from wallet.ui.theme import Theme
from wallet.ui.widgets import Card, Message, button, label, shorten
from wallet.wording import ntr, tr

if TYPE_CHECKING:
    from wallet.wiring import App

_ISSUERS_SHOWN = 20
_LOCKS = {Code.BACKUP_LOCKED, Code.WRONG_BACKUP_PASSWORD}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A backup that waits for its password; `only_keys` when its records are read already."""

    given: Input
    error: WalletError
    only_keys: bool = False


@dataclass(frozen=True, slots=True)
class Extra:
    """What a backup has besides records: one key, or what it notes; `kept` when it is here."""

    source: str
    arrival: Arrival
    kept: bool

    @property
    def is_key(self) -> bool:
        """Say whether it is a key."""
        return bool(self.arrival.keys)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Something in a backup that is no record."""

    source: str
    name: str


Thing = Incoming | Waiting | Extra | LeftOut


def each_read(
    app: App, source: Iterator[Input], now: datetime, waiting: Waiting | None, password: str | None
) -> Iterator[Thing]:
    """Yield what inputs hold, backups taken apart; `waiting` is the one a password is for."""
    for one in source:
        if not arriving.is_backup(one):
            yield from incoming_of(app.verifier.check_input(one), now, app.wallet)
            continue
        only_keys = waiting is not None and waiting.only_keys
        try:
            arrival = arriving.read(one, password)
        except WalletError as error:
            if error.code in _LOCKS:
                yield Waiting(one, error, only_keys)
            else:
                yield Incoming(Checked(one.source, error=error))
            continue
        if not only_keys:
            other = arrival.kind is not Kind.OWN  # ours gives bytes back as they were
            known = app.wallet.belongings().contents() if other else set()
            for item in arrival.items:
                for record in incoming_of(app.verifier.check_input(item), now, app.wallet):
                    yield _told_apart(record, known)
            yield from (LeftOut(one.source, name) for name in arrival.others)
            yield from _notes(one.source, arrival)
        yield from _keys(one.source, arrival, app.wallet)
        if arrival.locked:
            yield Waiting(one, WalletError(Code.BACKUP_LOCKED), only_keys=True)


def _told_apart(record: Incoming, known: set[str]) -> Incoming:
    """Return a record as kept when it is here in another spelling."""
    credential = record.checked.readable
    if isinstance(credential, Credential) and content_of(credential.raw) in known:
        return replace(record, kept=True)
    return record


def _keys(source: str, arrival: Arrival, wallet: Wallet) -> Iterator[Extra]:
    had = set(wallet.identities())
    for key in arrival.keys:
        yield Extra(source, Arrival(arrival.kind, keys=(key,)), key.did in had)


def _notes(source: str, arrival: Arrival) -> Iterator[Extra]:
    if arrival.shares or arrival.trusted:
        notes = Arrival(arrival.kind, shares=arrival.shares, trusted=arrival.trusted)
        yield Extra(source, notes, kept=False)


def may_tick(one: Thing) -> bool:
    """Say whether a thing can be taken into the wallet."""
    return one.can_keep if isinstance(one, Incoming) else isinstance(one, Extra) and not one.kept


def line(one: Waiting | Extra | LeftOut) -> Line:
    """Return what a line of the list says of something that is no record."""
    if isinstance(one, Waiting):
        said = tr("Its private keys are locked") if one.only_keys else tr("Locked with a password")
        return Line(title=Path(one.given.source).name, second=said, tile="", note=True)
    if isinstance(one, LeftOut):
        said = tr("This is no record, so it was left out.")
        return Line(title=one.name, second=said, tile="", note=True)
    if not one.is_key:
        return Line(title=tr("What it notes"), second=_noted(one.arrival), tile="", note=True)
    (key,) = one.arrival.keys
    title = tr("Private key of {name}", name=key.name) if key.name else tr("Private key")
    second = tr("Already in your wallet") if one.kept else key.did
    return Line(title=title, second=second, tile="", note=True)


class About(Card):
    """What is to be said of something that is no record, and asked about it."""

    def __init__(
        self,
        theme: Theme,
        one: Waiting | Extra | LeftOut,
        unlock: Callable[[Waiting, str], object],
    ) -> None:
        super().__init__(theme, spacing=10)
        self.password: QLineEdit | None = None
        said = line(one)
        self.add(label(said.title, "strong"))
        if isinstance(one, Waiting):
            self._ask(theme, one, unlock)
        elif isinstance(one, LeftOut):
            self.add(label(said.second, "second"))
        elif one.is_key:
            self.add(label(one.arrival.keys[0].did, "small", select=True))
            text = tr(
                "With this key you can sign as this identifier, so records that were issued to it "
                "count as yours when you share them. Tick it to take it over."
            )
            if one.kept:
                text = said.second
            self.add(label(text, "second"))
        else:
            self.add(label(said.second, "second"), *map(label, _issuers(one.arrival)))
            text = tr("Tick it only if you exported this yourself: whom to trust is yours to say.")
            self.add(label(text, "second"))

    def _ask(self, theme: Theme, one: Waiting, unlock: Callable[[Waiting, str], object]) -> None:
        if one.error.code is Code.WRONG_BACKUP_PASSWORD:
            self.add(Message(theme, text=why(one.error)))
        else:
            self.add(label(why(one.error), "second"))
        field = self.password = QLineEdit()
        field.setEchoMode(QLineEdit.EchoMode.Password)
        field.setAccessibleName(tr("Password of the backup"))
        field.setMaxLength(1024)

        def opened() -> None:
            password = field.text()
            field.clear()
            if password:
                unlock(one, password)

        field.returnPressed.connect(opened)
        self.add(label(tr("Password of the backup"), "second"), field)
        self.add(FlowBox(button(tr("Open the backup"), opened, look="main")))


def refusal(theme: Theme, one: Incoming, restore: Callable[[Path], None]) -> Card:
    """Return what is to be said of an input that could not be read.

    `restore` is what can be done with a wallet or a backup of this app.
    """
    box = Card(theme, spacing=10)
    path, error = Path(one.checked.source), one.checked.error
    name = label(path.name, "strong")
    box.add(name, Message(theme, text=why(error)), label(tr("Nothing of it was kept."), "small"))
    if error is not None and error.code is Code.IS_WALLET:
        box.add(FlowBox(button(tr("Restore from it"), lambda: restore(path), look="main")))
    return box


def advice(theme: Theme) -> QWidget:
    """Return what is to be said while nothing was read yet."""
    box = QWidget()
    inside = column(theme.px(8))
    box.setLayout(inside)
    inside.addWidget(label(tr("Look first, then keep"), "strong"))
    text = tr(
        "Each record is read and checked on this computer. You see what it says and whether "
        "it holds before you keep it. The original stays exactly as it arrived."
    )
    inside.addWidget(label(text, "second"))
    text = tr(
        "A backup of another wallet comes in here too: Learner Credential Wallet, LearnCard, or "
        "everything exported from this one."
    )
    inside.addWidget(label(text, "second"))
    return box


def _noted(arrival: Arrival) -> str:
    shares = ntr("{n} share", "{n} shares", len(arrival.shares))
    issuers = ntr("{n} trusted issuer", "{n} trusted issuers", len(arrival.trusted))
    return f"{shares} · {issuers}"


def _issuers(arrival: Arrival) -> list[str]:
    named = [shorten(known.name or issuer, 100) for issuer, known in arrival.trusted]
    rest = len(named) - _ISSUERS_SHOWN
    more = [ntr("and {n} more", "and {n} more", rest)] if rest > 0 else []
    return [*named[:_ISSUERS_SHOWN], *more]


def summary_of(things: Sequence[Thing]) -> str:
    """Say what besides records came in."""
    parts = []
    keys = sum(1 for one in things if isinstance(one, Extra) and one.is_key and not one.kept)
    waiting = sum(1 for one in things if isinstance(one, Waiting))
    others = sum(1 for one in things if isinstance(one, LeftOut))
    if keys:
        parts.append(ntr("{n} private key found.", "{n} private keys found.", keys))
    if others:
        parts.append(ntr("{n} is no record.", "{n} are no records.", others))
    if waiting:
        text = ntr("{n} waits for its password.", "{n} wait for their passwords.", waiting)
        parts.append(text)
    return " ".join(parts)


def take_over(wallet: Wallet, extras: Sequence[Extra]) -> int:
    """Take over what was ticked; return how many keys were new."""
    new = 0
    for one in extras:
        new += len(wallet.take_over(one.arrival, keys=True, notes=True).identities)
    return new
