"""The screens of an open wallet: made when first visited, and joined to the window around them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from wallet.ui.context import ADD, CHECK, RECORDS, SETTINGS, SHARE, SHARES
from wallet.wording import ntr

if TYPE_CHECKING:
    from wallet.ui.window import Window


def screens(window: Window) -> dict[str, Callable[[], QWidget]]:
    """Return how each screen of the window is made, by its place."""
    makers = {
        RECORDS: _records,
        ADD: _adding,
        SHARE: _share,
        SHARES: _shares,
        CHECK: _check,
        SETTINGS: _settings,
    }
    return {place: partial(make, window) for place, make in makers.items()}


def _records(window: Window) -> QWidget:
    from wallet.ui.records import Records

    page, navigation = Records(window.context), window.inside().navigation
    page.share.connect(window.share)
    page.add.connect(window.add)
    page.backup.connect(lambda: window.inside().go(SETTINGS).back_up())
    page.counted.connect(
        lambda many: navigation.count(RECORDS, many, ntr("{n} record", "{n} records", many))
    )
    return page


def _adding(window: Window) -> QWidget:
    from wallet.ui.adding import Adding

    page = Adding(window.context)
    page.leave.connect(lambda: window.inside().go(RECORDS))
    page.kept.connect(window.reveal)

    def restored() -> None:
        _came_back(window)
        window.inside().go(RECORDS)

    page.restored.connect(restored)
    return page


def _came_back(window: Window) -> None:
    """Show what came from a backup; its answers may be old, so they are soon worked out anew."""
    window.inside().visit(RECORDS).refresh()
    window.refresher.soon()


def _share(window: Window) -> QWidget:
    from wallet.ui.share_page import SharePage

    page = SharePage(window.context)
    page.leave.connect(lambda: window.inside().go(RECORDS))
    page.shared.connect(lambda: window.inside().visit(SHARES).refresh())
    return page


def _shares(window: Window) -> QWidget:
    from wallet.ui.shares import Shares

    page, navigation = Shares(window.context), window.inside().navigation
    page.share.connect(window.share)
    page.counted.connect(lambda many: navigation.count(SHARES, many, *page.words(many)))
    return page


def _check(window: Window) -> QWidget:
    from wallet.ui.checking_page import CheckPage

    page = CheckPage(window.context)
    page.leave.connect(lambda: window.inside().go(RECORDS))
    return page


def _settings(window: Window) -> QWidget:
    from wallet.ui.settings import Settings

    page = Settings(window.context)
    page.redress.connect(window.redress, Qt.ConnectionType.QueuedConnection)
    page.lock.connect(window.lock)
    page.lock_after.connect(window.lock_after)
    page.lock_minimised.connect(window.idle.when_minimised)
    page.backup.restored.connect(lambda: _came_back(window))
    page.restored.connect(lambda: window.inside().visit(RECORDS).refresh())
    page.known.changed.connect(lambda: window.inside().visit(RECORDS).answers_changed())
    page.offline.connect(window.offline_changed)
    page.file.rescue.connect(window.rescue_this)
    return page
