"""Checking what somebody else holds up: a link or a file; four answers; then each record."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QTextOption
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPlainTextEdit

from wallet import inputs, wording
from wallet.app import Checked
from wallet.errors import WalletError
from wallet.model import Presentation
from wallet.report import tally
from wallet.ui import file_dialogs, icons
from wallet.ui.context import Context, why
from wallet.ui.four_answers import Answer, four_answers
from wallet.ui.incoming import MAX_PASTED, files_in
from wallet.ui.layouts import Flow, SideBySide, column, empty_layout, row
from wallet.ui.pieces import Badge, Tile
from wallet.ui.proof import busy_bar
from wallet.ui.record_view import RecordView, Shown, second_line
from wallet.ui.resting import Resting
from wallet.ui.tasks import Lane
from wallet.ui.widgets import (
    Card,
    DropCard,
    Fold,
    Message,
    Page,
    Shortcut,
    announce,
    bind,
    button,
    icon_button,
    label,
    shorten,
)
from wallet.wording import ntr, tr

RECORDS_SHOWN = 25  # a share holds no more


class PasteField(QPlainTextEdit):
    """A field for a link or text that also takes files."""

    files = Signal(list)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Take files as well as text."""
        return bool(files_in(source)) or super().canInsertFromMimeData(source)

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Hand files on; put text in the field, within bounds."""
        files = files_in(source)
        if files:
            self.files.emit(files)
        elif len(source.text()) <= MAX_PASTED:
            self.insertPlainText(source.text())


class CheckPage(Page):
    """The page "Check a share"."""

    leave = Signal()

    def __init__(self, context: Context, *, alone: bool = False) -> None:
        super().__init__(context.theme, widest=860)
        self._context, self._theme = context, context.theme
        self.setAcceptDrops(True)
        self._head(alone=alone)
        card = DropCard(self._theme)
        self.field = PasteField()
        self.field.setPlaceholderText(tr("Paste the link here, or drop the file"))
        self.field.setAccessibleName(tr("Link or text to check"))
        self.field.setTabChangesFocus(True)
        self.field.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.field.setFixedHeight(self._theme.px(84))
        self.field.files.connect(self.check_files)
        card.add(self.field)
        self.go = button(tr("Check"), self.check_text, look="main")
        self.choose = button(tr("Choose a file"), self._pick)
        flow = Flow(self._theme.px(8))
        flow.addWidget(self.go)
        flow.addWidget(self.choose)
        card.body.addLayout(flow)
        self.busy = busy_bar()
        self._resting = Resting(self.busy)
        card.add(self.busy)
        self.body.addWidget(card)
        self.error = Message(self._theme)
        self.body.addWidget(self.error)
        self._holder = column(self._theme.px(14))
        self.body.addLayout(self._holder)
        self.body.addStretch(1)
        bind(self.field, Shortcut("Ctrl+Return", tr("Check"), self.check_text))
        bind(self, Shortcut("Esc", tr("Back"), self._back))

    def _head(self, *, alone: bool) -> None:
        line = row(self._theme.px(6))
        if alone:
            back = icon_button(self._theme, "back", tr("Back"), self.leave.emit)
            line.addWidget(back, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(self._theme.px(2))
        texts.addWidget(label(tr("Check a share"), "record"))
        said = tr("Somebody sent you a link or a file? It is checked here and not kept.")
        texts.addWidget(label(said, "second"))
        line.addLayout(texts, 1)
        self.body.addLayout(line)

    def _back(self) -> None:
        if self._holder.count():
            self.clear()
            self.field.setFocus()
        else:
            self.leave.emit()

    # Taking in

    def _pick(self) -> None:
        path = file_dialogs.file(self._context, self, tr("Choose a file"))
        if path is not None:
            self.check_files([path])

    def check_files(self, paths: Sequence[Path]) -> None:
        """Check the first of some files."""
        verifier, path = self._context.app.verifier, Path(paths[0])
        self._run(lambda: verifier.check_input(next(inputs.from_path(path))))

    def check_text(self) -> None:
        """Check what is in the field."""
        text, verifier = self.field.toPlainText().strip(), self._context.app.verifier
        if not text:
            self.error.say(tr("Paste a link first, or choose a file."))
            self.field.setFocus()
            return
        self._run(lambda: verifier.check(text.encode("utf-8", "replace")))

    def take(self, mime: QMimeData) -> None:
        """Check what was dropped or pasted."""
        files = files_in(mime)
        if files:
            self.check_files(files)
        elif mime.hasText() and len(mime.text()) <= MAX_PASTED:
            self.field.setPlainText(mime.text())
            self.check_text()

    def _run(self, work: object) -> None:
        assert callable(work)
        self.error.say("")
        empty_layout(self._holder)
        self._resting.rest((self.go,), on=True)
        self.go.setText(tr("Checking"))
        self._context.tasks.run(
            self, lambda _tick: work(), self._show, fail=self._failed, lane=Lane.PLACES
        )

    def _ready(self) -> None:
        self._resting.rest((self.go,), on=False)
        self.go.setText(tr("Check"))

    def _failed(self, failure: WalletError | None) -> None:
        self._ready()
        self.error.say(why(failure))

    # What is shown

    def _show(self, checked: Checked) -> None:
        self._ready()
        if checked.error is not None:
            self.error.say(why(checked.error))
            return
        leaves = list(checked.leaves())
        self._title(checked, len(leaves))
        if isinstance(checked.readable, Presentation):
            self._answers(four_answers(checked))
        else:
            text = tr(
                "This is a record by itself, not a share. It says nothing about who sent it "
                "or whom it was meant for."
            )
            self._holder.addWidget(Message(self._theme, "notice", text=text))
        for leaf in leaves[:RECORDS_SHOWN]:
            self._holder.addWidget(
                self._one(Shown.of_checked(leaf, self._context.now()), len(leaves))
            )

    def _title(self, checked: Checked, many: int) -> None:
        readable = checked.readable
        shared = isinstance(readable, Presentation)
        title = ntr("{n} record", "{n} records", many)
        if shared:
            title = ntr("A share of {n} record", "A share of {n} records", many)
        texts = column(self._theme.px(2))
        texts.addWidget(label(title, "page"))
        if isinstance(readable, Presentation) and readable.name:
            texts.addWidget(label(shorten(readable.name, 300), "second"))
        self._holder.addLayout(texts)
        announce(self, title)

    def _answers(self, found: Sequence[Answer]) -> None:
        for first in range(0, len(found), 2):
            cards = [self._answer(one) for one in found[first : first + 2]]
            self._holder.addWidget(SideBySide(self._theme, cards))

    def _answer(self, one: Answer) -> Card:
        card = Card(self._theme, spacing=4)
        line = QHBoxLayout()
        line.setSpacing(self._theme.px(12))
        mark = QLabel()
        mark.setPixmap(icons.shape_of(self._theme, one.outcome, 18))
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(self._theme.px(3))
        texts.addWidget(label(one.question, "strong"))
        for sentence in one.sentences:
            texts.addWidget(label(sentence, "second"))
        texts.addStretch(1)
        line.addLayout(texts, 1)
        card.body.addLayout(line)
        return card

    def _one(self, shown: Shown, many: int) -> Card:
        theme, record = self._theme, shown.record
        card = Card(theme)
        line = row(theme.px(12))
        tile = Tile(theme, record.title, record.issuer_name or record.issuer_id, side=44)
        tile.carry(record.image)
        line.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(theme.px(3))
        texts.addWidget(label(shorten(record.title, 200), "strong"))
        second = shorten(second_line(record, shown.report), 200)
        if record.sample:
            second = tr("Sample · {kind}", kind=second)
        texts.addWidget(label(second, "second"))
        line.addLayout(texts, 1)
        word = self._context.word(shown.state, record.ends)
        line.addWidget(Badge(theme, shown.state, word), 0, Qt.AlignmentFlag.AlignTop)
        card.add(line)
        if shown.report.overall is not shown.report.outcome:
            card.add(label(" ".join(wording.inside(tally(shown.report))), "second"))
        fold = Fold(theme, tr("What it says"), lambda: RecordView(self._context, shown, head=False))
        card.add(fold)
        if many == 1:
            fold.toggle()
        return card

    def clear(self) -> None:
        """Forget what was checked."""
        self.field.clear()
        self.error.say("")
        empty_layout(self._holder)

    def forget(self) -> None:
        """Empty everything: the wallet is being locked."""
        self.clear()
        self._ready()

    # Drag and drop

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files and text."""
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Check what was dropped."""
        event.acceptProposedAction()
        self.take(event.mimeData())
