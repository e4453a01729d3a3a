"""First trust without a line, the centre's half (docs/protocol.md): a request in a file, answered with a file."""

from __future__ import annotations

from typing import Final

from central.centre import Centre
from central.devices.enrolment import admit, is_known, slot_opened, sound_key
from central.store.device_models import Slot
from protocol.errors import Refused
from protocol.wire import offline_enrolment
from protocol.wire.offline_enrolment import EnrolmentRequest

_TOLD: Final = {"wrong": "slot_code", "expired": "slot_expired", "denied": "slot_used"}


def answer(centre: Centre, request: EnrolmentRequest, number: str, staff: str) -> tuple[Slot, bytes]:
    """The same without a line: the request came in a file, `number` is the code that the counter shows for it.

    Returns the slot and the statement's envelope; the same request again gets the same. Raises Refused ``no_slot``,
    ``slot_code`` (a wrong code is counted), ``slot_expired``, ``slot_used``, ``same_person``, ``number_differs``,
    ``bad_key``, ``duplicate_key``, ``epoch_taken``.
    """
    with centre.store.reading() as session:
        if session.get(Slot, request.slot) is None:
            raise Refused("no_slot", slot=request.slot)
    try:
        return _admitted(centre, request, number, staff)
    except Refused as error:
        if error.code != "enrolment_refused":
            raise
        raise Refused(_TOLD[str(error.values["why"])], slot=request.slot) from error


def _admitted(centre: Centre, request: EnrolmentRequest, number: str, staff: str) -> tuple[Slot, bytes]:
    with slot_opened(centre, request.slot, request.code) as (session, found):
        if found.state != "open" and not (found.state == "approved" and found.pub == request.public):
            raise Refused("slot_used", slot=found.slot)
        if found.creator == staff:
            raise Refused("same_person", staff=staff)
        if not offline_enrolment.same_code(number, offline_enrolment.request_code(request.payload)):
            raise Refused("number_differs", slot=found.slot)
        if not sound_key(request.public):
            raise Refused("bad_key")
        if found.envelope is not None:
            return found, found.envelope
        if is_known(session, request.public):
            raise Refused("duplicate_key")
        envelope = admit(centre, session, found, request.public, staff)[1]
        session.change(Slot, found.slot, pub=request.public, claimed_ms=centre.now_ms())
        return found, envelope
