"""What the feed tells beside documents, outcomes and orders: to each kind its handler, nothing of an unknown one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kiosk.core import prepaid_float
from kiosk.ports import Store
from kiosk.receiving import (
    asked_of_centre,
    backup_proof,
    centre_notices,
    citizen_erasure,
    evidence_status,
    refund_status,
)
from kiosk.receiving.feed_documents import PageEffects

Handler = Callable[[Mapping[str, Any], int, Store, PageEffects], None]
"""Adds an item, told in the present epoch, to what arrived. Raises Forged, KeyError, TypeError for a malformed one."""
HANDLERS: Final[dict[str, Handler]] = {
    "erase": lambda item, _epoch, store, arrived: citizen_erasure.apply(item, store, arrived),
    "evidence": lambda item, _epoch, _store, arrived: evidence_status.apply(item, arrived),
    "notice": lambda item, _epoch, store, arrived: arrived.changes.append(
        centre_notices.told(item, arrived.changes, store)
    ),
    refund_status.KIND: refund_status.apply,
    prepaid_float.FACT: lambda item, epoch, store, arrived: arrived.changes.append(
        prepaid_float.told(item, epoch, store)
    ),
    backup_proof.KIND: lambda item, _epoch, store, arrived: arrived.changes.append(backup_proof.told(item, store)),
    **dict.fromkeys(asked_of_centre.KINDS, asked_of_centre.heard),
}


def apply(item: Mapping[str, Any], my_epoch: int, store: Store, arrived: PageEffects) -> None:
    """Hand the item to the handler of its kind. Raises as `Handler`."""
    if handler := HANDLERS.get(item["kind"]):
        handler(item, my_epoch, store, arrived)


def counts_money(items: Iterable[Any]) -> bool:
    """Whether one is reckoned from the journal's sums: no refund may come between that and its commit."""
    return any(isinstance(item, dict) and item.get("kind") == prepaid_float.FACT for item in items)
