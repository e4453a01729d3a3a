"""How to ask the centre: sign, send, sort what comes back. Only a signed no is a no.

`requests` takes a tenth of a second to import, so it is loaded by whoever sends first: a worker's thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.ports.store import Store
from kiosk.ports.world import Randomness
from kiosk.receiving.inbound_handler import InboundHandler
from kiosk.upkeep import device_health
from protocol.catalogue.catalogue import Catalogue
from protocol.clock import Clock
from protocol.documents.device_standing import Verdict
from protocol.documents.settings import Settings
from protocol.errors import Refused
from protocol.journal.mirror_lag import Lag
from protocol.keys import Signer
from protocol.strict_json import dumps
from protocol.wire import wire
from protocol.wire.evidence_file import evidence_name
from sync.line import NoAnswer, Raw, Trouble, Wire, read_base, retry_after

_SIGNED_NO: Final[Mapping[str, Trouble]] = {
    "clock_skew": "clock_wrong", "suspended": "suspended", "revoked": "revoked", "erase": "revoked",
    "upgrade": "upgrade", "equivocation": "quarantined", "structural": "quarantined",
}  # fmt: skip
TOO_LARGE: Final = 413
TOO_SLOW: Final = 408
PORTAL: Final = 511
_BUSY: Final = (429, 503)


class LazyWire:
    """A `Wire` over HTTP that loads its library at the first request."""

    def __init__(self, address: str, ca_file: str | None = None, *, patience_s: float | None = None) -> None:
        """`patience_s` is how long one answer may take in all. Raises Refused("centre_address")."""
        self._base = read_base(address)
        self._patience_s = patience_s
        self._ca_file = ca_file
        self._lock = threading.Lock()
        self._transport: Wire | None = None
        self._closed = False

    @property
    def authority(self) -> str:
        return self._base.authority

    def send(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Raw:
        with self._lock:
            if self._closed:
                raise NoAnswer("offline", "closed")
            if self._transport is None:
                from sync.http_transport import Transport  # noqa: PLC0415 - importing sync must stay light

                self._transport = Transport(self._base, self._ca_file, patience_s=self._patience_s)
            transport = self._transport
        return transport.send(method, target, headers, body)

    def close(self) -> None:
        with self._lock:
            self._closed, transport = True, self._transport
        if transport is not None:
            transport.close()


@dataclass(frozen=True, slots=True)
class Question:
    """A request to be signed. ``{nonce}`` in `idempotency` becomes the request's nonce; a GET has no `idempotency`."""

    path: str
    wanted: Mapping[int, str]
    """The statuses that answer it, each with the exact content type it must have."""
    query: str = ""
    content_type: str = ""
    body: bytes = field(default=b"", repr=False)
    idempotency: str = ""
    epoch: int | None = None
    """Whose records it carries, if any."""
    method: str = ""
    """Where it is neither a GET nor, with an `idempotency`, a POST."""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    """Beside those of the signature, which does not cover them."""

    def signable(self, authority: str, nonce: str) -> wire.SignedRequest:
        """As a signature covers it."""
        method = self.method or ("POST" if self.idempotency else "GET")
        key = self.idempotency.replace("{nonce}", nonce)
        return wire.SignedRequest(method, authority, self.path, self.query, self.content_type, self.body, key)


def feed_after(cursor: int) -> Question:
    """The next page of the feed."""
    return Question(wire.PATH_FEED, {200: wire.DSSE}, query=f"after={cursor}")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the centre in the form wanted. `nonce` is that of the request, for whoever verifies the answer."""

    status: int
    body: bytes
    nonce: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(eq=False, repr=False)
class CentreClient:
    """The client that asks the centre in the name of this device. Not for two threads at once."""

    _line: Wire
    _signer: Signer
    inbound: InboundHandler
    in_force: DocumentsInForce
    _clock: Clock
    _randomness: Randomness
    answers: int = field(init=False, default=0)
    """How many came that were the centre's, as far as that can be told here."""
    _set_right: tuple[int, int] | None = field(init=False, default=None)
    """The centre's time and the monotonic time then, once it has said that our clock is wrong."""

    def ask(self, question: Question) -> Answer:
        """Raises NoAnswer. A signed no has been carried out by then (`InboundHandler.verdict`)."""
        raw, nonce = self._send(question)
        verdict = self._verdict(raw, nonce, question)
        if verdict is not None and verdict.code == "clock_skew":
            self._set_right = verdict.server_ms, self._clock.mono_ms()
            raw, nonce = self._send(question)
            verdict = self._verdict(raw, nonce, question)
        if verdict is not None:
            self.answers += 1
            raise NoAnswer(_SIGNED_NO.get(verdict.code, "server_down"), verdict.code)
        if question.wanted.get(raw.status) == raw.content_type:
            self.answers += 1
            return Answer(raw.status, raw.body, nonce, raw.headers)
        raise sort(raw, self._now_ms() / 1000)

    def close(self) -> None:
        """Break off what is under way; from any thread."""
        self._line.close()

    def clock_is_wrong(self) -> bool:
        """Whether the centre had to set our clock right, and the computer's still is not."""
        return abs(self._clock.wall_ms() - self._now_ms()) > wire.MAX_AGE_S * 1000

    def _now_ms(self) -> int:
        if self._set_right is None:
            return self._clock.wall_ms()
        server_ms, mono_ms = self._set_right
        return server_ms + self._clock.mono_ms() - mono_ms

    def _send(self, question: Question) -> tuple[Raw, str]:
        nonce = wire.nonce_text(self._randomness.take(16))
        request = question.signable(self._line.authority, nonce)
        me = self.in_force.statement()
        headers = wire.sign(request, self._signer, me.device_text, me.epoch, self._now_ms() // 1000, nonce)
        target = question.path + (f"?{question.query}" if question.query else "")
        body = question.body or None
        return self._line.send(request.method, target, {**question.headers, **headers}, body), nonce

    def _verdict(self, raw: Raw, nonce: str, question: Question) -> Verdict | None:
        if not 400 <= raw.status < 500 or raw.content_type != wire.DSSE:
            return None
        return self.inbound.verdict(raw.body, nonce, question.epoch)


def sort(raw: Raw, now_s: float) -> NoAnswer:
    """Why an unsigned answer that was not wanted says nothing. JSON is how the centre's own errors look."""
    detail = str(raw.status)
    if raw.status in _BUSY:
        return NoAnswer("server_down", detail, retry_after_s=retry_after(raw.headers.get("retry-after"), now_s))
    if raw.status == TOO_LARGE:
        return NoAnswer("too_large", detail)
    if raw.status == TOO_SLOW:
        return NoAnswer("server_down", detail, slow=True)  # a smaller batch may be there in time
    if raw.status >= 500 and raw.status != PORTAL:
        return NoAnswer("server_down", detail)
    if raw.status >= 400 and raw.content_type == wire.JSON:
        return NoAnswer("server_down", detail)
    return NoAnswer("portal", detail)


@dataclass(frozen=True, slots=True)
class RunningProgram:
    """What a heartbeat says beside store and documents: the version, the room on the disk, how late the mirror is."""

    version: str
    disk_free_mb: Callable[[], int]
    lag: Callable[[], Lag]


def heartbeat(store: Store, in_force: DocumentsInForce, program: RunningProgram, wall_ms: int) -> Question:
    """As docs/protocol.md has it: where the journal stands, what the centre has said to hold, what is unsent, what is
    in force (0: none yet).
    """
    tail, picture = store.journal.tail(), store.evidence.newest_held()
    said = {
        "v": 1,
        "app": program.version,
        "last_seq": tail.chain.seq,
        "acked": tail.hwm,
        "picture": picture and evidence_name(picture.epoch, picture.seq, picture.evidence.sha256),
        "unsent": tail.count - tail.acked_count,
        "unsent_pt": tail.sum_pt - tail.acked_sum_pt,
        "oldest_unsent_ms": tail.oldest_unsent_ms,
        "catalogue": _version(in_force.catalogue),
        "settings": _version(in_force.settings),
        "disk_free_mb": program.disk_free_mb(),
        "health": device_health.members(store, program.version, in_force.ring(), wall_ms, program.lag()),
    }
    return Question(
        wire.PATH_HEARTBEAT, {200: wire.DSSE}, content_type=wire.JSON, body=dumps(said), idempotency="hb-{nonce}"
    )


def _version(document: Callable[[], Catalogue | Settings]) -> int:
    try:
        return document().version
    except Refused:
        return 0
