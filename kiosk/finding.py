"""A day typed into the search box: ``3/11/2026`` or ``2026-11-03``, alone or beside a name."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from kiosk.arabic import clean, fold_digits_only

_DAY_FIRST: Final = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")


def day_in(text: str) -> tuple[str | None, str]:
    """The day in `text` (ISO) and what else is there. A day that no calendar has is left in the text."""
    words = fold_digits_only(clean(text)).split()
    for word in words:
        day = _day(word)
        if day is not None:
            return day, " ".join(other for other in words if other is not word)
    return None, text


def _day(word: str) -> str | None:
    if found := _DAY_FIRST.fullmatch(word):
        day, month, year = found.groups()
    elif found := _YEAR_FIRST.fullmatch(word):
        year, month, day = found.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
