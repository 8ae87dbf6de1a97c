"""What comes in with a backup: all of one's own, and of another wallet nothing but the bytes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.world import World
from wallet.app import State, Verifier, Wallet
from wallet.bringing_back import RestorePlan
from wallet.errors import Code, VaultError
from wallet.model import Fact
from wallet.storage import CheckedReport, Cost, NewChange, Vault
from wallet.verify import Policy

NOW = datetime(2026, 5, 20, 12, 0, tzinfo=UTC)
CHEAP = Cost(memory_kib=64, iterations=1, lanes=1)
PASSPHRASE, OTHER = "seven quiet herons", "eight loud herons"
URL = "https://college.example/did.json"


class Person:
    """A wallet of somebody's, with a backup of it."""

    def __init__(self, world: World, folder: Path, name: str, passphrase: str) -> None:
        folder.mkdir()
        self.folder, self.passphrase, self.world = folder, passphrase, world
        self.backup = folder / "copy.ler-backup"
        verifier = Verifier(world, policy=Policy(), clock=lambda: NOW)
        self.verifier = verifier
        self.wallet = Wallet(verifier, clock=lambda: NOW, cost=CHEAP)
        self.wallet.create(folder / "wallet.ler", passphrase, name=name)

    def keep(self, data: bytes) -> str:
        return self.wallet.keep([self.verifier.check(data)]).added[0]

    @property
    def vault(self) -> Vault:
        return self.wallet._open()

    def back_up(self) -> Path:
        self.wallet.backups.make(self.backup)
        return self.backup

    def look_into(self, backup: Path, passphrase: str) -> RestorePlan:
        plan = self.wallet.restoring.open(backup, passphrase)
        assert plan is not None
        return plan


@pytest.fixture
def world() -> World:
    return World(NOW)


@pytest.fixture
def people(world: World, tmp_path: Path) -> Iterator[tuple[Person, Person]]:
    ana = Person(world, tmp_path / "ana", "Ana", PASSPHRASE)
    kim = Person(world, tmp_path / "kim", "Kim", OTHER)
    yield ana, kim
    for one in (ana, kim):
        one.wallet.lock()


def claim(person: Person, record: str, issuer: str) -> None:
    """Let a wallet say of a record what is not so, as whoever prepares a backup may."""
    with person.vault.filling() as connection:
        connection.execute(
            "UPDATE credential SET title = 'Doctor of Medicine', issuer_name = 'State Board',"
            " kind = 'license', ends = NULL WHERE id = ?",
            (record,),
        )
    report = person.wallet.entry(record).report
    person.vault.set_reports([CheckedReport(record, _json(report), NOW, State.HOLDS.value)])
    person.vault.put_fact(Fact(URL, b"{}", NOW))
    person.vault.note_changes([NewChange(record, NOW, "broken", "holds", "issuer_known")])
    person.wallet.trust_issuer(issuer, name="State Board")


def _json(report: object) -> str:
    from wallet.report import VerificationReport, to_json

    assert isinstance(report, VerificationReport)
    return to_json(report)


def test_nothing_another_wallet_said_of_a_record_is_believed(
    world: World, people: tuple[Person, Person]
) -> None:
    ana, kim = people
    issuer = world.issuer("Ridge College")
    altered = world.issue(issuer, title="Welding").replace(b"Welding", b"Walding")
    record = kim.keep(altered)
    claim(kim, record, issuer.id)
    [told] = kim.wallet.rows()
    assert (told.title, told.state) == ("Doctor of Medicine", State.HOLDS)
    plan = ana.look_into(kim.back_up(), OTHER)
    assert plan.other_wallet
    assert [one.title for one in plan.differences.credentials] == ["Walding"]
    assert plan.trusted == ()
    ana.wallet.restoring.merge(plan)
    [row] = ana.wallet.rows()
    assert (row.title, row.issuer_name, row.state) == ("Walding", "Ridge College", State.BROKEN)
    assert ana.wallet.rows("Doctor") == []
    assert [found.id for found in ana.wallet.rows("walding")] == [record]
    assert ana.wallet.entry(record).credential.raw == altered
    assert ana.wallet.trusted_issuers() == {}
    assert ana.vault.get_fact(URL) is None
    assert ana.wallet.notices(seen=True) == []
    ana.vault.check_integrity()


def test_a_record_is_checked_with_what_this_wallet_knows(
    world: World, people: tuple[Person, Person]
) -> None:
    ana, kim = people
    issuer = world.issuer("Ridge College")
    record = kim.keep(world.issue(issuer, title="Welding"))
    ana.wallet.trust_issuer(issuer.id, name="My college")
    ana.wallet.restoring.merge(ana.look_into(kim.back_up(), OTHER))
    [row] = ana.wallet.rows()
    assert (row.id, row.state) == (record, State.HOLDS)
    assert len(ana.vault.identities()) == 2  # the key that it was issued to may be the other one


def test_how_another_wallet_was_set_does_not_come_in(
    world: World, people: tuple[Person, Person]
) -> None:
    ana, kim = people
    kim.keep(world.issue(world.issuer("Ridge College"), title="Welding"))
    for key, value in (("lock_minutes", "99999"), ("whatever", "9" * 5000)):
        kim.vault.set_setting(key, value)
    plan = ana.look_into(kim.back_up(), OTHER)
    assert (plan.learner_name, plan.settings, plan.kept_settings) == ("Kim", (), ())
    ana.wallet.restoring.merge(plan)
    assert ana.wallet.setting("lock_minutes") is None
    assert ana.wallet.setting("whatever") is None
    assert len(ana.wallet.rows()) == 1


def test_ones_own_backup_brings_all_that_was_known(
    world: World, people: tuple[Person, Person]
) -> None:
    ana, _ = people
    issuer = world.issuer("Ridge College")
    record = ana.keep(world.issue(issuer, title="Welding"))
    ana.vault.put_fact(Fact(URL, b"{}", NOW - timedelta(days=1)))
    ana.wallet.trust_issuer(issuer.id, name="My college")
    ana.back_up()
    ana.wallet.remove([record])
    ana.wallet.erase([record])
    ana.wallet.distrust_issuer(issuer.id)
    with ana.vault.filling() as connection:
        connection.execute("DELETE FROM fact")
    ana.wallet.change_passphrase(PASSPHRASE, OTHER)  # the key is the same, whatever opens it
    plan = ana.look_into(ana.backup, PASSPHRASE)
    assert not plan.other_wallet
    assert plan.trusted == (issuer.id,)
    ana.wallet.restoring.merge(plan)
    assert [row.id for row in ana.wallet.rows()] == [record]
    assert ana.vault.get_fact(URL) is not None
    assert list(ana.wallet.trusted_issuers()) == [issuer.id]


def test_a_backup_that_borrowed_the_wallets_id_is_still_another_wallets(
    people: tuple[Person, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, _ = people
    its_id = bytes.fromhex(_id_of(ana.vault.path))
    monkeypatch.setattr(
        "wallet.storage.opening.secrets.token_bytes",
        lambda many: its_id if many == 16 else os.urandom(many),
    )
    thief = Person(ana.world, ana.folder.with_name("thief"), "Ana", OTHER)
    monkeypatch.undo()
    assert _id_of(thief.vault.path) == _id_of(ana.vault.path)
    plan = ana.look_into(thief.back_up(), OTHER)
    thief.wallet.lock()
    assert plan.other_wallet


def _id_of(path: Path) -> str:
    from wallet.storage import inspect

    return inspect(path).vault_id


def test_reading_anew_can_be_stopped_and_leaves_nothing(
    world: World, people: tuple[Person, Person]
) -> None:
    ana, kim = people
    issuer = world.issuer("Ridge College")
    for number in range(3):
        kim.keep(world.issue(issuer, title=f"Diploma {number}"))
    told = []

    def stop(done: int, total: int) -> bool:
        told.append((done, total))
        return done < 1

    assert ana.wallet.restoring.open(kim.back_up(), OTHER, progress=stop) is None
    assert told == [(0, 3), (1, 3)]
    assert [file.name for file in ana.folder.glob(".*restoring*")] == []
    assert ana.wallet.rows() == []


def test_bytes_that_are_not_those_of_their_id_are_refused(
    world: World, people: tuple[Person, Person]
) -> None:
    ana, kim = people
    record = kim.keep(world.issue(world.issuer("Ridge College"), title="Welding"))
    with kim.vault.filling() as connection:
        connection.execute("UPDATE credential SET id = ? WHERE id = ?", ("0" * 64, record))
    path = kim.vault.path
    kim.wallet.lock()
    with pytest.raises(VaultError) as caught:
        ana.look_into(path, OTHER)
    assert caught.value.code is Code.BACKUP_BROKEN
