"""HTTP over `requests`, held to limits of size and time. The only module that imports it; sync's thread loads it late.

What a hostile or broken network can do is bounded here: no redirects, no cookies, no proxies or settings from the
environment, no compressed answers, at most `MAX_ANSWER` bytes. Time is bounded by what moves: a line that stands still
for a while is given up, one that is slow is not, as long as `LEAST_RATE` bytes a second go over it.
"""

from __future__ import annotations

import io
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final
from weakref import WeakSet, ref

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from protocol.override import override
from protocol.program.loop import start_thread
from protocol.wire import wire
from sync.line import Base, NoAnswer, Raw
from sync.name_lookup import LookUp

CONNECT_S: Final = 5.0
READ_S: Final = 30.0
TOTAL_S: Final = 60.0
LEAST_RATE: Final = 1_000
"""Bytes a second; 8 kbit/s, the slowest line that is one."""
BUFFER: Final = 32 * 1024
"""What the system takes of a body before it has left; the system doubles it. More would look sent, and is not: while it
leaves, the answer cannot come.
"""
CHUNK: Final = 1 << 16
NOT_YET_VALID: Final = 9
EXPIRED: Final = 10
logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it logs what strangers answer, and we tell what went wrong


class _Session(requests.Session):
    @override
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: even unfollowed, requests would read a redirect's whole body to look where it leads."""
        return None


class _Deadline:
    """When a request is given up: `total_s` after it began, later as its bytes move, unless `strict`."""

    def __init__(self, total_s: float, *, strict: bool) -> None:
        self._total_s, self._strict = total_s, strict
        self._until = time.monotonic() + total_s
        self._over = threading.Event()

    def sent(self, size: int) -> None:
        """The system has taken so many bytes of the body: a pause may follow as long as at the beginning."""
        if not self._strict:
            self._until = time.monotonic() + self._total_s + _leaving_s(size)

    def received(self, size: int) -> None:
        if not self._strict:
            self._until += size / LEAST_RATE

    def watch(self, cut: Callable[[], None]) -> None:
        """On a thread of its own: headers that trickle reset the time-out of a read for ever; this does not care."""
        while not self._over.wait(max(0.0, self._until - time.monotonic())):
            if self._until <= time.monotonic():
                cut()
                return

    def end(self) -> None:
        self._over.set()


def _leaving_s(size: int) -> float:
    """How long what the system has taken may need to leave it."""
    return min(size, 2 * BUFFER) / LEAST_RATE


class _Body(io.BytesIO):
    """A body that is handed over in pieces and says so: handed over whole, all of it would have one time-out."""

    def __init__(self, body: bytes, handed_over: Callable[[int], None]) -> None:
        super().__init__(body)
        self._handed_over = handed_over

    @override
    def read(self, size: int | None = -1) -> bytes:
        self._handed_over(self.tell())
        return super().read(size)


class _Connections:
    """Those of a line to the centre, so that one that hangs can be cut from outside. It does not hold them."""

    def __init__(self, stall_s: float) -> None:
        self.cut = threading.Event()
        self._stall_s = stall_s
        self._known: WeakSet[HTTPConnection] = WeakSet()
        self._look_up: LookUp | None = None

    def watch(self, connection: HTTPConnection) -> None:
        """A look-up and a handshake cannot be cut: the one is left behind, and after the other nothing is sent."""
        connect, itself = type(connection).connect, ref(connection)  # weak: it goes, socket and all, with its last user

        def watched() -> None:
            connection = itself()
            assert connection is not None  # noqa: S101 - whoever connects it holds it
            look_up = LookUp(connection.host, connection.port)
            self._look_up = look_up
            if self.cut.is_set() or not look_up.found(CONNECT_S):
                raise OSError("name")
            connection.timeout = CONNECT_S
            connect(connection)
            if self.cut.is_set():
                connection.close()
                raise OSError("cut")
            assert connection.sock is not None  # noqa: S101 - it is connected
            connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
            connection.sock.settimeout(self._stall_s)  # from here on for each piece, as long as one moves

        self._known.add(connection)
        connection.connect = watched  # type: ignore[method-assign]  # of this one, so that it stays the pool's own kind

    def break_off(self) -> None:
        """What is under way ends now, and nothing is sent after it."""
        self.cut.set()
        if self._look_up is not None:
            self._look_up.leave()
        for connection in tuple(self._known):
            if isinstance(connection.sock, socket.socket):
                try:
                    socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)  # SSLSocket's own forgets its state
                except OSError:
                    continue  # it has closed by itself meanwhile


class _Adapter(HTTPAdapter):
    """An adapter that shows its connections to somebody, who can cut from outside what hangs."""

    def __init__(self, watch: Callable[[HTTPConnection], None]) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)
        self._watch = watch

    @override
    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        pool: Any = super().get_connection_with_tls_context(*args, **options)
        if "ConnectionCls" not in vars(pool):
            make, watch = pool.ConnectionCls, self._watch

            def made(*args: Any, **options: Any) -> Any:
                connection = make(*args, **options)
                watch(connection)
                return connection

            pool.ConnectionCls = made  # per pool: the registry is ours alone
        return pool


class Transport:
    """One kept-alive line to the centre. Used by one thread; `close` may come from another."""

    def __init__(
        self,
        base: Base,
        ca_file: str | None = None,
        *,
        read_s: float = READ_S,
        total_s: float = TOTAL_S,
        patience_s: float | None = None,
    ) -> None:
        """`ca_file` replaces the certificates shipped with the program; the machine's own roots are not asked.

        The next byte of an answer may take `read_s`, an answer or a pause within the body `total_s`, and longer while
        bytes move; with `patience_s` nothing takes longer than that in all.
        """
        self._base = base
        self._strict = patience_s is not None
        self._read_s = patience_s or read_s
        self._total_s = patience_s or total_s
        self._connections = _Connections(self._total_s)
        self._closed = False
        self._session = _Session()
        self._session.trust_env = False
        self._session.verify = ca_file or True
        self._session.headers.clear()
        self._session.headers.update({"User-Agent": "manfaz", "Accept-Encoding": "identity", "Accept": "*/*"})
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, _Adapter(self._connections.watch))

    @property
    def authority(self) -> str:
        return self._base.authority

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Raw:
        """The answer to one request. Raises NoAnswer: offline, portal (nobody we trust answered), clock_wrong."""
        wait_s = self._read_s if self._strict else self._read_s + _leaving_s(len(body or b""))
        with self._limited() as deadline, self._translated():
            if self._closed:
                raise NoAnswer("offline", "closed")
            answer = self._session.request(
                method, self._base.url + target, headers=dict(headers), data=body and _Body(body, deadline.sent),
                timeout=wait_s, allow_redirects=False, stream=True,
            )  # fmt: skip
            with answer:
                found = {name.lower(): value for name, value in answer.headers.items()}
                return Raw(answer.status_code, found, self._read(answer, found, deadline))

    def _read(self, answer: requests.Response, headers: Mapping[str, str], deadline: _Deadline) -> bytes:
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise NoAnswer("portal", "encoded")  # we asked for none: nothing is ever unpacked here
        body = bytearray()
        while chunk := answer.raw.read1(CHUNK, decode_content=False):
            body += chunk
            deadline.received(len(chunk))
            if len(body) > wire.MAX_ANSWER:
                raise NoAnswer("portal", "too_long")
            if self._connections.cut.is_set():
                break
        if self._connections.cut.is_set():  # also where the cut made headers look finished
            raise NoAnswer("offline", "too_slow", slow=True)
        return bytes(body)

    def close(self) -> None:
        """For good: what is under way breaks off, nothing is sent afterwards."""
        self._closed = True
        self._connections.break_off()
        self._session.close()

    @contextmanager
    def _limited(self) -> Iterator[_Deadline]:
        self._connections.cut.clear()
        deadline = _Deadline(self._total_s, strict=self._strict)
        start_thread("deadline", partial(deadline.watch, self._connections.break_off))
        try:
            yield deadline
        finally:
            deadline.end()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """The border where foreign exceptions end."""
        try:
            yield
        except requests.exceptions.SSLError as error:
            raise _tls_trouble(error, cut=self._connections.cut.is_set()) from error
        except requests.exceptions.Timeout as error:
            raise NoAnswer("offline", "timeout", slow=True) from error
        except (requests.RequestException, HTTPError, HTTPException, OSError) as error:
            cut = self._connections.cut.is_set()
            raise NoAnswer("offline", "too_slow" if cut else "connection", slow=cut or _timed_out(error)) from error


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and all it came from, also where urllib3 keeps it in `reason` or among the arguments."""
    waiting, seen = [error], set()
    while waiting:
        found = waiting.pop()
        if isinstance(found, BaseException) and id(found) not in seen:
            seen.add(id(found))
            yield found
            waiting += [found.__cause__, found.__context__, getattr(found, "reason", None), *found.args]


def _tls_trouble(error: BaseException, *, cut: bool) -> NoAnswer:
    causes = [cause for cause in _causes(error) if isinstance(cause, ssl.SSLError)]
    codes = {cause.verify_code for cause in causes if isinstance(cause, ssl.SSLCertVerificationError)}
    if codes & {NOT_YET_VALID, EXPIRED}:
        return NoAnswer("clock_wrong", "certificate")
    # By the version of OpenSSL, a line that ends in the middle is the one or the other.
    if cut or any(isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError) for cause in causes):
        return NoAnswer("offline", "too_slow" if cut else "connection", slow=cut)
    return NoAnswer("portal", "certificate" if codes else "tls")


def _timed_out(error: BaseException) -> bool:
    return any(isinstance(cause, TimeoutError) for cause in _causes(error))
