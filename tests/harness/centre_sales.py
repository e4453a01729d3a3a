"""Requests as an honest counter would take them, priced by the kiosk's own function."""

from __future__ import annotations

import secrets
from functools import cache
from typing import Any

from protocol.catalogue import fees
from protocol.catalogue.catalogue import bundled_services
from protocol.catalogue.fees import ShopFees
from protocol.catalogue.service_file import parse_service
from protocol.catalogue.services import PublicService
from protocol.clock import business_date
from protocol.journal import personal
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Record
from protocol.values import ids
from tests.harness.own_centre import OPERATOR, START_MS
from tests.harness.wire_device import Device

SHOP_FEES = ShopFees(1_000, {}, vat_registered=False, vat_permille=140)
"""What a shop charges where its settings say nothing."""
DAY = business_date(START_MS)


@cache
def service(service_id: str) -> PublicService:
    return next(parse_service(one) for one in bundled_services() if one["id"] == service_id)


def body(
    service_id: str, values: dict[str, Any], bill: dict[str, Any] | None = None, shop: ShopFees = SHOP_FEES
) -> dict[str, Any]:
    """The members of an honest request."""
    return body_of(service(service_id), values, bill, shop)


def body_of(
    sold: PublicService, values: dict[str, Any], bill: dict[str, Any] | None = None, shop: ShopFees = SHOP_FEES
) -> dict[str, Any]:  # fmt: skip
    """The same of a service that the caller has."""
    priced = fees.compute(sold, values, DAY, shop, bill["amount_pt"] if bill else None)
    one, visit = (str(ids.uuid7(START_MS, secrets.token_bytes(16))) for _ in range(2))
    members = {
        "v": 1, "op": OPERATOR, "login": 2, "id": one, "visit": visit, "line": 1, "lines": 1,
        "service": sold.id, "service_version": sold.version, "catalogue": 1, "date": str(DAY),
        "fees": [
            {"code": x.code, "kind": x.kind, "unit_pt": x.unit_pt, "count": x.count, "amount_pt": x.amount_pt}
            for x in priced.lines
        ],
        "vat_pt": priced.vat_pt, "total_pt": priced.total_pt, "method": "cash", "tendered_pt": priced.total_pt,
        "change_pt": 0, "evidence": [], "choices": fees.choices(sold, values),
    }  # fmt: skip
    consent = {} if sold.consent is None else {"consent": {"version": sold.consent.version}}
    return {**members, **consent, **({} if bill is None else {"bill": bill})}


def birth(**changes: Any) -> dict[str, Any]:
    return {**body("birth-cert", {"copies": 2, "delivery": "pickup"}), **changes}


def fines(bill: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**body("traffic-fines-inquiry", {}, bill), **changes}


def sell(device: Device, members: dict[str, Any], frame: bytes | None = None) -> Record:
    """Write a request with `frame`, or a personal frame of its own."""
    frame = frame or personal.write_frame(secrets.token_bytes(16), {"fields": {"name": "منى أحمد"}})
    return device.write(EntryType.REQUEST, {**members, "personal": personal.reference(frame)}, frame)


def send_up(device: Device, seq: int, request: str) -> str:
    """The counter asks to look at its request again, to erase its citizen, and one who was refused. Returns the number
    on the paper of that one.
    """
    of = {"epoch": 1, "seq": seq, "id": request}
    device.write(EntryType.FOLLOW_UP, {"v": 1, "kind": "escalated", "why": "wrong", **of})
    advice = {"v": 1, "kind": "refusal", "service": "birth-cert", "service_version": 1, "catalogue": 1}
    paper = device.write(EntryType.REFUSAL, advice).seq
    papers = [{"epoch": 1, "seq": paper}]
    device.write(EntryType.ERASURE, {"v": 1, "kind": "asked", "requests": [of], "papers": papers})
    return f"{device.chain.device.hex()[:8]}-{paper}"


def void(device: Device, sold: Record, request_id: str, **changes: Any) -> Record:
    members = {
        "v": 1, "op": OPERATOR, "login": 2, "id": request_id, "seq": sold.fields.seq, "total_pt": 0,
        "reason": "mistake",
    }  # fmt: skip
    return device.write(EntryType.VOID, {**members, **changes})
