"""What shops ask of the staff: to look at a request again; to erase a citizen's data, of a refused one too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlencode

from starlette.responses import Response

from central.console.queue_pages import PATH as QUEUE
from central.console.request_pages import erase_by_two, state_of
from central.console.routes import Route, does, shows
from central.console.visit import Visit
from central.devices import tills
from central.requests import staff_requests
from central.requests.staff_requests import AskedAct, Refusal
from central.staff.acts import Act
from central.staff.people import Scope
from central.store.interface import Session
from protocol.errors import Refused
from protocol.values.receipt_number import receipt_number

PATH: Final = f"{QUEUE}/asked"
SHOWN: Final = 50
_ACTS: Final[Mapping[str, AskedAct]] = {"": "request.escalated", "erase": "erasure.asked"}


def listed(visit: Visit) -> Response:
    what, after = visit.asked("what") or visit.line("what"), visit.number_asked("after")
    if what not in _ACTS:
        raise Refused("console_nothing")
    with visit.centre.store.reading() as session:
        page = staff_requests.page(session, visit.who, _ACTS[what], after, SHOWN)
        places = {(one.request.shop, one.request.device) for one in page.rows if one.request}
        numbers = tills.numbers_of(session, places)
    kept = {"what": what} if what else {}
    return visit.page(
        "asked.html", title="asked.title", what=what, rows=page.rows, state=state_of,
        may_erase=visit.who.may(Act.REQUEST_ERASE, Scope()),
        number=lambda one: receipt_number(numbers.get((one.shop, one.device), 0), one.epoch, one.seq),
        after=f"{PATH}?{urlencode({**kept, 'after': page.after})}" if page.after else "",
        first=f"{PATH}?{urlencode(kept)}" if after else "",
    )  # fmt: skip


def erase(visit: Visit) -> Response:
    """Propose or agree, on the data of somebody from whom nothing could be taken, by the number on his paper."""

    def find(session: Session) -> Refusal:
        paper = visit.line("paper", 60)
        may = visit.who.may(Act.REQUEST_ERASE, Scope())  # it names no authority
        found = staff_requests.find_refusal(session, paper) if may else None
        if found is None:
            raise Refused("no_request", request=paper)
        return found

    return erase_by_two(visit, find, PATH, what="erase")


ROUTES: Final[Sequence[Route]] = (
    shows(PATH, listed, Act.REQUEST_LIST),
    does(PATH, erase, listed, Act.REQUEST_ERASE),
)
