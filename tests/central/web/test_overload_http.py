"""A centre that cannot answer now says when to come again, and is well only while it can write."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Self

import psycopg
import pytest
import requests
from psycopg import sql

from central.store.postgres_store import PostgresStore
from central.web import app, listener
from protocol.errors import Unavailable
from tests.harness.centre_process import CentreProcess
from tests.harness.own_centre import OwnCentre
from tests.harness.postgres_server import Postgres
from tests.harness.wire_device import Device, centre_with_shop, enrol_device


class Server:
    """The application of an office on a port of its own."""

    def __init__(self, office: OwnCentre) -> None:
        self.bound = listener.bind("127.0.0.1", 0)
        self.port = int(self.bound.getsockname()[1])
        self._server = listener.server(app.build(office.centre, app.Rates.unlimited()))
        self._thread = threading.Thread(target=self._server.run, args=([self.bound],))

    def __enter__(self) -> Self:
        self._thread.start()
        while not self._server.started:
            time.sleep(0.01)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join()

    def get(self, path: str) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", timeout=20)


def test_more_connections_than_there_may_be_are_told_when_to_come_again(
    office: OwnCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "CONNECTIONS", 1)
    with Server(office) as server, socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(b"POST /v1/enrol/claim HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
        time.sleep(0.2)
        answer = server.get("/healthz")
        assert (answer.status_code, int(answer.headers.get("Retry-After", "0")) > 0) == (503, True)


@pytest.mark.parametrize("bound", ["CONNECTIONS", "CONNECTIONS_OF_NETWORK"])
def test_the_longest_idle_connection_makes_room(office: OwnCentre, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(listener, bound, 3)
    with Server(office) as server, ExitStack() as held:
        lines = [held.enter_context(socket.create_connection(("127.0.0.1", server.port), 5)) for _ in range(4)]
        assert lines[0].recv(1) == b""
        assert server.get("/healthz").status_code == 200
        assert lines[1].recv(1) == b""
        lines[3].sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert lines[3].recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_one_network_cannot_take_all_connections(office: OwnCentre, monkeypatch: pytest.MonkeyPatch) -> None:
    """None of its own is idle: another of it is hung up on; another network is answered."""
    monkeypatch.setattr(listener, "CONNECTIONS_OF_NETWORK", 1)
    with Server(office) as server, socket.create_connection(("127.0.0.1", server.port), 5) as line:
        line.sendall(b"POST /v1/enrol/claim HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
        time.sleep(0.2)
        with pytest.raises(requests.ConnectionError):
            server.get("/healthz")
        with socket.create_connection(("127.0.0.1", server.port), 5, ("127.0.1.1", 0)) as other:
            other.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert other.recv(65_536).startswith(b"HTTP/1.1 200 ")


def test_what_still_comes_of_an_answered_body_is_dropped_and_the_connection_goes_on(
    office: OwnCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "PATIENCE_S", 0.3)
    head = b"POST /v1/journal HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n"
    with Server(office) as server:
        with socket.create_connection(("127.0.0.1", server.port), 5) as line:
            line.sendall(head)
            assert line.recv(65_536).startswith(b"HTTP/1.1 401 ")
            line.sendall(b"x" * 500_000 + b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert line.recv(65_536).startswith(b"HTTP/1.1 200 ")
        with socket.create_connection(("127.0.0.1", server.port), 5) as line:
            line.sendall(head)
            assert line.recv(65_536).startswith(b"HTTP/1.1 401 ")
            assert line.recv(1) == b""


def test_who_waited_longer_than_a_counter_does_is_asked_to_come_again(
    office: OwnCentre, monkeypatch: pytest.MonkeyPatch
) -> None:
    """His turn for a thread comes when he has hung up: nothing is done for him any more."""
    monkeypatch.setattr(app, "SHED_MS", -1)
    with Server(office) as server:
        answer = server.get("/v1/ping?n=" + "a" * 22)
    assert (answer.status_code, int(answer.headers.get("Retry-After", "0")) > 0) == (503, True)


# ---- PostgreSQL ----------------------------------------------------------------------------------------------


@pytest.fixture
def centre(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    url = postgres.database("standby")
    with centre_with_shop(tmp_path_factory.mktemp("centre"), url) as running:
        yield running
    postgres.drop("standby")


def failed_over(postgres: Postgres, *, read_only: bool) -> None:
    """Its connections are cut, and new ones find a server that takes no writing; or it takes it again."""
    with psycopg.connect(postgres.url, autocommit=True) as other:
        said = sql.SQL("on" if read_only else "off")
        other.execute(sql.SQL("ALTER DATABASE standby SET default_transaction_read_only = {}").format(said))
        if read_only:
            other.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'standby'")


def beat(device: Device) -> requests.Response:
    body = b'{"v":1,"app":"1"}'
    return device.send("POST", "/v1/heartbeat", body, key=f"hb-{time.monotonic_ns()}")[0]


@pytest.mark.postgres
def test_a_primary_that_takes_no_writing_is_said_and_works_again_without_a_restart(
    postgres: Postgres, centre: CentreProcess
) -> None:
    device = enrol_device(centre)
    assert beat(device).status_code == 200
    failed_over(postgres, read_only=True)
    for _ in range(3):
        beat(device)
    answer = beat(device)
    assert (answer.status_code, int(answer.headers.get("Retry-After", "0")) > 0) == (503, True)
    time.sleep(2.1)
    assert requests.get(f"{centre.url}/healthz", timeout=20).status_code == 503
    failed_over(postgres, read_only=False)
    beat(device)  # it may get a connection that was made for reading meanwhile, which ends by it
    assert beat(device).status_code == 200
    assert requests.get(f"{centre.url}/healthz", timeout=20).status_code == 200


@pytest.mark.postgres
def test_nobody_waits_for_ever_for_a_lock_or_a_connection(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.store.postgres_store.TURN_S", 0.2, raising=False)
    url = postgres.database("waits", "ready")
    store = PostgresStore(f"{url}?options=-c%20lock_timeout%3D200ms", connections=1)
    with psycopg.connect(url) as other:
        other.execute("LOCK TABLE config")
        begun = time.monotonic()
        with pytest.raises(Unavailable, match="database_busy"), store.writing() as session:
            session.run("UPDATE config SET value = value")
        assert time.monotonic() - begun < 10
    with (
        store.reading() as session,
        pytest.raises(Unavailable, match="database_busy"),
        store.reading(),
    ):
        raise AssertionError
    with store.reading() as session:
        assert session.one("SELECT current_setting('statement_timeout')") == ("1min",)
    store.close()
