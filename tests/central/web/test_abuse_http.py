"""What a hostile line can do to the server: odd framing, endless headers, slow senders."""

from __future__ import annotations

import socket
import time

import pytest

from tests.harness.centre_process import CentreProcess
from tests.harness.wire_device import Device


def talk(centre: CentreProcess, data: bytes, wait_s: float = 5) -> bytes:
    """What comes back for raw bytes until the line is closed or quiet."""
    with socket.create_connection(("127.0.0.1", centre.port), timeout=wait_s) as line:
        try:
            line.sendall(data)
            line.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        heard = b""
        try:
            while chunk := line.recv(65_536):
                heard += chunk
        except OSError:
            pass
    return heard


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else 0


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"POST /v1/journal HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n123456",
        b"POST /v1/journal HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\nGET",
        b"POST /v1/journal HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/journal HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999\r\n\r\n",
        b"POST /v1/journal HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /v1/feed HTTP/9.9\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00", b"GET  HTTP/1.1\r\n\r\n", b"\r\n" * 10,
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"TRACE /healthz HTTP/1.1\r\nHost: x\r\n\r\n", b"CONNECT evil:443 HTTP/1.1\r\nHost: x\r\n\r\n",
        b"POST /v1/journal HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
    ],
)  # fmt: skip
def test_odd_framing_is_refused_or_cut_off(centre: CentreProcess, request_bytes: bytes) -> None:
    answer = talk(centre, request_bytes)
    assert answer.count(b"HTTP/1.1 ") <= 1, "one request was read as two"
    assert status(answer) == 0 or 400 <= status(answer) < 500
    assert b"Traceback" not in answer


def test_a_hundred_silent_lines_keep_nobody_else_waiting(centre: CentreProcess, steady: Device) -> None:
    lines = [socket.create_connection(("127.0.0.1", centre.port), timeout=5) for _ in range(100)]
    for line in lines:
        line.sendall(b"POST /v1/journal HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc")
    began = time.monotonic()
    steady.heartbeat()
    assert time.monotonic() - began < 5
    for line in lines:
        line.close()


@pytest.mark.slow
def test_a_head_that_never_ends_is_hung_up_on(centre: CentreProcess) -> None:
    with socket.create_connection(("127.0.0.1", centre.port), timeout=30) as line:
        line.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
        began = time.monotonic()
        try:
            heard = line.recv(10)
        except ConnectionResetError:
            heard = b""
    assert heard == b""
    assert time.monotonic() - began < 25


def test_errors_say_nothing_of_our_insides(centre: CentreProcess) -> None:
    for path in (
        b"/v1/journal",
        b"/../../etc/passwd",
        b"/r-static/..%2f..%2fkeys",
        b"/r-static/page.css/x",
        b"/.env",
        b"/docs",
    ):
        answer = talk(centre, b"GET " + path + b" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert 400 <= status(answer) < 500
        assert not any(word in answer.lower() for word in (b"traceback", b"uvicorn", b"python", b"/site-", b"root:"))
