"""What came of a share: the link, the QR code or the file, and what may be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QImage, QKeyEvent, QPainter, QPaintEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QSizePolicy, QWidget

from wallet import wording
from wallet.app import Made
from wallet.errors import Code, WalletError
from wallet.share.qr import MIN_SCALE
from wallet.ui import file_dialogs, icons
from wallet.ui.context import Context, why
from wallet.ui.layouts import FlowBox, column, empty_layout, row
from wallet.ui.making import Shared
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Card, Message, announce, button, focus_soon, label, shorten, with_icon
from wallet.wording import tr

LINK, QR, FILE = "link", "qr", "file"
LONG_LINK = 2000  # characters; mail programs and forms begin to break longer ones
_TITLES_SHOWN = 3
_NEXT = {QR: LINK, LINK: FILE}
_TOO_MUCH = {Code.LINK_TOO_LONG, Code.QR_TOO_LARGE, Code.QR_UNREADABLE}


class Code2D(QWidget):
    """A QR code, drawn with whole pixels a module, as large as there is room."""

    def __init__(self, png: bytes, *, scale: int, least: int) -> None:
        super().__init__()
        self._scale = scale  # pixels a module in the picture
        self._code = QImage.fromData(png)
        self._least = least
        self.setAccessibleName(tr("QR code of the share"))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """Ask for a square."""
        return QSize(self._least, self._least)

    def hasHeightForWidth(self) -> bool:
        """Stay square."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Be as high as wide."""
        return width

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw it in the middle, never smoothed when it grows."""
        painter = QPainter(self)
        side = min(self.width(), self.height())
        ratio = self.devicePixelRatioF()
        modules = self._code.width() // self._scale
        each = max(int(side * ratio) // modules, 1)  # device pixels a module, never a fraction
        scaled = self._code.scaled(modules, modules).scaled(modules * each, modules * each)
        scaled.setDevicePixelRatio(ratio)
        shown = scaled.deviceIndependentSize()
        left, top = (self.width() - shown.width()) / 2, (self.height() - shown.height()) / 2
        painter.drawImage(QPointF(left, top), scaled)


class FullWindow(QWidget):
    """The QR code alone, on white, until a key or the mouse is pressed."""

    def __init__(self, near: QWidget, png: bytes) -> None:
        super().__init__(near, Qt.WindowType.Window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("QR code of the share"))
        self.setStyleSheet("background: white; color: black")
        inside = column(8, (8, 8, 8, 12))
        inside.addWidget(Code2D(png, scale=MIN_SCALE, least=400), 1)
        close = button(tr("Close"), self.close)
        inside.addWidget(close, 0, Qt.AlignmentFlag.AlignHCenter)
        self.setLayout(inside)
        self.resize(near.screen().availableSize() * 0.95)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


class ShareResult(Card):
    """The right-hand panel of the share page."""

    other_form = Signal(str)
    leave_out = Signal(str)  # the id of a record that cannot be shared
    wide = Signal(bool)  # whether it needs more room than its share

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme, spacing=12)
        self._context = context
        self._copied: str | None = None
        self._full: FullWindow | None = None
        self.parts: tuple[Made, ...] = ()
        self.setMinimumWidth(context.theme.px(200))
        self._holder = column(context.theme.px(12))
        self.body.addLayout(self._holder)
        self.body.addStretch(1)
        self.show_nothing()

    @property
    def made(self) -> Made | None:
        """Return what is shown, or its first part."""
        return self.parts[0] if self.parts else None

    def show_nothing(self) -> None:
        """Say what will appear here."""
        self.wide.emit(False)
        self.parts = ()
        empty_layout(self._holder)
        mark = icons.pixmap(self._context.theme, "shares", 34, colour="third")
        shown = label("")
        shown.setPixmap(mark)
        self._holder.addSpacing(self._context.theme.px(24))
        self._holder.addWidget(shown, 0, Qt.AlignmentFlag.AlignHCenter)
        text = label(tr("Nothing has left this computer yet."), "strong")
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._holder.addWidget(text)
        more = label(tr("The link, the code or the file appears here."), "small")
        more.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._holder.addWidget(more)

    def show_failure(self, failure: WalletError | None, form: str) -> None:
        """Say why it could not be made, and offer the next form."""
        self._say(why(failure))
        following = _NEXT.get(form)
        if failure is None or failure.code not in _TOO_MUCH or following is None:
            return
        words = tr("Make a link instead") if following == LINK else tr("Make a file instead")
        offer = button(words, lambda: self.other_form.emit(following), look="main")
        self._holder.addWidget(offer)
        focus_soon(offer)

    def show_refused(self, record: str, title: str, failure: WalletError | None) -> None:
        """Name the record that cannot be shared, and offer to go on without it."""
        text = tr("“{title}” cannot be shared as it is.", title=shorten(title, 120))
        if failure is not None and failure.code is Code.CANNOT_PRESENT_OLDER:
            text = f"{text} {why(failure)}"
        self._say(text)
        offer = button(tr("Leave it out"), lambda: self.leave_out.emit(record), look="main")
        self._holder.addWidget(offer)
        focus_soon(offer)

    def _say(self, text: str) -> None:
        self.parts = ()
        self.wide.emit(False)
        empty_layout(self._holder)
        message = Message(self._context.theme, text=text)
        self._holder.addWidget(message)
        announce(message, text)

    def show_made(self, shares: Sequence[Shared], ends: str) -> None:
        """Show what was made, one below the other where records cannot travel together."""
        self.wide.emit(any(one.made.form == QR for one in shares))
        empty_layout(self._holder)
        self.parts = tuple(one.made for one in shares)
        if len(shares) > 1:
            text = tr("Records of an older make travel separately. Send every part below.")
            self._holder.addWidget(Message(self._context.theme, "notice", text=text))
        first: QPushButton | None = None
        for n, one in enumerate(shares, start=1):
            part = ""
            if len(shares) > 1:
                part = tr("Part {n} of {total}", n=n, total=len(shares))
                self._holder.addSpacing(self._context.theme.px(8))
                self._holder.addWidget(label(f"{part}: {_titles(one.titles)}", "strong"))
            main = self._show_one(one.made, part)
            first = first or main
        self._holder.addWidget(label(ends, "small"))
        if first is not None:
            focus_soon(first)

    def _show_one(self, made: Made, part: str) -> QPushButton:
        """Show one share; return its first button. `part` tells its buttons from others'."""
        if made.form == QR and made.png is not None:
            return self._show_code(made.png, made.file_name, part)
        if made.form == LINK and made.text is not None:
            return self._show_link(made.text, part)
        return self._show_file(made, part)

    def _show_code(self, png: bytes, name: str, part: str) -> QPushButton:
        self._holder.addWidget(Code2D(png, scale=MIN_SCALE, least=320))
        self._title(tr("Ready to scan"))
        said = tr(
            "Read back by this app before it was shown. Large codes scan best in full window."
        )
        text = label(said, "second")
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._holder.addWidget(text)
        full = button(tr("Full window"), lambda: self._open_full(png))
        save = button(tr("Save the picture"), lambda: self._save(name, png))
        _tell_apart(part, full, save)
        line = row(8)
        line.addStretch(1)
        line.addWidget(full)
        line.addWidget(save)
        line.addStretch(1)
        self._holder.addLayout(line)
        return full

    def _title(self, text: str) -> None:
        title = label(text, "strong")
        title.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._holder.addWidget(title)

    def _open_full(self, png: bytes) -> None:
        self._full = FullWindow(self.window(), png)
        self._full.show()

    def _show_link(self, link: str, part: str) -> QPushButton:
        self._holder.addWidget(label(tr("Your link is ready"), "strong"))
        box = QPlainTextEdit(link)
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        box.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        box.setProperty("look", "raw")
        box.setAccessibleName(tr("The link"))
        box.setFixedHeight(self._context.theme.px(150))
        self._holder.addWidget(box)
        copy = button(" " + tr("Copy the link"), lambda: self.copy(link), look="main")
        with_icon(self._context.theme, copy, "copy", colour="on_accent")
        _tell_apart(part, copy)
        self._holder.addWidget(FlowBox(copy))
        if len(link) > LONG_LINK:
            text = tr(
                "This link is {n} characters long. Some mail programs and forms cut links "
                "of this length. A file is safer.",
                n=wording.number(len(link)),
            )
            self._holder.addWidget(Message(self._context.theme, "notice", text=text))
        said = tr("Everything is inside the link itself. Whoever has it can open it until it ends.")
        self._holder.addWidget(label(said, "second"))
        return copy

    def _show_file(self, made: Made, part: str) -> QPushButton:
        data, name = made.data, made.file_name
        self._holder.addWidget(label(tr("Your file is ready"), "strong"))
        self._holder.addWidget(label(name, "second"))
        save = button(tr("Save the file"), lambda: self._save(name, data), look="main")
        _tell_apart(part, save)
        self._holder.addWidget(FlowBox(save))
        said = tr("Send it as an attachment. They drop it on the check page to open it.")
        self._holder.addWidget(label(said, "second"))
        return save

    def copy(self, link: str) -> None:
        """Copy the link; it is taken back from the clipboard when the wallet locks."""
        QGuiApplication.clipboard().setText(link)
        self._copied = link
        self._context.toast(tr("Link copied."))

    def _save(self, name: str, data: bytes) -> None:
        path = file_dialogs.place(self._context, self, tr("Save"), name)
        if path is not None:
            self.write(path, data)

    def write(self, path: Path, data: bytes) -> None:
        """Write the file, byte for byte."""
        wallet = self._context.app.wallet

        def work(_tick: object) -> None:
            wallet.save(data, path, replace=True)  # the dialog has asked

        self._context.tasks.run(
            self,
            work,
            lambda _answer: self._context.toast(tr("Saved as {name}.", name=path.name)),
            fail=lambda failure: self._context.toast(why(failure)),
            lane=Lane.WEB,
        )

    def forget(self) -> None:
        """Take back what is shown, and the clipboard if it still holds our link."""
        clipboard = QGuiApplication.clipboard()
        if self._copied is not None and clipboard.text() == self._copied:
            clipboard.clear()
        self._copied = None
        if self._full is not None:
            from shiboken6 import isValid

            if isValid(self._full):
                self._full.close()
            self._full = None
        self.show_nothing()


def _titles(titles: Sequence[str]) -> str:
    shown = ", ".join(shorten(title, 80) for title in titles[:_TITLES_SHOWN])
    rest = len(titles) - _TITLES_SHOWN
    return shown if rest <= 0 else f"{shown} {tr('+ {n} more', n=wording.number(rest))}"


def _tell_apart(part: str, *buttons: QPushButton) -> None:
    """Let a screen reader say of which part a button is."""
    if part:
        for one in buttons:
            one.setAccessibleName(f"{one.text().strip()}, {part}")
