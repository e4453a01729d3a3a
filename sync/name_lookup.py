"""A name looked up where a look-up that hangs holds nobody: the system's own cannot be broken off."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress

from protocol.program.loop import start_thread

Ask = Callable[[str, int], object]


class LookUp:
    """One question to the system's resolver, on a thread that is left behind if need be."""

    def __init__(self, host: str, port: int, ask: Ask = socket.getaddrinfo) -> None:
        self._ended = threading.Event()
        self._found = False
        self._question = host, port, ask

    def found(self, wait_s: float) -> bool:
        """Whether the name was found within `wait_s`, and before `leave`."""
        start_thread("name", self._resolve)
        self._ended.wait(wait_s)
        return self._found

    def leave(self) -> None:
        """From any thread: whoever waits goes on at once."""
        self._ended.set()

    def _resolve(self) -> None:
        host, port, ask = self._question
        with suppress(OSError, UnicodeError):
            ask(host, port)
            self._found = True
        self._ended.set()
