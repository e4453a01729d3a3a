"""What a counter reports of itself beside its journal: how it was set up, and files for whoever supports it."""

from __future__ import annotations

from central.centre import Centre
from central.devices import acceptance_reports, support_files
from central.web.authentication import authenticate
from central.web.feed_endpoints import head
from central.web.request_reader import ReceivedRequest
from central.web.responses import Denied, Response, document, members, refusal
from protocol.errors import Corrupt
from protocol.wire import support_file
from protocol.wire.support_file import BadSupport


def keep_acceptance(centre: Centre, received: ReceivedRequest) -> Response:
    """`POST /v1/acceptance`: the report of a counter that a technician has just set up."""
    caller = authenticate(centre, received)
    try:
        with centre.store.writing() as session:
            acceptance_reports.keep(centre, session, caller.chain, received.body)
    except Corrupt as error:
        raise Denied(refusal(400, "bad_request")) from error
    return members(200, state="kept")


def take_support(centre: Centre, received: ReceivedRequest) -> Response:
    """`POST /v1/support`: a support file, or a problem that somebody there reports with it.

    Answers signed, with the number under which the file is kept.
    """
    caller = authenticate(centre, received)
    if received.only("content-type") != support_file.MEDIA:
        raise Denied(refusal(400, "bad_request"))
    try:
        with centre.store.writing() as session:
            number = support_files.keep(centre, session, caller.chain, received.body)
    except BadSupport as error:
        raise Denied(refusal(400, "bad_request")) from error
    return document(support_file.TAKEN, {**head(centre, caller), "number": number}, centre)
