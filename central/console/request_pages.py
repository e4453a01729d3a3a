"""One request: what the shop wrote beside the papers, the decision, the money, all that was said before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlmodel import col, select
from starlette.responses import Response

from central.console import opened_frame, reasons
from central.console.queue_pages import PATH
from central.console.routes import Route, does, shows
from central.console.visit import Visit
from central.documents import publishing
from central.projection.chain_projection import project_for
from central.requests import erasure, evidence_files, officer_decision, queue, review, shop_search, staff_requests
from central.requests.queue import Queue
from central.requests.review import Decision, Seen
from central.requests.staff_requests import Refusal
from central.staff.acts import PURPOSES, Act
from central.store import kept_entries
from central.store.device_models import Shop, TillNumber
from central.store.interface import Session
from central.store.request_models import Request
from protocol.errors import Refused
from protocol.texts import Bilingual, both
from protocol.values.receipt_number import receipt_number
from protocol.wire.statuses import FINAL, UNDECIDED

DECISIONS: Final = ("approved", "sent_back", "rejected")


@dataclass(frozen=True, slots=True)
class _Opened:
    """The answers, why they were opened, and until when its pictures are shown."""

    answers: Sequence[opened_frame.Answer]
    purpose: str
    until_ms: int


def shown(visit: Visit) -> Response:
    """As `closed`, but where the address is that of an opening: then each look at it is written down."""
    purpose, until_ms = opened_frame.asked(visit, visit.path["request"])
    if not purpose:
        return closed(visit)
    with visit.centre.store.writing() as session:
        request = queue.find(session, visit.who, Act.REQUEST_OPEN, visit.path["request"])
        found = opened_frame.open_frame(visit, session, request, purpose)
        if purpose == "decide":
            _claim(visit, session, request)
    return _page(visit, _Opened(found, purpose, until_ms))


def closed(visit: Visit) -> Response:
    """Nothing of the citizen is on it until somebody says that he opens it, and why."""
    return _page(visit, None)


def _page(visit: Visit, opened: _Opened | None) -> Response:
    with visit.centre.store.reading() as session:
        request = queue.find(session, visit.who, Act.REQUEST_LIST, visit.path["request"])
        key = kept_entries.key(request)
        history = review.history(session, request, opened=opened is not None)
        entry = kept_entries.request(session, *key)
        uploads = evidence_files.uploads_of(session, *key)
        shop = session.one(_place(request))
        again = staff_requests.why_again(session, request) if history else ""
    assert shop is not None  # noqa: S101 - a request names a shop of ours
    service = publishing.service_sold(visit.centre, request.catalogue, request.service)
    language = visit.look.language
    papers = opened_frame.papers(visit, request, entry, uploads, opened.until_ms if opened else 0)
    number = receipt_number(shop.number or 0, request.epoch, request.seq)
    return visit.page(
        "request.html", title="request.title", request=request, number=number, history=history,
        service=service.title[language] if service else request.service,
        shop=shop.name_ar if language == "ar" else shop.name_en,
        lines=shop_search.lines_of(service, entry), opened=opened, papers=papers, again=again, reasons=reasons.REASONS,
        purpose_options=[(one, visit.purpose(one)) for one in PURPOSES], may_open=visit.who.may(Act.REQUEST_OPEN),
        decidable=_decidable(visit, request),
        state=state_of(request), holder=request.claimed_by if queue.is_held(request, visit.now_ms) else "",
        decision=visit.line("decision"), reversible=visit.who.may(Act.REQUEST_REVERSE) and request.status in FINAL,
    )  # fmt: skip


def _place(request: Request) -> Any:
    """What the shop is called, and which of its tills that was: by one question."""
    same = (col(TillNumber.shop) == Shop.id) & (col(TillNumber.device) == request.device)
    named = select(Shop.name_ar, Shop.name_en, TillNumber.number).join(TillNumber, same, isouter=True)
    return named.where(Shop.id == request.shop)


def state_of(request: Request) -> str:
    return "voided" if request.voided_by else "refunded" if request.refunded_by else request.status


def _decidable(visit: Visit, request: Request) -> bool:
    return state_of(request) == UNDECIDED and visit.who.may(Act.REQUEST_DECIDE)


def open_it(visit: Visit) -> Response:
    """The one way to a citizen's data: for a purpose, written down with it where the answers are shown."""
    purpose = visit.wanted("purpose", among=PURPOSES)
    with visit.centre.store.reading() as session:
        request = queue.find(session, visit.who, Act.REQUEST_OPEN, visit.path["request"])
    return visit.moved(f"{PATH}/{request.id}", **opened_frame.address(visit, request.id, purpose))


def _claim(visit: Visit, session: Session, request: Request) -> None:
    """Where nobody else has it, in the transaction that writes the opening down: nobody holds what he has not opened.

    That somebody reads along harms nothing: one decides first, and the page says who.
    """
    if request.status != UNDECIDED or not visit.who.may(Act.REQUEST_DECIDE, queue.scope_of(request)):
        return
    try:
        queue.claim(visit.centre, session, visit.who, request)
    except Refused as error:
        if error.code != "claimed":
            raise


def hold(visit: Visit) -> Response:
    """The page is still open: what it has in hand stays so. It takes nothing that its officer does not hold."""
    with visit.centre.store.writing() as session:
        request = queue.find(session, visit.who, Act.REQUEST_DECIDE, visit.path["request"])
        queue.keep(visit.centre, session, visit.who, request)
    return visit.file(b"", "text/plain")


def leave(visit: Visit) -> Response:
    with visit.centre.store.writing() as session:
        request = queue.find(session, visit.who, Act.REQUEST_DECIDE, visit.path["request"])
        queue.release(session, visit.who, request)
    return visit.moved(PATH, "released")


def take_over(visit: Visit) -> Response:
    with visit.centre.store.writing() as session:
        request = queue.find(session, visit.who, Act.REQUEST_REASSIGN, visit.path["request"])
        queue.take_over(visit.centre, session, visit.who, request, visit.who.account)
    return visit.moved(f"{PATH}/{visit.path['request']}", "taken_over")


def decide(visit: Visit) -> Response:
    """Decide, as the request was seen; then the next one, with the same keys."""
    wanted = visit.path["request"]
    status, (code, reason) = visit.line("decision"), _reason(visit)
    project_for(visit.centre, wanted)
    with visit.centre.store.writing() as session:
        request = queue.find(session, visit.who, Act.REQUEST_DECIDE, wanted)
        decision = Decision(request.seq, request.id, status, code, reason)
        seen = Seen(visit.whole("seen", 0), visit.line("because"))
        given = officer_decision.decide(visit.centre, session, visit.who, request, decision, seen)
        after = queue.next_of(visit.centre, session, visit.who, Queue(request.authority))
    if given is None:
        return visit.moved(f"{PATH}/{request.id}", "decided.first")
    return visit.moved(f"{PATH}/{after.id}" if after else PATH, f"decided.{status}{'' if after else '.last'}")


def _reason(visit: Visit) -> tuple[str, Bilingual]:
    """Code and words in both languages. Raises Refused ``console_decision``, ``reason_missing``."""
    status, code = visit.line("decision"), visit.line("reason")
    if status not in DECISIONS:
        raise Refused("console_decision")
    if status == "approved":
        return status, Bilingual.same("")
    if code in reasons.REASONS[status]:
        return code, both(f"console.reason.{code}")
    typed = Bilingual(visit.line("reason_ar"), visit.line("reason_en"))
    if code not in ("", reasons.OWN) or not (typed.ar and typed.en):
        raise Refused("reason_missing")
    return reasons.OWN, typed


def uphold(visit: Visit) -> Response:
    """A shop wanted another look at it: the decision stays, and the shop is told."""
    with visit.centre.store.writing() as session:
        request = queue.find(session, visit.who, Act.REQUEST_DECIDE, visit.path["request"])
        staff_requests.uphold(visit.centre, session, request, visit.who.account, Seen(visit.whole("seen", 0)))
    return visit.moved(f"{PATH}/asked", "upheld")


def mark_ready(visit: Visit) -> Response:
    """What was approved lies there to be collected; its counter is told, once, and tells the citizen."""
    with visit.centre.store.writing() as session:
        request = queue.find(session, visit.who, Act.REQUEST_DECIDE, visit.path["request"])
        review.mark_ready(visit.centre, session, request, visit.who.account)
    return visit.moved(f"{PATH}/{visit.path['request']}", "ready")


def erase(visit: Visit) -> Response:
    wanted = visit.path["request"]
    project_for(visit.centre, wanted)  # a void that has just arrived may be the final decision
    find = partial(queue.find, person=visit.who, act=Act.REQUEST_ERASE, text=wanted)
    return erase_by_two(visit, find, f"{PATH}/{wanted}")


def erase_by_two(visit: Visit, find: Callable[[Session], Request | Refusal], back: str, **query: str) -> Response:
    """The end of a citizen's data, which goes here and at the counter. Most often the second of two supervisors agrees
    among the proposals.
    """
    with visit.centre.store.reading() as session:
        days = erasure.retention_days(visit.centre, find(session))
    with visit.centre.store.writing() as session:
        first = erasure.erase_by_two(visit.centre, session, find(session), days, visit.who.account)
    if first is not None:
        erasure.settle(visit.centre)
    return visit.moved(back, "proposed" if first is None else "erased", **query)


def paper(visit: Visit) -> Response:
    place = visit.path["place"]
    if not (place.isascii() and place.isdigit() and len(place) < 4):
        raise Refused("no_evidence")
    with visit.centre.store.reading() as session:
        request = queue.find(session, visit.who, Act.REQUEST_OPEN, visit.path["request"])
        content, media = opened_frame.picture(visit, session, request, int(place))
    name = "" if media in opened_frame.PICTURES else f"{request.seq}-{place}.pdf"
    return visit.file(content, media, name)


_ONE: Final = f"{PATH}/{{request}}"
ROUTES: Final[Sequence[Route]] = (
    Route("GET", _ONE, shown, Act.REQUEST_LIST, closed),
    does(f"{_ONE}/open", open_it, closed, Act.REQUEST_OPEN),
    Route("POST", f"{_ONE}/hold", hold, Act.REQUEST_DECIDE, closed, quiet=True),
    does(f"{_ONE}/leave", leave, closed, Act.REQUEST_DECIDE),
    does(f"{_ONE}/take-over", take_over, closed, Act.REQUEST_REASSIGN),
    does(f"{_ONE}/decision", decide, closed, Act.REQUEST_DECIDE),
    does(f"{_ONE}/upheld", uphold, closed, Act.REQUEST_DECIDE),
    does(f"{_ONE}/ready", mark_ready, closed, Act.REQUEST_DECIDE),
    does(f"{_ONE}/erasure", erase, shown, Act.REQUEST_ERASE),
    shows(f"{_ONE}/papers/{{place}}", paper, Act.REQUEST_OPEN),
)
