"""The server in this process, where a test can shorten its patience or take its database away."""

from __future__ import annotations

import copy
import dataclasses
import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from central import rate_limit
from central.rate_limit import Limiter, Rate, asker
from central.web import app, authentication, exchange, listener
from central.web.app import Rates
from protocol.errors import Corrupt, Unavailable
from protocol.keys import SeedSigner
from protocol.wire import wire
from tests.harness.own_centre import Clock, OwnCentre
from tests.harness.wire_device import Device


class Served:
    """A running server and its address."""

    def __init__(self, office: OwnCentre, rates: Rates | None = None) -> None:
        self._socket = listener.bind("127.0.0.1", 0)
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.server = listener.server(app.build(office.centre, rates or Rates.unlimited()))
        self._thread = threading.Thread(target=self.server.run, args=([self._socket],))

    def start(self) -> None:
        self._thread.start()
        assert requests.get(f"{self.url}/healthz", timeout=10).status_code == 200

    def stop(self) -> None:
        self.server.should_exit = True
        self._thread.join()
        self._socket.close()


@pytest.fixture
def served(small: OwnCentre) -> Iterator[Served]:
    running = Served(small)
    running.start()
    yield running
    running.stop()


def say(served: Served, data: bytes) -> bytes:
    """Send bytes, keep the line open, read until the server hangs up."""
    heard = b""
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
        line.sendall(data)
        while chunk := line.recv(65_536):
            heard += chunk
    return heard


def test_a_body_that_does_not_come_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "PATIENCE_S", 0.2)
    answer = say(served, b"POST /v1/enrol/claim HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{")
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"too_slow" in answer


def test_a_body_that_comes_too_slowly_is_given_up(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then is no progress."""
    monkeypatch.setattr(exchange, "PATIENCE_S", 0.3)
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as line:
        line.sendall(b"POST /v1/enrol/claim HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n")
        line.settimeout(0.05)
        answer = b""
        for _ in range(60):
            try:
                line.sendall(b"x")
                answer = line.recv(65_536)
                break
            except TimeoutError:
                continue
    assert answer.startswith(b"HTTP/1.1 408 ")


def test_the_body_of_an_unsigned_request_is_not_waited_for(served: Served) -> None:
    """Its headers alone are sent: the answer comes all the same."""
    with socket.create_connection(("127.0.0.1", served.port), timeout=5) as line:
        head = f"POST {wire.PATH_JOURNAL} HTTP/1.1\r\nHost: x\r\nContent-Length: {wire.MAX_BODY}\r\n\r\n"
        line.sendall(head.encode())
        assert line.recv(65_536).startswith(b"HTTP/1.1 401 ")


def test_bodies_have_room_for_each_network_and_in_all() -> None:
    bodies = exchange.Bodies(30, 20)
    asked = exchange.ReceivedRequest("POST", "/", "", {"content-length": ("15",)}, b"")
    with bodies.room("a", asked, 100):
        for network in ("a", "b"):  # beyond its own network's; then beyond what there is in all
            with (
                pytest.raises(exchange.Denied) as denied,
                bodies.room(network, dataclasses.replace(asked, headers={"content-length": ("16",)}), 100),
            ):
                raise AssertionError
            assert denied.value.answer.status_code == 503
        with bodies.room("b", asked, 100):
            pass
    unsaid = dataclasses.replace(asked, headers={"transfer-encoding": ("chunked",)})
    assert exchange.announced(unsaid, 100) == 100
    with bodies.room("a", asked, 100):
        pass


def test_a_head_that_does_not_end_is_hung_up_on(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listener, "HEADER_S", 0.2)
    assert say(served, b"GET /healthz HTTP/1.1\r\nHost: x\r\n") == b""
    second = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\n"
    assert say(served, second).count(b"HTTP/1.1 200 ") == 1


def test_a_head_without_end_fills_no_memory(served: Served) -> None:
    endless = socket.create_connection(("127.0.0.1", served.port), timeout=20)
    with endless as line, pytest.raises(OSError, match=r"reset|pipe"):
        line.sendall(b"GET /healthz HTTP/1.1\r\n" + (b"X: " + b"a" * 4_000 + b"\r\n") * 5_000)


def test_bytes_beyond_the_limit_are_refused_whether_announced_or_not(served: Served) -> None:
    big = b"x" * (exchange.MAX_JSON + 1)
    headers = {"Content-Type": wire.JSON}
    announced = requests.post(f"{served.url}{wire.PATH_CLAIM}", data=big, headers=headers, timeout=10)
    streamed = requests.post(f"{served.url}{wire.PATH_CLAIM}", data=iter([big]), headers=headers, timeout=10)
    assert [announced.status_code, streamed.status_code] == [413, 413]


def test_a_database_that_is_away_is_later_and_not_an_error(served: Served, small: OwnCentre, monkeypatch: Any) -> None:
    def away() -> None:
        raise Unavailable("database_away", reason="test")

    monkeypatch.setattr(small.store, "writing", away)
    body = {"slot": "0000", "code": "0" * 11, "pub": small.centre.keys.root_public.hex(), "commit": "0" * 64}
    answer = requests.post(f"{served.url}{wire.PATH_CLAIM}", json=body, timeout=10)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


def test_a_damaged_database_is_later_too_and_the_people_of_the_centre_hear_of_it(
    served: Served, small: OwnCentre, monkeypatch: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    def damaged() -> None:
        raise Corrupt("database_damaged", reason="test")

    device = small.enrol()
    monkeypatch.setattr(small.store, "reading", damaged)
    answer = pull(served, small, device)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert "database_damaged" in capfd.readouterr().err


def test_a_port_that_is_taken_is_said(served: Served) -> None:
    with pytest.raises(Unavailable, match="port_busy"):
        listener.bind("127.0.0.1", served.port)
    with pytest.raises(Unavailable, match="port_busy"):
        listener.bind("192.0.2.1", 0)


def test_who_asks_too_often_is_told_when_to_come_back(small: OwnCentre) -> None:
    running = Served(small, Rates(*(Rate(60, 2),) * 5))
    running.start()
    try:
        answers = [requests.post(f"{running.url}{wire.PATH_REVEAL}", json={}, timeout=10) for _ in range(3)]
    finally:
        running.stop()
    assert [answer.status_code for answer in answers] == [400, 400, 429]
    assert int(answers[2].headers["retry-after"]) >= 1


@pytest.fixture
def slow(small: OwnCentre) -> Iterator[Served]:
    """Takes two requests of a device, then one each second of a clock that stands."""
    running = Served(small, Rates(device=Rate(60, 2)))
    running.start()
    yield running
    running.stop()


def pull(served: Served, office: OwnCentre, device: Device, nonce: str | None = None) -> requests.Response:
    device.url = served.url
    created = office.clock() // 1000
    return device.send("GET", wire.PATH_FEED, query="after=0", created=created, nonce=nonce)[0]


def test_one_device_is_slowed_down_and_its_neighbour_is_not(slow: Served, small: OwnCentre) -> None:
    hasty, calm = small.enrol(), small.enrol()
    answers = [pull(slow, small, hasty) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["retry-after"] == "1"
    assert pull(slow, small, calm).status_code == 200
    small.clock.ms += 1_000
    assert pull(slow, small, hasty).status_code == 200


def test_copies_and_forgeries_use_up_nothing_of_a_devices_turns(slow: Served, small: OwnCentre) -> None:
    device = small.enrol()
    assert pull(slow, small, device, "B" * 22).status_code == 200
    assert {pull(slow, small, device, "B" * 22).status_code for _ in range(5)} == {401}
    forger = copy.deepcopy(device)
    forger.signer = SeedSigner(b"x" * 32)
    assert {pull(slow, small, forger).status_code for _ in range(5)} == {401}
    assert pull(slow, small, device).status_code == 200


def test_a_bucket_leaks_with_time_and_each_address_has_its_own() -> None:
    clock = Clock(0)
    limiter = Limiter(Rate(60, 2), clock)
    assert [limiter.wait_s("a") for _ in range(3)] == [0, 0, 1]
    assert limiter.wait_s("b") == 0
    clock.ms += 1_000
    assert limiter.wait_s("a") == 0
    clock.ms -= 500_000
    assert limiter.wait_s("a") >= 1


def test_what_is_right_costs_a_twentieth_of_what_is_refused() -> None:
    limiter = Limiter(Rate(60, 2.5), Clock(0))
    for _ in range(20):
        assert limiter.wait_s("a") == 0
        limiter.forgive("a")
    limiter.forgive("never seen")
    assert [limiter.wait_s("a") for _ in range(2)] == [0, 1]


@pytest.mark.parametrize(
    ("connected", "forwarded", "proxy", "who"),
    [
        ("192.0.2.1", (), "", "192.0.2.0/24"),
        ("192.0.2.1", ("198.51.100.7",), "", "192.0.2.0/24"),
        ("192.0.2.1", ("198.51.100.7",), "192.0.2.9", "192.0.2.0/24"),
        ("192.0.2.9", ("198.51.100.7",), "192.0.2.9", "198.51.100.0/24"),
        ("192.0.2.9", ("203.0.113.5, 198.51.100.7",), "192.0.2.9", "198.51.100.0/24"),
        ("192.0.2.9", ("203.0.113.5", "198.51.100.7"), "192.0.2.9", "198.51.100.0/24"),
        ("192.0.2.9", (), "192.0.2.9", "192.0.2.0/24"),
        ("192.0.2.9", ("unknown",), "192.0.2.9", "192.0.2.9"),
        ("2001:db8::1:2", (), "", "2001:db8::/48"),
        ("2001:db8:0:ffff::9", (), "", "2001:db8::/48"),
        ("::ffff:192.0.2.1", (), "", "192.0.2.0/24"),
        ("", (), "", ""),
    ],
)
def test_who_asks_is_the_network_that_connects_or_that_our_own_proxy_names(
    connected: str, forwarded: tuple[str, ...], proxy: str, who: str
) -> None:
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert asker(connected, headers, proxy) == who


def test_only_so_many_networks_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rate_limit, "MOST_KNOWN", 3)
    limiter = Limiter(Rate(1, 1), Clock(0))
    for address in "abcd":
        assert limiter.wait_s(address) == 0
    assert limiter.wait_s("a") == 0
    assert limiter.wait_s("d") > 0


def test_old_nonces_are_forgotten_when_they_can_do_no_harm(office: OwnCentre) -> None:
    with office.store.writing() as session:
        for n, age_ms in enumerate((0, 599_000, authentication.NONCE_LIFE_MS + 1)):
            session.run("INSERT INTO nonce VALUES (?, ?, ?)", b"d" * 16, str(n), office.clock() - age_ms)
    assert authentication.purge_nonces(office.centre) == 1
