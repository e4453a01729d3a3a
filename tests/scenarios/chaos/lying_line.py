"""A line that lies by chance: what `tests.scenarios.chaos.chaos_run` puts between a counter and its centre."""

from __future__ import annotations

import base64
import random
import socket
import threading
import time
from collections import deque
from contextlib import suppress
from typing import Final

from protocol.documents.trust import payload
from protocol.errors import Corrupt
from protocol.override import override
from protocol.wire import wire
from tests.harness import line_proxy
from tests.harness.centre_process import free_port
from tests.harness.line_proxy import Backend, Closed, Fault, canned, http, upstream

ODD_WAITS: Final = ("-5", "Thu, 01 Jan 1970 00:00:00 GMT", "1", "1e9", "soon", "", "2")


class Line(deque[Fault]):
    """The faults of a proxy, cast one by one while it `lies`; it remembers what the centre has really said."""

    def __init__(self) -> None:
        super().__init__()
        self.lies, self.port, self.heard_ms = False, free_port(), 0
        self.chance = random.Random(0)
        self.said: dict[str, bytes] = {}
        self.acks: set[bytes] = set()
        self.held: list[bytes] = []
        mine: tuple[Fault, ...] = (self._replay, self._corrupt, self._cut, self._hold, self._release, self._refuse)
        self.faults = (*[line_proxy.well] * 20, *mine, *OTHERS)

    def __bool__(self) -> bool:
        return self.lies

    @override
    def popleft(self) -> Fault:
        return self.chance.choice(self.faults)

    def answer(self, request: bytes) -> bytes:
        """What the centre says. Raises OSError."""
        answer = upstream("127.0.0.1", self.port)(request)
        body = answer.partition(b"\r\n\r\n")[2]
        self.acks.add(body)
        with suppress(ValueError, LookupError, TypeError, Corrupt):  # no lease, which has one in it
            self.acks.add(base64.b64decode(payload(body)["ack"]))
        self.said.setdefault(request.split(b"?")[0].split(b"\r")[0].decode(), answer)
        self.heard_ms = time.time_ns() // 1_000_000
        return answer

    def _replay(self, line: socket.socket, *_: object) -> None:
        line.sendall(self.chance.choice([*self.said.values()]))

    def _corrupt(self, line: socket.socket, request: bytes, centre: Backend, _over: object) -> None:
        answer = bytearray(centre(request))
        answer[self.chance.randrange(len(answer))] ^= 1 << self.chance.randrange(8)
        line.sendall(answer)
        raise Closed

    def _cut(self, line: socket.socket, request: bytes, centre: Backend, over: threading.Event) -> None:
        answer = centre(request)
        line.sendall(answer[: self.chance.randrange(len(answer))])
        over.wait(self.chance.choice([0, 0, 1, 4]))
        raise Closed

    def _hold(self, _line: object, request: bytes, *_: object) -> None:
        self.held.append(request)
        raise Closed

    def _release(self, line: socket.socket, request: bytes, centre: Backend, _over: object) -> None:
        while self.held:
            centre(self.held.pop())
        line.sendall(centre(request))

    def _refuse(self, line: socket.socket, *_: object) -> None:
        status = self.chance.choice([201, 204, 301, 400, 401, 403, 404, 408, 409, 413, 421, 425, 426, 429, 500, 503])
        media, wait = self.chance.choice(["text/html", wire.JSON, wire.DSSE, wire.ACK]), self.chance.choice(ODD_WAITS)
        line.sendall(http(status, b'{"code":"x"}', Content_Type=media, Retry_After=wait, Location="https://x.example/"))


OTHERS: Final[tuple[Fault, ...]] = (
    line_proxy.drop_request, line_proxy.drop_response, line_proxy.duplicate, line_proxy.duplicate_late,
    line_proxy.truncate, line_proxy.reset, canned(line_proxy.PORTAL_PAGE), canned(line_proxy.PORTAL_MOVED),
    canned(line_proxy.PORTAL_511), canned(line_proxy.BOMB),
    canned(b"SMTP ready\r\n\r\n"), canned(b"HTTP/1.1 103 x\r\n\r\n"), canned(http(204, Upload_Offset="0")),
    canned(b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n"), line_proxy.delay(1.5),
    canned(b"HTTP/1.1 200 x\r\n" + b"X: y\r\n" * 200 + b"\r\n"),
)  # fmt: skip
STALLS: Final[tuple[Fault, ...]] = (
    line_proxy.silence,
    line_proxy.endless,
    line_proxy.trickle_head,
    line_proxy.trickle_last_body,
)
