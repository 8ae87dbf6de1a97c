"""What came in and may be kept: read, checked, and summed up in words. Nothing here is a widget."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QMimeData

from wallet import wording
from wallet.app import Checked, State, Wallet, state_of
from wallet.model import Credential
from wallet.report import VerificationReport
from wallet.ui.context import Context, why
from wallet.ui.rows import Line
from wallet.wording import ntr, tr

MAX_PASTED = 16 * 1024 * 1024  # characters; a credential with its images


@dataclass(frozen=True, slots=True)
class Incoming:
    """One record that may be kept, or one input that could not be read."""

    checked: Checked
    state: State | None = None
    kept: bool = False

    @property
    def can_keep(self) -> bool:
        """Say whether it is a record that is not in the wallet yet."""
        return self.checked.error is None and not self.kept

    @property
    def id(self) -> str | None:
        """Return what the record is kept by, if it is one."""
        found = self.checked.readable
        return found.id if isinstance(found, Credential) else None


def line_of(context: Context, one: Incoming) -> Line:
    """Return what a row says of it."""
    checked = one.checked
    name = Path(checked.source).name
    if checked.error is not None or checked.record is None:
        return Line(title=name, second=why(checked.error), tile="", note=True)
    record = checked.record
    issuer = record.issuer_name or record.issuer_id
    if isinstance(checked.report, VerificationReport):
        issuer = wording.issuer(record, checked.report)
    second = " · ".join(filter(None, (issuer, name)))
    return Line(
        title=record.title,
        second=tr("Already in your wallet") if one.kept else second,
        tile=record.issuer_name or record.issuer_id,
        word=context.word(one.state, record.ends) if one.state else "",
        state=one.state,
        sample=tr("Sample") if record.sample else "",
    )


def files_in(mime: QMimeData) -> list[Path]:
    """Return the local files that were dropped or pasted."""
    urls = mime.urls() if mime.hasUrls() else []
    return [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]


def incoming_of(checked: Checked, now: datetime, wallet: Wallet) -> Iterator[Incoming]:
    """Yield each record of an input, or the input itself where it could not be read."""
    if checked.error is not None:
        yield Incoming(checked)
    for leaf in checked.leaves():
        assert isinstance(leaf.report, VerificationReport)
        assert isinstance(leaf.readable, Credential)
        assert leaf.record is not None
        state = state_of(leaf.report, leaf.record.ends, now=now)
        yield Incoming(leaf, state, wallet.is_kept(leaf.readable))


def summary_of(incoming: Sequence[Incoming]) -> str:
    """Say how many are new, kept already, unreadable, or do not hold."""
    new = sum(1 for one in incoming if one.can_keep)
    kept = sum(1 for one in incoming if one.kept)
    bad = sum(1 for one in incoming if one.checked.error is not None)
    broken = sum(1 for one in incoming if one.can_keep and one.state is State.BROKEN)
    parts = []
    if new:
        parts.append(ntr("{n} new.", "{n} new.", new))
    if kept:
        parts.append(ntr("{n} in your wallet already.", "{n} in your wallet already.", kept))
    if bad:
        parts.append(ntr("{n} could not be read.", "{n} could not be read.", bad))
    if broken:
        parts.append(
            ntr(
                "{n} does not hold and is left out; tick it to keep it anyway.",
                "{n} do not hold and are left out; tick them to keep them anyway.",
                broken,
            )
        )
    return " ".join(parts)
