"""Facts with their origin, and which of them go when there is no more room."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.storage.vault_helpers import NOW, credential
from wallet.errors import Code, VaultError
from wallet.model import Fact, Origin
from wallet.storage import CheckedReport, NewChange, Vault, facts
from wallet.storage.changes import MAX_OF_ONE

A, B, C = (f"https://{name}.example/list" for name in "abc")
DAY = timedelta(days=1)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let all facts together have 1000 bytes."""
    put = facts.put
    monkeypatch.setattr(facts, "put", lambda db, fact: put(db, fact, limit=1000))


def kept(vault: Vault) -> set[str]:
    return {url for url in (A, B, C) if vault.get_fact(url) is not None}


def test_a_fact_comes_back_with_its_origin(vault: Vault) -> None:
    origin = Origin("https://other.example/list", "cd" * 32, NOW + DAY)
    vault.put_fact(Fact(A, b"x", NOW, origin=origin))
    assert vault.get_fact(A) == Fact(A, b"x", NOW, from_cache=True, origin=origin)
    vault.put_fact(Fact(A, b"saved", NOW + DAY))
    assert vault.get_fact(A) == Fact(A, b"saved", NOW + DAY, from_cache=True)


@pytest.mark.usefixtures("small")
def test_without_room_what_was_read_longest_ago_goes(vault: Vault) -> None:
    vault.put_fact(Fact(A, bytes(400), NOW))
    vault.put_fact(Fact(B, bytes(400), NOW - DAY))
    vault.put_fact(Fact(C, bytes(400), NOW))
    assert kept(vault) == {A, C}


@pytest.mark.usefixtures("small")
def test_what_a_credential_needs_never_goes(vault: Vault) -> None:
    vault.add([credential(1, needs=(A, B))], now=NOW)
    vault.put_fact(Fact(A, bytes(500), NOW - 2 * DAY))
    vault.put_fact(Fact(B, bytes(500), NOW - DAY))
    vault.put_fact(Fact(C, bytes(10), NOW))
    assert kept(vault) == {A, B}
    assert vault.get_fact(C) is None


@pytest.mark.usefixtures("small")
def test_a_newer_reading_takes_the_place_of_the_older(vault: Vault) -> None:
    vault.put_fact(Fact(A, bytes(900), NOW))
    vault.put_fact(Fact(A, bytes(950), NOW + DAY))
    found = vault.get_fact(A)
    assert found is not None
    assert len(found.body) == 950


def test_what_was_needed_once_stays_needed(vault: Vault) -> None:
    [added] = vault.add([credential(1, needs=(A,))], now=NOW)
    vault.set_reports([CheckedReport(added.id, "{}", NOW, needs=(B,))])
    vault.put_fact(Fact(A, b"x", NOW))
    vault.put_fact(Fact(B, b"x", NOW))
    with vault._writing() as connection:
        facts.put(connection, Fact(C, b"xx", NOW), limit=3)
    assert kept(vault) == {A, B}


def test_erasing_a_credential_takes_the_facts_that_only_it_needed(vault: Vault) -> None:
    first, _ = vault.add([credential(1, needs=(A, B)), credential(2, needs=(B,))], now=NOW)
    for url in (A, B, C):
        vault.put_fact(Fact(url, b"x", NOW))
    vault.erase([first.id])
    assert kept(vault) == {B, C}


def test_changes_are_listed_until_they_are_put_aside(vault: Vault) -> None:
    one, two = vault.add([credential(1), credential(2)], now=NOW)
    vault.note_changes(
        [
            NewChange(one.id, NOW, "holds", "withdrawn", "revoked", NOW - DAY),
            NewChange(two.id, NOW, "unchecked", "holds", "holds_again"),
        ]
    )
    later, earlier = vault.changes()
    assert (later.id, later.title, later.reason_at) == (two.id, "Certificate 2", None)
    assert (earlier.before, earlier.after, earlier.reason_at) == ("holds", "withdrawn", NOW - DAY)
    vault.see_changes([earlier.number], now=NOW + DAY)
    vault.see_changes([earlier.number], now=NOW + 2 * DAY)
    assert [change.id for change in vault.changes()] == [two.id]
    assert [change.seen_at for change in vault.changes(seen=True)] == [None, NOW + DAY]


def test_changes_of_what_was_removed_wait_and_of_what_was_erased_go(vault: Vault) -> None:
    [one] = vault.add([credential(1)], now=NOW)
    vault.note_changes([NewChange(one.id, NOW, "holds", "ended", "ended")])
    vault.remove([one.id], now=NOW)
    assert vault.changes() == ()
    vault.restore([one.id])
    assert len(vault.changes()) == 1
    vault.erase([one.id])
    assert vault.changes(seen=True) == ()


def test_a_credential_has_so_many_changes_at_most(vault: Vault) -> None:
    [one] = vault.add([credential(1)], now=NOW)
    vault.note_changes(
        NewChange(one.id, NOW + n * DAY, "holds", "ended", str(n)) for n in range(MAX_OF_ONE + 3)
    )
    listed = vault.changes()
    assert len(listed) == MAX_OF_ONE
    assert listed[-1].reason == "3"


def test_a_change_of_nothing_we_have_is_refused(vault: Vault) -> None:
    with pytest.raises(VaultError) as caught:
        vault.note_changes([NewChange("0" * 64, NOW, "holds", "ended", "ended")])
    assert caught.value.code is Code.NO_SUCH_CREDENTIAL


def test_what_a_credential_needs_is_bounded(vault: Vault) -> None:
    many = tuple(f"https://a.example/{n:04}" for n in range(300))
    [one] = vault.add([credential(1, needs=many[:100])], now=NOW)
    vault.set_reports([CheckedReport(one.id, "{}", NOW, needs=many)])
    assert len(vault.needed()) == 120
    assert set(many[:100]) <= set(vault.needed())


def test_what_was_unread_the_longest_comes_first(vault: Vault) -> None:
    one, two = vault.add([credential(1, needs=(A, B)), credential(2, needs=(C,))], now=NOW)
    vault.put_fact(Fact(A, b"x", NOW))
    vault.put_fact(Fact(B, b"x", NOW - DAY))
    assert vault.needed() == (C, B, A)
    vault.remove([two.id], now=NOW)
    assert vault.needed() == (B, A)
    vault.remove([one.id], now=NOW)
    assert vault.needed() == ()


def test_a_round_leaves_out_what_was_erased_meanwhile(vault: Vault) -> None:
    one, two = vault.add([credential(1), credential(2)], now=NOW)
    vault.erase([two.id])
    vault.record_round(
        [CheckedReport(added.id, '{"new": 1}', NOW, "holds") for added in (one, two)],
        [NewChange(added.id, NOW, "holds", "ended", "ended") for added in (one, two)],
    )
    assert vault.get(one.id).report_json == '{"new": 1}'
    assert [change.id for change in vault.changes()] == [one.id]
