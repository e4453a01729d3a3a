"""First trust without a line, the centre's half (docs/protocol.md): a request in a file, answered with a file."""

from __future__ import annotations

from central.centre import Centre
from central.devices.enrolment import Slot, admit, known, slot_of, sound_key
from central.store.interface import Session
from central.store.vault import code_mac
from protocol.errors import Refused
from protocol.wire import offline_enrolment


def answer(
    centre: Centre, session: Session, request: offline_enrolment.EnrolmentRequest, number: str, staff: str
) -> tuple[Slot, bytes] | Refused:
    """The same without a line: the request came in a file, `number` is the code that the counter shows for it.

    Returns the slot and the statement's envelope; the same request again gets the same. A Refused is returned, not
    raised, because a wrong code is counted: ``no_slot``, ``slot_code``, ``slot_expired``, ``slot_used``,
    ``same_person``, ``number_differs``, ``bad_key``, ``duplicate_key``, ``epoch_taken``.
    """
    found = slot_of(session, request.slot)
    if found is None:
        return Refused("no_slot", slot=request.slot)
    refused = _offered(centre, session, found, request, number, staff)
    if refused is not None:
        return refused
    if found.state == "approved" and found.envelope is not None:
        return found, found.envelope
    try:
        envelope = admit(centre, session, found, request.public, staff)[1]
    except Refused as error:
        return error
    session.run("UPDATE slot SET pub = ?, claimed_ms = ? WHERE slot = ?", request.public, centre.now_ms(), found.slot)
    return found, envelope


def _offered(
    centre: Centre, session: Session, found: Slot, request: offline_enrolment.EnrolmentRequest, number: str, staff: str
) -> Refused | None:
    """Why a carried request is not answered, or None."""
    refusal = known(centre, session, found, code_mac(centre.keys.codes, found.slot, request.code))
    if refusal is not None:
        told = {"wrong": "slot_code", "expired": "slot_expired", "denied": "slot_used"}
        return Refused(told[str(refusal.values["why"])], slot=found.slot)
    if found.state != "open" and not (found.state == "approved" and found.public == request.public):
        return Refused("slot_used", slot=found.slot)
    if found.creator == staff:
        return Refused("same_person", staff=staff)
    if not offline_enrolment.same_code(number, offline_enrolment.request_code(request.payload)):
        return Refused("number_differs", slot=found.slot)
    if not sound_key(request.public):
        return Refused("bad_key")
    taken = session.one("SELECT 1 FROM chain WHERE pub = ?", request.public)
    return Refused("duplicate_key") if taken is not None and found.state == "open" else None
