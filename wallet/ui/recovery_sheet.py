"""The recovery sheet in the window: offered, shown once, printed, and tried before it counts."""

from __future__ import annotations

import secrets
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from wallet.app import Wallet
from wallet.errors import WalletError
from wallet.share.qr import MIN_SCALE
from wallet.ui import file_dialogs
from wallet.ui.context import Context, why
from wallet.ui.fitting import Fitting
from wallet.ui.layouts import FlowBox, SideBySide, column, empty_layout
from wallet.ui.pieces import Table
from wallet.ui.proof import busy_bar
from wallet.ui.resting import Resting
from wallet.ui.share_result import Code2D
from wallet.ui.sheet_drawing import Paper, on_page, paper_of, pdf
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Message, Page, button, focus_soon, label
from wallet.ways import Given, Sheet, split_code
from wallet.wording import tr

TYPED_BACK = 2  # groups: enough to show that the paper is there and can be read
FILE_NAME = "recovery-sheet.pdf"


class Prepared:
    """A sheet that does not count yet, and what is on its paper."""

    def __init__(self, sheet: Sheet, paper: Paper) -> None:
        self.sheet, self.paper = sheet, paper


def prepare(wallet: Wallet, proof: Given) -> Prepared:
    """Return a new sheet for the open wallet. Takes as long as unlocking does."""
    sheet = wallet.ways.prepare_sheet(proof)
    return Prepared(sheet, paper_of(sheet))


class SheetDialog(QDialog):
    """Offers the sheet, shows it, and has two of its groups typed back."""

    def __init__(
        self, context: Context, prepared: Prepared, parent: QWidget, *, offer: bool = False
    ) -> None:
        super().__init__(parent.window())
        self._context, self._theme = context, context.theme
        self._prepared: Prepared | None = prepared
        self.setWindowTitle(tr("Recovery sheet"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._page = Page(self._theme, spacing=12)
        outside = column(0)
        outside.addWidget(self._page)
        self.setLayout(outside)
        self.finished.connect(lambda _code: self.forget())
        Fitting(self._theme, self, self._page, wide=640)
        self.answers: list[QLineEdit] = []
        self._asked: list[int] = []
        if offer:
            self._offer()
        else:
            self.show_sheet()

    def _begin(self, title: str, text: str) -> None:
        empty_layout(self._page.body)
        self._page.verticalScrollBar().setValue(0)
        self._page.body.addWidget(label(title, "page"))
        self._page.body.addWidget(label(text, "second"))
        self.error = Message(self._theme)

    def _end(self, first: QWidget, *others: QWidget) -> None:
        self._page.body.addWidget(self.error)
        self._page.body.addWidget(FlowBox(first, *others))
        self._page.body.addStretch(1)

    def _offer(self) -> None:
        self._begin(
            tr("If you forget your passphrase"),
            tr(
                "Your wallet is made. So far the passphrase is its only way in: without it nobody "
                "can open it, not us and not your school. A recovery sheet is a second way in, a "
                "code on paper that you keep in a safe place."
            ),
        )
        show = button(tr("Make a recovery sheet"), self.show_sheet, look="main")
        later = button(tr("Later"), self.reject)
        self._page.body.addWidget(label(tr("You can make one at any time in Settings."), "small"))
        self._end(show, later)
        focus_soon(show)

    def show_sheet(self) -> None:
        """Show the code, to be printed or written down."""
        if self._prepared is None:
            return
        self._begin(
            tr("Your recovery sheet"),
            tr(
                "Print it or write it down now. It is shown this once. It counts when you have "
                "typed two of its groups back."
            ),
        )
        paper, body = self._prepared.paper, self._page.body
        table = Table(self._theme, first=80, least=190)
        for n, group in enumerate(paper.groups, start=1):
            table.add(tr("Group {n}", n=n), _spelled(group))
        code = Code2D(paper.png, scale=MIN_SCALE, least=180)
        code.setAccessibleName(tr("QR code of the recovery code"))
        code.setFixedSize(self._theme.px(220), self._theme.px(220))
        body.addWidget(SideBySide(self._theme, [table, code], least=480))
        said = tr(
            "A PDF stays where you save it, and whoever finds it can read the code. Delete it once "
            "it is printed. A printer may keep a copy for a while too."
        )
        body.addWidget(label(said, "small"))
        print_ = button(tr("Print it"), self.print_sheet)
        save = button(tr("Save as PDF"), self.save_pdf)
        self.busy = busy_bar()
        on = button(tr("I have it on paper"), self.try_it, look="main")
        body.addWidget(FlowBox(print_, save))
        body.addWidget(self.busy)
        self._end(on, button(tr("Cancel"), self.reject))
        focus_soon(print_)

    def print_sheet(self) -> None:
        """Ask for a printer and print."""
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setDocName(tr("Recovery sheet"))
        printer.setFullPage(True)
        dialog = QPrintDialog(printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self._print_on(printer))
        dialog.setModal(True)
        dialog.show()

    def _print_on(self, printer: object) -> None:
        if self._prepared is None:
            return
        try:
            on_page(printer, self._prepared.paper)  # type: ignore[arg-type]  # a QPrinter is one
        except WalletError as failure:
            self.error.say(why(failure))

    def save_pdf(self) -> None:
        """Ask for a place and write the sheet there."""
        title = tr("Save as PDF")
        path = file_dialogs.place(self._context, self, title, FILE_NAME, "PDF (*.pdf)")
        if path is not None:
            self.write_pdf(path)

    def write_pdf(self, path: Path) -> None:
        """Write the sheet as a PDF where the person chose."""
        if self._prepared is None:
            return
        data, wallet = pdf(self._prepared.paper), self._context.app.wallet
        self._context.tasks.run(
            self,
            lambda _tick: wallet.save(data, path, replace=True),  # the dialog has asked
            lambda _answer: self._context.toast(tr("Saved as {name}.", name=path.name)),
            fail=lambda failure: self.error.say(why(failure)),
            lane=Lane.WEB,
        )

    def try_it(self) -> None:
        """Have two groups typed back, chosen anew each time."""
        if self._prepared is None:
            return
        many = len(self._prepared.paper.groups)
        self._asked = sorted(secrets.SystemRandom().sample(range(many), TYPED_BACK))
        self._begin(
            tr("Read it back"),
            tr("Type these two groups from your paper. From then on the sheet opens your wallet."),
        )
        self.answers = []
        for number in self._asked:
            words = tr("Group {n}", n=number + 1)
            field = QLineEdit()
            field.setAccessibleName(words)
            field.setMaxLength(20)
            field.returnPressed.connect(self.keep)
            self.answers.append(field)
            self._page.body.addWidget(label(words, "strong"))
            self._page.body.addWidget(field)
        self.go = button(tr("Use this sheet"), self.keep, look="main")
        self.busy = busy_bar()
        self._resting = Resting(self.busy)
        self._page.body.addWidget(self.busy)
        self._end(self.go, button(tr("Show it again"), self.show_sheet))
        focus_soon(self.answers[0])

    def keep(self) -> None:
        """Let the sheet count, if what was typed back is right."""
        prepared = self._prepared
        if prepared is None or not self.go.isEnabled():
            return
        for number, field in zip(self._asked, self.answers, strict=True):
            if split_code(field.text()) != (prepared.paper.groups[number],):
                text = tr(
                    "Group {n} is not what the sheet says. Compare it once more.", n=number + 1
                )
                self.error.say(text)
                field.setFocus()
                field.selectAll()
                return
        self.error.say("")
        self._resting.rest((self.go,), on=True)
        wallet = self._context.app.wallet
        self._context.tasks.run(
            self,
            lambda _tick: wallet.ways.keep_sheet(prepared.sheet),
            lambda _answer: self._kept(),
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _kept(self) -> None:
        self._context.toast(tr("Your recovery sheet opens this wallet from now on."))
        self.accept()

    def _failed(self, failure: WalletError | None) -> None:
        self._resting.rest((self.go,), on=False)
        self.error.say(why(failure))

    def forget(self) -> None:
        """Take the code off the screen and forget it: the dialog is being closed."""
        prepared, self._prepared = self._prepared, None
        for field in self.answers:
            field.setText("")
        if prepared is not None:
            prepared.sheet.wipe()
        empty_layout(self._page.body)


def _spelled(group: str) -> QWidget:
    """Return a group in large letters, which a screen reader spells."""
    made = label(group, "code")
    made.setAccessibleName(" ".join(group))
    return made
