"""Requests as the staff sees them: lists, one with its history; and the centre's decisions on it, which are kept in
order and put into the feed of the device that took it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import update
from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.devices import registry
from central.documents import feed
from central.money import shop_float
from central.requests import decision_words, reference_authority, refunds, shop_search
from central.requests.refunds import RequestKey
from central.store import kept_entries, model_base
from central.store.device_models import Chain, Entry, Personal
from central.store.interface import Session
from central.store.request_models import DecisionRow, Request
from central.store.vault import place
from protocol.clock import show_time
from protocol.errors import Refused
from protocol.texts import Bilingual
from protocol.wire.feed_items import READY, DecisionItem, ProgressItem
from protocol.wire.statuses import UNDECIDED

LIST_LIMIT: Final = 200


def members(request: Request, *, opened: bool = False) -> dict[str, Any]:
    """What the staff are shown of a request; an officer's own words where it is `opened`."""
    return {
        "id": request.id, "device": registry.name_of(request.device),
        **{name: getattr(request, name) for name in _SHOWN},
        "reason": decision_words.reason(request, opened=opened),
    }  # fmt: skip


_SHOWN: Final = (
    "epoch", "seq", "shop", "service", "service_version", "catalogue", "total_pt", "wall_ms", "status", "code", "at_ms",
    "voided_by", "refunded_by", "bill", "authority", "due_ms", "decisions", "ready_ms",
)  # fmt: skip


def listed(
    session: Session, status: str = "", shop: str = "", limit: int = LIST_LIMIT, authority: str = ""
) -> list[Request]:
    """The newest first; "" for any."""
    named = (("status", status), ("shop", shop), ("authority", authority))
    wanted = {name: value for name, value in named if value}
    newest = select(Request).filter_by(**wanted).order_by(col(Request.wall_ms).desc(), col(Request.seq).desc())
    return session.all(newest.limit(limit))


def find(session: Session, text: str) -> Request:
    """The request with the id `text`, or with that number on its receipt, as `registry.numbered` reads it.

    Raises Refused ``no_request``, ``which_device``.
    """
    rows = session.all(select(Request).where(Request.id == text).limit(2))
    if not rows and (named := registry.numbered(session, text)) is not None:
        device, seq, epoch = named
        epochs = select(Chain.epoch).where(Chain.device == device)
        of = select(Request).where(Request.device == device, col(Request.epoch).in_(epochs), Request.seq == seq)
        rows = session.all((of if epoch is None else of.where(Request.epoch == epoch)).limit(2))
    if len(rows) != 1:
        raise Refused("no_request", request=text)
    return rows[0]


def history(session: Session, request: Request, *, opened: bool = False) -> list[dict[str, Any]]:
    """All that was said of a request, in order; own words, and why another decision came, where it is `opened`."""
    said = select(DecisionRow).where(model_base.same_entry(DecisionRow, request)).order_by(col(DecisionRow.n))
    return [
        {
            "n": n, "status": one.status, "code": one.code, "reason": decision_words.reason(one, opened=opened),
            "because": one.because if opened else "", "own": not opened and decision_words.are_own(one),
            "at_ms": one.at_ms, "staff": one.staff,
        }
        for n, one in enumerate(session.all(said), 1)
    ]  # fmt: skip


def fields(centre: Centre, session: Session, request: Request, staff: str, purpose: str) -> dict[str, Any]:
    """The citizen's answers, opened for one member of staff; that they were read is written down, and what for.

    Empty once erased. Raises Refused ``personal_unreadable`` for a frame that is none, Corrupt ``personal_frame``.
    """
    row = session.get(Personal, *kept_entries.key(request))
    if row is None:
        return {}
    audit.append(session, centre.now_ms(), staff, "personal.read", request.id, purpose=purpose)
    said = shop_search.fields_of(centre.vault.open(row.sealed, place(*kept_entries.key(request))))
    if said is None:
        raise Refused("personal_unreadable", request=request.id)
    return said


@dataclass(frozen=True, slots=True)
class Seen:
    """How many decisions stood on the request when whoever decides saw it. Where one was given, `because` says why
    another takes its place.
    """

    decisions: int = 0
    because: str = ""


FIRST: Final = Seen()


def decide(
    centre: Centre, session: Session, request: Request, decision: Decision, staff: str, seen: Seen = FIRST
) -> None:  # fmt: skip
    """Decide on a request and tell its device. The decision that stands already is not said again.

    Raises Refused ``voided``, ``refunded``; ``decided`` where another has decided since; ``because_missing``;
    ``being_refunded`` while a till may be paying it back; ``bill_lost`` when the bill of a request that was rejected
    cannot be paid any more.
    """
    key = kept_entries.key(request)
    request = as_it_stands(session, request)  # two of the staff may decide at once
    if request.voided_by:
        raise Refused("voided", request=request.id)
    last = last_decision(session, request)
    if decision == standing(request) and (seen.decisions == request.decisions or (last and last.staff == staff)):
        return
    if request.refunded_by:
        raise Refused("refunded", request=request.id)
    refuse_stale(request, last, seen)
    replaces = request.status != UNDECIDED
    if replaces and not seen.because:
        raise Refused("because_missing", status=request.status)
    if refunds.holder(session, RequestKey.of(request)) is not None:
        raise Refused("being_refunded", request=request.id)
    now, bill = centre.now_ms(), _settle(centre, session, request, decision)
    session.change(Request, *key, **decision.columns(), at_ms=now, bill=bill, ready_ms=0, claimed_by="", claimed_ms=0)
    publish_decisions(session, request.device, request.epoch, [decision], now, staff)
    if replaces and (given := last_decision(session, request)):
        session.change(DecisionRow, given.n, because=seen.because)
    audit.append(session, now, staff, f"request.{decision.status}", request.id, code=decision.code)
    if replaces:
        audit.append(session, now, staff, "request.replaced", request.id, before=request.status, code=request.code)


def as_it_stands(session: Session, request: Request) -> Request:
    """The request now; nobody else changes it from here on until the transaction ends."""
    return session.the(Request, *kept_entries.key(request), mine=True)


def standing(request: Request) -> Decision:
    """How it stands, as a decision says it."""
    reason = Bilingual(request.reason_ar, request.reason_en)
    return Decision(request.seq, request.id, request.status, request.code, reason)


def last_decision(session: Session, request: Request) -> DecisionRow | None:
    """By whom it stands as it does, and since when."""
    said = select(DecisionRow).where(model_base.same_entry(DecisionRow, request)).order_by(col(DecisionRow.n).desc())
    return session.one(said.limit(1))


def refuse_stale(request: Request, last: DecisionRow | None, seen: Seen) -> None:
    """Raises Refused ``decided``: who has decided since it was seen, and when."""
    if last is not None and seen.decisions != request.decisions:
        raise Refused(
            "decided", request=request.id, status=request.status, by=last.staff, at=show_time(last.at_ms),
            decisions=request.decisions,
        )  # fmt: skip


def mark_ready(centre: Centre, session: Session, request: Request, staff: str) -> None:
    """What was approved can be collected: its counter is told, which tells the citizen. Once.

    Raises Refused ``voided``, ``refunded``, ``not_approved``.
    """
    key, found = kept_entries.key(request), as_it_stands(session, request)
    for reversed_by, code in ((found.voided_by, "voided"), (found.refunded_by, "refunded")):
        if reversed_by:
            raise Refused(code, request=found.id)
    if found.status != "approved":
        raise Refused("not_approved", request=found.id, status=found.status)
    if found.ready_ms:
        return
    now = centre.now_ms()
    session.change(Request, *key, ready_ms=now)
    entry_hash = session.the(Entry, *key).hash
    feed.put(session, found.device, ProgressItem(found.epoch, found.seq, entry_hash, found.said_id, READY, now))
    audit.append(session, now, staff, "request.ready", found.id)


def _settle(centre: Centre, session: Session, request: Request, decision: Decision) -> str:
    """Pay the bill of a request that is no longer rejected, open that of one that now is. Returns its reference.

    One that the centre had rejected as it came takes of its shop's float only now.
    """
    if decision.status == "rejected":
        if request.bill:
            reference_authority.reopen(session, request.bill)
        return request.bill
    if request.status != "rejected":
        return request.bill
    body = kept_entries.request(session, *kept_entries.key(request))
    code = reference_authority.pay(session, request.device, body.service, body.bill, None) if body.bill else ""
    reference = body.bill.reference if body.bill else ""
    if code:
        raise Refused("bill_lost", request=request.id, bill=reference, fault=code)
    shop_float.use(session, kept_entries.key(request), request.total_pt)
    shop_float.put_balance(centre, session, request.device, request.shop)
    return reference


@dataclass(frozen=True, slots=True)
class Decision:
    """One request and what became of it; `code` is for programs, the reason is for people."""

    seq: int
    id: str
    status: str
    code: str
    reason: Bilingual

    def columns(self) -> dict[str, str]:
        """As a request and its history say it."""
        reason = self.reason
        return {"status": self.status, "code": self.code, "reason_ar": reason.ar, "reason_en": reason.en}


def publish_decisions(
    session: Session, device: bytes, epoch: int, decisions: Sequence[Decision], at_ms: int, staff: str
) -> None:
    """Keep `decisions` and tell the device, by the id that it gave the request. Of a row of `request` their count alone
    moves; the rest is the caller's.
    """
    if not decisions:
        return
    of = {"device": device, "epoch": epoch, "at_ms": at_ms, "staff": staff}
    session.add_all(DecisionRow, [of | {"seq": r.seq} | r.columns() for r in decisions])
    named = select(Entry.seq, Entry.hash).where(Entry.device == device, Entry.epoch == epoch)
    hashes: dict[int, bytes] = dict(session.all(named.where(col(Entry.seq).in_([r.seq for r in decisions]))))
    told = update(Request).filter_by(device=device, epoch=epoch).where(col(Request.seq).in_([r.seq for r in decisions]))
    session.run(told.values(decisions=col(Request.decisions) + 1))
    ids = select(Request.seq, Request.said_id).where(Request.device == device, Request.epoch == epoch)
    said: dict[int, str] = dict(session.all(ids.where(col(Request.seq).in_([r.seq for r in decisions]))))
    items = [
        DecisionItem(epoch, r.seq, hashes[r.seq], said.get(r.seq, r.id), r.status, at_ms, r.code, r.reason)
        for r in decisions
    ]
    feed.put(session, device, *items)
