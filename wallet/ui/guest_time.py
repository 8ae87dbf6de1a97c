"""How long a guest session may still last; counts down, and says when it is over."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from math import ceil

from PySide6.QtCore import QObject, QTimer, Signal

WARN_SECONDS = 5 * 60  # time to save a wallet to a stick, and to make a sheet to take home
USUAL_MINUTES = 30
OFFERED_MINUTES = (15, 30, 60, 120)
MORE_MINUTES = 15
_SOON_MS, _LATER_MS = 1000, 15_000  # between looks at the clock: while it is counted down, before


class Countdown(QObject):
    """Counts from the moment it is started. A clock that is set back does not make it longer."""

    told = Signal(int)  # seconds left
    over = Signal()

    def __init__(
        self,
        clock: Callable[[], datetime],
        parent: QObject | None = None,
        *,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._clock, self._steady = clock, steady
        self._ends: tuple[datetime, float] | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    @property
    def is_running(self) -> bool:
        """Whether it was started."""
        return self._ends is not None

    @property
    def left(self) -> int:
        """Return how many seconds are left, by whichever clock went further."""
        if self._ends is None:
            return 0
        wall, steady = self._ends
        seconds = min((wall - self._clock()).total_seconds(), steady - self._steady())
        return max(0, ceil(seconds))

    def start(self, minutes: int) -> None:
        """Begin, once: what began already goes on."""
        if self._ends is None:
            self._ends = (
                self._clock() + timedelta(minutes=minutes),
                self._steady() + minutes * 60,
            )
            self.look()

    def more(self, minutes: int) -> None:
        """Let it last longer."""
        if self._ends is not None:
            wall, steady = self._ends
            self._ends = (wall + timedelta(minutes=minutes), steady + minutes * 60)
            self.look()

    def look(self) -> None:
        """Look at the clock, and tell; before it was started there is nothing to tell."""
        if self._ends is None:
            return
        left = self.left
        if left == 0:
            self._timer.stop()
            self.over.emit()
            return
        self._timer.start(_SOON_MS if left <= WARN_SECONDS + _LATER_MS // 1000 else _LATER_MS)
        self.told.emit(left)
