"""What whoever opens the day is asked of a version that has waited for long: now, this evening, or tomorrow again.

The fact ``update_answer`` is a JSON object: ``date`` (Cairo) and ``at_ms`` of the last answer, and whether it was
``evening``. Nobody is held up: without an answer the day begins as ever.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kiosk.core.counter_context import CounterContext
from kiosk.core.store_facts import read_object
from kiosk.model.facts import json_object
from kiosk.model.store_changes import PutFact
from kiosk.upkeep.updates.update_status import IN_THE_WAY, LONG_DAYS, UpdateStatus
from protocol.clock import CAIRO, DAY_MS, moment

ANSWER: Final = json_object("update_answer")


@dataclass(frozen=True, slots=True)
class LongWait:
    """A version that is ready, and since how many days."""

    version: str
    days: int


class LongWaitQuestion:
    """Whether to ask today, and what was answered."""

    def __init__(self, context: CounterContext, write: Callable[[PutFact], object]) -> None:
        self._context = context
        self._write = write

    def asks(self, standing: UpdateStatus) -> LongWait | None:
        """What to ask at the start of this day; None: nothing, or it has been answered today."""
        now_ms = self._context.now_ms()
        days = (now_ms - standing.since_ms) // DAY_MS
        ready = standing.phase == "WAITING" and standing.trouble not in IN_THE_WAY
        if not ready or days < LONG_DAYS or _said(self._context).get("date") == _date(now_ms):
            return None
        return LongWait(standing.version, days)

    def answer(self, *, evening: bool) -> None:
        """Not asked again today. `evening`: once the day is closed it is installed, whoever still sits there."""
        now_ms = self._context.now_ms()
        said = {"date": _date(now_ms), "at_ms": now_ms, "evening": evening}
        self._write(ANSWER.put(said))


def evening_has_come(context: CounterContext) -> bool:
    """Whether this evening was the answer, and the day has been closed since."""
    said, closed = _said(context), context.store.days.last_closed()
    at_ms = said.get("at_ms")
    if said.get("evening") is not True or type(at_ms) is not int or closed is None or closed.closed_ms is None:
        return False
    return at_ms < closed.closed_ms and context.now_ms() - at_ms < DAY_MS and context.store.days.open_day() is None


def _said(context: CounterContext) -> dict[str, Any]:
    return read_object(context.store.facts(), ANSWER)


def _date(now_ms: int) -> str:
    return f"{moment(now_ms).astimezone(CAIRO):%Y-%m-%d}"
