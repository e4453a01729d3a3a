"""Where a citizen is named, and the end of that on the centre's signed word.

Beside his requests he is named in forms left half typed and in entries of what was not taken (type 19). An erasure
takes what names a person: frame, name, numbers, search index, what the papers said of them, forms left half typed with
their pictures. The record stays, with its amounts and its decision. The entry of type 17 in the same commit says that
it is done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from kiosk.core.events import RequestsChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.service_request import Draft, Request
from kiosk.model.store_changes import Change, DropDraft, DropEvidence, Erase
from kiosk.ports.store import Store
from kiosk.receiving.feed_documents import PageReading
from protocol.clock import DAY_MS
from protocol.documents.trust import Forged
from protocol.journal.entries import AdviceEntry, EntryType, Erased
from protocol.journal.kj01 import read_body
from protocol.journal.personal import Item
from protocol.strict_json import loads_object
from protocol.values.national_id import compact
from protocol.wire.feed_items import EraseItem

LEFT_MS: Final = DAY_MS
"""A form of that citizen typed in since may be before somebody now, at the counter, for another request."""


def drafts(store: Store, national_id: str, before_ms: int | None = None) -> list[Draft]:
    """Forms with that ID in any field, whoever left them; last typed in before that time, if one is given."""
    return [
        draft
        for draft in store.drafts.every()
        if (before_ms is None or draft.updated_ms < before_ms)
        and any(compact(text) == national_id for text in _texts(draft.raw))
    ]


def _texts(value: object) -> Iterator[str]:
    """Every text in what was typed, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for inner in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(inner)


def forgetting(found: Sequence[Draft]) -> list[Change]:
    """What destroys these forms and the pictures that were taken for them."""
    return [change for draft in found for change in (DropDraft(draft.id), DropEvidence(draft.id))]


def entry(store: Store, epoch: int, seq: int) -> Item | None:
    """An entry with its frame, if it stands here."""
    found = store.journal.unsent(seq - 1, 1, 1, epoch)
    return found[0] if found and found[0].record.fields.seq == seq else None


def refusals(store: Store, national_id: str) -> list[Item]:
    """The entries of what was not taken from that citizen and why, the oldest first."""
    found = [entry(store, epoch, seq) for epoch, seq in store.journal.named(national_id)]
    return [item for item in found if item is not None]


def refusal_in_words(item: Item) -> dict[str, Any]:
    """A refusal in words, for the citizen's copy."""
    body = AdviceEntry.read(read_body(item.record.body))
    reason = {} if item.frame is None else loads_object(item.frame).get("reason", {})
    return {"service": body.service, "entry": item.record.fields.seq, "reason": reason.get("ar", "")}


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
        left = drafts(store, found.national_id, item.at_ms - LEFT_MS)
        page.changes.extend(forgetting(left))
    page.changes.append(change)
    page.events.append(RequestsChanged((item.id,) if item.id else ()))


def _request(store: Store, item: EraseItem) -> Request:
    found = store.requests.get(item.id)
    if found is None or (found.epoch, found.seq) != (item.epoch, item.seq):
        raise Forged("erasure of nothing")
    return found


def _refuse_other(store: Store, item: EraseItem) -> None:
    """Raises Forged unless the entry that stands there is the one meant; without a request it is a refusal."""
    stands = entry(store, item.epoch, item.seq)
    if stands is None or (not item.id and stands.record.fields.entry_type != EntryType.REFUSAL):
        raise Forged("erasure of nothing")
    if stands.record.hash != item.entry_hash:
        raise Forged("erasure of another entry")


def _acknowledged(store: Store, epoch: int) -> int:
    known = store.journal.last_ack(epoch)
    return 0 if known is None else known[0].hwm
