"""When a shop is open: what silence is measured in. Days run by Cairo's clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from protocol.clock import CAIRO, DAY_MS, moment
from protocol.documents.settings import opening

LONGEST_MS: Final = 40 * DAY_MS
"""A silence is not measured beyond it."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From the full hour `opens` to `closes` (0 to 24), but not on the weekdays of `closed` (Monday is 0)."""

    opens: int = 9
    closes: int = 22
    closed: frozenset[int] = frozenset()

    def open_ms(self, from_ms: int, to_ms: int) -> int:
        """How much of that time the shop was open."""
        from_ms = max(from_ms, to_ms - LONGEST_MS)
        day, last = (moment(ms).astimezone(CAIRO).date() for ms in (from_ms, to_ms))
        total = 0
        while day <= last:
            if day.weekday() not in self.closed:
                begin = datetime.combine(day, time(), CAIRO)
                ends = (begin + timedelta(hours=hour) for hour in (self.opens, self.closes))
                opens, closes = (int(end.timestamp() * 1000) for end in ends)
                total += max(0, min(closes, to_ms) - max(opens, from_ms))
            day += timedelta(days=1)
        return total


def read(members: object) -> Hours:
    """``{"opens": 9, "closes": 22, "closed": [4]}`` of a shop's settings; what is odd is as if it were not there."""
    return sound(members) or Hours()


def sound(members: object) -> Hours | None:
    """The same; None for what is odd. Nothing said is what every shop has."""
    found = opening(members)
    return None if found is None else Hours(*found)
