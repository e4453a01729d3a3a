"""Numbers, money and moments as the screen shows them: digits 0-9 in both languages, isolated from what is around."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from protocol.clock import read_day, show_time
from protocol.errors import KioskError
from protocol.program.explained import explain
from protocol.program.explained import money as money  # noqa: PLC0414 - because pages take all that is shown from here
from protocol.texts import Language, say
from protocol.values import masked
from protocol.values.arabic import isolate as isolate  # noqa: PLC0414 - as above
from protocol.values.said_time import said_day as said_day  # noqa: PLC0414 - as above
from protocol.values.said_time import said_time as said_time  # noqa: PLC0414 - as above

if TYPE_CHECKING:
    from protocol.documents.operators import Operator


_NOT_NEAR: Final = timedelta(days=2)
"""A day seen from here is named by its date."""
_OFFLINE: Final = frozenset({"shop_offline", "shop_unanswered", "line_offline", "needs_line", "setup_no_line"})


def number(value: object) -> str:
    return isolate(str(value))


def clock(wall_ms: int) -> str:
    """``14:05``."""
    return isolate(show_time(wall_ms)[-5:])


def day(iso: str | date) -> str:
    return isolate(str(iso))


def till(language: Language, number_: int) -> str:
    """A counter of the shop by its number; 0 is that of the practice room."""
    return say(language, "till.name", n=number(number_)) if number_ else say(language, "till.practice")


def disk(root: str | Path) -> str:
    """A stick or a disk by what people know it by: its label, or its letter."""
    return isolate(Path(root).name or str(root))


def business_day(language: Language, label: str) -> str:
    """A money day by its date, today's too, as people who count cash name it; ``(2)`` where its date was opened again.

    `label` is that of `DayKey`.
    """
    iso, _, again = label.partition(" ")
    if not iso:
        return ""
    day = read_day(iso)
    return f"{said_day(language, day, day - _NOT_NEAR)} {number(again) if again else ''}".strip()


def short_name(name: str) -> str:
    """A name in a list: the first word whole, initials after it; isolated, in whichever direction it is written."""
    short = masked.short_name(name)
    return f"\u2068{short}\u2069" if short else ""


def person(language: Language, operator: Operator, note: str = "") -> str:
    """Somebody in a list: the name, and the role or what else (a text key) is to be noted."""
    return f"{operator.name[language]} — {say(language, note or f'role.{operator.role}')}"


def explained(language: Language, error: KioskError) -> tuple[str, str, str]:
    """What, why, what to do; an error nobody wrote a text for is still said, with its code for support."""
    try:
        return explain(language, error)
    except KeyError:
        return (
            say(language, "fault.what"),
            say(language, "fault.why", code=isolate(error.code)),
            say(language, "fault.do"),
        )


def tone(error: KioskError) -> str:
    """Of a message about it: to have no internet is no error."""
    return "off" if error.code in _OFFLINE else "act"
