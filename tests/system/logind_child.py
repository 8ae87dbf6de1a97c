"""A process of its own that owns the names of logind and of the screen savers on a bus.

Usage: logind_child.py ADDRESS. Reads one JSON list a line from standard input:
["signal", path, interface, member, signature, [values]], ["fact", name, value], ["mute"] (answers
nothing from then on). Prints what it was asked, and when nobody lets the machine wait with its
sleep any more, one JSON list a line.
"""

from __future__ import annotations

import json
import os
import select
import sys
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import open_dbus_connection

NAMES = ("org.freedesktop.login1", "org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver")
OURS = "/org/freedesktop/login1/session/_37"


def say(*words: object) -> None:
    print(json.dumps(words), flush=True)


class Service:
    """Answers like logind, over a real socket and with real file descriptors."""

    def __init__(self, address: str) -> None:
        self.bus = open_dbus_connection(address, enable_fds=True)
        for name in NAMES:
            self.bus.send_and_get_reply(message_bus.RequestName(name))
        self.facts: dict[str, bool] = {"Active": True, "LockedHint": False}
        self.waits: list[int] = []  # our ends of the pipes: closed on the other side, it may sleep
        self.mute = False

    def answer(self, asked: Message) -> None:
        """Answer one call."""
        name = asked.header.fields[HeaderFields.member]
        say("asked", name, [str(one) for one in asked.body])
        if self.mute:
            return
        if name == "GetSession":
            self.bus.send(new_method_return(asked, "o", (OURS,)))
        elif name == "Get":
            self.bus.send(new_method_return(asked, "v", (("b", self.facts[asked.body[1]]),)))
        elif name == "Inhibit":
            ours, theirs = os.pipe()
            self.waits.append(ours)
            self.bus.send(new_method_return(asked, "h", (theirs,)))
            os.close(theirs)
        else:
            self.bus.send(new_error(asked, "org.freedesktop.DBus.Error.UnknownMethod"))

    def obey(self, word: str, *given: Any) -> None:
        """Do what the test says."""
        if word == "signal":
            path, interface, member, signature, values = given
            emitter = DBusAddress(path, interface=interface)
            self.bus.send(new_signal(emitter, member, signature or None, tuple(values)))
        elif word == "fact":
            self.facts[given[0]] = given[1]
        elif word == "mute":
            self.mute = True

    def let_go(self, ours: int) -> None:
        """Whoever asked to wait has closed its end."""
        self.waits.remove(ours)
        os.close(ours)
        say("may sleep")

    def serve(self) -> None:
        """Serve until standard input ends."""
        say("serving")
        commands, rest = sys.stdin.fileno(), b""
        while True:
            ready, _, _ = select.select([commands, self.bus.sock, *self.waits], [], [])
            if commands in ready:
                given = os.read(commands, 65536)
                if not given:
                    return
                *lines, rest = (rest + given).split(b"\n")
                for line in lines:
                    self.obey(*json.loads(line))
            for one in [one for one in self.waits if one in ready]:
                self.let_go(one)
            if self.bus.sock in ready:
                message = self.bus.receive()
                if message.header.message_type is MessageType.method_call:
                    self.answer(message)


if __name__ == "__main__":
    Service(sys.argv[1]).serve()
