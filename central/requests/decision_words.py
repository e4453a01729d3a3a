"""Reasons in an officer's own words. They are shown once the request is opened, and erased with the citizen.

The text of a reason code describes nobody: it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import func, update
from sqlmodel import col, select

from central import audit
from central.store import kept_entries
from central.store.device_models import FeedItem
from central.store.interface import Session
from central.store.model_base import same_entry
from central.store.request_models import DecisionRow, Request
from central.store.staff_models import Proposal
from protocol import strict_json
from protocol.texts import Bilingual, both, table

REPLACED: Final = "request.replaced_by_two"
"""The two-person act whose proposal contains an officer's own words."""
_CODED: Final = ("console.reason", "central.decision")
_NONE: Final = {"reason_ar": "", "reason_en": ""}


def are_own(said: Any) -> bool:
    """Whether the reason of a request or decision is somebody's own words, and not the text of its code."""
    reason, keys = Bilingual(said.reason_ar, said.reason_en), [f"{name}.{said.code}" for name in _CODED]
    return any((reason.ar, reason.en)) and all(reason != both(key) for key in keys if key in table())


def reason(said: Any, *, opened: bool) -> dict[str, str]:
    """The reason in both languages; own words are empty until the request is `opened`."""
    shown = opened or not are_own(said)
    return {"ar": said.reason_ar, "en": said.reason_en} if shown else {"ar": "", "en": ""}


def forget(session: Session, request: Request) -> None:
    """Remove own words from the request, its decisions, its till's feed and its proposals."""
    key = kept_entries.key(request)
    if are_own(request):
        session.change(Request, *key, **_NONE)
    said = session.all(select(DecisionRow).where(same_entry(DecisionRow, request)))
    own = [one.n for one in said if are_own(one)]
    session.run(update(DecisionRow).where(col(DecisionRow.n).in_(own)).values(**_NONE))
    session.run(update(DecisionRow).where(same_entry(DecisionRow, request)).values(because=""))
    _forget_items(session, request, said)
    proposed = update(Proposal).filter_by(act=REPLACED, subject=request.id)
    session.run(proposed.filter_by(state="waiting").values(state="withdrawn", ended_by=audit.CENTRE))
    session.run(proposed.values(said="{}"))


def _forget_items(session: Session, request: Request, said: Sequence[Any]) -> None:
    """Empty the reason of decisions in the till's feed. The till has read it, or never will."""
    own = {(one.status, one.at_ms) for one in said if are_own(one)}
    begins = strict_json.dumps({"kind": "decision", "epoch": request.epoch, "seq": request.seq}).decode()[:-1] + ","
    told = select(FeedItem.n, FeedItem.body).filter_by(device=request.device, kind="decision")
    for n, body in session.all(told.where(func.substr(FeedItem.body, 1, len(begins)) == begins)) if own else ():
        item = strict_json.loads_object(body.encode())
        if (item["status"], item["at_ms"]) in own:
            empty = strict_json.dumps({**item, "reason": {"ar": "", "en": ""}}).decode()
            session.change(FeedItem, request.device, n, body=empty)
