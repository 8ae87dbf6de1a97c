"""Checking again: what is asked and how often, what is news, and what stays when it is stopped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import ClassVar

import pytest

from tests.world import Party, World, did_document, did_url
from wallet import formats
from wallet.app import News, State, Wallet
from wallet.checking import Verifier
from wallet.crypto.jsonld import Contexts
from wallet.errors import Code, MalformedError, UnreachableError, VaultError
from wallet.formats import contexts, data_integrity
from wallet.model import Fact
from wallet.net.cached import Cached
from wallet.refreshing import Round, news_of
from wallet.report import Check, Outcome, Question, Reason, VerificationReport, to_json
from wallet.storage import CheckedReport, Cost
from wallet.wiring import Outside, _VaultFacts

DAY = timedelta(days=1)


@dataclass
class Home:
    """A wallet on a pretend world, with the cache that the app has."""

    world: World
    wallet: Wallet
    school: Party

    def keep(self, raw: bytes) -> str:
        [added] = self.wallet.keep([self.wallet._verifier.check(raw)]).added
        return added

    def issue(self, **claims: object) -> str:
        return self.keep(self.world.issue(self.school, **claims))

    def later(self, days: float) -> None:
        """Let time pass; lists of the world are signed anew."""
        self.world.now += timedelta(days=days)

    def raw(self, record: str) -> bytes:
        return self.wallet.export(record).data


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    world = World()
    school = world.issuer("Harbor College", "web")
    facts = _VaultFacts()
    cached = Cached(
        world, facts, fresh_seconds=300, clock=lambda: _seconds(world), now=lambda: world.now
    )
    verifier = Verifier(cached, policy=world.policy(school), clock=lambda: world.now)
    wallet = facts.wallet = Wallet(verifier, clock=lambda: world.now, cost=Cost(8, 1, 1))
    wallet.create(tmp_path / "vault.ler", "correct horse", name="Robin")
    yield Home(world, wallet, school)
    wallet.lock()


def _seconds(world: World) -> float:
    return world.now.timestamp()


def told(home: Home) -> list[tuple[News, State, State]]:
    return [(n.news, n.before, n.after) for n in home.wallet.notices()]


def test_a_withdrawal_is_news_once(home: Home) -> None:
    record = home.issue(status=["revocation"])
    home.later(1)
    home.world.revoke(home.raw(record))
    done = home.wallet.refresh()
    assert done.changed == (record,)
    [notice] = done.noticed
    assert (notice.id, notice.news, notice.date) == (record, News.WITHDRAWN, None)
    assert (notice.title, notice.issuer_name) == ("Welding Level 1", "Harbor College")
    assert (notice.before, notice.after) == (State.HOLDS, State.WITHDRAWN)
    assert notice.noticed_at == home.world.now
    home.later(1)
    assert home.wallet.refresh().noticed == ()
    assert home.wallet.notices() == [notice]
    home.wallet.dismiss([notice.number])
    assert home.wallet.notices() == []
    assert [n.seen for n in home.wallet.notices(seen=True)] == [True]


def test_a_suspension_that_becomes_a_withdrawal_and_one_that_is_lifted(home: Home) -> None:
    record = home.issue(status=["revocation", "suspension"])
    home.later(1)
    home.world.suspend(home.raw(record))
    home.wallet.refresh()
    home.later(1)
    home.world.revoke(home.raw(record))
    home.wallet.refresh()
    home.later(1)
    home.world.set_status(home.raw(record), "suspension", value=0)
    home.world.set_status(home.raw(record), "revocation", value=0)
    home.wallet.refresh()
    assert told(home) == [
        (News.HOLDS_AGAIN, State.WITHDRAWN, State.HOLDS),
        (News.WITHDRAWN, State.WITHDRAWN, State.WITHDRAWN),
        (News.SUSPENDED, State.HOLDS, State.WITHDRAWN),
    ]


@pytest.mark.parametrize("same_name", [True, False])
def test_an_issuers_new_key_is_told_as_such(home: Home, same_name: bool) -> None:
    record = home.issue()
    other = home.world.issuer("Somebody Else")
    document = did_document(home.school)
    document["verificationMethod"][0]["publicKeyMultibase"] = did_document(other)[
        "verificationMethod"
    ][0]["publicKeyMultibase"]
    if not same_name:
        name = f"{home.school.id}#key-2"
        document["verificationMethod"][0]["id"] = name
        document["assertionMethod"] = [name]
    home.world.documents[did_url(home.school.id)] = json.dumps(document).encode()
    home.later(1)
    assert home.wallet.refresh().changed == (record,)
    assert told(home) == [(News.KEY_CHANGED, State.HOLDS, State.BROKEN)]


def test_an_issuer_that_is_gone_changes_nothing_but_the_date(home: Home) -> None:
    record = home.issue(status=["revocation"])
    kept_at = home.world.now
    for gone in ("unreachable", "for sale"):
        home.later(0.25)
        if gone == "unreachable":
            home.world.outage()
        else:
            home.world.mend()
            for url in list(home.wallet._open().needed()):
                home.world.publish(url, b'{"error": "no such site"}')
        done = home.wallet.refresh()
        assert (done.changed, done.noticed) == ((), ())
        report = home.wallet.entry(record).report
        assert report.outcome is Outcome.PASSED
        for question in (Question.SIGNATURE, Question.AUTHORITY, Question.STATUS, Question.ISSUER):
            assert report[question].checked_at == kept_at, question
        assert report[Question.VALIDITY].checked_at == home.world.now


def test_the_end_is_told_thirty_days_ahead_once_and_when_it_comes(home: Home) -> None:
    ends = home.world.now + 40 * DAY
    record = home.issue(ends=ends)
    assert home.wallet.refresh().noticed == ()
    for _ in range(3):
        home.later(5)
        home.wallet.refresh()
    [notice] = home.wallet.notices()
    assert (notice.news, notice.date) == (News.ENDS_SOON, ends)
    home.wallet.dismiss([notice.number])
    home.later(20)
    assert home.wallet.refresh().noticed == ()
    home.later(10)
    done = home.wallet.refresh()
    [ended] = done.noticed
    assert (ended.id, ended.news, ended.date) == (record, News.ENDED, ends)


def test_a_list_is_asked_once_for_all_that_share_it(home: Home) -> None:
    for n in range(30):
        home.issue(title=f"Course {n}", status=["revocation"])
    home.later(1)
    home.world.fetched.clear()
    done = home.wallet.refresh()
    assert (done.checked, done.asked, done.read) == (30, 2, 2)
    assert sorted(home.world.fetched) == sorted(
        [did_url(home.school.id), home.world.list_url(home.school, "revocation")]
    )


def test_nobody_is_asked_again_within_minutes(home: Home) -> None:
    home.issue(status=["revocation"])
    home.later(1)
    home.wallet.refresh()
    home.world.fetched.clear()
    home.world.now += timedelta(minutes=4)
    done = home.wallet.refresh()
    assert home.world.fetched == []
    assert (done.asked, done.read) == (2, 2)  # the fresh ones, from memory


def test_some_are_checked_without_asking_about_the_others(home: Home) -> None:
    home.issue(status=["revocation"])
    other = home.world.issuer("Other College", "web")
    one = home.keep(home.world.issue(other))
    home.later(1)
    home.world.fetched.clear()
    assert home.wallet.refresh([one]).checked == 1
    assert home.world.fetched == [did_url(other.id)]
    assert home.wallet.is_refresh_due


def test_when_it_is_due(home: Home) -> None:
    assert home.wallet.is_refresh_due
    home.issue(status=["revocation"])
    home.wallet.refresh()
    assert not home.wallet.is_refresh_due
    home.world.now += timedelta(hours=25)
    assert home.wallet.is_refresh_due
    home.world.outage()
    home.wallet.refresh()
    assert home.wallet.is_refresh_due  # nobody answered, so nothing was refreshed
    home.world.mend()
    home.world.now += timedelta(minutes=2)
    home.wallet.refresh()
    assert not home.wallet.is_refresh_due
    home.world.now -= 3 * DAY  # a clock that was set back
    assert home.wallet.is_refresh_due


def test_what_was_done_before_it_was_stopped_is_kept(home: Home) -> None:
    records = [home.issue(title=f"Course {n}", status=["revocation"]) for n in range(6)]
    home.later(2)
    for record in records:
        home.world.revoke(home.raw(record))
    done = home.wallet.refresh(progress=lambda done, _total: done < 3)
    assert (done.checked, done.complete) == (3, False)
    assert set(done.changed) == set(records[:3])
    assert home.wallet.is_refresh_due
    assert len(home.wallet.rows(states=[State.WITHDRAWN])) == 3


def as_kept_by_an_older_version(home: Home, *records: str) -> None:
    """Let records be kept as holding by rules that are not this version's."""
    now = home.world.now
    checks = tuple(Check(question, Outcome.PASSED, None, now) for question in Question)
    holds = VerificationReport(checks)
    answers = [CheckedReport(one, to_json(holds), home.world.now, "holds") for one in records]
    vault = home.wallet._vault
    assert vault is not None
    vault.record_round(answers, [])
    home.wallet.set_setting("rules_before", "0")


def test_answers_by_the_rules_of_another_version_are_given_anew(home: Home) -> None:
    broken = home.keep(home.world.issue(home.school).replace(b"Harbor College", b"Harvard College"))
    removed = home.keep(home.world.issue(home.school, title="Two").replace(b"Two", b"Ten"))
    assert {row.state for row in home.wallet.rows()} == {State.BROKEN}
    home.wallet.refresh()
    assert not home.wallet.is_refresh_due
    as_kept_by_an_older_version(home, broken, removed)
    assert {row.state for row in home.wallet.rows()} == {State.HOLDS}
    home.wallet.remove([removed])
    assert home.wallet.is_refresh_due
    assert home.wallet.is_answered_otherwise
    home.wallet.refresh(progress=lambda done, _total: done < 1)
    assert home.wallet.is_answered_otherwise  # not all of them yet
    home.world.outage()
    home.wallet.refresh()
    assert not home.wallet.is_answered_otherwise
    home.wallet.restore([removed])
    assert {row.state for row in home.wallet.rows()} == {State.BROKEN}


def test_what_comes_in_from_an_older_backup_is_answered_anew(home: Home, tmp_path: Path) -> None:
    kept = home.keep(home.world.issue(home.school).replace(b"Harbor College", b"Harvard College"))
    as_kept_by_an_older_version(home, kept)
    home.wallet.backups.make(tmp_path / "old.ler-backup")
    home.wallet.remove([kept])
    home.wallet.erase([kept])
    home.wallet.refresh()
    assert not home.wallet.is_answered_otherwise
    plan = home.wallet.restoring.open(tmp_path / "old.ler-backup", "correct horse")
    assert plan is not None
    home.wallet.restoring.merge(plan)
    assert home.wallet.is_answered_otherwise
    home.wallet.refresh()
    assert [row.state for row in home.wallet.rows()] == [State.BROKEN]


def test_a_wallet_that_is_locked_meanwhile_stays_whole(home: Home) -> None:
    records = [home.issue(title=f"Course {n}") for n in range(4)]
    path = home.wallet.path
    assert path is not None

    def lock_in_the_middle(done: int, _total: int) -> bool:
        if done == 2:
            home.wallet.lock()
        return True

    home.later(1)
    with pytest.raises(VaultError) as caught:
        home.wallet.refresh(progress=lock_in_the_middle)
    assert caught.value.code is Code.VAULT_LOCKED
    home.wallet.unlock(path, "correct horse")
    assert len(home.wallet.rows()) == len(records)
    assert home.wallet.refresh().complete


def test_a_record_erased_meanwhile_is_left_out(home: Home) -> None:
    first, second, third = (home.issue(title=f"Course {n}") for n in range(3))

    def erase(done: int, _total: int) -> bool:
        if done == 1:
            home.wallet.remove([first, third])
            home.wallet.erase([first, third])
        return True

    assert home.wallet.refresh(progress=erase).complete
    assert [row.id for row in home.wallet.rows()] == [second]


def test_what_can_no_longer_be_read_keeps_its_answer_and_stops_nobody(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = home.issue(title="First"), home.issue(title="Second")
    before = home.wallet.entry(first).checked_at
    unreadable, read = home.raw(first), formats.read

    def stricter(data: bytes) -> object:
        if data == unreadable:
            raise MalformedError(Code.WRONG_TYPE)
        return read(data)

    home.later(1)
    with monkeypatch.context() as patch:
        patch.setattr(formats, "read", stricter)
        assert home.wallet.refresh().complete
    assert home.wallet.entry(first).checked_at == before
    assert home.wallet.entry(second).checked_at == home.world.now


# -- one round ---------------------------------------------------------------------------------


class Hosts:
    """Addresses that answer, each after so many seconds of a clock of their own."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.takes: dict[str, float] = {}
        self.asked: list[str] = []

    def fetch(self, url: str) -> Fact:
        self.asked.append(url)
        taken = self.takes.get(url, 0.1)
        self.seconds += taken
        if taken >= 10:
            raise UnreachableError(Code.UNREACHABLE, host="slow.example", why="timeout")
        return Fact(url, b"x" * 100, World().now)


def a_round(hosts: Hosts, **bounds: float) -> Round:
    kept = Fact("", b"kept", World().now - DAY, from_cache=True)
    return Round(hosts, lambda _url: kept, clock=lambda: hosts.seconds, **bounds)  # type: ignore[arg-type]


def test_beyond_so_many_addresses_what_is_kept_answers() -> None:
    hosts = Hosts()
    round_ = a_round(hosts, fetches=3)
    found = [round_.fetch(f"https://a.example/{n}").body for n in range(5)]
    assert found[:3] == [b"x" * 100] * 3
    assert found[3:] == [b"kept"] * 2
    assert (round_.asked, round_.read) == (3, 3)


def test_beyond_so_many_seconds_too() -> None:
    hosts = Hosts()
    hosts.takes = {f"https://h{n}.example/": 3.0 for n in range(9)}
    round_ = a_round(hosts, seconds=8.0)
    for url in hosts.takes:
        round_.fetch(url)
    assert len(hosts.asked) == 3


def test_a_host_that_hangs_is_asked_once_and_others_go_on() -> None:
    hosts = Hosts()
    hosts.takes = {f"https://slow.example/{n}": 10.0 for n in range(9)}
    round_ = a_round(hosts)
    with pytest.raises(UnreachableError):
        round_.fetch("https://slow.example/0")
    with pytest.raises(UnreachableError):
        round_.fetch("https://slow.example/0")
    for url in list(hosts.takes)[1:]:
        assert round_.fetch(url).body == b"kept"
    assert round_.fetch("https://quick.example/").body == b"x" * 100
    assert hosts.asked == ["https://slow.example/0", "https://quick.example/"]


def test_what_is_neither_asked_nor_kept_says_so() -> None:
    round_ = Round(Hosts(), lambda _url: None, fetches=0)
    with pytest.raises(UnreachableError) as caught:
        round_.fetch("https://a.example/x")
    assert caught.value.facts == {"host": "a.example", "why": "budget"}


def test_little_is_held_in_memory_and_nothing_is_asked_twice() -> None:
    hosts = Hosts()
    round_ = a_round(hosts, held=250)
    for n in (0, 1, 2, 0, 1, 2):
        round_.fetch(f"https://a.example/{n}")
    assert len(hosts.asked) == 3
    assert len(round_._answers) <= 3


def test_the_day_a_list_gives_is_the_day_that_is_told() -> None:
    now = World().now

    def report(**facts: object) -> VerificationReport:
        check = Check(Question.STATUS, Outcome.FAILED, Reason.REVOKED, now, facts)
        return VerificationReport((check,))

    for date, read in (
        ((now - 9 * DAY).isoformat(), now - 9 * DAY),
        (now - 9 * DAY, now - 9 * DAY),
        ("yesterday", None),
        ("2026-05-01T00:00:00", None),
        (7, None),
    ):
        found = news_of(
            State.HOLDS, State.WITHDRAWN, report(date=date), lambda: None, ends=None, now=now
        )
        assert found == (News.WITHDRAWN, read), date


# -- contexts ----------------------------------------------------------------------------------


@pytest.fixture
def vocabulary(monkeypatch: pytest.MonkeyPatch) -> tuple[str, bytes]:
    """Pin a context that is not shipped, and forget it afterwards."""
    address = "https://vocabulary.example/welding/v1"
    body = json.dumps({"@context": {"seam": "https://vocabulary.example/welding#seam"}}).encode()
    entry = {"url": address, "file": None, "sha256": sha256(body).hexdigest()}
    listed = {**contexts._manifest(), address: entry}
    monkeypatch.setattr(contexts, "_manifest", lambda: listed)
    forget_contexts(monkeypatch)
    return address, body


def forget_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin a new process, as far as contexts are concerned."""
    monkeypatch.setattr(contexts, "_fetched", {})
    monkeypatch.setattr(contexts, "SHARED", Contexts(contexts._load))


def test_a_vocabulary_that_was_fetched_is_kept_with_the_record_and_never_asked_again(
    home: Home, vocabulary: tuple[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, body = vocabulary
    known = Contexts(lambda url: body if url == address else contexts._load(url))
    claims = home.world.claims(home.school)
    claims["@context"] = [*claims["@context"], address]
    with monkeypatch.context() as patch:
        patch.setattr(data_integrity, "SHARED", known)
        raw = home.world.secure(home.school, {**claims, "seam": "vertical"})
    home.world.documents[address] = body
    path = home.wallet.path
    assert path is not None
    home.wallet.lock()
    checked = home.wallet._verifier.check(raw)  # at the door, with no vault to keep anything in
    assert checked.outcome is Outcome.PASSED
    home.wallet.unlock(path, "correct horse")
    [record] = home.wallet.keep([checked]).added
    fact = home.wallet.get_fact(address)
    assert fact is not None
    assert fact.body == body
    forget_contexts(monkeypatch)
    home.world.outage()
    home.later(1)
    home.wallet.refresh()
    report = home.wallet.entry(record).report
    assert report[Question.SIGNATURE].reason is Reason.KEY_UNREACHABLE  # nothing else is missing
    assert address in home.wallet._open().needed()


def test_a_kept_vocabulary_is_not_asked_for_and_a_wrong_one_is(
    home: Home, vocabulary: tuple[str, bytes]
) -> None:
    address, body = vocabulary

    class Web:
        asked: ClassVar[list[str]] = []

        def fetch(self, url: str) -> Fact:
            self.asked.append(url)
            return Fact(url, body, home.world.now)

    store = _VaultFacts()
    store.wallet = home.wallet
    outside = Outside(offline=False, store=store)
    outside.__dict__["_web"] = Web()
    home.wallet.put_fact(Fact(address, b"{}", home.world.now))
    assert outside.fetch(address).body == body
    assert Web.asked == [address]
    home.wallet.put_fact(Fact(address, body, home.world.now))
    assert outside.fetch(address).from_cache
    assert Web.asked == [address]
