"""One round over kept credentials: read, verified, written back with what is news, in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from wallet import filing, formats, verify
from wallet.checking import State, Verifier, state_at, verdict_of
from wallet.errors import Code, UnreachableError, VaultError, WalletError
from wallet.model import Credential
from wallet.refreshing import REFRESH_AFTER, News, Notice, Refreshed, Round, news_of
from wallet.report import VerificationReport, from_json, to_json
from wallet.storage import CheckedReport, NewChange, StoredChange, StoredCredential, Vault

_REFRESHED_AT, _RULES = "refreshed_at", "rules_before"  # settings
AT_ONCE: Final = 200  # reports written in one transaction: a fraction of a second of work
Progress = Callable[[int, int], bool]  # (done, total) -> go on?


def last_at(vault: Vault) -> datetime | None:
    """Return when everything was last checked again with anybody answering."""
    stored = vault.setting(_REFRESHED_AT)
    return datetime.fromisoformat(stored) if stored else None


def is_due(vault: Vault, now: datetime) -> bool:
    """Whether that is more than a day ago, or answers are by other rules than this version's."""
    last = last_at(vault)
    return last is None or not timedelta() <= now - last < REFRESH_AFTER or is_by_other_rules(vault)


def is_by_other_rules(vault: Vault) -> bool:
    """Whether kept answers may be those of another version, which would answer otherwise."""
    return vault.setting(_RULES) != str(verify.RULES)


def note_rules(vault: Vault, *, ours: bool = True) -> None:
    """Note that every kept answer is by this version's rules; or that some may not be."""
    vault.set_setting(_RULES, str(verify.RULES) if ours else None)


def note(vault: Vault, done: Refreshed, now: datetime) -> None:
    """Note that everything was checked again, if it was, and if anybody answered."""
    if done.complete:
        note_rules(vault)
    if done.complete and (done.read or not done.asked):
        vault.set_setting(_REFRESHED_AT, now.isoformat())


def notice_of(change: StoredChange) -> Notice:
    """Return a change as the front-ends know it."""
    return Notice(
        change.number,
        change.id,
        change.title,
        change.issuer_name,
        News(change.reason),
        change.noticed_at,
        change.reason_at,
        _state(change.before),
        _state(change.after),
        seen=change.seen_at is not None,
    )


def _state(word: str) -> State:
    return State(word) if word in frozenset(State) else State.UNCHECKED


class Rechecking:
    """One round. Nothing is held of the vault between two of its moments."""

    def __init__(
        self,
        vault: Vault,
        verifier: Verifier,
        round_: Round,
        *,
        now: datetime,
        progress: Progress | None,
    ) -> None:
        self._vault, self._verifier, self._round, self._now = vault, verifier, round_, now
        self._progress = progress
        told = (c for c in vault.changes(seen=True) if c.reason == News.ENDS_SOON)
        self._told = {(change.id, change.reason_at) for change in told}
        self._changed: list[str] = []
        self._reports: list[CheckedReport] = []
        self._news: list[NewChange] = []

    def run(self, ids: Sequence[str], *, ahead: Sequence[str] = ()) -> Refreshed:
        """Check these and return what came of it; what was done when it is stopped is kept.

        `ahead` are addresses to ask before any credential is checked, in this order.
        """
        before = max((change.number for change in self._vault.changes(seen=True)), default=0)
        complete = self._ask_ahead(ahead, len(ids))
        done = 0
        for credential_id in ids if complete else ():
            self._check(credential_id)
            done += 1
            if len(self._reports) >= AT_ONCE:
                self._write()
            if not self._goes_on(done, len(ids)):
                complete = done == len(ids)
                break
        self._write()
        checked = frozenset(ids)
        noticed = tuple(
            notice_of(change)
            for change in self._vault.changes()
            if change.number > before and change.id in checked
        )
        return Refreshed(
            done, tuple(self._changed), noticed, self._round.asked, self._round.read, complete
        )

    def _ask_ahead(self, ahead: Sequence[str], total: int) -> bool:
        for url in ahead:
            if not self._goes_on(0, total):
                return False
            with suppress(UnreachableError):
                self._round.fetch(url)
        return True

    def _goes_on(self, done: int, total: int) -> bool:
        return self._progress is None or self._progress(done, total)

    def _check(self, credential_id: str) -> None:
        try:
            stored = self._vault.get(credential_id)
        except VaultError as error:
            if error.code is Code.NO_SUCH_CREDENTIAL:  # erased meanwhile
                return
            raise
        try:
            credential = formats.read(stored.raw)
        except WalletError:  # kept by a version that read it: its last answer stays, with its date
            return
        assert isinstance(credential, Credential)
        report = self._verifier.verify(credential, now=self._now, resolver=self._round)
        before, after = State(stored.verdict or State.UNCHECKED), verdict_of(report)
        needs = filing.needs(credential, report)
        self._reports.append(
            CheckedReport(stored.id, to_json(report), self._now, after.value, needs)
        )
        was, is_ = (state_at(v, stored.ends, now=self._now) for v in (before, after))
        if was is not is_:
            self._changed.append(stored.id)
        self._tell(stored, before, after, report)

    def _tell(
        self, stored: StoredCredential, before: State, after: State, report: VerificationReport
    ) -> None:
        def last() -> VerificationReport | None:
            return from_json(stored.report_json) if stored.report_json else None

        found = news_of(before, after, report, last, ends=stored.ends, now=self._now)
        if found is None:
            return
        news, date = found
        if news is News.ENDS_SOON:
            if (stored.id, date) in self._told:
                return
            self._told.add((stored.id, date))
        self._news.append(
            NewChange(stored.id, self._now, before.value, after.value, news.value, date)
        )

    def _write(self) -> None:
        if self._reports:
            self._vault.record_round(self._reports, self._news)
            self._reports, self._news = [], []
