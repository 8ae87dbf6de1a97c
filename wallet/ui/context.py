"""What every screen is handed: the application, the tasks, the theme and a few small services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from wallet import wording
from wallet.app import State
from wallet.errors import Code, WalletError
from wallet.ui.tasks import Tasks
from wallet.ui.theme import Theme
from wallet.wording import tr

if TYPE_CHECKING:
    from wallet.wiring import App


LOCK_MINUTES = (5, 15, 60)  # without anybody there, before the wallet locks by itself
LOCK_SETTING = "lock_minutes"
LOCK_MINIMISED = "lock_minimised"  # "1": the wallet locks when its window is minimised

# The places of the open wallet.
RECORDS, ADD, SHARE = "records", "add", "share"
SHARES, CHECK, SETTINGS = "shares", "check", "settings"


@dataclass(frozen=True, slots=True)
class Context:
    """The hand luggage of a screen. `open_url` opens an address in the person's browser."""

    app: App
    tasks: Tasks
    theme: Theme
    open_url: Callable[[str], bool]
    toast: Callable[..., None]

    def now(self) -> datetime:
        """Return the moment on the app's clock."""
        return self.app.clock()

    def word(self, state: State, ends: datetime | None) -> str:
        """Return the word for a state of trust."""
        return wording.state(state, ends, now=self.now())


def why(failure: WalletError | None) -> str:
    """Return the sentence for a failure; None is one nobody foresaw."""
    return wording.unforeseen() if failure is None else wording.error(failure)


def unkept(failure: WalletError) -> str:
    """Return the sentence for a setting that was chosen and could not be written down."""
    if failure.code is Code.FILE_UNWRITABLE:
        return tr("It holds until you close the app. It could not be kept for the next time.")
    return why(failure)
