"""A bill as the authority's system gave it through the centre, live: what the citizen owes now, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.errors import Refused
from kiosk.trust import Forged


@dataclass(frozen=True, slots=True)
class BillLine:
    """One part of the amount."""

    label_ar: str
    label_en: str
    amount_pt: int


@dataclass(frozen=True, slots=True)
class Bill:
    """Never stored and never queued; a sale carries its reference, amount and expiry."""

    reference: str
    amount_pt: int
    expiry_ms: int
    lines: tuple[BillLine, ...]


def read_bill(members: Mapping[str, Any], service: str) -> Bill:
    """The bill in a verified answer to a question about `service`.

    Raises Refused("bill_not_found"), Refused("bill_expired") by the centre's own time, and Forged for an answer to
    something else or one whose lines do not add up.
    """
    try:
        if members["service"] != service:
            raise Forged("other service")
        if members["found"] is not True:
            raise Refused("bill_not_found")
        lines = tuple(_line(line) for line in members["lines"])
        bill = Bill(str(members["reference"]), _count(members["amount_pt"]), _count(members["expiry_ms"]), lines)
        server_ms = _count(members["server_ms"])
    except (KeyError, TypeError) as error:
        raise Forged("not a bill") from error
    if lines and sum(line.amount_pt for line in lines) != bill.amount_pt:
        raise Forged("a bill that does not add up")
    if bill.expiry_ms <= server_ms:
        raise Refused("bill_expired")
    return bill


def _line(line: Mapping[str, Any]) -> BillLine:
    return BillLine(str(line["label"]["ar"]), str(line["label"]["en"]), _count(line["amount_pt"]))


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise TypeError
    return value
