from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet.storage.attempts import (
    FREE,
    LONGEST_DELAY,
    Attempts,
    Steady,
    Tries,
    delay_after,
    note_beside,
    steady,
)

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return tmp_path / "wallet.ler"


def wrong(vault: Path, times: int, now: datetime = NOW) -> None:
    for _ in range(times):
        Attempts().wrong(vault, now)


def test_the_first_tries_are_free_then_each_waits_longer_up_to_a_bound() -> None:
    delays = [delay_after(n).total_seconds() for n in range(14)]
    assert delays == [0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert delay_after(10**9) == LONGEST_DELAY


def test_starting_the_app_again_does_not_end_the_wait(vault: Path) -> None:
    wrong(vault, 5)
    assert Attempts().left(vault, NOW) == timedelta(seconds=8)
    assert Attempts().left(vault, NOW + timedelta(seconds=5)) == timedelta(seconds=3)
    assert Attempts().left(vault, NOW + timedelta(seconds=8)) == timedelta()
    wrong(vault, 1, NOW + DAY)  # the wait passed, the count did not
    assert Attempts().left(vault, NOW + DAY) == timedelta(seconds=16)


def test_coming_in_ends_it_and_leaves_no_file(vault: Path) -> None:
    wrong(vault, 6)
    Attempts().right(vault)
    assert Attempts().left(vault, NOW) == timedelta()
    assert list(vault.parent.iterdir()) == []
    Attempts().right(vault)  # nothing to forget


def test_each_vault_waits_for_itself(vault: Path) -> None:
    wrong(vault, 6)
    assert Attempts().left(vault.with_name("other.ler"), NOW) == timedelta()


@pytest.mark.parametrize("jump", [-3650 * DAY, -DAY, timedelta(seconds=-1)])
def test_a_clock_set_back_makes_nobody_wait_longer_than_the_delay(
    vault: Path, jump: timedelta
) -> None:
    wrong(vault, 5)
    then = NOW + jump
    assert Attempts().left(vault, then) == timedelta(seconds=8)
    assert Attempts().left(vault, then + timedelta(seconds=7)) == timedelta(seconds=1)
    assert Attempts().left(vault, then + timedelta(seconds=8)) == timedelta()


@given(
    st.integers(0, 2000),
    st.datetimes(min_value=datetime(1970, 1, 2), max_value=datetime(9000, 1, 1)),  # noqa: DTZ001
)
def test_nobody_is_ever_locked_out(many: int, last: datetime) -> None:
    assert timedelta() <= Tries(many, last.replace(tzinfo=UTC)).left(NOW) <= LONGEST_DELAY


@pytest.mark.parametrize(
    "data",
    [b"", b"LERtries", bytes(20), b"LERtries" + b"\xff" * 12, b"LERtries" + bytes(13)],
    ids=["empty", "cut", "no mark", "far future", "too long"],
)
def test_a_damaged_note_is_no_wait(vault: Path, data: bytes) -> None:
    note_beside(vault).write_bytes(data)
    assert Attempts().left(vault, NOW) == timedelta()
    wrong(vault, FREE)
    assert Attempts().left(vault, NOW) == timedelta(seconds=2)


def test_a_folder_in_the_place_of_the_note_harms_nothing(vault: Path) -> None:
    note_beside(vault).mkdir()
    attempts = Attempts()
    for _ in range(5):
        attempts.wrong(vault, NOW)
    assert attempts.left(vault, NOW) == timedelta(seconds=8)  # as long as the program runs
    attempts.right(vault)
    assert attempts.left(vault, NOW) == timedelta()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_a_link_in_the_place_of_the_note_is_not_followed(vault: Path, tmp_path: Path) -> None:
    other = tmp_path / "precious"
    other.write_text("mine")
    note_beside(vault).symlink_to(other)
    wrong(vault, 4)
    assert other.read_text() == "mine"
    assert not note_beside(vault).is_symlink()
    assert note_beside(vault).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("jump", [3650 * DAY, timedelta(minutes=1), -3650 * DAY])
def test_setting_the_clock_neither_ends_nor_lengthens_the_wait(
    vault: Path, jump: timedelta
) -> None:
    seconds = 1000

    def moment() -> Steady:
        return Steady(b"one start of it!", seconds)

    for _ in range(5):
        Attempts(moment).wrong(vault, NOW)
    seconds += 5
    assert Attempts(moment).left(vault, NOW + jump) == timedelta(seconds=3)
    seconds += 3
    assert Attempts(moment).left(vault, NOW + jump) == timedelta()


def test_after_another_start_the_computers_clock_counts(vault: Path) -> None:
    for _ in range(5):
        Attempts(lambda: Steady(b"one start of it!", 10**6)).wrong(vault, NOW)
    again = Attempts(lambda: Steady(b"another start of", 3))
    assert again.left(vault, NOW + timedelta(seconds=5)) == timedelta(seconds=3)
    assert again.left(vault, NOW - DAY) == timedelta(seconds=8)  # set back: from now on
    assert again.left(vault, NOW + DAY) == timedelta(seconds=8)  # and now by the steady one


def test_a_note_of_later_than_now_by_the_steady_clock_makes_nobody_wait_for_ever(
    vault: Path,
) -> None:
    """As when a virtual machine goes back to an earlier state, and its disk does not."""
    run = bytes(range(16))
    Attempts(lambda: Steady(run, 90_000)).wrong(vault, NOW)
    for _ in range(FREE + 1):
        Attempts(lambda: Steady(run, 90_000)).wrong(vault, NOW)
    back = Steady(run, 100)
    seconds = [back.seconds]
    again = Attempts(lambda: Steady(run, seconds[0]))
    assert timedelta() < again.left(vault, NOW) <= LONGEST_DELAY
    seconds[0] += 600
    assert again.left(vault, NOW + timedelta(seconds=600)) == timedelta()


def test_the_note_of_an_earlier_version_is_read(vault: Path) -> None:
    second = int(NOW.timestamp())
    data = b"LERtries" + (5).to_bytes(4, "big") + second.to_bytes(8, "big")
    note_beside(vault).write_bytes(data)
    assert Attempts(steady).left(vault, NOW + timedelta(seconds=5)) == timedelta(seconds=3)


def test_the_steady_clock_goes_on(vault: Path) -> None:
    first, second = steady(), steady()
    assert first.run == second.run
    assert 0 <= second.seconds - first.seconds < 60
    if sys.platform == "linux":
        assert (
            first.run.hex()
            == Path("/proc/sys/kernel/random/boot_id").read_text().replace("-", "").strip()
        )
