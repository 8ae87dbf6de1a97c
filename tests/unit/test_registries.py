"""Is the issuer known? What the registries on the web make of it, and what is said where not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests import inside
from tests.paths import shared
from tests.registries import LIST, Memory, Web, anchor, catalogue, dcc, policy
from tests.world import World
from wallet import checking, formats, trust, verify, wording
from wallet.checking import Verifier
from wallet.errors import UnreachableError
from wallet.formats import sd_jwt
from wallet.model import Credential, Format
from wallet.net.saved import Documents, Offline
from wallet.report import Outcome, Question, Reason
from wallet.verify import Kind, Policy, Source, Trusted, listed

PASSED, OPEN = Outcome.PASSED, Outcome.UNKNOWN
SOURCE = "https://list.example/registry.json"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def school(world):
    return world.issuer("Harbor College")


def known(world, issuer, used, web=None, **fields):
    credential = world.credential(issuer, **fields)
    report = verify.verify(credential, used, web or Web(world), world.now)
    return report[Question.ISSUER]


def said(check):
    return check.outcome, check.reason


def test_an_issuer_in_a_registry_is_known_under_the_registrys_name(world, school):
    source = dcc(world, SOURCE, school)
    world.read_at[SOURCE] = world.now - timedelta(days=3)
    check = known(world, school, policy(source))
    assert said(check) == (PASSED, None)
    assert check.facts["name"] == "Harbor College as listed"
    assert check.checked_at == world.now - timedelta(days=3)
    assert wording.check(check) == (
        "Harbor College as listed, in Registry at list.example, read May 29, 2026."
    )


def test_an_issuer_in_a_federation_is_known(world, school):
    top = anchor(world)
    top.vouch(school.id, "Harbor College of the federation")
    source = Source("The federation", Kind.FEDERATION, top.url)
    check = known(world, school, policy(source, anchors=Memory()))
    assert said(check) == (PASSED, None)
    assert check.facts["name"] == "Harbor College of the federation"


def test_an_issuer_without_a_name_in_its_federation_is_known_without_one(world, school):
    top = anchor(world)
    top.vouch(school.id, metadata={})
    source = Source("The federation", Kind.FEDERATION, top.url)
    check = known(world, school, policy(source))
    assert wording.check(check) == "In The federation, read June 1, 2026."


def test_an_issuer_in_no_registry_is_not_listed_and_the_answer_says_how_many_were_read(
    world, school
):
    check = known(world, school, policy(dcc(world, SOURCE), dcc(world, SOURCE + "2")))
    assert said(check) == (OPEN, Reason.ISSUER_NOT_LISTED)
    assert check.facts["looked"] == 2
    assert "unread" not in check.facts
    assert "not in any list" in wording.check(check)


def test_lists_that_could_not_be_read_are_named(world, school):
    away = Source("The far registry", Kind.DCC, "https://far.example/")
    gone = Source("The federation", Kind.FEDERATION, "https://no.example/x")
    check = known(world, school, policy(dcc(world, SOURCE), away, gone))
    assert said(check) == (OPEN, Reason.ISSUER_NOT_LISTED)
    assert (check.facts["looked"], check.facts["unread"]) == (1, 2)
    assert "could not be read: 2 (The far registry, The federation)" in wording.check(check)


def test_offline_nothing_is_claimed_about_lists(world, school):
    used = replace(trust.policy(), catalogues=trust.catalogues())
    check = known(world, school, used, Offline())
    assert said(check) == (OPEN, Reason.ISSUER_NOT_LISTED)
    assert (check.facts["looked"], check.facts["unread"]) == (0, 10)
    assert "could not be looked up" in wording.check(check)
    assert "none of the lists" not in wording.check(check)


def test_an_issuer_only_in_a_test_list_is_not_known_and_not_unknown(world, school):
    source = replace(dcc(world, SOURCE, school), test=True)
    check = known(world, school, policy(source))
    assert said(check) == (OPEN, Reason.ISSUER_TEST_LIST)
    assert "a list for trying things out" in wording.check(check)


def test_a_registry_of_production_counts_whatever_test_lists_say(world, school):
    test = replace(dcc(world, SOURCE, school, name="Fake"), test=True)
    real = dcc(world, "https://real.example/registry.json", school)
    web = Web(world)
    check = known(world, school, policy(test, real), web)
    assert said(check) == (PASSED, None)
    assert check.facts["source"] == "Registry at real.example"
    assert SOURCE not in web.fetched


def test_an_example_in_a_registry_of_production_is_an_example(world, school):
    source = replace(dcc(world, SOURCE, school, name="(Example) Uni"), examples="(Example)")
    check = known(world, school, policy(source))
    assert said(check) == (OPEN, Reason.ISSUER_TEST_LIST)
    assert "as an example only" in wording.check(check)


def test_the_catalogue_says_which_registries_are_kept_up(world, school):
    dropped = dcc(world, SOURCE, school)
    catalogue(world, dcc(world, "https://other.example/registry.json"))
    check = known(world, school, policy(dropped))
    assert said(check) == (OPEN, Reason.ISSUER_NOT_LISTED)


def test_a_registry_that_only_the_catalogue_knows_makes_nobody_known(world, school):
    new = dcc(world, SOURCE, school)
    catalogue(world, new)
    check = known(world, school, policy())
    assert said(check) == (OPEN, Reason.ISSUER_TEST_LIST)
    assert "does not know" in wording.check(check)


@pytest.mark.parametrize("body", [b"", b"{}", b"[", b"[" * 100, b"x" * 5_000_000])
def test_a_broken_catalogue_takes_nobody_away(world, school, body):
    source = dcc(world, SOURCE, school)
    world.documents[LIST] = body
    assert said(known(world, school, policy(source))) == (PASSED, None)


@pytest.mark.parametrize("body", [b"", b"[]", b'{"registry": 7}', b"x" * 5_000_000, b"\xff"])
def test_a_broken_registry_is_one_that_could_not_be_read(world, school, body):
    source = dcc(world, SOURCE, school)
    world.documents[SOURCE] = body
    check = known(world, school, policy(source))
    assert said(check) == (OPEN, Reason.ISSUER_NOT_LISTED)
    assert check.facts["unread"] == 1


def test_a_list_switched_off_is_not_asked(world, school):
    source = dcc(world, SOURCE, school)
    catalogue(world, source)
    web = Web(world)
    check = known(world, school, policy(source, off=frozenset({SOURCE})), web)
    assert said(check) == (OPEN, Reason.ISSUER_NOT_LISTED)
    assert SOURCE not in web.fetched


def test_a_changed_key_of_an_anchor_is_said(world, school):
    top, memory = anchor(world), Memory()
    top.vouch(school.id)
    used = policy(Source("The federation", Kind.FEDERATION, top.url), anchors=memory)
    assert said(known(world, school, used)) == (PASSED, None)
    top.keys = ["stolen"]
    top.configuration()
    top.vouch(school.id)
    check = known(world, school, used)
    assert said(check) == (OPEN, Reason.ISSUER_NOT_LISTED)
    assert "“The federation” is signed with another key" in wording.check(check)
    assert "June 1, 2026" in wording.check(check)


# -- who is asked what ----------------------------------------------------------------------------


def test_a_registry_learns_who_issued_something_and_nothing_else(world, school):
    top = anchor(world)
    source = Source("The federation", Kind.FEDERATION, top.url)
    web = Web(world)
    known(world, school, policy(source), web, title="A very private matter", subject="did:x:me")
    assert web.fetched == [LIST, top.url, top.about_url(school.id)]


def test_nobody_is_asked_about_a_person_who_speaks_for_themselves(world):
    robin, web = world.learner(), Web(world)
    check = known(world, robin, policy(dcc(world, SOURCE)), web, subject=robin.id)
    assert said(check) == (OPEN, Reason.ISSUER_SELF)
    assert web.fetched == []


def person_by_hidden_name(world, robin, form):
    """Return what a person said of themselves, their name as its subject withheld."""
    claims = world.claims(robin, subject=robin.id)
    payload = claims if form is Format.VC_SD_JWT else {"iss": robin.id, "vct": "x", "sub": robin.id}
    hidden = ["credentialSubject.id"] if form is Format.VC_SD_JWT else ["sub"]
    typ = "vc+sd-jwt" if form is Format.VC_SD_JWT else "dc+sd-jwt"
    return sd_jwt.select(world.sd_jwt(robin, payload, hidden=hidden, typ=typ), [])


@pytest.mark.parametrize("form", [Format.VC_SD_JWT, Format.SD_JWT_VC])
def test_nobody_is_asked_by_name_about_who_may_be_a_person(world, form):
    robin, top, web = world.learner(), anchor(world), Web(world)
    federation = Source("The federation", Kind.FEDERATION, top.url)
    used = policy(dcc(world, SOURCE), federation)
    credential = formats.read(person_by_hidden_name(world, robin, form))
    assert not verify.questions.subjects(credential)
    check = verify.verify(credential, used, web, world.now)[Question.ISSUER]
    assert said(check) == (OPEN, Reason.ISSUER_NOT_LISTED)
    assert (check.facts["looked"], check.facts["spared"]) == (1, 1)
    assert web.fetched == [LIST, SOURCE]


def test_nobody_is_asked_by_name_about_a_colleague_who_endorses(world):
    robin, top, web = world.learner(), anchor(world), Web(world)
    federation = Source("The federation", Kind.FEDERATION, top.url)
    raw = inside.endorsement(world, robin, "urn:x")
    found = verify.verify(formats.read(raw), policy(federation), web, world.now)
    assert found[Question.ISSUER].facts["spared"] == 1
    assert web.fetched == [LIST]
    # Nobody was asked, which is not that nobody answered.
    verifier = Verifier(web, policy=policy(federation), clock=lambda: world.now)
    verifier.check(raw)
    top.vouch((other := world.issuer("Harbor College")).id)
    assert verifier.check(world.issue(other)).report[Question.ISSUER].outcome is PASSED


def test_nobody_is_asked_about_an_issuer_that_did_not_sign(world, school):
    raw = world.issue(school).replace(b"Welding Level 1", b"Welding Level 9")
    web = Web(world)
    verify.verify(formats.read(raw), policy(dcc(world, SOURCE, school)), web, world.now)
    assert web.fetched == []


def test_nobody_is_asked_about_an_issuer_known_without(world, school):
    web = Web(world)
    listed = {school.id: Trusted("Harbor College", "the state's list")}
    check = known(world, school, policy(dcc(world, SOURCE), trusted=listed), web)
    assert said(check) == (PASSED, None)
    assert web.fetched == []


def test_slow_registries_take_nothing_from_keys_and_lists(world, monkeypatch):
    monkeypatch.setattr(checking, "MAX_REGISTRY_FETCHES", 1)
    school = world.issuer("Harbor College", "web")
    sources = [dcc(world, f"https://l{n}.example/", school) for n in range(3)]
    checked = Verifier(Web(world), policy=policy(*sources), clock=lambda: world.now).check(
        world.issue(school, status=("revocation",))
    )
    assert checked.report[Question.STATUS].outcome is PASSED
    assert checked.report[Question.ISSUER].facts["unread"] == 3


def test_a_registry_is_not_read_for_every_file_of_many(world, school):
    web = Web(world)
    verifier = Verifier(web, policy=policy(dcc(world, SOURCE, school)), clock=lambda: world.now)
    for title in ("One", "Two", "Three"):
        checked = verifier.check(world.issue(school, title=title))
        assert checked.report[Question.ISSUER].outcome is PASSED
    assert web.fetched == [LIST, SOURCE]


def test_registries_that_answer_nobody_are_not_asked_for_every_file_of_many(
    world, school, monkeypatch
):
    web, asked = Web(world), []
    find = listed.find

    def noted(*given, **more):
        asked.append(given[1])
        return find(*given, **more)

    monkeypatch.setattr(listed, "find", noted)
    one, two = dcc(world, SOURCE, school), dcc(world, f"{SOURCE}/2", school)
    verifier = Verifier(web, policy=policy(one, two), clock=lambda: world.now)
    world.outage()
    first, *others = (verifier.check(world.issue(school, title=title)) for title in "ABC")
    for one in others:
        assert one.report[Question.ISSUER] == first.report[Question.ISSUER]
    assert first.report[Question.ISSUER].facts["unread"] == 2
    assert [len(one.catalogues) for one in asked] == [1, 0, 0]
    world.mend()
    verifier._silence = replace(verifier._silence, until=0.0)
    verifier._remembered = checking.Remembered(web)
    known = verifier.check(world.issue(school, title="D")).report[Question.ISSUER]
    assert known.outcome is PASSED


def test_what_is_remembered_is_forgotten_in_seconds_and_bounded(world):
    seconds = [0.0]
    web = Web(world)
    one = checking.Remembered(web, seconds=5, clock=lambda: seconds[0])
    for _ in range(2):
        with pytest.raises(UnreachableError):
            one.fetch(SOURCE)
    dcc(world, SOURCE)
    with pytest.raises(UnreachableError):
        one.fetch(SOURCE)
    assert web.fetched == [SOURCE]
    seconds[0] = 5.1
    assert one.fetch(SOURCE).body == one.fetch(SOURCE).body
    assert web.fetched == [SOURCE, SOURCE]
    for n in range(checking.MAX_REMEMBERED + 1):
        world.documents[f"https://x.example/{n}"] = b"{}"
        one.fetch(f"https://x.example/{n}")
    assert len(one._answers) <= checking.MAX_REMEMBERED


# -- a person's own trust -------------------------------------------------------------------------


def own(world, issuer, note="My employer"):
    return {issuer.id: Trusted("Shop", "you", since=world.now, note=note)}


def test_an_issuer_the_person_trusts_is_known_as_theirs(world, school):
    check = known(world, school, Policy(own(world, school)))
    assert said(check) == (PASSED, None)
    assert wording.check(check) == "You trust this issuer since June 1, 2026: My employer"
    bare = known(world, school, Policy(own(world, school, note="")))
    assert wording.check(bare) == "You trust this issuer since June 1, 2026."


def test_trusting_oneself_makes_nobody_else_say_it(world):
    robin = world.learner()
    check = known(world, robin, Policy(own(world, robin)), subject=robin.id)
    assert said(check) == (OPEN, Reason.ISSUER_SELF)


def test_asking_again_only_about_the_issuer_keeps_every_other_answer(world, school):
    raw = world.issue(school, status=("revocation",))
    verifier = Verifier(Web(world), policy=Policy(), clock=lambda: world.now)
    checked = verifier.check(raw)
    world.revoke(raw)
    now = verify.issuer_again(
        checked.readable,
        checked.report,
        Policy(own(world, school)),
        Web(world),
        world.now,
        changed=school.id,
        kept=world,
    )
    assert now[Question.ISSUER].outcome is PASSED
    assert now[Question.STATUS] == checked.report[Question.STATUS]


def test_a_verifier_follows_a_policy_that_changes(world, school):
    policies = [Policy()]
    verifier = Verifier(world, policy=lambda: policies[-1], clock=lambda: world.now)
    raw = world.issue(school)
    assert verifier.check(raw).report[Question.ISSUER].outcome is OPEN
    policies.append(world.policy(school))
    assert verifier.check(raw).report[Question.ISSUER].outcome is PASSED
    policies.append(world.policy(samples=[school]))
    assert verifier.check(raw).record.sample


# -- the consortium's own test credentials --------------------------------------------------------


def _published(*needles):
    names = json.loads(shared("vectors", "manifest.json").read_text("utf-8"))
    found = [n for n in names if n.startswith("dcc/vctf__v") and any(x in n for x in needles)]
    for name in sorted(found):
        credential = formats.read(shared("vectors", name).read_bytes())
        assert isinstance(credential, Credential)
        yield name, credential


def _about_published(credential):
    used = replace(trust.policy(), catalogues=trust.catalogues())
    now = World().now
    return verify.verify(credential, used, Documents(shared("vectors")), now)


# Named for the sandbox registry, whose published text has no such issuer.
NOT_IN_IT = "legacyRegistry-noStatus-noExpiry-credName"


def test_published_credentials_of_issuers_in_the_sandbox_registry():
    counted = 0
    for name, credential in _published("legacy", "fourRegistry", "mixedRegistry"):
        report = _about_published(credential)
        if report[Question.AUTHORITY].outcome is not PASSED or NOT_IN_IT in name:
            continue
        check = report[Question.ISSUER]
        assert said(check) == (OPEN, Reason.ISSUER_TEST_LIST), name
        assert check.facts["source"] in {"DCC Sandbox Registry", "DCC Pilot Registry"}, name
        # The catalogue names a federation that nobody saved an answer of, and that is not asked by
        # name about somebody who endorses.
        if "endorsement" in name and "didkey" in name:
            assert check.facts["spared"] == 1, name
        else:
            assert check.facts["unread_names"] == "Test DCC Member Registry", name
        counted += 1
    assert counted >= 26


def test_published_credentials_of_issuers_in_a_federation_only_or_in_no_registry():
    counted = 0
    for name, credential in _published("oidf", "twoOIDF", "noRegistry"):
        report = _about_published(credential)
        if report[Question.AUTHORITY].outcome is not PASSED:
            continue
        check = report[Question.ISSUER]
        assert said(check) == (OPEN, Reason.ISSUER_NOT_LISTED), name
        assert check.facts["looked"] == 4, name
        assert check.facts["unread_names"] == "Test DCC Member Registry", name
        counted += 1
    assert counted >= 25
