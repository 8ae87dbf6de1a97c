"""What a holder hides, adds or borrows makes no better answer than the issuer's proof gives."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests import inside, left_out
from tests.world import World
from wallet import formats
from wallet.checking import Verifier
from wallet.crypto import bbs, multikey
from wallet.errors import Code, UnsupportedError
from wallet.formats import bbs_2023, data_integrity, fields, status_bits
from wallet.formats.contexts import SHARED
from wallet.model import Format, KeyType, PublicKey
from wallet.report import Outcome, Question, Reason
from wallet.verify import Policy, status, verify
from wallet.verify.keys import Answer, failed, unknown

WORLD = World()
CASES = {case.name: case for case in left_out.cases(WORLD)}


def report(raw, world=WORLD):
    return verify(formats.read(raw), Policy(), world, world.now)


def said(found, questions):
    return {question: found[question].reason for question in questions}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_was_left_out_is_never_taken_for_nothing(case):
    found = report(case.raw)
    assert found[Question.SIGNATURE].outcome is Outcome.PASSED
    assert found[Question.AUTHORITY].outcome is Outcome.PASSED
    assert said(found, case.said) == case.said
    if case.inside is not None:
        (part,) = found.parts
        assert part.report[Question.SIGNATURE].outcome is Outcome.PASSED
        assert said(part.report, case.inside) == case.inside


def test_a_junk_proof_beside_a_bbs_one_makes_nothing_complete():
    secret = (5).to_bytes(32)
    own = multikey.did_key(PublicKey(KeyType.BLS12381G2, bbs.public_key_of(secret)))
    claims = WORLD.claims(WORLD.issuer("Any"), ends=WORLD.now - timedelta(days=3))
    base = bbs_2023.create(
        {**claims, "issuer": own},
        method=multikey.did_key_method(own),
        secret=secret,
        created=WORLD.now,
        mandatory=["/issuer"],
        hmac_key=b"1" * 32,
        contexts=SHARED,
    )
    (proof,) = data_integrity.proofs(base)
    shown = bbs_2023.derive(base, proof, ["/credentialSubject"], SHARED)
    found = report(left_out.with_proofs(shown, {"type": "X"}))
    assert found[Question.SIGNATURE].outcome is Outcome.PASSED
    assert said(found, left_out.BOTH) == left_out.BOTH


def test_a_token_of_two_kinds_is_not_told_as_the_one_that_says_less():
    with pytest.raises(UnsupportedError) as caught:
        formats.read(left_out.downgraded(World()))
    assert caught.value.code is Code.FORMAT_UNSUPPORTED


# -- whose proof ----------------------------------------------------------------------------------


def test_the_issuers_proof_that_cannot_be_checked_beside_a_notarys_is_an_open_question():
    found = report(left_out.by_a_notary(WORLD))
    assert (found[Question.AUTHORITY].outcome, found[Question.AUTHORITY].reason) == (
        Outcome.UNKNOWN,
        Reason.NOT_CHECKED,
    )


def test_an_open_proof_by_yet_another_makes_a_notarys_no_better():
    other = WORLD.issuer("Somebody")
    found = report(left_out.by_a_notary(WORLD, method=other.method))
    assert found[Question.AUTHORITY].reason is Reason.KEY_OF_ANOTHER


# -- lists ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [Format.UNSECURED, Format.VC_JOSE])
def test_nobody_is_asked_about_what_nobody_signed(form):
    world = World()
    school = world.issuer("Harbor College")
    claims = world.claims(school, status=("revocation",))
    raw = world.secure(school, claims, form=form)
    if form is Format.VC_JOSE:
        raw = raw[:-8] + b"AAAAAAAA"
    found = report(raw, world)
    assert found[Question.SIGNATURE].outcome is Outcome.FAILED
    assert found[Question.STATUS].reason is Reason.NOT_CHECKED
    assert world.fetched == []


@pytest.mark.parametrize("members", [{}, {"id": "own"}, {"issuer": "x"}])
def test_a_list_of_names_that_does_not_say_which_and_whose_it_is_does_not_clear(members):
    world = World()
    if "issuer" in members:
        members = {"issuer": world.issuer("Harbor College").id}
    found = report(left_out.without_a_name(world, **members), world)
    assert found[Question.STATUS].reason is Reason.STATUS_NOT_TRUSTED


def test_a_list_of_names_that_says_both_does():
    world = World()
    named = {"id": "own", "issuer": world.issuer("Harbor College").id}
    found = report(left_out.without_a_name(world, **named), world)
    assert found[Question.STATUS].outcome is Outcome.PASSED


def test_lists_that_many_records_name_are_read_once_each(monkeypatch):
    """Twenty kilobytes unpack to sixteen megabytes: a page of records took a minute."""
    world = World()
    school = world.issuer("Harbor College")
    entries = left_out.large_lists(world, school, 5)
    unpacked = []

    def unpack(body, packing):
        unpacked.append(body)
        return original(body, packing)

    original = status_bits.unpack
    monkeypatch.setattr(status_bits, "unpack", unpack)
    bare = [
        world.claims(school, subject="urn:x", credentialStatus=entries[n % 2 : n % 2 + 1])
        for n in range(40)
    ]
    raw = inside.transcript(world, school, bare, subject="urn:x", form=Format.VC_JOSE)
    found = report(raw, world)
    assert {part.report[Question.STATUS].outcome for part in found.parts} == {Outcome.PASSED}
    assert len(unpacked) == len(set(unpacked)) == 2
    # Who asked second rests on the same as who asked first.
    first, third = (found.parts[n].report[Question.STATUS] for n in (0, 2))
    assert first.sources == third.sources == ("https://large.example/0",)


def test_what_lists_may_unpack_to_together_is_bounded_in_a_bundle_too():
    world = World()
    school = world.issuer("Harbor College")
    most = status_bits.MAX_UNPACKED_BYTES // status_bits.MAX_LIST_BYTES + 1
    entries = left_out.large_lists(world, school, most + 2)
    held = [left_out.listed_in(world, school, entry).decode() for entry in entries]
    checked = Verifier(world, policy=Policy(), clock=lambda: world.now).check(
        json.dumps(held).encode()
    )
    reasons = [one.report[Question.STATUS].reason for one in checked.credentials]
    assert reasons == [None] * most + [Reason.STATUS_NOT_CHECKED] * 2


def test_the_worst_of_several_answers_keeps_what_is_worth_saying_and_never_passes_over_one():
    good = Answer(Outcome.PASSED, None, {"few": 8, "named": "a.example"})
    open_answer = unknown(Reason.STATUS_UNREACHABLE, host="b.example")
    odd = unknown(Reason.TOO_COMPLEX)
    assert status._worst([good, open_answer]).facts == {
        "few": 8,
        "named": "a.example",
        "host": "b.example",
    }
    assert status._worst([good, odd]).reason is Reason.TOO_COMPLEX
    assert status._worst([open_answer, odd, failed(Reason.REVOKED)]).reason is Reason.REVOKED


# -- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value", ["2020-01-01T000000.1Z", "2020-01-01T00:00,00Z", "2020-01-01T00.00:00Z"]
)
def test_a_time_of_twenty_characters_is_not_one_for_that(value):
    assert fields.time(value) is None
