"""Numbers, money and moments as the screen shows them: digits 0-9 in both languages, isolated from what is around."""

from __future__ import annotations

from datetime import date
from typing import Any

from kiosk.clock import show_time
from kiosk.errors import KioskError
from kiosk.texts import Language, explain, say, table
from kiosk.values import masked
from kiosk.values.arabic import isolate
from kiosk.values.money import format_pt


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
    """A name in a list: the first word whole, initials after it; isolated, in whichever direction it is written."""
    short = masked.short_name(name)
    return f"\u2068{short}\u2069" if short else ""


def both(key: str) -> tuple[str, str]:
    """A text in Arabic and in English."""
    return say("ar", key), say("en", key)


REASONED = {
    "printer": "printer", "printer_broke": "printer", "scanner": "scanner", "camera": "camera", "store_failed": "store",
}  # fmt: skip
"""Errors whose reason is a word of ours, and where its text stands. Other words of a store's are a driver's."""


def readable(language: Language, error: KioskError) -> KioskError:
    """The same error with its values as a person reads them.

    Piastres as money; isolated what an Arabic line would turn round: numbers (`n` is left to count), dates, places,
    a driver's words.
    """

    def value(name: str, given: Any) -> object:
        if name == "reason" and error.code in REASONED:
            key = f"{REASONED[error.code]}.reason.{given}"
            return say(language, key if error.code != "store_failed" or key in table() else "store.reason.other")
        if isinstance(given, int) and (name.endswith("_pt") or error.code in ("limit_money", "limit_float")):
            return money(language, given)
        bare = isinstance(given, str) and given.isascii() and not given.isalpha()
        return number(given) if bare or (isinstance(given, int) and name != "n") else given

    return type(error)(error.code, **{name: value(name, given) for name, given in error.values.items()})


def explained(language: Language, error: KioskError) -> tuple[str, str, str]:
    """What, why, what to do; an error nobody wrote a text for is still said, with its code for support."""
    try:
        return explain(language, readable(language, error))
    except KeyError:
        return (
            say(language, "fault.what"),
            say(language, "fault.why", code=isolate(error.code)),
            say(language, "fault.do"),
        )
