"""Trying the app out: a throw-away wallet with the sample records."""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from wallet.ui.tasks import Tick

if TYPE_CHECKING:
    from wallet.wiring import App


def open_samples(app: App, tick: Tick) -> Path:
    """Make a wallet in a folder that goes when the app does, and keep the samples in it."""
    folder = Path(tempfile.mkdtemp(prefix="ler-wallet-try-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "samples.ler"
    app.create_sample_wallet(path, secrets.token_urlsafe(24))
    checked = [app.verifier.check(data, source=name) for name, data in app.samples()]
    app.wallet.keep(checked, progress=tick)
    return path
