"""The requests by which a counter that knows nobody becomes one that is known (docs/protocol.md, Enrolment)."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from central.centre import Centre
from central.devices import enrolment, registry
from central.documents import publishing, shops
from central.store.device_models import Slot
from central.web.exchange import Answer, ReceivedRequest, members, refusal, strings
from protocol.errors import Refused
from protocol.members import write
from protocol.values import ids
from protocol.wire import wire


def _hex(count: int) -> re.Pattern[str]:
    return re.compile(f"[0-9a-f]{{{count * 2}}}")


_TOLD: Final = ("why", "at_ms", "reason")
LOOK: Final = {"slot": ids.SLOT, "code": ids.SLOT_CODE}
CLAIM: Final = {"slot": ids.SLOT, "code": ids.SLOT_CODE, "pub": _hex(32), "commit": _hex(32)}
REVEAL: Final = {"slot": ids.SLOT, "nd": _hex(16), "proof": _hex(64)}
STATUS: Final = {"slot": ids.SLOT, "nd": _hex(16), "sig": _hex(64)}


def inspect_slot(centre: Centre, received: ReceivedRequest) -> Answer:
    """Whose code this is and what time the centre has, before anything is spent."""
    slot, code = strings(received, LOOK)
    try:
        found = enrolment.inspect_slot(centre, slot, code)
    except Refused as error:
        return _refused(centre, error)
    with centre.store.reading() as session:
        name = shops.names(session, found.shop)
    shop = {"id": found.shop, "name": write(name)}
    return members(200, shop=shop, server_ms=centre.now_ms(), authorities=centre.authorities)


def _refused(centre: Centre, error: Refused) -> Answer:
    """403 with why, which the counter shows and nothing more: it is unsigned."""
    told: dict[str, Any] = {name: error.values[name] for name in _TOLD if name in error.values}
    if told.get("why") == "denied":
        with centre.store.reading() as session:
            slot = session.get(Slot, str(error.values["slot"]))
            told["phone"] = publishing.in_force(session, centre, slot.shop if slot else "").support_phone
    return refusal(403, "enrolment_refused", **told)


def claim(centre: Centre, received: ReceivedRequest) -> Answer:
    slot, code, public, promised = strings(received, CLAIM)
    try:
        found = enrolment.claim(centre, slot, code, bytes.fromhex(public), bytes.fromhex(promised))
    except Refused as error:
        return _refused(centre, error) if error.code == "enrolment_refused" else refusal(400, error.code)
    keys = centre.keys
    assert found.ns is not None  # noqa: S101 - a claimed slot has one
    known = {"root": keys.root_public.hex(), "keyset": json.loads(keys.envelope)}
    return members(200, device=registry.name_of(found.device), epoch=found.epoch, ns=found.ns.hex(), **known)


def reveal(centre: Centre, received: ReceivedRequest) -> Answer:
    slot, nd, proof = strings(received, REVEAL)
    try:
        enrolment.reveal(centre, slot, bytes.fromhex(nd), bytes.fromhex(proof))
    except Refused as error:
        return refusal(403, error.code)
    return members(200, state="waiting")


def status(centre: Centre, received: ReceivedRequest) -> Answer:
    slot, nd, signature = strings(received, STATUS)
    try:
        envelope = enrolment.status(centre, slot, bytes.fromhex(nd), bytes.fromhex(signature))
    except Refused as error:
        return _refused(centre, error)
    return members(202, state="waiting") if envelope is None else Answer(envelope, 200, None, wire.DSSE)
