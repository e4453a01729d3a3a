"""How long to wait after failures: full jitter, and the centre's Retry-After as a floor (docs/protocol.md, Waiting)."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from typing import Final

from kiosk.ports.world import Randomness

LONGEST_S: Final = 900.0
RETRY_MIN_S: Final = 1.0
RETRY_MAX_S: Final = 6 * 3600.0
_SECONDS: Final = re.compile(r"[0-9]{1,12}")
_ENOUGH: Final = 20
"""Failures after which the ceiling has long been reached; 2^n need not grow further."""


class Backoff:
    """Counts failures in a row. `random(0, min(900, 2·2^n))` keeps 6,000 devices from coming back as one."""

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self.failures = 0

    def failed(self, retry_after_s: float | None = None) -> float:
        """Seconds until the next try; `retry_after_s` of them at least."""
        self.failures = min(self.failures + 1, _ENOUGH)
        return (retry_after_s or 0.0) + self._randomness.below(min(LONGEST_S, 2.0 * 2.0**self.failures))

    def succeeded(self) -> None:
        self.failures = 0


def retry_after(text: str | None, now_s: float) -> float | None:
    """Seconds that a Retry-After header asks for, held between 1 s and 6 h; None for none or nonsense."""
    if text is None:
        return None
    text = text.strip()
    if _SECONDS.fullmatch(text):
        wanted = float(text)
    else:
        try:
            wanted = parsedate_to_datetime(text).timestamp() - now_s
        except (ValueError, OverflowError):
            return None
    return min(max(wanted, RETRY_MIN_S), RETRY_MAX_S)
