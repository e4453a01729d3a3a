"""The socket side: uvicorn with httptools, bounded in what a stranger may make it hold, and for how long."""

from __future__ import annotations

import asyncio
import signal
import socket
from types import FrameType
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from central.web.exchange import refusal
from protocol.errors import Unavailable
from protocol.override import override

HEADER_S: Final = 10
MAX_HEADER: Final = 32 * 1024
KEEP_ALIVE_S: Final = 75
CONNECTIONS: Final = 2_000
BACKLOG: Final = 512


class Patient(HttpToolsProtocol):
    """Waits `HEADER_S` for a request's headers and reads `MAX_HEADER` bytes of them, then hangs up.

    uvicorn itself bounds neither: a slow sender would hold a connection for ever, an endless header all memory.
    """

    _deadline: asyncio.TimerHandle | None = None
    _head_bytes: int = 0

    @override
    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._await_head()

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
        full = len(self.connections) >= CONNECTIONS or len(self.tasks) >= CONNECTIONS
        self.app = _full if full else self.config.loaded_app
        super().on_headers_complete()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
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


def server(app: Starlette) -> uvicorn.Server:
    """A server for `app`, to be run on sockets of `bind`."""
    return Orderly(
        uvicorn.Config(
            app, http=Patient, ws="none", loop="auto", log_level="warning", access_log=False, proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_S, timeout_graceful_shutdown=10,
            server_header=False,
        )
    )  # fmt: skip
