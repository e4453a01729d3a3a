"""The centre's word on this device: the lease that answers a heartbeat, and orders to stop or to go on."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.core import store_facts
from kiosk.model.facts import SPOKEN_MS
from kiosk.receiving.feed_documents import PageReading
from protocol.documents import trust
from protocol.documents.trust import Forged
from protocol.journal import acknowledgement
from protocol.journal.acknowledgement import Ack
from protocol.strict_json import count, dumps
from protocol.wire.feed_items import OrderItem


@dataclass(frozen=True, slots=True)
class Lease:
    """`ack` is the centre's signed mark of the present epoch, `packed` its bytes; `earlier` are those of epochs before.

    `lacks_picture`: it has not the picture that the heartbeat named as the newest it was said to have.
    """

    server_ms: int
    until_ms: int
    durable: int
    earlier: dict[str, int]
    lacks_picture: bool
    ack: Ack
    packed: bytes = field(repr=False)


def read_lease(members: Mapping[str, Any], ack_keys: Iterable[bytes]) -> Lease:
    """Raises Forged for what is no lease, and where no key of the centre signed the acknowledgement in it."""
    try:
        packed = base64.b64decode(members["ack"], validate=True)
        server_ms, until_ms, durable = (count(members[name]) for name in ("server_ms", "lease_until_ms", "durable_hwm"))
        earlier = {str(count(one["epoch"])): count(one["hwm"]) for one in members.get("earlier", [])}
    except (KeyError, TypeError, ValueError) as error:
        raise Forged("not a lease") from error
    ack = acknowledgement.read(packed, ack_keys)
    if ack is None:
        raise Forged("acknowledgement")
    return Lease(server_ms, until_ms, durable, earlier, members.get("picture") is False, ack, packed)


def apply_order(item: OrderItem, page: PageReading) -> None:
    """An order inside a page is signed on its own, and made before my request, so without its nonce.

    Passed over where it is about an epoch that is over, or older than what the centre has said of it since: a page
    that was carried may have been kept back, and a lease may come before the page that tells what led to it.
    Raises Forged, BadJson, TypeError.
    """
    me = page.in_force.statement()
    members = trust.open_object(dumps(item.document), trust.VERDICT, page.in_force.keyset().feed)
    epoch, code = count(members.get("epoch")), members.get("code")
    if members.get("device") != me.device_text or epoch > me.epoch:
        raise Forged("other device")
    if code not in ("suspended", "resumed", "erase"):
        raise Forged("order")
    at_ms, spoken_ms = count(members.get("server_ms")), SPOKEN_MS.kept(page.store) or 0
    if epoch == me.epoch and (code == "erase" or at_ms >= spoken_ms):
        page.changes += store_facts.ordered(epoch, str(code), max(at_ms, spoken_ms))
