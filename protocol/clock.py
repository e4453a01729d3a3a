"""Time as the counter knows it: a clock that may be wrong, and the business day in Cairo."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, Protocol
from zoneinfo import ZoneInfo

CAIRO: Final = ZoneInfo("Africa/Cairo")
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS
LATE_MS: Final = 6 * HOUR_MS
"""So long after midnight the day before is still sold in: shops are open into the night. Later it must be closed."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Clock(Protocol):
    """The only source of time; a simulator gives its own."""

    @property
    def boot_id(self) -> bytes:
        """8 random bytes, new at each start of the process."""

    def wall_ms(self) -> int:
        """Unix milliseconds as the machine believes: a claim."""

    def mono_ms(self) -> int:
        """Milliseconds since boot, counting sleep; never goes back within one boot."""


def moment(wall_ms: int) -> datetime:
    """The aware UTC time of Unix milliseconds."""
    return datetime.fromtimestamp(wall_ms / 1000, UTC)


def business_date(wall_ms: int) -> date:
    """The date in Cairo at Unix milliseconds."""
    return _date_of_minute(wall_ms // 60_000)


@lru_cache(maxsize=16)
def _date_of_minute(minute: int) -> date:
    """Midnight begins a minute everywhere; a sale asks five times."""
    return moment(minute * 60_000).astimezone(CAIRO).date()


def read_day(text: object) -> date:
    """The day of ``2026-11-25``. Raises ValueError for anything else, other spellings of ISO 8601 too."""
    if not isinstance(text, str) or _DAY.fullmatch(text) is None:
        raise ValueError("day")
    return date.fromisoformat(text)


def sold_on(day: date, at_ms: int, slack_ms: int = 0) -> bool:
    """Whether something may be sold at `at_ms` by the prices of that business day."""
    return business_date(at_ms - LATE_MS - slack_ms) <= day <= business_date(at_ms + slack_ms)


def show_time(wall_ms: int) -> str:
    """``2026-11-25 14:05`` in Cairo, digits 0-9 in every language; ``—`` outside the years 1 to 9999.

    A device's clock is a claim, and may claim anything that fits into 64 bits.
    """
    try:
        return moment(wall_ms).astimezone(CAIRO).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return "—"
