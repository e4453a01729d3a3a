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
from sync.centre_client import LazyWire
from sync.centre_ping import CentreSeen, Ping
from sync.line import LOOPBACK, Wire, read_base
from sync.name_lookup import Ask, LookUp

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


def has_way(kind: int = socket.AF_INET) -> bool:
    """Whether this computer knows a way out at all; a datagram's socket is connected, and nothing is sent."""
    with socket.socket(kind, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect((NOWHERE, 9))
        except OSError:
            return False
        return True


def has_name(host: str, wait_s: float = NAME_S, ask: Ask = socket.getaddrinfo) -> bool:
    """Whether the name is found in time: a resolver without a line waits for long."""
    return LookUp(host, 443, ask).found(wait_s)
