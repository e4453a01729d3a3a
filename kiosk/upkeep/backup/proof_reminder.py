"""What the owner of the shop is reminded of where the day is opened: seldom, calmly, and never in anybody's way."""

from __future__ import annotations

from typing import Final

from kiosk.model.facts import BACKUP_PROVED_MS, number
from kiosk.ports.store import Store
from kiosk.staff.sign_in import AtCounter
from protocol.clock import DAY_MS
from protocol.wire.enrolment import read_statement

SAID_MS: Final = number("proof_reminded")
"""When it was last said."""
AGAIN_MS: Final = 30 * DAY_MS
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
    """Whether the owner is to prove that a backup opens."""

    def proof(self) -> int | None:
        """For how many days no backup was proved to open, to be said now; None where it is not due, or not to him.

        It is said to a supervisor, or to anybody where the shop has none; and again in a month.
        """
        store, now_ms = self._context.store, self._context.trusted_time.now_ms()
        days = overdue_days(store, now_ms)
        said_ms = SAID_MS.kept(store) or 0
        if days is None or 0 <= now_ms - said_ms < AGAIN_MS or not self._owns():
            return None
        self._context.journal.write([], [SAID_MS.put(now_ms)])
        return days

    def _owns(self) -> bool:
        login, roles = self._people.current(), {seat.operator.role for seat in self._people.seats()}
        return login is not None and (login.operator.role == "supervisor" or "supervisor" not in roles)
