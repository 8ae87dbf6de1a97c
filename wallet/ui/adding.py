"""The page where records come in: drop, choose or paste; look at each; then keep what you want.

Reading and checking happen off the window's thread; nothing is kept before "Keep" is pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QSplitter,
    QWidget,
)

from wallet import arriving, inputs, wording
from wallet.app import State
from wallet.errors import WalletError
from wallet.ui import arrivals, file_dialogs, icons, keeping, restore_dialog
from wallet.ui.arrivals import Extra, LeftOut, Thing, Waiting
from wallet.ui.context import Context, why
from wallet.ui.incoming import MAX_PASTED, Incoming, files_in, line_of, summary_of
from wallet.ui.keeping import Done
from wallet.ui.layouts import FlowBox, column, empty_layout, row
from wallet.ui.record_view import RecordView, Shown
from wallet.ui.rows import Heading, Line, Lines, LineView
from wallet.ui.tasks import Job, Lane, Tick
from wallet.ui.widgets import (
    DropCard,
    Message,
    Page,
    Shortcut,
    announce,
    bind,
    breakable,
    button,
    focus_soon,
    icon_button,
    label,
    with_icon,
)
from wallet.wording import ntr, tr

_NARROW = 640


class Adding(QWidget):
    """The page "Add records"."""

    kept = Signal(list)  # ids added
    leave = Signal()
    restored = Signal()  # something came in from a backup

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context, self._theme = context, context.theme
        self._job: Job | None = None
        self._password: QLineEdit | None = None  # of a backup that is shown
        self._narrow: bool | None = None
        self._reading = False  # narrow: what one record says is shown, not the list
        self.setAcceptDrops(True)
        outside = column(0)
        self.setLayout(outside)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        outside.addWidget(self._splitter)
        self._splitter.addWidget(self._left())
        self._splitter.addWidget(self._right())
        bind(self, Shortcut("Esc", tr("Back"), self.go_back))
        self._show_state()

    # Its parts

    def _left(self) -> QWidget:
        theme, box = self._theme, QFrame()
        self._box = box
        box.setObjectName("column")
        box.setMinimumWidth(theme.px(180))
        pad = theme.px(16)
        inside = column(theme.px(12), (0, pad, 0, 0))
        box.setLayout(inside)
        top = column(theme.px(12), (pad, 0, pad, 0))
        inside.addLayout(top)
        line = row(theme.px(6))
        back = icon_button(theme, "back", tr("Back to your records"), self.go_back)
        line.addWidget(back)
        line.addWidget(label(tr("Add records"), "page"), 1)
        top.addLayout(line)
        self.drop = self._drop()
        top.addWidget(self.drop)
        top.addLayout(self._progress())
        self.error = Message(theme)
        top.addWidget(self.error)
        self.model = Lines(self._describe, can_tick=True, may_tick=arrivals.may_tick)
        self.model.ticked.connect(self._show_state)
        self.view = LineView(theme, self.model, tr("What was read"))
        self.view.selectionModel().currentChanged.connect(lambda now, _was: self._show(now.row()))
        self.view.opened.connect(self._open)
        self.view.clicked.connect(lambda index: self._open(index.row()))
        inside.addWidget(self.view, 1)
        self._filler = QWidget()
        inside.addWidget(self._filler, 1)
        inside.addWidget(self._foot())
        return box

    def _drop(self) -> DropCard:
        theme, card = self._theme, DropCard(self._theme)
        line = row(theme.px(10))
        mark = QLabel()
        mark.setPixmap(icons.pixmap(theme, "drop", 26, colour="accent"))
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(theme.px(2))
        texts.addWidget(label(tr("Drop files here"), "strong"))
        hint = tr("Badge pictures, .json files, signed text. A folder works too.")
        texts.addWidget(label(hint, "small"))
        line.addLayout(texts, 1)
        self.choose = button(tr("Choose files"), self.pick_files)
        self.paste = button(tr("Paste"), self.paste_clipboard)
        self.paste.setToolTip(tr("Read what you copied (Ctrl+V)"))
        self._invitation = QWidget()
        self._invitation.setLayout(line)
        card.add(self._invitation, FlowBox(self.choose, self.paste))
        return card

    def _progress(self) -> QHBoxLayout:
        theme, line = self._theme, row(self._theme.px(10))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(tr("Progress"))
        self._doing = label("", "small")
        self.stop = button(tr("Cancel"), self.cancel)
        texts = column(theme.px(6))
        texts.addWidget(self._doing)
        texts.addWidget(self.bar)
        line.addLayout(texts, 1)
        line.addWidget(self.stop)
        for one in (self.bar, self._doing, self.stop):
            one.hide()
        return line

    def _foot(self) -> QWidget:
        theme, box = self._theme, QWidget()
        pad = theme.px(16)
        inside = column(theme.px(8), (pad, theme.px(8), pad, theme.px(14)))
        box.setLayout(inside)
        self.summary = label("", "small")
        inside.addWidget(self.summary)
        self.keep = button(tr("Keep"), self.keep_ticked, look="main")
        self.discard = button(tr("Discard all"), self.clear)
        inside.addWidget(FlowBox(self.keep, self.discard))
        return box

    def _right(self) -> QWidget:
        self.page = Page(self._theme)
        self.page.setAccessibleName(tr("What it says"))
        self._to_list = button(tr("Back to the list"), self.go_back, look="quiet")
        with_icon(self._theme, self._to_list, "back")
        self._to_list.hide()
        self.page.body.addWidget(self._to_list, 0, Qt.AlignmentFlag.AlignLeft)
        self._holder = column(0)
        self.page.body.addLayout(self._holder)
        self.page.body.addStretch(1)
        return self.page

    # Taking in

    def pick_files(self) -> None:
        """Ask for files."""
        self.add_files(file_dialogs.files(self._context, self, tr("Choose files")))

    def paste_clipboard(self) -> None:
        """Read what was copied: files or text."""
        self.add_mime(QGuiApplication.clipboard().mimeData())

    def add_mime(self, mime: QMimeData | None) -> None:
        """Read files or text that were dropped or pasted."""
        files = files_in(mime) if mime is not None else []
        if files:
            self.add_files(files)
            return
        text = mime.text() if mime is not None and mime.hasText() else ""
        if not text.strip():
            self.error.say(
                tr("There is nothing to read in what you copied. Copy a file or its text.")
            )
        elif len(text) > MAX_PASTED:
            self.error.say(tr("That is too much text for a credential, so it was not read."))
        else:
            self.add_bytes([(tr("Pasted text"), text.encode("utf-8", "replace"))])

    def add_files(self, paths: Sequence[Path]) -> None:
        """Read and check files and folders."""
        if paths:
            self._read(lambda: (one for path in paths for one in arriving.from_path(path)))

    def add_bytes(self, named: Sequence[tuple[str, bytes]]) -> None:
        """Read and check pieces of bytes that have names."""
        self._read(lambda: iter([inputs.Input(name, data) for name, data in named]))

    def _unlock(self, waiting: Waiting, password: str) -> None:
        """Read a backup again, with its password, in the place of the one that waited."""
        if self._job is None:
            self._read(lambda: iter([waiting.given]), waiting, password)

    def _read(
        self,
        source: Callable[[], Iterator[inputs.Input]],
        waiting: Waiting | None = None,
        password: str | None = None,
    ) -> None:
        if self._job is not None:
            return
        self.error.say("")
        found: list[Thing] = []
        app, now = self._context.app, self._context.now()

        def work(tick: Tick) -> None:
            for one in arrivals.each_read(app, source(), now, waiting, password):
                found.append(one)
                if not tick(len(found), 0):
                    return

        self._busy(tr("Reading and checking"))
        self._job = self._context.tasks.run(
            self,
            work,
            lambda _answer: self._read_all(found, waiting),
            fail=self._failed,
            lane=Lane.PLACES,
            tick=lambda done, _total: self._count(done),
        )

    def _count(self, done: int) -> None:
        self._doing.setText(ntr("{n} read so far", "{n} read so far", done))

    def _read_all(self, found: list[Thing], waiting: Waiting | None) -> None:
        cancelled = self._job is not None and self._job.cancelled
        self._job = None
        self._idle()
        if waiting is not None and not cancelled:
            self.model.drop(waiting)
        first = self.model.rowCount()
        records = [one for one in found if isinstance(one, Incoming)]
        bad: list[Thing] = [one for one in records if one.checked.error is not None]
        left_out: list[Thing] = [one for one in found if isinstance(one, LeftOut)]
        asked = [one for one in found if isinstance(one, Waiting)]
        things: list[Thing | Heading] = [*asked]
        things += [one for one in records if one.checked.error is None]
        things += [one for one in found if isinstance(one, Extra)]
        for heading, group in ((tr("Could not be read"), bad), (tr("Left out"), left_out)):
            things += [Heading(heading), *group] if group else []
        self.model.append(things)
        for at, one in enumerate(things, start=first):
            if isinstance(one, Incoming) and one.can_keep and one.state is not State.BROKEN:
                self.model.ticks.add(at)
        if cancelled:
            self.error.say(tr("Stopped. What was read so far is below; nothing was kept."))
        self._show_state()
        if things:
            at = first + 1 if isinstance(things[0], Heading) else first
            self.view.setCurrentIndex(self.model.index(at))
            self.keep.setFocus() if self.keep.isEnabled() else self.view.setFocus()
            if asked and self._password is not None:
                focus_soon(self._password)
            announce(self, self.summary.text())

    def _failed(self, failure: WalletError | None) -> None:
        self._job = None
        self._idle()
        self.error.say(why(failure))
        self._show_state()
        (self.keep if self.keep.isEnabled() else self.choose).setFocus()

    # Keeping

    def keep_ticked(self) -> None:
        """Keep the records that are ticked."""
        chosen = [self.model.thing(at) for at in sorted(self.model.ticks)]
        if not chosen or self._job is not None:
            return
        wallet = self._context.app.wallet
        self._busy(tr("Keeping"))
        self.bar.setRange(0, len(chosen))
        self._job = self._context.tasks.run(
            self,
            lambda tick: keeping.keep(wallet, chosen, tick),
            lambda done: self._kept(done, len(chosen)),
            fail=self._failed,
            lane=Lane.VAULT,
            tick=self._keeping,
        )

    def _keeping(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        words = tr("{done} of {total} kept", done=wording.number(done), total=wording.number(total))
        self._doing.setText(words)

    def _kept(self, done: Done, chosen: int) -> None:
        self._job = None
        self._idle()
        self._context.toast(done.said)
        if len(done.there) < chosen:
            self._go_on_without(done)
            return
        self.clear()
        self.kept.emit(list(done.kept.added) or list(done.kept.already))

    def _go_on_without(self, done: Done) -> None:
        """Show what is left after keeping was stopped, or failed."""
        self.model.drop(*done.there)
        said = tr("Stopped. What is below was not kept.")
        self.error.say(f"{said} {why(done.failure)}" if done.failure is not None else said)
        self._show_state()
        self.view.setCurrentIndex(self.model.index(0))
        self.keep.setFocus()

    def cancel(self) -> None:
        """Stop reading or keeping at the next step."""
        if self._job is not None:
            self._job.cancel()
            self._doing.setText(tr("Stopping"))

    # What is shown

    def _describe(self, one: Thing) -> Line:
        return line_of(self._context, one) if isinstance(one, Incoming) else arrivals.line(one)

    def _show(self, at: int) -> None:
        empty_layout(self._holder)
        self._password = None
        if at < 0 or at >= self.model.rowCount():
            self._holder.addWidget(arrivals.advice(self._theme))
            return
        one = self.model.thing(at)
        if isinstance(one, Heading):
            return
        if not isinstance(one, Incoming):
            card = arrivals.About(self._theme, one, self._unlock)
            self._password = card.password
            self._holder.addWidget(card)
        elif one.checked.error is not None:
            self._holder.addWidget(arrivals.refusal(self._theme, one, self._restore))
        else:
            shown = Shown.of_checked(one.checked, self._context.now())
            self._holder.addWidget(RecordView(self._context, shown))
        self.page.verticalScrollBar().setValue(0)

    def _restore(self, path: Path) -> None:
        restore_dialog.show(self._context, path, self.window(), self.restored)

    def _open(self, _row: int) -> None:
        if self._narrow:
            self._reading = True
            self._arrange()
            self._to_list.setFocus()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show two columns when there is room for both."""
        super().resizeEvent(event)
        narrow = event.size().width() < self._theme.px(_NARROW)
        if narrow != self._narrow:
            self._narrow = narrow
            self._arrange()

    def _arrange(self) -> None:
        self._box.setVisible(not self._narrow or self._reading is False)
        self.page.setVisible(not self._narrow or self._reading)
        self._to_list.setVisible(bool(self._narrow))
        if not self._narrow and self.width() > 0:
            wide = min(self._theme.px(470), self.width() * 46 // 100)
            self._splitter.setSizes([wide, self.width() - wide])

    def _show_state(self) -> None:
        incoming = self.model.things()
        records = [one for one in incoming if isinstance(one, Incoming)]
        ticked = len(self.model.ticks)
        kept = sum(1 for at in self.model.ticks if isinstance(self.model.thing(at), Incoming))
        self.view.setVisible(bool(incoming))
        self._filler.setVisible(not incoming)
        self._invitation.setVisible(not incoming or not self._narrow)  # room for what was read
        self.keep.setEnabled(ticked > 0 and self._job is None)
        self.keep.setText(ntr("Keep {n} record", "Keep {n} records", kept) if kept else tr("Keep"))
        self.discard.setVisible(bool(incoming))
        self.keep.setVisible(bool(incoming))
        text = " ".join(filter(None, (summary_of(records), arrivals.summary_of(incoming))))
        self.summary.setText(breakable(text))
        self.summary.setVisible(bool(text))
        if not incoming:
            self._show(-1)

    def _busy(self, words: str) -> None:
        self._doing.setText(words)
        self.bar.setRange(0, 0)
        for one in (self.bar, self._doing, self.stop):
            one.show()
        for one in (self.choose, self.paste, self.keep, self.discard):
            one.setEnabled(False)
        self.stop.setFocus()

    def _idle(self) -> None:
        for one in (self.bar, self._doing, self.stop):
            one.hide()
        for one in (self.choose, self.paste, self.discard):
            one.setEnabled(True)

    def clear(self) -> None:
        """Forget what was read."""
        self.model.clear()
        self.error.say("")
        self._reading = False
        self._arrange()
        self._show_state()

    def forget(self) -> None:
        """Empty everything: the wallet is being locked."""
        self.cancel()
        self._job = None
        self._idle()
        self.clear()

    def go_back(self) -> None:
        """Leave the page; what was read and not kept is forgotten unless work is under way."""
        if self._narrow and self._reading:
            self._reading = False
            self._arrange()
            self.view.setFocus()
        elif self._job is None:
            self.clear()
            self.leave.emit()

    # Drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and text."""
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            self._over(over=True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        """Show that nothing is held over the page any more."""
        self._over(over=False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Read what was dropped."""
        self._over(over=False)
        event.acceptProposedAction()
        self.add_mime(event.mimeData())

    def _over(self, *, over: bool) -> None:
        self.drop.hold(over=over)
