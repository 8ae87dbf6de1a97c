"""What an administrator may set: read strictly, bounded, and never ignored where it is broken."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paths import REPO
from tests.world import World
from wallet import administration, wiring
from wallet.administration import Rules
from wallet.crypto.sealing import Cost
from wallet.errors import Code, VaultError, WalletError
from wallet.preferences import Paths, Preferences

CHEAP = Cost(memory_kib=8 * 1024, iterations=1, lanes=1)
WHOLE = {
    "version": 1,
    "organisation": "Eastern Ridge Career Center",
    "idle_minutes": 3,
    "session_minutes": 45,
    "guest_only": True,
    "shared_machine": True,
    "page": "https://check.college.example",
    "app_page": "https://college.example/wallet",
    "registries": {"files": ["/etc/ler-wallet/schools.json"], "only": True},
    "languages": ["es", "en"],
    "backups": "/media",
}


def read(**members):
    return administration.read(json.dumps({"version": 1, **members}).encode())


def test_a_whole_file_is_read():
    assert administration.read(json.dumps(WHOLE).encode()) == Rules(
        organisation="Eastern Ridge Career Center",
        idle_minutes=3,
        session_minutes=45,
        guest_only=True,
        shared_machine=True,
        page="https://check.college.example/",
        app_page="https://college.example/wallet",
        registries=(Path("/etc/ler-wallet/schools.json"),),
        only_these_registries=True,
        languages=("es", "en"),
        backup_folder=Path("/media"),
    )


def test_what_is_not_set_is_the_persons():
    assert read() == Rules()
    found = read(idle_minutes=3)
    assert found == Rules(idle_minutes=3)
    assert found.sets("idle_minutes")
    assert not found.sets("page")
    assert not found.shared


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("idle_minutes", 0),
        ("idle_minutes", 61),
        ("idle_minutes", True),
        ("idle_minutes", "5"),
        ("idle_minutes", 5.0),
        ("session_minutes", 4),
        ("session_minutes", 10**9),
        ("guest_only", 1),
        ("guest_only", None),
        ("shared_machine", "true"),
        ("organisation", ""),
        ("organisation", "x" * 101),
        ("organisation", "two\nlines"),
        ("organisation", "\u202egnitirw"),
        ("page", "http://check.college.example/"),
        ("page", "javascript:alert(1)"),
        ("page", None),
        ("registries", ["/etc/x.json"]),
        ("registries", {"files": ["schools.json"]}),
        ("registries", {"files": ["/x.json"] * 51}),
        ("registries", {"files": [], "only": 1}),
        ("registries", {"file": []}),
        ("languages", []),
        ("languages", "es"),
        ("languages", ["Español"]),
        ("languages", [["es"]]),
        ("backups", None),
        ("backups", "backups"),
        ("backups", "/media/\x00"),
        ("backups", "/" + "x" * 4096),
        ("idle_minute", 5),  # a slip of the pen is not a rule less
        ("x" * 5000, 5),
    ],
)
def test_what_is_wrong_or_unknown_is_told_by_its_name(name, value):
    with pytest.raises(WalletError) as told:
        read(**{name: value})
    assert told.value.code is Code.RULES_UNREADABLE
    assert told.value.facts["part"] == name[:100]


@pytest.mark.parametrize("version", [None, 0, True, "1", 1.0, 2, []])
def test_a_version_that_is_not_known_is_not_guessed_at(version):
    with pytest.raises(WalletError) as told:
        administration.read(json.dumps({"version": version, "idle_minutes": 5}).encode())
    assert told.value.facts["part"] == "version"


BROKEN = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe{}",
    b"{}",
    b'{"version": 1, "guest_only": false, "guest_only": true}',
    b'{"version": 1, "idle_minutes": NaN}',
    b'{"version": 1, "organisation": ' + b"[" * 1000,
    b'{"version": 1, "organisation": "' + b"x" * 70_000 + b'"}',
    json.dumps({**WHOLE, "shares": "everywhere"}).encode(),
]


@pytest.mark.parametrize("data", BROKEN)
def test_a_broken_file_holds_the_strictest_rules(tmp_path, data):
    path = tmp_path / "policy.json"
    path.write_bytes(data)
    found = administration.load(path)
    assert found.problem is not None
    assert found.problem.code is Code.RULES_UNREADABLE
    assert found.guest_only
    assert found.shared
    assert found.only_these_registries
    assert not found.backups
    assert (found.idle_minutes, found.session_minutes) == (5, 60)


def test_a_file_that_cannot_be_opened_holds_them_too(tmp_path):
    (tmp_path / "policy.json").mkdir()
    assert administration.load(tmp_path / "policy.json").guest_only


def test_no_file_sets_nothing(tmp_path):
    assert administration.load(tmp_path / "none" / "policy.json") == Rules()


@given(
    st.binary(max_size=200) | st.text(max_size=80).map(lambda t: f'{{"version":1,{t}}}'.encode())
)
def test_reading_raises_nothing_else(data):
    with suppress(WalletError):
        assert isinstance(administration.read(data), Rules)


@given(
    st.dictionaries(
        st.sampled_from(sorted(WHOLE)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=8,
        ),
    )
)
def test_no_value_of_any_member_raises_anything_else(members):
    with suppress(WalletError):
        assert isinstance(read(**members), Rules)


def test_the_place_is_fixed(monkeypatch, tmp_path):
    before = administration.standard_path()
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CONFIG_DIRS", "ProgramData"):
        monkeypatch.setenv(name, str(tmp_path))
    assert administration.standard_path() == before
    assert before.is_absolute()


def test_the_example_in_the_manual_is_a_policy():
    text = (REPO / "docs" / "policy.md").read_text("utf-8")
    example = text.split("```json\n")[1].split("```")[0]
    found = administration.read(example.encode())
    assert all(found.sets(name) for name in ("organisation", "idle_minutes", "page", "languages"))
    for name in administration._READERS:
        assert f"`{name}`" in text, name


# -- what follows from them -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "chosen", "locks", "offered"),
    [
        (None, 15, 15, (5, 15, 60)),
        (3, 15, 3, (3,)),
        (15, 60, 15, (5, 15)),
        (20, 5, 5, (5, 15, 20)),
        (60, 60, 60, (5, 15, 60)),
    ],
)
def test_the_longest_time_without_anybody_there(most, chosen, locks, offered):
    found = Rules(idle_minutes=most)
    assert found.lock_after(chosen) == locks
    assert found.minutes_offered((5, 15, 60)) == offered


def test_only_languages_that_are_spoken_are_offered():
    known = {"en": "English", "es": "Español"}
    assert administration.spoken(Rules(languages=("de", "es")), known).languages == ("es",)
    assert administration.spoken(Rules(languages=("de",)), known).languages == ()
    assert Rules(languages=("es",)).language("en") == "es"
    assert Rules(languages=("en", "es")).language("es") == "es"
    assert Rules().language("en") == "en"


def built(folder: Path, rules: Rules, preferences: Preferences | None = None):
    paths = Paths(vault=folder / "wallet.ler", preferences=folder / "preferences.json")
    if preferences is not None:
        from wallet.preferences import save

        save(preferences, paths.preferences)
    return wiring.build(offline=True, paths=paths, cost=CHEAP, rules=rules)


def test_what_is_set_counts_and_is_not_taken_for_what_the_person_prefers(tmp_path):
    mine = Preferences(page="https://mine.example/", language="en")
    rules = Rules(page="https://check.college.example/", languages=("es",))
    app = built(tmp_path, rules, mine)
    assert app.preferences.page == "https://check.college.example/"
    assert app.preferences.language == "es"
    for changes in ({"page": "https://mine.example/"}, {"language": "en"}, {"language": None}):
        with pytest.raises(WalletError) as told:
            app.prefer(**changes)
        assert told.value.code is Code.SET_BY_ORGANISATION
    app.prefer(theme="dark")
    after = built(tmp_path, Rules()).preferences
    assert after == mine.changed(theme="dark")


def test_a_link_opens_no_other_page(tmp_path):
    app = built(tmp_path, Rules(page="https://check.college.example/"))
    assert app.page_named(None) == "https://check.college.example/"
    assert app.page_named("https://check.college.example") == "https://check.college.example"
    with pytest.raises(WalletError) as told:
        app.page_named("https://mine.example/")
    assert told.value.code is Code.SET_BY_ORGANISATION
    assert built(tmp_path, Rules()).page_named("https://mine.example/") == "https://mine.example/"


def test_a_shared_computer_remembers_nothing(tmp_path):
    app = built(tmp_path, Rules(shared_machine=True), Preferences(theme="dark"))
    assert app.shared
    assert app.preferences.theme == "system"
    app.prefer(theme="light", vault=str(tmp_path / "other.ler"))
    assert app.preferences.theme == "light"  # until the program ends
    assert json.loads((tmp_path / "preferences.json").read_text())["theme"] == "dark"
    app.known.remember("https://anchor.example", None)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["preferences.json"]


def test_guests_say_where_their_wallet_is(tmp_path):
    app = built(tmp_path, Rules(guest_only=True))
    with pytest.raises(VaultError) as told:
        app.vault_named(None)
    assert told.value.code is Code.GUEST_ONLY
    assert app.vault_named(tmp_path / "stick.ler") == tmp_path / "stick.ler"


# -- lists of known issuers ------------------------------------------------------------------------


def schools(folder: Path, *issuers) -> Path:
    path = folder / "schools.json"
    listed = {one.id: {"name": one.name} for one in issuers}
    path.write_text(
        json.dumps({"name": "Schools", "updated": "2026-05-01", "issuers": listed}), "utf-8"
    )
    return path


def test_lists_that_are_set_count_besides_the_others(tmp_path):
    school = World().issuer("Harbor College")
    app = built(tmp_path, Rules(registries=(schools(tmp_path, school),)))
    policy = app.known()
    assert policy.trusted[school.id].name == "Harbor College"
    assert policy.catalogues


def test_only_these_lists_means_no_others(tmp_path):
    world = World()
    school, other = world.issuer("Harbor College"), world.issuer("Another College")
    app = built(
        tmp_path,
        Rules(registries=(schools(tmp_path, school),), only_these_registries=True),
    )
    app.wallet.create(tmp_path / "wallet.ler", "seven quiet herons", name="Robin")
    with pytest.raises(WalletError) as told:
        app.wallet.trust_issuer(other.id)
    assert told.value.code is Code.SET_BY_ORGANISATION
    for change in (
        lambda: app.known.add(schools(tmp_path, other), now=world.now),
        lambda: app.known.switch("x", on=False),
        lambda: app.known.remove("x"),
    ):
        with pytest.raises(WalletError) as told:
            change()
        assert told.value.code is Code.SET_BY_ORGANISATION
    policy = app.known()
    assert {one for one, entry in policy.trusted.items() if not entry.sample} == {school.id}
    assert not policy.catalogues
    with pytest.raises(WalletError) as told:
        wiring.verifier(rules=app.rules, registries=[tmp_path / "schools.json"])
    assert told.value.code is Code.SET_BY_ORGANISATION
    app.stop()


def test_trust_from_before_does_not_count_where_only_these_lists_do(tmp_path):
    world = World()
    other = world.issuer("Another College")
    first = built(tmp_path, Rules())
    first.wallet.create(tmp_path / "wallet.ler", "seven quiet herons", name="Robin")
    first.wallet.trust_issuer(other.id)
    first.stop()
    app = built(tmp_path, Rules(only_these_registries=True))
    app.wallet.unlock(tmp_path / "wallet.ler", "seven quiet herons")
    assert other.id not in app.known().trusted
    assert other.id in app.wallet.trusted_issuers()  # theirs still, wherever else it counts
    app.stop()


def test_a_list_that_is_set_and_gone_holds_the_strictest_rules(tmp_path):
    app = built(tmp_path, Rules(registries=(tmp_path / "gone.json",)))
    assert app.rules.guest_only
    assert app.rules.problem.facts["part"] == "registries"
    assert all(entry.sample for entry in app.known().trusted.values())


def test_a_link_that_leads_to_nothing_holds_the_strictest_rules(tmp_path):
    path = tmp_path / "policy.json"
    path.symlink_to(tmp_path / "not mounted" / "policy.json")
    rules = administration.load(path)
    assert rules.guest_only
    assert rules.problem is not None
