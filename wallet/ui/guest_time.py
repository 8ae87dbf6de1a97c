"""How long a guest session may still last; counts down, and says when it is over."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil

from PySide6.QtCore import QObject, QTimer, Signal

from wallet.ui.idle import elapsed

WARN_SECONDS = 5 * 60  # time to save a wallet to a stick, and to make a sheet to take home
USUAL_MINUTES = 30
OFFERED_MINUTES = (15, 30, 60, 120)
MORE_MINUTES = 15
_SOON_MS, _LATER_MS = 1000, 15_000  # between looks at the clock: while it is counted down, before


class Countdown(QObject):
    """Counts from the moment it is started, on a clock that nobody sets and that goes on in sleep.

    Set forward, as a computer does that finds the time in the network, the computer's clock would
    end a session without a warning, and a wallet in memory with it.
    """

    told = Signal(int)  # seconds left
    over = Signal()

    def __init__(
        self,
        parent: QObject | None = None,
        clock: Callable[[], float] = elapsed,
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._ends: float | None = None
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)

    @property
    def is_running(self) -> bool:
        """Whether it was started."""
        return self._ends is not None

    @property
    def left(self) -> int:
        """Return how many seconds are left."""
        if self._ends is None:
            return 0
        return max(0, ceil(self._ends - self._clock()))

    def start(self, minutes: int) -> None:
        """Begin, once: what began already goes on."""
        if self._ends is None:
            self._ends = self._clock() + minutes * 60
            self.look()

    def more(self, minutes: int) -> None:
        """Let it last longer."""
        if self._ends is not None:
            self._ends += minutes * 60
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
