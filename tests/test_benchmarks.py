"""The harness of `make bench`: its arithmetic, and one tiny comparison with a real peer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benchmarks import measure, peers, rates, subjects
from benchmarks.measure import Sample
from tests.paths import shared


def turn_of(log: list[str], name: str, samples: list[Sample]) -> measure.Turn:
    def run() -> Sample:
        log.append(name)
        return samples.pop(0)

    return run


def test_contestants_take_turns_in_alternating_order() -> None:
    log: list[str] = []
    turns = {name: turn_of(log, name, [Sample(1, 0, 1.0)] * 3) for name in "ab"}
    measure.take_turns(turns, 3)
    assert log == ["a", "b", "b", "a", "a", "b"]


def test_a_failed_verification_stops_the_run() -> None:
    with pytest.raises(SystemExit, match="a: 1 of 5 failed"):
        measure.take_turns({"a": lambda: Sample(5, 1, 1.0)}, 1)


def test_the_ratio_is_taken_within_a_round() -> None:
    ours = [Sample(100, 0, 1.0), Sample(10, 0, 1.0), Sample(90, 0, 0.5)]
    theirs = [Sample(10, 0, 1.0), Sample(2, 0, 2.0), Sample(15, 0, 1.0)]
    found = measure.ratio(ours, theirs)
    assert (found.middle, found.least, found.greatest) == (10.0, 10.0, 12.0)
    assert measure.rate(ours) == 100.0
    assert measure.seconds(ours) == 0.01


def test_a_turn_goes_on_where_the_last_one_stopped() -> None:
    seen: list[int] = []

    def one(position: int) -> bool:
        seen.append(position)
        return position != 2

    turn = measure.cycling("abc", one, 0.0)
    samples = [turn() for _ in range(4)]
    assert seen == [0, 1, 2, 0]
    assert [sample.failed for sample in samples] == [0, 0, 1, 0]


def test_a_credential_is_checked_at_a_time_inside_its_dates() -> None:
    ended = subjects.time_inside({"validUntil": "2011-01-01T00:00:00Z"})
    assert ended == datetime(2010, 12, 31, 23, 59, tzinfo=UTC)
    coming = subjects.time_inside({"issuanceDate": "2999-01-01T00:00:00Z"})
    assert coming == datetime(2999, 1, 1, 0, 1, tzinfo=UTC)


def test_real_badges_are_found_and_end_in_date() -> None:
    shared("vectors", "dcc")
    found = subjects.real()
    assert len(found) > 50
    assert len({subject.data for subject in found}) == len(found)


@pytest.mark.skipif(
    not (peers.FOLDER / "node_modules").is_dir(), reason="benchmarks/node is not installed"
)
def test_a_tiny_comparison_counts_only_what_both_sides_verify() -> None:
    shared("corpus")
    good = subjects.corpus("eddsa-rdfc-2022")[:3]
    altered = subjects.Subject(good[0].data.replace(b'"name":"', b'"name":"X', 1), good[0].at)
    with peers.Peer("credentials") as peer:
        found = rates.compare(
            peer, "tiny", [*good, altered], bare=rates.bare_ed25519(0.01), duration=0.01, rounds=1
        )
    assert (found.credentials, found.given) == (3, 4)
    assert (found.ours_only, found.theirs_only) == (0, 0)
    assert found.to_theirs.middle == pytest.approx(found.ours / found.theirs)
