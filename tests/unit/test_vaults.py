"""The list of wallets at the door: what is remembered, and what a damaged list still gives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallet import alone, preferences, vaults
from wallet.preferences import Paths, Preferences
from wallet.storage import container
from wallet.vaults import MAX_KNOWN, MAX_NAME, KnownVault, as_name, is_there
from wallet.wiring import build


@pytest.fixture
def paths(tmp_path) -> Paths:
    return Paths(vault=tmp_path / "data" / "wallet.ler", preferences=tmp_path / "preferences.json")


@pytest.fixture
def app(paths):
    with build(offline=True, paths=paths) as made:
        yield made


def put(folder: Path, *names: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    found = [folder / name for name in names]
    for path in found:
        path.write_bytes(b"a wallet")
    return found


def names(app) -> list[tuple[str, int]]:
    return [(one.path.name, one.known.number) for one in app.vaults.listed()]


def written(paths: Paths) -> str:
    """Return what is remembered outside the wallets."""
    return paths.preferences.read_text() if paths.preferences.exists() else ""


def again(paths: Paths):
    """Start the program again."""
    return build(offline=True, paths=paths)


def test_the_usual_wallet_is_listed_before_anything_was_remembered(app, paths):
    assert app.vaults.listed() == []
    put(paths.vault.parent, "wallet.ler")
    assert names(app) == [("wallet.ler", 1)]


def test_the_last_used_comes_first_and_keeps_its_number(app, paths):
    one, two, three = put(paths.vault.parent, "wallet.ler", "b.ler", "c.ler")
    for path in (one, two, three, one):
        app.vaults.use(path)
    assert names(app) == [("wallet.ler", 1), ("c.ler", 3), ("b.ler", 2)]
    with again(paths) as later:
        assert names(later) == names(app)
        assert later.vault_path == one


def test_a_number_that_is_free_is_given_again(app, paths):
    one, two, three = put(paths.vault.parent, "wallet.ler", "b.ler", "c.ler")
    app.vaults.use(one)
    app.vaults.use(two)
    app.vaults.forget(one)
    app.vaults.use(three)
    assert names(app) == [("c.ler", 1), ("b.ler", 2)]


def test_a_forgotten_wallet_keeps_its_file(app, paths):
    one, two = put(paths.vault.parent, "wallet.ler", "b.ler")
    app.vaults.use(one)
    app.vaults.use(two)
    app.vaults.forget(two)
    assert names(app) == [("wallet.ler", 1)]
    assert two.read_bytes() == b"a wallet"
    assert app.vault_path == one
    assert str(two) not in written(paths)


def test_a_file_that_vanished_stays_in_the_list(app, paths):
    one, two = put(paths.vault.parent, "wallet.ler", "stick.ler")
    app.vaults.use(one)
    app.vaults.use(two)
    two.unlink()
    assert [is_there(one.path) for one in app.vaults.listed()] == [False, True]


def test_one_file_is_listed_once_whatever_names_it(app, paths, tmp_path):
    (one,) = put(paths.vault.parent, "wallet.ler")
    link = tmp_path / "link.ler"
    link.symlink_to(one)
    for path in (one, paths.vault.parent / ".." / "data" / "wallet.ler", link):
        app.vaults.use(path)
        assert len(app.vaults.listed()) == 1
    for path in (one, link):
        assert app.vaults.find(path).known.number == 1


def test_two_links_in_a_written_list_are_one_wallet(paths, tmp_path):
    (one,) = put(paths.vault.parent, "wallet.ler")
    link = tmp_path / "link.ler"
    link.symlink_to(one)
    known = (KnownVault(str(link), 1), KnownVault(str(one), 2))
    preferences.save(Preferences(vaults=known), paths.preferences)
    with again(paths) as app:
        app.vaults.use(one)
        app.vaults.use(link)
        assert [one.path for one in app.vaults.listed()] == [link]


def test_a_link_that_leads_elsewhere_now_is_another_wallet(app, paths, tmp_path):
    one, two = put(paths.vault.parent, "wallet.ler", "b.ler")
    link = tmp_path / "link.ler"
    link.symlink_to(one)
    app.vaults.use(link)
    link.unlink()
    app.vaults.use(two)
    link.symlink_to(two)
    assert [one.path for one in app.vaults.listed()] == [two, link]
    app.vaults.use(link)
    assert [one.path for one in app.vaults.listed()] == [link]


def test_the_list_is_read_without_looking_at_any_disk(paths, tmp_path, monkeypatch):
    known = tuple(KnownVault(str(tmp_path / f"{n}.ler"), n + 1) for n in range(3))
    preferences.save(Preferences(vaults=known), paths.preferences)
    with again(paths) as app:
        for name in ("stat", "lstat", "readlink"):
            monkeypatch.setattr(os, name, lambda *_a, **_k: pytest.fail("looked at a disk"))
        assert len(app.vaults.listed()) == 3
        assert app.vaults.find(tmp_path / "1.ler").known.number == 2
        monkeypatch.undo()


def test_one_that_is_added_does_not_become_the_usual_one(app, paths):
    one, two, three = put(paths.vault.parent, "wallet.ler", "b.ler", "c.ler")
    app.vaults.use(one)
    for path in (two, three, two):
        app.vaults.add(path)
    assert names(app) == [("wallet.ler", 1), ("c.ler", 3), ("b.ler", 2)]
    assert app.vault_path == one


def test_a_loop_of_links_is_a_wallet_that_is_not_there(app, tmp_path):
    loop = tmp_path / "loop.ler"
    loop.symlink_to(loop)
    app.vaults.use(loop)
    assert [is_there(one.path) for one in app.vaults.listed()] == [False]


def test_a_name_stands_at_the_door_until_it_is_taken_back(app, paths):
    (one,) = put(paths.vault.parent, "wallet.ler")
    app.vaults.use(one)
    assert "Rivera" not in written(paths)
    app.vaults.show_person(one, "Robin Rivera")
    app.vaults.rename(one, "  School\nthings ")
    with again(paths) as later:
        known = later.vaults.listed()[0].known
        assert (known.name, known.person) == ("School things", "Robin Rivera")
        later.vaults.show_person(one, "")
    assert "Rivera" not in written(paths)
    assert "School things" in written(paths)


def test_what_is_not_in_the_list_gets_no_name(app, paths):
    one, two = put(paths.vault.parent, "wallet.ler", "b.ler")
    app.vaults.use(one)
    app.vaults.show_person(two, "Robin Rivera")
    assert app.vaults.find(two) is None
    assert "Rivera" not in written(paths)


def test_where_others_come_nothing_is_remembered(paths):
    one, two = put(paths.vault.parent, "wallet.ler", "b.ler")
    with build(offline=True, paths=paths.forgetful()) as app:
        assert not app.remembers
        app.vaults.use(two)
        app.vaults.show_person(one, "Robin Rivera")
        assert names(app) == [("wallet.ler", 1)]
        assert app.vaults.listed()[0].known.person == ""
        assert not paths.preferences.exists()


def test_the_oldest_is_forgotten_when_there_are_too_many(app, paths):
    for path in put(paths.vault.parent, *(f"{n:03}.ler" for n in range(MAX_KNOWN + 3))):
        app.vaults.use(path)
    listed = names(app)
    assert len(listed) == MAX_KNOWN
    assert listed[0][0] == f"{MAX_KNOWN + 2:03}.ler"
    with again(app.paths) as later:
        assert len({number for _, number in names(later)}) == MAX_KNOWN


def test_a_further_wallet_gets_a_free_place(app, paths):
    assert app.vaults.free_place(paths.vault) == paths.vault
    put(paths.vault.parent, "wallet.ler", "wallet-2.ler")
    assert app.vaults.free_place(paths.vault).name == "wallet-3.ler"


GOOD = {"path": "/home/x/a.ler", "number": 2, "name": "School", "person": ""}


@pytest.mark.parametrize(
    ("stored", "expected"),
    [
        (None, []),
        ("text", []),
        ({"path": "/x"}, []),
        ([GOOD], [KnownVault("/home/x/a.ler", 2, "School")]),
        ([GOOD, GOOD], [KnownVault("/home/x/a.ler", 2, "School")]),
        ([1, None, [], {}, {"path": 3}, {"path": ""}, {"path": "a\0b"}, {"path": "x" * 5000}], []),
        ([{"path": "/a"}], [KnownVault("/a", 1)]),
        ([{"path": "/a", "number": True}], [KnownVault("/a", 1)]),
        (
            [{"path": "/a", "number": -1}, {"path": "/b", "number": 10**30}],
            [KnownVault("/a", 1), KnownVault("/b", 2)],
        ),
        (
            [{"path": "/a", "number": 2}, {"path": "/b", "number": 2}],
            [KnownVault("/a", 2), KnownVault("/b", 1)],
        ),
        ([{"path": "/a", "number": 1, "name": 7, "person": ["x"]}], [KnownVault("/a", 1)]),
        ([{"path": "/a", "number": 1, "name": "x" * 999}], [KnownVault("/a", 1, "x" * MAX_NAME)]),
    ],
)
def test_a_damaged_list_gives_what_can_be_read(paths, stored, expected):
    paths.preferences.write_text(json.dumps({"vaults": stored, "theme": "dark"}))
    loaded = preferences.load(paths.preferences)
    assert list(loaded.vaults) == expected
    assert loaded.theme == "dark"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["path", "number", "name", "person", "x"]), inner)
    ),
    max_leaves=20,
)


@given(json_values)
def test_whatever_is_stored_gives_a_list_that_reads_the_same_again(stored):
    found = vaults.read(stored)
    assert len({one.number for one in found}) == len(found) == len({one.path for one in found})
    written = json.loads(json.dumps([preferences.asdict(one) for one in found]))
    assert vaults.read(written) == found


@pytest.mark.parametrize(
    ("text", "expected"),
    [("  a  b ", "a b"), ("a\nb\tc", "a b c"), ("\u202egnirts", "gnirts"), ("", ""), ("é", "é")],
)
def test_a_name_is_one_line(text, expected):
    assert as_name(text) == expected


def test_a_full_list_with_long_paths_can_be_read_again(paths):
    known = tuple(KnownVault("/" + "ß" * 4000 + str(n), n + 1, "ü" * MAX_NAME) for n in range(50))
    preferences.save(replace(Preferences(), vaults=known), paths.preferences)
    assert preferences.load(paths.preferences).vaults == known


# -- two windows at once ---------------------------------------------------------------------------


def test_what_another_window_took_back_stays_taken_back(app, paths):
    one, two = put(paths.vault.parent, "one.ler", "two.ler")
    app.vaults.use(one)
    app.vaults.show_person(one, "Robin Rivera")
    with again(paths) as other:
        app.vaults.show_person(one, "")
        other.vaults.use(two)
        other.prefer(theme="dark")
    assert "Robin" not in written(paths)
    app.prefer(text_scale=150)
    loaded = preferences.load(paths.preferences)
    assert (loaded.theme, loaded.text_scale) == ("dark", 150)
    assert [Path(one.path).name for one in loaded.vaults] == ["two.ler", "one.ler"]


def test_a_door_shows_what_another_window_left(app, paths):
    one, two = put(paths.vault.parent, "one.ler", "two.ler")
    app.vaults.use(one)
    with again(paths) as other:
        other.vaults.add(two)
        other.vaults.forget(one)
    app.reread()
    assert names(app) == [("two.ler", 2)]


def test_a_wallet_another_window_took_off_the_list_is_not_renamed_there(app, paths):
    (one,) = put(paths.vault.parent, "one.ler")
    app.vaults.use(one)
    with again(paths) as other:
        other.vaults.forget(one)
    app.vaults.rename(one, "School")
    assert "School" not in written(paths)


@pytest.mark.parametrize("damage", [b"", b"[]", b"{", None])
def test_preferences_damaged_meanwhile_are_written_anew_as_they_were(app, paths, damage):
    (one,) = put(paths.vault.parent, "one.ler")
    app.vaults.use(one)
    app.prefer(theme="dark")
    if damage is None:
        paths.preferences.unlink()
    else:
        paths.preferences.write_bytes(damage)
    app.prefer(text_scale=150)
    loaded = preferences.load(paths.preferences)
    assert (loaded.theme, loaded.text_scale, len(loaded.vaults)) == ("dark", 150, 1)


ADDING = """
import sys
from pathlib import Path
from wallet.preferences import Paths
from wallet.wiring import build

folder, first = Path(sys.argv[1]), int(sys.argv[2])
paths = Paths(vault=folder / "data" / "wallet.ler", preferences=folder / "preferences.json")
with build(offline=True, paths=paths) as app:
    print("ready", flush=True)
    sys.stdin.readline()
    for n in range(first, first + 10):
        app.vaults.add(folder / f"{n}.ler")
"""


def test_many_windows_that_write_at_once_lose_nothing(tmp_path, paths):
    command = [sys.executable, "-c", ADDING, str(tmp_path)]
    windows = [
        subprocess.Popen(
            [*command, str(first)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for first in range(0, 40, 10)
    ]
    for one in windows:
        assert one.stdout.readline() == "ready\n"
    for one in windows:
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in windows:
        one.communicate(timeout=60)
        assert one.returncode == 0
    found = preferences.load(paths.preferences).vaults
    assert {Path(one.path).name for one in found} == {f"{n}.ler" for n in range(40)}
    assert {one.number for one in found} == set(range(1, 41))


def test_whoever_hangs_on_to_the_lock_holds_nobody_up_for_long(app, paths, monkeypatch):
    monkeypatch.setattr(alone, "_WAITS", (0.001,) * 3)
    paths.preferences.parent.mkdir(exist_ok=True)
    held = os.open(paths.preferences.with_name(".preferences.json.lock"), os.O_RDWR | os.O_CREAT)
    container.lock(held, paths.preferences, shared=False)
    try:
        app.prefer(theme="dark")
    finally:
        os.close(held)
    assert preferences.load(paths.preferences).theme == "dark"
