"""An error in words: what happened, why, and what to do, with its values as a person reads them."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import Any, Final

from protocol.errors import KioskError
from protocol.texts import ERROR_PARTS, Language, fill, say, table
from protocol.values.arabic import isolate
from protocol.values.money import format_pt
from protocol.values.said_time import said_time

_REASONED: Final = {
    "printer": "printer", "printer_broke": "printer", "setup_no_print": "printer", "scanner": "scanner",
    "camera": "camera", "store_failed": "store", "stick_away": "system", "folder_unusable": "system",
    "folder_away": "system", "file_away": "system", "answer_lost": "system",
    "database_stuck": "system", "address_unseen": "system",
    "centre_backup_failed": "system", "keystore_failed": "keystore",
}  # fmt: skip
"""Errors whose reason is a word of ours, and where its text stands; any other is somebody's own words."""
_PATH: Final = re.compile(r"[\x21-\x7e]*[/\\]")


def explain(language: Language, error: KioskError) -> tuple[str, str, str]:
    """What, why, what to do. Raises KeyError for a code that nobody wrote a text for: a bug, not input."""
    parts, values = table()[f"error.{error.code}"], readable(language, error)
    what, why, do = (fill(parts[part][language], language, **values) for part in ERROR_PARTS)
    return what, why, do


def readable(language: Language, error: KioskError) -> dict[str, Any]:
    """Its values as a person reads them: money, times, reasons in words, nothing that a line would turn round.

    `n` stays a number: it chooses a plural.
    """

    def value(name: str, given: Any) -> Any:
        if name == "reason":
            return _reason(language, _REASONED.get(error.code, ""), given)
        if isinstance(given, int) and (name.endswith("_pt") or error.code in ("limit_money", "limit_float")):
            return money(language, given)
        if isinstance(given, int) and name.endswith("_ms"):
            return said_time(language, given, None, with_clock=True)
        return given if name == "n" else in_line(language, given)

    return {name: value(name, given) for name, given in error.values.items()}


def say_in_line(language: Language, key: str, **values: Any) -> str:
    """The text named `key`, its values in the order of a line of that language; `n` chooses a plural."""
    return say(language, key, **{name: one if name == "n" else in_line(language, one) for name, one in values.items()})


def money(language: Language, pt: int, sign: str = "") -> str:
    """``50.00 ج.م``; with a `sign` only where words name the direction, too."""
    return say(language, "money", amount=isolate(sign + format_pt(abs(pt))))


def in_line(language: Language, value: Any) -> Any:
    """`value` so that an Arabic line does not turn it round: numbers, ids, dates, paths, a driver's words.

    A Latin word, too: at the beginning of a line it would turn the line.
    """
    written = str(value) if isinstance(value, (int, PurePath)) else value
    if language != "ar" or not isinstance(written, str) or not written:
        return value
    return isolate(written) if written.isascii() or _PATH.match(written) else value


def _reason(language: Language, family: str, given: Any) -> Any:
    for key in (f"{family}.reason.{given}", f"{family}.reason.other"):
        if key in table():
            return say(language, key)
    cause = table().get(f"error.{given}", {}).get("what", {}).get(language)  # it failed for another error: in its words
    if isinstance(cause, str) and "{" not in cause:
        return cause.rstrip(".")
    return in_line(language, given)
