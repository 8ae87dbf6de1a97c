"""The list of kept records: search, chips, groups by kind. It shows and picks, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from PySide6.QtCore import QItemSelectionModel, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QScrollArea, QWidget

from wallet import wording
from wallet.app import Row, State
from wallet.errors import WalletError
from wallet.ui.context import Context, why
from wallet.ui.layouts import column, row
from wallet.ui.rows import Heading, Line, Lines, LineView
from wallet.ui.tasks import Lane
from wallet.ui.widgets import Choice, Message, Shortcut, bind, button, label, with_icon
from wallet.wording import ntr, tr

ALL, HOLDS, LOOK, ENDED = "all", "holds", "look", "ended"
CHIPS: dict[str, frozenset[State]] = {
    ALL: frozenset(State),
    HOLDS: frozenset({State.HOLDS, State.ENDS_SOON, State.SELF_STATED}),
    LOOK: frozenset(
        {
            *(State.UNCHECKED, State.BROKEN, State.WITHDRAWN, State.NOT_YET),
            *(State.NOT_ALL_HOLDS, State.NOT_ALL_CHECKED),
        }
    ),
    ENDED: frozenset({State.ENDED}),
}
_LOW = 220  # pixels before the text size: below, the chips take the room of the records
_TYPING_PAUSE = 120  # milliseconds without a key before a search starts


def _day(moment: datetime) -> str:
    return _formatted(moment, wording.language())


@lru_cache(maxsize=4096)
def _formatted(moment: datetime, _language: str) -> str:
    return wording.date(moment)


def grouped(rows: Sequence[Row]) -> list[Row | Heading]:
    """Put a heading before each kind; rows arrive sorted by kind."""
    things: list[Row | Heading] = []
    kind = None
    for one in rows:
        if one.kind is not kind:
            kind = one.kind
            things.append(Heading(wording.kind(kind)))
        things.append(one)
    return things


def describe(context: Context, one: Row) -> Line:
    """Return what a record's line says."""
    when = ""
    if one.ends is not None and one.state is State.ENDS_SOON:
        when = tr("until {date}", date=_day(one.ends))
    elif one.ends is not None and one.state is State.ENDED:
        when = tr("ended {date}", date=_day(one.ends))
    elif one.awarded is not None and one.state is State.NOT_YET:
        when = tr("from {date}", date=_day(one.awarded))
    elif one.awarded is not None:
        when = _day(one.awarded)
    return Line(
        title=one.title,
        second=" · ".join(part for part in (one.issuer_name, when) if part),
        tile=one.issuer_name,
        word=context.word(one.state, one.ends),
        state=one.state,
        sample=tr("Sample") if one.sample else "",
    )


class Listing(QFrame):
    """The middle column."""

    picked = Signal(list)  # ids of the records picked
    opened = Signal(str)
    add = Signal()
    counted = Signal(int)

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.setObjectName("column")
        self._context, theme = context, context.theme
        self._rows: list[Row] = []
        self._asked = 0
        self._wants_focus = False
        self.always_one = False  # something is to be picked whenever there is anything
        self._wanted: tuple[str, ...] = ()
        self.model = Lines(lambda one: describe(context, one))
        body = column(0)
        self.setLayout(body)
        body.addWidget(self._head())
        self.view = LineView(theme, self.model, tr("Records"))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        body.addWidget(self.view, 1)
        self.empty = self._nothing()
        body.addWidget(self.empty, 1)
        self.view.selectionModel().selectionChanged.connect(self._tell)
        self.view.opened.connect(lambda at: self.opened.emit(self.model.thing(at).id))
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_PAUSE)
        self._typing.timeout.connect(self.refresh)
        self._show_state()

    def minimumSizeHint(self) -> QSize:
        """Let the column be narrow."""
        return QSize(self._context.theme.px(180), 200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave a very low list to its records, unless a chip narrows it; a narrow one to them."""
        super().resizeEvent(event)
        title, px = self._title, self._context.theme.px
        wide = title.fontMetrics().horizontalAdvance(title.text()) + self.more.sizeHint().width()
        title.setVisible(event.size().width() >= wide + px(40))  # the place picked says it as well
        room = event.size().height() >= self._context.theme.px(_LOW)
        self.chips.setVisible(room or self.chips.key != ALL)

    def _head(self) -> QWidget:
        theme, head = self._context.theme, QWidget()
        inside = column(theme.px(10), (theme.px(16), theme.px(16), theme.px(16), theme.px(6)))
        head.setLayout(inside)
        line = row(theme.px(8))
        self._title = label(tr("Records"), "page")
        line.addWidget(self._title, 1)
        self.more = button(" " + tr("Add"), self.add.emit, look="main")
        with_icon(theme, self.more, "add", size=14, colour="on_accent")
        self.more.setToolTip(tr("Add records from files, or paste one (Ctrl+O)"))
        line.addWidget(self.more)
        inside.addLayout(line)
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("Search records"))
        self.search.setMaxLength(200)
        self.search.textChanged.connect(lambda _text: self._typing.start())
        self.search.returnPressed.connect(self._enter_list)
        bind(self.search, Shortcut("Down", tr("Go to the list"), self._enter_list))
        inside.addWidget(self.search)
        options = [(ALL, tr("All")), (HOLDS, tr("Holds")), (LOOK, tr("Needs a look"))]
        self.chips = Choice(tr("Show"), [*options, (ENDED, tr("Ended"))], ALL)
        self.chips.picked.connect(lambda _key: self._show_rows())
        inside.addWidget(self.chips)
        self.error = Message(theme)
        inside.addWidget(self.error)
        return head

    def _nothing(self) -> QWidget:
        theme, box = self._context.theme, QWidget()
        inside = column(theme.px(8), (theme.px(16), theme.px(28), theme.px(16), theme.px(16)))
        box.setLayout(inside)
        self._empty_title = label("", "strong")
        self._empty_text = label("", "second")
        inside.addWidget(self._empty_title)
        inside.addWidget(self._empty_text)
        inside.addStretch(1)
        scrolls = QScrollArea()
        scrolls.setWidgetResizable(True)
        scrolls.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scrolls.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scrolls.setWidget(box)
        box.setObjectName("clear")
        scrolls.hide()
        return scrolls

    # What is shown

    def refresh(self) -> None:
        """Ask the vault for the records that match the search."""
        self._typing.stop()
        self._asked += 1
        asked, query, wallet = self._asked, self.search.text().strip(), self._context.app.wallet

        def show(rows: list[Row]) -> None:
            if asked == self._asked:
                self._rows = rows
                self.error.say("")
                self._show_rows()

        self._context.tasks.run(
            self, lambda _tick: wallet.rows(query), show, fail=self._failed, lane=Lane.VAULT
        )

    def _failed(self, failure: WalletError | None) -> None:
        self.error.say(why(failure))

    def _show_rows(self) -> None:
        chip = CHIPS[self.chips.key]
        before = self.picked_ids() or list(self._wanted)
        shown = [one for one in self._rows if one.state in chip]
        self.model.show(grouped(shown))
        self._count_chips()
        if not self.search.text().strip():
            self.counted.emit(len(self._rows))
            self._hint()
        self._show_state()
        self._wanted = ()
        self.pick(before)
        if self.always_one and not self.picked_ids():
            self.pick_first()
        if self._wants_focus:
            self.take_focus()

    def take_focus(self) -> None:
        """Put the focus in the list; on what to do first when it is empty, or not read yet."""
        if not self.isVisible():  # somebody went elsewhere meanwhile
            self._wants_focus = False
        elif self.view.isVisible():
            self._wants_focus = False
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._wants_focus = not self._rows
            self.more.setFocus(Qt.FocusReason.OtherFocusReason)

    def _count_chips(self) -> None:
        names = {HOLDS: tr("Holds"), LOOK: tr("Needs a look"), ENDED: tr("Ended")}
        for key, name in names.items():
            many = sum(1 for one in self._rows if one.state in CHIPS[key])
            self.chips.rename(key, f"{name} {wording.number(many)}" if many else name)

    def _hint(self) -> None:
        many = len(self._rows)
        hint = ntr("Search {n} record", "Search {n} records", many) if many else tr("Search")
        self.search.setPlaceholderText(hint)

    def _show_state(self) -> None:
        any_lines = self.model.rowCount() > 0
        self.view.setVisible(any_lines)
        self.empty.setVisible(not any_lines)
        if any_lines:
            return
        if self._rows or self.search.text().strip():
            title, text = (
                tr("Nothing found"),
                tr("No record matches. Try fewer words, or show all."),
            )
        else:
            title = tr("No records yet")
            text = tr(
                "Add the files that a school, an employer or a training center sent you: "
                "a badge picture, a .json file, or the text of a credential."
            )
        self._empty_title.setText(title)
        self._empty_text.setText(text)

    # What is picked

    def picked_ids(self) -> list[str]:
        """Return the ids of the records picked, in the list's order."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedIndexes())
        return [self.model.thing(at).id for at in rows]

    def want(self, ids: Sequence[str]) -> None:
        """Pick these when the list next arrives."""
        self._wanted = tuple(ids)

    def pick(self, ids: Sequence[str]) -> None:
        """Pick records that are shown; tell about it even when none is."""
        selection, wanted = self.view.selectionModel(), set(ids)
        selection.blockSignals(True)
        selection.clearSelection()
        flag = QItemSelectionModel.SelectionFlag
        first = None
        if wanted:
            for at in range(self.model.rowCount()):
                thing = self.model.thing(at)
                if isinstance(thing, Row) and thing.id in wanted:
                    selection.select(self.model.index(at), flag.Select)
                    first = at if first is None else first
                    wanted.discard(thing.id)
                    if not wanted:
                        break
        if first is not None:
            selection.setCurrentIndex(self.model.index(first), flag.NoUpdate)
            self.view.scrollTo(self.model.index(first))
        selection.blockSignals(False)
        self.view.viewport().update()
        self._tell()

    def pick_first(self) -> None:
        """Pick the first record."""
        first = self.model.row_of(lambda _thing: True)
        if first is not None:
            self.pick([self.model.thing(first).id])

    def _enter_list(self) -> None:
        if self._typing.isActive():
            self.refresh()
        if not self.picked_ids():
            self.pick_first()
        self.view.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _tell(self, *_changes: object) -> None:
        self.picked.emit(self.picked_ids())

    def forget(self) -> None:
        """Empty everything: the wallet is being locked."""
        self._asked += 1
        self._rows = []
        self._wanted = ()
        self.search.clear()
        self._typing.stop()
        self.model.clear()
