"""The centre's word on what this counter sold and sent, by the feed and by nothing else."""

from __future__ import annotations

from typing import Final

from kiosk.core.events import TransactionsChanged
from kiosk.model.service_request import Outcome
from kiosk.model.store_changes import PutElsewhere, PutOutcome, SetEvidence
from kiosk.receiving.feed_documents import PageReading
from protocol.wire.feed_items import EvidenceItem, OutcomeItem, RefundItem
from protocol.wire.statuses import STATUSES, UNKNOWN

LONGEST_CODE: Final = 40


def apply_outcome(item: OutcomeItem, page: PageReading) -> None:
    """What became of a request that stands here. Raises Forged for one that does not."""
    if not page.stands_here(item):
        return
    reason = item.reason or {}
    known = item.status in STATUSES
    status, code = (item.status, item.code or "") if known else (UNKNOWN, item.status[:LONGEST_CODE])
    texts = reason.get("ar", ""), reason.get("en", "")
    page.changes.append(PutOutcome(Outcome(item.epoch, item.seq, status, code, *texts, item.at_ms)))
    page.events.append(TransactionsChanged((item.id,)))


def apply_refund(item: RefundItem, page: PageReading) -> None:
    """Another till of the shop pays back, or has paid back, what was sold here. Raises Forged as `apply_outcome`."""
    if page.stands_here(item):
        page.changes.append(PutElsewhere(item.epoch, item.seq, item.state, item.by, item.at_ms))
        page.events.append(TransactionsChanged((item.id,)))


def apply_evidence(item: EvidenceItem, page: PageReading) -> None:
    """The centre has a file whole, or for good. What an upload's own answers say is never believed further than to go
    on with it: they are not signed. Evidence that is not here (any more) is passed over by the store.
    """
    page.changes.append(SetEvidence(item.epoch, item.seq, item.sha256, item.state))
