"""`POST /v1/support`: a counter's support file, or a problem that somebody there reports with it."""

from __future__ import annotations

from central.centre import Centre
from central.devices import support_files
from central.web.authentication import authenticate
from central.web.feed_endpoints import head
from central.web.request_reader import ReceivedRequest
from central.web.responses import Denied, Response, document, refusal
from protocol.wire import support_file
from protocol.wire.support_file import BadSupport


def take(centre: Centre, received: ReceivedRequest) -> Response:
    """Answers signed, with the number under which the file is kept."""
    caller = authenticate(centre, received)
    if received.only("content-type") != support_file.MEDIA:
        raise Denied(refusal(400, "bad_request"))
    try:
        with centre.store.writing() as session:
            number = support_files.keep(centre, session, caller.chain, received.body)
    except BadSupport as error:
        raise Denied(refusal(400, "bad_request")) from error
    return document(support_file.TAKEN, {**head(centre, caller), "number": number}, centre)
