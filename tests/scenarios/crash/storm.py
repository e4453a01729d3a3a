"""The weather on the line: a share of all requests is dropped, delayed, doubled or cut short."""

from __future__ import annotations

import random
import socket
from collections import deque
from typing import Final

from protocol.override import override
from tests.harness import line_proxy
from tests.harness.line_proxy import Backend, Fault

BAD: Final[tuple[Fault, ...]] = (
    line_proxy.drop_request, line_proxy.drop_response, line_proxy.duplicate, line_proxy.duplicate_late,
    line_proxy.truncate, line_proxy.reset, line_proxy.delay(0.05), line_proxy.delay(0.3),
    line_proxy.canned(line_proxy.STORM_500), line_proxy.canned(line_proxy.PORTAL_PAGE),
)  # fmt: skip


def carry(port: int) -> Backend:
    """To the real centre and back, one connection for each request."""

    def answer(request: bytes) -> bytes:
        head, _, body = request.partition(b"\r\n\r\n")
        lines = [line for line in head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
            line.sendall(b"\r\n".join([*lines, b"Connection: close"]) + b"\r\n\r\n" + body)
            parts = iter(lambda: line.recv(65536), b"")
            return b"".join(parts).replace(b"connection: close\r\n", b"")

    return answer


class Storm(deque[Fault]):
    """Never empty while it blows: `share` of the requests fare badly."""

    def __init__(self, seed: int, share: float) -> None:
        super().__init__()
        self._chance = random.Random(seed)
        self.share = share
        self.struck = 0

    def __bool__(self) -> bool:
        return True

    @override
    def popleft(self) -> Fault:
        if self._chance.random() >= self.share:
            return line_proxy.well
        self.struck += 1
        return self._chance.choice(BAD)
