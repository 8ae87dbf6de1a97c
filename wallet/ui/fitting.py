"""Dialogs that are as high as what is in them, and no larger than the window they belong to."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QDialog

from wallet.ui.theme import Theme
from wallet.ui.widgets import Page

_EDGE = 40  # pixels of the window that stay to be seen around a dialog


class Fitting(QObject):
    """Keeps a dialog fitted to its page while that changes."""

    def __init__(self, theme: Theme, dialog: QDialog, page: Page, *, wide: int) -> None:
        """`wide` is in pixels at the usual text size."""
        super().__init__(dialog)
        inner = page.widget()
        assert inner is not None
        self._dialog, self._inner, self._wide = dialog, inner, theme.px(wide)
        inner.installEventFilter(self)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Fit it anew when something on the page came, went or grew."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Give the dialog the size that its page asks for, as far as there is room."""
        parent, layout = self._dialog.parentWidget(), self._inner.layout()
        if parent is None or layout is None:
            return
        room = parent.window().size()
        width = min(self._wide, room.width() - _EDGE)
        height = layout.totalHeightForWidth(width)
        self._dialog.resize(width, min(height, room.height() - _EDGE))
