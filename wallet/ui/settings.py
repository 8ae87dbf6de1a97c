"""Settings: language, looks, the check page's address, offline, ways in, removed records."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

import wallet
from wallet import wording
from wallet.app import Row
from wallet.errors import WalletError
from wallet.preferences import DEFAULT_PAGE, TEXT_SCALES
from wallet.share import page as share_page
from wallet.ui.backup_card import BackupCard
from wallet.ui.context import LOCK_MINIMISED, LOCK_MINUTES, LOCK_SETTING, Context, unkept, why
from wallet.ui.file_card import FileCard
from wallet.ui.known_lists import KnownLists
from wallet.ui.layouts import Flow, FlowBox, column, empty_layout, row
from wallet.ui.question import Answer, Question
from wallet.ui.rules import hold
from wallet.ui.taking_along import TakingAlong
from wallet.ui.tasks import Lane
from wallet.ui.ways_card import WaysCard
from wallet.ui.widgets import Card, Choice, Message, Page, Switch, button, focus_soon, label
from wallet.wording import ntr, tr

SYSTEM = "system"
_REMOVED_SHOWN = 50


class Settings(Page):
    """The page "Settings"."""

    # Which preference changed how the window looks, and what kept it from being written down.
    redress = Signal(str, object)
    lock = Signal()
    lock_after = Signal(int)
    lock_minimised = Signal(bool)
    restored = Signal()
    offline = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context.theme)
        self._context, self._theme = context, context.theme
        self.body.addWidget(label(tr("Settings"), "record"))
        self.error = Message(self._theme)
        self.body.addWidget(self.error)
        self.known = KnownLists(context)
        hold(context, "only_these_registries", self.known, self.known)
        self.ways = WaysCard(context)
        self.backup = BackupCard(context)
        self.along = TakingAlong(context)
        self.file = FileCard(context)
        for card in (
            self._looks(),
            self._sharing(),
            self.known,
            self._safety(),
            self.ways,
            self.backup,
            self.along,
            self.file,
            self._removed(),
            self._about(),
        ):
            self.body.addWidget(card)
        self.body.addStretch(1)

    def _line(self, card: Card, name: str, *things: QWidget) -> None:
        whole = column(self._theme.px(6))
        whole.addWidget(label(name, "second"))
        for thing in things:
            whole.addWidget(thing)
        card.body.addLayout(whole)

    # Looks

    def _looks(self) -> Card:
        preferences, card = self._context.app.preferences, Card(self._theme, spacing=14)
        card.add(label(tr("How it looks"), "strong"))
        rules = self._context.app.rules
        spoken = [one for one in wording.LANGUAGES.items() if one[0] in (rules.languages or one)]
        languages = spoken if rules.languages else [(SYSTEM, tr("The system's")), *spoken]
        self.language = Choice(tr("Language"), languages, self._context.app.language or SYSTEM)
        self.language.picked.connect(
            lambda key: self._prefer(language=None if key == SYSTEM else key)
        )
        self._line(card, tr("Language"), self.language)
        hold(self._context, "languages", card, self.language, fixed=len(languages) < 2)
        themes = [("system", tr("The system's")), ("light", tr("Light")), ("dark", tr("Dark"))]
        self.theme = Choice(tr("Theme"), themes, preferences.theme)
        self.theme.picked.connect(lambda key: self._prefer(theme=key))
        self._line(card, tr("Theme"), self.theme)
        sizes = [(str(size), tr("{n} %", n=size)) for size in TEXT_SCALES]
        self.size_choice = Choice(tr("Text size"), sizes, str(preferences.text_scale))
        self.size_choice.picked.connect(lambda key: self._prefer(text_scale=int(key)))
        self._line(card, tr("Text size"), self.size_choice)
        return card

    def _prefer(self, **changes: object) -> None:
        problem = None
        try:
            self._context.app.prefer(**changes)
        except WalletError as failure:
            problem = failure
        self.redress.emit(next(iter(changes)), problem)

    def back_up(self) -> None:
        """Make a backup now, where how it went is seen."""
        self.ensureWidgetVisible(self.backup)
        self.backup.back_up()
        self.backup.now.setFocus()

    def return_to(self, preference: str) -> None:
        """Put the focus where it was before the window was drawn anew."""
        choices = {"language": self.language, "theme": self.theme, "text_scale": self.size_choice}
        if preference in choices:
            focus_soon(choices[preference].chip(choices[preference].key))

    # Sharing and checking

    def _sharing(self) -> Card:
        app, card = self._context.app, Card(self._theme, spacing=14)
        card.add(label(tr("Sharing and checking"), "strong"))
        self.page = QLineEdit(app.preferences.page)
        self.page.setAccessibleName(tr("Address of the check page"))
        self.page.setMaxLength(200)
        save = button(tr("Use this address"), self._save_page)
        usual = button(tr("Back to the usual one"), lambda: self.page.setText(DEFAULT_PAGE))
        self._line(card, tr("Address of the check page"), self.page, FlowBox(save, usual))
        said = tr("The page that employers open. Your college or state may run its own.")
        card.add(label(said, "small"))
        hold(self._context, "page", card, self.page, save, usual)
        self.page_error = Message(self._theme)
        card.add(self.page_error)
        self.page.returnPressed.connect(self._save_page)
        self.work_offline = Switch(self._theme, tr("Work offline"))
        self.work_offline.setChecked(app.offline)
        self.work_offline.toggled.connect(self._set_offline)
        card.add(self.work_offline)
        said = tr("Nothing is looked up. Answers then rest on what was read before.")
        card.add(label(said, "small"))
        return card

    def _save_page(self) -> None:
        address = self.page.text().strip()
        try:
            self._context.app.prefer(page=share_page.address(address))
        except WalletError as failure:
            self.page_error.say(unkept(failure))
            return
        self.page_error.say("")
        self._context.toast(tr("Links will open {address}.", address=address))

    def show_offline(self) -> None:
        """Show whether anything is looked up, where it was changed elsewhere."""
        self.work_offline.blockSignals(True)
        self.work_offline.setChecked(self._context.app.offline)
        self.work_offline.blockSignals(False)

    def _set_offline(self, offline: bool) -> None:
        try:
            self._context.app.prefer(offline=offline)
        except WalletError as failure:
            self.error.say(unkept(failure))
        self.offline.emit()

    # Safety

    def _safety(self) -> Card:
        card = Card(self._theme, spacing=12)
        card.add(label(tr("Safety"), "strong"))
        offered = self._context.app.rules.minutes_offered(LOCK_MINUTES)
        options = [(str(n), ntr("{n} minute", "{n} minutes", n)) for n in offered]
        self.minutes = Choice(tr("Lock by itself after"), options, str(offered[0]))
        self.minutes.picked.connect(self._set_minutes)
        self._line(card, tr("Lock by itself after"), self.minutes)
        hold(self._context, "idle_minutes", card, self.minutes, fixed=len(offered) < 2)
        self.minimised = Switch(self._theme, tr("Lock when the window is minimised"))
        self.minimised.toggled.connect(self._set_minimised)
        card.add(self.minimised)
        self.named = Switch(self._theme, tr("Show my name on the door"))
        self.named.toggled.connect(self._show_name)
        self._named_note = label(
            tr("Whoever starts the app on this computer then sees whose wallet this is."), "small"
        )
        card.add(self.named, self._named_note)
        card.body.addWidget(FlowBox(button(tr("Lock now"), self.lock.emit)))
        return card

    def _set_minutes(self, key: str) -> None:
        wallet = self._context.app.wallet
        self._context.tasks.run(
            self,
            lambda _tick: wallet.set_setting(LOCK_SETTING, key),
            lambda _answer: self.lock_after.emit(int(key)),
            fail=self._not_set,
            lane=Lane.VAULT,
        )

    def _not_set(self, failure: WalletError | None) -> None:
        self._failed(failure)
        self.refresh()  # shows what holds

    def _show_name(self, on: bool) -> None:
        """Put the person's name on the door, or take it away: it is kept outside the wallet."""
        app, path = self._context.app, self._context.app.wallet.path

        def show(name: str) -> None:
            try:
                if path is not None:
                    app.vaults.show_person(path, name)
            except WalletError as failure:
                self._failed(failure)

        self._context.tasks.run(
            self,
            lambda _tick: app.wallet.learner_name if on else "",
            show,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _show_named(self) -> None:
        app, path = self._context.app, self._context.app.wallet.path
        known = app.vaults.find(path) if path is not None and app.remembers else None
        self.named.blockSignals(True)
        self.named.setChecked(known is not None and bool(known.known.person))
        self.named.blockSignals(False)
        for one in (self.named, self._named_note):
            one.setVisible(known is not None)

    def _set_minimised(self, on: bool) -> None:
        wallet = self._context.app.wallet
        self._context.tasks.run(
            self,
            lambda _tick: wallet.set_setting(LOCK_MINIMISED, "1" if on else "0"),
            lambda _answer: self.lock_minimised.emit(on),
            fail=self._failed,
            lane=Lane.VAULT,
        )

    # Removed records

    def _removed(self) -> Card:
        card = Card(self._theme, spacing=10)
        card.add(label(tr("Recently removed"), "strong"))
        card.add(label(tr("Erased by itself 30 days after you removed it."), "small"))
        self._bin = column(self._theme.px(8))
        card.body.addLayout(self._bin)
        return card

    def refresh(self) -> None:
        """Read what was removed, and when this wallet locks by itself."""
        open_wallet = self._context.app.wallet

        def work(_tick: object) -> tuple[list[Row], str | None, str | None]:
            return (
                open_wallet.removed(),
                open_wallet.setting(LOCK_SETTING),
                open_wallet.setting(LOCK_MINIMISED),
            )

        self._context.tasks.run(self, work, self._show, fail=self._failed, lane=Lane.VAULT)
        self.known.refresh()
        self.file.refresh()
        self.backup.refresh()
        self.ways.refresh()
        self.along.refresh()

    def _show(self, found: tuple[list[Row], str | None, str | None]) -> None:
        rows, minutes, minimised = found
        chosen = int(minutes) if minutes and minutes.isdecimal() else LOCK_MINUTES[0]
        self.minutes.choose(str(self._context.app.rules.lock_after(chosen)))
        self.minimised.blockSignals(True)
        self.minimised.setChecked(minimised == "1")
        self.minimised.blockSignals(False)
        self._show_named()
        empty_layout(self._bin)
        if not rows:
            self._bin.addWidget(label(tr("Nothing."), "second"))
        for one in rows[:_REMOVED_SHOWN]:
            self._bin.addWidget(self._gone(one))
        if len(rows) > 1:
            ids = [one.id for one in rows]
            every = button(tr("Erase all for good"), lambda: self._erase(ids), look="link")
            self._bin.addWidget(every, 0, Qt.AlignmentFlag.AlignLeft)

    def _gone(self, one: Row) -> QWidget:
        box = QWidget()
        line = row(self._theme.px(8))
        line.setContentsMargins(0, 0, 0, 0)
        texts = column(0)
        texts.addWidget(label(one.title[:200]))
        texts.addWidget(label(one.issuer_name[:200], "small"))
        line.addLayout(texts, 1)
        back = button(tr("Restore"), lambda: self._restore(one.id), look="link")
        back.setAccessibleName(tr("Restore {title}", title=one.title))
        gone = button(tr("Erase"), lambda: self._erase([one.id]), look="link")
        gone.setAccessibleName(tr("Erase {title} for good", title=one.title))
        line.addWidget(back)
        line.addWidget(gone)
        box.setLayout(line)
        return box

    def _restore(self, record: str) -> None:
        open_wallet = self._context.app.wallet

        def done(_answer: object) -> None:
            self.restored.emit()
            self.refresh()

        self._context.tasks.run(
            self,
            lambda _tick: open_wallet.restore([record]),
            done,
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _erase(self, ids: Sequence[str]) -> None:
        title = ntr("Erase {n} record for good?", "Erase {n} records for good?", len(ids))
        text = tr("It cannot be brought back. Export the original first if unsure.")
        yes = Answer(tr("Erase"), partial(self._erase_now, list(ids)))
        Question(self._theme, self, title, text, (yes, Answer(tr("Cancel")))).open()

    def _erase_now(self, ids: list[str]) -> None:
        open_wallet = self._context.app.wallet
        self._context.tasks.run(
            self,
            lambda _tick: open_wallet.erase(ids),
            lambda _answer: self.refresh(),
            fail=self._failed,
            lane=Lane.VAULT,
        )

    def _failed(self, failure: WalletError | None) -> None:
        self.error.say(why(failure))

    # About

    def _about(self) -> Card:
        card = Card(self._theme)
        card.add(label(tr("About"), "strong"))
        card.add(label(tr("LER Wallet {version}", version=wallet.__version__), "second"))
        said = tr(
            "Your records stay in one locked file on this computer. Nothing is sent anywhere "
            "unless you share it."
        )
        card.add(label(said, "second"))
        where = self._context.app.wallet.path
        if where is not None:
            text = tr("This wallet: {place}", place=where)
            card.add(label(text, "small", select=True))
        flow = Flow(self._theme.px(8))
        card.body.addLayout(flow)
        return card

    def forget(self) -> None:
        """Empty everything: the wallet is being locked."""
        empty_layout(self._bin)
        self.ways.forget()
        self.known.forget()
        self.backup.forget()
        self.along.forget()
