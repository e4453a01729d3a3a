"""The accessibility bus as a screen reader has it: who has the focus, what it is called, what is announced.

A session bus of its own; the rest is started by it as on any desktop (at-spi2-core). Spoken to with jeepney, which
keyring brings along on Linux.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from jeepney import DBusAddress, Message, MessageType, Properties, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
EVENTS: Final = "org.a11y.atspi.Event.Object"
ROOT: Final = "/org/a11y/atspi/accessible/root"
LISTENED: Final = ("object:state-changed:focused", "object:announcement", "object:property-change:accessible-name")
PATIENCE_S: Final = 20.0
FOCUSED: Final = 1 << 12
LABELLED_BY: Final = 2
PASSWORD: Final = 40
FOCUSABLE: Final = 1 << 11
ENABLED: Final = 1 << 8
SHOWING: Final = 1 << 25


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing: `role` in AT-SPI's own words, `state` its bits."""

    name: str
    role: str
    state: int
    description: str
    label: str = ""
    """What the label says that stands for it: a list's own name is its choice."""


class SessionBus:
    """A bus daemon with nobody on it."""

    def __init__(self) -> None:
        command = ["dbus-daemon", "--session", "--nofork", "--print-address=1", "--nopidfile"]
        self._daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._daemon.stdout is not None
        self.env: Mapping[str, str] = {
            "DBUS_SESSION_BUS_ADDRESS": self._daemon.stdout.readline().strip(),
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }

    def close(self) -> None:
        assert self._daemon.stdout is not None
        self._daemon.stdout.close()
        self._daemon.terminate()
        self._daemon.wait()


class Reader:
    """A screen reader without a voice."""

    def __init__(self, session: SessionBus) -> None:
        with open_dbus_connection(session.env["DBUS_SESSION_BUS_ADDRESS"]) as link:
            asked = new_method_call(DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus"), "GetAddress")
            address = link.send_and_get_reply(asked, timeout=PATIENCE_S).body[0]
        self._link: DBusConnection = open_dbus_connection(address)
        self.announced: list[str] = []
        self._focus: tuple[str, str] | None = None
        self._listen()

    def _listen(self) -> None:
        registry = DBusAddress(
            "/org/a11y/atspi/registry", "org.a11y.atspi.Registry", "org.a11y.atspi.Registry"
        )  # fmt: skip
        for name in LISTENED:
            self._call(new_method_call(registry, "RegisterEvent", "s", (name,)))
        bus = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        self._call(new_method_call(bus, "AddMatch", "s", (f"type='signal',interface='{EVENTS}'",)))

    def _call(self, message: Message) -> Any:
        """The reply's body; signals that come meanwhile are heard."""
        serial = next(self._link.outgoing_serial)
        self._link.send(message, serial=serial)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            got = self._link.receive(timeout=PATIENCE_S)
            if got.header.fields.get(5) == serial:  # REPLY_SERIAL
                assert got.header.message_type is MessageType.method_return, got.body
                return got.body
            self._hear(got)
        raise TimeoutError

    def _hear(self, message: Message) -> None:
        if message.header.message_type is not MessageType.signal:
            return
        fields = message.header.fields
        member, path, sender = fields.get(3), fields.get(1), fields.get(7)
        if member == "Announcement":
            self.announced.append(str(message.body[3][1]))
        elif member == "StateChanged" and message.body[0] == "focused" and message.body[1]:
            self._focus = (str(sender), str(path))

    def listen(self, seconds: float = 0.05) -> None:
        try:
            while True:
                self._hear(self._link.receive(timeout=seconds))
        except TimeoutError:
            return

    def read(self, owner: str, path: str) -> Heard:
        about = DBusAddress(path, owner, ACCESSIBLE)
        name = self._call(Properties(about).get("Name"))[0][1]
        description = self._call(Properties(about).get("Description"))[0][1]
        role = self._call(new_method_call(about, "GetRoleName"))[0]
        if self._call(new_method_call(about, "GetRole"))[0] == PASSWORD:  # of which Qt's name is that of any text
            role = "password text"
        low, high = self._call(new_method_call(about, "GetState"))[0]
        label = ""
        for kind, targets in self._call(new_method_call(about, "GetRelationSet"))[0]:
            if kind == LABELLED_BY and targets:
                label = self._call(Properties(DBusAddress(targets[0][1], targets[0][0], ACCESSIBLE)).get("Name"))[0][1]
        return Heard(name, role, low | high << 32, description, label)

    def focused(self) -> Heard | None:
        self.listen()
        return None if self._focus is None else self.read(*self._focus)

    def until(self, what: str, question: Callable[[], Any]) -> Any:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            self.listen()
            answer = question()
            if answer:
                return answer
        raise AssertionError(f"never heard: {what}; the focus is on {self.focused()}, said was {self.announced[-5:]}")

    def close(self) -> None:
        self._link.close()
