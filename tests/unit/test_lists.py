"""The lists in use: files a person adds, switches, remembered keys; and whom they trust."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from tests import inside
from tests.registries import LIST, Web, anchor, catalogue, dcc, policy
from tests.world import World
from wallet import lists, trust, trusting, verify
from wallet.app import Wallet
from wallet.checking import Verifier
from wallet.crypto.sealing import Cost
from wallet.errors import Code, VaultError, WalletError
from wallet.lists import KnownIssuers
from wallet.model import Format
from wallet.report import Outcome, Question, Reason
from wallet.verify import Kind, Source, Trusted

PASSED, OPEN = Outcome.PASSED, Outcome.UNKNOWN
CHEAP = Cost(memory_kib=8 * 1024, iterations=1, lanes=1)
PASSPHRASE = "seven quiet herons"


@pytest.fixture
def world():
    return World()


@pytest.fixture
def school(world):
    return world.issuer("Harbor College")


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "data" / "issuers"


def a_file(tmp_path, *issuers, name="Schools of the state", **more):
    listed = {one.id: {"name": f"{one.name} as listed"} for one in issuers}
    path = tmp_path / f"{name}.json"
    made = {"name": name, "updated": "2026-05-01", "issuers": listed, **more}
    path.write_text(json.dumps(made), "utf-8")
    return path


def asked(world, known, issuer):
    credential = world.credential(issuer)
    return verify.verify(credential, known(), Web(world), world.now)[Question.ISSUER]


# -- files ----------------------------------------------------------------------------------------


def test_a_file_stays_in_use_when_it_is_moved_away(world, school, folder, tmp_path):
    known = KnownIssuers(folder)
    path = a_file(tmp_path, school)
    shown = known.add(path, now=world.now)
    assert (shown.name, shown.issuers, shown.on, shown.added) == (
        "Schools of the state",
        1,
        True,
        True,
    )
    path.unlink()
    for one in (known, KnownIssuers(folder)):
        check = asked(world, one, school)
        assert check.outcome is PASSED
        assert check.facts == {
            "name": "Harbor College as listed",
            "source": "Schools of the state",
        }


def test_adding_the_same_file_twice_is_adding_it_once(world, school, folder, tmp_path):
    known = KnownIssuers(folder)
    path = a_file(tmp_path, school)
    first = known.add(path, now=world.now)
    assert known.add(path, now=world.now).id == first.id
    assert len([one for one in known.lists() if one.added]) == 1


def test_a_file_that_is_none_changes_nothing(world, school, folder, tmp_path):
    known = KnownIssuers(folder)
    known.add(a_file(tmp_path, school), now=world.now)
    before = known.lists()
    bad = tmp_path / "bad.json"
    for content in (b"", b"{}", b"\x89PNG", b"x" * 5_000_000):
        bad.write_bytes(content)
        with pytest.raises(WalletError):
            known.add(bad, now=world.now)
    with pytest.raises(WalletError) as caught:
        known.add(tmp_path / "nowhere.json", now=world.now)
    assert caught.value.code is Code.FILE_UNREADABLE
    assert known.lists() == before == KnownIssuers(folder).lists()


def test_a_list_switched_off_is_not_used_and_stays_so(world, school, folder, tmp_path):
    known = KnownIssuers(folder)
    one = known.add(a_file(tmp_path, school), now=world.now)
    known.switch(one.id, on=False)
    assert asked(world, known, school).outcome is OPEN
    again = KnownIssuers(folder)
    assert [x.on for x in again.lists() if x.added] == [False]
    again.switch(one.id, on=True)
    assert asked(world, again, school).outcome is PASSED


def test_a_list_removed_is_gone(world, school, folder, tmp_path):
    known = KnownIssuers(folder)
    one = known.add(a_file(tmp_path, school), now=world.now)
    known.remove("no such list")
    known.remove(one.id)
    assert asked(world, known, school).outcome is OPEN
    assert not [x for x in KnownIssuers(folder).lists() if x.added]


def test_a_kept_file_that_was_damaged_is_shown_with_its_trouble(world, school, folder, tmp_path):
    known = KnownIssuers(folder)
    one = known.add(a_file(tmp_path, school), now=world.now)
    (folder / f"{one.id}.json").write_bytes(b"{")
    (shown,) = [x for x in KnownIssuers(folder).lists() if x.added]
    assert shown.name == "Schools of the state"
    assert shown.problem is not None
    assert shown.problem.code is Code.BAD_REGISTRY
    # Nor does a check pass over it in silence.
    known = KnownIssuers(folder)
    check = asked(world, known, school)
    assert check.reason is Reason.ISSUER_NOT_LISTED
    assert "Schools of the state" in check.facts["unread_names"]
    known.switch(one.id, on=False)
    assert "Schools of the state" not in asked(world, known, school).facts["unread_names"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"off": 7}', b"[" * 100_000])
def test_damaged_notes_are_put_aside_and_no_file_is_lost(world, school, folder, tmp_path, content):
    KnownIssuers(folder).add(a_file(tmp_path, school), now=world.now)
    (folder / lists.STATE).write_bytes(content)
    known = KnownIssuers(folder)
    assert asked(world, known, school).outcome is PASSED
    assert (folder / lists.DAMAGED).read_bytes() == content


def test_there_is_an_end_to_how_many_files(world, school, folder, tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "MAX_ADDED", 2)
    known = KnownIssuers(folder)
    for n in range(2):
        known.add(a_file(tmp_path, school, name=f"List {n}"), now=world.now)
    with pytest.raises(WalletError) as caught:
        known.add(a_file(tmp_path, school, name="List 3"), now=world.now)
    assert caught.value.code is Code.TOO_MANY_REGISTRIES


def test_a_test_list_of_ones_own_is_a_test_list(world, school, folder, tmp_path):
    known = KnownIssuers(folder)
    known.add(a_file(tmp_path, school, test=True), now=world.now)
    check = asked(world, known, school)
    assert check.reason is Reason.ISSUER_TEST_LIST
    known.add(a_file(tmp_path, school, name="Another"), now=world.now)
    assert asked(world, known, school).outcome is PASSED


def test_no_file_makes_a_sample_issuer_known(world, folder, tmp_path):
    sample = next(iter(trust.policy().sample_issuers))
    path = a_file(tmp_path)
    path.write_text(
        json.dumps({"name": "x", "updated": "2026-01-01", "issuers": {sample: {"name": "Real"}}})
    )
    known = KnownIssuers(folder, files=[path])
    assert known().trusted[sample].sample


def test_files_for_one_run_are_not_kept(world, school, folder, tmp_path):
    path = a_file(tmp_path, school)
    assert asked(world, KnownIssuers(folder, files=[path]), school).outcome is PASSED
    assert asked(world, KnownIssuers(folder), school).outcome is OPEN
    with pytest.raises(WalletError):
        KnownIssuers(folder, files=[tmp_path / "nowhere.json"])


def test_a_folder_that_cannot_be_written_is_said(world, school, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(WalletError) as caught:
        KnownIssuers(blocked / "issuers").add(a_file(tmp_path, school), now=world.now)
    assert caught.value.code is Code.FILE_UNWRITABLE
    with pytest.raises(WalletError):
        KnownIssuers(None).add(a_file(tmp_path, school), now=world.now)


# -- two windows at once --------------------------------------------------------------------------


def test_what_another_window_switched_off_stays_off(world, school, folder, tmp_path):
    one, other = KnownIssuers(folder), KnownIssuers(folder)
    listed = one.add(a_file(tmp_path, school), now=world.now)
    one.switch(listed.id, on=False)
    other.add(a_file(tmp_path, school, name="Another"), now=world.now)
    other.switch("https://web.example/list", on=False)
    assert listed.id in other().off
    again = {x.name: x.on for x in KnownIssuers(folder).lists() if x.added}
    assert again == {"Schools of the state": False, "Another": True}
    assert "https://web.example/list" in KnownIssuers(folder)().off


def test_a_key_noted_in_the_background_switches_no_list_on_again(world, school, folder, tmp_path):
    _, source = federation(world, school)
    base = policy(source)
    one, other = KnownIssuers(folder, base=base), KnownIssuers(folder, base=base)
    listed = one.add(a_file(tmp_path, name="None"), now=world.now)
    one.switch(listed.id, on=False)
    assert asked(world, other, school).outcome is PASSED  # and the anchor's key is noted
    assert listed.id in KnownIssuers(folder)().off


def test_what_could_not_be_written_is_not_undone_by_what_can(world, school, folder, tmp_path):
    known = KnownIssuers(folder)
    one = known.add(a_file(tmp_path, school), now=world.now)
    notes = folder / lists.STATE
    kept = notes.read_bytes()
    notes.unlink()
    notes.mkdir()
    with pytest.raises(WalletError):
        known.switch(one.id, on=False)
    notes.rmdir()
    notes.write_bytes(kept)
    known.switch("https://web.example/list", on=False)
    assert KnownIssuers(folder)().off == {one.id, "https://web.example/list"}


# -- remembered keys ------------------------------------------------------------------------------


def federation(world, school):
    top = anchor(world)
    top.vouch(school.id)
    return top, Source("The federation", Kind.FEDERATION, top.url)


def test_an_anchors_key_is_remembered_from_run_to_run_until_the_person_takes_the_new_one(
    world, school, folder
):
    top, source = federation(world, school)
    base = policy(source)
    assert asked(world, KnownIssuers(folder, base=base), school).outcome is PASSED
    top.keys = ["another"]
    top.configuration()
    top.vouch(school.id)
    known = KnownIssuers(folder, base=base)
    assert asked(world, known, school).facts["changed"] == "The federation"
    (shown,) = [x for x in known.survey(Web(world), now=world.now) if x.web]
    assert shown.changed
    known.accept(shown.id)
    assert asked(world, KnownIssuers(folder, base=base), school).outcome is PASSED
    (shown,) = [x for x in known.survey(Web(world), now=world.now) if x.web]
    assert not shown.changed


def test_where_nothing_can_be_kept_an_anchor_is_known_for_this_run(world, school, tmp_path):
    top, source = federation(world, school)
    (tmp_path / "file").write_text("in the way")
    known = KnownIssuers(tmp_path / "file" / "issuers", base=policy(source))
    assert asked(world, known, school).outcome is PASSED
    top.keys = ["another"]
    top.configuration()
    assert asked(world, known, school).outcome is OPEN


# -- what the settings show -----------------------------------------------------------------------


def test_a_survey_says_of_every_list_what_it_is_and_when_it_was_read(
    world, school, folder, tmp_path
):
    _, members = federation(world, school)
    plain = dcc(world, "https://plain.example/r", school)
    test = Source("A sandbox", Kind.DCC, "https://away.example/r", test=True)
    new = dcc(world, "https://new.example/r")
    catalogue(world, members, plain, test, new)
    world.read_at[plain.url] = world.now - timedelta(days=2)
    known = KnownIssuers(folder, base=policy(members, plain, test))
    known.add(a_file(tmp_path, school), now=world.now)
    web = Web(world)
    shown = known.survey(web, now=world.now)
    assert [(x.name, x.issuers, x.test, x.new) for x in shown] == [
        ("Schools of the state", 1, False, False),
        ("The federation", None, False, False),
        ("Registry at plain.example", 1, False, False),
        ("A sandbox", None, True, False),
        ("Registry at new.example", 0, False, True),
        ("Sample issuers of LER Wallet", 5, True, False),
    ]
    assert shown[2].read_at == world.now - timedelta(days=2)
    assert shown[3].problem is not None
    assert shown[3].problem.code is Code.UNREACHABLE
    known.switch(plain.url, on=False)
    again = Web(world)
    off = known.survey(again, now=world.now)[2]
    assert (off.name, off.on, off.read_at) == (plain.name, False, None)
    assert plain.url not in again.fetched
    assert LIST in again.fetched
    assert not [url for url in again.fetched if "sub=" in url]


# -- whom the person trusts -----------------------------------------------------------------------


@pytest.fixture
def wallet(world, tmp_path):
    cell = {}
    known = KnownIssuers(None, own=lambda: cell["wallet"].trusted_issuers())
    verifier = Verifier(world, policy=known, clock=lambda: world.now)
    cell["wallet"] = Wallet(verifier, clock=lambda: world.now, cost=CHEAP)
    cell["wallet"].create(tmp_path / "wallet.ler", PASSPHRASE, name="Robin")
    cell["wallet"].verifier = verifier
    yield cell["wallet"]
    cell["wallet"].lock()


def kept(wallet, raw):
    return wallet.keep([wallet.verifier.check(raw)]).added[0]


def issuer_check(wallet, credential_id):
    return wallet.entry(credential_id).report[Question.ISSUER]


def test_trusting_an_issuer_changes_what_is_kept_and_what_comes(world, wallet, school, tmp_path):
    other = kept(wallet, world.issue(world.issuer("Another School")))
    one = kept(wallet, world.issue(school, status=("revocation",)))
    before = wallet.entry(one)
    assert issuer_check(wallet, one).reason is Reason.ISSUER_NOT_LISTED
    wallet.trust_issuer(school.id, name=" Harbor  College ", note="I went there")
    check = issuer_check(wallet, one)
    assert (check.outcome, check.facts["note"]) == (PASSED, "I went there")
    after = wallet.entry(one)
    assert after.report[Question.STATUS] == before.report[Question.STATUS]
    assert after.checked_at == before.checked_at
    assert issuer_check(wallet, other).reason is Reason.ISSUER_NOT_LISTED
    new = kept(wallet, world.issue(school, title="Welding Level 2"))
    assert issuer_check(wallet, new).outcome is PASSED
    wallet.lock()
    assert wallet.trusted_issuers() == {}
    wallet.unlock(tmp_path / "wallet.ler", PASSPHRASE)
    assert wallet.trusted_issuers()[school.id] == Trusted(
        "Harbor College", "you", since=world.now, note="I went there"
    )
    wallet.distrust_issuer(school.id)
    assert issuer_check(wallet, one).reason is Reason.ISSUER_NOT_LISTED
    assert wallet.trusted_issuers() == {}


def inside_check(wallet, credential_id):
    return wallet.entry(credential_id).report.parts[0].report[Question.ISSUER]


@pytest.mark.parametrize("inner", [Format.DATA_INTEGRITY, Format.VC_JOSE])
@pytest.mark.parametrize("form", [Format.DATA_INTEGRITY, Format.VC_JWT, Format.VC_JOSE])
def test_trust_taken_back_is_taken_back_inside_whatever_the_form(
    world, wallet, school, form, inner
):
    # In a token the issuer's identifier stands in no text that could be searched.
    robin, platform = world.learner(), world.issuer("Platform")
    part = world.issue(school, subject=robin.id, form=inner)
    raw = inside.transcript(world, platform, [part], subject=robin.id, form=form)
    one = kept(wallet, raw)
    assert inside_check(wallet, one).reason is Reason.ISSUER_NOT_LISTED
    wallet.trust_issuer(school.id, note="I went there")
    assert inside_check(wallet, one).outcome is PASSED
    assert issuer_check(wallet, one).reason is Reason.ISSUER_NOT_LISTED
    wallet.distrust_issuer(school.id)
    assert inside_check(wallet, one).reason is Reason.ISSUER_NOT_LISTED


@pytest.mark.parametrize("signed", [False, True])
def test_the_issuer_of_an_older_badge_is_trusted_and_no_longer(world, wallet, signed):
    # The badge names it by way of the kind of badge, which lies elsewhere.
    guild = world.badge_issuer("Welders Guild")
    one = kept(wallet, world.assertion(guild, signed=signed))
    wallet.trust_issuer(guild.id)
    assert issuer_check(wallet, one).outcome is PASSED
    wallet.distrust_issuer(guild.id)
    assert issuer_check(wallet, one).reason is Reason.ISSUER_NOT_LISTED


def test_what_was_removed_meanwhile_comes_back_without_the_trust(world, wallet, school):
    wallet.trust_issuer(school.id)
    one = kept(wallet, world.issue(school))
    wallet.remove([one])
    wallet.distrust_issuer(school.id)
    wallet.restore([one])
    assert issuer_check(wallet, one).reason is Reason.ISSUER_NOT_LISTED


def test_another_note_keeps_the_day(world, wallet, school):
    wallet.trust_issuer(school.id, note="first")
    since = world.now
    world.now += timedelta(days=9)
    wallet.trust_issuer(school.id, note="second")
    assert wallet.trusted_issuers()[school.id].since == since
    assert wallet.trusted_issuers()[school.id].note == "second"


BAD = {
    "a name": ("Harbor College", "", Code.BAD_ISSUER),
    "nothing": ("", "", Code.BAD_ISSUER),
    "a key of it": ("did:web:a.example#key-1", "", Code.BAD_ISSUER),
    "half of one": ("did:", "", Code.BAD_ISSUER),
    "with a space": ("did:web:a.example ", "", Code.BAD_ISSUER),
    "too long": ("did:web:" + "a" * 9000, "", Code.BAD_ISSUER),
    "a novel": ("did:web:a.example", "x" * 501, Code.NOTE_TOO_LONG),
}


@pytest.mark.parametrize(("issuer", "note", "code"), BAD.values(), ids=BAD)
def test_what_cannot_be_trusted(wallet, issuer, note, code):
    with pytest.raises(WalletError) as caught:
        wallet.trust_issuer(issuer, note=note)
    assert caught.value.code is code
    assert wallet.trusted_issuers() == {}


def test_trust_has_bounds_and_needs_an_open_wallet(wallet, school, monkeypatch):
    monkeypatch.setattr(trusting, "MAX_TRUSTED", 1)
    wallet.trust_issuer("did:web:a.example")
    with pytest.raises(WalletError) as caught:
        wallet.trust_issuer(school.id)
    assert caught.value.code is Code.TOO_MANY_TRUSTED
    wallet.trust_issuer("did:web:a.example", note="the same one again")
    with pytest.raises(WalletError) as caught:
        wallet.distrust_issuer(school.id)
    assert caught.value.code is Code.NOT_TRUSTED
    wallet.lock()
    with pytest.raises(VaultError):
        wallet.trust_issuer(school.id)


@pytest.mark.parametrize(
    "stored",
    [None, "", "[]", "7", "{", '{"did:x:y": 7}', '{"did:x:y": {"name": "n", "since": "x"}}'],
)
def test_a_damaged_setting_trusts_nobody(stored):
    assert trusting.read(stored) == {}
