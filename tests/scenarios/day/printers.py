"""A receipt printer on a socket that can jam: stop half way, fall silent after the cut, be out of paper, vanish."""

from __future__ import annotations

import contextlib
import hashlib
import socket
import threading
import time
from dataclasses import dataclass
from typing import Final, Literal, Self

from protocol.override import override
from tests.harness.paper_roll import Head, Torn, qr_of
from tests.harness.roll_reader import read_roll

Mood = Literal["well", "half", "mute", "paper_out"]
"""`half` and `mute` happen to one paper; out of paper it stays until somebody puts a roll in."""
OUT: Final = b"\x72"
GOOD: Final = b"\x12"
TORN_AT: Final = 240


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper that came out whole: its dots as a hash, and the link of its code ("" without one)."""

    dots: str
    qr: str


def dots_of(lines: bytes) -> str:
    return hashlib.sha256(lines).hexdigest()


def dots_sent(data: bytes) -> str:
    """Of the bytes that were meant for a printer."""
    picture, _ = read_roll(data)
    return dots_of(bytes(~byte & 0xFF for byte in picture.convert("1").tobytes()))


class JammingPrinter:
    """Use as a context."""

    def __init__(self) -> None:
        self.mood: Mood = "well"
        self.torn = 0
        self._sheets: list[list[bytes]] = []
        self._read: list[Sheet] = []
        self._busy = 0
        self._changed = threading.Condition()
        self._server: socket.socket | None = None
        self.port = 0

    def __enter__(self) -> Self:
        self.appear()
        return self

    def __exit__(self, *_: object) -> None:
        self.vanish()

    def appear(self) -> None:
        """Plugged in, on the port it always had."""
        self._server = server = socket.create_server(("127.0.0.1", self.port))
        self.port = server.getsockname()[1]
        threading.Thread(target=self._serve, args=(server,), daemon=True).start()

    def vanish(self) -> None:
        """Unplugged: whoever calls is refused."""
        if self._server is not None:
            with contextlib.suppress(OSError):
                self._server.shutdown(socket.SHUT_RDWR)
            self._server.close()
            self._server = None

    def sheets(self) -> list[Sheet]:
        """What came out whole so far, once what was sent has been worked through."""
        time.sleep(0.05)  # a connection may still wait to be accepted
        with self._changed:
            self._changed.wait_for(lambda: self._busy == 0, 10)
            fresh = self._sheets[len(self._read) :]
        self._read += [Sheet(dots_of(b"".join(lines)), qr_of(lines)) for lines in fresh]
        return self._read

    def _serve(self, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                link, _ = server.accept()
                with self._changed:
                    self._busy += 1
                threading.Thread(target=self._talk, args=(link,), daemon=True).start()

    def _talk(self, link: socket.socket) -> None:
        with link, contextlib.suppress(OSError, Torn):
            _JammingHead(link, self).work()
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def keep(self, lines: list[bytes]) -> None:
        with self._changed:
            self._sheets.append(lines)

    def tear(self) -> None:
        """One paper has jammed, whole or not: the next one fares well."""
        self.torn += 1
        self.mood = "well"
        raise Torn


class _JammingHead(Head):
    def __init__(self, link: socket.socket, printer: JammingPrinter) -> None:
        super().__init__(link, printer.keep)
        self._printer = printer

    @override
    def _command(self, head: bytes) -> None:
        if head == b"\x10\x04":
            question = self._take(1)
            out = self._printer.mood == "paper_out" and question == b"\x04"
            self._link.sendall(OUT if out else GOOD)
        elif head == b"\x1dr":  # asked in its turn: everything before it is on paper
            self._take(1)
            self._link.sendall(b"\x00")
        else:
            super()._command(head)
            self._jam(head)

    def _jam(self, head: bytes) -> None:
        mood = self._printer.mood
        if mood == "half" and len(self._lines) >= TORN_AT:
            self._printer.tear()
        if mood == "mute" and head == b"\x1dV":
            self._printer.tear()
