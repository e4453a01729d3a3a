"""The shop's prepaid float: what it has paid in, less what its requests have used since the centre last said so.

The centre tells balance and top-ups by the feed; nothing is deducted here. What the till has sold since is known from
the journal's own sums, so the figure is right without a line, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from kiosk.model.facts import HoldsFacts, record
from kiosk.model.store_changes import PutFact
from kiosk.ports.store import Store, Tail
from protocol.journal.kj01 import EntryType, read_body
from protocol.journal.money_entries import RefundEntry
from protocol.members import Signed
from protocol.strict_json import count
from protocol.wire.feed_items import FloatItem

BATCH: Final = 500
BATCH_BYTES: Final = 1 << 22


@dataclass(frozen=True, slots=True)
class PrepaidFloat:
    """`balance_pt` stood at the centre when the journal's sum was `base_pt`; below `warn_pt` the shop is warned."""

    balance_pt: Signed
    warn_pt: int
    base_pt: Signed
    at_ms: int

    def left_pt(self, tail: Tail) -> int:
        """What is left now; less than nothing when more was taken than the float held."""
        return self.balance_pt - (tail.sum_pt - self.base_pt)


FACT: Final = record("float", PrepaidFloat)
"""None where the centre keeps none for this shop."""


def put_balance(item: FloatItem, epoch: int, store: Store) -> PutFact:
    """What a float item of the feed leaves behind in `store`, whose epoch is `epoch`.

    Its `seq` (of its `epoch`) is the last entry of this till that the balance counts; that of an earlier epoch counts
    none of this one. Raises TypeError where the item has no balance.
    """
    if item.none:  # what was paid in by mistake has been taken back
        return FACT.forget()
    if item.balance_pt is None:
        raise TypeError
    seq = count(item.seq) if count(item.epoch) == epoch else 0
    base = store.journal.sum_at(seq) - _refunded_after(store, seq)
    return FACT.put(PrepaidFloat(item.balance_pt, count(item.warn_pt), base, item.at_ms))


def refunded(store: HoldsFacts, amount_pt: int) -> list[PutFact]:
    """What a refund leaves behind: the journal's sum falls by it, the float gets nothing back
    (central/money/shop_float.py).
    """
    now = FACT.kept(store)
    return [] if now is None else [FACT.put(replace(now, base_pt=now.base_pt - amount_pt))]


def _refunded_after(store: Store, seq: int) -> int:
    """What refunds took out of the journal's sum; one that was carried to another request took nothing."""
    found = 0
    while items := store.journal.unsent(seq, BATCH, BATCH_BYTES):
        seq = items[-1].record.fields.seq
        bodies = [item.record.body for item in items if item.record.fields.entry_type == EntryType.REFUND]
        refunds = [RefundEntry.read(read_body(body)) for body in bodies]
        found += sum(refund.total_pt for refund in refunds if not refund.by)
    return found
