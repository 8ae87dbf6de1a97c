"""Backups and the libraries by which other wallets write and read what is in them.

The wallets themselves are apps that no registry has; what they build on is there.
"""

from __future__ import annotations

import base64
import json

import pytest

from tests import backups
from wallet import arriving, leaving
from wallet.app import Wallet
from wallet.arriving import Kind, keys
from wallet.checking import Verifier
from wallet.inputs import Input
from wallet.storage import Cost

SEEDS = [bytes(32), bytes(range(32)), b"\xff" * 32, bytes.fromhex("9d61b19deffd5a60" * 4)]


@pytest.fixture
def wallet(world, tmp_path):
    school = world.issuer("Harbor College")
    verifier = Verifier(world, policy=world.policy(school), clock=lambda: world.now)
    made = Wallet(verifier, clock=lambda: world.now, cost=Cost(8, 1, 1))
    made.create(tmp_path / "vault.ler", "correct horse", name="Robin Rivera")
    made.keep([verifier.check(world.issue(school, title=title)) for title in ("One", "Two")])
    yield made
    made.lock()


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: seed[:4].hex())
def test_keys_that_their_libraries_write_are_ours_to_use(javascript, world, seed):
    made = javascript.ask("write keys", seed=seed.hex())
    did = made["signing"]["controller"]
    record = json.loads(world.issue(world.issuer("Harbor College")))
    profile = {"type": "ProfileMetadata", "data": {"profileName": "Default"}}
    document = {"@context": ["https://www.w3.org/ns/did/v1"], "id": did}
    backup = [
        {
            "@context": ["https://w3id.org/wallet/v1"],
            "type": "UniversalWallet2020",
            "status": "UNLOCKED",
            "contents": [record, document, made["signing"], made["agreement"], profile],
        }
    ]
    found = arriving.read(Input("Wallet Backup.json", json.dumps(backup).encode()))
    assert found.kind is Kind.UNIVERSAL
    (key,) = found.keys
    assert (key.did, key.seed) == (did, seed)
    assert keys.as_object(did, seed) == made["signing"]
    assert keys.agreement_object(did, seed) == made["agreement"]
    assert [json.loads(item.data) for item in found.items] == [record]
    assert found.others == ()


def test_our_backup_gives_their_libraries_the_same_keys(javascript, wallet):
    made = leaving.for_learner_credential_wallet(wallet)
    assert made is not None
    (profile,) = json.loads(made.data)
    read = javascript.ask("read keys", contents=profile["contents"])
    assert "refused" not in read, read
    assert (read["did"], read["document"]) == (wallet.holder, wallet.holder)
    assert read["agrees"]
    assert read["signs"]


@pytest.mark.parametrize("seed", SEEDS[1:2])
def test_a_tar_that_their_libraries_write_is_read(javascript, world, seed):
    made = javascript.ask("write keys", seed=seed.hex())
    school = world.issuer("Harbor College")
    records = [json.loads(world.issue(school, title="Añejo ™ " * n)) for n in (1, 40)]
    token = javascript.made(
        "write tar",
        name="Work",
        key=made["signing"],
        didDocument=backups.did_document(seed),
        records=records,
    )
    found = arriving.read(Input("work.tar", base64.b64decode(token)))
    assert found.kind is Kind.DCW
    assert [key.seed for key in found.keys] == [seed]
    assert sorted(json.dumps(json.loads(item.data)) for item in found.items) == sorted(
        map(json.dumps, records)
    )
    assert found.others == ()
