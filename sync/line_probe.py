"""The way to the centre, told apart for whoever has to mend it: link, names, sign-in, certificate, silence."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from kiosk.ports.world import Randomness
from kiosk.upkeep.doctor.check_result import Seen, Unknown
from protocol.clock import Clock
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.errors import malformed_as
from protocol.strict_json import BadJson, count
from protocol.wire import wire
from sync.centre_client import LazyWire, sort
from sync.line import LOOPBACK, NoAnswer, State, Wire, read_base
from sync.name_lookup import Ask, LookUp


@dataclass(frozen=True, slots=True)
class CentreSeen:
    """What was found at the other end: online, offline, portal, server_down or clock_wrong; `detail` is for support.

    `ahead_ms` is how far this machine's clock is before the centre's, None where the centre did not say.
    """

    state: State
    detail: str = ""
    ahead_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Ping:
    """Is that the centre, and what time is it there: one unsigned question, whose answer only the centre can sign.

    Needs no journal, no epoch in force and no right clock; so it still says something where nothing else goes through.
    Asks on a line of its own; blocks for as long as the line's limits allow.
    """

    _line: Wire
    _clock: Clock
    _randomness: Randomness

    def ask(self, feed_keys: Sequence[bytes]) -> CentreSeen:
        """`feed_keys` are those of the keyset in force. Raises nothing that the world may do."""
        begun = self._clock.mono_ms()
        try:
            server_ms = self._server_ms(feed_keys)
        except NoAnswer as error:
            state = _STATES.get(error.trouble, "server_down")
            return CentreSeen(state, error.detail)
        except (Forged, BadJson) as error:
            return CentreSeen("portal", error.code)  # an answer, but not the centre's
        there = server_ms + (self._clock.mono_ms() - begun) // 2
        ahead = self._clock.wall_ms() - there
        return CentreSeen("clock_wrong" if abs(ahead) > wire.MAX_AGE_S * 1000 else "online", "", ahead)

    def _server_ms(self, feed_keys: Sequence[bytes]) -> int:
        nonce = wire.nonce_text(self._randomness.take(16))
        raw = self._line.send("GET", f"{wire.PATH_PING}?n={nonce}", {}, None)
        if raw.status != 200 or raw.content_type != wire.DSSE:
            raise sort(raw, self._clock.wall_ms() / 1000)
        members = trust.open_object(raw.body, trust.PING, feed_keys)
        if members.get("nonce") != nonce:
            raise Forged("other nonce")
        with malformed_as(Forged("not a ping")):
            return count(members["server_ms"])

    def close(self) -> None:
        self._line.close()


_STATES: Final[dict[str, State]] = {"offline": "offline", "portal": "portal", "clock_wrong": "clock_wrong"}


PATIENCE_S: Final = 4.0
NAME_S: Final = 3.0
NOWHERE: Final = "192.0.2.1"
"""An address that nobody has (RFC 5737): asked only whether there is a way, and nothing is sent."""


@dataclass(eq=False)
class LineProbe:
    """Looks once, at the first question; later ones hear the same. The address and the keys are asked for then.

    The latter raises Unknown where no keyset is in force.
    """

    _address: Callable[[], str]
    _ca_file: str | None
    _feed_keys: Callable[[], Sequence[bytes]]
    _clock: Clock
    _randomness: Randomness
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)
    _seen: Seen | None = field(init=False, default=None)

    def inspect(self) -> Seen:
        """Raises Unknown where there is no centre to look for; Refused("centre_address")."""
        with self._lock:
            if self._seen is None:
                self._seen = self._seen_now()
            return self._seen

    def _seen_now(self) -> Seen:
        address, keys = self._address(), self._feed_keys()
        if not address:
            raise Unknown("no_centre")
        host = urlsplit(read_base(address).url).hostname or ""
        if host not in LOOPBACK:
            if not has_way():
                return Seen("no_link")
            if not has_name(host):
                return Seen("no_name")
        line = LazyWire(address, self._ca_file, patience_s=PATIENCE_S)
        return self.ask(line, keys)

    def ask(self, line: Wire, keys: Sequence[bytes]) -> Seen:
        with closing(Ping(line, self._clock, self._randomness)) as ping:
            return diagnosed(ping.ask(keys))


def diagnosed(sight: CentreSeen) -> Seen:
    """What a ping saw, in the words of a diagnosis."""
    if sight.state == "portal":
        return Seen("foreign" if sight.detail in ("certificate", "tls") else "portal")
    if sight.state in ("online", "clock_wrong"):
        return Seen(sight.state, sight.ahead_ms)
    return Seen("silent")


def has_way() -> bool:
    """Whether this computer knows a way out at all; a datagram's socket is connected, and nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((NOWHERE, 9))
        except OSError:
            return False
        return True


def has_name(host: str, wait_s: float = NAME_S, ask: Ask = socket.getaddrinfo) -> bool:
    """Whether the name is found in time: a resolver without a line waits for long."""
    return LookUp(host, 443, ask).found(wait_s)
