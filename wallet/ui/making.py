"""Making a share from its plan: one, or one for each version of record that travels by itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from wallet.app import Made, SharePlan, Wallet
from wallet.errors import LinkError


@dataclass(frozen=True, slots=True)
class Shared:
    """One share that was made, and the titles of the records in it."""

    made: Made
    titles: tuple[str, ...]


def make_parts(wallet: Wallet, plan: SharePlan, form: str) -> list[Shared]:
    """Make a share of each part of a plan; none unless all of them fit.

    Raises `LinkError` with why one of them does not.
    """
    parts = plan.parts()
    for part in parts:
        offer = part.offer(form)
        if not offer.fits and offer.code is not None:
            raise LinkError(offer.code, **offer.facts)
    shares = []
    for n, part in enumerate(parts, start=1):
        made = wallet.share(part, form)
        if len(parts) > 1:
            name = Path(made.file_name)
            made = replace(made, file_name=f"{name.stem}-{n}{name.suffix}")
        shares.append(Shared(made, tuple(one.title for one in part.credentials)))
    return shares
