"""When an update may do what: what the centre has set, and whether anybody is served. No citizen waits for one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from kiosk.core.counter_context import CounterContext
from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Event, SessionChanged, TransactionsChanged
from kiosk.model.service_request import PrintState
from kiosk.staff.sign_in import StaffSession
from kiosk.upkeep.updates.long_wait_question import evening_has_come
from protocol.clock import CAIRO, moment

IDLE_MS: Final = 10 * 60_000
CLOSED_MS: Final = 60_000
"""After a day was closed and everybody had signed out."""
REST_MS: Final = 120_000
MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Terms:
    """`open`: fetching is allowed at this hour; `cap_bytes` a month, 0: no cap."""

    ring: str
    open: bool
    cap_bytes: int
    month: str


class UpdatePermission:
    """Asked by the updater's thread; listens to what happens at the counter.

    `online` says whether the centre answers, `held` whether something else goes on, of which this counter's own
    people know nothing: a practice.
    """

    def __init__(
        self,
        context: CounterContext,
        people: StaffSession,
        in_force: DocumentsInForce,
        online: Callable[[], bool],
        held: Callable[[], bool],
    ) -> None:
        self._context = context
        self._people = people
        self._in_force = in_force
        self._online = online
        self._held = held
        self._quiet_since = context.world.clock.mono_ms()
        context.events.subscribe(self._hear)

    def terms(self) -> Terms:
        updates = self._in_force.settings().updates
        now = moment(self._context.now_ms()).astimezone(CAIRO)
        begin, end = updates.window
        inside = begin <= now.hour < end if begin < end else not end <= now.hour < begin
        return Terms(self._in_force.ring(), begin == end or inside, updates.cap_mb * MIB, f"{now:%Y-%m}")

    def resting(self) -> bool:
        """Nobody is at the counter: time for what takes the machine for a while."""
        login = self._people.current()
        return (login is None or login.locked) and self._quiet_ms() >= REST_MS and not self._held()

    def may_flip(self, *, asked: bool) -> bool:
        """`asked`: a person wants it now; then only a citizen stands in the way."""
        if self.served():
            return False
        login, closed = self._people.current(), self._context.store.days.open_day() is None
        away = login is None or login.locked
        leaving = closed and (login is None or evening_has_come(self._context))
        return asked or ((away or leaving) and self._quiet_ms() >= (CLOSED_MS if leaving else IDLE_MS))

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

    def _quiet_ms(self) -> int:
        return self._context.world.clock.mono_ms() - self._quiet_since

    def _hear(self, event: Event) -> None:
        if isinstance(event, SessionChanged | TransactionsChanged):
            self._quiet_since = self._context.world.clock.mono_ms()
