"""The records screen: the list and, beside it or (when narrow) instead of it, the record picked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from wallet.app import Entry, Export, Inner, Kept
from wallet.errors import WalletError
from wallet.report import Question, Reason
from wallet.ui import file_dialogs
from wallet.ui.backup_reminder import BackupReminder
from wallet.ui.context import Context, why
from wallet.ui.layouts import FlowBox, column, empty_layout, row
from wallet.ui.listing import Listing
from wallet.ui.noticed import Noticed
from wallet.ui.record_view import RecordView, Shown
from wallet.ui.tasks import Lane
from wallet.ui.trust_dialog import TrustDialog
from wallet.ui.widgets import (
    Message,
    Page,
    Shortcut,
    bind,
    button,
    label,
    shorten,
    with_icon,
)
from wallet.wording import ntr, tr

_NARROW = 640  # pixels before the text size: below, list and record take turns


class Detail(QWidget):
    """The right column: the record picked, several picked, or none."""

    share = Signal(list)
    export = Signal(str)
    remove = Signal(list)
    recheck = Signal(list)
    trust = Signal(str, str, str)  # an issuer, what it is called, why
    distrust = Signal(str)
    back = Signal()
    keep_part = Signal(object)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, theme = context, context.theme
        outside = column(0)
        self.setLayout(outside)
        self._bar = QWidget()
        line = row(0, (theme.px(20), theme.px(10), theme.px(20), 0))
        self.leave = button(tr("All records"), self.back.emit, look="quiet")
        with_icon(theme, self.leave, "back")
        line.addWidget(self.leave)
        line.addStretch(1)
        self._bar.setLayout(line)
        outside.addWidget(self._bar)
        self.page = Page(theme)
        self.page.setAccessibleName(tr("The record picked"))
        self.error = Message(theme)
        self.page.body.addWidget(self.error)
        self._holder = column(0)
        self.page.body.addLayout(self._holder)
        self.page.body.addStretch(1)
        outside.addWidget(self.page, 1)
        self.view: RecordView | None = None
        self.show_none()

    def show_bar(self, *, shown: bool) -> None:
        """Show the way back to the list."""
        self._bar.setVisible(shown)

    def show_none(self, *, any_listed: bool = False) -> None:
        """Say what to do when nothing is picked, if there is anything to pick."""
        text = tr("Pick a record to see what it says and whether it holds.") if any_listed else ""
        self._replace(label(text, "second"))

    def show_entry(self, entry: Entry) -> None:
        """Show one record."""
        view = RecordView(
            self._context,
            Shown.of_entry(entry),
            self._actions(entry.id),
            about_issuer=self._about_issuer(entry),
            keep_part=self.keep_part.emit,
        )
        self._replace(view)
        self.view = view
        self.page.verticalScrollBar().setValue(0)

    def show_many(self, ids: Sequence[str]) -> None:
        """Show what can be done with several."""
        theme, box, chosen = self._context.theme, QWidget(), list(ids)
        inside = column(theme.px(14))
        title = ntr("{n} record picked", "{n} records picked", len(chosen))
        inside.addWidget(label(title, "record"))
        inside.addWidget(
            FlowBox(
                button(tr("Share"), lambda: self.share.emit(chosen), look="main"),
                button(tr("Check again"), lambda: self.recheck.emit(chosen)),
                button(tr("Remove"), lambda: self.remove.emit(chosen)),
            )
        )
        box.setLayout(inside)
        self._replace(box)

    def _actions(self, record: str) -> QWidget:
        return FlowBox(
            button(tr("Share"), lambda: self.share.emit([record]), look="main"),
            button(tr("Export original"), lambda: self.export.emit(record)),
            button(tr("Check again"), lambda: self.recheck.emit([record])),
            button(tr("Remove"), lambda: self.remove.emit([record])),
        )

    def _about_issuer(self, entry: Entry) -> QWidget | None:
        """Return what the person can say about an issuer that no list makes known."""
        issuer, known = entry.credential.issuer, entry.report[Question.ISSUER]
        if known.facts.get("trusted_since"):
            stop = button(tr("Stop trusting this issuer"), lambda: self.distrust.emit(issuer))
            return FlowBox(stop)
        if known.reason in {Reason.ISSUER_NOT_LISTED, Reason.ISSUER_TEST_LIST}:
            return FlowBox(button(tr("I trust this issuer…"), lambda: self._ask_trust(entry)))
        return None

    def _ask_trust(self, entry: Entry) -> None:
        issuer = entry.credential.issuer
        dialog = TrustDialog(
            self._context.theme, issuer, entry.record.issuer_name or "", self.window()
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.said.connect(lambda name, note: self.trust.emit(issuer, name, note))
        dialog.open()

    def _replace(self, inner: QWidget) -> None:
        self.view = None
        self.error.say("")
        empty_layout(self._holder)
        self._holder.addWidget(inner)


class Records(QWidget):
    """The list and the record picked."""

    share = Signal(list)
    add = Signal()
    counted = Signal(int)
    backup = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._asked = 0
        self._narrow: bool | None = None
        self._reading = False  # narrow: the record is shown, not the list
        self.listing, self.detail = Listing(context), Detail(context)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(self.listing)
        self.splitter.addWidget(self.detail)
        self.splitter.setStretchFactor(0, 0)
        self.splitter.setStretchFactor(1, 1)
        self.splitter.setSizes([context.theme.px(430), context.theme.px(634)])
        self.noticed = Noticed(context)
        outside = column(0)
        self.reminder = BackupReminder(context)
        outside.addWidget(self.reminder)
        outside.addWidget(self.noticed)
        outside.addWidget(self.splitter, 1)
        self.setLayout(outside)
        self._connect()
        self.detail.show_bar(shown=False)

    def _connect(self) -> None:
        self.listing.picked.connect(self._picked)
        self.listing.opened.connect(self._open)
        self.listing.view.clicked.connect(lambda _index: self._open("") if self._narrow else None)
        self.listing.add.connect(self.add)
        self.listing.counted.connect(self.counted)
        self.detail.share.connect(self.share)
        self.detail.export.connect(self._export)
        self.detail.remove.connect(self.remove)
        self.detail.recheck.connect(self._recheck)
        self.detail.trust.connect(self._trust)
        self.detail.distrust.connect(self._distrust)
        self.detail.back.connect(self.go_back)
        self.detail.keep_part.connect(self._keep_part)
        self.reminder.wanted.connect(self.backup)
        self.reminder.dismissed.connect(self.listing.take_focus)
        self.noticed.opened.connect(self._open_noticed)
        self.noticed.dismissed.connect(self.listing.take_focus)
        self.noticed.filled.connect(lambda filled: self.splitter.setVisible(not filled))
        view = self.listing.view
        bind(view, Shortcut("Delete", tr("Remove"), lambda: self.remove(self.listing.picked_ids())))
        bind(self, Shortcut("Esc", tr("All records"), self.go_back))

    # Layout

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show two columns when there is room for both."""
        super().resizeEvent(event)
        self.noticed.arrange(event.size())
        self.reminder.arrange(event.size())
        narrow = event.size().width() < self._context.theme.px(_NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()
        elif not narrow and event.oldSize().width() > 0:
            most = event.size().width() * 45 // 100
            if self.listing.width() > most:
                self.splitter.setSizes([most, event.size().width() - most])

    def _arrange(self) -> None:
        self.listing.always_one = not self._narrow
        self.listing.setVisible(not self._narrow or not self._reading)
        self.detail.setVisible(not self._narrow or self._reading)
        self.detail.show_bar(shown=bool(self._narrow))
        if not self._narrow and self.width() > 0:
            wide = min(self._context.theme.px(430), self.width() * 45 // 100)
            self.splitter.setSizes([wide, self.width() - wide])

    def go_back(self) -> None:
        """Return to the list; clear the search when there already."""
        if self._narrow and self._reading:
            self._reading = False
            self._arrange()
        elif self.listing.search.text():
            self.listing.search.clear()
        self.listing.take_focus()

    # What is picked

    def refresh(self) -> None:
        """Read the list again, and what there is to tell."""
        self.listing.refresh()
        self.noticed.load()
        self.reminder.load()

    def reveal(self, ids: Sequence[str]) -> None:
        """Show these records: all of the list, with them picked."""
        self.listing.search.clear()
        self.listing.chips.choose("all")
        self.listing.view.clearSelection()
        self.listing.want(ids)
        self.listing.refresh()

    def _open_noticed(self, record: str) -> None:
        self.noticed.fold()
        self.reveal([record])
        self._open(record)
        if not self._narrow:
            self.listing.take_focus()

    def _picked(self, ids: list[str]) -> None:
        self._asked += 1
        if not ids:
            self.detail.show_none(any_listed=self.listing.model.rowCount() > 0)
        elif len(ids) > 1:
            self.detail.show_many(ids)
        else:
            self._load(ids[0])

    def _load(self, record: str) -> None:
        asked, wallet = self._asked, self._context.app.wallet

        def show(entry: Entry) -> None:
            if asked == self._asked:
                self.detail.show_entry(entry)

        self._context.tasks.run(
            self, lambda _tick: wallet.entry(record), show, fail=self._failed, lane=Lane.VAULT
        )

    def _open(self, _record: str) -> None:
        self._reading = True
        self._arrange()
        if self._narrow:
            self.detail.leave.setFocus(Qt.FocusReason.OtherFocusReason)

    def _failed(self, failure: WalletError | None) -> None:
        self.detail.error.say(why(failure))

    # What is done

    def _export(self, record: str) -> None:
        wallet = self._context.app.wallet
        self._context.tasks.run(
            self,
            lambda _tick: wallet.export(record),
            self._save_export,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _save_export(self, export: Export) -> None:
        path = file_dialogs.place(self._context, self, tr("Export original"), export.file_name)
        if path is not None:
            self.write(path, export.data)

    def write(self, path: Path, data: bytes) -> None:
        """Write an original to a file, byte for byte."""
        wallet = self._context.app.wallet

        def work(_tick: object) -> None:
            wallet.save(data, path, replace=True)  # the dialog has asked

        def say(_answer: object) -> None:
            self._context.toast(tr("Saved as {name}.", name=path.name))

        self._context.tasks.run(self, work, say, fail=self._failed, lane=Lane.WEB)

    def _keep_part(self, part: Inner) -> None:
        """Keep what stands inside a record as a record of its own, and show that."""
        app, whole = self._context.app, self.detail.view
        title = shorten(whole.shown.record.title, 120) if whole is not None else ""
        source = tr("Inside “{title}”", title=title)

        def say(kept: Kept) -> None:
            text = tr("Kept as its own record.") if kept.added else tr("It was kept already.")
            self._context.toast(text)
            self.listing.take_focus()  # the button that was pressed goes
            self.reveal(kept.added + kept.already)

        self._context.tasks.run(
            self,
            lambda _tick: app.wallet.keep([app.verifier.as_own(part, source=source)]),
            say,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _recheck(self, ids: Sequence[str]) -> None:
        wallet, chosen = self._context.app.wallet, list(ids)

        def say(changed: Sequence[str]) -> None:
            if changed:
                text = ntr("{n} answer changed.", "{n} answers changed.", len(changed))
            else:
                text = tr("Checked again. Nothing changed.")
            self._context.toast(text)
            self.answers_changed()

        self._context.tasks.run(
            self,
            lambda tick: wallet.refresh(chosen, progress=tick).changed,
            say,
            fail=self._failed,
            lane=Lane.WEB,  # it may wait for the network, and takes the vault for moments only
        )

    def _trust(self, issuer: str, name: str, note: str) -> None:
        wallet = self._context.app.wallet

        def say(_answer: object) -> None:
            self._context.toast(
                tr("You trust this issuer now."), tr("Undo"), lambda: self._distrust(issuer)
            )
            self.answers_changed()

        self._context.tasks.run(
            self,
            lambda _tick: wallet.trust_issuer(issuer, name=name, note=note),
            say,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _distrust(self, issuer: str) -> None:
        wallet = self._context.app.wallet

        def say(_answer: object) -> None:
            self._context.toast(tr("You trust this issuer no longer."))
            self.answers_changed()

        self._context.tasks.run(
            self,
            lambda _tick: wallet.distrust_issuer(issuer),
            say,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def answers_changed(self) -> None:
        """Show the record picked with its new answers, and what there is to tell."""
        self.refresh()
        ids = self.listing.picked_ids()
        if len(ids) == 1:
            self._load(ids[0])

    def remove(self, ids: Sequence[str]) -> None:
        """Take records out of the list, and offer to bring them back."""
        chosen = list(ids)
        if not chosen:
            return
        wallet = self._context.app.wallet

        def say(_answer: object) -> None:
            text = ntr("{n} record removed.", "{n} records removed.", len(chosen))
            self._context.toast(text, tr("Undo"), lambda: self._restore(chosen))
            self._reading = False
            self._arrange()
            self.listing.view.clearSelection()
            self.listing.refresh()
            self.listing.take_focus()

        self._context.tasks.run(
            self, lambda _tick: wallet.remove(chosen), say, fail=self._failed, lane=Lane.VAULT
        )

    def _restore(self, ids: list[str]) -> None:
        wallet = self._context.app.wallet
        self._context.tasks.run(
            self,
            lambda _tick: wallet.restore(ids),
            lambda _answer: self.reveal(ids),
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def forget(self) -> None:
        """Empty everything: the wallet is being locked."""
        self._asked += 1
        self.noticed.forget()
        self.reminder.forget()
        self.listing.forget()
        self.detail.show_none()
