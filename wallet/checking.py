"""Checking whatever a person or an employer holds up: needs no vault and keeps nothing.

`Verifier.check` is the one way in for files, pasted text and share links. How a format is read
or a proof verified is not here (`wallet.formats`, `wallet.verify`).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from wallet import formats, record, verify
from wallet.crypto import did
from wallet.errors import Code, LinkError, MalformedError, UnreachableError, WalletError
from wallet.inputs import MAX_INPUT_BYTES, Input
from wallet.model import Credential, Fact, Presentation, Readable
from wallet.ports import Resolver
from wallet.record import Record
from wallet.report import (
    Outcome,
    PartReport,
    PresentationReport,
    Question,
    Reason,
    VerificationReport,
)

Clock = Callable[[], datetime]

ENDS_SOON = timedelta(days=183)  # "ends in 4 months" is worth saying half a year ahead


class State(StrEnum):
    """The state of trust shown on a row: a shape and a word, everywhere the same."""

    HOLDS = "holds"
    UNCHECKED = "unchecked"  # something could not be checked
    BROKEN = "broken"  # altered or signed by the wrong key
    WITHDRAWN = "withdrawn"
    ENDED = "ended"
    ENDS_SOON = "ends_soon"
    NOT_YET = "not_yet"  # its first day is still to come
    SELF_STATED = "self_stated"  # "You say so": no shape
    NOT_ALL_HOLDS = "not_all_holds"  # it does, but a record inside it does not
    NOT_ALL_CHECKED = "not_all_checked"  # it holds, a record inside it could not be checked


@dataclass(frozen=True)
class Checked:
    """What one input turned out to be, and what can be known about it.

    A credential has `record` and a `VerificationReport`; a presentation has a
    `PresentationReport`; a presentation or bundle has one `Checked` per credential in
    `credentials`. When the input could not be read, `error` says why and the rest is empty.
    `sample_issuers` are those whose records are marked as samples.
    """

    source: str
    readable: Readable | None = None
    report: VerificationReport | PresentationReport | None = None
    credentials: tuple[Checked, ...] = ()
    error: WalletError | None = None
    sample_issuers: frozenset[str] = frozenset()

    @cached_property
    def record(self) -> Record | None:
        """The credential read for people; read when it is first asked for."""
        if not isinstance(self.readable, Credential):
            return None
        return record.read(self.readable, sample_issuers=self.sample_issuers)

    @property
    def outcome(self) -> Outcome | None:
        """The overall answer, with what stands inside; None when there is nothing to answer."""
        if isinstance(self.report, VerificationReport):
            return self.report.overall
        if self.report is not None:
            return self.report.outcome
        outcomes = [c.outcome for c in self.credentials]
        for outcome in (Outcome.FAILED, Outcome.UNKNOWN):
            if outcome in outcomes:
                return outcome
        return Outcome.PASSED if outcomes else None

    def leaves(self) -> Iterator[Checked]:
        """Yield every single credential in here, this one included."""
        if isinstance(self.readable, Credential):
            yield self
        for child in self.credentials:
            yield from child.leaves()


@dataclass(frozen=True)
class Inner:
    """One record or endorsement inside a credential, with what is known about it."""

    report: PartReport
    credential: Credential | None = None
    sample_issuers: frozenset[str] = frozenset()

    @cached_property
    def record(self) -> Record | None:
        """It read for people; None where it could not be read."""
        if self.credential is None:
            return None
        return record.read(self.credential, sample_issuers=self.sample_issuers)

    def state(self, now: datetime) -> State:
        """Return its one state at `now`."""
        if self.report.report is None or self.record is None:
            return State.UNCHECKED
        return state_of(self.report.report, self.record.ends, now=now)


def verdict_of(report: VerificationReport) -> State:
    """Return the state that `report` alone gives, whatever the day; kept with a credential."""
    failed = {c.reason for c in report.checks if c.outcome is Outcome.FAILED}
    if failed & {Reason.REVOKED, Reason.SUSPENDED}:
        return State.WITHDRAWN
    if failed - {Reason.ENDED, Reason.NOT_YET}:
        return State.BROKEN
    if failed:
        return State.ENDED if Reason.ENDED in failed else State.NOT_YET
    if report.outcome is Outcome.UNKNOWN:
        return State.UNCHECKED
    if report.overall is not Outcome.PASSED:
        failed_inside = report.overall is Outcome.FAILED
        return State.NOT_ALL_HOLDS if failed_inside else State.NOT_ALL_CHECKED
    if any(c.reason is Reason.ISSUER_SELF for c in report.checks):
        return State.SELF_STATED
    return State.HOLDS


def state_at(verdict: State, ends: datetime | None, *, now: datetime) -> State:
    """Return the state to show at `now` for what a check found earlier."""
    if verdict in {State.WITHDRAWN, State.BROKEN, State.ENDED, State.SELF_STATED}:
        return verdict
    if ends is not None and ends <= now:
        return State.ENDED
    if verdict is State.HOLDS and ends is not None and ends - now <= ENDS_SOON:
        return State.ENDS_SOON
    return verdict


def state_of(report: VerificationReport, ends: datetime | None, *, now: datetime) -> State:
    """Return the one state a row shows for `report` at `now`."""
    return state_at(verdict_of(report), ends, now=now)


# A credential needs a key and one or two lists with a key each; twenty-five, of as many issuers,
# thrice that. Who made one could else name hundreds of addresses that each answer after ten
# seconds, or that are somebody else's, for this machine to call.
MAX_FETCHES = 40
MAX_FETCHES_OF_MANY = 120
MAX_FETCH_SECONDS = 60.0
# Registries of issuers are asked on a budget of their own, so that a slow one keeps nobody's key
# or list of withdrawals from being read: some ten of them, each once or twice an issuer.
MAX_REGISTRY_FETCHES = 60
MAX_REGISTRY_SECONDS = 20.0
# A thousand files are checked one by one: the same few registries are not read for each.
REMEMBERED_SECONDS = 5.0
MAX_REMEMBERED = 64  # of at most 1 MiB; a statement about one issuer is 1 KiB


class Budgeted:
    """A `Resolver` for one check: each address once, and so many addresses for so long."""

    def __init__(
        self,
        inner: Resolver,
        *,
        fetches: int = MAX_FETCHES,
        seconds: float = MAX_FETCH_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = inner
        self._fetches = fetches
        self._clock = clock
        self._until = clock() + seconds
        self._answers: dict[str, Fact | UnreachableError] = {}

    def fetch(self, url: str) -> Fact:
        """Return what `url` says; raises `UnreachableError` with why="budget" beyond it."""
        answer = self._answers.get(url)
        if answer is None:
            if len(self._answers) >= self._fetches or self._clock() > self._until:
                raise UnreachableError(Code.UNREACHABLE, host=did.host_of(url), why="budget")
            answer = self._answers[url] = _asked(self._inner, url)
        return _told(answer)


class Remembered:
    """A `Resolver` that remembers for a few seconds what was answered, also that nobody did."""

    def __init__(
        self,
        inner: Resolver,
        *,
        seconds: float = REMEMBERED_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner, self._seconds, self._clock = inner, seconds, clock
        self._answers: dict[str, Fact | UnreachableError] = {}
        self._until = 0.0

    def fetch(self, url: str) -> Fact:
        """Return what `url` says (see `wallet.ports.Resolver`)."""
        now = self._clock()
        if now > self._until or len(self._answers) >= MAX_REMEMBERED:
            self._answers, self._until = {}, now + self._seconds
        answers = self._answers
        answer = answers.get(url)
        if answer is None:
            answer = answers[url] = _asked(self._inner, url)
        return _told(answer)


def _asked(inner: Resolver, url: str) -> Fact | UnreachableError:
    try:
        return inner.fetch(url)
    except UnreachableError as error:
        return error.with_traceback(None)


def _told(answer: Fact | UnreachableError) -> Fact:
    if isinstance(answer, Fact):
        return answer
    raise UnreachableError(answer.code, **answer.facts)


def registries_of(inner: Resolver) -> Budgeted:
    """Return a resolver for the registries of issuers, on a budget of their own."""
    return Budgeted(inner, fetches=MAX_REGISTRY_FETCHES, seconds=MAX_REGISTRY_SECONDS)


def _unpacked(data: bytes) -> bytes:
    """Return the presentation inside a share link; anything else as it is."""
    if data[:16].lstrip(b" \t\r\n<")[:1].lower() not in {b"h", b"#", b"u", b"b"}:
        return data  # credentials start otherwise, so checking one need not load how links work
    from wallet.share import link

    address = data.lstrip()[:6].lower().startswith((b"https:", b"http:"))
    if address and b"#" not in data and b"%23" not in data:
        raise LinkError(Code.NO_LINK)
    return link.decode(data.decode("utf-8", "replace")) if link.looks_like(data) else data


Policies = verify.Policy | Callable[[], verify.Policy]


@dataclass(frozen=True, slots=True)
class _Silence:
    """A policy of whose registries none could be read just now, and the same without asking."""

    policy: verify.Policy
    unasked: verify.Policy
    until: float


class Verifier:
    """Checks whatever it is given; keeps nothing.

    `policy` is a policy, or what gives the one of the moment: whom to know may change while the
    app runs. One check, whatever it holds, has one policy.
    """

    def __init__(self, resolver: Resolver, *, policy: Policies, clock: Clock) -> None:
        self._resolver = resolver
        self._remembered = Remembered(resolver)
        self._given = policy
        self._clock = clock
        self._silence: _Silence | None = None

    def _asking(self) -> verify.Policy:
        """Return the policy to check by: where nobody answered just now, one that asks nobody."""
        policy, silence = self.policy, self._silence
        if silence is None or silence.policy is not policy or time.monotonic() > silence.until:
            return policy
        return silence.unasked

    def _heed(self, policy: verify.Policy, report: VerificationReport) -> None:
        """Note where none of a policy's registries could be read, for as long as answers are."""
        facts = report[Question.ISSUER].facts
        answered = facts.get("looked") != 0 or not facts.keys().isdisjoint({"changed", "spared"})
        if not policy.catalogues or answered:
            return
        names = verify.registries_in_use(policy, registries_of(self._remembered))
        unasked = replace(policy, catalogues=(), unread=(*policy.unread, *names))
        self._silence = _Silence(policy, unasked, time.monotonic() + REMEMBERED_SECONDS)

    @property
    def policy(self) -> verify.Policy:
        """The policy of the moment."""
        return self._given if isinstance(self._given, verify.Policy) else self._given()

    def check_input(self, given: Input, *, now: datetime | None = None) -> Checked:
        """Check one input as `wallet.inputs` gives them."""
        if given.error is not None:
            return Checked(given.source, error=given.error)
        return self.check(given.data, source=given.source, now=now)

    def check(self, data: bytes, *, source: str = "", now: datetime | None = None) -> Checked:
        """Read and verify a credential, presentation, bundle, badge image or share link.

        Never raises for bad input: what could not be read is in `Checked.error`.
        """
        now = now or self._clock()
        try:
            if len(data) > MAX_INPUT_BYTES:
                raise MalformedError(Code.TOO_LARGE)
            readable = formats.read(_unpacked(data))
        except WalletError as err:
            return Checked(source, error=err)
        return self.checked(readable, source=source, now=now)

    def checked(self, readable: Readable, *, source: str = "", now: datetime) -> Checked:
        """Verify what was read already."""
        many = not isinstance(readable, Credential) or formats.any_inside(readable)
        resolver = Budgeted(self._resolver, fetches=MAX_FETCHES_OF_MANY if many else MAX_FETCHES)
        policy, registries = self._asking(), registries_of(self._remembered)
        if isinstance(readable, Presentation):
            report = verify.verify_presentation(
                readable, policy, resolver, now, registries=registries
            )
            return self._presented(readable, source, report, resolver)

        lists = verify.Lists()

        def checked(one: Credential) -> Checked:
            found = verify.verify(one, policy, resolver, now, registries=registries, lists=lists)
            self._heed(policy, found)
            # The same budget, which remembers: nothing is fetched twice.
            return self._made(source, verify.completed(one, resolver), found)

        if isinstance(readable, Credential):
            return checked(readable)
        children = tuple(checked(one) for one in readable.credentials)
        return Checked(source, readable, credentials=children)

    @property
    def resolver(self) -> Resolver:
        """What public facts come from."""
        return self._resolver

    def verify(
        self,
        credential: Credential,
        *,
        now: datetime | None = None,
        resolver: Resolver | None = None,
    ) -> VerificationReport:
        """Ask every question about one credential; `resolver` is for a round over many."""
        policy, registries = self._asking(), registries_of(resolver or self._remembered)
        resolver = resolver or self._resolver
        many = formats.any_inside(credential)
        report = verify.verify(
            credential,
            policy,
            Budgeted(resolver, fetches=MAX_FETCHES_OF_MANY if many else MAX_FETCHES),
            now or self._clock(),
            registries=registries,
        )
        self._heed(policy, report)
        return report

    def ask_issuer_again(
        self, credential: Credential, report: VerificationReport, *, changed: str, kept: Resolver
    ) -> VerificationReport:
        """Ask only whether one issuer is known, whatever it issued; the other answers stay.

        `kept` has what badges inside only name (`wallet.verify.issuer_again`).
        """
        return verify.issuer_again(
            credential,
            report,
            self.policy,
            registries_of(self._remembered),
            self._clock(),
            changed=changed,
            kept=kept,
        )

    def read_record(self, credential: Credential) -> Record:
        """Read a credential for people; sample issuers' records are marked as samples."""
        return record.read(credential, sample_issuers=self.policy.sample_issuers)

    def parts(self, credential: Credential, report: VerificationReport) -> tuple[Inner, ...]:
        """Return what stands inside a credential, as `report` says of it, to be shown."""
        read = {one.place: one.credential for one in formats.inside(credential)}
        samples = self.policy.sample_issuers
        return tuple(Inner(one, read.get(one.place), samples) for one in report.parts)

    def as_own(self, part: Inner, *, source: str = "") -> Checked:
        """Check a credential inside another by itself, in the very bytes that stand there."""
        if part.credential is None:
            return Checked(source, error=WalletError(part.report.problem or Code.NOT_A_CREDENTIAL))
        return self.checked(part.credential, source=source, now=self._clock())

    def as_checked(
        self, credential: Credential, report: VerificationReport, *, source: str = ""
    ) -> Checked:
        """Return a kept credential and its kept report as if just checked."""
        return self._made(source, credential, report)

    def _made(self, source: str, credential: Credential, report: VerificationReport) -> Checked:
        return Checked(source, credential, report, sample_issuers=self.policy.sample_issuers)

    def _presented(
        self,
        presentation: Presentation,
        source: str,
        report: PresentationReport,
        resolver: Resolver,
    ) -> Checked:
        children = tuple(
            self._made(source, verify.completed(credential, resolver), one)
            for credential, one in zip(presentation.credentials, report.credentials, strict=True)
        )
        return Checked(source, presentation, report, credentials=children)
