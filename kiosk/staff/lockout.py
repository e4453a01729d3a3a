"""Why nobody may come in: the lease has lapsed, or the centre has suspended this computer.

Locked is the screen, and nothing else: nothing is destroyed, what is unsent goes on being sent, papers go on being
printed. It ends by itself with the next signed lease, over the line or by stick; a lapsed lease also for the day that
the centre's telephone code lends. Facts: `lapsed` is ``<epoch> <end of the lease>``, once that end has been seen to
pass by a clock that is believed, so that putting it back opens nothing; `ordered` is ``<epoch> <order> <since>``.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Literal, cast

from kiosk.core.counter_context import CounterContext
from kiosk.core.offline_limits import extended
from kiosk.core.trusted_time import EXTENDED
from kiosk.model.store_changes import PutFact
from kiosk.receiving.inbound_handler import number, order
from protocol.errors import Refused, Unavailable

Why = Literal["lease", "suspended", "revoked"]
LAPSED: Final = "lapsed"
ORDERED: Final = "ordered"


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

    def look(self) -> Locked | None:
        """Why the screen is locked now, or None. Raises Refused("not_enrolled")."""
        facts = self._context.store.facts()
        epoch = self._context.in_force.statement().epoch
        return self._ordered(facts, epoch) or self._lapsed(facts, epoch)

    def refuse(self) -> None:
        """Raises Refused("screen_locked") while it is locked."""
        if self.look() is not None:
            raise Refused("screen_locked")

    def _ordered(self, facts: Mapping[str, bytes], epoch: int) -> Locked | None:
        code = order(facts, epoch)
        if code not in ("suspended", "revoked"):
            return None
        begun = f"{epoch} {code} "
        kept = facts.get(ORDERED, b"").decode()
        since_ms = int(kept.removeprefix(begun)) if kept.startswith(begun) else self._context.trusted_time.now_ms(facts)
        self._keep(facts, ORDERED, f"{begun}{since_ms}")
        return Locked(cast("Why", code), since_ms)

    def _lapsed(self, facts: Mapping[str, bytes], epoch: int) -> Locked | None:
        until_ms = number(facts, "lease_until_ms")
        if facts.get(ORDERED):
            self._keep(facts, ORDERED, "")
        if until_ms is None:
            return None
        seen = f"{epoch} {until_ms}"
        known = facts.get(LAPSED, b"").decode() == seen
        now_ms, certain = self._context.trusted_time.believed_ms(facts)
        if not known and now_ms <= until_ms:
            return None
        if certain:
            self._keep(facts, LAPSED, seen)
        if extended(number(facts, EXTENDED) or 0, self._context.trusted_time.lent_ms(facts)):
            return None
        return Locked("lease", until_ms, doubt=not (certain or known))

    def _keep(self, facts: Mapping[str, bytes], name: str, value: str) -> None:
        if facts.get(name, b"").decode() != value:
            with suppress(Unavailable):  # on a full disk it is locked all the same
                self._context.journal.write([], [PutFact(name, value.encode())])
