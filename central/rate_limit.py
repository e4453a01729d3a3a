"""How often one asker may ask: a network where nothing is signed, a device where something is.

Only refusals are dear, because guessing is made of them; what is right costs a twentieth. So a street of telephones
behind one network of its carrier, or a building of shops behind one router, is not shut out by its own number.
In memory: each process counts for itself. docs/centre.md says why that is bound enough.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Final

MOST_KNOWN: Final = 100_000
"""More than all counters of the country: who is forgotten begins anew."""
NETWORK_BITS: Final = {4: 24, 6: 48}
"""What one subscriber may hold: a stranger does not become many by taking the next address."""
RIGHT: Final = 0.05
"""What a request costs that was answered; a refused one costs 1."""
FORWARDED: Final = "x-forwarded-for"


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one asker may be refused: `burst` times at once, then `per_minute`."""

    per_minute: float
    burst: float


class Limiter:
    """A leaky bucket for each asker; the longest silent one is forgotten first."""

    def __init__(self, rate: Rate, now_ms: Callable[[], int]) -> None:
        self._rate, self._now_ms = rate, now_ms
        self._lock = threading.Lock()
        self._levels: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait_s(self, address: str, cost: int = 1) -> int:
        """0 when what costs that may pass (and is counted), else after how many seconds to come back."""
        now = self._now_ms()
        with self._lock:
            level, since = self._levels.pop(address, (0.0, now))
            level = max(0.0, level - max(0, now - since) / 60_000 * self._rate.per_minute)
            passes = level + cost <= self._rate.burst
            self._levels[address] = (level + cost * passes, now)
            while len(self._levels) > MOST_KNOWN:
                self._levels.popitem(last=False)
        if passes:
            return 0
        return max(1, round((level + cost - self._rate.burst) / self._rate.per_minute * 60))

    def forgive(self, address: str) -> None:
        """The request that passed turned out right."""
        with self._lock:
            if address in self._levels:
                level, since = self._levels[address]
                self._levels[address] = (max(0.0, level - (1 - RIGHT)), since)


def asker(connected: str, headers: Mapping[str, tuple[str, ...]], proxy: str) -> str:
    """Whose requests are counted together: the network of the address that connects; behind our own `proxy` that of the
    last one it names.
    """
    named = headers.get(FORWARDED, ("",))[-1].rpartition(",")[2].strip() if proxy and connected == proxy else ""
    try:
        address = ip_address(named or connected)
    except ValueError:
        return connected
    address = getattr(address, "ipv4_mapped", None) or address
    return str(ip_network((address, NETWORK_BITS[address.version]), strict=False))
