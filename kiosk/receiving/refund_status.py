"""The centre's word that another till of the shop pays back, or has paid back, what was sold here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from kiosk.core.events import TransactionsChanged
from kiosk.model.store_changes import PutElsewhere
from kiosk.ports import Store
from kiosk.receiving.feed_documents import PageEffects
from protocol.documents.trust import Forged
from protocol.strict_json import count

KIND: Final = "refund"


def apply(item: Mapping[str, Any], my_epoch: int, store: Store, arrived: PageEffects) -> None:
    """Add it to what arrived. An epoch that went with another disk is passed over, as its outcomes are.

    Raises Forged for an entry that does not stand here under that hash, or a state that we do not know; KeyError.
    """
    epoch, seq, state = count(item["epoch"]), count(item["seq"]), item["state"]
    if state not in ("held", "refunded", "free"):
        raise Forged("refund state")
    if epoch < my_epoch and store.hash_at(0, epoch) is None:
        return
    known = store.hash_at(seq, epoch)
    if seq == 0 or known is None or known.hex() != item["entry_hash"]:
        raise Forged("refund of another entry")
    arrived.changes.append(PutElsewhere(epoch, seq, state, str(item["by"]), count(item["at_ms"])))
    arrived.events.append(TransactionsChanged((str(item["id"]),)))
