"""The end of a citizen's data on this counter, on the centre's signed word.

What names a person goes: frame, name, numbers, search index, what the papers said of them; forms of the same citizen
that somebody left half typed, with their pictures. The record stays, with its amounts and its outcome. The entry of
type 17 in the same commit says that it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kiosk.core.events import TransactionsChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.service_request import Request
from kiosk.model.store_changes import Erase
from kiosk.ports import Store
from kiosk.receiving import citizen_traces
from kiosk.receiving.feed_documents import PageEffects
from protocol.clock import DAY_MS
from protocol.documents.trust import Forged
from protocol.journal.kj01 import EntryType
from protocol.strict_json import count

LEFT_MS: Final = DAY_MS
"""A form of that citizen typed in since may be before somebody now, at the counter, for another request."""


def apply(item: Mapping[str, Any], store: Store, arrived: PageEffects) -> None:
    """Add the order in a feed item to what arrived, unless it was obeyed before. Raises Forged, KeyError, TypeError.

    Only what the centre holds durably is erased, and only what it has acknowledged: had it to be restored from a
    backup, a frame that is gone on both sides could never be sent again, and without it the record is not whole.
    """
    epoch, seq, one = count(item["epoch"]), count(item["seq"]), str(item["id"])
    found = _request(store, epoch, seq, one) if one else None
    _refuse_other(item, store, epoch, seq, refusal=not one)
    durable = item["durable_hwm"]
    if not isinstance(durable, int) or seq > min(durable, _acknowledged(store, epoch)):
        raise Forged("erasure too early")
    change = Erase(epoch, seq)
    if store.frame(epoch, seq) is None or change in arrived.changes:
        return
    members = {"v": 1, "kind": "erasure", "epoch": epoch, "seq": seq, "id": one}
    arrived.writings.append(Writing(EntryType.ERASURE, members))
    if found is not None and found.national_id:
        left = citizen_traces.drafts(store, found.national_id, count(item["at_ms"]) - LEFT_MS)
        arrived.changes.extend(citizen_traces.forgetting(left))
    arrived.changes.append(change)
    arrived.events.append(TransactionsChanged((one,) if one else ()))


def _request(store: Store, epoch: int, seq: int, one: str) -> Request:
    found = store.request(one)
    if found is None or (found.epoch, found.seq) != (epoch, seq):
        raise Forged("erasure of nothing")
    return found


def _refuse_other(item: Mapping[str, Any], store: Store, epoch: int, seq: int, *, refusal: bool) -> None:
    """Raises Forged unless the entry that stands there is the one meant; without a request it is a refusal."""
    entry = citizen_traces.entry(store, epoch, seq)
    if entry is None or (refusal and entry.record.fields.entry_type != EntryType.REFUSAL):
        raise Forged("erasure of nothing")
    if entry.record.hash.hex() != item["entry_hash"]:
        raise Forged("erasure of another entry")


def _acknowledged(store: Store, epoch: int) -> int:
    known = store.last_ack(epoch)
    return 0 if known is None else known[0].hwm
