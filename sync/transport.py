"""HTTP over `requests`, held to limits of size and time. The only module that imports it; sync's thread loads it late.

What a hostile or broken network can do is bounded here: no redirects, no cookies, no proxies or settings from the
environment, no compressed answers, at most `MAX_ANSWER` bytes and `total_s` seconds for a whole answer.
"""

from __future__ import annotations

import logging
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Final
from weakref import WeakSet, ref

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError

from kiosk.override import override
from sync import wire
from sync.answers import Base, NoAnswer, Raw
from sync.names import LookUp

CONNECT_S: Final = 5.0
READ_S: Final = 30.0
TOTAL_S: Final = 60.0
CHUNK: Final = 1 << 16
NOT_YET_VALID: Final = 9
EXPIRED: Final = 10
logging.getLogger("urllib3").setLevel(logging.CRITICAL)  # it logs what strangers answer, and we tell what went wrong


class _Session(requests.Session):
    @override
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: even unfollowed, requests would read a redirect's whole body to look where it leads."""
        return None


class _Connections:
    """Those of a line to the centre, so that one that hangs can be cut from outside. It does not hold them."""

    def __init__(self) -> None:
        self.cut = threading.Event()
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
            connect(connection)
            if self.cut.is_set():
                connection.close()
                raise OSError("cut")

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
        self, base: Base, ca_file: str | None = None, *, read_s: float = READ_S, total_s: float = TOTAL_S
    ) -> None:
        """`ca_file` replaces the certificates shipped with the program; the machine's own roots are not asked."""
        self._base = base
        self._timeout = (CONNECT_S, read_s)
        self._total_s = total_s
        self._connections = _Connections()
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
        with self._limited(), self._translated():
            if self._closed:
                raise NoAnswer("offline", "closed")
            answer = self._session.request(
                method, self._base.url + target, headers=dict(headers), data=body,
                timeout=self._timeout, allow_redirects=False, stream=True,
            )  # fmt: skip
            with answer:
                found = {name.lower(): value for name, value in answer.headers.items()}
                return Raw(answer.status_code, found, self._read(answer, found))

    def _read(self, answer: requests.Response, headers: Mapping[str, str]) -> bytes:
        if headers.get("content-encoding", "identity").strip().lower() != "identity":
            raise NoAnswer("portal", "encoded")  # we asked for none: nothing is ever unpacked here
        body = bytearray()
        while chunk := answer.raw.read1(CHUNK, decode_content=False):
            body += chunk
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
    def _limited(self) -> Iterator[None]:
        """Headers that trickle reset the read timeout for ever; a timer does not care."""
        self._connections.cut.clear()
        timer = threading.Timer(self._total_s, self._connections.break_off)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

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
    if cut or any(isinstance(cause, ssl.SSLEOFError) for cause in causes):
        return NoAnswer("offline", "too_slow" if cut else "connection", slow=cut)
    return NoAnswer("portal", "certificate" if codes else "tls")


def _timed_out(error: BaseException) -> bool:
    return any(isinstance(cause, TimeoutError) for cause in _causes(error))
