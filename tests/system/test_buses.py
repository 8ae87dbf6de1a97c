"""The real window locks by signals of a real bus, from a process that owns the names there."""

from __future__ import annotations

import json
import os
import queue
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.paths import REPO
from tests.ui.test_session import CONFIG, OURS
from wallet.ui.session_bus import MANAGER, MANAGER_PATH, PROPERTIES, SESSION
from wallet.ui.session_probe import unix_sockets

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the buses are Linux's"),
    pytest.mark.skipif(shutil.which("dbus-daemon") is None, reason="needs dbus-daemon"),
]
SECONDS = 20.0
MOST_STALLED = 1500  # milliseconds; a service that is waited for costs 25 seconds
SAVERS = ("org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver")


@dataclass
class Child:
    """A process that is told words and says JSON lists."""

    process: subprocess.Popen[str]
    lines: queue.Queue[list[object]] = field(default_factory=queue.Queue)

    def __post_init__(self) -> None:
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def tell(self, text: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(text + "\n")
        self.process.stdin.flush()

    def hears(self, word: str, seconds: float = SECONDS) -> list[object]:
        """Wait until it says something that begins with `word`."""
        until = time.monotonic() + seconds
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"it never said {word!r}") from None
            if line[0] == word:
                return line

    def is_silent_about(self, word: str, seconds: float = 0.3) -> bool:
        try:
            self.hears(word, seconds)
        except AssertionError:
            return True
        return False

    def end(self) -> None:
        self.process.kill()
        self.reader.join()
        with self.process:  # closes its pipes
            pass


def child(module: str, *arguments: str, **environment: str) -> Child:
    command = [sys.executable, "-m", f"tests.system.{module}", *arguments]
    outside = {key: value for key, value in os.environ.items() if not key.startswith("DBUS_")}
    outside |= {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(REPO), **environment}
    outside.pop("XDG_RUNTIME_DIR", None)
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command, cwd=REPO, env=outside, stdin=pipe, stdout=pipe, text=True, encoding="utf-8"
    )
    return Child(process)


@dataclass
class Bus:
    process: subprocess.Popen[str]
    address: str

    def dies(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Bus]:
    config = tmp_path / "bus.conf"
    config.write_text(CONFIG.format(folder=tmp_path))
    command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=quiet, text=True)
    assert process.stdout is not None
    with process:
        yield Bus(process, process.stdout.readline().strip())
        process.kill()


@pytest.fixture
def start() -> Iterator[Callable[..., Child]]:
    """Start a child that is ended with the test."""
    begun: list[Child] = []

    def made(module: str, *arguments: str, **environment: str) -> Child:
        begun.append(child(module, *arguments, **environment))
        return begun[-1]

    yield made
    for one in begun:
        one.end()


@pytest.fixture
def logind(start, bus) -> Child:
    made = start("logind_child", bus.address)
    made.hears("serving")
    return made


def open_window(start, folder: Path, address: str) -> Child:
    folder.mkdir()
    both = {"DBUS_SYSTEM_BUS_ADDRESS": address, "DBUS_SESSION_BUS_ADDRESS": address}
    window = start("window_child", str(folder), HOME=str(folder), **both)
    assert window.hears("open") == ["open", True]
    return window


def signal(logind: Child, *given: object) -> None:
    logind.tell(json.dumps(["signal", *given]))


def sleeps(logind: Child, on: bool) -> None:
    signal(logind, MANAGER_PATH, MANAGER, "PrepareForSleep", "b", [on])


def test_the_machine_sleeps_once_the_wallet_is_locked_and_each_time_anew(
    start, logind, bus, tmp_path
):
    window = open_window(start, tmp_path / "home", bus.address)
    assert logind.hears("asked")[1] == "Inhibit"
    assert logind.is_silent_about("may sleep")
    for _ in range(2):
        sleeps(logind, True)
        assert window.hears("locked") == ["locked", False]
        logind.hears("may sleep", seconds=3)  # logind itself waits for five at most
        sleeps(logind, False)
        assert logind.hears("asked")[1] == "Inhibit"
        window.tell("unlock")
        assert window.hears("open") == ["open", True]
        assert logind.is_silent_about("may sleep")


def test_a_lock_before_costs_the_next_sleep_neither_time_nor_its_wait(start, logind, bus, tmp_path):
    window = open_window(start, tmp_path / "home", bus.address)
    found(logind)
    screen = ["/org/gnome/ScreenSaver", SAVERS[1], "ActiveChanged", "b"]
    signal(logind, *screen, [True])
    assert window.hears("locked") == ["locked", False]
    window.tell("unlock")
    assert window.hears("open") == ["open", True]
    assert logind.is_silent_about("may sleep")  # it is open again, and would have to be locked
    signal(logind, *screen, [True])
    assert window.hears("locked") == ["locked", False]
    sleeps(logind, True)
    logind.hears("may sleep", seconds=3)


@pytest.mark.parametrize("name", SAVERS)
def test_it_locks_when_a_screen_saver_comes_on(start, logind, bus, tmp_path, name):
    window = open_window(start, tmp_path / "home", bus.address)
    path = "/" + name.replace(".", "/")
    signal(logind, path, name, "ActiveChanged", "b", [False])
    assert window.is_silent_about("locked")
    signal(logind, path, name, "ActiveChanged", "b", [True])
    assert window.hears("locked") == ["locked", False]


def found(logind: Child) -> None:
    """Wait until the window knows its session, and hears of it."""
    while logind.hears("asked")[1] != "GetSession":
        pass
    assert logind.is_silent_about("asked")


def test_it_locks_with_its_session(start, logind, bus, tmp_path):
    window = open_window(start, tmp_path / "home", bus.address)
    found(logind)
    signal(logind, OURS, SESSION, "Lock", "", [])
    assert window.hears("locked") == ["locked", False]


def test_it_locks_when_another_user_comes(start, logind, bus, tmp_path):
    window = open_window(start, tmp_path / "home", bus.address)
    found(logind)
    changed = [OURS, PROPERTIES, "PropertiesChanged", "sa{sv}as", [SESSION, {}, []]]
    signal(logind, *changed)
    assert window.is_silent_about("locked")
    logind.tell(json.dumps(["fact", "Active", False]))
    signal(logind, *changed)
    assert window.hears("locked") == ["locked", False]


def goes_on(window: Child) -> None:
    """It is still open, still answers, and was never stuck."""
    window.tell("stalled")
    assert window.hears("stalled")[1] < MOST_STALLED
    window.tell("quit")
    assert window.process.wait(SECONDS) == 0


def test_a_service_that_never_answers_is_not_waited_for(start, logind, bus, tmp_path):
    logind.tell(json.dumps(["mute"]))
    window = open_window(start, tmp_path / "home", bus.address)
    logind.hears("asked")
    goes_on(window)


@pytest.mark.parametrize(
    "answers",
    [
        [],  # takes the connection, and that is all
        [b"OK 0123456789abcdef0123456789abcdef\r\n"],  # lets in, and never says hello
        [b"REJECTED EXTERNAL\r\n"],
        [b"x" * 200_000],
        [b"OK 0123"],
        [b""],  # hangs up at once
    ],
    ids=["silent", "no hello", "refuses", "babbles", "half", "hangs up"],
)
def test_a_bus_that_takes_the_call_and_says_nothing_is_not_waited_for(start, tmp_path, answers):
    place = tmp_path / "bus"
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(place))
        bus.listen()
        taken = []

        def take() -> None:
            with suppress(OSError):
                while True:
                    taken.append(bus.accept()[0])
                    for answer in answers:
                        taken[-1].sendall(answer) if answer else taken[-1].close()

        threading.Thread(target=take, daemon=True).start()
        window = open_window(start, tmp_path / "home", f"unix:path={place}")
        time.sleep(0.5)
        goes_on(window)
        assert len(taken) == 2  # both buses were greeted, once
        for one in taken:
            one.close()


def test_a_bus_that_answers_late_is_heard_then(start, logind, bus, tmp_path):
    (here, _abstract), *_ = unix_sockets(bus.address)
    place, go_on = tmp_path / "late", threading.Event()
    sockets, threads = [socket.socket(socket.AF_UNIX)], []
    sockets[0].bind(str(place))
    sockets[0].listen()

    def run(work: Callable[..., None], *given: socket.socket) -> None:
        threads.append(threading.Thread(target=work, args=given, daemon=True))
        threads[-1].start()

    def pass_on(source: socket.socket, to: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                to.sendall(data)
            to.shutdown(socket.SHUT_RDWR)

    def take() -> None:
        for _ in range(4):  # each bus is greeted, then connected to
            near, far = sockets[0].accept()[0], socket.socket(socket.AF_UNIX)
            sockets.extend((near, far))
            go_on.wait(SECONDS)
            far.connect(here)
            run(pass_on, near, far)
            run(pass_on, far, near)

    run(take)
    window = open_window(start, tmp_path / "home", f"unix:path={place}")
    assert logind.is_silent_about("asked")
    go_on.set()
    found(logind)
    goes_on(window)
    bus.dies()
    for thread in threads:
        thread.join(SECONDS)
    for one in sockets:
        one.close()


def test_no_bus_is_no_trouble(start, tmp_path):
    window = open_window(start, tmp_path / "home", f"unix:path={tmp_path}/nothing")
    goes_on(window)


def test_a_bus_that_dies_ends_nothing(start, logind, bus, tmp_path):
    window = open_window(start, tmp_path / "home", bus.address)
    found(logind)
    bus.dies()
    time.sleep(0.3)
    window.tell("stalled")
    window.hears("stalled")
    goes_on(window)
