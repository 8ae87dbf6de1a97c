"""Badges of Open Badges 2.0 in a wallet: kept with what they only name, read without the web."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.world import World
from wallet import formats
from wallet.app import State, Wallet
from wallet.checking import Verifier
from wallet.errors import Code, LinkError
from wallet.net.cached import Cached
from wallet.storage import Cost
from wallet.wiring import _VaultFacts

PASSPHRASE = "correct horse"
PAGE = "https://verify.example.org/"


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def wallet(world: World, tmp_path: Path) -> Iterator[Wallet]:
    facts = _VaultFacts()
    cached = Cached(world, facts, clock=lambda: world.now.timestamp(), now=lambda: world.now)
    verifier = Verifier(cached, policy=world.policy(), clock=lambda: world.now)
    wallet = facts.wallet = Wallet(verifier, clock=lambda: world.now, cost=Cost(8, 1, 1))
    wallet.create(tmp_path / "vault.ler", PASSPHRASE, name="Robin")
    yield wallet
    wallet.lock()


def keep(wallet: Wallet, raw: bytes) -> str:
    [added] = wallet.keep([wallet._verifier.check(raw)]).added
    return added


@pytest.mark.parametrize("signed", [False, True])
def test_a_kept_badge_is_read_whole_without_the_web(
    world: World, wallet: Wallet, *, signed: bool
) -> None:
    raw = world.assertion(world.badge_issuer("Welders Guild"), signed=signed)
    record = keep(wallet, raw)
    [row] = wallet.rows()
    assert (row.title, row.issuer_name, row.state) == ("Welding", "Welders Guild", State.HOLDS)
    world.outage()
    entry = wallet.entry(record)
    assert (entry.record.title, entry.record.issuer_name) == ("Welding", "Welders Guild")
    assert entry.record.type_label == "Open Badges 2.0, an older standard"
    assert entry.credential.raw == raw
    assert wallet.export(record).data == raw
    assert [found.id for found in wallet.rows("guild")] == [record]


def test_what_it_was_called_when_it_was_added_stays(world: World, wallet: Wallet) -> None:
    raw = world.assertion(world.badge_issuer("Welders Guild"))
    added = Verifier(world, policy=world.policy(), clock=lambda: world.now).check(raw)
    [record] = wallet.keep([added]).added
    world.outage()
    entry = wallet.entry(record)
    assert (entry.record.title, entry.record.issuer_name) == ("Welding", "Welders Guild")
    assert (entry.credential.title, entry.credential.issuer) == (
        "Welding",
        "https://welders-guild.example/issuer.json",
    )


def test_a_badge_kept_without_the_web_says_what_it_can(world: World, wallet: Wallet) -> None:
    world.outage()
    record = keep(wallet, world.assertion(world.badge_issuer("Welders Guild")))
    [row] = wallet.rows()
    assert (row.title, row.state) == ("Badge", State.UNCHECKED)
    assert wallet.entry(record).record.title == "Badge"


def test_a_withdrawal_is_noticed_when_it_is_checked_again(world: World, wallet: Wallet) -> None:
    raw = world.assertion(world.badge_issuer("Welders Guild"))
    record = keep(wallet, raw)
    url = json.loads(raw)["id"]
    world.documents[url] = json.dumps({"id": url, "revoked": True}).encode()
    world.now += timedelta(days=2)
    assert wallet.refresh([record]).changed == (record,)
    assert wallet.entry(record).state is State.WITHDRAWN


def test_a_badge_goes_into_no_share_and_says_what_to_do(world: World, wallet: Wallet) -> None:
    record = keep(wallet, world.assertion(world.badge_issuer("Welders Guild")))
    with pytest.raises(LinkError) as caught:
        wallet.plan_share(
            [record], page=PAGE, for_whom="Harbor Hospital", ends=world.now + timedelta(days=9)
        )
    assert caught.value.code is Code.CANNOT_PRESENT_OLDER


def test_its_place_in_a_picture_does_not_matter(world: World, wallet: Wallet) -> None:
    raw = world.assertion(world.badge_issuer("Welders Guild"))
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:openbadges="http://openbadges.org">'
        "<openbadges:assertion verify='https://welders-guild.example/a'><![CDATA["
        f"{raw.decode()}]]></openbadges:assertion></svg>"
    ).encode()
    record = keep(wallet, svg)
    assert wallet.export(record).data == svg
    assert wallet.entry(record).record.title == "Welding"
    assert formats.read(svg).container == svg
