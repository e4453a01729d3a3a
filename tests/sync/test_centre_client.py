from __future__ import annotations

import pytest

from protocol.errors import Refused
from protocol.wire import wire
from sync.centre_client import LazyWire, Question
from sync.line import NoAnswer, Raw, read_base
from tests.harness.sync_party import pair, unsigned

PING = Question(wire.PATH_HEARTBEAT, {200: wire.DSSE}, content_type=wire.JSON, body=b"{}", idempotency="hb-{nonce}")
HTML = {"content-type": "text/html"}
JSON = {"content-type": "application/json"}


def trouble(raw: Raw) -> NoAnswer:
    _, line, kiosk = pair()
    line.after = lambda _target, _raw: raw
    with pytest.raises(NoAnswer) as caught:
        kiosk.client.ask(PING)
    return caught.value


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (Raw(200, HTML, b"<html>sign in</html>"), "portal"),
        (Raw(200, {"content-type": wire.DSSE + "; charset=utf-8"}, b"{}"), "portal"),
        (Raw(200, {}, b""), "portal"),
        (Raw(302, {"location": "http://portal.example/"}, b""), "portal"),
        (Raw(204, {}, b""), "portal"),
        (Raw(511, HTML, b""), "portal"),
        (Raw(403, HTML, b"blocked"), "portal"),
        (Raw(404, HTML, b""), "portal"),
        (Raw(403, JSON, b'{"code":"suspended"}'), "server_down"),
        (Raw(403, {"content-type": wire.DSSE}, unsigned({"code": "suspended"})), "portal"),
        (Raw(401, JSON, b'{"code":"signature"}'), "server_down"),
        (Raw(400, JSON, b"{}"), "server_down"),
        (Raw(413, JSON, b"{}"), "too_large"),
        (Raw(500, HTML, b""), "server_down"),
        (Raw(502, {}, b""), "server_down"),
        (Raw(503, {}, b""), "server_down"),
        (Raw(429, {}, b""), "server_down"),
    ],
)
def test_what_nobody_signed_is_sorted_and_never_believed(raw: Raw, expected: str) -> None:
    assert trouble(raw).trouble == expected


def test_retry_after_is_handed_on() -> None:
    assert trouble(Raw(503, {"retry-after": "3600"}, b"")).retry_after_s == 3600


@pytest.mark.parametrize(
    ("code", "expected"),
    [("suspended", "suspended"), ("revoked", "revoked"), ("equivocation", "quarantined"), ("upgrade", "upgrade"),
     ("of_a_later_version", "server_down")],
)  # fmt: skip
def test_a_signed_no_is_a_no(code: str, expected: str) -> None:
    centre, _, kiosk = pair()
    centre.verdict_code = code
    with pytest.raises(NoAnswer) as caught:
        kiosk.client.ask(PING)
    assert (caught.value.trouble, centre.requests) == (expected, 1)


@pytest.mark.parametrize("skew_ms", [600_000, -600_000, 11 * 365 * 86_400_000])
def test_a_wrong_clock_is_set_right_by_the_centre_and_asked_once_more(skew_ms: int) -> None:
    centre, _, kiosk = pair()
    centre.skew_ms = skew_ms
    assert kiosk.client.ask(PING).status == 200
    assert centre.requests == 2
    kiosk.clock.pass_ms(7_000_000)
    kiosk.clock.wall -= 5_000_000  # the wall clock may jump again: what was learnt hangs on the monotonic one
    centre.skew_ms = skew_ms + 5_000_000
    kiosk.client.ask(PING)
    assert centre.requests == 3


def test_a_centre_that_is_never_content_gets_two_requests_not_more() -> None:
    centre, _, kiosk = pair()
    centre.verdict_code = "clock_skew"
    with pytest.raises(NoAnswer) as caught:
        kiosk.client.ask(PING)
    assert (caught.value.trouble, centre.requests) == ("clock_wrong", 2)


@pytest.mark.parametrize(
    ("address", "authority"),
    [
        ("https://centre.example", "centre.example"), ("https://Centre.Example:443/", "centre.example"),
        (" https://centre.example:8443 ", "centre.example:8443"), ("http://127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://localhost", "localhost"), ("http://[::1]:8000", "[::1]:8000"),
        ("https://[2001:db8::1]", "[2001:db8::1]"),
    ],
)  # fmt: skip
def test_an_address_gives_the_authority_that_is_signed(address: str, authority: str) -> None:
    assert read_base(address).authority == authority
    assert LazyWire(address).authority == authority


@pytest.mark.parametrize(
    "address",
    ["", "centre.example", "http://centre.example", "http://127.0.0.1.example.org", "ftp://127.0.0.1", "https://",
     "https://u:p@centre.example", "https://centre.example/path", "https://centre.example/?q", "https://c:99999",
     "https://[::1"],
)  # fmt: skip
def test_plain_http_is_for_this_machine_only(address: str) -> None:
    with pytest.raises(Refused, match="centre_address"):
        read_base(address)


def test_a_question_to_the_log_does_not_show_its_body() -> None:
    assert "{}" not in repr(PING)


def test_closing_closes_the_line() -> None:
    _, line, kiosk = pair()
    kiosk.cycle.close()
    assert line.closed


def test_a_line_is_loaded_once_and_knows_its_authority() -> None:
    from sync.http_transport import Transport

    transport = Transport(read_base("http://127.0.0.1:9"))
    assert transport.authority == "127.0.0.1:9"
    transport.close()
    late = LazyWire("http://127.0.0.1:9")
    for _ in range(2):
        with pytest.raises(NoAnswer, match="line_offline"):
            late.send("GET", "/", {}, None)
    late.close()


def test_a_line_closed_before_its_first_use_stays_closed() -> None:
    late = LazyWire("http://127.0.0.1:9")
    late.close()
    with pytest.raises(NoAnswer, match="line_offline") as caught:
        late.send("GET", "/", {}, None)
    assert caught.value.detail == "closed"
