"""What a guess at a passphrase is to cost on this computer: about half a second, within bounds.

Measured when a passphrase is set, written into its slot, and used from then on wherever that vault
is opened. So memory, which another computer may not have, is raised to 256 MiB at most, and only
then the passes, which elsewhere merely take longer.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from wallet.crypto import sealing
from wallet.crypto.sealing import MAX_WORK_KIB, Cost

SECONDS = 0.5  # what a person hardly minds once, and a thief minds each time
LANES = 4
LEAST = Cost(memory_kib=64 * 1024, iterations=3, lanes=LANES)  # RFC 9106 section 4, second choice
MOST_MEMORY_KIB = 256 * 1024  # a career center's computer of 2 GiB can still give it
_STEP_KIB = 16 * 1024
_TRIES = 2  # the quicker counts: something else may have had the processor


def measured(clock: Callable[[], float] = time.perf_counter) -> Cost:
    """Return the cost for this computer, having tried the least; takes twice as long as that."""
    return cost_for(min(_seconds(clock) for _ in range(_TRIES)))


def cost_for(seconds: float) -> Cost:
    """Return the cost where the least one takes so many seconds."""
    least = LEAST.memory_kib * LEAST.iterations
    work = min(MAX_WORK_KIB, int(least * SECONDS / max(seconds, 0.001)))
    memory = work // LEAST.iterations // _STEP_KIB * _STEP_KIB
    memory = min(max(memory, LEAST.memory_kib), MOST_MEMORY_KIB)
    passes = max(LEAST.iterations, work // memory) if memory == MOST_MEMORY_KIB else 3
    cost = Cost(memory, passes, LANES)
    cost.check()
    return cost


def _seconds(clock: Callable[[], float]) -> float:
    start = clock()
    sealing.seal_key(sealing.new_key(), "", cost=LEAST, context=b"")
    return clock() - start
