"""One record, for people: the verdict, five answers, what it says; the machinery folded away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

from wallet import wording
from wallet.app import Checked, Entry, Inner, State, state_of
from wallet.model import Credential, Format
from wallet.record import Record
from wallet.report import Role, VerificationReport
from wallet.ui import inside, labels
from wallet.ui.context import Context
from wallet.ui.layouts import FlowBox, column, row
from wallet.ui.pieces import Badge, Table, Tile, answers, link, skills
from wallet.ui.widgets import (
    Card,
    Fold,
    Message,
    Shortcut,
    bind,
    button,
    focus_soon,
    label,
    shorten,
    with_icon,
)
from wallet.wording import tr

MAX_RAW_SHOWN = 60_000  # characters of an original drawn in the window; export has all of it
EVIDENCE_SHOWN = 20


KeepPart = Callable[[Inner], object]


@dataclass(frozen=True, slots=True)
class Shown:
    """A record with everything known about it, whether kept or only looked at."""

    record: Record
    report: VerificationReport
    state: State
    credential: Credential
    source: str = ""
    added_at: datetime | None = None
    checked_at: datetime | None = None

    @classmethod
    def of_entry(cls, entry: Entry) -> Shown:
        """Show a kept record."""
        return cls(
            entry.record,
            entry.report,
            entry.state,
            entry.credential,
            entry.source,
            entry.added_at,
            entry.checked_at,
        )

    @classmethod
    def of_checked(cls, leaf: Checked, now: datetime) -> Shown:
        """Show a record that was read and checked just now."""
        assert isinstance(leaf.readable, Credential)
        assert isinstance(leaf.report, VerificationReport)
        assert leaf.record is not None
        state = state_of(leaf.report, leaf.record.ends, now=now)
        return cls(leaf.record, leaf.report, state, leaf.readable, leaf.source, None, now)


def second_line(record: Record, report: VerificationReport) -> str:
    """Say who issued a record, to whom; a name that no list gives is said to be a claim."""
    issuer = wording.issuer(record, report)
    if not record.subject_name:
        return issuer
    if wording.listed_name(report) is None:
        return tr("{issuer}; issued to {name}", issuer=issuer, name=record.subject_name)
    return tr("{issuer} to {name}", issuer=issuer, name=record.subject_name)


class RecordView(QWidget):
    """The cards of one record. `head` is its title; `actions` is put below it.

    `about_issuer` is what can be done about knowing the issuer, below the answers. A part inside
    it opens in place of the cards; `keep_part`, where it is given, keeps one.
    """

    def __init__(
        self,
        context: Context,
        shown: Shown,
        actions: QWidget | None = None,
        *,
        head: bool = True,
        about_issuer: QWidget | None = None,
        keep_part: KeepPart | None = None,
    ) -> None:
        super().__init__()
        self._context, self._theme, self.shown = context, context.theme, shown
        self._keep_part = keep_part
        self._opened: PartView | None = None
        self._outside, self._own = column(0), QWidget()
        self._body = column(self._theme.px(16))
        self._own.setLayout(self._body)
        self._outside.addWidget(self._own)
        self.setLayout(self._outside)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if head:
            self._body.addLayout(self._head())
        if actions is not None:
            self._body.addWidget(actions)
        self._body.addWidget(self._verdict(about_issuer))
        parts = context.app.verifier.parts(shown.credential, shown.report)
        told = any(part.report.role is Role.CREDENTIAL for part in parts)
        stated = [one for one in shown.record.parts if not (told and one.embedded)]
        for card in (
            self._facts(),
            self._story(),
            self._skills(),
            inside.records(context, parts, stated, self._open_part),
            inside.endorsements(context, parts, self._open_part),
        ):
            if card is not None:
                self._body.addWidget(card)
        self._body.addWidget(self._machinery())

    def _head(self) -> QHBoxLayout:
        record = self.shown.record
        line = row(self._theme.px(16))
        tile = Tile(self._theme, record.title, record.issuer_name or record.issuer_id)
        tile.carry(record.image)
        line.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
        texts = column(self._theme.px(2))
        kind = labels.translated(record.type_label) if record.type_label else ""
        if record.sample:
            kind = tr("Sample · {kind}", kind=kind) if kind else tr("Sample")
        if kind:
            texts.addWidget(label(kind, "small"))
        title = label(shorten(record.title, 300), "record", select=True)
        texts.addWidget(title)
        texts.addWidget(
            label(shorten(second_line(record, self.shown.report), 300), "second", select=True)
        )
        line.addLayout(texts, 1)
        return line

    def _verdict(self, about_issuer: QWidget | None) -> Card:
        shown, card = self.shown, Card(self._theme, spacing=10)
        line = row(self._theme.px(8))
        line.addWidget(label(tr("Does it hold?"), "strong"), 1)
        word = self._context.word(shown.state, shown.record.ends)
        line.addWidget(Badge(self._theme, shown.state, word), 0, Qt.AlignmentFlag.AlignRight)
        table = answers(self._theme, shown.report.checks)
        inside.answer(table, self._context, shown.report)
        card.add(line, table)
        if shown.checked_at is not None:
            when = tr("Checked {when}.", when=wording.time(shown.checked_at))
            card.add(label(when, "small"))
        if about_issuer is not None:
            card.add(about_issuer)
        return card

    def _facts(self) -> Card | None:
        record, table = self.shown.record, Table(self._theme)
        if record.awarded is not None:
            table.add(tr("Awarded"), wording.date(record.awarded))
        if record.ends is not None:
            table.add(tr("Ends on"), wording.date(record.ends))
        for result in record.results[:20]:
            name = labels.translated(result.name) if result.name else tr("Result")
            table.add(shorten(name, 120), shorten(result.value, 400))
        if record.criteria:
            table.add(tr("What it took"), record.criteria)
        for name, text in record.details[:20]:
            table.add(shorten(labels.translated(name), 120), labels.value(text))
        for n in range(min(len(record.evidence), EVIDENCE_SHOWN)):
            table.add(tr("Evidence") if n == 0 else "", self._evidence(n))
        if table.is_empty:
            return None
        card = Card(self._theme)
        card.add(table)
        return card

    def _evidence(self, number: int) -> QWidget:
        evidence = self.shown.record.evidence[number]
        box = QWidget()
        told = column(self._theme.px(2))
        if evidence.url:
            told.addWidget(link(evidence.name, evidence.url, self._context.open_url))
        else:
            told.addWidget(label(evidence.name))
        if evidence.narrative:
            told.addWidget(label(evidence.narrative, "second"))
        box.setLayout(told)
        return box

    def _story(self) -> Card | None:
        if not self.shown.record.description:
            return None
        card = Card(self._theme)
        card.add(label(tr("In the issuer's words"), "strong"))
        card.add(label(self.shown.record.description, "second", select=True))
        return card

    def _skills(self) -> Card | None:
        named = self.shown.record.skills
        if not named:
            return None
        card = Card(self._theme, spacing=12)
        card.add(label(tr("Skills it proves"), "strong"))
        card.add(skills(self._theme, [(s.name, s.framework or "") for s in named[:500]]))
        return card

    # What stands inside

    def _open_part(self, part: Inner, line: QPushButton) -> None:
        """Show a part instead of the whole, with a way back to its line."""
        assert self._opened is None
        self._own.hide()

        def leave() -> None:
            view.hide()
            view.deleteLater()
            self._opened = None
            self._own.show()
            focus_soon(line)
            QTimer.singleShot(0, line, lambda: _scroll_to(line))

        view = self._opened = PartView(self._context, part, self._keep_part)
        view.leave.connect(leave)
        self._outside.addWidget(view)
        focus_soon(view.back)
        QTimer.singleShot(0, view, lambda: _scroll_to(view.back))

    def _machinery(self) -> Card:
        card = Card(self._theme)
        card.add(Fold(self._theme, tr("Technical details"), self._technical))
        return card

    def _technical(self) -> QWidget:
        shown, credential = self.shown, self.shown.credential
        box = QWidget()
        body = column(self._theme.px(10), (self._theme.px(6), 0, 0, 0))
        table = Table(self._theme)
        table.add(tr("Came from"), shown.source or tr("Unknown"))
        if shown.added_at is not None:
            table.add(tr("Added"), wording.time(shown.added_at))
        table.add(tr("Form"), credential.format.value)
        table.add(tr("Issuer's address"), credential.issuer)
        if credential.subject:
            table.add(tr("Issued to"), credential.subject)
        for proof in credential.proofs[:5]:
            table.add(tr("Signature"), proof.suite)
            if proof.verification_method:
                table.add(tr("Key"), proof.verification_method)
        for status in credential.status[:5]:
            table.add(tr("Withdrawal list"), status.list_url)
        table.add(tr("Fingerprint"), credential.id)
        body.addWidget(table)
        body.addWidget(Fold(self._theme, tr("The original"), self._original))
        box.setLayout(body)
        return box

    def _original(self) -> QWidget:
        text = self.shown.credential.raw[: MAX_RAW_SHOWN * 4].decode("utf-8", "replace")
        made = QPlainTextEdit(shorten(text, MAX_RAW_SHOWN))
        made.setReadOnly(True)
        made.setProperty("look", "raw")
        made.setTabChangesFocus(True)
        made.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        made.setAccessibleName(tr("The original"))
        made.setFixedHeight(self._theme.px(280))
        return made


class PartView(QWidget):
    """One part of a record, in place of the record: the way back, then all that is known of it."""

    leave = Signal()

    def __init__(self, context: Context, part: Inner, keep: KeepPart | None) -> None:
        super().__init__()
        theme, inner = context.theme, column(context.theme.px(12))
        self.setLayout(inner)
        self.back = button(tr("Back to the whole record"), self.leave.emit, look="quiet")
        with_icon(theme, self.back, "back")
        inner.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        bind(self, Shortcut("Alt+Left", tr("Back to the whole record"), self.leave.emit))
        report, credential = part.report.report, part.credential
        if report is None or credential is None or part.record is None:
            inner.addWidget(label(shorten(inside.texts_of(part)[0], 300), "record", select=True))
            inner.addWidget(Message(theme, "notice", text=inside.why_unread(part)))
            return
        state = part.state(context.now())
        shown = Shown(part.record, report, state, credential, tr("Inside another record"))
        actions = None
        if keep is not None and credential.format is not Format.UNSECURED:
            actions = FlowBox(button(tr("Keep as its own record"), lambda: keep(part)))
        self.view = RecordView(context, shown, actions, keep_part=keep)
        inner.addWidget(self.view)


def _scroll_to(widget: QWidget) -> None:
    """Bring a widget into view in the page it is on."""
    around = widget.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    if around is not None:
        around.ensureWidgetVisible(widget)
