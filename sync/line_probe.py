"""The way to the centre, told apart for whoever has to mend it: link, names, sign-in, certificate, silence."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import urlsplit

from kiosk.ports.world import Randomness
from kiosk.upkeep.doctor.probes import Seen, Unknown
from protocol.clock import Clock
from sync.centre_client import LazyWire
from sync.centre_ping import CentreSeen, Ping
from sync.line import LOOPBACK, Wire, read_base
from sync.name_lookup import Ask, LookUp

PATIENCE_S: Final = 4.0
NAME_S: Final = 3.0
NOWHERE: Final = "192.0.2.1"
"""An address that nobody has (RFC 5737): asked only whether there is a way, and nothing is sent."""


class LineProbe:
    """Looks once, at the first question; later ones hear the same. `address` and keys are asked for then.

    `feed_keys` raises Unknown where no keyset is in force.
    """

    def __init__(
        self, address: Callable[[], str], ca_file: str | None, feed_keys: Callable[[], Sequence[bytes]], clock: Clock,
        randomness: Randomness,
    ) -> None:  # fmt: skip
        self._address = address
        self._ca_file = ca_file
        self._feed_keys = feed_keys
        self._clock = clock
        self._randomness = randomness
        self._lock = threading.Lock()
        self._seen: Seen | None = None

    def look(self) -> Seen:
        """Raises Unknown where there is no centre to look for; Refused("centre_address")."""
        with self._lock:
            if self._seen is None:
                self._seen = self._looked()
            return self._seen

    def _looked(self) -> Seen:
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
        ping = Ping(line, self._clock, self._randomness)
        try:
            return told(ping.look(keys))
        finally:
            ping.close()


def told(sight: CentreSeen) -> Seen:
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
