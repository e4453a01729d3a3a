"""What is wrong with a counter, in words: for the command line and for the console."""

from __future__ import annotations

from typing import Final

from central.fleet.alerts import Alert
from protocol import doctor
from protocol.texts import Language, say, table
from protocol.values.arabic import isolate, strip_invisible
from protocol.values.money import format_pt

DAYS_FROM_H: Final = 72
UNKNOWN_H: Final = 10 * 365 * 24
"""A clock that stood has said since when."""


def word(language: Language, kind: str, said: str) -> str:
    """Ours where there is one: a later release may say another."""
    return say(language, key, n=0) if (key := f"central.{kind}.{said}") in table() else said


def sentence(one: Alert, language: Language) -> str:
    """What is wrong, in words; `values` are for scripts."""
    values = {name: _value(name, value, language) for name, value in one.values.items()}
    if one.name == "shop_silent":  # of opening hours: they make no days
        values["hours"] = say(language, "central.span.hours", n=int(one.values["hours"]))
    if one.name == "rollout_halted":
        values["why"] = _why_halted(one, language)
    return say(language, f"central.alert.{one.name}", **values)


def _value(name: str, value: int | str, language: Language) -> str:
    if name == "hours":
        hours = int(value)
        unit = "hours" if hours < DAYS_FROM_H else "days" if hours < UNKNOWN_H else "unknown"
        return say(language, f"central.span.{unit}", n=hours if unit == "hours" else hours // 24)
    if name == "amount_pt":
        return _isolated(format_pt(int(value)), language)
    if name == "finding" and value in doctor.CHECKS:
        return f"{value} ({doctor.title(int(value), language)})"
    if name in {"step", "phase"}:
        return word(language, name, str(value))
    if name == "why":
        return _isolated(word(language, "parked", str(value)), language)
    return _isolated(str(value), language)


def _isolated(text: str, language: Language) -> str:
    return isolate(text) if language == "ar" else strip_invisible(text)


def _why_halted(one: Alert, language: Language) -> str:
    numbers = {name: _isolated(str(value), language) for name, value in one.values.items()}
    kind = "mute" if "acked" in numbers else "bad" if "bad" in numbers else "before"
    return say(language, f"central.halted.{kind}", **numbers)
