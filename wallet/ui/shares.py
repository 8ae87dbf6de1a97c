"""The ledger: what was handed out from this wallet, to whom, until when."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from wallet import wording
from wallet.app import ShareRow, State
from wallet.errors import WalletError
from wallet.ui.context import Context, why
from wallet.ui.layouts import FlowBox, column
from wallet.ui.rows import Line, Lines, LineView
from wallet.ui.share_result import FILE, LINK, QR
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Message, button, label
from wallet.wording import ntr, tr

_TITLES_SHOWN = 3


class Shares(QWidget):
    """The page "Shares"."""

    share = Signal(list)
    counted = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("page")
        self._context, theme = context, context.theme
        pad = theme.px(28)
        body = column(theme.px(12), (0, theme.px(24), 0, 0))
        self.setLayout(body)
        top = column(theme.px(4), (pad, 0, pad, 0))
        body.addLayout(top)
        top.addWidget(label(tr("Shares"), "record"))
        said = tr(
            "What you handed out from this wallet. What was sent cannot be called back; "
            "it ends on its day."
        )
        top.addWidget(label(said, "second"))
        self.error = Message(theme)
        top.addWidget(self.error)
        self.model = Lines(self._describe)
        self.view = LineView(theme, self.model, tr("Shares"), left=28)
        body.addWidget(self.view, 1)
        self.empty = QWidget()
        inside = column(theme.px(8), (pad, theme.px(20), pad, pad))
        self.empty.setLayout(inside)
        inside.addWidget(label(tr("Nothing shared yet"), "strong"))
        text = tr("Share a record with an employer or a college, and it is noted here.")
        inside.addWidget(label(text, "second"))
        self.begin = button(tr("Share a record"), lambda: self.share.emit([]), look="main")
        inside.addWidget(FlowBox(self.begin))
        inside.addStretch(1)
        body.addWidget(self.empty, 1)
        self._show([])

    def refresh(self) -> None:
        """Read the ledger again."""
        wallet = self._context.app.wallet
        self._context.tasks.run(
            self, lambda _tick: wallet.shares(), self._show, fail=self._failed, lane=Lane.VAULT
        )

    def _failed(self, failure: WalletError | None) -> None:
        self.error.say(why(failure))

    def _show(self, shares: list[ShareRow]) -> None:
        self.error.say("")
        self.model.show(shares)
        self.view.setVisible(bool(shares))
        self.empty.setVisible(not shares)
        now = self._context.now()
        self.counted.emit(sum(1 for one in shares if one.ends > now))

    def _describe(self, one: ShareRow) -> Line:
        forms = {LINK: tr("Link"), QR: tr("QR code"), FILE: tr("File")}
        titles = ", ".join(one.titles[:_TITLES_SHOWN])
        rest = len(one.titles) - _TITLES_SHOWN
        if rest > 0:
            titles = ntr("{titles} and {n} more", "{titles} and {n} more", rest, titles=titles)
        over = one.ends <= self._context.now()
        date = wording.date(one.ends)
        second = " · ".join(
            part
            for part in (
                one.for_what,
                forms.get(one.form, one.form),
                wording.date(one.made_at),
                titles,
            )
            if part
        )
        return Line(
            title=one.for_whom or tr("Nobody named"),
            second=second,
            tile=one.for_whom,
            word=tr("Ended {date}", date=date) if over else tr("Ends {date}", date=date),
            state=State.ENDED if over else None,
        )

    def forget(self) -> None:
        """Empty everything: the wallet is being locked."""
        self._show([])

    @staticmethod
    def words(many: int) -> tuple[str, str]:
        """Return what is said of so many shares that are open, in short and in full."""
        words = ntr("{n} active", "{n} active", many)
        return words, words
