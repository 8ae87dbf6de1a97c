"""Files written for people: never over a wallet, whichever it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from wallet import outputs
from wallet.errors import Code, WalletError
from wallet.storage import Cost, Vault
from wallet.storage.header import COPY_STRIDE

NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize("damaged", [False, True])
@pytest.mark.parametrize("kind", ["wallet", "backup"])
def test_no_wallet_is_written_over_whichever_is_open(tmp_path, kind, damaged):
    path = tmp_path / "other.ler"
    with Vault.create(path, "seven quiet herons", now=NOW, cost=Cost(64, 1, 1)) as vault:
        if kind == "backup":
            path = tmp_path / "copy.ler-backup"
            vault.back_up(path, now=NOW)
    before = bytearray(path.read_bytes())
    if damaged:
        before[:COPY_STRIDE] = bytes(COPY_STRIDE)
        path.write_bytes(before)
    for vault_open in (None, tmp_path / "mine.ler"):
        with pytest.raises(WalletError) as caught:
            outputs.write(b"a record", path, replace=True, vault=vault_open)
        assert caught.value.code is Code.WALLET_IN_THE_WAY
    assert path.read_bytes() == before


def test_any_other_file_is_replaced_where_that_was_said(tmp_path):
    path = tmp_path / "letter.txt"
    path.write_bytes(b"\0" * 4096 + b"LER wallet vaul_")
    outputs.write(b"a record", path, replace=True)
    assert path.read_bytes() == b"a record"


@pytest.mark.parametrize(("times", "written"), [(3, True), (1000, False)])
def test_a_file_that_somebody_reads_is_replaced_when_they_are_done(
    tmp_path, monkeypatch, times, written
):
    """On Windows nobody replaces a file that is open, as that of preferences in another window."""
    path, tries, really = tmp_path / "preferences.json", [], Path.replace
    path.write_bytes(b"old")

    def replace(made: Path, to: Path) -> Path:
        tries.append(to)
        if len(tries) <= times:
            raise PermissionError(13, "in use")
        return really(made, to)

    monkeypatch.setattr(Path, "replace", replace)
    monkeypatch.setattr(outputs, "_WAITS", (0.001,) * 5)
    if written:
        outputs.write(b"new", path, replace=True)
    else:
        with pytest.raises(WalletError) as caught:
            outputs.write(b"new", path, replace=True)
        assert caught.value.code is Code.FILE_UNWRITABLE
    assert path.read_bytes() == (b"new" if written else b"old")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
