"""What changed since the person last looked: a calm card that links to the records."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QLabel, QScrollArea, QWidget

from wallet import wording
from wallet.app import News, Notice, State
from wallet.errors import WalletError
from wallet.ui import icons
from wallet.ui.context import Context
from wallet.ui.layouts import column, empty_layout, row
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Card, announce, button, label, shorten
from wallet.wording import ntr, tr

_SHOWN = 3  # lines before the rest is asked for
_SMALL, _TINY = 700, 380  # pixels before the text size: below, one line; below, none
_MOST = 12  # lines at all; the records themselves have every state
_STATES = {
    News.WITHDRAWN: State.WITHDRAWN,
    News.SUSPENDED: State.WITHDRAWN,
    News.KEY_CHANGED: State.BROKEN,
    News.BROKEN: State.BROKEN,
    News.BROKEN_INSIDE: State.BROKEN,
    News.ENDED: State.ENDED,
    News.ENDS_SOON: State.ENDS_SOON,
    News.HOLDS_AGAIN: State.HOLDS,
}


class Noticed(QWidget):
    """The card above the records; hidden while there is nothing to tell.

    Where there is no room for both, it is one line, and takes the page while it is unfolded.
    """

    opened = Signal(str)  # the id of a record
    dismissed = Signal()
    filled = Signal(bool)  # it takes the whole page

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._notices: tuple[Notice, ...] = ()
        self._room, self._wide, self._all = 0, 0, False
        theme = context.theme
        outside = column(0, (theme.px(16), theme.px(14), theme.px(16), theme.px(12)))
        self.setLayout(outside)
        self._card = Card(theme, spacing=6)
        self._card.setAccessibleName(tr("What changed"))
        head = row(theme.px(8))
        self._title = label(tr("What changed"), "strong")
        head.addWidget(self._title, 1)
        self._fold = button("", self._toggle, look="inline")
        head.addWidget(self._fold, 1)
        self.close_button = button(tr("Got it"), self._dismiss, look="quiet")
        self.close_button.setToolTip(tr("Put this aside. The records stay as they are."))
        head.addWidget(self.close_button)
        self._card.add(head, self._scroll())
        outside.addWidget(self._card)
        self.hide()

    def _scroll(self) -> QScrollArea:
        self._area, self._inside = QScrollArea(), QWidget()
        self._inside.setObjectName("clear")
        self._lines = column(self._context.theme.px(6))
        self._inside.setLayout(self._lines)
        self._area.setWidget(self._inside)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return self._area

    def load(self) -> None:
        """Read what there is to tell."""
        wallet = self._context.app.wallet
        self._context.tasks.run(
            self, lambda _tick: wallet.notices(), self._show, fail=_ignore, lane=Lane.VAULT
        )

    def arrange(self, page: QSize) -> None:
        """Take a part of the page only."""
        if (page.height(), page.width()) != (self._room, self._wide):
            self._room, self._wide = page.height(), page.width()
            self._draw()

    def forget(self) -> None:
        """Show nothing any more."""
        self._show(())

    @property
    def _is_tiny(self) -> bool:
        return self._room < self._context.theme.px(_TINY)

    @property
    def _is_small(self) -> bool:
        return self._room < self._context.theme.px(_SMALL)

    def _show(self, notices: Sequence[Notice]) -> None:
        # What is wrong comes before what is only to be known, the latest of each first.
        order = list(News)
        found = tuple(sorted(notices, key=lambda notice: order.index(notice.news)))
        if found == self._notices:
            return
        self._notices, self._all = found, False
        self.setVisible(bool(found))
        self._draw()
        if found:
            announce(self, f"{tr('What changed')}: {found[0].title}. {self._sentence(found[0])}")

    def _draw(self) -> None:
        empty_layout(self._lines)
        tiny, small = self._is_tiny, self._is_small
        many = len(self._notices)
        few = 0 if tiny else 1 if small else _SHOWN
        shown = self._notices[: _MOST if self._all else few]
        for notice in shown:
            self._lines.addWidget(self._line(notice))
        rest = many - len(shown)
        if rest and self._all:
            self._lines.addWidget(label(ntr("{n} more", "{n} more", rest), "small"))
        elif rest and not tiny:
            more = button(ntr("{n} more", "{n} more", rest), self._toggle, look="inline")
            self._lines.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        self._lines.addStretch(1)
        self._fold.setText(ntr("{n} change", "{n} changes", many))
        self._fold.setVisible(tiny)
        self._title.setVisible(not tiny)
        self._area.setVisible(bool(shown))
        self.filled.emit(tiny and self._all and bool(self._notices))
        self._fit()
        QTimer.singleShot(0, self, self._fit)  # what was just put there has its size by then

    def _fit(self) -> None:
        """Give the lines the room they need, up to their part of the page."""
        part = 60 if self._is_tiny else 22 if self._is_small else 35
        need = self._lines.heightForWidth(self._space())
        self._area.setFixedHeight(max(0, min(need, self._room * part // 100)))

    def _space(self) -> int:
        """Return the width that a line has."""
        return max(self._wide, 300) - self._context.theme.px(16 + 16 + 18 + 18 + 12)

    def fold(self) -> None:
        """Leave the page to the records."""
        if self._all:
            self._all = False
            self._draw()

    def _toggle(self) -> None:
        self._all = not self._all
        self._draw()
        to = self._fold if self._is_tiny else self.close_button
        to.setFocus(Qt.FocusReason.OtherFocusReason)

    def _line(self, notice: Notice) -> QWidget:
        theme, box = self._context.theme, QWidget()
        line = row(theme.px(10))
        mark = QLabel()
        shape = icons.shape(theme, _STATES[notice.news], 18)
        if shape is not None:
            mark.setPixmap(shape)
        mark.setFixedWidth(theme.px(18))
        mark.setContentsMargins(0, theme.px(2), 0, 0)
        line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(0)
        sentence = self._sentence(notice)
        name = button("", look="inline")
        name.ensurePolished()
        most = self._space() - theme.px(18 + 10 + 12)
        title = shorten(notice.title, 200)
        cut = name.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, most)
        name.setText(cut.replace("&", "&&"))
        name.clicked.connect(lambda _on=False: self.opened.emit(notice.id))
        name.setAccessibleName(f"{notice.title}. {sentence}")
        name.setToolTip(tr("Open this record"))
        texts.addWidget(name, 0, Qt.AlignmentFlag.AlignLeft)
        texts.addWidget(label(sentence, "second"))
        line.addLayout(texts, 1)
        box.setLayout(line)
        return box

    def _sentence(self, notice: Notice) -> str:
        return wording.notice(notice, now=self._context.now())

    def _dismiss(self) -> None:
        wallet, numbers = self._context.app.wallet, [n.number for n in self._notices]
        self._show(())
        self._context.tasks.run(
            self,
            lambda _tick: wallet.dismiss(numbers),
            lambda _answer: None,
            fail=_ignore,
            lane=Lane.VAULT,
        )
        self.dismissed.emit()


def _ignore(_failure: WalletError | None) -> None:
    """The records have every state; news that cannot be read now is read the next time."""
