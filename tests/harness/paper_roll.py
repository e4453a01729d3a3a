"""A receipt printer on a listening socket: it works through ESC/POS as it comes, and keeps what was cut off whole."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Callable
from typing import Final, Self

import zxingcpp
from PIL import Image

GOOD: Final = b"\x12"


class Torn(Exception):
    """The other side went away in the middle of a paper."""


class Roll:
    """Use as a context. `papers` are the QR texts of the papers that came out, in their order."""

    def __init__(self) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        self._busy = 0
        self._changed = threading.Condition()
        self._pictures: list[list[bytes]] = []
        self._read: list[str] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits on it
        self._server.close()

    def papers(self) -> list[str]:
        """Waits until what was sent has been worked through."""
        time.sleep(0.02)  # a connection may still wait to be accepted
        with self._changed:
            self._changed.wait_for(lambda: self._busy == 0, 10)
            fresh = self._pictures[len(self._read) :]
        self._read += [qr_of(lines) for lines in fresh]
        return self._read

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                link, _ = self._server.accept()
                with self._changed:
                    self._busy += 1
                threading.Thread(target=self._talk, args=(link,), daemon=True).start()

    def _talk(self, link: socket.socket) -> None:
        with link, contextlib.suppress(OSError, Torn):
            Head(link, self._cut).work()
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def _cut(self, lines: list[bytes]) -> None:
        with self._changed:
            self._pictures.append(lines)


class Head:
    """The print head of one connection. `cut` is given the lines of each paper that is whole."""

    def __init__(self, link: socket.socket, cut: Callable[[list[bytes]], None]) -> None:
        self._link = link
        self._cut = cut
        self._data = bytearray()
        self._lines: list[bytes] = []

    def work(self) -> None:
        while True:
            self._command(self._take(2))

    def _command(self, head: bytes) -> None:
        if head == b"\x10\x04":
            self._take(1)
            self._link.sendall(GOOD)
        elif head == b"\x1b@":
            self._lines = []
        elif head == b"\x1bd":
            self._take(1)
        elif head == b"\x1dv":
            _, _, low, high, rows_low, rows_high = self._take(6)
            width = low + 256 * high
            self._lines += [self._take(width) for _ in range(rows_low + 256 * rows_high)]
        elif head == b"\x1dV":
            self._take(1)
            self._cut(self._lines)
        else:
            raise AssertionError(head)

    def _take(self, count: int) -> bytes:
        while len(self._data) < count:
            part = self._link.recv(65536)
            if not part:
                raise Torn
            self._data += part
        taken = bytes(self._data[:count])
        del self._data[:count]
        return taken


def qr_of(lines: list[bytes]) -> str:
    """What a citizen's telephone reads from the paper."""
    width = len(lines[0])
    picture = Image.frombytes("1", (width * 8, len(lines)), bytes(~b & 0xFF for b in b"".join(lines))).convert("L")
    found = zxingcpp.read_barcodes(picture)
    return next((code.text for code in found if code.text.startswith("http")), "")
