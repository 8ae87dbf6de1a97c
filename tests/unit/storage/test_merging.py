"""A backup comes into a vault: nothing here is lost or changed, nothing of it drops silently."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import make_vault_fixture as made
from tests.unit.storage.test_backups import everything
from tests.unit.storage.vault_helpers import CHEAP, NOW, PASSPHRASE, credential
from wallet.errors import Code, VaultError
from wallet.model import Fact
from wallet.storage import Fate, NewChange, ShareRecord, Vault

LATER = NOW + timedelta(days=3)
ONE, TWO = credential(1), credential(2)
BAKED = replace(ONE, container=b"\x89PNG one")
OTHER_BAKED = replace(ONE, container=b"\x89PNG other")


@dataclass(frozen=True)
class Case:
    """What is in the list here and there, what was removed, and what becomes of `ONE`."""

    here: tuple = ()
    removed_here: bool = False
    there: tuple = (ONE,)
    removed_there: bool = False
    fate: Fate = Fate.NEW
    listed: bool = True
    container: bytes | None = None


CASES = {
    "new": Case(),
    "new, and removed there": Case(removed_there=True, fate=Fate.NEW_REMOVED, listed=False),
    "the same": Case(here=(ONE,), fate=Fate.SAME),
    "removed here": Case(here=(ONE,), removed_here=True, fate=Fate.REMOVED_HERE, listed=False),
    "removed there": Case(here=(ONE,), removed_there=True, fate=Fate.REMOVED_THERE),
    "removed in both": Case(
        here=(ONE,), removed_here=True, removed_there=True, fate=Fate.SAME, listed=False
    ),
    "only here": Case(here=(ONE,), there=(), fate=Fate.ONLY_HERE),
    "its picture is only there": Case(
        here=(ONE,), there=(BAKED,), fate=Fate.OTHER_FILE, container=BAKED.container
    ),
    "its picture is only here": Case(
        here=(BAKED,), there=(ONE,), fate=Fate.OTHER_FILE, container=BAKED.container
    ),
    "another picture": Case(
        here=(BAKED,), there=(OTHER_BAKED,), fate=Fate.OTHER_FILE, container=BAKED.container
    ),
}


def filled(path: Path, items: tuple, *, removed: bool) -> Vault:
    vault = Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    vault.add(items, now=NOW)
    if removed:
        vault.remove([ONE.id], now=NOW)
    return vault


def opened(vault: Vault, folder: Path, beside: Path) -> Vault:
    """Back a vault up and open the backup beside another one."""
    backup = folder / "there.ler-backup"
    vault.back_up(backup, now=NOW)
    vault.close()
    return Vault.copy_of(backup, PASSPHRASE, beside=beside)


@pytest.mark.parametrize("name", CASES)
def test_what_becomes_of_a_record(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    there = filled(tmp_path / "there.ler", case.there, removed=case.removed_there)
    with filled(tmp_path / "here.ler", case.here, removed=case.removed_here) as here:
        copy = opened(there, tmp_path, here.path)
        found = here.differences(copy)
        assert [(one.id, one.fate) for one in found.credentials] == [(ONE.id, case.fate)]
        before = everything(here)
        assert everything(here) == before  # looking changes nothing
        here.merge(copy, found, revive=(), settings={}, now=LATER)
        copy.discard()
        assert here.has(ONE.id) is case.listed
        assert here.get(ONE.id).raw == ONE.raw
        assert here.get(ONE.id).container == case.container
        if case.fate is Fate.NEW_REMOVED:  # not gone at the next unlocking
            assert here.get(ONE.id).removed_at == LATER
        here.check_integrity()
        assert [row.id for row in here.rows("certificate")] == [ONE.id] * case.listed


def test_what_the_person_chose_comes_back(tmp_path: Path) -> None:
    there = filled(tmp_path / "there.ler", (ONE,), removed=False)
    with filled(tmp_path / "here.ler", (ONE,), removed=True) as here:
        copy = opened(there, tmp_path, here.path)
        here.merge(copy, here.differences(copy), revive=[ONE.id], settings={}, now=LATER)
        copy.discard()
        assert here.has(ONE.id)


def test_everything_comes_into_an_empty_vault(tmp_path: Path) -> None:
    there = Vault.create(tmp_path / "there.ler", PASSPHRASE, now=NOW, cost=CHEAP)
    made.fill(there)
    there.set_report(made.KEPT[0].id, '{"x": 1}', LATER, verdict="withdrawn")
    wanted = there.get(made.KEPT[0].id)
    signed = there.sign(there.identities()[0], b"x")
    with Vault.create(tmp_path / "here.ler", PASSPHRASE, now=NOW, cost=CHEAP) as here:
        own = here.create_identity(now=NOW)
        copy = opened(there, tmp_path, here.path)
        found = here.differences(copy)
        assert (found.new_shares, found.same_shares) == (1, 0)
        here.merge(copy, found, revive=(), settings={"learner_name": "Ana"}, now=LATER)
        copy.discard()
        assert replace(here.get(wanted.id), position=0) == replace(wanted, position=0)
        first, came = here.identities()
        assert first == own  # whoever this wallet is of, stays
        assert here.sign(came, b"x") == signed
        assert here.shares() == (made.SHARE,)
        assert here.get_fact(made.FACT.url) == made.FACT
        [change] = here.changes()
        assert (change.id, change.reason) == (made.CHANGE.id, made.CHANGE.reason)
        assert here.setting("learner_name") == "Ana"
        assert {row.id for row in here.removed()} == {made.KEPT[1].id}
        assert [row.id for row in here.rows("emile skills")] == [made.KEPT[0].id]
        here.erase([made.KEPT[0].id])  # it is whole: what belongs to it goes with it
        here.check_integrity()


HOSTILE = {
    "a day that is none": "UPDATE credential SET awarded = 'zzz'",
    "a form that is none": "UPDATE credential SET format = 'nonsense'",
    "a share of no time": "UPDATE share SET made_at = 'never'",
    "a column more": "ALTER TABLE share ADD COLUMN more TEXT",
    "a fact of no time": "UPDATE fact SET read_at = 'never'",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_could_not_be_read_here_does_not_come_in(tmp_path: Path, name: str) -> None:
    there = filled(tmp_path / "there.ler", (ONE,), removed=False)
    there.put_fact(Fact("https://school.example/list", b"x", NOW))
    there.record_share(ShareRecord("s", NOW, None, "who", "what", "link", (ONE.id,), ("one",)))
    with there._writing() as connection:
        connection.execute(HOSTILE[name])
    with filled(tmp_path / "here.ler", (TWO,), removed=False) as here:
        copy = opened(there, tmp_path, here.path)
        with pytest.raises(VaultError) as told:
            here.merge(copy, here.differences(copy), revive=(), settings={}, now=LATER)
        assert told.value.code is Code.BACKUP_BROKEN
        copy.discard()
        assert [one.id for one in here.rows()] == [TWO.id]
        assert here.shares() == ()
        assert here.get_fact("https://school.example/list") is None


def test_a_fact_of_the_future_does_not_come_in(tmp_path: Path) -> None:
    url = "https://school.example/list"
    there = filled(tmp_path / "there.ler", (), removed=False)
    there.put_fact(Fact(url, b"evil", LATER + timedelta(days=9999)))
    with filled(tmp_path / "here.ler", (), removed=False) as here:
        here.put_fact(Fact(url, b"good", NOW))
        copy = opened(there, tmp_path, here.path)
        here.merge(copy, here.differences(copy), revive=(), settings={}, now=LATER)
        copy.discard()
        assert here.get_fact(url).body == b"good"


def test_what_was_read_later_stays(tmp_path: Path) -> None:
    url = "https://school.example/list"
    old, new = Fact(url, b"old", NOW), Fact(url, b"new", LATER)
    for here_has, there_has in ((old, new), (new, old)):
        folder = Path(tempfile.mkdtemp(dir=tmp_path))
        there = filled(folder / "there.ler", (), removed=False)
        there.put_fact(there_has)
        with filled(folder / "here.ler", (), removed=False) as here:
            here.put_fact(here_has)
            copy = opened(there, folder, here.path)
            here.merge(copy, here.differences(copy), revive=(), settings={}, now=LATER)
            copy.discard()
            kept = here.get_fact(url)
            assert kept is not None
            assert kept.body == b"new"


def test_a_merge_that_fails_in_its_midst_changes_nothing(tmp_path: Path) -> None:
    there = filled(tmp_path / "there.ler", tuple(credential(n) for n in range(5)), removed=False)
    there.create_identity(now=NOW)
    with filled(tmp_path / "here.ler", (TWO,), removed=False) as here:
        copy = opened(there, tmp_path, here.path)
        found = here.differences(copy)
        with copy._writing() as connection:
            connection.execute("UPDATE share SET id = 'x'")
            connection.execute("DROP TABLE share_credential")
            connection.execute(
                "INSERT INTO share VALUES ('s', ?, NULL, '', '', '', NULL, NULL)", (str(NOW),)
            )
        before = everything(here)
        with pytest.raises(Exception, match="backup_broken"):
            here.merge(copy, found, revive=(), settings={"x": "y"}, now=LATER)
        assert everything(here) == before
        copy.discard()


def test_what_came_since_the_comparison_is_left_as_it_is(tmp_path: Path) -> None:
    there = filled(tmp_path / "there.ler", (BAKED,), removed=False)
    with filled(tmp_path / "here.ler", (), removed=False) as here:
        copy = opened(there, tmp_path, here.path)
        found = here.differences(copy)
        here.add([OTHER_BAKED], now=LATER)
        here.note_changes([NewChange(ONE.id, LATER, "holds", "ended", "x")])
        here.merge(copy, found, revive=(), settings={}, now=LATER)
        copy.discard()
        assert here.count() == 1
        assert here.get(ONE.id).container == OTHER_BAKED.container
        assert len(here.changes()) == 1


numbers = st.sets(st.integers(0, 7), max_size=6)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(here_has=numbers, there_has=numbers, gone_here=numbers, gone_there=numbers)
def test_a_union_without_loss(
    tmp_path: Path,
    here_has: set[int],
    there_has: set[int],
    gone_here: set[int],
    gone_there: set[int],
) -> None:
    """Whatever was in either is in the vault after it; what was in the list here still is."""
    folder = Path(tempfile.mkdtemp(dir=tmp_path))

    def vault(name: str, has: set[int], gone: set[int]) -> Vault:
        one = Vault.create(folder / name, PASSPHRASE, now=NOW, cost=CHEAP)
        one.add([credential(n) for n in sorted(has)], now=NOW)
        one.remove([credential(n).id for n in has & gone], now=NOW)
        one.create_identity(now=NOW)
        return one

    there = vault("there.ler", there_has, gone_there)
    theirs = there.identities()
    with vault("here.ler", here_has, gone_here) as here:
        ours, listed = here.identities(), {row.id for row in here.rows()}
        removed = {row.id for row in here.removed()}
        copy = opened(there, folder, here.path)
        here.merge(copy, here.differences(copy), revive=(), settings={}, now=LATER)
        again = here.differences(copy)
        copy.discard()
        for n in here_has | there_has:
            assert here.get(credential(n).id).raw == credential(n).raw
        assert listed <= {row.id for row in here.rows()}
        assert removed <= {row.id for row in here.removed()}  # nothing is revived silently
        new = {credential(n).id for n in there_has - gone_there - here_has}
        assert {row.id for row in here.rows()} == listed | new
        assert here.identities() == ours + theirs
        assert not {one.fate for one in again.credentials} & {Fate.NEW, Fate.NEW_REMOVED}
        here.check_integrity()


def test_a_vault_that_was_locked_meanwhile_says_so(tmp_path: Path) -> None:
    there = filled(tmp_path / "there.ler", (ONE,), removed=False)
    here = filled(tmp_path / "here.ler", (), removed=False)
    copy = opened(there, tmp_path, here.path)
    here.close()
    with pytest.raises(VaultError):
        here.differences(copy)
    copy.discard()
