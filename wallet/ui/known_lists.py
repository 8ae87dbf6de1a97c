"""The settings about whom to know: lists of known issuers, and the issuers the person trusts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QWidget

from wallet import wording
from wallet.app import Trusted
from wallet.errors import WalletError
from wallet.lists import KnownList
from wallet.ui import file_dialogs
from wallet.ui.context import Context, why
from wallet.ui.layouts import FlowBox, column, empty_layout, row
from wallet.ui.question import Answer, Question
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Card, Message, Rule, Switch, button, label, shorten
from wallet.wording import ntr, tr

TRUSTED_SHOWN = 100

_T = TypeVar("_T")


def told(one: KnownList) -> str:
    """Say in plain words what is known of a list."""
    if not one.on:
        return tr("Not used.")
    said = []
    if one.problem is not None:
        said += [] if one.changed else [tr("Could not be read.")]
        said.append(wording.error(one.problem))
    elif one.web and one.read_at is None:
        said.append(tr("Not read yet."))
    elif one.issuers is None:
        said.append(tr("It is asked about one issuer at a time."))
    else:
        said.append(ntr("{n} issuer.", "{n} issuers.", one.issuers))
    if one.updated is not None:
        day = wording.day(one.updated)
        said.append(tr("The list is of {day}.", day=day))
    if one.read_at is not None:
        said.append(tr("Read {when}.", when=wording.time(one.read_at)))
    return " ".join(said)


class _Row(QWidget):
    """One list: its name, what is known of it, a switch, and what can be done with it."""

    def __init__(self, owner: KnownLists, one: KnownList) -> None:
        super().__init__()
        self._owner, theme = owner, owner.theme
        line = row(theme.px(8))
        line.setContentsMargins(0, 0, 0, 0)
        texts = column(theme.px(2))
        texts.addWidget(label(shorten(one.name, 200)))
        self.state = label("", "small")
        texts.addWidget(self.state)
        self.accept = button(tr("Take the new key"), self._accept, look="link")
        self.accept.setAccessibleName(tr("Take the new key of {name}", name=one.name))
        texts.addWidget(self.accept, 0, Qt.AlignmentFlag.AlignLeft)
        if one.added:
            gone = button(tr("Remove"), lambda: owner.remove(one.id), look="link")
            gone.setAccessibleName(tr("Remove {name}", name=one.name))
            texts.addWidget(gone, 0, Qt.AlignmentFlag.AlignLeft)
        line.addLayout(texts, 1)
        self.switch = Switch(theme, tr("Use"))
        self.switch.setAccessibleName(tr("Use {name}", name=one.name))
        self.switch.toggled.connect(self._toggle)
        if not (one.added or one.web):
            self.switch.hide()  # what marks samples as samples stays
        line.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(line)
        self.show_list(one)

    def show_list(self, one: KnownList) -> None:
        """Say what is known of the list now."""
        self._one = one
        said = told(one)
        self.state.setText(said)
        self.state.setAccessibleName(said)
        if self.accept.hasFocus() and not one.changed:  # or it would go to what removes the list
            self.switch.setFocus()
        self.accept.setVisible(one.changed)
        blocked = self.switch.blockSignals(True)
        self.switch.setChecked(one.on)
        self.switch.blockSignals(blocked)

    def _toggle(self, on: bool) -> None:
        self._owner.switch(self._one.id, on=on)

    def _accept(self) -> None:
        self._owner.accept(self._one)


class KnownLists(Card):
    """The card "Lists of known issuers" of the settings."""

    changed = Signal()  # what is said of kept records, of an issuer no longer trusted

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, spacing=10)
        self.theme, self._context = context.theme, context
        self.rows: dict[str, _Row] = {}
        self.add(label(tr("Lists of known issuers"), "strong"))
        said = tr(
            "An issuer that is in one of these lists is known, under the name the list gives it. "
            "A list learns at most who issued a record, never what it says. "
            "For records you keep, “Check again” asks anew."
        )
        self.add(label(said, "small"))
        self.error = Message(self.theme)
        self.add(self.error)
        self._lists = column(self.theme.px(10))
        self.body.addLayout(self._lists)
        self.choose = button(tr("Add a list from a file"), self._choose)
        self.body.addWidget(FlowBox(self.choose))
        self.add(Rule(), label(tr("Issuers you trust yourself"), "strong"))
        self._own = column(self.theme.px(8))
        self.body.addLayout(self._own)

    # Lists

    def refresh(self) -> None:
        """Show the lists as they are known, then read those on the web."""
        known = self._context.app.known
        if not self.rows:
            self._show(known.lists())
        self._read()
        self._show_own()

    def _read(self) -> None:
        app = self._context.app
        self._run(lambda: app.lists(), self._show, lane=Lane.WEB)

    def _show(self, lists: Sequence[KnownList]) -> None:
        shown = list(lists)
        if [one.id for one in shown] == list(self.rows):
            for one in shown:  # in their places, so that nobody loses theirs
                self.rows[one.id].show_list(one)
            return
        empty_layout(self._lists)
        self.rows = {}
        groups = (
            (tr("Issuers in these are known"), [x for x in shown if not x.test and not x.new]),
            (
                tr("For trying things out: nobody is known by them"),
                [x for x in shown if x.test],
            ),
            (
                tr("Newer than this version of the app: nobody is known by them"),
                [x for x in shown if x.new],
            ),
        )
        for heading, group in groups:
            if group:
                self._lists.addWidget(label(heading, "second"))
            for one in group:
                self.rows[one.id] = _Row(self, one)
                self._lists.addWidget(self.rows[one.id])
        order = {one.id: self.rows[one.id] for one in shown}
        self.rows = order

    def switch(self, list_id: str, *, on: bool) -> None:
        """Use a list, or no longer."""
        known = self._context.app.known
        self._run(lambda: known.switch(list_id, on=on), lambda _answer: self._read())

    def accept(self, one: KnownList) -> None:
        """Take the new key of a list, once the person has said again that they mean it."""
        known = self._context.app.known

        def take() -> None:
            self._run(lambda: known.accept(one.id), lambda _answer: self._read())

        self._ask(
            tr("Take the new key of {name}?", name=one.name),
            tr(
                "Somebody may have taken the list over. Ask whoever keeps it first, in a way that "
                "does not go through the list itself."
            ),
            tr("Take the new key"),
            take,
        )

    def remove(self, list_id: str) -> None:
        """Forget a list that was added from a file."""
        known = self._context.app.known

        def gone(_answer: object) -> None:
            self._context.toast(tr("The list was removed."))
            self._show(known.lists())
            self._read()
            self.choose.setFocus()

        self._run(lambda: known.remove(list_id), gone)

    def _choose(self) -> None:
        kind = tr("Lists of issuers (*.json)")
        for path in file_dialogs.files(self._context, self, tr("Add a list from a file"), kind):
            self.add_file(path)

    def add_file(self, path: Path) -> None:
        """Keep a copy of a list and use it from now on."""
        app = self._context.app

        def added(one: KnownList) -> None:
            self.error.say("")
            self._context.toast(
                ntr(
                    "Added “{name}”: {n} issuer.",
                    "Added “{name}”: {n} issuers.",
                    one.issuers or 0,
                    name=one.name,
                )
            )
            self._show(app.known.lists())
            self._read()

        self._run(lambda: app.known.add(path, now=app.clock()), added)

    # Issuers the person trusts

    def _show_own(self) -> None:
        trusted: Mapping[str, Trusted] = self._context.app.wallet.trusted_issuers()
        empty_layout(self._own)
        if not trusted:
            text = tr("None. You can say so where a record of an issuer is shown.")
            self._own.addWidget(label(text, "second"))
        for issuer, one in list(trusted.items())[:TRUSTED_SHOWN]:
            self._own.addWidget(self._trusted(issuer, one))

    def _trusted(self, issuer: str, one: Trusted) -> QWidget:
        box = QWidget()
        line = row(self.theme.px(8))
        line.setContentsMargins(0, 0, 0, 0)
        texts = column(self.theme.px(2))
        texts.addWidget(label(shorten(one.name or issuer, 200)))
        if one.since is not None:
            since = wording.date(one.since)
            said = tr("Since {date}: {note}", date=since, note=one.note)
            texts.addWidget(label(said if one.note else tr("Since {date}.", date=since), "small"))
        texts.addWidget(label(shorten(issuer, 300), "small", select=True))
        line.addLayout(texts, 1)
        line.addWidget(self._stop(issuer, one), 0, Qt.AlignmentFlag.AlignTop)
        box.setLayout(line)
        return box

    def _stop(self, issuer: str, one: Trusted) -> QPushButton:
        wallet = self._context.app.wallet
        made = button(
            tr("Stop trusting"),
            lambda: self._run(
                lambda: wallet.distrust_issuer(issuer),
                lambda _answer: self._stopped(),
                lane=Lane.VAULT,
            ),
            look="link",
        )
        made.setAccessibleName(tr("Stop trusting {name}", name=one.name or issuer))
        return made

    def _stopped(self) -> None:
        self._show_own()
        self.choose.setFocus()
        self._context.toast(tr("You trust this issuer no longer."))
        self.changed.emit()

    # Work

    def _run(
        self, work: Callable[[], _T], then: Callable[[_T], None], *, lane: Lane = Lane.WEB
    ) -> None:
        def fail(failure: WalletError | None) -> None:
            self.error.say(why(failure))

        self._context.tasks.run(self, lambda _tick: work(), then, fail=fail, lane=lane)

    def _ask(self, title: str, text: str, yes: str, then: Callable[[], None]) -> None:
        answers = (Answer(yes, then), Answer(tr("Cancel")))
        Question(self._context.theme, self, title, text, answers).open()

    def forget(self) -> None:
        """Empty what is of the wallet: it is being locked."""
        empty_layout(self._own)
        self.error.say("")
