"""A vault of every version that was ever released opens, and all that was in it is there."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path

import pytest

from scripts import make_vault_fixture as made
from wallet.crypto import multikey
from wallet.storage import StoredCredential, Vault, inspect
from wallet.storage.schema import SCHEMA_VERSION

VAULTS = sorted(Path(__file__).parent.glob("version-*.ler"))


def test_there_is_one_of_every_version() -> None:
    assert [path.stem for path in VAULTS] == [f"version-{n + 1}" for n in range(SCHEMA_VERSION)]


@pytest.mark.parametrize("kept", VAULTS, ids=lambda path: path.stem)
def test_it_opens_and_everything_is_there(kept: Path, tmp_path: Path) -> None:
    path = tmp_path / "vault.ler"
    shutil.copyfile(kept, path)
    assert f"version-{inspect(path).schema_version}" == kept.stem
    with Vault.unlock(path, made.PASSPHRASE) as vault:
        vault.check_integrity()
        for item in made.KEPT:
            stored = vault.get(item.id)
            for field in dataclasses.fields(StoredCredential):
                if not hasattr(item, field.name):
                    continue  # what only the vault knows: when it came, its place
                assert getattr(stored, field.name) == getattr(item, field.name), field.name
        assert [row.id for row in vault.rows("emile skills")] == [made.KEPT[0].id]
        assert [row.id for row in vault.removed()] == [made.KEPT[1].id]
        [did] = vault.identities()
        assert multikey.key_of_did_key(did) == vault.public(did)
        assert did == "did:key:z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"
        assert vault.shares() == (made.SHARE,)
        assert vault.get_fact(made.FACT.url) == made.FACT
        assert vault.setting("learner_name") == "Ana Núñez"
        if kept.stem != "version-1":
            assert vault.get_fact(made.TRACED.url) == made.TRACED
            [change] = vault.changes()
            assert (change.id, change.reason_at) == (made.KEPT[0].id, made.CHANGE.reason_at)
    assert inspect(path).schema_version == SCHEMA_VERSION
