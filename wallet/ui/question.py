"""A question with a few answers, which fits a small window at any text size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from wallet.ui.fitting import Fitting
from wallet.ui.layouts import FlowBox, column
from wallet.ui.theme import Theme
from wallet.ui.widgets import Page, button, focus_soon, label


@dataclass(frozen=True, slots=True)
class Answer:
    """What a button says, and what it does once the question is gone."""

    words: str
    act: Callable[[], object] | None = None
    look: str = ""


class Question(QDialog):
    """Asks; closing it without an answer does nothing. The main or last answer has the focus."""

    def __init__(
        self, theme: Theme, parent: QWidget, title: str, text: str, answers: tuple[Answer, ...]
    ) -> None:
        super().__init__(parent.window())
        self.setWindowTitle(title)
        self.setAccessibleDescription(text)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page = Page(theme, spacing=12)
        outside = column(0)
        outside.addWidget(page)
        self.setLayout(outside)
        page.body.addWidget(label(title, "page"))
        page.body.addWidget(label(text))
        buttons = [button(one.words, self._closer(one), look=one.look) for one in answers]
        page.body.addWidget(FlowBox(*buttons))
        Fitting(theme, self, page, wide=520)
        main = [made for made, one in zip(buttons, answers, strict=True) if one.look == "main"]
        focus_soon([*buttons, *main][-1])

    def _closer(self, answer: Answer) -> Callable[[], None]:
        def close() -> None:
            self.accept()
            if answer.act is not None:
                answer.act()

        return close
