"""`POST /v1/acceptance`: the report of a counter that a technician has just set up."""

from __future__ import annotations

from central.centre import Centre
from central.devices import acceptance_reports
from central.web.authentication import authenticate
from central.web.request_reader import ReceivedRequest
from central.web.responses import Denied, Response, members, refusal
from protocol.errors import Corrupt


def keep(centre: Centre, received: ReceivedRequest) -> Response:
    caller = authenticate(centre, received)
    try:
        with centre.store.writing() as session:
            acceptance_reports.keep(centre, session, caller.chain, received.body)
    except Corrupt as error:
        raise Denied(refusal(400, "bad_request")) from error
    return members(200, state="kept")
