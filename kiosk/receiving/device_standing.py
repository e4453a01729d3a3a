"""The centre's word on this device: the lease that answers a heartbeat, and orders to stop or to go on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.core import store_facts
from kiosk.model.facts import SPOKEN_MS
from kiosk.receiving.feed_documents import PageReading
from protocol import members
from protocol.documents import trust
from protocol.documents.device_standing import Lease, Verdict
from protocol.documents.trust import Forged
from protocol.journal import acknowledgement
from protocol.journal.acknowledgement import Ack
from protocol.strict_json import dumps
from protocol.wire.feed_items import OrderItem


@dataclass(frozen=True, slots=True)
class ProvedLease:
    """A lease, and the centre's signed mark of the present epoch in it."""

    lease: Lease
    ack: Ack


def read_lease(payload: Mapping[str, Any], ack_keys: Iterable[bytes]) -> ProvedLease:
    """Raises Forged for what is no lease, and where no key of the centre signed the acknowledgement in it."""
    try:
        lease = members.read(Lease, payload)
    except (KeyError, TypeError, ValueError) as error:
        raise Forged("not a lease") from error
    ack = acknowledgement.read(lease.ack, ack_keys)
    if ack is None:
        raise Forged("acknowledgement")
    return ProvedLease(lease, ack)


def apply_order(item: OrderItem, page: PageReading) -> None:
    """An order inside a page is signed on its own, and made before my request, so without its nonce.

    Passed over where it is about an epoch that is over, or older than what the centre has said of it since: a page
    that was carried may have been kept back, and a lease may come before the page that tells what led to it.
    Raises Forged, BadJson, KeyError, TypeError.
    """
    me = page.in_force.statement()
    said = trust.open_object(dumps(item.document), trust.VERDICT, page.in_force.keyset().feed)
    order = members.read(Verdict, said)
    if order.device != me.device_text or order.epoch > me.epoch:
        raise Forged("other device")
    if order.code not in ("suspended", "resumed", "erase"):
        raise Forged("order")
    spoken_ms = SPOKEN_MS.kept(page.store) or 0
    if order.epoch == me.epoch and (order.code == "erase" or order.server_ms >= spoken_ms):
        page.changes += store_facts.ordered(order.epoch, order.code, max(order.server_ms, spoken_ms))
