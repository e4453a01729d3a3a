"""Why nobody may come in: the lease has lapsed, or the centre has suspended this computer.

Locked is the screen, and nothing else: nothing is destroyed, what is unsent goes on being sent, papers go on being
printed. It ends by itself with the next signed lease, over the line or by stick; a lapsed lease also for the day that
the centre's telephone code lends. Facts: `lapsed` is ``<epoch> <end of the lease>``, once that end has been seen to
pass by a clock that is believed, so that putting it back opens nothing; `ordered` is ``<epoch> <order> <since>``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal, cast

from kiosk.core.counter_context import CounterContext
from kiosk.core.offline_limits import extended
from kiosk.model.facts import EXTENDED_UNTIL_MS, LEASE_UNTIL_MS, ORDER, EpochFact, Facts
from kiosk.model.store_changes import PutFact
from protocol.errors import Refused, Unavailable

Why = Literal["lease", "suspended", "revoked"]
LAPSED: Final = EpochFact("lapsed")
ORDERED: Final = EpochFact("ordered")


@dataclass(frozen=True, slots=True)
class Locked:
    """Why, since when (ms), and `doubt`: the date that says so is in doubt; setting it right may open the screen."""

    why: Why
    since_ms: int
    doubt: bool = False


class Lockout:
    """Looked at again and again by the screen, and by whoever lets somebody in. Any thread."""

    def __init__(self, context: CounterContext) -> None:
        self._context = context

    def locked(self) -> Locked | None:
        """Why the screen is locked now, or None. Raises Refused("not_enrolled")."""
        facts = self._context.store.facts()
        epoch = self._context.in_force.statement().epoch
        return self._ordered(facts, epoch) or self._lapsed(facts, epoch)

    def refuse(self) -> None:
        """Raises Refused("screen_locked") while it is locked."""
        if self.locked() is not None:
            raise Refused("screen_locked")

    def _ordered(self, facts: Facts, epoch: int) -> Locked | None:
        code = ORDER.of(facts, epoch)
        if code not in ("suspended", "revoked"):
            return None
        known, _, since = (ORDERED.of(facts, epoch) or "").partition(" ")
        since_ms = int(since) if known == code else self._context.trusted_time.now_ms(facts)
        self._keep(facts, ORDERED.put(epoch, code, since_ms))
        return Locked(cast("Why", code), since_ms)

    def _lapsed(self, facts: Facts, epoch: int) -> Locked | None:
        until_ms = LEASE_UNTIL_MS.of(facts)
        if facts.get(ORDERED.name):
            self._keep(facts, ORDERED.forget())
        if until_ms is None:
            return None
        known = LAPSED.of(facts, epoch) == str(until_ms)
        now_ms, certain = self._context.trusted_time.believed_ms(facts)
        if not known and now_ms <= until_ms:
            return None
        if certain:
            self._keep(facts, LAPSED.put(epoch, until_ms))
        if extended(EXTENDED_UNTIL_MS.of(facts) or 0, self._context.trusted_time.lent_ms(facts)):
            return None
        return Locked("lease", until_ms, doubt=not (certain or known))

    def _keep(self, facts: Facts, change: PutFact) -> None:
        if facts.get(change.name) != change.value:
            with suppress(Unavailable):  # on a full disk it is locked all the same
                self._context.journal.write([], [change])
