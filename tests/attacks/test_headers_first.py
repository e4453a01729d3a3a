"""Oracle 17: whatever a stranger announces to any address, it is answered before its body is read."""

from __future__ import annotations

import re
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from fastapi import FastAPI
from starlette.routing import Route

from central.console import app as console_app
from central.console import table
from central.console.routes import FORM
from central.rate_limit import Rate
from central.store.sqlite_store import SqliteStore
from central.web import app, listener
from protocol.wire import wire
from tests.attacks import more, tried
from tests.harness.own_centre import OwnCentre, make_centre

SITE: Final = "Sec-Fetch-Site: same-origin"
HUGE: Final = 8 << 20
UNSIGNED: Final = (wire.PATH_LOOK, wire.PATH_CLAIM, wire.PATH_REVEAL, wire.PATH_STATUS)
DOORS: Final = frozenset(one.path for one in table.ROUTES if one.door)
QUIET_S: Final = 0.5


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnCentre]:
    store = SqliteStore(tmp_path / "centre.db", secrets.token_bytes(32))
    yield make_centre(store, tmp_path)
    store.close()


@contextmanager
def served(built: FastAPI) -> Iterator[int]:
    with listener.bind("127.0.0.1", 0) as bound:
        server = listener.server(built)
        thread = threading.Thread(target=server.run, args=([bound],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield int(bound.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join()


def unanswered(built: FastAPI, size: int, patience_s: float = 5) -> list[str]:
    """The addresses that wait for a stranger's body of `size` bytes, of which none comes."""
    found = list[str]()
    with served(built) as port:
        for method, path in asked(built, size):
            with socket.create_connection(("127.0.0.1", port), 10) as line:
                line.sendall(
                    f"{method} {path} HTTP/1.1\r\nHost: x\r\n{SITE}\r\nContent-Length: {size}\r\n\r\n".encode()
                )
                line.settimeout(patience_s)
                try:
                    assert line.recv(12).startswith(b"HTTP/1.1 4"), path
                except TimeoutError:
                    found.append(path)
                    break  # one is enough
            tried()
    return found


def asked(built: FastAPI, size: int) -> list[tuple[str, str]]:
    """Every address that takes a body. Those for strangers read a small one."""
    open_to_all = () if size > FORM * 3 else (*UNSIGNED, *DOORS)
    return [
        (method, re.sub(r"{\w+}", "1", route.path))
        for route in built.routes
        if isinstance(route, Route) and route.path not in open_to_all
        for method in (route.methods or ())
        if method in ("POST", "PATCH", "PUT")
    ]


def both(own: OwnCentre) -> list[FastAPI]:
    return [
        app.build(own.centre, app.Rates.unlimited()),
        console_app.build(own.centre, console_app.Rates(*(Rate(1e12, 1e12),) * 2)),
    ]


@pytest.mark.oracle(17)
@pytest.mark.parametrize("size", [1_000, HUGE])
def test_no_address_waits_for_the_body_of_a_stranger(own: OwnCentre, size: int) -> None:
    for built in both(own):
        assert len(asked(built, size)) > 5
        for _ in range(more(1)):
            assert unanswered(built, size) == []


@pytest.mark.oracle(17, planted=True)
def test_a_form_that_is_read_before_its_session_is_caught(own: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    def anybody(_desk: Any, _route: Any, _visit: Any) -> tuple[bool, int]:
        return False, FORM

    monkeypatch.setattr(console_app._Desk, "_most_of", anybody)
    assert unanswered(both(own)[1], 1_000, QUIET_S) != []


@pytest.mark.oracle(17, planted=True)
def test_a_body_that_is_read_before_its_signature_is_caught(own: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "identify", lambda _centre, _received: None)
    assert unanswered(both(own)[0], 1_000, QUIET_S) != []
