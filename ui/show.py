"""Numbers, money and moments as the screen shows them: digits 0-9 in both languages, isolated from what is around."""

from __future__ import annotations

from datetime import date

from kiosk.arabic import isolate
from kiosk.clock import show_time
from kiosk.money import format_pt
from kiosk.texts import Language, say


def money(language: Language, pt: int) -> str:
    """``50.00 ج.م``; never a sign, because right-to-left views move it: name the direction in words."""
    return say(language, "money", amount=isolate(format_pt(abs(pt))))


def number(value: object) -> str:
    return isolate(str(value))


def moment(wall_ms: int) -> str:
    return isolate(show_time(wall_ms))


def clock(wall_ms: int) -> str:
    """``14:05``."""
    return isolate(show_time(wall_ms)[-5:])


def day(iso: str | date) -> str:
    return isolate(str(iso))


def short_name(name: str) -> str:
    """A name in a list: the first word whole, initials after it."""
    first, *rest = name.split() or [""]
    return " ".join([first, *(f"{word[0]}." for word in rest[:2])])
