"""Measuring on a machine that is never quiet: contestants take turns, and ratios are what counts.

Each round runs every contestant once, the order turned round every second time; a ratio is taken
within a round and the median over the rounds is reported. Nothing here knows what is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Sample:
    """What one turn did: how many, how many of them failed, in how many seconds."""

    done: int
    failed: int
    seconds: float

    @property
    def rate(self) -> float:
        """How many a second."""
        return self.done / self.seconds


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the rounds' ratios, and the least and greatest of them."""

    middle: float
    least: float
    greatest: float


Turn = Callable[[], Sample]


def take_turns(contestants: Mapping[str, Turn], rounds: int) -> dict[str, list[Sample]]:
    """Run every contestant once a round; return each one's samples, round by round."""
    samples: dict[str, list[Sample]] = {name: [] for name in contestants}
    for number in range(rounds):
        order = list(contestants.items())
        for name, turn in order if number % 2 == 0 else reversed(order):
            sample = turn()
            if sample.failed:
                raise SystemExit(f"{name}: {sample.failed} of {sample.done} failed")
            samples[name].append(sample)
    return samples


def rate(samples: Sequence[Sample]) -> float:
    """Return the median rate."""
    return median(sample.rate for sample in samples)


def seconds(samples: Sequence[Sample]) -> float:
    """Return the median time of one."""
    return median(sample.seconds / sample.done for sample in samples)


def ratio(ours: Sequence[Sample], theirs: Sequence[Sample]) -> Ratio:
    """Return how many times their rate ours is, round against round."""
    ratios = [one.rate / other.rate for one, other in zip(ours, theirs, strict=True)]
    return Ratio(median(ratios), min(ratios), max(ratios))


def cycling(items: Sequence[object], one: Callable[[int], bool], duration: float) -> Turn:
    """Return a turn of about `duration` seconds that calls `one` with index after index.

    `one` says whether it went well. The next turn goes on where this one stopped.
    """
    position = 0

    def turn() -> Sample:
        nonlocal position
        done = failed = 0
        start = perf_counter()
        while (elapsed := perf_counter() - start) < duration or not done:
            failed += not one(position)
            position = (position + 1) % len(items)
            done += 1
        return Sample(done, failed, elapsed)

    return turn


def once(action: Callable[[], object]) -> Turn:
    """Return a turn that does something once."""

    def turn() -> Sample:
        start = perf_counter()
        action()
        return Sample(1, 0, perf_counter() - start)

    return turn
