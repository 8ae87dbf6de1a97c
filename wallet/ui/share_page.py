"""Sharing on one page: what they will see, for whom, until when, how; then the share itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from PySide6.QtCore import QDate, QLocale, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QDateEdit, QLineEdit, QWidget

from wallet import wording
from wallet.app import Entry, Leaving, State, Wallet
from wallet.errors import Code, LinkError, WalletError
from wallet.ui.choosing import Choosing
from wallet.ui.context import Context, why
from wallet.ui.layouts import Flow, column, empty_layout, row
from wallet.ui.making import Shared, make_parts
from wallet.ui.picking import Picker
from wallet.ui.pieces import Badge, Tile
from wallet.ui.proof import busy_bar
from wallet.ui.resting import Resting
from wallet.ui.share_result import FILE, LINK, QR, ShareResult
from wallet.ui.tasks import Lane, Tick
from wallet.ui.widgets import (
    Card,
    Choice,
    Message,
    Page,
    Shortcut,
    bind,
    button,
    icon_button,
    label,
    shorten,
)
from wallet.wording import tr

MONTH, WEEK, PICK = "month", "week", "pick"
LONGEST_DAYS = 365  # a share lives a year at most
_EMAIL = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"()]+\.[A-Za-z]{2,}")
_NARROW = 860
_ARRIVING = 250  # milliseconds in which a result that was just made is scrolled to
_DOES_NOT_HOLD = {State.WITHDRAWN, State.ENDED, State.BROKEN}


# Failures that are about one record: the share can be made without it.
_REFUSING = frozenset({Code.CANNOT_PRESENT, Code.CANNOT_PRESENT_OLDER})


class SharePage(Page):
    """The page "Share"."""

    leave = Signal()
    shared = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, widest=1040)
        self._context, self._theme = context, context.theme
        self._entries: list[Entry] = []
        self._leaving: dict[str, Leaving] = {}
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(self._theme.px(24))
        self.body.addLayout(self._sides)
        self.body.addStretch(1)
        left = QWidget()
        self._left = column(self._theme.px(16))
        left.setLayout(self._left)
        self.result = ShareResult(context)
        self._sides.addWidget(left, 3)
        self._sides.addWidget(self.result, 2)
        self._head()
        self._seen()
        self._form()
        self._actions()
        self._left.addStretch(1)
        self.result.other_form.connect(self._take_form)
        self.result.leave_out.connect(self._go_on_without)
        self.result.wide.connect(self._share_room)
        self._arriving = QTimer(self, singleShot=True, interval=_ARRIVING)
        self.verticalScrollBar().rangeChanged.connect(self._follow_result)
        bind(self, Shortcut("Esc", tr("Back"), self.leave.emit))

    # Its parts

    def _head(self) -> None:
        line = row(self._theme.px(6))
        back = icon_button(self._theme, "back", tr("Back to your records"), self.leave.emit)
        line.addWidget(back, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(self._theme.px(2))
        texts.addWidget(label(tr("Share with an employer"), "record"))
        texts.addWidget(
            label(tr("Pick what they see. Nothing else leaves this computer."), "second")
        )
        line.addLayout(texts, 1)
        self._left.addLayout(line)

    def _seen(self) -> None:
        card = Card(self._theme, spacing=10)
        card.add(label(tr("What they will see"), "strong"))
        self._list = column(self._theme.px(10))
        card.body.addLayout(self._list)
        self.another = button(tr("+ Add another"), self._pick, look="link")
        card.body.addWidget(self.another, 0, Qt.AlignmentFlag.AlignLeft)
        self._left.addWidget(card)

    def _form(self) -> None:
        theme, card = self._theme, Card(self._theme, spacing=12)
        self.whom = self._field(
            card, tr("For whom"), tr("Harbor Hospital, Facilities, or an e-mail")
        )
        self.what = self._field(card, tr("For what"), tr("Your application, a job number"))
        ends = [(MONTH, tr("30 days")), (WEEK, tr("1 week")), (PICK, tr("Pick a date"))]
        self.until = Choice(tr("Ends"), ends, MONTH)
        self.date = QDateEdit()
        self.date.setAccessibleName(tr("The day it ends"))
        self.date.setLocale(QLocale(wording.language()))
        self.date.setDisplayFormat("d MMMM yyyy")
        self.date.setMaximumWidth(self._theme.px(220))
        inner = self.date.findChild(QLineEdit)
        if inner is not None:  # the style sheet's padding does not reach it
            inner.setTextMargins(self._theme.px(9), 0, 0, 0)
        now = self._context.now().astimezone()
        today = QDate(now.year, now.month, now.day)
        self.date.setDateRange(today.addDays(1), today.addDays(LONGEST_DAYS))
        self.date.setDate(today.addDays(14))
        self.date.hide()
        self.until.picked.connect(lambda key: self.date.setVisible(key == PICK))
        self._line(card, tr("Ends"), self.until, self.date)
        forms = [(LINK, tr("Link")), (QR, tr("QR code")), (FILE, tr("File"))]
        self.how = Choice(tr("How"), forms, LINK)
        self.how.picked.connect(lambda _key: self._name_action())
        self._line(card, tr("How"), self.how)
        self._left.addWidget(card)
        self.whom.returnPressed.connect(self.make)
        self.what.returnPressed.connect(self.make)
        card.setMinimumWidth(theme.px(150))

    def _line(self, card: Card, name: str, *things: QWidget) -> None:
        line = row(self._theme.px(12))
        left = label(name, "second")
        left.setFixedWidth(self._theme.px(92))
        line.addWidget(left, 0, Qt.AlignmentFlag.AlignVCenter)
        texts = column(self._theme.px(8))
        for thing in things:
            texts.addWidget(thing)
        line.addLayout(texts, 1)
        card.body.addLayout(line)

    def _field(self, card: Card, name: str, hint: str) -> QLineEdit:
        made = QLineEdit()
        made.setAccessibleName(name)
        made.setPlaceholderText(hint)
        made.setMaxLength(200)
        self._line(card, name, made)
        return made

    def _actions(self) -> None:
        stand_in = tr(
            "Links and codes open {page}, which is a stand-in: nobody answers there. Set the "
            "address of your college's or state's page in Settings, or send a file.",
            page=self._context.app.preferences.page,
        )
        self._stand_in = Message(self._theme, "notice", text=stand_in)
        self._left.addWidget(self._stand_in)
        self.error = Message(self._theme)
        self._left.addWidget(self.error)
        self.go = button("", self.make, look="main")
        self.see = button(tr("See it as they will"), self.preview)
        flow = Flow(self._theme.px(8))
        flow.addWidget(self.go)
        flow.addWidget(self.see)
        holder = QWidget()
        holder.setLayout(flow)
        self._left.addWidget(holder)
        self.busy = busy_bar()
        self._resting = Resting(self.busy)
        self._left.addWidget(self.busy)
        self._note = label("", "small")
        self._left.addWidget(self._note)
        self._name_action()

    def _name_action(self) -> None:
        words = {
            LINK: tr("Make the link"),
            QR: tr("Make the QR code"),
            FILE: tr("Make the file"),
        }
        self.go.setText(words[self.how.key])
        real = self._context.app.has_own_page or self.how.key == FILE
        self._stand_in.setVisible(not real)
        self._note.setText(
            tr(
                "Once sent it cannot be called back; it ends by itself. "
                "Your records do not end with it."
            )
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the result below when there is no room beside."""
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        narrow = event.size().width() < self._theme.px(_NARROW)
        wanted = direction.TopToBottom if narrow else direction.LeftToRight
        if self._sides.direction() is not wanted:
            self._sides.setDirection(wanted)

    def _share_room(self, wide: bool) -> None:
        """Give a QR code the larger side, so that its modules can be seen by a camera."""
        self._sides.setStretch(0, 2 if wide else 3)
        self._sides.setStretch(1, 3 if wide else 2)

    # What is shared

    def share(self, ids: Sequence[str]) -> None:
        """Begin a share of these records."""
        self.result.show_nothing()
        self.error.say("")
        self._name_action()
        self.verticalScrollBar().setValue(0)
        self._leaving = {}
        self._load(ids)
        self.whom.setFocus()

    def _load(self, ids: Sequence[str]) -> None:
        wallet, wanted = self._context.app.wallet, list(dict.fromkeys(ids))
        known = dict(self._leaving)

        def work(_tick: Tick) -> tuple[list[Entry], dict[str, Leaving]]:
            entries = [wallet.entry(one) for one in wanted]
            found = {one: known.get(one) or _described(wallet, one) for one in wanted}
            return entries, {one: leaving for one, leaving in found.items() if leaving}

        def show(found: tuple[list[Entry], dict[str, Leaving]]) -> None:
            entries, self._leaving = found
            self._show(entries)

        self._context.tasks.run(self, work, show, fail=self._failed, lane=Lane.VAULT)

    def _show(self, entries: list[Entry]) -> None:
        self._entries = entries
        empty_layout(self._list)
        for entry in entries:
            self._list.addWidget(self._one(entry))
        if not entries:
            text = tr("Nothing is picked yet. Add a record of yours.")
            self._list.addWidget(label(text, "second"))
        self.go.setEnabled(bool(entries))
        self.see.setEnabled(bool(entries))

    def _one(self, entry: Entry) -> QWidget:
        theme, record, box = self._theme, entry.record, QWidget()
        whole = column(theme.px(2))
        box.setLayout(whole)
        line = row(theme.px(12))
        whole.addLayout(line)
        tile = Tile(theme, record.title, record.issuer_name or record.issuer_id, side=40)
        tile.carry(record.image)
        line.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(theme.px(3))
        texts.addWidget(label(record.title, "strong"))
        issuer = record.issuer_name or record.issuer_id
        sample = tr("Sample · {kind}", kind=issuer) if record.sample else issuer
        texts.addWidget(label(sample, "small"))
        word = self._context.word(entry.state, record.ends)
        texts.addLayout(_at_left(Badge(theme, entry.state, word)))
        line.addLayout(texts, 1)
        if entry.state in _DOES_NOT_HOLD:
            said = tr(
                "An employer will see that “{title}” does not hold.",
                title=shorten(record.title, 120),
            )
            texts.addWidget(label(said, "warn"))
        if entry.state is State.NOT_ALL_HOLDS:
            said = tr(
                "An employer will see that not all of “{title}” holds.",
                title=shorten(record.title, 120),
            )
            texts.addWidget(label(said, "warn"))
        leave = icon_button(
            theme,
            "close",
            tr("Leave out {title}", title=record.title),
            lambda: self._leave_out(entry.id),
        )
        line.addWidget(leave, 0, Qt.AlignmentFlag.AlignTop)
        if entry.id in self._leaving:
            choosing = Choosing(theme, self._leaving[entry.id])
            choosing.chosen.connect(lambda: self._choose(entry.id, choosing))
            whole.addWidget(choosing)
        return box

    def _choose(self, record: str, choosing: Choosing) -> None:
        """Take what is to be seen of a record, and describe what leaves then."""
        wallet, shown = self._context.app.wallet, choosing.shown
        self._leaving[record] = replace(self._leaving[record], shown=shown)
        self.result.show_nothing()

        def show(leaving: Leaving) -> None:
            if leaving.shown == choosing.shown:
                self._leaving[record] = leaving
                choosing.show_leaving(leaving)

        self._context.tasks.run(
            choosing,
            lambda _tick: wallet.leaving(record, shown),
            show,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _leave_out(self, record: str) -> None:
        self._show([entry for entry in self._entries if entry.id != record])
        self.result.show_nothing()
        self.another.setFocus()

    def _go_on_without(self, record: str) -> None:
        """Leave out what cannot be shared, and offer to make the share again."""
        self._leave_out(record)
        if self.go.isEnabled():
            self.go.setFocus()

    def _pick(self) -> None:
        have = [entry.id for entry in self._entries]
        picker = Picker(self._context, have, self.window())
        picker.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        picker.chosen.connect(lambda ids: self._load([*have, *ids]))
        picker.open()

    # What is made

    def _ends(self) -> datetime:
        if self.until.key == PICK:
            day = self.date.date()
            local = datetime(day.year(), day.month(), day.day(), 23, 59, 59)  # noqa: DTZ001
            return local.astimezone()
        return self._context.now() + timedelta(days=30 if self.until.key == MONTH else 7)

    def _facts(self, page: str) -> dict[str, object]:
        whom = self.whom.text().strip()
        email = _EMAIL.search(whom)
        return {
            "for_whom": whom,
            "for_what": self.what.text().strip(),
            "audience": email[0] if email else None,
            "ends": self._ends(),
            "page": page,
            "shown": {
                one.id: self._leaving[one.id].shown
                for one in self._entries
                if one.id in self._leaving and self._leaving[one.id].parts
            },
        }

    def make(self) -> None:
        """Make the share, or say what is missing."""
        self.error.say("")
        if not self._entries or not self.go.isEnabled():
            return
        if not self.whom.text().strip():
            self.error.say(
                tr("Say whom this is for. They see it, and it makes passing it on visible.")
            )
            self.whom.setFocus()
            return
        form, wallet = self.how.key, self._context.app.wallet
        ids, facts = (
            [entry.id for entry in self._entries],
            self._facts(self._context.app.preferences.page),
        )
        ends = self._ends()
        self._resting.rest((self.go,), on=True)

        def work(_tick: Tick) -> list[Shared]:
            plan = wallet.plan_share(ids, **facts)  # type: ignore[arg-type]
            return make_parts(wallet, plan, form)

        def show(shares: list[Shared]) -> None:
            self._resting.rest((self.go,), on=False)
            self.result.show_made(shares, tr("It ends on {date}.", date=wording.date(ends)))
            self._scroll_to_result()
            self.shared.emit()

        def fail(failure: WalletError | None) -> None:
            self._resting.rest((self.go,), on=False)
            refused = self._refused(failure)
            if refused is None:
                self.result.show_failure(failure, form)
            else:
                self.result.show_refused(refused.id, refused.record.title, failure)
            self._scroll_to_result()

        self._context.tasks.run(self, work, show, fail=fail, lane=Lane.VAULT)

    def _refused(self, failure: WalletError | None) -> Entry | None:
        """Return the record that a failure says cannot be shared."""
        if failure is None or failure.code not in _REFUSING:
            return None
        record = failure.facts.get("id")
        return next((entry for entry in self._entries if entry.id == record), None)

    def _scroll_to_result(self) -> None:
        """Bring the top of the result into view, also while what is in it finds its place."""
        self._arriving.start()
        QTimer.singleShot(0, self.result, self._follow_result)

    def _follow_result(self) -> None:
        inner = self.widget()
        if inner is not None and self._arriving.isActive():
            top = self.result.mapTo(inner, QPoint(0, 0)).y() - self._theme.px(12)
            self.verticalScrollBar().setValue(top)

    def _take_form(self, form: str) -> None:
        self.how.choose(form)
        self._name_action()
        self.make()

    def preview(self) -> None:
        """Open the page they will see, on this computer only."""
        self.error.say("")
        if not self._entries:
            return
        app, ids = self._context.app, [entry.id for entry in self._entries]
        facts = self._facts("")

        def work(_tick: Tick) -> list[str]:
            facts["page"] = app.preview.url("").split("#")[0]
            facts["for_whom"] = facts["for_whom"] or tr("You, as a preview")
            plan = app.wallet.plan_share(ids, **facts)  # type: ignore[arg-type]
            links = [part.make(LINK).text or "" for part in plan.parts()]
            return [app.preview.url(one.partition("#")[2]) for one in links]

        def fail(failure: WalletError | None) -> None:
            refused = self._refused(failure)
            if refused is None:
                self._failed(failure)
                return
            self.result.show_refused(refused.id, refused.record.title, failure)
            self._scroll_to_result()

        self._context.tasks.run(self, work, self._open_pages, fail=fail, lane=Lane.VAULT)

    def _open_pages(self, addresses: list[str]) -> None:
        for address in addresses:
            if not self._context.open_url(address):
                self.error.say(
                    tr("No browser could be opened. The page is at {address}", address=address)
                )

    def _failed(self, failure: WalletError | None) -> None:
        self.error.say(why(failure))

    def forget(self) -> None:
        """Empty everything: the wallet is being locked."""
        self._leaving = {}
        self._show([])
        self.whom.clear()
        self.what.clear()
        self.error.say("")
        self.result.forget()


def _described(wallet: Wallet, record: str) -> Leaving | None:
    """Return what would leave with a record; None where it cannot: that is said in its time."""
    try:
        return wallet.leaving(record)
    except LinkError:
        return None


def _at_left(widget: QWidget) -> QBoxLayout:
    line = row(0)
    line.addWidget(widget)
    line.addStretch(1)
    return line
