"""What every implementation of the `Keys` port promises."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from wallet.crypto import multikey, signatures
from wallet.errors import Code, WalletError
from wallet.model import KeyType
from wallet.ports import Keys
from wallet.storage import Cost, Vault

NOW = datetime(2026, 5, 20, tzinfo=UTC)
# RFC 8032 section 7.1, test 2.
SEED = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
PUBLIC = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
SIGNATURE = bytes.fromhex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
    "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
)


@pytest.fixture(params=["just made", "unlocked again"])
def keys(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Keys, str]]:
    path = tmp_path / "vault.ler"
    vault = Vault.create(path, "a passphrase", now=NOW, cost=Cost(8, 1, 1))
    did = vault.create_identity(now=NOW, seed=SEED)
    if request.param == "unlocked again":
        vault.close()
        vault = Vault.unlock(path, "a passphrase")
    yield vault, did
    vault.close()


def test_the_public_key_is_the_one_the_did_names(keys: tuple[Keys, str]) -> None:
    holder, did = keys
    key = holder.public(did)
    assert (key.type, key.data) == (KeyType.ED25519, PUBLIC)
    assert multikey.key_of_did_key(did) == key


def test_signatures_are_plain_ed25519(keys: tuple[Keys, str]) -> None:
    holder, did = keys
    signature = holder.sign(did, b"\x72")
    assert signature == SIGNATURE
    assert signatures.verify("EdDSA", holder.public(did), b"\x72", signature)
    with pytest.raises(InvalidSignature):
        Ed25519PublicKey.from_public_bytes(PUBLIC).verify(signature, b"\x73")


def test_somebody_elses_did_is_refused(keys: tuple[Keys, str]) -> None:
    holder, _ = keys
    other = multikey.did_key(type(holder.public(keys[1]))(KeyType.ED25519, SEED))
    for call in (lambda: holder.public(other), lambda: holder.sign(other, b"x")):
        with pytest.raises(WalletError) as caught:
            call()
        assert caught.value.code is Code.NO_SUCH_IDENTITY


def test_identities_differ_and_the_same_seed_gives_the_same_one(tmp_path: Path) -> None:
    with Vault.create(tmp_path / "v", "a passphrase", now=NOW, cost=Cost(8, 1, 1)) as vault:
        first, second = vault.create_identity(now=NOW), vault.create_identity(now=NOW)
        third = vault.create_identity(now=NOW, seed=SEED)
        assert vault.create_identity(now=NOW, seed=SEED) == third
        assert vault.identities() == (first, second, third)
        assert len({first, second, third}) == 3
