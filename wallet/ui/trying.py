"""Trying the app out: a throw-away wallet with the sample records."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from wallet.ui.context import why
from wallet.ui.tasks import Lane, Tick
from wallet.wording import tr

if TYPE_CHECKING:
    from wallet.ui.door import Welcome
    from wallet.wiring import App


def try_samples(page: Welcome, opened: Callable[[Path], None]) -> None:
    """Open the samples from the first page, or say there why not."""
    context = page.context

    def done(path: Path) -> None:
        opened(path)
        context.toast(tr("Sample records, in a wallet that is thrown away when you lock it."))

    context.tasks.run(
        page,
        lambda tick: open_samples(context.app, tick),
        done,
        fail=lambda failure: page.error.say(why(failure)),
        lane=Lane.VAULT,
    )


def open_samples(app: App, tick: Tick) -> Path:
    """Make a wallet in a folder that goes when it is locked, and keep the samples in it."""
    folder = Path(tempfile.mkdtemp(prefix="ler-wallet-try-"))
    app.will_throw_away(folder)
    path = folder / "samples.ler"
    app.create_sample_wallet(path, secrets.token_urlsafe(24))
    checked = [app.verifier.check(data, source=name) for name, data in app.samples()]
    app.wallet.keep(checked, progress=tick)
    return path
