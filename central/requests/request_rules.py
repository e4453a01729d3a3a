"""What the centre checks of a request once it is safely kept. Pure. A breach never stops the journal.

* Its members must be what docs/protocol.md says of type 2;
* it must name a catalogue the centre has signed, and a service in it, in the version it gives; the form of a draft that
  outlived its catalogue may be an older version, in the earlier catalogue it names (`form_catalogue`);
* its lines, VAT and total must be what the same function gives at the centre, by the prices of that catalogue and the
  shop's settings that the device had last applied. A price is never silently corrected;
* its date must be a day that was sold in when the device says that it was made, the price list must hold on that day,
  or when it came in where that was long before (`misdated`);
* it must carry the consent that its service asks for, cash that comes to its total, an operator of the shop;
* its personal frame, as long as it is not erased, must be one that can be read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from protocol import strict_json
from protocol.catalogue import fees
from protocol.catalogue.catalogue import Catalogue
from protocol.catalogue.services import PublicService
from protocol.clock import DAY_MS, HOUR_MS, read_day, sold_on
from protocol.documents.settings import METHODS, Settings
from protocol.errors import Refused
from protocol.journal import bodies
from protocol.journal.kj01 import Header
from protocol.values.money import MAX_PT
from protocol.values.reasons import LONGEST

TEXT_CHARS: Final = 100
UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SLACK_MS: Final = HOUR_MS
"""Between a counter's look at its clock and the moment of the entry, wherever it stood then."""
MAX_LINES: Final = 50
"""Requests of one visit."""


def heading(header: bytes, received_ms: int) -> Header:
    """The fields of an entry as people are shown them: one from a time to come was made when it came in.

    A clock may be a day ahead; what is years ahead would head every list, and some lists could not be read.
    """
    fields = Header.unpack(header)
    return fields if 0 <= fields.wall_ms <= received_ms + DAY_MS else replace(fields, wall_ms=received_ms)


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
    line: int
    lines: int
    whole: bool


def read(body: Mapping[str, Any]) -> Facts:
    """Never raises: what cannot be read is empty or 0."""
    bill = body.get("bill", {"reference": "-", "amount_pt": 0})
    owed = bill if isinstance(bill, dict) else {}
    texts = [
        _text(value) for value in (*(body.get(name) for name in ("id", "visit", "service")), owed.get("reference"))
    ]
    numbers = [_count(body.get(name)) for name in ("service_version", "catalogue")]
    numbers += [_count(amount, MAX_PT) for amount in (body.get("total_pt"), owed.get("amount_pt"))]
    one, visit, service, reference = (text or "" for text in texts)
    version, catalogue, total, bill_pt = (number or 0 for number in numbers)
    line, lines = (_count(body.get(name)) or 0 for name in ("line", "lines"))
    whole = None not in texts and None not in numbers and 1 <= line <= lines <= MAX_LINES
    whole = whole and bool(UUID.fullmatch(one) and UUID.fullmatch(visit)) and _paid_in_a_known_way(body)
    reference = reference if "bill" in body else ""
    return Facts(one, visit, service, version, catalogue, total, reference, bill_pt, line, lines, whole)


def _paid_in_a_known_way(body: Mapping[str, Any]) -> bool:
    """In cash, or in another way with the reference of the payment."""
    method, reference = body.get("method"), body.get("reference")
    return method == "cash" or (method in METHODS and isinstance(reference, str) and 0 < len(reference) <= LONGEST)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and 0 < len(value) <= TEXT_CHARS and "\0" not in value else None


def _count(value: object, most: int = strict_json.MAX_INTEGER) -> int | None:
    try:
        return strict_json.count(value, most)
    except TypeError:
        return None


def breach(
    body: Mapping[str, Any],
    facts: Facts,
    catalogue: Callable[[int], Catalogue | None],
    settings: Settings | None,
    operators: Container[str],
) -> str:
    """The code of the first rule that a request breaks, or nothing. `operators` are all the shop ever had."""
    if not facts.whole:
        return "unreadable"
    prices = catalogue(facts.catalogue)
    if prices is None:
        return "unknown_catalogue"
    try:
        service, form = prices.service(facts.service), _form(body, facts, prices, catalogue)
    except Refused:
        return "unknown_service"
    if settings is None:
        return "unknown_settings"
    if not _priced(body, facts, service, settings):
        return "fee_mismatch"
    return _taken_wrongly(body, facts, form, operators)


def _form(
    body: Mapping[str, Any], facts: Facts, prices: Catalogue, catalogue: Callable[[int], Catalogue | None]
) -> PublicService:
    """The service in the version that was filled in. Raises Refused where no such version can be."""
    earlier = _count(body.get("form_catalogue")) if "form_catalogue" in body else facts.catalogue
    known = prices if earlier == facts.catalogue else catalogue(earlier) if earlier else None
    if known is None or known.version > prices.version:
        raise Refused("service_unknown")
    return known.service(facts.service, facts.service_version)


def frame_breach(frame: bytes) -> str:
    """The same of a request's personal frame (docs/protocol.md), whose hash has been compared at acceptance."""
    try:
        members = bodies.read(frame)
    except bodies.BadJson:
        return "personal_unreadable"
    return "" if isinstance(members.get("fields"), dict) else "personal_unreadable"


def _priced(body: Mapping[str, Any], facts: Facts, service: PublicService, settings: Settings) -> bool:
    try:
        computed = fees.compute(
            service, _choices(body), _day(body), settings.fees, facts.bill_pt if facts.bill else None
        )
    except Refused:
        return False
    lines = [[x.code, x.kind, x.unit_pt, x.count, x.amount_pt] for x in computed.lines]
    return (_lines(body), body.get("vat_pt"), body.get("total_pt")) == (lines, computed.vat_pt, computed.total_pt)


def _taken_wrongly(body: Mapping[str, Any], facts: Facts, form: PublicService, operators: Container[str]) -> str:
    """What the counter should have refused, though the price is right."""
    consent = body.get("consent")
    given = consent.get("version") if isinstance(consent, dict) else None
    if form.consent is not None and given != form.consent.version:
        return "consent_missing"
    if not _paid(body, facts):
        return "cash_mismatch"
    who = body.get("op")
    return "" if isinstance(who, str) and who in operators else "unknown_operator"


def misdated(body: Mapping[str, Any], prices: Catalogue | None, made_ms: int) -> str:
    """The code of a price that does not hold at `made_ms`: the device's word, as far as `heading` believes it."""
    try:
        day = _day(body)
    except Refused:
        return "unreadable"
    if not sold_on(day, made_ms, SLACK_MS):
        return "date_wrong"
    return "catalogue_over" if prices is not None and not prices.in_force(day) else ""


def visit_paid(bodies: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the cash on the first line is what all lines of the visit come to; `bodies` in their order."""
    lines = [read(body) for body in bodies]
    if not all(one.whole for one in lines) or [one.line for one in lines] != list(range(1, len(lines) + 1)):
        return False
    tendered, change = _count(bodies[0].get("tendered_pt")), _count(bodies[0].get("change_pt"))
    if tendered is None or change is None or len({one.visit for one in lines}) > 1:
        return False
    return tendered - change == sum(one.total_pt for one in lines)


def _paid(body: Mapping[str, Any], facts: Facts) -> bool:
    """Whether the cash fits, as far as one line can say: it stands on a visit's first line, for all of them."""
    if facts.line > 1:
        return [body.get("tendered_pt", 0), body.get("change_pt", 0)] == [0, 0]
    tendered, change = _count(body.get("tendered_pt")), _count(body.get("change_pt"))
    if tendered is None or change is None:
        return False
    if change and body.get("method") != "cash":
        return False
    kept = tendered - change
    return kept == facts.total_pt if facts.lines == 1 else kept >= facts.total_pt


def _choices(body: Mapping[str, Any]) -> Mapping[str, Any]:
    choices = body.get("choices")
    return choices if isinstance(choices, dict) else {}


def _day(body: Mapping[str, Any]) -> date:
    try:
        return read_day(body.get("date"))
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
