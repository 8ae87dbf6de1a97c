"""The door where several wallets are known: which one to open, and what they are called there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QSizePolicy, QWidget

from wallet import wording
from wallet.errors import WalletError
from wallet.ui import icons
from wallet.ui.context import Context, why
from wallet.ui.door import DoorPage, pick_wallet
from wallet.ui.hands import heard
from wallet.ui.layouts import FlowBox, column, empty_layout, row
from wallet.ui.tasks import Lane
from wallet.ui.widgets import (
    Message,
    Shortcut,
    bind,
    button,
    focus_soon,
    label,
    set_role,
    shorten,
)
from wallet.vaults import MAX_NAME, Listed, is_there
from wallet.wording import tr


class VaultButton(QPushButton):
    """One wallet to open: what it is called, and whose it is where they allowed that."""

    def __init__(self, context: Context, one: Listed, on_press: Callable[[], object]) -> None:
        super().__init__()
        heard(self)
        theme, self._title = context.theme, wording.vault(one.known)
        self.path = one.path
        self.setProperty("look", "vault")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.clicked.connect(lambda _checked=False: on_press())
        self._inside = row(theme.px(12), (theme.px(12), theme.px(9), theme.px(10), theme.px(9)))
        texts = column(0)
        self._first, self._second = label(shorten(self._title, MAX_NAME)), label("", "small")
        texts.addWidget(self._first)
        texts.addWidget(self._second)
        self._inside.addLayout(texts, 1)
        onward = QLabel()
        onward.setPixmap(icons.pixmap(theme, "folded", 16))
        self._inside.addWidget(onward, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(self._inside)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._tell(one.known.person)

    def _tell(self, second: str) -> None:
        self._second.setText(second)
        self._second.setVisible(bool(second))
        self.setAccessibleName(", ".join(filter(None, (self._title, second))))

    def mark_missing(self) -> None:
        """Show that it cannot be opened now."""
        self._tell(tr("Its file is not there now."))
        set_role(self._first, "second")
        self.setEnabled(False)

    def sizeHint(self) -> QSize:
        """Return the room for what is in it, not for a button's own text."""
        return self._inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Be as narrow as its texts allow."""
        return self._inside.minimumSize()


class VaultEditor(QWidget):
    """One wallet of the list while the list is changed: its name, and forgetting it."""

    def __init__(self, page: VaultList, one: Listed) -> None:
        super().__init__()
        theme, title = page.context.theme, wording.vault(one.known)
        self.path = one.path
        down = column(theme.px(4), (0, 0, 0, theme.px(8)))
        self.name = QLineEdit(one.known.name)
        self.name.setMaxLength(MAX_NAME)
        self.name.setCursorPosition(0)  # the beginning of a long one is seen
        self.name.setPlaceholderText(title)
        self.name.setAccessibleName(tr("Name of {wallet}", wallet=title))
        self.name.editingFinished.connect(lambda: page.rename(one.path, self.name.text()))
        gone = button(tr("Take off the list"), lambda: page.forget_one(one.path), look="link")
        gone.setAccessibleName(tr("Take {wallet} off the list", wallet=title))
        place = label(tr("Its file: {place}", place=one.path), "small")
        place.setText(str(place.text()).replace("/", "/\u200b"))
        for widget in (self.name, place, FlowBox(gone)):
            down.addWidget(widget)
        self.setLayout(down)


class VaultList(DoorPage):
    """Every wallet known here, the last used first."""

    chosen = Signal(Path)
    make_new = Signal()
    check = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.offer_languages()
        theme = context.theme
        self.head(tr("Which wallet?"), tr("Each one is a locked file of its own."))
        self.rows: list[VaultButton] = []
        self.editors: list[VaultEditor] = []
        self._editing = False
        self._missing: set[Path] = set()  # as far as it is known by now
        self._list = column(theme.px(8))
        self.body.addLayout(self._list)
        self.error = Message(theme)
        self.body.addWidget(self.error)
        self.body.addSpacing(theme.px(6))
        self.edit = button(tr("Change this list"), self.toggle, look="link")
        links = FlowBox(
            self.edit,
            button(tr("Open another wallet"), self._pick, look="link"),
            button(tr("Make a new wallet"), self.make_new.emit, look="link"),
            button(tr("Check a share somebody sent you"), self.check.emit, look="link"),
            spacing=theme.px(14),
            between=0,
        )
        self.body.addWidget(links)
        bind(self, Shortcut("Esc", tr("Done"), lambda: self.toggle() if self._editing else None))
        self._show()

    @property
    def is_begun(self) -> bool:
        """Whether the list is being changed."""
        return self._editing

    def take_focus(self) -> None:
        """Put the focus on the wallet used last whose file is there."""
        QTimer.singleShot(0, self, self._focus_first)  # once it is known which that is

    def _focus_first(self) -> None:
        next((one for one in self.rows if one.isEnabled()), self.edit).setFocus()

    def toggle(self) -> None:
        """Change the list, or be done with that."""
        self._editing = not self._editing
        self._show()
        if self._editing and self.editors:
            focus_soon(self.editors[0].name)
        else:
            self.take_focus()

    def _show(self) -> None:
        empty_layout(self._list)
        self.rows, self.editors = [], []
        for one in self.context.app.vaults.listed():
            if self._editing:
                self.editors.append(VaultEditor(self, one))
                self._list.addWidget(self.editors[-1])
            else:
                self.rows.append(self._row(one))
                self._list.addWidget(self.rows[-1])
                self._look(self.rows[-1])
        self.edit.setText(tr("Done") if self._editing else tr("Change this list"))

    def _row(self, one: Listed) -> VaultButton:
        return VaultButton(self.context, one, lambda: self.chosen.emit(one.path))

    def _look(self, row: VaultButton) -> None:
        """Find out whether its file is there, however long that takes."""
        path = row.path
        if path in self._missing:
            row.mark_missing()

        def show(there: bool) -> None:
            if there:
                self._missing.discard(path)
                return
            self._missing.add(path)
            focused = self.window().focusWidget()
            lost = focused is None or focused is row or not self.isAncestorOf(focused)
            row.mark_missing()
            if lost:
                self.take_focus()

        self.context.tasks.run(
            row, lambda _tick: is_there(path), show, fail=lambda _failure: None, lane=Lane.PLACES
        )

    def rename(self, path: Path, name: str) -> None:
        """Call a wallet so at the door."""
        known = self.context.app.vaults.find(path)
        if known is not None and name != known.known.name:
            self._do(lambda: self.context.app.vaults.rename(path, name))

    def forget_one(self, path: Path) -> None:
        """Take a wallet off the list; its file stays."""
        self._do(lambda: self.context.app.vaults.forget(path))
        self.context.toast(tr("It is off the list. Its file stays where it is."))
        self._show()
        focus_soon(self.editors[0].name if self.editors else self.edit)

    def _do(self, act: Callable[[], object]) -> None:
        try:
            act()
            self.error.say("")
        except WalletError as failure:
            self.error.say(why(failure))

    def _pick(self) -> None:
        path = pick_wallet(self.context, self)
        if path is not None:
            self.chosen.emit(path)
