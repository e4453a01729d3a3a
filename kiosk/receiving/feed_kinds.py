"""What the counter does with each kind of the feed's items: to each class of them its handler."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from kiosk.receiving import asked_of_centre, centre_notices, centre_word, citizen_traces
from kiosk.receiving.feed_documents import PageReading
from protocol.strict_json import dumps
from protocol.wire import feed_items
from protocol.wire.feed_items import FeedItem


def apply_document(item: Any, page: PageReading) -> None:
    """A document, or a keyset, that convinces by its own signature. Raises Forged, BadJson, Refused."""
    page.apply_document(item.kind, dumps(item.document))


Handler = Callable[[Any, PageReading], None]
"""Adds an item to what a page amounts to. Raises Corrupt or Refused for one that is not believed."""
HANDLERS: Final[Mapping[type[FeedItem], Handler]] = {
    feed_items.KeysetItem: apply_document,
    feed_items.SettingsItem: apply_document,
    feed_items.OperatorsItem: apply_document,
    feed_items.CatalogueItem: apply_document,
    feed_items.OrderItem: centre_word.apply_order,
    feed_items.DecisionItem: centre_word.apply_decision,
    feed_items.ProgressItem: centre_word.apply_progress,
    feed_items.RefundItem: centre_word.apply_refund,
    feed_items.EvidenceItem: centre_word.apply_evidence,
    feed_items.NoticeItem: centre_notices.apply,
    feed_items.FloatItem: centre_word.apply_float,
    feed_items.EraseItem: citizen_traces.apply,
    feed_items.ApprovalItem: asked_of_centre.apply_answer,
    feed_items.TelephoneItem: asked_of_centre.apply_chain,
    feed_items.ProvedItem: centre_word.apply_proof,
}


def apply(item: Mapping[str, Any], page: PageReading) -> None:
    """Do what an item of a page says; nothing for a kind that only a later centre knows.

    Raises Corrupt, Refused, LookupError, TypeError, ValueError, AttributeError for one that is none.
    """
    read = feed_items.read_item(item)
    if read is not None:
        HANDLERS[type(read)](read, page)
