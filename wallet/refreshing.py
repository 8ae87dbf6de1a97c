"""Checking what is kept again: which addresses are asked, how often, and what is news.

`Wallet.refresh` uses this. Nothing here stores anything or decides about threads.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from wallet.checking import State
from wallet.crypto import did
from wallet.errors import Code, UnreachableError
from wallet.model import Fact
from wallet.ports import Resolver
from wallet.report import Check, Outcome, Question, Reason, VerificationReport

REFRESH_AFTER: Final = timedelta(days=1)  # a wallet that was refreshed today is left alone
NOTICE_BEFORE_END: Final = timedelta(days=30)  # time enough to renew most licences

# One round over a whole wallet: a person has issuers by the dozen, and what is left over comes
# first in the next round. Two minutes in the background are not noticed.
MAX_FETCHES: Final = 500
MAX_SECONDS: Final = 120.0
# A host that took so long for one answer is not asked for another in the same round.
SLOW_SECONDS: Final = 4.0
_MAX_HELD: Final = 64 * 1024 * 1024  # bytes of answers in memory; status lists have some 20 kB


class News(StrEnum):
    """What there is to tell about a record since it was last checked, the gravest first."""

    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    KEY_CHANGED = "key_changed"  # what held then does not hold under the issuer's keys of now
    BROKEN = "broken"
    BROKEN_INSIDE = "broken_inside"  # it holds, a record inside it no longer does
    ENDED = "ended"
    ENDS_SOON = "ends_soon"
    HOLDS_AGAIN = "holds_again"


@dataclass(frozen=True, slots=True)
class Notice:
    """One piece of news about a kept record.

    `date` is when it happened as far as somebody said so: the day a list gives for a withdrawal,
    the day a record ends. `noticed_at` is when this wallet saw it.
    """

    number: int
    id: str
    title: str
    issuer_name: str
    news: News
    noticed_at: datetime
    date: datetime | None
    before: State
    after: State
    seen: bool = False


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What came of checking again: how many were checked, whose state changed, what is news.

    `asked` is how many addresses were asked for and `read` how many answered anew; `complete` is
    False when it was stopped.
    """

    checked: int
    changed: tuple[str, ...]
    noticed: tuple[Notice, ...]
    asked: int
    read: int
    complete: bool


class Round:
    """A `Resolver` for one round: each address is asked once, slow hosts once, and so many in all.

    What is not asked is answered from what is kept, with its date.
    """

    def __init__(
        self,
        outside: Resolver,
        kept: Callable[[str], Fact | None],
        *,
        fetches: int = MAX_FETCHES,
        seconds: float = MAX_SECONDS,
        held: int = _MAX_HELD,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._outside, self._kept, self._clock = outside, kept, clock
        self._left, self._until, self._room = fetches, clock() + seconds, held
        self._slow: set[str] = set()
        self._asked: set[str] = set()
        self._answers: OrderedDict[str, Fact | UnreachableError] = OrderedDict()
        self.read = 0

    @property
    def asked(self) -> int:
        """How many addresses were asked."""
        return len(self._asked)

    def fetch(self, url: str) -> Fact:
        """Return what `url` says (see `wallet.ports.Resolver`)."""
        answer = self._answers.get(url)
        if answer is None:
            answer = self._answer(url)
            self._hold(url, answer)
        if isinstance(answer, Fact):
            return answer
        raise UnreachableError(answer.code, **answer.facts)

    def _answer(self, url: str) -> Fact | UnreachableError:
        host = did.host_of(url)
        over = self._left <= 0 or self._clock() >= self._until
        if over or host in self._slow or url in self._asked:
            kept = self._kept(url)
            return kept or UnreachableError(Code.UNREACHABLE, host=host, why="budget")
        self._left -= 1
        self._asked.add(url)
        started = self._clock()
        try:
            fact = self._outside.fetch(url)
        except UnreachableError as error:
            return error.with_traceback(None)
        finally:
            if self._clock() - started > SLOW_SECONDS:
                self._slow.add(host)
        self.read += not fact.from_cache
        return fact

    def _hold(self, url: str, answer: Fact | UnreachableError) -> None:
        self._answers[url] = answer
        self._room -= len(answer.body) if isinstance(answer, Fact) else 0
        while self._room < 0 and len(self._answers) > 1:
            _, oldest = self._answers.popitem(last=False)
            self._room += len(oldest.body) if isinstance(oldest, Fact) else 0


def news_of(
    before: State,
    after: State,
    report: VerificationReport,
    last: Callable[[], VerificationReport | None],
    *,
    ends: datetime | None,
    now: datetime,
) -> tuple[News, datetime | None] | None:
    """Return what there is to tell, and its date as far as one is known; None for nothing.

    `before` and `after` are verdicts, `last` reads the report of the check before. What was open
    and is answered now is no news, and neither is what could be checked and now cannot.
    """
    if after is State.WITHDRAWN:
        return _withdrawal(before, report, last)
    if after is State.BROKEN and before is not State.BROKEN:
        earlier = last()
        changed = earlier is not None and _held(earlier) and _key_failed(report)
        return (News.KEY_CHANGED if changed else News.BROKEN), None
    if after is State.ENDED and before is not State.ENDED:
        return News.ENDED, ends
    if after is State.NOT_ALL_HOLDS and before is State.HOLDS:
        return News.BROKEN_INSIDE, None
    if after in {State.HOLDS, State.SELF_STATED} and before in {State.WITHDRAWN, State.BROKEN}:
        return News.HOLDS_AGAIN, None
    if ends is not None and now < ends <= now + NOTICE_BEFORE_END and after is not State.BROKEN:
        return News.ENDS_SOON, ends
    return None


def _withdrawal(
    before: State, report: VerificationReport, last: Callable[[], VerificationReport | None]
) -> tuple[News, datetime | None] | None:
    check = report[Question.STATUS]
    if before is State.WITHDRAWN:
        earlier = last()
        if earlier is not None and earlier[Question.STATUS].reason is check.reason:
            return None
    news = News.SUSPENDED if check.reason is Reason.SUSPENDED else News.WITHDRAWN
    return news, _date(check)


def _date(check: Check) -> datetime | None:
    stated = check.facts.get("date")
    try:
        read = datetime.fromisoformat(stated) if isinstance(stated, str) else stated
    except ValueError:
        return None
    return read if isinstance(read, datetime) and read.tzinfo is not None else None


_ABOUT_KEYS: Final = (Question.SIGNATURE, Question.AUTHORITY)
# Two ways to fail that are the record's own, whatever the issuer's keys are.
_NOT_THE_KEY: Final = (Reason.PROOF_EXPIRED, Reason.TERM_NOT_SIGNED)


def _held(report: VerificationReport) -> bool:
    return all(report[question].outcome is Outcome.PASSED for question in _ABOUT_KEYS)


def _key_failed(report: VerificationReport) -> bool:
    checks = [report[question] for question in _ABOUT_KEYS]
    return any(c.outcome is Outcome.FAILED and c.reason not in _NOT_THE_KEY for c in checks)
