"""Work off the window's thread: where answers arrive, and when they must not."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import QObject

from wallet.errors import Code, WalletError
from wallet.ui.tasks import Lane, Tasks


@pytest.fixture
def crashes() -> list[BaseException]:
    return []


@pytest.fixture
def tasks(qtbot, crashes):
    made = Tasks(crashes.append)
    yield made
    made.stop()


@pytest.fixture
def owner(qtbot):
    return QObject()


def settle(qtbot, tasks):
    qtbot.waitUntil(lambda: tasks.idle, timeout=5000)


def refuse(*_answer):
    raise AssertionError("must not be called")


def test_work_is_done_elsewhere_and_answered_here(qtbot, tasks, owner):
    worked, answered = [], []

    def work(_tick):
        worked.append(threading.get_ident())
        return 42

    def then(answer):
        answered.append((answer, threading.get_ident()))

    tasks.run(owner, work, then, fail=refuse, lane=Lane.VAULT)
    settle(qtbot, tasks)
    assert answered == [(42, threading.get_ident())]
    assert worked != [threading.get_ident()]


def test_the_vault_lane_does_one_thing_at_a_time_in_order(qtbot, tasks, owner):
    order, inside = [], []

    def work(n):
        inside.append(n)
        assert len(inside) == 1
        order.append(n)
        inside.remove(n)

    for n in range(50):
        tasks.run(owner, lambda _t, n=n: work(n), lambda _a: None, fail=refuse, lane=Lane.VAULT)
    settle(qtbot, tasks)
    assert order == list(range(50))


def test_the_web_lane_does_a_few_things_at_once(qtbot, tasks, owner):
    together = threading.Barrier(3, timeout=5)
    answers = []
    for _ in range(3):
        tasks.run(owner, lambda _t: together.wait(), answers.append, fail=refuse, lane=Lane.WEB)
    settle(qtbot, tasks)
    assert sorted(answers) == [0, 1, 2]


def test_a_foreseen_failure_reaches_fail(qtbot, tasks, owner, crashes):
    failures = []

    def work(_tick):
        raise WalletError(Code.VAULT_BUSY)

    tasks.run(owner, work, refuse, fail=failures.append, lane=Lane.WEB)
    settle(qtbot, tasks)
    assert [failure.code for failure in failures] == [Code.VAULT_BUSY]
    assert crashes == []


def test_a_bug_reaches_the_crash_handler_and_fail_gets_none(qtbot, tasks, owner, crashes):
    failures = []
    tasks.run(owner, lambda _t: 1 / 0, refuse, fail=failures.append, lane=Lane.WEB)
    settle(qtbot, tasks)
    assert failures == [None]
    assert isinstance(crashes[0], ZeroDivisionError)


def test_an_answer_is_dropped_when_its_owner_is_gone(qtbot, tasks):
    gate = threading.Event()
    owner = QObject()
    tasks.run(owner, lambda _t: gate.wait(5), refuse, fail=refuse, lane=Lane.WEB)
    owner.deleteLater()
    del owner
    qtbot.wait(1)
    gate.set()
    settle(qtbot, tasks)


def test_answers_are_dropped_once_the_wallet_was_locked(qtbot, tasks, owner):
    gate, later = threading.Event(), []
    tasks.run(owner, lambda _t: gate.wait(5), refuse, fail=refuse, lane=Lane.VAULT)
    tasks.run(owner, lambda _t: later.append("ran"), refuse, fail=refuse, lane=Lane.VAULT)
    tasks.drop()
    gate.set()
    settle(qtbot, tasks)
    assert later == []  # not even begun


def test_progress_is_told_and_cancelling_stops_at_the_next_step(qtbot, tasks, owner):
    told, answers, started = [], [], threading.Event()

    def work(tick):
        done = 0
        while tick(done, 0):
            done += 1
            started.set()
        return done

    job = tasks.run(
        owner,
        work,
        answers.append,
        fail=refuse,
        lane=Lane.WEB,
        tick=lambda done, total: told.append((done, total)),
    )
    qtbot.waitUntil(lambda: started.is_set() and len(told) > 1, timeout=5000)
    job.cancel()
    settle(qtbot, tasks)
    assert answers[0] > 0
    assert told == sorted(told)
