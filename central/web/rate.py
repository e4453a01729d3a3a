"""How often one address may ask. In memory: each worker counts for itself, which is bound enough for guessing."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MAX_ADDRESSES: Final = 20_000


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then `per_minute`."""

    per_minute: float
    burst: float


class Limiter:
    """A leaky bucket for each address; the longest silent one is forgotten first."""

    def __init__(self, rate: Rate, now_ms: Callable[[], int]) -> None:
        self._rate, self._now_ms = rate, now_ms
        self._lock = threading.Lock()
        self._levels: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def wait_s(self, address: str) -> int:
        """0 when the request may pass (and is counted), else after how many seconds to come back."""
        now = self._now_ms()
        with self._lock:
            level, since = self._levels.pop(address, (0.0, now))
            level = max(0.0, level - max(0, now - since) / 60_000 * self._rate.per_minute)
            passes = level + 1 <= self._rate.burst
            self._levels[address] = (level + passes, now)
            while len(self._levels) > MAX_ADDRESSES:
                self._levels.popitem(last=False)
        if passes:
            return 0
        return max(1, round((level + 1 - self._rate.burst) / self._rate.per_minute * 60))
