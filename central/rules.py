"""What the centre checks of a request once it is safely kept. Pure. A breach never stops the journal.

* Its members must be what docs/protocol.md says of type 2;
* it must name a catalogue the centre has signed, and a service in it, in the version it gives;
* its lines, VAT and total must be what the same function gives at the centre, by the prices of that catalogue and the
  shop's settings that the device had last applied. A price is never silently corrected.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from kiosk import fees
from kiosk.catalogue import Catalogue
from kiosk.errors import Refused
from kiosk.money import MAX_PT
from kiosk.settings import Settings

TEXT_CHARS: Final = 100


@dataclass(frozen=True, slots=True)
class Facts:
    """What a request's body says, as far as it can be read; `whole` is False where something was not as agreed."""

    id: str
    visit: str
    service: str
    service_version: int
    catalogue: int
    total_pt: int
    bill: str
    bill_pt: int
    whole: bool


def read(body: Mapping[str, Any]) -> Facts:
    """Never raises: what cannot be read is empty or 0."""
    bill = body.get("bill", {"reference": "-", "amount_pt": 0})
    owed = bill if isinstance(bill, dict) else {}
    texts = [
        _text(value) for value in (*(body.get(name) for name in ("id", "visit", "service")), owed.get("reference"))
    ]
    numbers = [_count(body.get(name)) for name in ("service_version", "catalogue", "total_pt")]
    numbers.append(_count(owed.get("amount_pt")))
    one, visit, service, reference = (text or "" for text in texts)
    version, catalogue, total, bill_pt = (number or 0 for number in numbers)
    whole = None not in texts and None not in numbers
    reference = reference if "bill" in body else ""
    return Facts(one, visit, service, version, catalogue, total, reference, bill_pt, whole)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= TEXT_CHARS and "\0" not in value else None


def _count(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= MAX_PT else None


def breach(
    body: Mapping[str, Any], facts: Facts, catalogue: Callable[[int], Catalogue | None], settings: Settings | None
) -> str:
    """The code of the first rule that a request breaks, or nothing."""
    if not facts.whole:
        return "unreadable"
    prices = catalogue(facts.catalogue)
    if prices is None:
        return "unknown_catalogue"
    try:
        service = prices.service(facts.service, facts.service_version)
    except Refused:
        return "unknown_service"
    if settings is None:
        return "unknown_settings"
    try:
        computed = fees.compute(
            service, _choices(body), _day(body), settings.fees, facts.bill_pt if facts.bill else None
        )
    except Refused:
        return "fee_mismatch"
    lines = [[x.code, x.kind, x.unit_pt, x.count, x.amount_pt] for x in computed.lines]
    agreed = (_lines(body), body.get("vat_pt"), body.get("total_pt")) == (lines, computed.vat_pt, computed.total_pt)
    return "" if agreed else "fee_mismatch"


def _choices(body: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = body.get("choices")
    return choices if isinstance(choices, dict) else {}


def _day(body: Mapping[str, Any]) -> date:
    try:
        return date.fromisoformat(str(body.get("date")))
    except ValueError:
        raise Refused("fee_field", field="date") from None


def _lines(body: Mapping[str, Any]) -> list[list[Any]]:
    given = body.get("fees")
    names = ("code", "kind", "unit_pt", "count", "amount_pt")
    return (
        [[line.get(name) for name in names] for line in given if isinstance(line, dict)]
        if isinstance(given, list)
        else []
    )
