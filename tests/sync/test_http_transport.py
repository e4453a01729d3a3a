"""What a bad line, a portal or a wrong certificate does, over real sockets."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync.centre_client import LazyWire
from sync.http_transport import Transport
from sync.line import NoAnswer, read_base
from sync.name_lookup import LookUp
from tests.harness import line_proxy
from tests.harness.line_proxy import Proxy, canned, http

HELLO = b"hello " * 20
GOOD = http(200, HELLO, Content_Type="text/plain")


@pytest.fixture
def line() -> Iterator[Proxy]:
    with Proxy(lambda _: GOOD) as running:
        yield running


@pytest.fixture
def transport(line: Proxy) -> Iterator[Transport]:
    made = Transport(read_base(line.url), read_s=0.4, total_s=1.2)
    yield made
    made.close()


def trouble(transport: Transport) -> tuple[str, str, bool]:
    with pytest.raises(NoAnswer) as caught:
        transport.send("GET", "/v1/ping", {}, None)
    return caught.value.trouble, caught.value.detail, caught.value.slow


def test_a_line_is_kept_and_asks_for_nothing_packed(line: Proxy, transport: Transport) -> None:
    for _ in range(3):
        raw = transport.send("POST", "/v1/journal?x=%2F", {"Content-Type": "a/b"}, b"body")
        assert (raw.status, raw.content_type, raw.body) == (200, "text/plain", HELLO)
    assert len(line._lines) == 1
    asked = line_proxy.split(line.requests[0])
    assert (asked.headers[":target"], asked.body) == ("/v1/journal?x=%2F", b"body")
    assert (asked.headers["accept-encoding"], asked.headers["user-agent"]) == ("identity", "manfaz")


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (line_proxy.drop_request, ("offline", "connection", False)),
        (line_proxy.drop_response, ("offline", "connection", False)),
        (line_proxy.truncate, ("offline", "connection", False)),
        (line_proxy.reset, ("offline", "connection", False)),
        (canned(b"SMTP ready\r\n\r\n"), ("offline", "connection", False)),
        (line_proxy.silence, ("offline", "timeout", True)),
        (line_proxy.delay(2), ("offline", "timeout", True)),
        (line_proxy.endless, ("portal", "too_long", False)),
        (line_proxy.trickle_head, ("offline", "too_slow", True)),
        (line_proxy.trickle_body, ("offline", "too_slow", True)),
        (line_proxy.trickle_last_body, ("offline", "too_slow", True)),
        (canned(line_proxy.BOMB), ("portal", "encoded", False)),
    ],
)
def test_what_a_bad_line_does_ends_soon_and_says_what(
    line: Proxy, transport: Transport, fault: line_proxy.Fault, expected: tuple[str, str, bool]
) -> None:
    line.faults.append(fault)
    begun = time.monotonic()
    assert trouble(transport) == expected
    assert time.monotonic() - begun < 4
    assert transport.send("GET", "/", {}, None).body == HELLO


def test_an_answer_in_pieces_is_put_together(line: Proxy, transport: Transport) -> None:
    pieces = b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    line.faults.extend([canned(pieces), canned(b"HTTP/1.1 204 x\r\n\r\n")])
    assert transport.send("GET", "/", {}, None).body == b"abcde"
    assert transport.send("GET", "/", {}, None).body == b""
    assert len(line._lines) == 1


def test_pieces_that_never_end_or_are_none_are_refused(line: Proxy, transport: Transport) -> None:
    head = b"HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n"
    line.faults.extend([canned(head + b"zz\r\nabc\r\n"), canned(head + b"ffffffffff\r\n" + bytes(9 << 20))])
    assert trouble(transport)[0] == "offline"
    assert trouble(transport) == ("portal", "too_long", False)


def test_a_body_that_stops_half_way_is_slow(line: Proxy, transport: Transport) -> None:
    def stop(at: object, _request: bytes, _centre: object, over: threading.Event) -> None:
        at.sendall(b"HTTP/1.1 200 x\r\nContent-Length: 9\r\n\r\nhalf")  # type: ignore[attr-defined]
        over.wait(5)

    line.faults.append(stop)
    assert trouble(transport) == ("offline", "connection", True)


def test_a_redirect_is_neither_followed_nor_is_its_body_read(line: Proxy, transport: Transport) -> None:
    line.faults.append(canned(line_proxy.PORTAL_MOVED))
    assert transport.send("GET", "/", {}, None).status == 302
    line.faults.append(line_proxy.endless_redirect)
    assert trouble(transport) == ("portal", "too_long", False)
    assert len(line.requests) == 2


def test_a_portal_plants_no_cookie(line: Proxy, transport: Transport) -> None:
    line.faults.append(canned(http(200, b"", Set_Cookie="a=b; Path=/")))
    transport.send("GET", "/", {}, None)
    transport.send("GET", "/", {}, None)
    assert b"cookie" not in line.requests[1].lower()


def test_the_environment_chooses_no_proxy(line: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/nowhere")
    late = LazyWire(line.url)
    assert late.send("GET", "/", {}, None).status == 200
    late.close()


def test_a_question_may_have_less_patience_than_the_line(line: Proxy) -> None:
    line.faults.append(line_proxy.trickle_body)
    late, begun = LazyWire(line.url, patience_s=0.5), time.monotonic()
    with pytest.raises(NoAnswer) as caught:
        late.send("GET", "/", {}, None)
    assert (caught.value.slow, time.monotonic() - begun < 3) == (True, True)
    late.close()


def test_nobody_there_is_offline(line: Proxy) -> None:
    transport = Transport(read_base("http://127.0.0.1:9"))
    assert trouble(transport) == ("offline", "connection", False)
    transport.close()
    LazyWire("http://127.0.0.1:9").close()


def test_closing_breaks_off_what_waits_and_is_for_good(line: Proxy) -> None:
    transport = Transport(read_base(line.url))
    line.faults.append(line_proxy.silence)
    threading.Timer(0.2, transport.close).start()
    begun = time.monotonic()
    trouble(transport)
    assert time.monotonic() - begun < 3
    assert trouble(transport) == ("offline", "closed", False)


@pytest.mark.parametrize("closing", [True, False])
def test_a_look_up_of_a_name_that_hangs_holds_nobody(
    line: Proxy, monkeypatch: pytest.MonkeyPatch, *, closing: bool
) -> None:
    asked, over = threading.Event(), threading.Event()

    def hang(*_: object) -> None:
        asked.set()
        over.wait(20)

    monkeypatch.setattr("sync.http_transport.LookUp", lambda host, port: LookUp(host, port, hang))
    monkeypatch.setattr("sync.http_transport.CONNECT_S", 20 if closing else 0.2)
    transport, begun = Transport(read_base(line.url)), time.monotonic()

    def close() -> None:
        asked.wait()
        transport.close()

    if closing:
        threading.Thread(target=close).start()
    assert trouble(transport)[0] == "offline"
    assert time.monotonic() - begun < 3
    assert line.requests == []
    over.set()
    transport.close()


def test_a_name_that_nobody_has_is_offline(line: Proxy, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr("sync.http_transport.LookUp", lambda host, port: LookUp(host, port, unknown))
    transport = Transport(read_base(line.url))
    assert trouble(transport) == ("offline", "connection", False)
    transport.close()


def test_what_a_stranger_answers_is_in_no_log(
    line: Proxy, transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    line.faults.append(canned(b"HTTP/1.1 200 x\r\nno colon here\r\nContent-Length: 0\r\n\r\n"))
    trouble(transport)
    assert caplog.records == []


# ---- TLS -----------------------------------------------------------------------------------------------------

Certificates = Callable[[int, str], tuple[ssl.SSLContext, str]]


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """A certificate of its own making, valid from so many days ahead for a year; its file is the CA."""

    def make(days: int, name: str) -> tuple[ssl.SSLContext, str]:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        start = dt.datetime.now(dt.UTC) + dt.timedelta(days=days)
        made = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(start)
            .not_valid_after(start + dt.timedelta(days=365))
            .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name))]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )  # fmt: skip
        file = tmp_path / f"{days}.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        file.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context, str(file)

    return make


@pytest.mark.parametrize(
    ("days", "name", "trusted", "expected"),
    [
        (-1, "127.0.0.1", False, ("portal", "certificate", False)),
        (-1, "127.0.0.2", True, ("portal", "certificate", False)),
        (30, "127.0.0.1", True, ("clock_wrong", "certificate", False)),
        (-900, "127.0.0.1", True, ("clock_wrong", "certificate", False)),
    ],
)
def test_a_strange_certificate_is_refused_and_a_date_blamed_on_the_clock(
    certificates: Certificates, days: int, name: str, trusted: bool, expected: tuple[str, str, bool]
) -> None:
    context, ca = certificates(days, name)
    with Proxy(lambda _: GOOD, context) as line:
        transport = Transport(read_base(line.url), ca if trusted else None)
        assert trouble(transport) == expected
        assert line.requests == []
        transport.close()


def test_the_configured_ca_is_believed_and_a_tls_line_can_be_cut(certificates: Certificates) -> None:
    context, ca = certificates(-1, "127.0.0.1")
    with Proxy(lambda _: GOOD, context) as line:
        transport = Transport(read_base(line.url), ca, read_s=5, total_s=0.5)
        assert transport.send("GET", "/", {}, None).body == HELLO
        line.faults.append(line_proxy.silence)
        assert trouble(transport)[0] == "offline"
        transport.close()


def test_what_was_closed_in_its_handshake_sends_nothing_after_it(certificates: Certificates) -> None:
    context, ca = certificates(-1, "127.0.0.1")
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:
        transport = Transport(read_base(f"https://127.0.0.1:{listener.getsockname()[1]}"), ca)

        def talk() -> None:
            plain, _ = listener.accept()
            plain.recv(1, socket.MSG_PEEK)  # the other side is in its handshake
            with context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False) as inside:
                transport.close()
                with suppress(OSError):
                    inside.do_handshake()
                    heard.append(inside.recv(9))

        speaker = threading.Thread(target=talk)
        speaker.start()
        assert trouble(transport) == ("offline", "too_slow", True)
        speaker.join()
    assert not any(heard)


def test_plain_words_on_a_tls_port_are_a_portal() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            with listener.accept()[0] as line:
                line.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        speaker = threading.Thread(target=talk)
        speaker.start()
        transport = Transport(read_base(f"https://127.0.0.1:{listener.getsockname()[1]}"))
        assert trouble(transport) == ("portal", "tls", False)
        transport.close()
        speaker.join()


def test_a_line_that_breaks_in_the_handshake_is_offline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def talk() -> None:
            with listener.accept()[0] as line:
                line.recv(65536)

        speaker = threading.Thread(target=talk)
        speaker.start()
        transport = Transport(read_base(f"https://127.0.0.1:{listener.getsockname()[1]}"))
        assert trouble(transport) == ("offline", "connection", False)
        transport.close()
        speaker.join()


def test_importing_sync_does_not_load_requests() -> None:
    import subprocess
    import sys

    code = "import sys, sync.sync_worker, sync.live_questions, sync.enrolment; sys.exit('requests' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@contextmanager
def slow_centre(rate: int, length: int) -> Iterator[str]:
    """The address of one that takes one body of `length` bytes, slowly."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
        listener.bind(("127.0.0.1", 0))
        listener.listen()

        def serve() -> None:
            line, _ = listener.accept()
            with line, suppress(OSError):
                head = b""
                while b"\r\n\r\n" not in head:
                    head += line.recv(1)
                taken = 0
                while taken < length:
                    taken += len(line.recv(min(length - taken, rate // 20)))
                    time.sleep(1 / 20)
                line.sendall(GOOD)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)


def test_a_body_that_moves_is_not_cut_however_long_it_takes() -> None:
    length = 400_000
    with slow_centre(200_000, length) as address:
        transport = Transport(read_base(address), read_s=0.5, total_s=0.8)
        raw = transport.send("POST", "/v1/journal", {}, bytes(length))
        transport.close()
    assert raw.body == HELLO


def test_an_answer_that_moves_is_not_cut_either(line: Proxy) -> None:
    def slowly(at: socket.socket, _request: bytes, _centre: object, _over: threading.Event) -> None:
        at.sendall(b"HTTP/1.1 200 x\r\nContent-Length: 40000\r\n\r\n")
        for _ in range(20):
            at.sendall(bytes(2_000))
            time.sleep(0.1)

    line.faults.append(slowly)
    transport = Transport(read_base(line.url), read_s=0.5, total_s=0.8)
    assert len(transport.send("GET", "/", {}, None).body) == 40_000
    transport.close()


def test_a_body_that_nobody_takes_is_given_up() -> None:
    with slow_centre(20, 20) as address:
        transport = Transport(read_base(address), read_s=0.3, total_s=0.5)
        begun = time.monotonic()
        with pytest.raises(NoAnswer) as caught:
            transport.send("POST", "/v1/journal", {}, bytes(4_000_000))
        took = time.monotonic() - begun
        transport.close()
    assert (caught.value.slow, took < 4) == (True, True)
