from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.crypto import sealing
from wallet.crypto.sealing import MAX_WORK_KIB, Cost
from wallet.storage import calibrating
from wallet.storage.calibrating import LEAST, MOST_MEMORY_KIB, cost_for, measured

MIB = 1024


@pytest.mark.parametrize(
    ("seconds", "cost"),
    [
        (0.0, Cost(256 * MIB, 8, 4)),  # as quick as it likes: never beyond what opening allows
        (0.04, Cost(256 * MIB, 8, 4)),
        (0.0625, Cost(256 * MIB, 6, 4)),
        (0.08, Cost(256 * MIB, 4, 4)),
        (0.16, Cost(192 * MIB, 3, 4)),
        (0.25, Cost(128 * MIB, 3, 4)),
        (0.5, Cost(64 * MIB, 3, 4)),
        (60.0, Cost(64 * MIB, 3, 4)),  # as slow as it likes: never below
    ],
)
def test_about_half_a_second(seconds: float, cost: Cost) -> None:
    assert cost_for(seconds) == cost


@given(st.floats(0, 1e6))
def test_every_measure_gives_a_cost_within_the_bounds(seconds: float) -> None:
    cost = cost_for(seconds)
    cost.check()
    assert LEAST.memory_kib <= cost.memory_kib <= MOST_MEMORY_KIB
    assert cost.iterations >= 3
    assert cost.memory_kib * cost.iterations <= MAX_WORK_KIB
    least = LEAST.memory_kib * LEAST.iterations
    taken = seconds * cost.memory_kib * cost.iterations / least
    assert taken <= 0.5 or cost == LEAST
    slowest_of_the_quick = least * 0.5 / MAX_WORK_KIB
    assert taken >= 0.33 or seconds < slowest_of_the_quick


def test_the_quicker_of_two_measures_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    costs: list[Cost] = []
    monkeypatch.setattr(sealing, "seal_key", lambda *_a, cost, **_m: costs.append(cost))
    moments = iter([0.0, 3.0, 10.0, 10.25])
    assert measured(lambda: next(moments)) == cost_for(0.25)
    assert costs == [LEAST, LEAST]
    assert next(moments, None) is None


def test_it_is_measured_for_real() -> None:
    ticks = count(step=0.25)
    assert calibrating.measured(lambda: next(ticks)) == cost_for(0.25)
