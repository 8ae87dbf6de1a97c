"""A recovery code as it is typed: a field for each group, which shows at once where a slip is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from wallet import wording
from wallet.errors import Code, VaultError
from wallet.ui.layouts import FlowBox, column
from wallet.ui.theme import Theme
from wallet.ui.widgets import announce, label
from wallet.ways import CODE_GROUPS, GROUP_LETTERS, is_right_group, split_code
from wallet.wording import tr

_MAX_PASTED = 400  # more than a code with whatever is between its letters


class CodeFields(QWidget):
    """Seven small fields. What is pasted into one of them fills those that follow too."""

    submitted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.fields = [self._field(n) for n in range(CODE_GROUPS)]
        self.said = label("", "warn")
        self.said.hide()
        down = column(theme.px(6))
        down.addWidget(FlowBox(*self.fields, spacing=theme.px(6)))
        down.addWidget(self.said)
        self.setLayout(down)
        self.setFocusProxy(self.fields[0])

    def _field(self, number: int) -> QLineEdit:
        made = QLineEdit()
        made.setMaxLength(_MAX_PASTED)
        made.setAccessibleName(tr("Group {n} of {total}", n=number + 1, total=CODE_GROUPS))
        made.setFixedWidth(made.fontMetrics().horizontalAdvance("W" * GROUP_LETTERS) + 34)
        hints = Qt.InputMethodHint
        made.setInputMethodHints(
            hints.ImhSensitiveData | hints.ImhNoPredictiveText | hints.ImhPreferUppercase
        )
        made.textEdited.connect(lambda text: self._edited(number, text))
        made.returnPressed.connect(self.submitted)
        made.installEventFilter(self)
        return made

    def text(self) -> str:
        """Return what was typed, group by group."""
        return "-".join(field.text() for field in self.fields)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing was typed."""
        return not any(field.text() for field in self.fields)

    def forget(self) -> None:
        """Empty every field, and what undoing would bring back."""
        for field in self.fields:
            field.setText("")
        self._judge()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Go back to the group before when an empty one is deleted."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            for number, field in enumerate(self.fields[1:], start=1):
                if watched is field and event.key() == Qt.Key.Key_Backspace and not field.text():
                    self.fields[number - 1].setFocus()
                    return True
        return False

    def _edited(self, number: int, text: str) -> None:
        groups = split_code(text)
        start = 0 if len(groups) >= CODE_GROUPS else number  # a whole code goes in from the first
        for n, group in enumerate(groups or ("",), start=start):
            if n < CODE_GROUPS and self.fields[n].text() != group:
                self.fields[n].setText(group)
        last = min(start + max(len(groups), 1), CODE_GROUPS) - 1
        if last + 1 < CODE_GROUPS and is_right_group(last, self.fields[last].text()):
            last += 1
        if last != number:
            self.fields[last].setFocus()
        self._judge()

    def _judge(self) -> None:
        slips = []
        for n, field in enumerate(self.fields):
            typed = field.text()
            slip = len(typed) >= GROUP_LETTERS and not is_right_group(n, typed)
            if slip:
                slips.append(n + 1)
            if bool(field.property("slip")) != slip:
                self._mark(n, slip=slip)
        text = ""
        if slips:
            found = VaultError(Code.RECOVERY_CODE_SLIP, groups=", ".join(map(str, slips)))
            text = wording.error(found)
        if text != self.said.text():
            self.said.setText(text)
            self.said.setAccessibleName(text)
            self.said.setVisible(bool(text))
            if text:
                announce(self, text)

    def go_to_slip(self) -> bool:
        """Put the focus on the first group with a slip, which the line below names; say if any."""
        for field in self.fields:
            if field.property("slip"):
                field.setFocus()
                field.selectAll()
                announce(self, self.said.text())
                return True
        return False

    def _mark(self, number: int, *, slip: bool) -> None:
        field = self.fields[number]
        field.setProperty("slip", slip)
        field.style().unpolish(field)
        field.style().polish(field)
        words = tr("Group {n} of {total}", n=number + 1, total=CODE_GROUPS)
        field.setAccessibleName(f"{words}: {tr('typing slip')}" if slip else words)
