"""Where a citizen is named beside his requests: forms left half typed, and entries of what was not taken (type 19)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kiosk.model.service_request import Draft
from kiosk.model.store_changes import Change, DropDraft, DropEvidence
from kiosk.ports.store import Store
from protocol.journal.entries import AdviceEntry
from protocol.journal.kj01 import read_body
from protocol.journal.personal import Item
from protocol.strict_json import loads_object
from protocol.values.national_id import compact


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


def told(item: Item) -> dict[str, Any]:
    """A refusal in words, for the citizen's copy."""
    body = AdviceEntry.read(read_body(item.record.body))
    reason = {} if item.frame is None else loads_object(item.frame).get("reason", {})
    return {"service": body.service, "entry": item.record.fields.seq, "reason": reason.get("ar", "")}
