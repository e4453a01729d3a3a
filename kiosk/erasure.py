"""The end of a citizen's data on this counter, on the centre's signed word (decisions 9, 17, 38).

What names a person goes: frame, name, numbers, search index, what the papers said of them. The record stays, with its
amounts and its outcome. The entry of type 17 in the same commit says that it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.commits import Erase
from kiosk.documents import Arrived
from kiosk.events import TransactionsChanged
from kiosk.journal import EntryType
from kiosk.ports import Store
from kiosk.scribe import Writing
from kiosk.trust import Forged


def apply(item: Mapping[str, Any], store: Store, arrived: Arrived) -> None:
    """Add the order in a feed item to what arrived, unless it was obeyed before. Raises Forged, KeyError.

    Only what the centre holds durably is erased, and only what it has acknowledged: had it to be restored from a
    backup, a frame that is gone on both sides could never be sent again, and without it the record is not whole.
    """
    found = store.request(str(item["id"]))
    if found is None or (found.epoch, found.seq) != (item["epoch"], item["seq"]):
        raise Forged("erasure of nothing")
    if found.entry_hash.hex() != item["entry_hash"]:
        raise Forged("erasure of another entry")
    durable = item["durable_hwm"]
    if not isinstance(durable, int) or not found.sent or found.seq > durable:
        raise Forged("erasure too early")
    change = Erase(found.epoch, found.seq)
    if store.frame(found.epoch, found.seq) is None or change in arrived.changes:
        return
    members = {"v": 1, "kind": "erasure", "epoch": found.epoch, "seq": found.seq, "id": found.id}
    arrived.writings.append(Writing(EntryType.ERASURE, members))
    arrived.changes.append(change)
    arrived.events.append(TransactionsChanged((found.id,)))
