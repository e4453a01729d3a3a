"""What the owner of the shop is reminded of where the day is opened: seldom, calmly, and never in anybody's way."""

from __future__ import annotations

from typing import Final

from kiosk.core.counter_context import CounterContext
from kiosk.model.facts import number
from kiosk.receiving import backup_proof
from kiosk.staff.sign_in import StaffSession
from protocol.clock import DAY_MS

SAID_MS: Final = number("proof_reminded")
"""When it was last said."""
AGAIN_MS: Final = 30 * DAY_MS


class ProofReminder:
    """Whether the owner is to prove that a backup opens."""

    def __init__(self, context: CounterContext, people: StaffSession) -> None:
        self._context = context
        self._people = people

    def proof(self) -> int | None:
        """For how many days no backup was proved to open, to be said now; None where it is not due, or not to him.

        It is said to a supervisor, or to anybody where the shop has none; and again in a month.
        """
        store, now_ms = self._context.store, self._context.trusted_time.now_ms()
        days = backup_proof.overdue_days(store, now_ms)
        said_ms = SAID_MS.kept(store) or 0
        if days is None or 0 <= now_ms - said_ms < AGAIN_MS or not self._owns():
            return None
        self._context.journal.write([], [SAID_MS.put(now_ms)])
        return days

    def _owns(self) -> bool:
        login, roles = self._people.current(), {seat.operator.role for seat in self._people.seats()}
        return login is not None and (login.operator.role == "supervisor" or "supervisor" not in roles)
