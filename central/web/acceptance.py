"""`POST /v1/acceptance`: the report of a counter that a technician has just set up."""

from __future__ import annotations

from central import acceptance
from central.centre import Centre
from central.web.answers import Answer, Denied, members, refusal
from central.web.received import Received
from central.web.signed import authenticate
from protocol.errors import Corrupt


def keep(centre: Centre, received: Received) -> Answer:
    caller = authenticate(centre, received)
    try:
        with centre.store.writing() as session:
            acceptance.keep(centre, session, caller.chain, received.body)
    except Corrupt as error:
        raise Denied(refusal(400, "bad_request")) from error
    return members(200, state="kept")
