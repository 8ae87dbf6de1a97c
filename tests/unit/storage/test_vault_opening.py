from __future__ import annotations

import gc
import os
import stat
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import apsw
import pytest

from tests.unit.storage.vault_helpers import CHEAP, NOW, OTHER, PASSPHRASE, credential, folder_state
from wallet.crypto import sealing
from wallet.crypto.sealing import Cost
from wallet.errors import Code, VaultError
from wallet.storage import Vault, container, header, inspect, opening, schema
from wallet.storage.container import ContainerFile
from wallet.storage.header import HEADER_BYTES, Header, Slot
from wallet.storage.opening import database_key, unseal


def refused(path: Path, passphrase: str = PASSPHRASE) -> Code:
    """Return the code of a refused unlock, having checked that nothing changed on the disk."""
    before = folder_state(path.parent)
    with pytest.raises(VaultError) as caught:
        Vault.unlock(path, passphrase)
    assert folder_state(path.parent) == before
    return caught.value.code


@pytest.fixture
def closed(vault: Vault) -> Path:
    vault.add([credential(n) for n in range(5)], now=NOW)
    vault.close()
    return vault.path


def rewrite_header(path: Path, **changes: object) -> None:
    file = container.open_existing(path)
    file.write_header(replace(file.read_header(), **changes))  # type: ignore[arg-type]
    file.close()


def test_what_was_kept_is_there_after_closing_and_unlocking(closed: Path) -> None:
    with Vault.unlock(closed, PASSPHRASE) as vault:
        assert [row.title for row in vault.rows()] == [f"Certificate {n}" for n in range(5)]
        vault.check_integrity()


def test_a_new_vault_is_one_file_only_its_owner_can_read(tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "vault.ler"
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as vault:
        vault.add([credential(1)], now=NOW)
        modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [f.name for f in path.parent.iterdir()] == ["vault.ler"]


def test_a_wrong_passphrase_is_refused(closed: Path) -> None:
    for wrong in ("", OTHER, PASSPHRASE + " ", PASSPHRASE.upper()):
        assert refused(closed, wrong) is Code.WRONG_PASSPHRASE


def test_no_file_no_vault(tmp_path: Path) -> None:
    assert refused(tmp_path / "vault.ler") is Code.VAULT_MISSING
    assert refused(tmp_path / "folder" / "vault.ler") is Code.VAULT_MISSING


@pytest.mark.parametrize("content", [b"", b"{}", b"SQLite format 3\0" + bytes(8192), bytes(20000)])
def test_another_file_is_no_vault(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert refused(path) is Code.NOT_A_VAULT
    with pytest.raises(VaultError) as caught:
        inspect(path)
    assert caught.value.code is Code.NOT_A_VAULT


def test_a_folder_is_no_vault(path: Path) -> None:
    path.mkdir()
    assert refused(path) is Code.NOT_A_VAULT


@pytest.mark.parametrize("kept", [100, 4096, HEADER_BYTES - 1, HEADER_BYTES, 9000, 12288, 0.5, -1])
def test_a_cut_file_is_damaged(closed: Path, kept: float) -> None:
    whole = closed.read_bytes()
    length = int(len(whole) * kept) if isinstance(kept, float) else int(kept) % len(whole)
    closed.write_bytes(whole[:length])
    if length > 4096 * 4:  # what is missing may not be read by unlocking
        with (
            pytest.raises(VaultError) as caught,
            Vault.unlock(closed, PASSPHRASE) as vault,
        ):
            vault.check_integrity()
        assert caught.value.code is Code.VAULT_DAMAGED
    else:
        header_too = length < 4064
        assert refused(closed) is (Code.VAULT_KEYS_LOST if header_too else Code.VAULT_DAMAGED)


def test_a_database_of_another_vault_is_damage_not_a_wrong_passphrase(
    closed: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.ler"
    Vault.create(other, PASSPHRASE, now=NOW, cost=CHEAP).close()
    closed.write_bytes(closed.read_bytes()[:HEADER_BYTES] + other.read_bytes()[HEADER_BYTES:])
    assert refused(closed) is Code.VAULT_DAMAGED


def test_one_damaged_header_copy_is_repaired_from_the_other(closed: Path) -> None:
    whole = closed.read_bytes()
    for offset in (0, 20, 60, 4032, 4096, 4160):
        bad = bytearray(whole)
        bad[offset] ^= 1
        closed.write_bytes(bad)
        with Vault.unlock(closed, PASSPHRASE) as vault:
            assert vault.count() == 5
        assert closed.read_bytes()[:HEADER_BYTES] == whole[:HEADER_BYTES]


def test_a_newer_vault_is_refused_before_the_passphrase_is_even_tried(closed: Path) -> None:
    rewrite_header(closed, schema_version=schema.SCHEMA_VERSION + 1)
    assert refused(closed, "not even right") is Code.VAULT_TOO_NEW
    assert inspect(closed).schema_version == schema.SCHEMA_VERSION + 1
    rewrite_header(closed, schema_version=1, layout_version=2)
    assert refused(closed) is Code.VAULT_TOO_NEW
    with pytest.raises(VaultError) as caught:
        inspect(closed)
    assert caught.value.code is Code.VAULT_TOO_NEW


def test_newer_tables_are_refused_untouched(closed: Path) -> None:
    file = container.open_existing(closed)
    key = unseal(file, PASSPHRASE)
    connection = container.connect(closed, database_key(file, key))
    connection.execute("PRAGMA user_version=99")
    connection.close()
    file.close()
    assert refused(closed) is Code.VAULT_TOO_NEW


@pytest.mark.parametrize(
    "cost", [Cost(2**32 - 1, 1, 1), Cost(8, 2**32 - 1, 1), Cost(8, 1, 0), Cost(1 << 20, 64, 1)]
)
def test_a_header_that_asks_for_too_much_work_is_refused(closed: Path, cost: Cost) -> None:
    numbers = b"".join(n.to_bytes(4, "big") for n in (cost.memory_kib, cost.iterations, cost.lanes))
    rewrite_header(closed, slots=(Slot(1, numbers + bytes(120 - 12)),))
    assert refused(closed) is Code.VAULT_DAMAGED


def test_a_vault_in_use_is_busy(vault: Vault) -> None:
    vault.add([credential(1)], now=NOW)
    assert refused(vault.path) is Code.VAULT_BUSY
    assert refused(vault.path, "wrong") is Code.VAULT_BUSY
    assert inspect(vault.path).layout_version == header.LAYOUT_VERSION
    # Looking at it must not have let go of the lock.
    assert refused(vault.path) is Code.VAULT_BUSY
    assert vault.count() == 1


_HOLD = """
import sys
from pathlib import Path
from wallet.storage import Vault
vault = Vault.unlock(Path(sys.argv[1]), sys.argv[2])
print("open", flush=True)
sys.stdin.readline()
"""


def test_a_vault_in_use_by_another_process_is_busy_until_that_ends(closed: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(closed), PASSPHRASE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[3],
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stderr is not None
        assert other.stdout.readline() == "open\n"
        assert refused(closed) is Code.VAULT_BUSY
        other.stdin.close()
        assert other.wait(10) == 0
        assert other.stderr.read() == ""
    Vault.unlock(closed, PASSPHRASE).close()


def test_a_vault_that_nobody_closed_lets_go_of_its_lock(closed: Path) -> None:
    forgotten = [Vault.unlock(closed, PASSPHRASE)]
    forgotten[0].add([credential(50)], now=NOW)
    with pytest.warns(ResourceWarning):
        forgotten.clear()
    gc.collect()
    with Vault.unlock(closed, PASSPHRASE) as again:
        assert again.has(credential(50).id)


def test_a_link_in_the_place_of_the_draft_is_not_followed(path: Path) -> None:
    precious = path.with_name("precious")
    precious.write_bytes(b"of somebody")
    path.with_name(f".{path.name}.new").symlink_to(precious)
    Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP).close()
    assert precious.read_bytes() == b"of somebody"
    assert not path.is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="modes and links of POSIX")
@pytest.mark.parametrize("planted", ["mode", "link"])
def test_a_file_that_somebody_put_in_the_place_of_the_draft_is_not_used(
    path: Path, planted: str
) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(b"")
    draft.chmod(0o666 if planted == "mode" else 0o600)
    if planted == "link":
        draft.with_name("other name").hardlink_to(draft)
    with draft.open("rb") as held:
        Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP).close()
        assert held.read() == b""
        assert not os.path.samestat(os.fstat(held.fileno()), path.stat())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_nlink == 1


def test_a_draft_that_was_replaced_meanwhile_is_not_published(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = opening._write_whole

    def replaced(file: ContainerFile, *rest: object, **more: object) -> None:
        whole(file, *rest, **more)  # type: ignore[arg-type]
        file.path.unlink()
        file.path.write_bytes(b"another")

    monkeypatch.setattr(opening, "_write_whole", replaced)
    with pytest.raises(VaultError) as caught:
        Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    assert caught.value.code is Code.VAULT_BUSY
    assert not path.exists()


def test_a_vault_that_takes_more_memory_than_there_is_says_so(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Starved:
        def __init__(self, **_: object) -> None:
            raise MemoryError

    monkeypatch.setattr(sealing, "Argon2id", Starved)
    assert refused(closed) is Code.VAULT_TOO_COSTLY


def test_nothing_works_after_closing_and_closing_twice_is_fine(vault: Vault) -> None:
    vault.close()
    vault.close()
    for call in (
        vault.rows,
        vault.count,
        vault.identities,
        lambda: vault.add([credential(1)], now=NOW),
        lambda: vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP),
    ):
        with pytest.raises(VaultError) as caught:
            call()
        assert caught.value.code is Code.VAULT_LOCKED


def test_creating_never_replaces_anything(path: Path) -> None:
    path.write_bytes(b"something of mine")
    before = folder_state(path.parent)
    with pytest.raises(VaultError) as caught:
        Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    assert caught.value.code is Code.VAULT_EXISTS
    assert folder_state(path.parent) == before


def test_a_file_that_appears_while_creating_is_not_replaced(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = container.publish

    def late(draft: Path, final: Path) -> None:
        final.write_bytes(b"came in between")
        publish(draft, final)

    monkeypatch.setattr(container, "publish", late)
    with pytest.raises(VaultError) as caught:
        Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    assert caught.value.code is Code.VAULT_EXISTS
    assert [f.name for f in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == b"came in between"


def test_creating_works_where_there_are_no_hard_links(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(self: Path, target: Path) -> None:
        raise PermissionError(1, "not on FAT")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP).close()
    Vault.unlock(path, PASSPHRASE).close()
    assert [f.name for f in path.parent.iterdir()] == [path.name]


def test_a_short_passphrase_is_refused_and_nothing_is_made(path: Path) -> None:
    for short in ("", "1234567", "ﬀ" * 3):
        with pytest.raises(VaultError) as caught:
            Vault.create(path, short, now=NOW, cost=CHEAP)
        assert caught.value.code is Code.PASSPHRASE_TOO_SHORT
    assert list(path.parent.iterdir()) == []


def test_a_log_left_by_a_deleted_vault_does_no_harm(vault: Vault, path: Path) -> None:
    vault.add([credential(1)], now=NOW)
    log = path.with_name(path.name + "-wal").read_bytes()
    vault.close()
    path.unlink()
    path.with_name(path.name + "-wal").write_bytes(log)
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as new:
        assert new.count() == 0
        new.check_integrity()


def test_a_draft_left_by_a_crash_is_written_over(path: Path) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(os.urandom(30000))
    draft.with_name(draft.name + "-wal").write_bytes(os.urandom(3000))
    Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP).close()
    assert [f.name for f in path.parent.iterdir()] == [path.name]
    Vault.unlock(path, PASSPHRASE).close()


def test_a_link_to_a_vault_opens_the_vault_itself(closed: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "link.ler"
    link.parent.mkdir()
    link.symlink_to(closed)
    with Vault.unlock(link, PASSPHRASE) as vault:
        vault.add([credential(9)], now=NOW)
        assert vault.path == closed
        assert [f.name for f in link.parent.iterdir()] == ["link.ler"]


def test_the_passphrase_changes_and_the_old_one_leaves_nothing_behind(closed: Path) -> None:
    database = closed.read_bytes()[HEADER_BYTES:]
    old_slot = header.decode([closed.read_bytes()[: header.COPY_BYTES]]).slots[0].body[:88]
    with Vault.unlock(closed, PASSPHRASE) as vault:
        vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
    assert refused(closed, PASSPHRASE) is Code.WRONG_PASSPHRASE
    assert old_slot[12:] not in closed.read_bytes()
    assert closed.read_bytes()[HEADER_BYTES:] == database, "the database was written anew"
    with Vault.unlock(closed, OTHER) as vault:
        assert vault.count() == 5


def test_the_passphrase_does_not_change_under_a_wrong_or_to_a_short_one(vault: Vault) -> None:
    before = folder_state(vault.path.parent)
    for old, new, code in (
        (OTHER, "another passphrase", Code.WRONG_PASSPHRASE),
        (PASSPHRASE, "short", Code.PASSPHRASE_TOO_SHORT),
    ):
        with pytest.raises(VaultError) as caught:
            vault.change_passphrase(old, new, cost=CHEAP)
        assert caught.value.code is code
    assert folder_state(vault.path.parent) == before


def test_other_ways_in_stay_when_the_passphrase_changes(closed: Path) -> None:
    file = container.open_existing(closed)
    found = file.read_header()
    other_way = Slot(2, bytes(range(120)))
    file.write_header(replace(found, slots=(*found.slots, other_way)))
    file.close()
    with Vault.unlock(closed, PASSPHRASE) as vault:
        vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
    assert other_way in header.decode([closed.read_bytes()[: header.COPY_BYTES]]).slots


def test_two_vaults_of_one_passphrase_share_no_key(tmp_path: Path) -> None:
    keys = set()
    for name in ("one", "two"):
        path = tmp_path / name
        Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP).close()
        file = container.open_existing(path)
        keys.add(bytes(unseal(file, PASSPHRASE)))
        file.close()
    assert len(keys) == 2


def test_the_database_key_is_not_the_key_in_the_slots(closed: Path) -> None:
    file = container.open_existing(closed)
    key = unseal(file, PASSPHRASE)
    with pytest.raises(apsw.NotADBError):
        container.connect(closed, bytearray(key))
    file.close()
    assert len(key) == sealing.KEY_BYTES


def test_the_copy_that_does_not_count_is_written_over_first(closed: Path) -> None:
    for damaged in (0, 1):
        whole = bytearray(closed.read_bytes())
        whole[damaged * 4096 + 50] ^= 1
        closed.write_bytes(whole)
        file = container.open_existing(closed)
        order: list[int] = []
        write = file._write

        def noted(index: int, data: bytes, order=order, write=write) -> None:  # type: ignore[no-untyped-def]
            order.append(index)
            write(index, data)

        file._write = noted  # type: ignore[method-assign]
        file.repair_header()
        file.close()
        assert order == [damaged, 1 - damaged]


def test_a_header_is_read_while_another_is_half_written(tmp_path: Path) -> None:
    path = tmp_path / "header"
    file = ContainerFile(path, flags=os.O_RDWR | os.O_CREAT)
    one = Header(1, 1, bytes(16), ())
    two = replace(one, generation=2)
    file.write_header(one)
    written: list[int] = []
    write = file._write

    def cut_after_first(index: int, data: bytes) -> None:
        if written:
            raise OSError("power cut")
        written.append(index)
        write(index, data)

    file._write = cut_after_first  # type: ignore[method-assign]
    file.write_header(two)  # the new one counts, and is not told as undone
    assert file.read_header() == two
    file._write = write  # type: ignore[method-assign]
    file.repair_header()
    copies = file._copies()
    assert copies[0] == copies[1] == header.encode(two)
    file.close()
