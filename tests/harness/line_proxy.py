"""A line that misbehaves on demand: real sockets in front of a centre, with a fault for each request.

`faults` are taken one for each request, in order; none left means that all goes well.
"""

from __future__ import annotations

import contextlib
import gzip
import re
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from sync.line import Raw
from tests.harness.sync_party import Centre

Backend = Callable[[bytes], bytes]
"""A whole HTTP request in, a whole answer out."""


class Closed(Exception):
    """The other side went away."""


def http(status: int, body: bytes = b"", **headers: str) -> bytes:
    """An answer with its length; header names are given with underscores."""
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


PORTAL_PAGE = http(200, b"<html>Welcome to our hotel</html>", Content_Type="text/html")
PORTAL_MOVED = http(302, b"x" * 9, Location="http://127.0.0.1:9/login")
PORTAL_511 = http(511, b"sign in", Content_Type="text/html")
STORM_500 = http(500, b"oops", Content_Type="text/html")
BUSY_503 = http(503, Retry_After="3600")
BOMB = http(200, gzip.compress(bytes(30 << 20)), Content_Type="application/vnd.dsse+json", Content_Encoding="gzip")


def split(request: bytes) -> Raw:
    """Method and target are in the headers under their own names; the status means nothing."""
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    method, target, _ = first.split(" ")
    pairs = (line.split(": ", 1) for line in lines)
    return Raw(0, {":method": method, ":target": target} | {name.lower(): value for name, value in pairs}, body)


def scripted(centre: Centre) -> Backend:
    """The small centre of these tests as a backend."""

    def answer(request: bytes) -> bytes:
        asked = split(request)
        raw = centre.handle(asked.headers[":method"], asked.headers[":target"], asked.headers, asked.body or None)
        return http(raw.status, raw.body, **{name.replace("-", "_"): value for name, value in raw.headers.items()})

    return answer


def upstream(host: str, port: int) -> Backend:
    """A real centre elsewhere as a backend."""

    def answer(request: bytes) -> bytes:
        with socket.create_connection((host, port), timeout=10) as line:
            line.sendall(request.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
            parts: list[bytes] = []
            with contextlib.suppress(OSError):
                while part := line.recv(65536):
                    parts.append(part)
        return b"".join(parts).replace(b"connection: close\r\n", b"")

    return answer


def read_request(line: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(line)
    length = re.search(rb"content-length: *(\d+)", data, re.IGNORECASE)
    wanted = data.index(b"\r\n\r\n") + 4 + (int(length[1]) if length else 0)
    while len(data) < wanted:
        data += _some(line)
    return data


def _some(line: socket.socket) -> bytes:
    part = line.recv(65536)
    if not part:
        raise Closed
    return part


# ---- the faults: each gets the line, the request and the centre; whoever returns keeps the line open ------------

Fault = Callable[[socket.socket, bytes, Backend, threading.Event], None]


def well(line: socket.socket, request: bytes, centre: Backend, _over: threading.Event) -> None:
    line.sendall(centre(request))


def canned(answer: bytes) -> Fault:
    return lambda line, _request, _centre, _over: line.sendall(answer)


def drop_request(_line: socket.socket, _request: bytes, _centre: Backend, _over: threading.Event) -> None:
    raise Closed


def drop_response(_line: socket.socket, request: bytes, centre: Backend, _over: threading.Event) -> None:
    centre(request)
    raise Closed


def duplicate(line: socket.socket, request: bytes, centre: Backend, _over: threading.Event) -> None:
    first = centre(request)
    centre(request)
    line.sendall(first)


def duplicate_late(line: socket.socket, request: bytes, centre: Backend, _over: threading.Event) -> None:
    centre(request)
    line.sendall(centre(request))


def truncate(line: socket.socket, request: bytes, centre: Backend, _over: threading.Event) -> None:
    answer = centre(request)
    line.sendall(answer[: len(answer) - 40])
    raise Closed


def reset(line: socket.socket, _request: bytes, _centre: Backend, _over: threading.Event) -> None:
    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise Closed


def silence(_line: socket.socket, request: bytes, centre: Backend, over: threading.Event) -> None:
    """The request arrives, is carried out, and never answered: a half-open line."""
    centre(request)
    over.wait(10)
    raise Closed


def delay(seconds: float) -> Fault:
    def late(line: socket.socket, request: bytes, centre: Backend, over: threading.Event) -> None:
        over.wait(seconds)
        well(line, request, centre, over)

    return late


def endless(line: socket.socket, _request: bytes, _centre: Backend, over: threading.Event) -> None:
    line.sendall(b"HTTP/1.1 200 x\r\nContent-Type: application/vnd.dsse+json\r\n\r\n")
    while not over.is_set():
        line.sendall(bytes(1 << 18))


def endless_redirect(line: socket.socket, _request: bytes, _centre: Backend, over: threading.Event) -> None:
    line.sendall(b"HTTP/1.1 302 x\r\nLocation: /login\r\n\r\n")
    while not over.is_set():
        line.sendall(bytes(1 << 18))


def trickle_head(line: socket.socket, _request: bytes, _centre: Backend, over: threading.Event) -> None:
    line.sendall(b"HTTP/1.1 200 x\r\nX-Slow: ")
    while not over.wait(0.05):
        line.sendall(b"x")


def trickle_body(line: socket.socket, _request: bytes, _centre: Backend, over: threading.Event) -> None:
    line.sendall(b"HTTP/1.1 200 x\r\nContent-Type: application/vnd.dsse+json\r\nContent-Length: 99999\r\n\r\n")
    while not over.wait(0.05):
        line.sendall(b"x")


def trickle_last_body(line: socket.socket, request: bytes, centre: Backend, over: threading.Event) -> None:
    """Without end on a line that will close: the connection has given its socket away."""
    line.sendall(b"HTTP/1.1 200 x\r\nConnection: close\r\n\r\n")
    while not over.wait(0.05):
        line.sendall(b"x")


@dataclass
class Proxy:
    """Use as a context. `requests` keeps what came in, whatever became of it."""

    centre: Backend
    tls: ssl.SSLContext | None = None
    faults: deque[Fault] = field(default_factory=deque)
    requests: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._over = threading.Event()
        self._lines: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.authority = f"127.0.0.1:{self.port}"
        self.url = f"{'https' if self.tls else 'http'}://{self.authority}"
        self._start(self._accept)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._over.set()
        for line in (self._listener, *self._lines):
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
            line.close()
        for thread in self._threads:
            thread.join()

    def _start(self, run: Callable[[], None]) -> None:
        thread = threading.Thread(target=run, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self._listener.accept()
            except OSError:
                return
            self._lines.add(line)
            self._start(lambda line=line: self._talk(line))  # type: ignore[misc]

    def _talk(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError, Closed), line:
            if self.tls is None:
                self._serve(line)
            else:
                with self.tls.wrap_socket(line, server_side=True) as inside:
                    self._lines.add(inside)
                    self._serve(inside)

    def _serve(self, line: socket.socket) -> None:
        while not self._over.is_set():
            request = read_request(line)
            self.requests.append(request)
            fault = self.faults.popleft() if self.faults else well
            fault(line, request, self.centre, self._over)
