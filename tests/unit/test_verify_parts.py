"""Records and endorsements inside a credential: each has its own answers, and none is hidden."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests import inside as made
from tests.unit.test_verify import answers
from tests.world import World
from wallet import formats
from wallet.checking import State, verdict_of
from wallet.errors import Code, WalletError
from wallet.model import Format
from wallet.report import (
    Outcome,
    PartReport,
    Question,
    Reason,
    Role,
    Tally,
    Thing,
    from_json,
    tally,
    to_json,
)
from wallet.verify import issuer_again, parts, verify, verify_presentation

NO, OPEN, YES = Outcome.FAILED, Outcome.UNKNOWN, Outcome.PASSED
DAY = timedelta(days=1)


@pytest.fixture
def world():
    return World()


@pytest.fixture
def school(world):
    return world.issuer("Harbor College")


@pytest.fixture
def robin(world):
    return world.learner("Robin")


def report(world, raw):
    return verify(formats.read(raw), world.policy(), world, world.now)


def doubts(part):
    """Return what is wrong with or open about a part, whoever its issuer is."""
    assert part.report is not None
    known = {Reason.ISSUER_NOT_LISTED, Reason.NOT_CHECKED}
    return {q: found for q, found in answers(part.report).items() if found[1] not in known}


def altered(raw, old="Welding", new="Wedding"):
    return raw.replace(old.encode(), new.encode())


@pytest.mark.parametrize("form", [Format.DATA_INTEGRITY, Format.VC_JWT, Format.VC_JOSE])
@pytest.mark.parametrize("inner", [Format.DATA_INTEGRITY, Format.VC_JWT, Format.VC_JOSE])
def test_a_transcript_and_all_in_it_hold(world, school, robin, form, inner):
    guild = world.issuer("Guild")
    raw = made.transcript(
        world,
        school,
        [world.issue(by, subject=robin.id, form=inner) for by in (school, guild)],
        subject=robin.id,
        form=form,
    )
    found = report(world, raw)
    assert found.outcome is found.overall is YES
    assert [doubts(part) for part in found.parts] == [{}, {}]
    assert [(p.role, p.thing, p.issuer_name) for p in found.parts] == [
        (Role.CREDENTIAL, Thing.PERSON, "Harbor College"),
        (Role.CREDENTIAL, Thing.PERSON, "Guild"),
    ]
    assert [c.question for c in found.parts[0].report.checks][-1] is Question.BELONGS
    assert tally(found) == Tally(2, 0, 0, 0)
    assert verdict_of(found) is State.HOLDS


def test_what_does_not_hold_inside_is_never_hidden_by_the_whole(world, school, robin):
    listed = world.issue(school, subject=robin.id, status=["revocation"])
    away = world.issuer("Away", "web")
    inner = [
        world.issue(school, subject=robin.id),
        altered(world.issue(school, subject=robin.id)),
        listed,
        world.issue(school, subject=robin.id, ends=world.now - DAY),
        world.issue(away, subject=robin.id),
    ]
    raw = made.transcript(world, school, inner, subject=robin.id)
    world.revoke(listed)
    world.outage("https://away.example/.well-known/did.json")
    found = report(world, raw)
    assert found.outcome is YES  # the school did sign this transcript
    assert found.overall is NO
    assert tally(found) == Tally(5, 2, 1, 1)
    assert verdict_of(found) is State.NOT_ALL_HOLDS
    assert [verdict_of(p.report) for p in found.parts] == [
        State.HOLDS,
        State.BROKEN,
        State.WITHDRAWN,
        State.ENDED,
        State.UNCHECKED,
    ]


def test_what_could_not_be_checked_or_read_inside_is_open(world, school, robin):
    for odd in ("https://school.example/1", "eyJ.e30.", {"id": "urn:x", "name": "Machining"}):
        raw = made.transcript(world, school, [odd], subject=robin.id, form=Format.VC_JOSE)
        found = report(world, raw)
        assert (found.outcome, found.overall) == (YES, OPEN)
        assert verdict_of(found) is State.NOT_ALL_CHECKED
        assert found.parts[0].report is None
        assert found.parts[0].problem in {
            *(Code.ONLY_MENTIONED, Code.BAD_JOSE, Code.NOT_A_CREDENTIAL)
        }


def test_a_broken_whole_stays_broken_though_all_inside_holds(world, school, robin):
    raw = made.transcript(world, school, [world.issue(school, subject=robin.id)], subject=robin.id)
    found = report(world, altered(raw, "Transcript", "Transcripts"))
    assert found.outcome is found.overall is NO
    assert tally(found) == Tally(1, 0, 0, 0)
    assert verdict_of(found) is State.BROKEN


def test_an_unsigned_record_of_the_whole_s_own_issuer_is_covered_by_its_signature(
    world, school, robin
):
    inner = [world.issue(school, subject=robin.id, form=Format.UNSECURED)]
    raw = made.transcript(world, school, inner, subject=robin.id)
    (part,) = report(world, raw).parts
    assert doubts(part) == {}
    (part,) = report(world, altered(raw)).parts
    assert doubts(part)[Question.SIGNATURE] == (NO, Reason.ALTERED)


def test_an_unsigned_record_of_somebody_else_is_nobody_s_word(world, school, robin):
    guild = world.issuer("Guild")
    inner = [world.issue(guild, subject=robin.id, form=Format.UNSECURED)]
    found = report(world, made.transcript(world, school, inner, subject=robin.id))
    assert doubts(found.parts[0])[Question.SIGNATURE] == (NO, Reason.NO_PROOF)
    assert found.overall is NO


def test_a_record_about_somebody_else_is_said_to_be(world, school, robin):
    mallory = world.learner("Mallory")
    inner = [world.issue(school, subject=mallory.id), world.issue(school)]
    found = report(world, made.transcript(world, school, inner, subject=robin.id))
    assert [doubts(part) for part in found.parts] == [
        {Question.BELONGS: (OPEN, Reason.SUBJECT_DIFFERS)},
        {Question.BELONGS: (OPEN, Reason.SUBJECT_UNSAID)},
    ]
    assert [part.outcome for part in found.parts] == [OPEN, YES]


def _endorsed(world, school, of, *, where="whole", by=None, **more):
    given = made.endorsement(world, by or world.issuer("Board"), of, **more)
    return made.endorsed(world, school, **{where: [given]})


@pytest.mark.parametrize("form", [Format.DATA_INTEGRITY, Format.VC_JWT, Format.VC_JOSE])
def test_an_endorsement_of_each_thing(world, school, form):
    claims = world.claims(school)
    achievement = claims["credentialSubject"]["achievement"]["id"]
    for where, of, thing in (
        ("whole", claims["id"], Thing.CREDENTIAL),
        ("achievement", achievement, Thing.ACHIEVEMENT),
        ("of_issuer", school.id, Thing.ISSUER),
        ("whole", school.id, Thing.ISSUER),  # beside the badge, of its issuer
        ("whole", achievement, Thing.ACHIEVEMENT),
    ):
        found = report(world, _endorsed(world, school, of, where=where, form=form))
        (part,) = found.parts
        assert doubts(part) == {}
        assert (part.role, part.thing, part.issuer_name) == (Role.ENDORSEMENT, thing, "Board")


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        ("urn:uuid:something-else", (NO, Reason.ENDORSES_ANOTHER)),
        (None, (OPEN, Reason.ENDORSED_UNSAID)),
    ],
)
def test_an_endorsement_of_something_else_is_shown_as_such(world, school, of, expected):
    found = report(world, _endorsed(world, school, of))
    assert doubts(found.parts[0]) == {Question.BELONGS: expected}
    assert found.overall is YES


def test_an_endorsement_that_does_not_hold_takes_nothing_away(world, school):
    given = altered(made.endorsement(world, world.issuer("Board"), school.id), "stand", "stood")
    found = report(world, made.endorsed(world, school, of_issuer=[given, b"eyJhbGciOiJ4In0.e30."]))
    assert [part.outcome for part in found.parts] == [NO, OPEN]
    assert found.outcome is found.overall is YES
    assert verdict_of(found) is State.HOLDS
    assert tally(found) == Tally(0, 0, 0, 0)


def test_an_unsigned_endorsement_by_the_issuer_itself_is_no_endorsement(world, school):
    found = report(world, _endorsed(world, school, school.id, by=school, form=Format.UNSECURED))
    assert found.parts[0].outcome is NO


def test_endorsements_of_records_inside_are_found_there(world, school, robin):
    board = world.issuer("Board")
    badge = made.endorsed(
        world,
        school,
        of_issuer=[made.endorsement(world, board, school.id)],
        subject=robin.id,
    )
    (part,) = report(world, made.transcript(world, school, [badge], subject=robin.id)).parts
    (inner,) = part.report.parts
    assert (inner.place, inner.outcome) == ("/issuer/endorsement/0", YES)


def test_a_resume_counts_its_records(world, school, robin):
    good = world.issue(school, subject=robin.id, form=Format.VC_JWT)
    bad = json.loads(altered(world.issue(school, subject=robin.id)))
    found = report(world, made.resume(world, robin, [[good], [bad]]))
    assert tally(found) == Tally(2, 1, 0, 0)
    assert (found.outcome, verdict_of(found)) == (YES, State.NOT_ALL_HOLDS)


def test_the_depth_is_bounded_and_what_is_below_is_open(world, school):
    raw = world.issue(school, form=Format.UNSECURED)
    for _ in range(parts.MAX_DEPTH + 1):
        raw = made.transcript(world, school, [raw], form=Format.UNSECURED)
    found, depth = report(world, raw), 0
    while found.parts and found.parts[0].report is not None:
        found, depth = found.parts[0].report, depth + 1
    assert depth == parts.MAX_DEPTH
    assert found.parts[0].problem is Code.TOO_DEEP


def test_the_work_is_bounded_and_what_is_left_out_is_open(world, school, robin, monkeypatch):
    monkeypatch.setattr(parts, "MAX_VALUES", 0)
    left = parts._Left(values=100)
    monkeypatch.setattr(parts, "_Left", lambda: left)
    inner = [world.issue(school, subject=robin.id) for _ in range(5)]
    found = report(world, made.transcript(world, school, inner, subject=robin.id))
    problems = [part.problem for part in found.parts]
    assert problems[0] is None
    assert problems[-1] is Code.TOO_COMPLEX
    assert found.overall is OPEN


def test_the_number_is_bounded_at_all_depths_together(world, school):
    one = json.loads(world.issue(school, form=Format.UNSECURED))
    half = made.transcript_claims(world, school, [one] * 200)
    found = report(world, made.transcript(world, school, [half, half], form=Format.UNSECURED))
    first, second = found.parts
    assert len(first.report.parts) == 200
    assert second.report.parts[-1].problem is Code.TOO_MANY_CREDENTIALS
    assert 200 + len(second.report.parts) + 2 == parts.MAX_PARTS + 1


def test_a_report_is_kept_whole_and_older_ones_are_read(world, school, robin):
    board = world.issuer("Board")
    badge = made.endorsed(world, school, of_issuer=[made.endorsement(world, board, school.id)])
    raw = made.transcript(
        world, school, [badge, "https://x.example"], subject=robin.id, form=Format.VC_JOSE
    )
    found = report(world, raw)
    again = from_json(to_json(found))
    assert again == found
    assert isinstance(again.parts[0], PartReport)
    old = json.loads(to_json(found))
    del old["parts"]
    assert from_json(json.dumps(old)).parts == ()


def test_each_credential_of_a_presentation_brings_its_parts(world, school, robin):
    raw = made.transcript(
        world, school, [altered(world.issue(school, subject=robin.id))], subject=robin.id
    )
    shared = formats.read(world.present(robin, [raw]))
    found = verify_presentation(shared, world.policy(), world, world.now)
    assert found.credentials[0].outcome is YES
    assert tally(found.credentials[0]).failed == 1
    assert found.outcome is NO


def test_asking_for_the_issuers_again_asks_for_those_inside_too(world, school, robin):
    guild = world.issuer("Guild")
    raw = made.transcript(world, school, [world.issue(guild, subject=robin.id)], subject=robin.id)
    before = report(world, raw)
    assert answers(before.parts[0].report) == {Question.ISSUER: (OPEN, Reason.ISSUER_NOT_LISTED)}
    after = issuer_again(
        formats.read(raw),
        before,
        world.policy(guild),
        world,
        world.now,
        changed=guild.id,
        kept=world,
    )
    assert answers(after) == {Question.ISSUER: (OPEN, Reason.ISSUER_NOT_LISTED)}
    assert answers(after.parts[0].report) == {}
    assert after.parts[0].report.checks[-1] == before.parts[0].report.checks[-1]


@pytest.mark.parametrize("inner", [Format.DATA_INTEGRITY, Format.UNSECURED, Format.VC_JOSE])
def test_no_altered_letter_passes(world, school, robin, inner):
    given = [world.issue(school, subject=robin.id, form=inner), world.issue(school)]
    raw = made.transcript(world, school, given, subject=robin.id)
    passed = []
    for at in range(0, len(raw), 23):
        if raw[at : at + 1].isalnum():
            other = b"A" if raw[at : at + 1] != b"A" else b"B"
            try:
                read = formats.read(raw[:at] + other + raw[at + 1 :])
            except WalletError:
                continue
            if verify(read, world.policy(), world, world.now).overall is YES:
                passed.append(raw[at - 20 : at + 20])
    assert passed == []
