"""What a counter asks the centre for: to look at a request again, or to erase what it holds of its citizen; also of one
from whom nothing could be taken (type 19), which is no request, but a frame that may name him and a paper's number.

Neither does anything by itself: it is written down for the staff, who decide (`request decide`, `request erase`, or on
the console's page of them).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, Final, Literal

from sqlalchemy import exists, func, true
from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.devices import registry
from central.devices.registry import Change, Till
from central.requests import queue, review
from central.staff.acts import Act
from central.staff.people import Person, Scope
from central.store import kept_entries
from central.store.device_models import Audit, Entry
from central.store.interface import Session
from central.store.request_models import Request
from protocol import strict_json
from protocol.errors import Refused
from protocol.journal import bodies
from protocol.journal.entries import AdviceEntry, EntryType, ErasureAsked, FollowUpEntry
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.kj01 import Header

AskedAct = Literal["request.escalated", "erasure.asked"]
_HEADS: Final = itemgetter("at_ms", "staff", "act", "subject")
MOST: Final = 1_000


def changes(body: Body | Unknown) -> list[Change]:
    """What an entry asks the staff for; what is not whole is passed over."""
    match body:
        case FollowUpEntry(kind="escalated") if not body.bad & {"epoch", "seq", "id"}:
            of, why = (body.epoch, body.seq, body.id), body.why[:20].replace("\0", "")
            return [partial(_append, act="request.escalated", of=of, why=why)]
        case ErasureAsked():
            wanted = dict.fromkeys((one.epoch, one.seq, one.id) for one in body.requests[:MOST])
            papers = dict.fromkeys((one.epoch, one.seq) for one in body.papers[:MOST])
            asked = [partial(_append, act="erasure.asked", of=of, why="") for of in wanted]
            return [*asked, *(partial(_append_paper, of=of) for of in papers)]
    return []


def _append(centre: Centre, session: Session, till: Till, *, act: str, of: tuple[int, int, str], why: str) -> None:
    """Write it down where it names a request of this device."""
    known = session.get(Request, till.device, *of[:2])
    if known is not None and known.said_id == of[2]:
        audit.append(session, centre.now_ms(), till.name, act, known.id, why=why)


def _append_paper(centre: Centre, session: Session, till: Till, *, of: tuple[int, int]) -> None:
    """The same of a refusal of this device, under its paper's number."""
    for one in _refusals_at(session, till.device, of[1], of[0]):
        audit.append(session, centre.now_ms(), till.name, "erasure.asked", one.id, why="")


def listed(session: Session, limit: int) -> list[dict[str, Any]]:
    """The newest first."""
    names = ("at_ms", "device", "act", "request")
    rows = audit.listed(session, limit, ("request.escalated", "erasure.asked"))
    return [dict(zip(names, _HEADS(one), strict=True)) | {"why": one["detail"]["why"]} for one in rows]


@dataclass(frozen=True, slots=True)
class CounterRequest:
    """What a counter asks for: to look at `request` again, because of `why`, or to erase its citizen, who may be
    `erased` by now. Without a request it is about a refusal of the number `subject`.
    """

    subject: str
    at_ms: int
    why: str
    request: Request | None
    erased: bool


@dataclass(frozen=True, slots=True)
class CounterRequestPage:
    """One page of the list. `after` is the cursor of the next page, 0 on the last."""

    rows: list[CounterRequest]
    after: int


_UNANSWERED: Final = (
    col(Request.id) == Audit.subject, col(Request.at_ms) <= Audit.at_ms, col(Request.voided_by) == 0,
    col(Request.refunded_by) == 0,
)  # fmt: skip
"""Nothing has been decided since it was asked for."""


def unanswered(session: Session, person: Person, most: int) -> int:
    """How many requests for another look wait with him; nothing is counted beyond `most`."""
    inside = queue.inside(person.bounds(Act.REQUEST_LIST))
    found = select(Audit.n).where(Audit.act == "request.escalated", exists().where(*_UNANSWERED, inside)).limit(most)
    return session.one(select(func.count()).select_from(found.subquery())) or 0


def why_again(session: Session, request: Request) -> str:
    """Why a counter wants the last decision on it looked at again; "" where it does not, or is answered."""
    same = (Audit.act == "request.escalated", Audit.subject == request.id, col(Audit.at_ms) >= request.at_ms)
    found = session.one(select(Audit).where(*same).order_by(col(Audit.n).desc()).limit(1))
    return _why(found) if found and not (request.voided_by or request.refunded_by) else ""


def uphold(centre: Centre, session: Session, request: Request, staff: str, seen: review.Seen) -> None:
    """Its counter wants another look, and the decision stands: it is told once more. Nothing where it is told already,
    or wants none.

    Raises Refused ``voided``, ``refunded``; ``decided`` where another has decided since.
    """
    found, last = review.as_it_stands(session, request), review.last_decision(session, request)
    if last is None or (last.staff == staff and seen.decisions < found.decisions):
        return
    for reversed_by, code in ((found.voided_by, "voided"), (found.refunded_by, "refunded")):
        if reversed_by:
            raise Refused(code, request=found.id)
    review.refuse_stale(found, last, seen)
    if why_again(session, found):
        now = centre.now_ms()
        session.change(Request, *kept_entries.key(found), at_ms=now)
        review.publish_decisions(session, found.device, found.epoch, [review.standing(found)], now, staff)
        audit.append(session, now, staff, "request.upheld", found.id)


def page(session: Session, person: Person, act: AskedAct, after: int, limit: int) -> CounterRequestPage:
    """The newest first. A refusal names no authority: it is shown to those whose requests have no bounds."""
    grants, n = person.bounds(Act.REQUEST_LIST), col(Audit.n)
    inside = queue.inside(grants)
    found = select(Audit).where(Audit.act == act, n < after if after else true())
    if act == "request.escalated":
        found = found.where(exists().where(*_UNANSWERED, inside))
    elif not person.may(Act.REQUEST_LIST, Scope()):
        found = found.where(exists().where(col(Request.id) == Audit.subject, inside))
    rows = session.all(found.order_by(n.desc()).limit(limit + 1))
    shown, names = rows[:limit], {one.subject for one in rows[:limit]}
    kept = {one.id: one for one in session.all(select(Request).where(col(Request.id).in_(names), inside))}
    erased = session.all(select(Audit.subject).where(Audit.act == "personal.erased", col(Audit.subject).in_(names)))
    asked = [
        CounterRequest(one.subject, one.at_ms, _why(one), kept.get(one.subject), one.subject in erased) for one in shown
    ]  # fmt: skip
    return CounterRequestPage(asked, shown[-1].n if len(rows) > limit else 0)


def _why(one: Audit) -> str:
    return str(strict_json.loads_object(one.detail.encode())["why"])


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry of type 19, by the number on its paper; `service` and `catalogue` are those of its body."""

    device: bytes
    epoch: int
    seq: int
    received_ms: int
    service: str
    catalogue: int

    @property
    def id(self) -> str:
        return f"{self.device.hex()[:8]}-{self.seq}"


def meant(session: Session, text: str) -> Request | Refusal:
    """A request, else what could not be taken, by the number on its paper. Raises Refused ``no_request``."""
    try:
        return review.find(session, text)
    except Refused:
        found = find_refusal(session, text)
        if found is None:
            raise
        return found


def find_refusal(session: Session, text: str) -> Refusal | None:
    """The one with the number `text`, as `registry.numbered` reads it; where that says no epoch, of the newest.

    Raises Refused ``which_device``.
    """
    named = registry.numbered(session, text)
    found = [] if named is None else _refusals_at(session, *named)
    return found[0] if found else None


def _refusals_at(session: Session, device: bytes, seq: int, epoch: int | None) -> list[Refusal]:
    of_any = select(Entry).where(Entry.device == device, Entry.seq == seq).order_by(col(Entry.epoch).desc())
    rows = session.all(of_any) if epoch is None else session.under(Entry, device, epoch, seq)
    refusals = [
        (row, AdviceEntry.read(bodies.read(row.body)))
        for row in rows
        if Header.unpack(row.header).entry_type == EntryType.REFUSAL
    ]
    return [Refusal(device, row.epoch, seq, row.received_ms, said.service, said.catalogue) for row, said in refusals]
