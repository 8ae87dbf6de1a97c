"""The window, asked for no network, touches none: tried at the socket, from start to lock."""

from __future__ import annotations

import socket

import pytest

from tests.test_offline import TOUCHED
from tests.ui.people import PASSPHRASE
from tests.world import World
from wallet import wiring
from wallet.model import Format
from wallet.preferences import Paths
from wallet.storage import Cost
from wallet.ui.context import CHECK, RECORDS
from wallet.ui.main import prepare
from wallet.ui.tasks import Tasks
from wallet.ui.window import Window


@pytest.fixture
def taken(monkeypatch) -> list[str]:
    """Note every way to the network that is taken, and let it fail."""
    found: list[str] = []

    def refuse(name):
        def act(*_arguments, **_more):
            found.append(name)
            raise OSError(TOUCHED)

        return act

    for name in ("create_connection", "getaddrinfo", "gethostbyname", "gethostbyname_ex"):
        monkeypatch.setattr(socket, name, refuse(name))
    monkeypatch.setattr(socket.socket, "connect", refuse("connect"))
    monkeypatch.setattr(socket.socket, "connect_ex", refuse("connect_ex"))
    return found


@pytest.mark.parametrize("offline", [True, False])
def test_the_window_asked_for_no_network_touches_none(qtbot, qapp, tmp_path, taken, offline):
    world = World()
    web = world.issuer("Harbor College", "web")
    raws = [
        world.issue(web, status=["revocation", "suspension"]),
        world.issue(web, form=Format.VC_JWT, status=["revocation"], title="Token"),
    ]
    prepare(qapp)
    paths = Paths(tmp_path / "wallet.ler", tmp_path / "preferences.json")
    app = wiring.build(offline=offline, paths=paths, cost=Cost(8, 1, 1))
    app.wallet.create(paths.vault, PASSPHRASE, name="Robin")
    crashes: list[BaseException] = []
    tasks = Tasks(crashes.append)
    window = Window(app, tasks, lambda _url: True)

    def settle():
        qtbot.waitUntil(lambda: tasks.idle, timeout=20_000)

    try:
        window.show()
        window._opened(paths.vault)
        settle()
        assert window.shell.navigation.offline_switch.isChecked() is offline
        window.add()
        window.shell.visit("add").add_bytes([(f"{n}.json", raw) for n, raw in enumerate(raws)])
        settle()
        window.shell.visit("add").keep_ticked()
        settle()
        assert len(app.wallet.rows()) == 2
        window.refresher.if_due()
        window.refresher.now()
        settle()
        window.shell.visit(RECORDS)._recheck([row.id for row in app.wallet.rows()])
        page = window.shell.go(CHECK)
        page.field.setPlainText(raws[0].decode())
        page.check_text()
        settle()
        window.lock()
        settle()
    finally:
        window.close()
        settle()
        tasks.stop()
        app.stop()
        window.deleteLater()
    assert not crashes, crashes
    assert (taken == []) is offline  # the same steps online do want the network
