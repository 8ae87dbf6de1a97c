"""Keeping what is ticked on the page "Add", and what is left of it when that ends early."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wallet.app import Kept, Wallet
from wallet.errors import WalletError
from wallet.model import Credential
from wallet.ui import arrivals
from wallet.ui.arrivals import Extra, Thing
from wallet.ui.incoming import Incoming
from wallet.ui.tasks import Tick
from wallet.wording import ntr


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it: what is in the wallet now of all that was chosen, and why not the rest."""

    kept: Kept
    keys: int
    there: tuple[Thing, ...]
    failure: WalletError | None = None

    @property
    def said(self) -> str:
        """Say what was kept."""
        kept, keys = self.kept, self.keys
        text = ntr("{n} record kept.", "{n} records kept.", len(kept.added))
        if keys:
            more = ntr("{n} key taken over.", "{n} keys taken over.", keys)
            text = f"{text} {more}" if kept.added else more
        if kept.already:
            there = ntr("{n} was here already.", "{n} were here already.", len(kept.already))
            text = f"{text} {there}"
        return text


def keep(wallet: Wallet, chosen: Sequence[Thing], tick: Tick) -> Done:
    """Keep records, then take over what else was chosen; raises where nothing of it was kept."""
    records = [one for one in chosen if isinstance(one, Incoming) and one.can_keep]
    extras = [one for one in chosen if isinstance(one, Extra)]
    try:
        kept = wallet.keep([one.checked for one in records], progress=tick)
    except WalletError as failure:
        found = _in(wallet, records)
        if not found:
            raise
        return Done(Kept(tuple(one.id or "" for one in found), ()), 0, tuple(found), failure)
    ids = {*kept.added, *kept.already}
    there = tuple(one for one in records if one.id in ids)
    if not tick(len(records), len(records)):
        return Done(kept, 0, there)
    try:
        keys = arrivals.take_over(wallet, extras)
    except WalletError as failure:
        if not there:
            raise
        return Done(kept, 0, there, failure)
    return Done(kept, keys, (*there, *extras))


def _in(wallet: Wallet, records: Sequence[Incoming]) -> list[Incoming]:
    """Return those that were kept before it failed; none where the wallet is out of reach."""
    try:
        return [one for one in records if wallet.is_kept(_credential(one))]
    except WalletError:
        return []


def _credential(one: Incoming) -> Credential:
    found = one.checked.readable
    assert isinstance(found, Credential)
    return found
