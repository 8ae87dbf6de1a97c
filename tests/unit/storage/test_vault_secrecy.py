"""Nothing a person wrote, and no key, is ever readable in any file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.storage.vault_helpers import CHEAP, NOW, OTHER, PASSPHRASE, credential
from wallet.crypto import sealing
from wallet.model import Fact
from wallet.storage import ShareRecord, Vault, container
from wallet.storage.header import HEADER_BYTES

MARK = "Quartermaster"
SEED = b"Quartermaster's thirty-two bytes"


def everything(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def forms(text: str) -> list[bytes]:
    return [
        text.encode(),
        text.lower().encode(),
        text.encode("utf-16-le"),
        text.encode().hex().encode(),
    ]


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A place for temporary files of its own, so that it can be looked through."""
    folder = tmp_path / "temp"
    folder.mkdir()
    for name in ("TMPDIR", "SQLITE_TMPDIR", "TEMP", "TMP"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_no_file_shows_anything_while_open_nor_after(tmp_path: Path, temp: Path) -> None:
    path = tmp_path / "vault.ler"
    vault = Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP)
    vault.create_identity(now=NOW, seed=SEED)
    vault.set_setting(MARK, MARK)
    vault.put_fact(Fact(f"https://{MARK}.example", MARK.encode() * 500, NOW))
    items = [
        credential(
            number,
            raw=f"{MARK} {number} ".encode() * 300,
            title=f"{MARK} {number}",
            search_text=MARK * 50,
        )
        for number in range(300)
    ]
    ids = [added.id for added in vault.add(items, now=NOW)]
    vault.record_share(
        ShareRecord("id", NOW, None, MARK, MARK, "link", (ids[0],), (MARK,), link=MARK)
    )
    # A sort that does not fit in the cache, and a rollback, are what would spill to a file.
    vault._opened().execute("PRAGMA cache_size=10")
    vault._opened().execute("SELECT raw FROM original ORDER BY raw DESC").fetchall()
    with pytest.raises(ValueError, match="zone"):
        vault.add([credential(n + 5000, size=9000) for n in range(50)] + [_unfit()], now=NOW)
    assert len(vault.rows(MARK)) == 300
    vault.remove(ids[:100], now=NOW)
    vault.erase(ids[:50])
    while_open = everything(tmp_path)
    assert len(while_open) > 300 * 3000
    vault.close()
    for text in (*forms(MARK), *forms(PASSPHRASE), SEED, SEED.hex().encode(), b"SQLite format 3"):
        assert text not in while_open
        assert text not in everything(tmp_path)
    assert list(temp.iterdir()) == []
    assert sorted(file.name for file in tmp_path.iterdir()) == ["temp", "vault.ler"]


def _unfit():  # type: ignore[no-untyped-def]
    return credential(9999, ends=NOW.replace(tzinfo=None))


def test_no_key_lies_in_the_file(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[bytes] = []
    connect, seal = container.connect, sealing.seal_key

    def seen_connect(path: Path, key: bytearray):  # type: ignore[no-untyped-def]
        keys.append(bytes(key))
        return connect(path, key)

    def seen_seal(key: bytearray, passphrase: str, **more):  # type: ignore[no-untyped-def]
        keys.append(bytes(key))
        return seal(key, passphrase, **more)

    monkeypatch.setattr(container, "connect", seen_connect)
    monkeypatch.setattr(sealing, "seal_key", seen_seal)
    vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
    path = vault.path
    vault.close()
    Vault.unlock(path, OTHER).close()
    assert len(set(keys)) == 2
    for key in keys:
        assert key not in path.read_bytes()
        assert key.hex().encode() not in path.read_bytes()


def test_the_buffers_that_held_a_key_are_wiped(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[bytearray] = []
    for name in ("new_key", "open_key", "derive_key", "normalise"):
        original = getattr(sealing, name)

        def kept(*args, original=original, **more):  # type: ignore[no-untyped-def]
            made.append(original(*args, **more))
            return made[-1]

        monkeypatch.setattr(sealing, name, kept)
    Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP).close()
    with Vault.unlock(path, PASSPHRASE) as vault:
        vault.change_passphrase(PASSPHRASE, OTHER, cost=CHEAP)
        assert len(made) >= 8
        assert [secret for secret in made if any(secret)] == []


def test_two_pages_of_the_same_content_look_different(vault: Vault) -> None:
    vault.add([credential(1, raw=b"\0" * 400_000)], now=NOW)
    vault.close()
    body = vault.path.read_bytes()[HEADER_BYTES:]
    pages = [body[at : at + 16] for at in range(0, len(body), 4096)]
    assert len(pages) > 90
    assert len(set(pages)) == len(pages)
