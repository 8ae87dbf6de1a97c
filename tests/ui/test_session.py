"""What the system says when the person went, from a bus of our own and from made-up messages."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication

from wallet.ui import session_windows
from wallet.ui.session import Session
from wallet.ui.session_probe import Greeting, session_bus, unix_sockets
from wallet.ui.session_windows import WM_POWERBROADCAST, WM_WTSSESSION_CHANGE, Messages, says_lock

QtDBus = pytest.importorskip("PySide6.QtDBus")
from wallet.ui.session_bus import (  # noqa: E402
    LOGIN,
    MANAGER,
    MANAGER_PATH,
    PROPERTIES,
    SCREENSAVERS,
    SESSION,
    Login,
    Screensavers,
)

CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir={folder}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/>
<allow eavesdrop="true"/><allow own="*"/></policy></busconfig>"""
OURS, OTHER = f"{MANAGER_PATH}/session/_37", f"{MANAGER_PATH}/session/_38"


@pytest.fixture
def address(tmp_path) -> Iterator[str]:
    """Run a bus that nobody else knows."""
    program = shutil.which("dbus-daemon")
    if program is None:
        pytest.skip("no dbus-daemon here")
    config = tmp_path / "bus.conf"
    config.write_text(CONFIG.format(folder=tmp_path))
    with subprocess.Popen(
        [program, f"--config-file={config}", "--nofork", "--print-address"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as bus:
        assert bus.stdout is not None
        yield bus.stdout.readline().strip()
        bus.terminate()


def connect(address: str, name: str):
    bus = QtDBus.QDBusConnection.connectToBus(address, name)
    assert bus.isConnected()
    return bus


class Logind(QtDBus.QDBusVirtualObject):
    """Stands in for logind: answers what the wallet asks, and says what a test lets it say."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.bus = connect(address, "logind")
        assert self.bus.registerService(LOGIN)
        option = QtDBus.QDBusConnection.VirtualObjectRegisterOption.SubPath
        assert self.bus.registerVirtualObject("/", self, option)
        self.asked: list[tuple[str, list[object]]] = []
        self.facts = {"Active": True, "LockedHint": False}

    def introspect(self, _path: str) -> str:
        return ""

    def handleMessage(self, message, bus) -> bool:
        name, given = message.member(), message.arguments()
        self.asked.append((name, given))
        if name == "GetSession":
            answer = message.createReply()
            answer.setArguments([QtDBus.QDBusObjectPath(OURS)])
        elif name == "Get":
            answer = message.createReply()
            answer.setArguments([QtDBus.QDBusVariant(self.facts[given[1]])])
        else:
            answer = message.createErrorReply("org.freedesktop.DBus.Error.AccessDenied", "no")
        return bus.send(answer)

    def says(self, path: str, interface: str, name: str, *given: object) -> None:
        signal = QtDBus.QDBusMessage.createSignal(path, interface, name)
        signal.setArguments(list(given))
        assert self.bus.send(signal)


@pytest.fixture
def logind(qapp, address) -> Iterator[Logind]:
    made = Logind(address)
    yield made
    made.bus.unregisterObject("/")
    for name in ("logind", "wallet"):
        QtDBus.QDBusConnection.disconnectFromBus(name)


class Heard:
    def __init__(self, qtbot, messenger, logind) -> None:
        self.times = 0
        self.qtbot, self.logind, self.messenger = qtbot, logind, messenger
        messenger.lock.connect(self.count)

    def count(self) -> None:
        self.times += 1

    def after(self, path: str, interface: str, name: str, *given: object) -> int:
        """Return how often it locked for a signal: nothing, or once."""
        self.times = 0
        asked = len(self.logind.asked)
        self.logind.says(path, interface, name, *given)
        self.logind.says(MANAGER_PATH, MANAGER, "PrepareForSleep", False)  # makes it ask again
        self.qtbot.waitUntil(
            lambda: (
                any(one == "Inhibit" for one, _ in self.logind.asked[asked:])
                and not self.messenger._asked
            )
        )
        return self.times


@pytest.fixture
def heard(qtbot, logind, address) -> Heard:
    messenger = Login(connect(address, "wallet"), "7")
    made = Heard(qtbot, messenger, logind)
    qtbot.waitUntil(lambda: len(logind.asked) >= 2 and not messenger._asked)
    return made


def test_it_asks_for_its_own_session_and_for_time_to_lock(heard, logind):
    assert ("GetSession", ["7"]) in logind.asked
    inhibit = next(given for name, given in logind.asked if name == "Inhibit")
    assert (inhibit[0], inhibit[3]) == ("sleep", "delay")


def test_it_locks_before_the_machine_sleeps(heard):
    assert heard.after(MANAGER_PATH, MANAGER, "PrepareForSleep", True) == 1
    assert heard.after(MANAGER_PATH, MANAGER, "PrepareForSleep", False) == 0


def test_it_locks_with_its_own_session_only(heard):
    assert heard.after(OURS, SESSION, "Lock") == 1
    assert heard.after(OTHER, SESSION, "Lock") == 0


@pytest.mark.parametrize(
    ("facts", "times"),
    [
        ({"Active": False}, 1),
        ({"LockedHint": True}, 1),
        ({}, 0),
    ],
    ids=["another user came", "locked", "something else"],
)
def test_it_asks_what_changed(heard, logind, facts, times):
    logind.facts |= facts
    assert heard.after(OURS, PROPERTIES, "PropertiesChanged", SESSION, {}, []) == times


def test_the_machine_may_sleep_once_the_wallet_is_locked(heard, logind):
    waits = heard.messenger._wait = object()
    heard.messenger.locked()  # by hand, or as nobody was there: the next sleep has to wait, too
    assert heard.messenger._wait is waits
    logind.says(MANAGER_PATH, MANAGER, "PrepareForSleep", True)
    heard.qtbot.waitUntil(lambda: heard.times == 1)
    heard.messenger.locked()
    assert heard.messenger._wait is None


@pytest.mark.parametrize("name", SCREENSAVERS)
def test_it_locks_when_a_screen_saver_comes_on(qtbot, logind, address, name):
    messenger, times = Screensavers(connect(address, "wallet")), []
    messenger.lock.connect(lambda: times.append(True))
    path = "/" + name.replace(".", "/")
    with qtbot.waitSignal(messenger.lock):
        logind.says(path, name, "ActiveChanged", False)
        logind.says(path, name, "ActiveChanged", True)
    assert times == [True]


def test_a_missing_bus_is_no_error(qapp):
    nowhere = QtDBus.QDBusConnection.connectToBus("unix:path=/nonexistent/bus", "nowhere")
    assert not nowhere.isConnected()
    Login(nowhere).locked()
    Screensavers(nowhere)
    QtDBus.QDBusConnection.disconnectFromBus("nowhere")


def test_no_bus_is_started_where_none_runs(qtbot, monkeypatch, tmp_path):
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    asked = []
    nobody = QtDBus.QDBusConnection("nobody")
    for name in ("systemBus", "sessionBus"):
        give = lambda name=name: asked.append(name) or nobody  # noqa: E731
        monkeypatch.setattr(QtDBus.QDBusConnection, name, staticmethod(give))
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", "unixexec:path=/bin/false;autolaunch:")
    listening = Session()
    listening.listen(None)
    qtbot.wait(200)
    assert asked == []
    assert listening._messengers == []


@pytest.mark.parametrize(
    ("address", "places"),
    [
        ("", []),
        ("unix:path=/run/bus", [("/run/bus", False)]),
        ("unix:path=/run/a%20b,guid=0123", [("/run/a b", False)]),
        ("unix:guid=1,abstract=/tmp/dbus-x", [("/tmp/dbus-x", True)]),
        ("tcp:host=localhost,port=1;unix:path=/b;unix:path=/c", [("/b", False), ("/c", False)]),
        ("unix:tmpdir=/tmp", []),
        ("unix:path", []),
        ("nonsense", []),
    ],
)
def test_the_places_of_a_bus_are_read_from_its_address(address, places):
    assert list(unix_sockets(address)) == places


@pytest.mark.parametrize(
    ("environment", "address"),
    [
        ({}, ""),
        ({"XDG_RUNTIME_DIR": "/run/user/7"}, "unix:path=/run/user/7/bus"),
        (
            {"XDG_RUNTIME_DIR": "/run/user/7", "DBUS_SESSION_BUS_ADDRESS": "unix:path=/b"},
            "unix:path=/b",
        ),
    ],
)
def test_where_the_bus_of_a_session_is(environment, address):
    assert session_bus(environment) == address


def test_a_bus_that_answers_is_known_by_it(qtbot, address):
    greeting = Greeting(f"unix:path=/nonexistent/bus;{address}")
    with qtbot.waitSignal(greeting.answered, timeout=5000):
        greeting.begin()
    assert greeting._socket is None


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the buses are Linux's")
def test_the_window_locks_when_the_system_says_so(person, logind, address, monkeypatch):
    person.open_wallet()
    bus = connect(address, "wallet")
    both = {"systemBus": lambda: bus, "sessionBus": lambda: bus}
    for name, give in both.items():
        monkeypatch.setattr(QtDBus.QDBusConnection, name, staticmethod(give))
    for name in ("DBUS_SYSTEM_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS"):
        monkeypatch.setenv(name, address)
    listening = Session(person.window)
    listening.lock.connect(person.window.lock)
    person.window.locked.connect(listening.locked)
    listening.listen(person.window)
    person.qtbot.waitUntil(lambda: len(listening._messengers) == 2)
    (login,) = [one for one in listening._messengers if isinstance(one, Login)]
    login._wait = object()
    logind.says(MANAGER_PATH, MANAGER, "PrepareForSleep", True)
    person.qtbot.waitUntil(lambda: person.window.shell is None)
    person.settle()
    assert not person.stage.app.wallet.is_open
    assert login._wait is None  # only now may it sleep


# Windows


@pytest.mark.parametrize(
    ("message", "detail", "expected"),
    [
        (WM_WTSSESSION_CHANGE, 0x7, True),  # locked
        (WM_WTSSESSION_CHANGE, 0x8, False),  # unlocked
        (WM_WTSSESSION_CHANGE, 0x2, True),  # another user came
        (WM_WTSSESSION_CHANGE, 0x1, False),
        (WM_WTSSESSION_CHANGE, 0x4, True),
        (WM_POWERBROADCAST, 0x4, True),  # about to sleep
        (WM_POWERBROADCAST, 0x12, False),  # awake again
        (0x0200, 0x7, False),  # the mouse
    ],
)
def test_windows_says_when_the_person_went(message, detail, expected):
    assert says_lock(message, detail) is expected


def test_a_message_of_windows_is_read_from_its_memory(qapp):
    times: list[bool] = []
    listening = Messages(0, lambda: times.append(True))
    told = session_windows.wintypes.MSG(message=WM_WTSSESSION_CHANGE, wParam=0x7)
    where = ctypes.addressof(told)
    assert listening.nativeEventFilter(b"windows_generic_MSG", where) == (False, 0)
    assert listening.nativeEventFilter(b"xcb_generic_event_t", where) == (False, 0)
    QCoreApplication.instance().removeNativeEventFilter(listening)
    assert times == [True]
