"""The end of a citizen's data: one supervisor proposes it, another one agrees; it goes here and at the counter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from starlette.responses import Response

from central.console.request_pages import ONE, shown
from central.console.routes import Route, does
from central.console.visit import Visit
from central.projection.chain_projection import project_for
from central.requests import erasure, queue
from central.staff.acts import Act


def erase(visit: Visit) -> Response:
    """Either word: the second one is most often given among the proposals."""
    wanted = visit.path["request"]
    project_for(visit.centre, wanted)  # a void that has just arrived may be the final word
    with visit.centre.store.reading() as session:
        days = erasure.retention_days(visit.centre, queue.find(session, visit.who, Act.REQUEST_ERASE, wanted))
    with visit.centre.store.writing() as session:
        request = queue.find(session, visit.who, Act.REQUEST_ERASE, wanted)
        first = erasure.erase_by_two(visit.centre, session, request, days, visit.who.account)
    if first is not None:
        erasure.settle(visit.centre)
    return visit.moved(f"/staff/requests/{request.id}", "proposed" if first is None else "erased")


ROUTES: Final[Sequence[Route]] = (does(f"{ONE}/erasure", erase, shown, Act.REQUEST_ERASE),)
