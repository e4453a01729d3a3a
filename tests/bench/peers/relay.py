"""Bytes on the line: a relay that counts what it carries. For weighing, not for timing."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Final, Self

CHUNK: Final = 1 << 16


class Relay:
    """From a loopback port (`port` 0: any that is free) to another. Use as a context; `up` and `down` count bytes."""

    def __init__(self, target: int, port: int = 0) -> None:
        self._target = target
        self._wanted = port
        self._lock = threading.Lock()
        self._lines: list[socket.socket] = []
        self._pumps: list[threading.Thread] = []
        self.up = self.down = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server(("127.0.0.1", self._wanted))
        self.port: int = self._listener.getsockname()[1]
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._accepting.join()  # from here on no line is added
        self._listener.close()
        for line in self._lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
        for pump in self._pumps:
            pump.join()
        for line in self._lines:
            line.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                near.close()
                continue
            self._lines += [near, far]
            for line in ((near, far, True), (far, near, False)):
                self._pumps.append(threading.Thread(target=self._pump, args=line, daemon=True))
                self._pumps[-1].start()

    def _pump(self, source: socket.socket, sink: socket.socket, upward: bool) -> None:
        with contextlib.suppress(OSError):
            while some := source.recv(CHUNK):
                with self._lock:
                    if upward:
                        self.up += len(some)
                    else:
                        self.down += len(some)
                sink.sendall(some)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)
