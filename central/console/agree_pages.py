"""What counters ask the centre to agree to: by the line, or with a code that is read out on the telephone."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter
from typing import Final

from starlette.responses import Response

from central.console.routes import Route, does, shows
from central.console.shop_list import ids_in, refuse_foreign
from central.console.visit import Visit
from central.console.words import approval_word
from central.devices import registry
from central.projection.chain_projection import project_for
from central.requests import approvals
from central.requests.approvals import Approval
from central.staff.acts import Act
from central.store.interface import Session
from protocol.errors import Refused
from protocol.values import ids
from protocol.values.telephone import WHATS
from protocol.wire.feed_items import ApprovalAnswer

PATH: Final = "/staff/support/agree"
SHOWN: Final = 100
LATELY: Final = 20
ANSWERED: Final = ("granted", "denied", "used")
_ANSWERS: Final[dict[str, ApprovalAnswer]] = {"granted": "granted", "denied": "denied"}


def listed(visit: Visit) -> Response:
    return _page(visit, None)


def _page(visit: Visit, given: tuple[str, str, int] | None) -> Response:
    areas = visit.who.governorates(Act.APPROVAL_ANSWER)
    with visit.centre.store.reading() as session:
        known = ids_in(session, areas)
        asked = approvals.listed(session, "asked", "", SHOWN)
        # State by state: over all of them no index has the newest first.
        answered = [one for state in ANSWERED for one in approvals.listed(session, state, "", LATELY)]
    asked, answered = ([one for one in some if known is None or one.shop in known] for some in (asked, answered))
    answered.sort(key=attrgetter("at_ms"), reverse=True)
    whats = [(one, approval_word(visit.look.language, one)) for one in WHATS]
    return visit.page(
        "agree.html", title="agree.title", asked=asked, answered=answered[:LATELY], given=given, what_options=whats
    )


def answer(visit: Visit) -> Response:
    number, said = visit.path["approval"], _ANSWERS.get(visit.line("decision"))
    if said is None:
        raise Refused("console_decision")
    project_for(visit.centre, number)
    with visit.centre.store.writing() as session:
        found = approvals.find(session, number)
        refuse_foreign(visit, session, Act.APPROVAL_ANSWER, found.shop, Refused("no_approval", approval=number))
        approvals.decide(visit.centre, session, found, said, visit.who.account)
    return visit.moved(PATH, f"agree.{said}")


def telephone(visit: Visit) -> Response:
    """A code for exactly this act, over a denial the proposal of one. Where the check differs nothing is spent."""
    number, check = visit.wanted("approval", 40), visit.wanted("check", 20)
    project_for(visit.centre, number)
    with visit.centre.store.writing() as session:
        found = _as_read_out(visit, session, number)
        visit.once(session)
        told = approvals.by_telephone(visit.centre, session, found, check, visit.who)
    return (
        visit.moved(PATH, "proposed") if told is None else _page(visit, (found.id, ids.grouped_code(told[0]), told[1]))
    )


def _as_read_out(visit: Visit, session: Session, number: str) -> Approval:
    """As it has arrived; else as the counter reads it out, for its check to prove."""
    chain, seq = approvals.place(session, number)
    refuse_foreign(visit, session, Act.APPROVAL_ANSWER, chain.shop, Refused("no_approval", approval=number))
    known = approvals.at(session, chain.device, chain.epoch, seq)
    if known is not None:
        return known
    what = visit.line("what")
    if what not in WHATS:
        raise Refused("no_approval", approval=number)
    of_seq, amount_pt = visit.whole("of", 0, 10**9) if visit.line("of") else 0, visit.piastres("amount")
    return Approval(chain.device, chain.epoch, seq, chain.shop, what, of_seq, amount_pt, at_ms=visit.now_ms)


def renew(visit: Visit) -> Response:
    """The codes of a counter are used up: another chain, of which it hears when it next has a line."""
    with visit.centre.store.writing() as session:
        device = registry.find(session, visit.wanted("device", 40))
        shop, error = registry.latest(session, device).shop, Refused("no_approval", approval=visit.line("device"))
        refuse_foreign(visit, session, Act.APPROVAL_ANSWER, shop, error)
        visit.once(session)
        approvals.renew(visit.centre, session, device, visit.who.account)
    return visit.moved(PATH, "agree.renewed")


ROUTES: Final[Sequence[Route]] = (
    shows(PATH, listed, Act.APPROVAL_ANSWER),
    does(f"{PATH}/telephone", telephone, listed, Act.APPROVAL_ANSWER),
    does(f"{PATH}/renewal", renew, listed, Act.APPROVAL_ANSWER),
    does(f"{PATH}/{{approval}}", answer, listed, Act.APPROVAL_ANSWER),
)
