"""My work: what waits for whoever is signed in, with what is late, and the way there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func
from sqlalchemy import select as choose
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar
from starlette.responses import Response

from central import two_person_acts
from central.console.queue_pages import authorities_of
from central.console.routes import Route, shows
from central.console.shop_list import alerts_of, shops_of
from central.console.visit import HOME, Visit
from central.requests import queue, staff_requests
from central.requests.queue import Queue
from central.staff.acts import Act
from central.store.device_models import Shop, Slot
from central.store.interface import Session
from central.store.request_models import Approval
from protocol.errors import Refused

AUTHORITIES: Final = 3
"""Whose queues stand here: whoever has more looks into the list."""


@dataclass(frozen=True, slots=True)
class Task:
    """Something that waits: how many, what of it is late, and where it is done. `about` is a name in its words."""

    key: str
    drawn: str
    tone: str
    n: int
    where: str
    about: str = ""
    late: int = 0


def home(visit: Visit) -> Response:
    with visit.centre.store.reading() as session:
        tasks = [*_requests(visit, session), *_asked(visit, session)]
    tasks += _fleet(visit)
    tasks.sort(key=lambda one: (one.key != "alerts", not one.late))
    some, none = ([one for one in tasks if bool(one.n) is there] for there in (True, False))
    return visit.page("home.html", title="home.title", tasks=some, rest=none)


def _requests(visit: Visit, session: Session) -> Iterator[Task]:
    if not visit.who.may(Act.REQUEST_DECIDE):
        return
    for authority, said in authorities_of(visit, Act.REQUEST_DECIDE)[:AUTHORITIES]:
        counts = queue.counts(visit.centre, session, visit.who, Queue(authority))
        where = f"/staff/requests?authority={authority}"
        due = counts.late + counts.today
        tone = "act" if counts.late else "wait" if due else ""
        yield Task("requests", "doc", tone, due + counts.soon + counts.later, where, said, counts.late)
    asked = staff_requests.unanswered(session, visit.who, queue.COUNTED + 1)
    yield Task("asked", "store", "wait", asked, "/staff/requests/asked")


def _asked(visit: Visit, session: Session) -> Iterator[Task]:
    may, now = visit.who.may, visit.now_ms
    wanted = dict[str, tuple[str, str, SelectOfScalar[int]]]()
    if may(Act.DEVICE_ADMIT):
        waiting = _there(visit, Act.DEVICE_ADMIT, Slot).where(col(Slot.state) == "revealed", col(Slot.expires_ms) > now)
        wanted["counters"] = "till", "/staff/counters/waiting", waiting
    if may(Act.APPROVAL_ANSWER):
        asked = _there(visit, Act.APPROVAL_ANSWER, Approval).where(col(Approval.state) == "asked")
        wanted["agree"] = "phone", "/staff/support/agree", asked
    if wanted:  # by one question
        counts = session.one(choose(*(found.scalar_subquery().label(key) for key, (_, _, found) in wanted.items())))
        for key, (drawn, where, _) in wanted.items():
            yield Task(key, drawn, "wait", getattr(counts, key), where)
    if any(may(one.act) for one in two_person_acts.ACTS.values()):
        found = two_person_acts.waiting(visit.centre, session, visit.who)
        others = [one for one in found if one.staff != visit.who.account]
        yield Task("proposals", "person", "wait", len(others), "/staff/proposals")


def _there(visit: Visit, act: Act, of: type[Slot | Approval]) -> SelectOfScalar[int]:
    """How many rows there are of the shops where he may do that."""
    areas = visit.who.governorates(act)
    counted = select(func.count()).select_from(of)
    if areas is None:
        return counted
    return counted.where(col(of.shop).in_(select(Shop.id).where(col(Shop.governorate).in_(areas))))


def _fleet(visit: Visit) -> Iterator[Task]:
    if visit.who.may(Act.SHOPS_SEE):
        silent = [row for row in shops_of(visit, visit.console.fleet.now()) if row.standing == "silent"]
        yield Task("silent", "offline", "act", len(silent), "/staff/shops/silent", late=len(silent))
    if visit.who.may(Act.SUPPORT_SEE):
        pages = [one for one in alerts_of(visit, visit.console.fleet.now()) if one.severity == "page" and not one.muted]
        yield Task("alerts", "alert", "act", len(pages), "/staff/support", late=len(pages))


def nothing(_visit: Visit) -> Response:
    """Any other address."""
    raise Refused("console_nothing")


ROUTES: Final[Sequence[Route]] = (shows(HOME, home),)
LAST: Final[Sequence[Route]] = (shows("/{rest:path}", nothing, door=True),)
"""After all others."""
