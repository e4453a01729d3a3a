"""One decision on many requests: all of them are shown before, and each has its own result afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response

from central.console import reasons, words
from central.console.queue_pages import PATH, listed
from central.console.routes import Route, does
from central.console.visit import Visit
from central.devices import tills
from central.documents import publishing
from central.projection.chain_projection import project_for
from central.requests import officer_decision, queue, review
from central.requests.review import Decision, Seen
from central.staff.acts import Act
from central.store.interface import Session
from central.store.request_models import Request
from central.store.staff_models import Account
from protocol.errors import KioskError, Refused
from protocol.program.explained import explain
from protocol.texts import Bilingual, both
from protocol.wire.statuses import UNDECIDED

MOST: Final = 50
BULK_DECISIONS: Final = ("approved", "sent_back")
"""Nobody is rejected among others."""


@dataclass(frozen=True, slots=True)
class Item:
    """One of those chosen; `why` it is left out or was refused, "" where it is not. `chosen` is what the form says,
    `held` whether somebody else has it in hand.
    """

    chosen: str
    id: str
    number: str
    service: str
    shop: str
    total_pt: int
    why: str
    held: bool


def _chosen(visit: Visit) -> list[tuple[str, int]]:
    """Id and last decision seen of each. Raises Refused ``bulk_none``, ``bulk_most``."""
    found = dict(one.rpartition("/")[::2] for one in visit.lines("chosen"))
    if not found:
        raise Refused("bulk_none")
    if len(found) > MOST:
        raise Refused("bulk_most", most=MOST, n=len(found))
    return [(one[:60], _number(seen)) for one, seen in found.items()]


def _number(seen: str) -> int:
    """The last decision that was seen; what is no number was never seen by anybody."""
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else -1


def _status(visit: Visit) -> str:
    status = visit.line("decision")
    if status not in BULK_DECISIONS:
        raise Refused("console_decision")
    return status


def review_chosen(visit: Visit) -> Response:
    """What would be done, and what is left out and why. Nothing is done yet."""
    status, chosen = _status(visit), _chosen(visit)
    items = []
    with visit.centre.store.reading() as session:
        for one, seen in chosen:
            try:
                request = queue.find(session, visit.who, Act.REQUEST_BULK, one)
            except Refused:
                continue  # not there, or not his: it looks as if it had not been chosen
            items.append(_item(visit, session, request, seen, _left_out(visit, session, request, seen)))
    taken, left = [one for one in items if not one.why], [one for one in items if one.why]
    return visit.page(
        "bulk.html", title=f"bulk.title.{status}", decision=status, taken=taken, left=left,
        total_pt=sum(one.total_pt for one in taken), reasons=reasons.REASONS.get(status, ()),
        authority=visit.line("authority"),
    )  # fmt: skip


def again(visit: Visit) -> Response:
    """What was chosen, or the list, where too little of it has arrived."""
    try:
        return review_chosen(visit)
    except Refused:
        return listed(visit)


def _item(visit: Visit, session: Session, request: Request, seen: int, why: str) -> Item:
    number = tills.receipt(session, request.shop, request.device, request.epoch, request.seq)
    what = f"{request.id}/{seen}", request.id, number, request.service, request.shop, request.total_pt
    return Item(*what, why, _held(visit, request))


def _held(visit: Visit, request: Request) -> bool:
    return queue.is_held(request, visit.now_ms) and request.claimed_by != visit.who.account


def _left_because(visit: Visit, session: Session, key: str, who: str, ms: int) -> str:
    """By whom it is left out, and since when."""
    person, language = session.get(Account, who), visit.look.language
    called = words.name(language, person) if person else who
    return visit.say(f"bulk.left.{key}", who=called, at=words.at(language, ms, visit.now_ms))


def _left_out(visit: Visit, session: Session, request: Request, seen: int) -> str:
    """Why this one wants to be looked at by itself."""
    if request.decisions != seen and (last := review.last_decision(session, request)) is not None:
        return _left_because(visit, session, "decided", last.staff, last.at_ms)
    service = publishing.service_sold(visit.centre, request.catalogue, request.service)
    if request.status != UNDECIDED or request.voided_by or request.refunded_by or request.decisions != seen:
        return visit.say("bulk.left.changed")
    if _held(visit, request):
        return _left_because(visit, session, "held", request.claimed_by, request.claimed_ms)
    return visit.say("bulk.left.sensitive") if service is not None and service.consent is not None else ""


def decide(visit: Visit) -> Response:
    """Each in a commit of its own, with its own result: one that was refused takes no other along."""
    status, code, reason = _status(visit), visit.line("reason"), Bilingual.same("")
    if status != "approved":
        if code not in reasons.REASONS[status]:
            raise Refused("reason_missing")
        reason = both(f"console.reason.{code}")
    done, refused = list[Item](), list[Item]()
    for one, seen in _chosen(visit):
        what = (status, status if status == "approved" else code, reason)
        item = _decided(visit, one, seen, what)
        if item is not None:
            (refused if item.why else done).append(item)
    return visit.page(
        "bulk_done.html", title="bulk.done.title", decision=status, finished=done, refused=refused,
        total_pt=sum(one.total_pt for one in done), authority=visit.line("authority"),
    )  # fmt: skip


def _own_again(session: Session, visit: Visit, request: Request, decision: Decision) -> bool:
    """The same form came twice: its decision stands, by him."""
    if decision != review.standing(request):
        return False
    last = review.last_decision(session, request)
    return last is not None and last.staff == visit.who.account


def _decided(visit: Visit, one: str, seen: int, what: tuple[str, str, Bilingual]) -> Item | None:
    project_for(visit.centre, one)
    why = ""
    try:
        with visit.centre.store.writing() as session:
            request = queue.find(session, visit.who, Act.REQUEST_BULK, one)
            decision = Decision(request.seq, request.id, *what)
            why = "" if _own_again(session, visit, request, decision) else _left_out(visit, session, request, seen)
            if not why:
                officer_decision.decide(visit.centre, session, visit.who, request, decision, Seen(seen))
    except KioskError as error:
        if isinstance(error, Refused) and error.code == "no_request":
            return None
        why = " ".join(explain(visit.look.language, error)[:2])
    with visit.centre.store.reading() as session:
        request = queue.find(session, visit.who, Act.REQUEST_BULK, one)
        return _item(visit, session, request, request.decisions, why)


ROUTES: Final[Sequence[Route]] = (
    does(f"{PATH}/bulk", review_chosen, listed, Act.REQUEST_BULK),
    does(f"{PATH}/bulk/decision", decide, again, Act.REQUEST_BULK),
)
