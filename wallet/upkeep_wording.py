"""What became of a damaged wallet file, in sentences for both front-ends."""

from __future__ import annotations

from wallet import wording
from wallet.upkeep import Salvaged
from wallet.wording import ntr, tr


def salvaged(found: Salvaged) -> list[str]:
    """Say exactly what was saved, what was not, and what nobody can know."""
    said = [ntr("{n} record was saved.", "{n} records were saved.", found.credentials)]
    if found.described_again:
        said.append(
            ntr(
                "Of these, what the list said about {n} was lost; it was read again from the "
                "record itself, and is to be checked again.",
                "Of these, what the list said about {n} was lost; it was read again from the "
                "records themselves, and they are to be checked again.",
                found.described_again,
            )
        )
    if found.identities:
        said.append(tr("Your own key was saved, so you can share as before."))
    else:
        said.append(
            tr("Your own key could not be saved. Records made out to it cannot show it any more.")
        )
    if found.is_whole:
        return [*said, tr("Nothing was lost.")]
    return said + _lost(found)


def _lost(found: Salvaged) -> list[str]:
    said = []
    if found.undescribed:
        said.append(
            ntr(
                "{n} thing was found that is no record this app can read, so it was left out.",
                "{n} things were found that are no records this app can read, so they were "
                "left out.",
                found.undescribed,
            )
        )
    if found.bad_pages:
        parts = {"bad": wording.number(found.bad_pages), "all": wording.number(found.pages)}
        said.insert(
            0,
            tr(
                "{bad} of {all} parts of the file could not be read. What stood only there is "
                "gone, and may not be named below.",
                **parts,
            ),
        )
    if found.lost:  # last: whoever prints this goes on with their names
        many = len(found.lost)
        said.append(ntr("{n} record was lost:", "{n} records were lost:", many))
    return said
