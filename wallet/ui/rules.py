"""What whoever looks after the computer set, as the settings show it: said, and held."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from wallet.ui.context import Context
from wallet.ui.widgets import Card, label
from wallet.wording import tr


def set_by(context: Context) -> str:
    """Say who set what the person cannot change here."""
    name = context.app.rules.organisation
    if name:
        return tr("Set by {organisation} for this computer.", organisation=name)
    return tr("Set by your organisation for this computer.")


def hold(context: Context, rule: str, card: Card, *things: QWidget, fixed: bool = True) -> None:
    """Where `rule` is set, say so in the card, and let nobody change things that are `fixed`.

    What cannot be changed says why, to whoever hears it instead of seeing it, too.
    """
    if not context.app.rules.sets(rule):
        return
    said = set_by(context)
    card.add(label(said, "small"))
    for thing in things:
        thing.setAccessibleDescription(said)
        thing.setToolTip(said)
        thing.setEnabled(not fixed)
