"""The end of a citizen's data on this counter, on the centre's signed word.

What names a person goes: frame, name, numbers, search index, what the papers said of them; forms of the same citizen
that somebody left half typed, with their pictures. The record stays, with its amounts and its outcome. The entry of
type 17 in the same commit says that it is done.
"""

from __future__ import annotations

from typing import Final

from kiosk.core.events import TransactionsChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.service_request import Request
from kiosk.model.store_changes import Erase
from kiosk.ports.store import Store
from kiosk.receiving import citizen_traces
from kiosk.receiving.feed_documents import PageReading
from protocol.clock import DAY_MS
from protocol.documents.trust import Forged
from protocol.journal.entries import Erased
from protocol.journal.kj01 import EntryType
from protocol.wire.feed_items import EraseItem

LEFT_MS: Final = DAY_MS
"""A form of that citizen typed in since may be before somebody now, at the counter, for another request."""


def apply(item: EraseItem, page: PageReading) -> None:
    """Obey the order, unless it was obeyed before. Raises Forged.

    Only what the centre holds durably is erased, and only what it has acknowledged: had it to be restored from a
    backup, a frame that is gone on both sides could never be sent again, and without it the record is not whole.
    """
    store, epoch, seq = page.store, item.epoch, item.seq
    found = _request(store, item) if item.id else None
    _refuse_other(store, item)
    if seq > min(item.durable_hwm, _acknowledged(store, epoch)):
        raise Forged("erasure too early")
    change = Erase(epoch, seq)
    if store.journal.frame(epoch, seq) is None or change in page.changes:
        return
    page.writings.append(Writing(Erased(epoch=epoch, seq=seq, id=item.id)))
    if found is not None and found.national_id:
        left = citizen_traces.drafts(store, found.national_id, item.at_ms - LEFT_MS)
        page.changes.extend(citizen_traces.forgetting(left))
    page.changes.append(change)
    page.events.append(TransactionsChanged((item.id,) if item.id else ()))


def _request(store: Store, item: EraseItem) -> Request:
    found = store.requests.get(item.id)
    if found is None or (found.epoch, found.seq) != (item.epoch, item.seq):
        raise Forged("erasure of nothing")
    return found


def _refuse_other(store: Store, item: EraseItem) -> None:
    """Raises Forged unless the entry that stands there is the one meant; without a request it is a refusal."""
    entry = citizen_traces.entry(store, item.epoch, item.seq)
    if entry is None or (not item.id and entry.record.fields.entry_type != EntryType.REFUSAL):
        raise Forged("erasure of nothing")
    if entry.record.hash != item.entry_hash:
        raise Forged("erasure of another entry")


def _acknowledged(store: Store, epoch: int) -> int:
    known = store.journal.last_ack(epoch)
    return 0 if known is None else known[0].hwm
