"""Embedded proofs of every suite: what holds, what does not, and what is not answered for."""

from __future__ import annotations

import pytest

from tests import embedded_cases
from tests.world import World
from wallet import formats
from wallet.report import Question
from wallet.verify import verify


@pytest.fixture(scope="module")
def world():
    return World()


@pytest.fixture(scope="module")
def cases(world):
    return list(embedded_cases.cases(world))


def answer(world, raw):
    found = verify(formats.read(raw), world.policy(), world, world.now)[Question.SIGNATURE]
    return found.outcome, found.reason


def test_what_is_said_of_each_signature(world, cases):
    assert len({case.name for case in cases}) == len(cases) > 250
    found = {case.name: (case.expected, answer(world, case.raw)) for case in cases}
    assert {name: both for name, both in found.items() if both[0] != both[1]} == {}
