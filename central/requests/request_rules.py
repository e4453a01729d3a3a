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
from collections.abc import Callable, Container, Sequence
from datetime import date
from typing import Final

from protocol.catalogue import fees
from protocol.catalogue.catalogue import Catalogue
from protocol.catalogue.services import PublicService
from protocol.clock import DAY_MS, HOUR_MS, read_day, sold_on
from protocol.documents.settings import METHODS, Settings
from protocol.errors import Refused
from protocol.journal.kj01 import Header
from protocol.journal.money_entries import FeeRow, RequestEntry
from protocol.values.arabic import LONGEST_LINE

UUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
SLACK_MS: Final = HOUR_MS
"""Between a counter's look at its clock and the moment of the entry, wherever it stood then."""
MAX_LINES: Final = 50
"""Requests of one visit."""
_NEEDED: Final = frozenset(
    {"id", "visit", "service", "service_version", "catalogue", "total_pt", "bill", "line", "lines"}
)
_CASH: Final = frozenset({"tendered_pt", "change_pt"})


def heading(header: bytes, received_ms: int) -> Header:
    """The fields of an entry as people are shown them: one from a time to come was made when it came in.

    A clock may be a day ahead; what is years ahead would head every list, and some lists could not be read.
    """
    fields = Header.unpack(header)
    return fields if 0 <= fields.wall_ms <= received_ms + DAY_MS else fields._replace(wall_ms=received_ms)


def whole(body: RequestEntry) -> bool:
    """Whether all that names and prices a request is as agreed."""
    return (
        not body.bad & _NEEDED
        and 1 <= body.line <= body.lines <= MAX_LINES
        and UUID.fullmatch(body.id) is not None
        and UUID.fullmatch(body.visit) is not None
        and _paid_in_a_known_way(body)
    )


def _paid_in_a_known_way(body: RequestEntry) -> bool:
    """In cash, or in another way with the reference of the payment."""
    return body.method == "cash" or (body.method in METHODS and 0 < len(body.reference) <= LONGEST_LINE)


def breach(
    body: RequestEntry,
    catalogue: Callable[[int], Catalogue | None],
    settings: Settings | None,
    operators: Container[str],
) -> str:
    """The code of the first rule that a request breaks, or nothing. `operators` are all the shop ever had."""
    if not whole(body):
        return "unreadable"
    prices = catalogue(body.catalogue)
    if prices is None:
        return "unknown_catalogue"
    try:
        service, form = prices.service(body.service), _form(body, prices, catalogue)
    except Refused:
        return "unknown_service"
    if settings is None:
        return "unknown_settings"
    if not _priced(body, service, settings):
        return "fee_mismatch"
    return _taken_wrongly(body, form, operators)


def _form(body: RequestEntry, prices: Catalogue, catalogue: Callable[[int], Catalogue | None]) -> PublicService:
    """The service in the version that was filled in. Raises Refused where no such version can be."""
    earlier = body.catalogue if body.form_catalogue is None else body.form_catalogue
    known = prices if earlier == body.catalogue else catalogue(earlier) if earlier else None
    if known is None or known.version > prices.version or "form_catalogue" in body.bad:
        raise Refused("service_unknown")
    return known.service(body.service, body.service_version)


def _priced(body: RequestEntry, service: PublicService, settings: Settings) -> bool:
    owed = None if body.bill is None else body.bill.amount_pt
    try:
        computed = fees.compute(service, body.choices, _day(body), settings.fees, owed)
    except Refused:
        return False
    rows = tuple(FeeRow(x.code, x.kind, x.unit_pt, x.count, x.amount_pt) for x in computed.lines)
    said = (body.fees, body.vat_pt, body.total_pt)
    return said == (rows, computed.vat_pt, computed.total_pt) and not body.bad & {"fees", "vat_pt"}


def _taken_wrongly(body: RequestEntry, form: PublicService, operators: Container[str]) -> str:
    """What the counter should have refused, though the price is right."""
    given = None if body.consent is None else body.consent.version
    if form.consent is not None and given != form.consent.version:
        return "consent_missing"
    if not _paid(body):
        return "cash_mismatch"
    return "" if body.author.op in operators else "unknown_operator"


def misdated(body: RequestEntry, prices: Catalogue | None, made_ms: int) -> str:
    """The code of a price that does not hold at `made_ms`: the device's word, as far as `heading` believes it."""
    try:
        day = _day(body)
    except Refused:
        return "unreadable"
    if not sold_on(day, made_ms, SLACK_MS):
        return "date_wrong"
    return "catalogue_over" if prices is not None and not prices.in_force(day) else ""


def visit_paid(lines: Sequence[RequestEntry]) -> bool:
    """Whether the cash on the first line is what all `lines` of the visit come to, in their order."""
    if not all(map(whole, lines)) or [one.line for one in lines] != list(range(1, len(lines) + 1)):
        return False
    first = lines[0]
    if first.bad & _CASH or len({one.visit for one in lines}) > 1:
        return False
    return first.tendered_pt - first.change_pt == sum(one.total_pt for one in lines)


def _paid(body: RequestEntry) -> bool:
    """Whether the cash fits, as far as one line can say: it stands on a visit's first line, for all of them."""
    if body.line > 1:
        return body.tendered_pt == body.change_pt == 0 and not _CASH & body.rest.keys()
    if body.bad & _CASH or (body.change_pt and body.method != "cash"):
        return False
    kept = body.tendered_pt - body.change_pt
    return kept == body.total_pt if body.lines == 1 else kept >= body.total_pt


def _day(body: RequestEntry) -> date:
    try:
        return read_day(body.day.date)
    except ValueError:
        raise Refused("fee_field", field="date") from None
