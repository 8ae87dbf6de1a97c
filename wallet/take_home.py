"""The page a guest takes home: what is on the stick, how it opens, what to keep safe.

Words only: it says nothing of what any record holds, and no secret.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wallet import wording
from wallet.administration import Rules
from wallet.wording import tr


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and the lines below it; `steps` are counted."""

    heading: str
    lines: tuple[str, ...]
    steps: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. `address` is where the app is, for a QR code too; "" where nobody set one."""

    title: str
    made: str
    parts: tuple[Part, ...]
    address: str


def sheet(file_name: str, rules: Rules, *, now: datetime) -> Sheet:
    """Return the page about the wallet in a file of this name."""
    day = wording.date(now)
    made = tr("Made on {day}.", day=day)
    if rules.organisation:
        made = tr("Made on {day} at {organisation}.", day=day, organisation=rules.organisation)
    return Sheet(
        tr("Your wallet, to take home"),
        made,
        (_what(file_name), _how(file_name), _where(rules.app_page or ""), _safe()),
        rules.app_page or "",
    )


def _what(file_name: str) -> Part:
    return Part(
        tr("What is on your stick"),
        (
            tr(
                "The file {name} is your whole wallet, locked with your passphrase.", name=file_name
            ),
            tr("It opens on any computer that has the app. Nothing of it is left on the one here."),
        ),
    )


def _how(file_name: str) -> Part:
    return Part(
        tr("How to open it at home"),
        (
            tr("Put the stick in, and start LER Wallet."),
            tr("On a computer that others use too, choose “I am on a shared computer” first."),
            tr("Choose “Open a wallet file”, and pick {name}.", name=file_name),
            tr("Type your passphrase."),
        ),
        steps=True,
    )


def _where(address: str) -> Part:
    said = tr("Ask whoever gave you this sheet.")
    if address:
        said = tr("Here: {address}", address=address)
    return Part(tr("Where to get the app"), (said,))


def _safe() -> Part:
    return Part(
        tr("What to keep safe"),
        (
            tr(
                "Your passphrase. Nobody can bring it back. Keep it apart from the stick, and do "
                "not write it on this sheet."
            ),
            tr("A second copy of the file, somewhere else. Sticks get lost, and they break."),
            tr("The stick itself. Without the passphrase nobody reads what is on it."),
        ),
    )
