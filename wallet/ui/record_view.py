"""One record, for people: the verdict, five answers, what it says; the machinery folded away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QWidget

from wallet import wording
from wallet.app import Checked, Entry, State, state_of
from wallet.model import Credential
from wallet.record import Record
from wallet.report import VerificationReport
from wallet.ui import labels
from wallet.ui.context import Context
from wallet.ui.layouts import column, row
from wallet.ui.pieces import Badge, Table, Tile, answers, link, skills
from wallet.ui.widgets import Card, Fold, button, label, shorten
from wallet.wording import ntr, tr

MAX_RAW_SHOWN = 60_000  # characters of an original drawn in the window; export has all of it
PARTS_AT_ONCE = 25
EVIDENCE_SHOWN = 20


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
    if record.subject_name:
        issuer = tr("{issuer} to {name}", issuer=issuer, name=record.subject_name)
    return issuer


class RecordView(QWidget):
    """The cards of one record. `head` is its title; `actions` is put below it.

    `about_issuer` is what can be done about knowing the issuer, below the answers.
    """

    def __init__(
        self,
        context: Context,
        shown: Shown,
        actions: QWidget | None = None,
        *,
        head: bool = True,
        about_issuer: QWidget | None = None,
    ) -> None:
        super().__init__()
        self._context, self._theme, self.shown = context, context.theme, shown
        self._body = column(self._theme.px(16))
        self.setLayout(self._body)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        if head:
            self._body.addLayout(self._head())
        if actions is not None:
            self._body.addWidget(actions)
        self._body.addWidget(self._verdict(about_issuer))
        for card in (self._facts(), self._story(), self._skills(), self._parts()):
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
        card.add(line, answers(self._theme, shown.report.checks))
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
        inside = column(self._theme.px(2))
        if evidence.url:
            inside.addWidget(link(evidence.name, evidence.url, self._context.open_url))
        else:
            inside.addWidget(label(evidence.name))
        if evidence.narrative:
            inside.addWidget(label(evidence.narrative, "second"))
        box.setLayout(inside)
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

    def _parts(self) -> Card | None:
        parts = self.shown.record.parts
        if not parts:
            return None
        card = Card(self._theme, spacing=10)
        title = ntr("{n} part", "{n} parts", len(parts))
        card.add(label(title, "strong"))
        self._more_parts(card, 0)
        return card

    def _more_parts(self, card: Card, start: int) -> None:
        parts = self.shown.record.parts
        for part in parts[start : start + PARTS_AT_ONCE]:
            card.add(self._part(part))
        rest = len(parts) - start - PARTS_AT_ONCE
        if rest <= 0:
            return

        def unfold() -> None:
            more.hide()
            self._more_parts(card, start + PARTS_AT_ONCE)

        more = button(ntr("Show {n} more", "Show {n} more", rest), unfold, look="link")
        card.body.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)

    def _part(self, part: Record) -> QWidget:
        box = QWidget()
        line = row(self._theme.px(12))
        texts = column(0)
        texts.addWidget(label(shorten(part.title, 200)))
        second = [labels.translated(part.type_label or ""), part.issuer_name or ""]
        second += [wording.date(part.awarded)] if part.awarded else []
        texts.addWidget(label(" · ".join(filter(None, second)), "small"))
        line.addLayout(texts, 1)
        results = ", ".join(shorten(r.value, 60) for r in part.results[:3])
        if results:
            value = label(results, "strong")
            value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            value.setMaximumWidth(self._theme.px(160))
            line.addWidget(value)
        box.setLayout(line)
        return box

    def _machinery(self) -> Card:
        card = Card(self._theme)
        card.add(Fold(self._theme, tr("Technical details"), self._technical))
        return card

    def _technical(self) -> QWidget:
        shown, credential = self.shown, self.shown.credential
        box = QWidget()
        inside = column(self._theme.px(10), (self._theme.px(6), 0, 0, 0))
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
        inside.addWidget(table)
        inside.addWidget(Fold(self._theme, tr("The original"), self._original))
        box.setLayout(inside)
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
