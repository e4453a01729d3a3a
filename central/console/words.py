"""Times, spans and amounts in the language of whoever reads, with numbers that keep their order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from protocol.clock import DAY_MS, HOUR_MS
from protocol.errors import KioskError
from protocol.program.explained import explain, in_line, money, say_in_line
from protocol.texts import Bilingual, Language, say, table
from protocol.values.said_time import said_time

MINUTE_MS: Final = 60_000
BEGUN_MS: Final = 1_577_836_800_000
"""2020 began: there was nothing of all this before."""
_UNITS: Final = (("days", DAY_MS), ("hours", HOUR_MS), ("minutes", MINUTE_MS))
MOST_COUNTED: Final = 1_000


def at(language: Language, ms: int, now_ms: int) -> str:
    """When, as people say it; a dash where it never was, and in words where a clock that stood claims it."""
    known = said_time(language, ms, now_ms, with_clock=True) if ms >= BEGUN_MS else say(language, "console.no_time")
    return known if ms else "—"


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


def name(language: Language, one: Any) -> str:
    """What somebody or something is called; a row says it in two columns."""
    both = one if isinstance(one, Bilingual) else Bilingual(one.name_ar, one.name_en)
    return getattr(both, language) or both.ar


def isolated(language: Language, value: object) -> str:
    return str(in_line(language, value if isinstance(value, int) else str(value)))


def approval_word(language: Language, what: str) -> str:
    """What a counter asks the centre to agree to."""
    return say(language, f"approval.{what}")


STEPS: Final = (".proposed", ".withdrawn")
"""Of an act that takes two."""


def audit_word(language: Language, act: str) -> str:
    """An act of the audit in words, where it has some; of what was proposed or taken back, by its act."""
    key = f"console.audit.{act}"
    if key in table():
        return say(language, key)
    for step in STEPS:
        if act.endswith(step):
            return say(language, f"console.audit{step}", what=audit_word(language, act.removesuffix(step)))
    return act


def detail(language: Language, name: str, value: Any) -> tuple[str, str]:
    """A detail of the audit or of a proposal: what it is called, and what it says, as people read it."""
    keys = (f"console.detail.{name}", f"console.field.{name.removesuffix('_pt')}")
    return next((say(language, key) for key in keys if key in table()), name), _said(language, name, value)


def _said(language: Language, name: str, value: Any) -> str:
    if isinstance(value, Mapping):  # one's own words, in both languages
        value = [one for one in value.values() if one]
    if isinstance(value, list):
        return say(language, "list.comma").join(_said(language, name, one) for one in value) or "—"
    if isinstance(value, bool):
        return say(language, f"console.{'yes' if value else 'no'}")
    if name.endswith("_pt") and isinstance(value, int):
        return money(language, value)
    if value == "":
        return "—"
    keys = (f"console.said.{name}.{value}", *(f"{family}.{value}" for family in _FAMILIES.get(name, ())))
    return next((say(language, key) for key in keys if key in table()), isolated(language, value))


_FAMILIES: Final[Mapping[str, Sequence[str]]] = {
    "role": ("central.role",), "purpose": ("central.purpose",), "reach": ("console.reach",), "what": ("approval",),
    "status": ("console.state",), "before": ("console.state",), "code": ("console.reason",), "by": ("console.audit",),
    "why": ("detail.why",),
}  # fmt: skip
"""Where the words of a value stand, by the name of the detail."""


def explained(language: Language, error: KioskError) -> tuple[str, str, str]:
    """What, why, what to do; where that is a command's option, what to do on a page stands beside it."""
    what, why, do = explain(language, error)
    key = f"console.instead.{error.code}"
    return what, why, say(language, key) if key in table() else do


def sentence(language: Language, key: str, **values: object) -> str:
    """The text ``console.<key>``."""
    return say_in_line(language, f"console.{key}", **values)
