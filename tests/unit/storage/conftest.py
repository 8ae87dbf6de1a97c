from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.storage.vault_helpers import CHEAP, NOW, PASSPHRASE
from wallet.storage import Vault


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "vault.ler"


@pytest.fixture
def vault(path: Path) -> Iterator[Vault]:
    with Vault.create(path, PASSPHRASE, now=NOW, cost=CHEAP) as made:
        yield made
