"""Backups by themselves: after the close of a day, when nobody works, when a stick comes.

Nobody waits for it. While somebody works at the counter it goes on, one small step at a time with a pause between;
it stops at once when the program ends, and what was there before stands.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from kiosk.core.counter_context import CounterContext
from kiosk.core.events import QuietTime, SessionChanged
from kiosk.model.facts import BACKUP_PROVED_MS, BACKUP_SECOND, number
from kiosk.ports.store import Store
from kiosk.staff.sign_in import AtCounter, StaffSession
from kiosk.upkeep.backup.backup_maker import BackupMaker
from kiosk.upkeep.backup.backup_progress import BackupProgress, What
from protocol.clock import DAY_MS, HOUR_MS
from protocol.errors import KioskError, Unavailable
from protocol.override import override
from protocol.program.loop import Loop
from protocol.wire.enrolment import read_statement

log = logging.getLogger("manfaz")
EVERY_MS: Final = 4 * HOUR_MS
QUIET_MS: Final = 120_000
AGAIN_MS: Final = 15 * 60_000
LOOK_MS: Final = 20_000
PAUSE_S: Final = 0.002
LONGEST_STOP_S: Final = 20.0
"""How long the end of the program waits for a step of a backup: one who hangs at a share whose server is gone is not
waited for, and nothing of his counts that is not whole."""


class BackupSchedule(Loop):
    """Makes backups when they are due.

    `step` asks whether it is time, and makes one. `now` is what a person or the updater asks.
    """

    def __init__(
        self, backups: BackupMaker, context: CounterContext, people: StaffSession, longest_s: float = LONGEST_STOP_S
    ) -> None:
        super().__init__("backups", context.world.clock.mono_ms, LOOK_MS, longest_s=longest_s)
        self.backups = backups
        self._context = context
        self._people = people
        self._one = threading.Lock()
        self._cancelled = False
        self._quiet = QuietTime(context.events, self._context.world.clock, SessionChanged)
        self._not_before: dict[What, int] = {"local": 0, "second": 0, "proof": 0}
        self._shown = BackupProgress()

    @override
    def step(self) -> int:
        """Make what is due, if anything is."""
        turns: tuple[tuple[What, Callable[[], bool]], ...] = (
            ("local", self._due), ("second", self._second_due), ("proof", self._proof_due),
        )  # fmt: skip
        for what, due in turns:
            if self._context.world.clock.mono_ms() >= self._not_before[what] and due():
                try:
                    self._make(what, self._gently)
                except KioskError as error:
                    log.warning("backup: %s", error.code)
                    self._not_before[what] = self._context.world.clock.mono_ms() + AGAIN_MS
        return self._after()

    def now(self) -> None:
        """A local backup, and the second where its place is plugged in; waits for one under way. Raises as both do."""
        self._cancelled = False
        self._make("local", self._going)
        if self.backups.second_place.shown():
            self._make("second", self._going)

    def cancel(self) -> None:
        """Whoever asked for `now` does not want it any more."""
        self._cancelled = True

    def progress(self) -> BackupProgress:
        return self._shown

    def _make(self, what: What, go_on: Callable[[], bool]) -> None:
        with self._one:
            if not self._going():
                raise Unavailable("backup_stopped")
            self._shown = BackupProgress(busy=True, what=what)
            try:
                does = {"local": self.backups.local, "second": self.backups.second, "proof": self.backups.prove}
                does[what](go_on, self._progressed)
                self._not_before[what] = 0
            finally:
                self._shown = BackupProgress()

    def _progressed(self, done: int, whole: int) -> None:
        self._shown = replace(self._shown, done=done, whole=whole)

    def _going(self) -> bool:
        return self.going() and not self._cancelled

    def _gently(self) -> bool:
        """Between two steps, let whoever works have the machine."""
        if not self._people.away():
            self.give_way(PAUSE_S)
        return self.going()

    def _due(self) -> bool:
        last, tail = self.backups.last(), self._context.store.journal.tail().chain
        if last is None:
            return self._unused()
        if (last.epoch, last.seq) >= (tail.epoch, tail.seq):
            return False
        closed = self._context.store.days.last_closed()
        if closed is not None and closed.closed_seq > last.seq and (closed.closed_ms or 0) >= last.at_ms:
            return (
                True  # by number and by time: the newest close may be of an earlier epoch, whose numbers went further
            )
        since = self._context.world.clock.wall_ms() - last.at_ms
        return not 0 <= since < EVERY_MS and self._unused()  # a last time in the future was a wrong clock

    def _second_due(self) -> bool:
        first, second = self.backups.last(), self.backups.last(BACKUP_SECOND)
        if first is None or (second is not None and (second.epoch, second.seq) >= (first.epoch, first.seq)):
            return False
        there = self.backups.second_place.plugged()
        if there or self.backups.second_place.shown():
            self.backups.second_place.reached(there=there)
        return there

    def _proof_due(self) -> bool:
        return self._unused() and self.backups.proof_due() and self.backups.second_place.plugged()

    def _unused(self) -> bool:
        return self._people.away() and self._quiet.ms() >= QUIET_MS


SAID_MS: Final = number("proof_reminded")
"""When it was last said."""
REMINDED_AGAIN_MS: Final = 30 * DAY_MS
YEAR_DAYS: Final = 365


def overdue_days(store: Store, now_ms: int) -> int | None:
    """For how many days the centre has not proved that it opens a backup of this shop, once that is more than a year.

    A new counter is given its first one.
    """
    kept = store.enrolment()
    if kept is None:
        return None
    days = (now_ms - max(BACKUP_PROVED_MS.kept(store) or 0, read_statement(kept.statement).issued_ms)) // DAY_MS
    return days if days > YEAR_DAYS else None


class ProofReminder(AtCounter):
    """Whether the owner is to prove that a backup opens: seldom, calmly, and never in anybody's way."""

    def proof(self) -> int | None:
        """For how many days no backup was proved to open, to be said now; None where it is not due, or not to him.

        It is said to a supervisor, or to anybody where the shop has none; and again in a month.
        """
        store, now_ms = self._context.store, self._context.trusted_time.now_ms()
        days = overdue_days(store, now_ms)
        said_ms = SAID_MS.kept(store) or 0
        if days is None or 0 <= now_ms - said_ms < REMINDED_AGAIN_MS or not self._owns():
            return None
        self._context.journal.write([], [SAID_MS.put(now_ms)])
        return days

    def _owns(self) -> bool:
        login, roles = self._people.current(), {seat.operator.role for seat in self._people.seats()}
        return login is not None and (login.operator.role == "supervisor" or "supervisor" not in roles)
