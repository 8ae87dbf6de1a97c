"""Files written for people: never over a wallet, whichever it is."""

from __future__ import annotations

from datetime import UTC, datetime

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
