"""A vault with an altered byte never opens silently: what is read is right, or VAULT_DAMAGED."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.unit.storage.vault_helpers import CHEAP, NOW, PASSPHRASE, credential
from wallet.errors import Code, VaultError
from wallet.storage import Vault
from wallet.storage.header import HEADER_BYTES

ITEMS = [credential(n, size=1500) for n in range(30)]
PAGE = 4096


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("damage") / "vault.ler"
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.create_identity(now=NOW)
        vault.add(ITEMS, now=NOW)
    return path.read_bytes()


def read_all(path: Path) -> Code | None:
    """Return None when everything in the vault is as it was kept, else why it cannot be read."""
    try:
        with Vault.unlock(path, PASSPHRASE) as vault:
            assert [vault.get(item.id).raw for item in ITEMS] == [item.raw for item in ITEMS]
            assert len(vault.rows("lincoln")) == len(ITEMS)
            vault.sign(vault.identities()[0], b"x")
            vault.check_integrity()
    except VaultError as error:
        return error.code
    return None


def test_the_vault_that_is_damaged_below_is_good(path: Path, whole: bytes) -> None:
    path.write_bytes(whole)
    assert read_all(path) is None


def test_an_altered_byte_in_any_page_is_found(path: Path, whole: bytes) -> None:
    chance = random.Random(7)
    for start in range(HEADER_BYTES, len(whole), PAGE):
        bad = bytearray(whole)
        bad[start + chance.randrange(PAGE)] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        assert read_all(path) is Code.VAULT_DAMAGED, f"page at {start}"


def test_pages_changed_places_are_found(path: Path, whole: bytes) -> None:
    pages = [whole[at : at + PAGE] for at in range(HEADER_BYTES, len(whole), PAGE)]
    for first in range(1, len(pages) - 1, 3):
        moved = pages.copy()
        moved[first], moved[first + 1] = moved[first + 1], moved[first]
        path.write_bytes(whole[:HEADER_BYTES] + b"".join(moved))
        assert read_all(path) is Code.VAULT_DAMAGED, f"page {first}"


def test_an_altered_byte_in_the_header_is_made_good(path: Path, whole: bytes) -> None:
    chance = random.Random(8)
    for _ in range(60):
        bad = bytearray(whole)
        bad[chance.randrange(HEADER_BYTES)] ^= 1 << chance.randrange(8)
        path.write_bytes(bad)
        assert read_all(path) is None
        for copy in (0, 4096):  # the last 32 bytes of a copy's place are nobody's
            assert path.read_bytes()[copy : copy + 4064] == whole[:4064]


def test_both_header_copies_altered_is_damage_and_stays_as_it_is(path: Path, whole: bytes) -> None:
    for offset in (30, 100, 140, 4040):
        bad = bytearray(whole)
        bad[offset] ^= 1
        bad[4096 + offset] ^= 1
        path.write_bytes(bad)
        assert read_all(path) is Code.VAULT_KEYS_LOST
        assert path.read_bytes() == bad


def test_a_page_that_goes_bad_under_an_open_vault_is_an_answer(path: Path, whole: bytes) -> None:
    path.write_bytes(whole)
    with Vault.unlock(path, PASSPHRASE) as vault:
        vault._opened().execute("PRAGMA cache_size=0")
        with path.open("r+b") as file:
            for at in range(HEADER_BYTES + PAGE, len(whole), PAGE):
                file.seek(at + 100)
                file.write(b"\0" * 16)
        with pytest.raises(VaultError) as caught:
            vault.check_integrity()
        assert caught.value.code is Code.VAULT_DAMAGED
