"""What waits for a second person: who wants what, just as it was said; another one says yes, or takes it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import Response

from central import two_person_acts
from central.console import names
from central.console.account_pages import show_code
from central.console.routes import Route, does, shows
from central.console.visit import Visit
from central.requests import erasure, officer_decision, queue
from central.staff.acts import Act
from central.store.interface import Session
from central.two_person_rule import Proposal
from protocol.errors import Refused

PATH: Final = "/staff/proposals"
_ABOUT_REQUESTS: Final = frozenset({officer_decision.REPLACED, "personal.erased"})
_PLACE: Final = frozenset({"seq", "id", "decisions", "days"})
"""By which a machine finds a request again: the page names it otherwise."""


def listed(visit: Visit) -> Response:
    with visit.centre.store.reading() as session:
        found = two_person_acts.waiting(visit.centre, session, visit.who)
        subjects = [one.subject for one in found if one.act in _ABOUT_REQUESTS]
        about = queue.named(visit.centre, session, visit.who.bounds(Act.REQUEST_LIST), subjects)
    rows = [(one, _said(visit, one), one.staff == visit.who.account, _here(one)) for one in found]
    return visit.page("proposals.html", title="proposals.title", rows=rows, about=about)


def _here(one: Proposal) -> bool:
    """Whether it can be done without a file, which only a command takes."""
    known = two_person_acts.ACTS.get(one.act)
    return known is not None and known.do is not None


def _said(visit: Visit, one: Proposal) -> list[tuple[str, str, Any]]:
    """All that the first one said: what it is called, in words, and whole."""
    return [
        (*names.detail(visit.console.catalogue, visit.look.language, name, said), said)
        for name, said in one.said.items()
        if _holds(said) and not (one.act in _ABOUT_REQUESTS and name in _PLACE)
    ]


def _holds(said: Any) -> bool:
    """Whether something was said: of one's own words, in either language."""
    return any(said.values()) if isinstance(said, dict) else bool(said)


def _n(visit: Visit, session: Session) -> int:
    """Raises Refused ``proposal_over``: none has that number, or it is not for him: both look the same."""
    n = visit.path["proposal"]
    for one in two_person_acts.waiting(visit.centre, session, visit.who):
        if str(one.n) == n:
            return one.n
    raise Refused("proposal_over", n=0)


def approve(visit: Visit) -> Response:
    with visit.centre.store.writing() as session:
        found, code = two_person_acts.approve(visit.centre, session, visit.who, _n(visit, session))
    if found.act == "personal.erased":
        erasure.settle(visit.centre)
    visit.console.fleet.forget()
    visit.console.catalogue.forget()
    return show_code(visit, found.subject, code) if code else visit.moved(PATH, "approved")


def withdraw(visit: Visit) -> Response:
    with visit.centre.store.writing() as session:
        two_person_acts.withdraw(visit.centre, session, visit.who, _n(visit, session))
    return visit.moved(PATH, "taken_back")


ROUTES: Final[Sequence[Route]] = (
    shows(PATH, listed),
    does(f"{PATH}/{{proposal}}/approval", approve, listed),
    does(f"{PATH}/{{proposal}}/withdrawal", withdraw, listed),
)
