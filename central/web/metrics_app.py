"""``/metrics`` for Prometheus, as an application of its own: it names every shop and is for no public address."""

from __future__ import annotations

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from central.centre import Centre
from central.fleet import metrics
from protocol.errors import KioskError

PATH = "/metrics"


def build(centre: Centre) -> Starlette:
    """One path, answered on a thread, with what this process has counted until now."""

    def answer(_request: Request) -> Response:
        try:
            centre.rejected_auth.keep(centre.store)
            with centre.store.reading() as session:
                return Response(metrics.text(centre, session), headers={"Content-Type": metrics.MEDIA})
        except KioskError as error:  # a scrape that fails is what the rules hear of; nobody reads its words
            return Response(error.code, 503)

    return Starlette(routes=[Route(PATH, answer)])
