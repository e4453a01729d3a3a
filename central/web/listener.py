"""The socket side: uvicorn with httptools, bounded in what a stranger may make it hold, and for how long."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections import OrderedDict
from types import FrameType
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from central.rate_limit import asker
from central.web.exchange import LEAST_BYTES, LONGEST_S, PATIENCE_S, refusal
from protocol.errors import Unavailable
from protocol.override import override

HEADER_S: Final = 10
MAX_HEADER: Final = 32 * 1024
KEEP_ALIVE_S: Final = 75
CONNECTIONS: Final = 2_000
CONNECTIONS_OF_NETWORK: Final = 256
"""A carrier may put many shops behind one network: whoever is shed was idle, and connects again."""
BACKLOG: Final = 512


class Lines:
    """The open connections of one server: how many each network has, and which of them are idle, the longest first.

    All of them count to the network that connects. Those of our own `proxy` are bounded in all only.
    """

    def __init__(self, proxy: str) -> None:
        self._proxy = proxy
        self._open: dict[str, OrderedDict[Patient, None]] = {}
        self._idle: dict[str, OrderedDict[Patient, None]] = {}
        self._all = 0

    def add(self, line: Patient) -> bool:
        """Whether `line` may stay; the longest idle one of its network, else of the largest network, makes room."""
        of = line.network
        if of != self._proxy and len(self._open.get(of, ())) >= CONNECTIONS_OF_NETWORK and not self._shed(of):
            return False
        if self._all >= CONNECTIONS:
            for largest in sorted(self._idle, key=lambda one: len(self._open[one]), reverse=True):
                if self._shed(largest):
                    break
        self._open.setdefault(of, OrderedDict())[line] = None
        self._all += 1
        self.rests(line)
        return True

    def rests(self, line: Patient) -> None:
        """`line` waits for a request, or for the rest of one that was answered."""
        if line in self._open.get(line.network, ()):
            self._idle.setdefault(line.network, OrderedDict())[line] = None

    def works(self, line: Patient) -> None:
        _take(self._idle, line)

    def remove(self, line: Patient) -> None:
        self._all -= _take(self._open, line)
        _take(self._idle, line)

    @property
    def full(self) -> bool:
        """There are more than there may be, and none of them was idle."""
        return self._all > CONNECTIONS

    def network_of(self, host: str) -> str:
        return host if host and host == self._proxy else asker(host, {}, "")

    def _shed(self, network: str) -> bool:
        found = next(iter(self._idle.get(network, ())), None)
        if found is None:
            return False
        self.remove(found)
        found.transport.abort()
        return True


def _take(lines: dict[str, OrderedDict[Patient, None]], line: Patient) -> bool:
    of = lines.get(line.network, OrderedDict())
    if line not in of:
        return False
    del of[line]
    if not of:
        del lines[line.network]
    return True


class _Config(uvicorn.Config):
    lines: Lines


class Patient(HttpToolsProtocol):
    """Waits `HEADER_S` for a request's headers and reads `MAX_HEADER` bytes of them, then hangs up.

    uvicorn itself bounds neither: a slow sender would hold a connection for ever, an endless header all memory.
    What still comes of a body whose request was answered is dropped, with the patience of one that is read.
    """

    network: str = ""
    _dropping: asyncio.TimerHandle | None = None
    _dropped: int = 0
    _drop_until: float = 0.0

    _deadline: asyncio.TimerHandle | None = None
    _head_bytes: int = 0

    @override
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.network = self._lines.network_of(self.client[0] if self.client else "")
        if self._lines.add(self):
            self._await_head()
        else:
            transport.abort()

    @property
    def _lines(self) -> Lines:
        assert isinstance(self.config, _Config)  # noqa: S101 - as `server` makes it
        return self.config.lines

    @override
    def data_received(self, data: bytes) -> None:
        if self._deadline is not None:
            # Counted before it is parsed: the piece that ends the headers may bring a megabyte of body along.
            if self._head_bytes > MAX_HEADER:
                self.transport.close()
                return
            self._head_bytes += len(data)
        super().data_received(data)

    @override
    def on_message_begin(self) -> None:
        super().on_message_begin()
        if self._deadline is None:
            self._await_head()

    @override
    def on_headers_complete(self) -> None:
        self._stop_waiting()
        self._lines.works(self)
        full = self._lines.full or len(self.tasks) >= CONNECTIONS
        self.app = _full if full else self.config.loaded_app
        super().on_headers_complete()

    @override
    def on_body(self, body: bytes) -> None:
        super().on_body(body)
        if self.cycle.response_complete:
            self._dropped += len(body)
        else:
            self.flow.pause_reading()  # one piece in hand, until the application asks for the next

    @override
    def on_message_complete(self) -> None:
        super().on_message_complete()
        if self._dropping is not None:
            self._stop_dropping()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    @override
    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not self.cycle.response_complete:  # the next was sent before this one was answered
            return
        self._lines.rests(self)
        if self.cycle.more_body:
            self.cycle.body = bytearray()
            self._drop_until = self.loop.time() + LONGEST_S
            self._dropped = LEAST_BYTES
            self._go_on_dropping()

    def _go_on_dropping(self) -> None:
        if self._dropped < LEAST_BYTES or self.loop.time() > self._drop_until:
            self.transport.close()
            return
        self._dropped = 0
        self._dropping = self.loop.call_later(PATIENCE_S, self._go_on_dropping)

    def _stop_dropping(self) -> None:
        if self._dropping is not None:
            self._dropping.cancel()
            self._dropping = None

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        self._stop_dropping()
        self._lines.remove(self)
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._head_bytes = 0
        self._deadline = self.loop.call_later(HEADER_S, self.transport.close)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


async def _full(scope: Any, receive: Any, send: Any) -> None:
    """In place of uvicorn's own, which does not say when to come again."""
    answer = refusal(503, "later")
    answer.headers["Connection"] = "close"
    await answer(scope, receive, send)


def bind(host: str, port: int) -> socket.socket:
    """A listening address. Raises Unavailable ``port_busy``."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
        # At once: two that are bound only would both believe the port theirs.
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise Unavailable("port_busy", host=host, port=port) from error
    return bound


class Orderly(uvicorn.Server):
    """Ends by returning: uvicorn's own raises the signal again, and what is open around it would never be closed."""

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        if self.should_exit and sig == signal.SIGINT:
            self.force_exit = True
        self.should_exit = True


def server(app: Starlette, proxy: str = "") -> uvicorn.Server:
    """A server for `app`, to be run on sockets of `bind`; `proxy` is the address that connects for everybody."""
    config = _Config(
        app, http=Patient, ws="none", loop="auto", log_level="warning", access_log=False, proxy_headers=False,
        timeout_keep_alive=KEEP_ALIVE_S, timeout_graceful_shutdown=10,
        server_header=False,
    )  # fmt: skip
    config.lines = Lines(proxy)
    return Orderly(config)
