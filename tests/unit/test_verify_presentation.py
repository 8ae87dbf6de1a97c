"""What somebody hands over: is it theirs, is it for me, and does each credential hold?"""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests.world import World
from wallet import formats
from wallet.crypto import jose
from wallet.errors import WalletError
from wallet.formats import data_integrity
from wallet.model import Format
from wallet.report import Outcome, Question, Reason
from wallet.verify import verify_presentation

DAY = timedelta(days=1)
NO, OPEN = Outcome.FAILED, Outcome.UNKNOWN
PAGE = "https://page.example"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def school(world):
    return world.issuer("Harbor College")


@pytest.fixture
def robin(world):
    return world.learner()


def report(world, raw, *, page=None, listed=()):
    found = formats.read(raw)
    return verify_presentation(found, world.policy(*listed), world, world.now, page_origin=page)


def answers(found):
    return {c.question: (c.outcome, c.reason) for c in found.checks if c.reason is not None}


def test_a_presentation_by_its_subject(world, school, robin):
    credentials = [
        world.issue(school, subject=robin.id),
        world.issue(school, subject=robin.id, form=Format.VC_JOSE),
    ]
    raw = world.present(robin, credentials, domains=[PAGE, "mailto:hr@work.example"])
    found = report(world, raw, page=PAGE, listed=[school])
    assert [c.question for c in found.presentation.checks] == [
        Question.SIGNATURE,
        Question.AUTHORITY,
        Question.VALIDITY,
        Question.HOLDER,
    ]
    assert answers(found.presentation) == {}
    for one in found.credentials:
        assert [c.question for c in one.checks] == list(Question)[:6]
        assert answers(one) == {}
    assert found.outcome is Outcome.PASSED


def holder_of(world, robin, raw, **options):
    found = report(world, world.present(robin, [raw], **options))
    (one,) = found.credentials
    return answers(one).get(Question.HOLDER), found.outcome


def test_whether_the_sender_is_the_person_named(world, school, robin):
    def holder(**claims):
        return holder_of(world, robin, world.issue(school, **claims))

    identity = {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": "sha256$" + "0" * 64,
        "identityType": "emailAddress",
        "salt": "x",
    }
    subject = {**world.claims(school)["credentialSubject"], "identifier": [identity]}
    hashed = (OPEN, Reason.SUBJECT_HASHED)
    unnamed = (OPEN, Reason.SUBJECT_NOT_NAMED)
    assert holder() == (unnamed, Outcome.PASSED)
    assert holder(subject="urn:uuid:0f6b1c1e-6a0c-4ab7-9d2e-1b8f6a6f0001")[0] == unnamed
    assert holder(subject="did:example:kim") == ((NO, Reason.HOLDER_NOT_SUBJECT), NO)
    assert holder(credentialSubject=subject) == (hashed, Outcome.PASSED)
    other = {"id": "did:example:kim", **subject}
    assert holder(credentialSubject=other) == ((NO, Reason.HOLDER_NOT_SUBJECT), NO)
    both = [{**subject, "id": "did:example:kim"}, {**subject, "id": robin.id}]
    assert holder(credentialSubject=both)[0] is None


def test_an_unsigned_presentation_proves_nothing_about_the_sender(world, school, robin):
    document = json.loads(world.present(robin, [world.issue(school, subject=robin.id)]))
    del document["proof"]
    found = report(world, json.dumps(document).encode())
    assert answers(found.presentation) == {
        Question.SIGNATURE: (OPEN, Reason.NO_PROOF),
        Question.AUTHORITY: (OPEN, Reason.NOT_CHECKED),
        Question.HOLDER: (OPEN, Reason.HOLDER_NOT_PROVEN),
    }
    assert answers(found.credentials[0])[Question.HOLDER] == (OPEN, Reason.HOLDER_NOT_PROVEN)
    assert found.outcome is OPEN


def test_somebody_elses_name_as_holder(world, school, robin):
    kim = world.learner("Kim")
    badge = world.issue(school, subject=kim.id)
    document = json.loads(world.present(robin, [badge]))
    # Robin signs that Kim presents.
    raw = world.present(robin, [badge], holder=kim.id)
    found = report(world, raw)
    assert answers(found.presentation)[Question.AUTHORITY] == (NO, Reason.KEY_OF_ANOTHER)
    assert answers(found.credentials[0])[Question.HOLDER] == (OPEN, Reason.HOLDER_NOT_PROVEN)
    # Or changes it afterwards.
    altered = json.dumps({**document, "holder": kim.id}).encode()
    assert answers(report(world, altered).presentation)[Question.SIGNATURE] == (NO, Reason.ALTERED)


def test_without_a_holder_the_signer_is_the_sender(world, school, robin):
    raw = world.present(robin, [world.issue(school, subject=robin.id)], holder=None)
    document = json.loads(raw)
    assert document["holder"] is None
    assert report(world, raw).outcome is Outcome.PASSED


def test_a_presentation_is_signed_to_authenticate(world, school, robin):
    raw = world.present(robin, [world.issue(school)], purpose="assertionMethod")
    assert answers(report(world, raw).presentation)[Question.AUTHORITY] == (
        NO,
        Reason.WRONG_PURPOSE,
    )


def test_when_a_share_ends(world, school, robin):
    badge = world.issue(school, subject=robin.id)

    def validity(**dates):
        return answers(report(world, world.present(robin, [badge], **dates)).presentation)

    assert validity(expires=world.now + DAY) == {}
    assert validity(expires=world.now - DAY) == {Question.VALIDITY: (NO, Reason.ENDED)}
    assert validity(created=world.now + DAY) == {Question.VALIDITY: (NO, Reason.NOT_YET)}


def test_for_whom_it_was_made(world, school, robin):
    raw = world.present(robin, [world.issue(school)], domains=[PAGE, "mailto:hr@work.example"])
    assert answers(report(world, raw, page=PAGE).presentation) == {}
    assert answers(report(world, raw).presentation) == {}
    elsewhere = report(world, raw, page="https://other.example")
    assert answers(elsewhere.presentation) == {Question.HOLDER: (NO, Reason.OTHER_AUDIENCE)}
    # Whoever passes it on cannot readdress it with a proof of their own.
    document = json.loads(raw)
    kim = world.learner("Kim")
    second = json.loads(world.present(kim, [], domains=["https://other.example"]))["proof"]
    own = data_integrity.sign(
        document,
        method=kim.method,
        sign=kim.sign,
        created=world.now,
        purpose="authentication",
        domains=["https://other.example"],
    )["proof"]
    for extra in (second, own):
        both = json.dumps({**document, "proof": [document["proof"], extra]}).encode()
        assert report(world, both, page="https://other.example").outcome is NO
    open_to_all = world.present(robin, [world.issue(school)])
    assert answers(report(world, open_to_all, page=PAGE).presentation) == {}


def test_any_change_to_a_presentation_never_passes(world, school, robin):
    raw = world.present(
        robin,
        [world.issue(school, subject=robin.id)],
        name="For Harbor Hospital",
        domains=[PAGE],
        challenge="c",
        expires=world.now + DAY,
    )
    document = json.loads(raw)
    assert report(world, raw).outcome is Outcome.PASSED
    (credential,) = document["verifiableCredential"]
    changed = [
        {**document, "name": "For Everybody"},
        {**document, "verifiableCredential": []},
        {**document, "verifiableCredential": [credential, credential | {"name": "Other"}]},
        {**document, "verifiableCredential": [credential | {"name": "Other"}]},
        {**document, "verifiableCredential": [world_badge(world, school)]},
        {**document, "id": "urn:uuid:0f6b1c1e-6a0c-4ab7-9d2e-1b8f6a6f0001"},
        {**document, "note": "x"},
    ]
    for name in document["proof"]:
        changed.append({**document, "proof": {**document["proof"], name: "x"}})
        without = {k: v for k, v in document["proof"].items() if k != name}
        changed.append({**document, "proof": without})
    for altered in changed:
        try:
            assert report(world, json.dumps(altered).encode()).outcome is not Outcome.PASSED
        except WalletError:
            continue


def world_badge(world, school):
    return json.loads(world.issue(school, title="Doctor of Medicine"))


def test_one_bad_credential_among_good_ones(world, school, robin):
    good = world.issue(school, subject=robin.id)
    gone = world.issue(school, subject=robin.id, title="Gone", status=["revocation"])
    world.revoke(gone)
    found = report(world, world.present(robin, [good, gone, good]))
    assert [one.outcome for one in found.credentials] == [Outcome.PASSED, NO, Outcome.PASSED]
    assert found.presentation.outcome is Outcome.PASSED
    assert found.outcome is NO


def token(robin, **payload):
    text = json.dumps({"iss": robin.id, **payload}).encode()
    header = {"alg": "EdDSA", "kid": robin.method}
    return jose.sign_compact(header, text, sign=robin.sign).encode()


def test_a_presentation_as_token(world, school, robin):
    inner = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": [
            world.issue(school, subject=robin.id, form=Format.VC_JWT).decode()
        ],
    }
    end = (world.now + DAY).timestamp()
    good = report(world, token(robin, vp=inner, aud=PAGE, exp=end), page=PAGE)
    assert good.outcome is Outcome.PASSED
    assert answers(good.presentation) == {}
    late = report(world, token(robin, vp=inner, exp=(world.now - DAY).timestamp()))
    assert answers(late.presentation) == {Question.VALIDITY: (NO, Reason.ENDED)}
    kim = world.learner("Kim")
    forged = report(world, token(robin, vp={**inner, "holder": kim.id}))
    assert answers(forged.presentation)[Question.SIGNATURE] == (NO, Reason.CLAIMS_CONTRADICT)


def test_an_empty_presentation(world, robin):
    found = report(world, world.present(robin, []))
    assert found.credentials == ()
    assert found.outcome is Outcome.PASSED
