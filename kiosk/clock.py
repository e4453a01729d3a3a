"""Time as the counter knows it: a clock that may be wrong, and the business day in Cairo."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Final, Protocol
from zoneinfo import ZoneInfo

CAIRO: Final = ZoneInfo("Africa/Cairo")
HOUR_MS: Final = 3_600_000
DAY_MS: Final = 24 * HOUR_MS


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
    return moment(wall_ms).astimezone(CAIRO).date()


def show_time(wall_ms: int) -> str:
    """``2026-11-25 14:05`` in Cairo, digits 0-9 in every language; ``—`` outside the years 1 to 9999.

    A device's clock is a claim, and may claim anything that fits into 64 bits.
    """
    try:
        return moment(wall_ms).astimezone(CAIRO).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError, OSError):
        return "—"
