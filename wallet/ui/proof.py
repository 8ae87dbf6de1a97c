"""Showing that one may: by passphrase or by recovery code, at the door and inside."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QLabel, QLineEdit, QProgressBar, QWidget

from wallet.errors import WalletError
from wallet.ui.code_fields import CodeFields
from wallet.ui.context import Context, why
from wallet.ui.fitting import Fitting
from wallet.ui.layouts import FlowBox, column
from wallet.ui.resting import Resting
from wallet.ui.strength import Strength, advice, estimate
from wallet.ui.tasks import Lane
from wallet.ui.theme import Theme
from wallet.ui.widgets import Message, Page, announce, button, label
from wallet.ways import Given, Secret, read_code
from wallet.wording import ntr, tr


class Proof(QWidget):
    """A field for the passphrase, or one for each group of a recovery code."""

    submitted = Signal()

    def __init__(self, theme: Theme, words: str = "") -> None:
        super().__init__()
        words = words or tr("Passphrase")
        down = column(theme.px(8))
        self._words = label(words, "strong")
        self.passphrase = secret_field(words)
        self.code = CodeFields(theme)
        self._above = label(tr("Recovery code"), "strong")
        self.swap = button("", self._swap, look="link")
        for one in (self._words, self.passphrase, self._above, self.code):
            down.addWidget(one)
        down.addWidget(self.swap, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(down)
        self.passphrase.returnPressed.connect(self.submitted)
        self.code.submitted.connect(self.submitted)
        self.by_code = False
        self._show()
        self.swap.hide()

    def offer(self, *, passphrase: bool, code: bool) -> None:
        """Show what the wallet has; a code is asked for at once where there is no passphrase."""
        self.swap.setVisible(passphrase and code)
        if code and not passphrase:
            self.by_code = True
            self._show()

    def given(self) -> Given | None:
        """Return what was typed, None where that is nothing; raises for a code with a slip."""
        if not self.by_code:
            return self.passphrase.text() or None
        return None if self.code.is_empty else read_code(self.code.text())

    def take_focus(self) -> None:
        """Put the focus where something is to be typed."""
        field = self.code.fields[0] if self.by_code else self.passphrase
        field.setFocus()
        field.selectAll()

    def forget(self) -> None:
        """Empty everything, and what undoing would bring back."""
        self.passphrase.setText("")
        self.code.forget()

    def _swap(self) -> None:
        self.by_code = not self.by_code
        self.forget()
        self._show()
        self.take_focus()

    def _show(self) -> None:
        self._words.setVisible(not self.by_code)
        self.passphrase.setVisible(not self.by_code)
        self._above.setVisible(self.by_code)
        self.code.setVisible(self.by_code)
        words = tr("Use your passphrase") if self.by_code else tr("Use your recovery code")
        self.swap.setText(words)


def secret_field(name: str) -> QLineEdit:
    """Return a field that shows dots."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    made.setAccessibleName(name)
    made.setMaxLength(1024)
    return made


def busy_bar() -> QProgressBar:
    """Return a bar that says that something is under way; hidden at first."""
    made = QProgressBar()
    made.setRange(0, 0)
    made.setTextVisible(False)
    made.setAccessibleName(tr("Working"))
    made.hide()
    return made


def wiping(given: Given, act: Callable[[Given], Any]) -> Any:
    """Do something with what was given and wipe it then, if it can be wiped."""
    try:
        return act(given)
    finally:
        if isinstance(given, Secret):
            given.wipe()


def wait_of(failure: WalletError | None) -> int:
    """Return how many seconds a failure asks to wait before the next try."""
    facts = failure.facts if failure is not None else {}
    found = facts.get("wait") or facts.get("seconds") or 0
    return found if isinstance(found, int) else 0


class Countdown(QLabel):
    """Says how long to wait yet, and when that is over."""

    over = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "second")
        self.setWordWrap(True)
        self.left = 0
        self._timer = QTimer(self, interval=1000)
        self._timer.timeout.connect(self.tick)
        self.hide()

    def start(self, seconds: int) -> None:
        """Begin to count."""
        self.left = seconds
        self._timer.start()
        self._say()
        announce(self, self.text())

    def tick(self) -> None:
        """Count one second down."""
        self.left -= 1
        self._say()
        if self.left <= 0:
            self.stop()
            self.over.emit()

    def stop(self) -> None:
        """Count no more."""
        self.left = 0
        self._timer.stop()
        self.hide()

    def _say(self) -> None:
        many = max(self.left, 0)
        text = ntr("You can try again in {n} second.", "You can try again in {n} seconds.", many)
        self.setText(text)
        self.setAccessibleName(text)
        self.setVisible(many > 0)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a `ProofDialog` says and does. `act` gets what was given and the new passphrase."""

    title: str
    text: str
    word: str
    act: Callable[[Given, str], Any]
    done: Callable[[Any], None]
    lane: Lane = Lane.VAULT
    passphrase: bool = True  # the wallet has one
    code: bool = False  # the wallet has a sheet
    new: bool = False  # a new passphrase is asked for too


class ProofDialog(QDialog):
    """Asks for a way in that is there already before something about the ways in is done."""

    def __init__(self, context: Context, asking: Asking, parent: QWidget) -> None:
        super().__init__(parent.window())
        self._context, self._asking, theme = context, asking, context.theme
        self.setWindowTitle(asking.title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._page = Page(theme, spacing=10)
        outside = column(0)
        outside.addWidget(self._page)
        self.setLayout(outside)
        body = self._page.body
        body.addWidget(label(asking.title, "page"))
        body.addWidget(label(asking.text, "second"))
        words = tr("The passphrase you have now") if asking.new else tr("Passphrase")
        self.proof = Proof(theme, words)
        self.proof.offer(passphrase=asking.passphrase, code=asking.code)
        body.addWidget(self.proof)
        self.new, self.again = secret_field(tr("New passphrase")), secret_field("")
        if asking.new:
            self._ask_new()
        self.error, self.countdown, self.busy = Message(theme), Countdown(), busy_bar()
        self._resting = Resting(self.busy)
        self.go = button(asking.word, self.submit, look="main")
        for one in (self.error, self.countdown):
            body.addWidget(one)
        body.addWidget(FlowBox(self.go, button(tr("Cancel"), self.reject)))
        body.addWidget(self.busy)
        body.addStretch(1)
        self.countdown.over.connect(lambda: self.go.setEnabled(True))
        self.proof.submitted.connect(self.submit)
        self.finished.connect(lambda _code: self.forget())
        Fitting(theme, self, self._page, wide=560)
        self.proof.take_focus()

    def _ask_new(self) -> None:
        body = self._page.body
        self._advice = label("", "small")
        self._advice.hide()
        self.again.setAccessibleName(tr("The new one again"))
        body.addWidget(label(tr("New passphrase"), "strong"))
        body.addWidget(self.new)
        body.addWidget(self._advice)
        body.addWidget(label(tr("The new one again"), "strong"))
        body.addWidget(self.again)
        self.new.textChanged.connect(self._judge)
        for one in (self.new, self.again):
            one.returnPressed.connect(self.submit)

    def _judge(self, text: str) -> None:
        self._advice.setText(advice(estimate(text)))
        self._advice.setVisible(bool(text))

    def submit(self) -> None:
        """Do what was asked for, or say what is missing."""
        try:
            given, problem = self.proof.given(), self._problem()
        except WalletError as failure:
            given, problem = None, "" if self.proof.code.go_to_slip() else why(failure)
        self.error.say(problem)
        if given is None or problem or not self.go.isEnabled():
            return
        self._wait(waiting=True)
        new, act = self.new.text(), self._asking.act
        self._context.tasks.run(
            self,
            lambda _tick: wiping(given, lambda proof: act(proof, new)),
            self._done,
            fail=self._failed,
            lane=self._asking.lane,
        )

    def _problem(self) -> str:
        if not self._asking.new:
            return ""
        if estimate(self.new.text()) is Strength.SHORT:
            self.new.setFocus()
            return advice(Strength.SHORT)
        if self.new.text() != self.again.text():
            self.again.setFocus()
            return tr("The two new passphrases differ. Type the second one again.")
        return ""

    def _done(self, answer: object) -> None:
        self._wait(waiting=False)
        self.accept()
        self._asking.done(answer)

    def _failed(self, failure: WalletError | None) -> None:
        self._wait(waiting=False)
        self.error.say(why(failure))
        self.proof.take_focus()
        seconds = wait_of(failure)
        if seconds:
            self.go.setEnabled(False)
            self.countdown.start(seconds)

    def _wait(self, *, waiting: bool) -> None:
        self._resting.rest((self.go, self.proof, self.new, self.again), on=waiting)

    def forget(self) -> None:
        """Empty every field: it is being closed."""
        self.proof.forget()
        self.new.setText("")
        self.again.setText("")
