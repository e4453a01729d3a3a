"""Bills that an authority has named: each is paid in its time, and once.

Neither needs a table. What was named lives as long as the program; what was paid stands in the journal, and once the
centre has that, the authority itself no longer names it.
"""

from __future__ import annotations

import threading
from functools import cached_property

from kiosk.core.counter_context import CounterContext
from kiosk.core.journal_writer import bodies_after
from kiosk.model.service_request import AuthorityBill
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.money_entries import PaidBill, RequestEntry


class AuthorityBills:
    """The bills that may still be paid. Thread-safe."""

    def __init__(self, context: CounterContext) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._named: dict[str, tuple[AuthorityBill, int]] = {}

    def named(self, bill: AuthorityBill) -> AuthorityBill:
        """Keep an answer that has just come. Raises Refused("bill_paid")."""
        self._refuse_paid(bill.reference)
        now = self._context.world.clock.mono_ms()
        left = bill.expiry_ms - self._context.now_ms() if bill.lifetime_ms is None else bill.lifetime_ms
        with self._lock:
            self._named = {name: kept for name, kept in self._named.items() if kept[1] > now}
            self._named[bill.reference] = bill, now + left
        return bill

    def refuse(self, bill: PaidBill) -> None:
        """Raises Refused: bill_paid, bill_expired.

        An answer's life is measured by the monotonic clock; one from before a restart by the other.
        """
        self._refuse_paid(bill.reference)
        with self._lock:
            kept = self._named.get(bill.reference)
        if kept is None:
            over = self._context.now_ms() > bill.expiry_ms
        else:
            over = self._context.world.clock.mono_ms() > kept[1] or kept[0].paid() != bill
        if over:
            raise Refused("bill_expired")

    def paid(self, reference: str, seq: int) -> None:
        """It stands in the journal at `seq`."""
        with self._lock:
            self._paid[reference] = seq

    def _refuse_paid(self, reference: str) -> None:
        with self._lock:
            seq = self._paid.get(reference)
        if seq is not None and not self._given_back(seq):
            raise Refused("bill_paid", seq=seq)

    def _given_back(self, seq: int) -> bool:
        """Whether what paid it was reversed, or rejected and so is to be refunded: then it is owed again."""
        request = self._context.store.requests.at(seq)
        said = None if request is None else request.decision
        return request is not None and (bool(request.reversed) or (said is not None and said.status == "rejected"))

    @cached_property
    def _paid(self) -> dict[str, int]:
        """What the authority may not have heard of: read once, when the first bill is asked for."""
        entries = bodies_after(self._context.store, self._context.store.journal.tail().hwm, EntryType.REQUEST)
        bills = [(RequestEntry.read(body).bill, seq) for seq, body in entries]
        return {bill.reference: seq for bill, seq in bills if bill is not None}
