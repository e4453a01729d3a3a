"""Days and times as people say them: «اليوم 12:04», «أمس 18:30», «24 نوفمبر»; in Cairo, digits 0-9 in both languages.

What people look at says them so: lists, pages, notices. What proves something (papers, audits) keeps the whole date,
which `clock.show_time` writes.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from protocol.clock import CAIRO, moment
from protocol.texts import Language, say
from protocol.values.arabic import isolate

_NEAR = {timedelta(0): "time.today", timedelta(-1): "time.yesterday", timedelta(1): "time.tomorrow"}


def said_time(language: Language, wall_ms: int, now_ms: int | None, *, with_clock: bool = False) -> str:
    """``wall_ms`` seen from ``now_ms``: day and clock from yesterday to tomorrow, else the day, or both `with_clock`.

    Where the clock itself is in doubt, no day is today: seen from None, each has its year. ``—`` where no calendar has
    it: a device's clock may claim anything.
    """
    try:
        at = moment(wall_ms).astimezone(CAIRO)
        today = date.min if now_ms is None else moment(now_ms).astimezone(CAIRO).date()
    except (ValueError, OverflowError, OSError):
        return "—"
    day = said_day(language, at.date(), today)
    near = at.date() - today in _NEAR
    if not (near or with_clock):
        return day
    return say(language, "time.at" if near else "time.at.date", day=day, clock=said_clock(language, at))


def said_day(language: Language, day: date, today: date) -> str:
    """`day` seen from `today`: by its name from yesterday to tomorrow, else by its date; the year where it differs."""
    near = _NEAR.get(day - today)
    if near is not None:
        return say(language, near)
    key = "time.day" if day.year == today.year else "time.day.year"
    number, year = isolate(str(day.day)), isolate(str(day.year))
    return say(language, key, day=number, month=say(language, f"time.month.{day.month}"), year=year)


def said_clock(language: Language, at: datetime) -> str:
    """``12:04``; in the hour that Cairo has twice when summer time ends, with the time that it is of."""
    shown = isolate(at.strftime("%H:%M"))
    if at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset():
        return shown
    return say(language, "time.winter" if at.fold else "time.summer", clock=shown)
