"""The centre's word by the feed: on this device, its backups and its float, and on what it sold and sent."""

from __future__ import annotations

from typing import Final

from kiosk.core import offline_limits
from kiosk.core.events import RequestsChanged
from kiosk.model.facts import BACKUP_PROVED_MS, SPOKEN_MS, ordered
from kiosk.model.service_request import Decision
from kiosk.model.store_changes import DecisionReady, PutElsewhere, SetEvidence
from kiosk.receiving.feed_documents import PageReading
from protocol import members
from protocol.documents import trust
from protocol.documents.device_standing import Verdict
from protocol.documents.trust import Forged
from protocol.strict_json import dumps
from protocol.texts import Bilingual
from protocol.wire.feed_items import (
    READY,
    DecisionItem,
    EvidenceItem,
    FloatItem,
    OrderItem,
    ProgressItem,
    ProvedItem,
    RefundItem,
)
from protocol.wire.statuses import STATUSES, UNKNOWN

LONGEST_CODE: Final = 40


def apply_order(item: OrderItem, page: PageReading) -> None:
    """An order inside a page is signed on its own, and made before my request, so without its nonce.

    Passed over where it is about an epoch that is over, or older than what the centre has said of it since: a page
    that came by stick may have been kept back, and a lease may come before the page that tells what led to it.
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
        page.changes += ordered(order.epoch, order.code, max(order.server_ms, spoken_ms))


def apply_decision(item: DecisionItem, page: PageReading) -> None:
    """What became of a request that stands here. Raises Forged for one that does not."""
    if not page.stands_here(item):
        return
    reason = item.reason or Bilingual.same("")
    known = item.status in STATUSES
    status, code = (item.status, item.code or "") if known else (UNKNOWN, item.status[:LONGEST_CODE])
    page.changes.append(Decision(item.epoch, item.seq, status, code, reason.ar, reason.en, item.at_ms))
    page.events.append(RequestsChanged((item.id,)))


def apply_progress(item: ProgressItem, page: PageReading) -> None:
    """What was asked for can be collected, which its citizen does not know yet. Raises Forged as `apply_decision`."""
    if page.stands_here(item) and item.state == READY:
        page.changes.append(DecisionReady(item.epoch, item.seq, item.at_ms))
        page.events.append(RequestsChanged((item.id,)))


def apply_refund(item: RefundItem, page: PageReading) -> None:
    """Another till of the shop pays back, or has paid back, what was sold here. Raises Forged as `apply_decision`."""
    if page.stands_here(item):
        page.changes.append(PutElsewhere(item.epoch, item.seq, item.state, item.by, item.at_ms))
        page.events.append(RequestsChanged((item.id,)))


def apply_evidence(item: EvidenceItem, page: PageReading) -> None:
    """The centre has a file whole, or for good. What an upload's own answers say is never believed further than to go
    on with it: they are not signed. Evidence that is not here (any more) is passed over by the store.
    """
    page.changes.append(SetEvidence(item.epoch, item.seq, item.sha256, item.state))


def apply_float(item: FloatItem, page: PageReading) -> None:
    page.changes.append(offline_limits.put_balance(item, page.epoch, page.store))


def apply_proof(item: ProvedItem, page: PageReading) -> None:
    """The centre has opened a backup of this shop. The later of this and what is known: a new epoch reads it anew."""
    page.changes.append(BACKUP_PROVED_MS.put(max(item.at_ms, BACKUP_PROVED_MS.kept(page.store) or 0)))
