"""Times, spans and amounts in the language of whoever reads, with numbers that keep their order."""

from __future__ import annotations

from typing import Final

from protocol.clock import DAY_MS, HOUR_MS
from protocol.program.explained import in_line, money, say_in_line
from protocol.texts import Language, say, table
from protocol.values.said_time import said_time

MINUTE_MS: Final = 60_000
_UNITS: Final = (("days", DAY_MS), ("hours", HOUR_MS), ("minutes", MINUTE_MS))
MOST_COUNTED: Final = 1_000


def at(language: Language, ms: int, now_ms: int) -> str:
    """When, as people say it; a dash where it never was."""
    return said_time(language, ms, now_ms, with_clock=True) if ms else "—"


def span(language: Language, ms: int) -> str:
    """``1 day and 4 hours``: the two largest units; under a minute it is one."""
    left, parts = max(ms, MINUTE_MS), []
    for unit, size in _UNITS:
        n, left = divmod(left, size)
        if n:
            parts.append(say(language, f"central.span.{unit}", n=n))
        if parts and (len(parts) == 2 or not n):
            break
    return say(language, "console.span.two", a=parts[0], b=parts[1]) if len(parts) == 2 else parts[0]


def due(language: Language, due_ms: int, now_ms: int) -> str:
    """How late something is, or how soon it is due."""
    late = due_ms < now_ms
    if not late and due_ms - now_ms > DAY_MS:
        return at(language, due_ms, now_ms)
    return say(language, f"console.due.{'late' if late else 'in'}", span=span(language, abs(due_ms - now_ms)))


def counted(language: Language, n: int) -> str:
    """A figure; nothing is counted beyond a thousand."""
    return f"{n:,}" if n <= MOST_COUNTED else say(language, "console.more_than", n=MOST_COUNTED)


def amount(language: Language, pt: int) -> str:
    return money(language, pt)


def isolated(language: Language, value: object) -> str:
    return str(in_line(language, value if isinstance(value, int) else str(value)))


def approval_word(language: Language, what: str) -> str:
    """What a counter asks the centre to agree to."""
    return say(language, f"approval.{what}")


def audit_word(language: Language, act: str) -> str:
    """An act of the audit in words, where it has some."""
    key = f"console.audit.{act}"
    return say(language, key) if key in table() else act


def sentence(language: Language, key: str, **values: object) -> str:
    """The text ``console.<key>``."""
    return say_in_line(language, f"console.{key}", **values)
