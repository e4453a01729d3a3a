"""`POST /v1/inquiries`: what an authority says is owed now, signed, with the minute it stops being true."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from central.centre import Centre
from central.documents.catalogues import Catalogues
from central.requests import reference_authority
from central.web.authentication import authenticate
from central.web.feed_endpoints import head
from central.web.request_reader import ReceivedRequest, json_object
from central.web.responses import Denied, Response, document, refusal
from protocol.catalogue.services import PublicService
from protocol.documents.trust import INQUIRY
from protocol.errors import Refused


def inquirer(catalogues: Catalogues) -> Callable[[Centre, ReceivedRequest], Response]:
    """The handler, for the services whose price, or whose answer, is live."""

    def inquire(centre: Centre, received: ReceivedRequest) -> Response:
        caller = authenticate(centre, received)
        asked = json_object(received)
        service, fields = asked.get("service"), asked.get("fields")
        if asked.get("v") != 1 or not isinstance(service, str) or not isinstance(fields, dict):
            raise Denied(refusal(400, "bad_request"))
        offered = _live(catalogues, service)
        if offered is None:
            raise Denied(refusal(400, "no_inquiry"))
        with centre.store.writing() as session:
            try:
                bill = reference_authority.answer(centre, session, caller.chain.device, offered, fields)
            except Refused:
                bill = None
        return document(INQUIRY, {**head(centre, caller), "service": service, **_members(centre, bill)}, centre)

    return inquire


def _live(catalogues: Catalogues, service: str) -> PublicService | None:
    """The service in force, where an authority answers for it."""
    newest = catalogues.newest()
    found = newest.services.get(service) if newest else None
    return found if found is not None and found.needs_line else None


def _members(centre: Centre, bill: reference_authority.Bill | None) -> dict[str, Any]:
    if bill is None:
        expiry = centre.now_ms() + reference_authority.BILL_LIFE_MS
        return {"reference": "", "found": False, "lines": [], "amount_pt": 0, "expiry_ms": expiry}
    lines = [{"label": {"ar": ar, "en": en}, "amount_pt": amount} for ar, en, amount in bill.lines]
    return {
        "reference": bill.reference, "found": True, "lines": lines, "amount_pt": bill.amount_pt,
        "expiry_ms": bill.expiry_ms,
    }  # fmt: skip
