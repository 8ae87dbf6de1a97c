"""What can be read of a damaged vault comes into a new one; nothing wrong does; nothing is hidden.

The damaged file stays as it is, whatever happens.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import make_vault_fixture as made
from tests.unit.storage.vault_helpers import (
    CHEAP,
    NOW,
    OTHER,
    PASSPHRASE,
    credential,
    folder_state,
)
from wallet.crypto import recovery
from wallet.errors import Code, VaultError
from wallet.model import Fact
from wallet.storage import NewChange, NewCredential, Salvaged, ShareRecord, Vault, salvage
from wallet.storage.header import HEADER_BYTES, SlotKind
from wallet.storage.salvaging import Describe
from wallet.storage.slots import Secret

PAGE = 4096
ITEMS = [credential(n, size=1500) for n in range(40)]
BY_RAW = {item.raw: item for item in ITEMS}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("salvage") / "vault.ler"
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.create_identity(now=NOW, seed=bytes(range(32)))
        vault.add(ITEMS, now=NOW)
        vault.remove([ITEMS[3].id], now=NOW)
        vault.set_setting("learner_name", "Ana")
        vault.put_fact(Fact("https://school.example/1", b"x", NOW, from_cache=True))
        vault.note_changes([NewChange(ITEMS[0].id, NOW, "holds", "withdrawn", "revoked")])
        vault.record_share(
            ShareRecord("s", NOW, None, "who", "what", "link", (ITEMS[0].id,), ("one",))
        )
    return path.read_bytes()


def run(path: Path, describe: Describe = lambda raw, _box: BY_RAW.get(raw)) -> Salvaged:
    new = path.with_name("new.ler")
    new.unlink(missing_ok=True)
    return salvage(path, PASSPHRASE, new, describe=describe, now=NOW, cost=CHEAP)


def in_new(found: Salvaged) -> dict[str, bytes]:
    with Vault.unlock(found.path, PASSPHRASE) as vault:
        vault.check_integrity()
        return {row.id: vault.get(row.id).raw for row in [*vault.rows(), *vault.removed()]}


def test_a_whole_vault_comes_over_whole(path: Path, whole: bytes) -> None:
    path.write_bytes(whole)
    found = run(path)
    assert found.is_whole
    assert (found.credentials, found.identities, found.shares) == (40, 1, 1)
    with Vault.unlock(path, PASSPHRASE) as old, Vault.unlock(found.path, PASSPHRASE) as new:
        assert new.rows() == old.rows()
        assert new.rows("lincoln") == old.rows("lincoln") != []
        assert new.removed() == old.removed() != []
        assert [new.get(i.id) for i in ITEMS] == [old.get(i.id) for i in ITEMS]
        assert new.identities() == old.identities()
        assert new.shares() == old.shares() != ()
        assert new.changes() == old.changes() != ()
        assert new.setting("learner_name") == "Ana"
        assert new.get_fact("https://school.example/1") == old.get_fact("https://school.example/1")


def test_any_one_bad_page_costs_only_what_stood_on_it(path: Path, whole: bytes) -> None:
    chance = random.Random(5)
    least, described = 40, 0
    for start in range(HEADER_BYTES, len(whole), PAGE):
        bad = bytearray(whole)
        bad[start + chance.randrange(PAGE)] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        before = folder_state(path.parent)[path.name]
        found = run(path)
        assert folder_state(path.parent)[path.name] == before
        kept = in_new(found)
        assert len(kept) == found.credentials
        assert all(BY_RAW[raw].id == id_ for id_, raw in kept.items())
        assert found.bad_pages == 1
        # Every one that is not there is named.
        assert set(found.lost) == {item.title for item in ITEMS if item.id not in kept}, start
        least, described = min(least, found.credentials), described + found.described_again
    assert 35 <= least < 40  # a page holds two or three of these
    assert described  # some page held lines of the list, and their records were read anew


def test_records_read_anew_stay_where_they_were(tmp_path: Path) -> None:
    """After some were erased, the places that are free are others' places too."""
    path = tmp_path / "vault.ler"
    items = [credential(n, size=200) for n in range(66)]
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.create_identity(now=NOW)
        vault.add(items[:40], now=NOW)
        vault.erase([item.id for item in items[4:30]])
        vault.add(items[40:], now=NOW)
        vault.note_changes([NewChange(items[50].id, NOW, "holds", "withdrawn", "revoked")])
    left = [*items[:4], *items[30:]]
    described, data = 0, path.read_bytes()
    for start in range(HEADER_BYTES, len(data), PAGE):
        bad = bytearray(data)
        bad[start + 700] ^= 1
        path.write_bytes(bad)
        found = run(path, lambda raw, _box: next(i for i in items if i.raw == raw))
        kept = in_new(found)
        assert set(found.lost) == {item.title for item in left if item.id not in kept}
        with Vault.unlock(found.path, PASSPHRASE) as vault:
            assert {one.id for one in vault.changes()} <= {items[50].id}
        described += found.described_again
    assert described


def test_many_bad_pages_leave_what_is_on_the_others(path: Path, whole: bytes) -> None:
    chance = random.Random(6)
    pages = range(HEADER_BYTES + PAGE * 20, len(whole), PAGE)
    bad = bytearray(whole)
    for start in chance.sample(pages, 8):
        bad[start + 99] ^= 1
    path.write_bytes(bad)
    found = run(path)
    assert 15 <= found.credentials < 40
    assert not found.is_whole
    assert in_new(found).items() <= {item.id: item.raw for item in ITEMS}.items()


def test_a_file_that_was_cut_off_gives_what_is_left(path: Path, whole: bytes) -> None:
    path.write_bytes(whole[: len(whole) * 3 // 4 + 1000])
    found = run(path)
    assert 0 < found.credentials < 40
    assert not found.is_whole
    assert in_new(found)


def test_a_bad_salt_takes_the_seals_but_not_the_records(path: Path, whole: bytes) -> None:
    bad = bytearray(whole)
    bad[HEADER_BYTES + 3] ^= 1
    path.write_bytes(bad)
    found = run(path)
    assert (found.credentials, found.identities) == (40, 1)
    assert found.described_again == 40  # what the list says of them is no longer proven


@pytest.mark.parametrize("seed", range(6))
def test_pages_that_open_to_nonsense_are_stepped_over(path: Path, whole: bytes, seed: int) -> None:
    """Without seals nothing tells a bad page, so that reading it must bear anything."""
    chance = random.Random(seed)
    bad = bytearray(whole)
    bad[HEADER_BYTES + 3] ^= 1
    for _ in range(60):
        bad[HEADER_BYTES + 100 + chance.randrange(len(bad) - HEADER_BYTES - 100)] ^= 0xFF
    path.write_bytes(bad)
    try:
        found = run(path)
    except VaultError as error:
        assert error.code is Code.NOTHING_TO_SAVE  # noqa: PT017 either outcome is right
    else:
        assert found.credentials
        assert in_new(found).items() <= {item.id: item.raw for item in ITEMS}.items()


def test_what_a_crash_left_in_the_log_comes_too(path: Path, tmp_path: Path) -> None:
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.create_identity(now=NOW)
        vault.add(ITEMS[:3], now=NOW)
        (tmp_path / "crashed").mkdir()
        for file in path.parent.glob("vault.ler*"):
            shutil.copyfile(file, tmp_path / "crashed" / file.name)
    crashed = tmp_path / "crashed" / path.name
    assert len(list(crashed.parent.iterdir())) == 2  # with a log
    before = folder_state(crashed.parent)
    found = run(crashed)
    assert found.credentials == 3
    assert before.items() <= folder_state(crashed.parent).items()
    assert sorted(f.name for f in crashed.parent.iterdir()) == [
        "new.ler",
        "vault.ler",
        "vault.ler-wal",
    ]


def test_an_older_vault_is_salvaged_into_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "vault.ler"
    shutil.copyfile(Path(__file__).parents[2] / "vaults" / "version-1.ler", path)
    new = tmp_path / "new.ler"
    found = salvage(
        path,
        made.PASSPHRASE,
        new,
        describe=lambda _raw, _box: None,
        now=NOW,
        cost=CHEAP,
    )
    assert found.is_whole
    with Vault.unlock(new, made.PASSPHRASE) as vault:
        assert vault.get(made.KEPT[0].id).raw == made.KEPT[0].raw
        assert vault.get_fact(made.FACT.url) == made.FACT


@pytest.mark.parametrize(
    ("offset", "code"),
    [
        (4040, None),  # only the digest: the slots prove that they are whole
        (2000, None),  # room for further slots
        (60, Code.VAULT_KEYS_LOST),  # in the sealed key itself
        (30, Code.VAULT_KEYS_LOST),  # in the id that the key is bound to
    ],
)
def test_both_copies_of_the_header_bad(
    path: Path, whole: bytes, offset: int, code: Code | None
) -> None:
    bad = bytearray(whole)
    bad[offset] ^= 1
    bad[4096 + offset] ^= 1
    path.write_bytes(bad)
    assert refusal(lambda: Vault.unlock(path, PASSPHRASE)) is Code.VAULT_KEYS_LOST
    if code is None:
        assert run(path).credentials == 40
    else:
        assert refusal(lambda: run(path)) is code
        assert path.read_bytes() == bad
        assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_nothing_readable_makes_no_new_vault(path: Path, whole: bytes) -> None:
    bad = bytearray(whole)
    for start in range(HEADER_BYTES, len(whole), 16):
        bad[start] ^= 1
    path.write_bytes(bad)
    assert refusal(lambda: run(path)) is Code.NOTHING_TO_SAVE
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_wrong_passphrase_and_a_place_that_is_taken_are_refused(path: Path, whole: bytes) -> None:
    path.write_bytes(whole)
    new = path.with_name("new.ler")

    def go(passphrase: str) -> None:
        salvage(
            path,
            passphrase,
            new,
            describe=lambda _raw, _box: None,
            now=NOW,
            cost=CHEAP,
        )

    assert refusal(lambda: go(OTHER)) is Code.WRONG_PASSPHRASE
    assert not new.exists()
    new.write_bytes(b"mine")
    assert refusal(lambda: go(PASSPHRASE)) is Code.VAULT_EXISTS
    assert new.read_bytes() == b"mine"
    with Vault.unlock(path, PASSPHRASE):
        assert refusal(lambda: go(PASSPHRASE)) is Code.VAULT_BUSY


def test_a_recovery_code_opens_what_it_saved(path: Path, whole: bytes) -> None:
    path.write_bytes(whole)
    code = Secret(SlotKind.RECOVERY, recovery.new_code())
    with Vault.unlock(path, PASSPHRASE) as vault:
        vault.add_way(vault.prepare_way(PASSPHRASE, code, cost=CHEAP))
    new = path.with_name("new.ler")
    how = {"describe": lambda _raw, _box: None, "now": NOW, "cost": CHEAP}
    found = salvage(path, code, new, **how)
    assert found.is_whole
    with Vault.unlock(new, code) as vault:
        assert vault.count() + len(vault.removed()) == found.credentials
        assert [way.kind for way in vault.ways()] == [SlotKind.RECOVERY]
        vault.change_passphrase(code, OTHER, cost=CHEAP)
    Vault.unlock(new, OTHER).close()
    keychain = Secret(SlotKind.KEYCHAIN, bytearray(32))
    with pytest.raises(ValueError, match="nobody could open"):
        salvage(path, keychain, path.with_name("third.ler"), **how)


def test_what_a_power_cut_left_of_a_salvage_is_no_wallet_and_in_nobodys_way(
    path: Path, whole: bytes
) -> None:
    path.write_bytes(whole)
    left = path.with_name(".new.ler.saving")
    Vault.create(left, PASSPHRASE, now=NOW, cost=CHEAP).close()
    assert run(path).is_whole
    assert sorted(file.name for file in path.parent.iterdir()) == ["new.ler", path.name]


def test_bytes_under_another_id_are_not_brought_over(path: Path, whole: bytes) -> None:
    path.write_bytes(whole)
    with Vault.unlock(path, PASSPHRASE) as vault, vault._writing() as connection:
        connection.execute("UPDATE original SET raw = x'00' WHERE position = 5")
    with Vault.unlock(path, PASSPHRASE) as vault:
        assert refusal(vault.check_integrity) is Code.VAULT_DAMAGED
    found = run(path)
    assert (found.credentials, found.lost) == (39, (ITEMS[4].title,))


def test_a_key_under_another_name_is_found_and_not_brought_over(path: Path, whole: bytes) -> None:
    path.write_bytes(whole)
    with Vault.unlock(path, PASSPHRASE) as vault, vault._writing() as connection:
        connection.execute("UPDATE identity SET seed = zeroblob(32)")
    with Vault.unlock(path, PASSPHRASE) as vault:
        assert refusal(vault.check_integrity) is Code.VAULT_DAMAGED
    found = run(path)
    assert (found.identities, found.lost_identities) == (0, 1)


def refusal(act: Callable[[], object]) -> Code:
    with pytest.raises(VaultError) as caught:
        act()
    return caught.value.code


def unknown(_raw: bytes, _box: bytes | None) -> NewCredential | None:
    return None


def test_a_record_that_cannot_be_read_anew_is_counted(path: Path, whole: bytes) -> None:
    path.write_bytes(whole)
    with Vault.unlock(path, PASSPHRASE) as vault:
        connection = vault._opened()
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("DELETE FROM credential WHERE position = 7")
    assert run(path, unknown).undescribed == 1
    again = run(path)
    assert (again.credentials, again.described_again, again.undescribed) == (40, 1, 0)
