"""What all tests share: no network, no real home, cheap passphrases."""

from __future__ import annotations

import socket
import threading

import pytest
from hypothesis import HealthCheck, settings

from tests.paths import REPO
from wallet.storage import reach

# How fast a shared machine is says nothing about the code.
settings.register_profile("shared", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("shared")

LOOPBACK = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True, scope="session")
def _own_folders():
    """Hold that no test writes where the program lies, where it would be taken for a part of it."""
    before = set(REPO.iterdir())
    yield
    left = {one.name for one in set(REPO.iterdir()) - before}
    assert left <= {".hypothesis", ".pytest_cache", "out"}


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    """Refuse every connection that would leave this machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in LOOPBACK:
            raise AssertionError(f"a test tried to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(autouse=True)
def _own_home(monkeypatch, tmp_path_factory):
    """Give every test its own home, so that no real wallet or preference is touched."""
    home = tmp_path_factory.mktemp("home")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "APPDATA"):
        monkeypatch.setenv(name, str(home))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)


class Silence(threading.Event):
    """Folders whose last part is "silent" let whoever asks wait until it is broken."""

    def broken(self) -> None:
        """Let all of them answer, and wait until they did."""
        self.set()
        for thread, _until in list(reach._waiting.values()):
            thread.join()


@pytest.fixture
def silent(monkeypatch):
    """Folders that do not answer; they are waited for only briefly."""
    silence = Silence()
    real = reach._ask
    monkeypatch.setattr(reach, "_waiting", {})
    monkeypatch.setattr(reach.answers, "__kwdefaults__", {"to_write": False, "seconds": 0.2})

    def ask(folder, to_write):
        if folder.name == "silent":
            silence.wait()
        real(folder, to_write)

    monkeypatch.setattr(reach, "_ask", ask)
    yield silence
    silence.broken()
