"""What stands inside a record, as cards: its records and who endorses it, each with its verdict.

Each line is a button that opens the part; where it opens is the caller's business.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from wallet import wording
from wallet.app import Inner, State
from wallet.errors import WalletError
from wallet.record import Record
from wallet.report import Role, VerificationReport, records_inside, tally, worst
from wallet.ui import icons, labels
from wallet.ui.context import Context
from wallet.ui.hands import heard
from wallet.ui.layouts import column, row
from wallet.ui.pieces import Badge, Table, answer_mark
from wallet.ui.widgets import Card, button, focus_soon, label, shorten
from wallet.wording import ntr, tr

SHOWN_AT_ONCE = 25
_PAD = 9  # pixels around a line
_SHORT = 14  # letters of a grade that leave room beside them

Open = Callable[[Inner, QPushButton], object]


class PartLine(QPushButton):
    """One part on a line of its own: what, by whom, what came out, and whether it holds."""

    def __init__(self, context: Context, part: Inner, open_it: Open) -> None:
        super().__init__()
        heard(self)
        theme, self.part = context.theme, part
        self.setProperty("look", "part")
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        self.clicked.connect(lambda _checked=False: open_it(part, self))
        title, second = texts_of(part)
        state, ends = part.state(context.now()), part.record.ends if part.record else None
        word = context.word(state, ends)
        self.setAccessibleName(", ".join(filter(None, (title, second, word))))
        pad = theme.px(_PAD)
        self._inside = column(theme.px(4), (pad, theme.px(7), pad, pad))
        top = row(theme.px(12))
        texts = column(0)
        texts.addWidget(label(shorten(title, 200)))
        if second:
            texts.addWidget(label(shorten(second, 300), "small"))
        top.addLayout(texts, 1)
        if part.record is not None:
            _add_results(context, part.record, top, texts)
        self._inside.addLayout(top)
        below = row(theme.px(12))
        below.addWidget(Badge(theme, state, word), 0, Qt.AlignmentFlag.AlignLeft)
        below.addStretch(1)
        onward = QLabel()
        onward.setPixmap(icons.pixmap(theme, "folded", 16))
        below.addWidget(onward, 0, Qt.AlignmentFlag.AlignVCenter)
        self._inside.addLayout(below)
        self.setLayout(self._inside)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def sizeHint(self) -> QSize:
        """Return the room for what is in it, not for a button's own text."""
        return self._inside.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """Be as narrow as its texts allow."""
        return self._inside.minimumSize()


def texts_of(part: Inner) -> tuple[str, str]:
    """Return what to call a part, and a second line about it."""
    by = part.report.issuer_name or part.report.issuer
    if part.report.role is Role.ENDORSEMENT:
        return by or tr("Somebody without a name"), wording.endorsed(part.report)
    record = part.record
    title = (record.title if record else part.report.title) or tr("A record without a name")
    second = [labels.translated(record.type_label or "") if record else "", by]
    if record and record.awarded:
        second.append(wording.date(record.awarded))
    return title, " · ".join(filter(None, second))


def why_unread(part: Inner) -> str:
    """Say that a part was not checked at all, and why."""
    word = wording.state(State.UNCHECKED)
    return (
        f"{word}. {wording.error(WalletError(part.report.problem))}"
        if part.report.problem
        else word
    )


def answer(table: Table, context: Context, report: VerificationReport) -> None:
    """Add to the answers about the whole how the records inside stand, if there are any."""
    found = tally(report)
    if not found.total:
        return
    outcome = worst(one.outcome for one in records_inside(report))
    mark = answer_mark(context.theme, outcome)
    table.add(tr("Records inside"), " ".join(wording.inside(found)), mark=mark)


def records(
    context: Context, parts: Sequence[Inner], plain: Sequence[Record], open_it: Open
) -> Card | None:
    """Return the card of the records inside; `plain` is said with nothing of its own behind it."""
    found = [part for part in parts if part.report.role is Role.CREDENTIAL]
    many = len(found) + len(plain)
    if not many:
        return None
    lines: list[Inner | Record] = [*found, *plain]
    card = _card(context, ntr("{n} part", "{n} parts", many))
    _lines(context, card, lines, open_it, 0)
    return card


def endorsements(context: Context, parts: Sequence[Inner], open_it: Open) -> Card | None:
    """Return the card of who endorses what of the record, and whether each of them holds."""
    found = [part for part in parts if part.report.role is Role.ENDORSEMENT]
    if not found:
        return None
    card = _card(context, tr("Who endorses it"))
    _lines(context, card, found, open_it, 0)
    return card


def _card(context: Context, title: str) -> Card:
    """Return a card whose lines, with the room for their ring, line up with its title."""
    card, pad = Card(context.theme, spacing=2), context.theme.px(_PAD)
    around = card.body.contentsMargins()
    card.body.setContentsMargins(
        around.left() - pad, around.top(), around.right() - pad, around.bottom()
    )
    head = label(title, "strong")
    head.setContentsMargins(pad, 0, pad, 0)
    card.add(head)
    return card


def _lines(
    context: Context, card: Card, lines: Sequence[Inner | Record], open_it: Open, start: int
) -> QWidget | None:
    """Add the next lines to a card, and a button for the rest; return the first that was added."""
    made = [
        PartLine(context, one, open_it) if isinstance(one, Inner) else _stated(context, one)
        for one in lines[start : start + SHOWN_AT_ONCE]
    ]
    card.add(*made)
    rest = len(lines) - start - SHOWN_AT_ONCE
    if rest > 0:

        def unfold() -> None:
            more.hide()
            first = _lines(context, card, lines, open_it, start + SHOWN_AT_ONCE)
            if first is not None and first.focusPolicy() != Qt.FocusPolicy.NoFocus:
                focus_soon(first)

        more = button(ntr("Show {n} more", "Show {n} more", rest), unfold, look="link")
        below = row(0, (context.theme.px(_PAD), 0, 0, 0))
        below.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        card.add(below)
    return made[0] if made else None


def _stated(context: Context, part: Record) -> QWidget:
    """Return a line for what the record says in its own name: no verdict of its own."""
    theme, box = context.theme, QWidget()
    line = row(theme.px(12), (theme.px(_PAD), theme.px(7), theme.px(_PAD), theme.px(8)))
    texts = column(0)
    texts.addWidget(label(shorten(part.title, 200)))
    second = [labels.translated(part.type_label or ""), part.issuer_name or ""]
    second += [wording.date(part.awarded)] if part.awarded else []
    said = " · ".join(filter(None, second))
    if said:
        texts.addWidget(label(said, "small"))
    line.addLayout(texts, 1)
    _add_results(context, part, line, texts)
    box.setLayout(line)
    return box


def _add_results(context: Context, part: Record, line: QHBoxLayout, texts: QVBoxLayout) -> None:
    """Put a grade at the end of the line, and results that take more room below the texts."""
    said = ", ".join(shorten(result.value, 120) for result in part.results[:3])
    value = label(said, "strong")
    if len(said) > _SHORT:
        texts.addWidget(value)
    elif said:
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        value.setMinimumWidth(value.fontMetrics().horizontalAdvance(said) + context.theme.px(4))
        line.addWidget(value)
    texts.addStretch(1)
