"""How the update stands, and what it may do now: by what the centre has set, and by whether anybody is served.

The standing is kept between starts and shown: the fact ``update``, a JSON object. No citizen waits for an update.
``phase`` of the pointer, ``version`` under way, ``since_ms`` of that phase, ``reverted`` the version that was undone
(empty: none since a good one), ``crashed`` whether it was for starts that failed, ``checked_ms`` the last look for
releases, ``metadata_ms`` the last look that found signed word in force, ``trouble`` the code of what is in the way,
``need_mb`` how much must be free where that is room, ``needs_setup`` a version for another runtime, ``month`` and
``month_bytes`` what was fetched in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Final

from kiosk.core.counter_context import CounterContext
from kiosk.core.events import QuietTime, RequestsChanged, SessionChanged
from kiosk.model.facts import UPDATE, json_object, read_object
from kiosk.model.service_request import PrintState
from kiosk.model.store_changes import PutFact
from kiosk.staff.sign_in import StaffSession
from protocol.clock import CAIRO, DAY_MS, moment

LONG_DAYS: Final = 14
"""After so many an update that waits is spoken of at the start of a day."""

UNSAVED: Final = "upgrade_waits"
IN_THE_WAY: Final = {"update_full": "update.line.FULL", UNSAVED: "update.line.UNSAVED"}
"""What an update waits for that somebody here can mend, by the code of the trouble."""


@dataclass(frozen=True, slots=True)
class UpdateStatus:
    """Which version runs, which one waits, and what became of the last."""

    phase: str = "IDLE"
    version: str = ""
    since_ms: int = 0
    reverted: str = ""
    crashed: bool = False
    checked_ms: int = 0
    metadata_ms: int = 0
    trouble: str = ""
    needs_setup: str = ""
    need_mb: int = 0
    month: str = ""
    month_bytes: int = 0


def read(raw: bytes | None) -> UpdateStatus:
    """What is kept; the beginning where nothing is, or nothing that can be read."""
    try:
        found = json.loads(raw or b"{}")
        kept = {name: found[name] for name in UpdateStatus.__slots__ if name in found}
    except (ValueError, TypeError, RecursionError):
        return UpdateStatus()
    wanted = asdict(UpdateStatus())
    return UpdateStatus(**{name: value for name, value in kept.items() if type(value) is type(wanted[name])})


def status_text(standing: UpdateStatus, now_ms: int) -> tuple[str, dict[str, object]] | None:
    """The key and the values of what whoever works here should know; None: nothing."""
    if standing.trouble in IN_THE_WAY:
        return IN_THE_WAY[standing.trouble], {"version": standing.version, "need_mb": standing.need_mb}
    if standing.phase == "WAITING":
        days = (now_ms - standing.since_ms) // DAY_MS
        if days >= LONG_DAYS:
            return "update.line.OLD", {"version": standing.version, "days": days}
        return "update.line.WAITING", {"version": standing.version}
    if standing.needs_setup:
        return "update.line.SETUP", {"version": standing.needs_setup}
    key = "update.line.CRASHED" if standing.crashed else "update.line.REVERTED"
    return (key, {"version": standing.reverted}) if standing.reverted else None


class Notes:
    """Keeps the standing; writes only what has changed, for each writing costs a sync of the disk.

    What no disk takes is remembered until one does: a full one is what most needs to be said.
    """

    def __init__(self, fact: Callable[[str], bytes | None], write: Callable[[PutFact], object]) -> None:
        self._write = write
        self._fact = fact
        self._unwritten: UpdateStatus | None = None

    def now(self) -> UpdateStatus:
        return self._unwritten or read(self._fact(UPDATE.name))

    def put(self, **changes: Any) -> UpdateStatus:
        """Raises what writing raises."""
        before = self.now()
        after = replace(before, **changes)
        if after != before or self._unwritten is not None:
            self._unwritten = after
            self._write(UPDATE.put(asdict(after)))
            self._unwritten = None
        return after


ANSWER: Final = json_object("update_answer")


@dataclass(frozen=True, slots=True)
class LongWait:
    """A version that is ready, and since how many days."""

    version: str
    days: int


class LongWaitQuestion:
    """What whoever opens the day is asked of a version that has waited for long: now, this evening, or tomorrow again.

    The fact ``update_answer`` is a JSON object: ``date`` (Cairo) and ``at_ms`` of the last answer, and whether it was
    ``evening``. Nobody is held up: without an answer the day begins as ever.
    """

    def __init__(self, context: CounterContext) -> None:
        self._context = context

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
        answer = ANSWER.put({"date": _date(now_ms), "at_ms": now_ms, "evening": evening})
        self._context.journal.write([], [answer])


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


IDLE_MS: Final = 10 * 60_000
CLOSED_MS: Final = 60_000
"""After a day was closed and everybody had signed out."""
REST_MS: Final = 120_000
MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Terms:
    """What limits the fetching of updates. `open`: this hour allows it; `cap_bytes`: so many a month, 0 for no cap."""

    ring: str
    open: bool
    cap_bytes: int
    month: str


@dataclass(eq=False)
class UpdatePermission:
    """Asked by the updater's thread; listens to what happens at the counter.

    `online` says whether the centre answers, `held` whether something else goes on, of which this counter's own
    people know nothing: a practice.
    """

    _context: CounterContext
    _people: StaffSession
    _online: Callable[[], bool]
    _held: Callable[[], bool]

    def __post_init__(self) -> None:
        context = self._context
        self._quiet = QuietTime(context.events, context.world.clock, SessionChanged, RequestsChanged)

    def terms(self) -> Terms:
        in_force = self._context.in_force
        updates = in_force.settings().updates
        now = moment(self._context.now_ms()).astimezone(CAIRO)
        begin, end = updates.window
        inside = begin <= now.hour < end if begin < end else not end <= now.hour < begin
        return Terms(in_force.ring(), begin == end or inside, updates.cap_mb * MIB, f"{now:%Y-%m}")

    def resting(self) -> bool:
        """Nobody is at the counter: time for what takes the machine for a while."""
        return self._people.away() and self._quiet.ms() >= REST_MS and not self._held()

    def may_flip(self, *, asked: bool) -> bool:
        """`asked`: a person wants it now; then only a citizen stands in the way."""
        if self.served():
            return False
        closed = self._context.store.days.open_day() is None
        leaving = closed and (self._people.current() is None or evening_has_come(self._context))
        return asked or ((self._people.away() or leaving) and self._quiet.ms() >= (CLOSED_MS if leaving else IDLE_MS))

    def served(self) -> bool:
        """A form of whoever is signed in is half typed, a paper is under way, or something is being sent."""
        store, login, now_ms = self._context.store, self._people.current(), self._context.now_ms()
        if self._held() or self._sending() or store.print_jobs.in_states((PrintState.SENDING,), 1):
            return True
        waiting = store.print_jobs.in_states((PrintState.WAITING,), 1)
        if any(now_ms - job.created_ms < IDLE_MS for job in waiting):
            return True
        return login is not None and bool(store.drafts.of_operator(login.operator.id))

    def _sending(self) -> bool:
        """What is on its way may arrive first; without a line nobody waits for it."""
        tail = self._context.store.journal.tail()
        return tail.hwm < tail.chain.seq and self._online()
