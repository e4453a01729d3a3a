"""What a request costs: one pure function, at the counter and again at the centre.

The authority's prices come from the service file, dated; the shop's fee for its own work is a line of its own, never
mixed with them, and VAT is contained in it. Money: integer piastres.

`choices` are the answers a price depends on. They travel in the journal's body, without personal data, so that the
centre computes the same lines: ``compute(service, choices(service, values), …) == compute(service, values, …)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from protocol.catalogue.services import Cost, PublicService
from protocol.errors import Refused
from protocol.texts import Bilingual, both
from protocol.values.money import MAX_PT, vat_inside

SERVICE_FEE: Final = "service_fee"


@dataclass(frozen=True, slots=True)
class ShopFees:
    """The shop's own fee, VAT included: for the services named in `service_fees_pt`, and for all others."""

    service_fee_pt: int
    service_fees_pt: Mapping[str, int]
    vat_registered: bool
    vat_permille: int


@dataclass(frozen=True, slots=True)
class FeeLine:
    """One line of the receipt: ``amount_pt == unit_pt * count``."""

    code: str
    kind: Literal["government", "service"]
    label: Bilingual
    unit_pt: int
    count: int
    amount_pt: int


@dataclass(frozen=True, slots=True)
class Fees:
    """The price of a request. `total_pt` is the sum of its lines; `vat_pt` is contained in it."""

    lines: tuple[FeeLine, ...]
    vat_pt: int
    total_pt: int


def compute(
    service: PublicService,
    values: Mapping[str, Any],
    on: date,
    shop: ShopFees,
    bill_pt: int | None = None,
) -> Fees:
    """The fees of a request on a day; `bill_pt` is the amount a live inquiry answered.

    `values` are normalised answers; one that is missing counts as its default. Lines of nothing are left out.

    Raises Refused: ``fee_unknown`` (with `fee`: no price is known for this day and answer), ``fee_field`` (with
    `field`: the answer it depends on is missing or impossible), ``fee_bill`` (no usable `bill_pt`), ``fee_too_large``.
    """
    answers = choices(service, values)
    found = [_line(cost, answers, bill_pt) for cost in _in_force(service.costs, on) if cost.paid_here]
    own_pt = shop.service_fees_pt.get(service.id, shop.service_fee_pt)
    found.append(FeeLine(SERVICE_FEE, "service", both("fee.service"), own_pt, 1, own_pt))
    lines = tuple(line for line in found if line.amount_pt)
    total = sum(line.amount_pt for line in lines)
    if total > MAX_PT:
        raise Refused("fee_too_large")
    return Fees(lines, vat_inside(own_pt, shop.vat_permille) if shop.vat_registered else 0, total)


def elsewhere(service: PublicService, values: Mapping[str, Any], on: date) -> tuple[FeeLine, ...] | None:
    """What the citizen will pay at the authority: told and printed, in no total of this shop. None: nobody knows."""
    try:
        answers = choices(service, values)
        lines = [_line(cost, answers, None) for cost in _in_force(service.costs, on) if not cost.paid_here]
    except Refused:
        return None
    return tuple(line for line in lines if line.amount_pt)


def choices(service: PublicService, values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers the fees depend on, by field, defaults filled in. Raises Refused ``fee_field``."""
    found: dict[str, Any] = {}
    for cost in service.costs:
        if cost.by is not None:
            found[cost.by] = _answer(service, values, cost.by, str)
        if cost.per is not None:
            found[cost.per] = _answer(service, values, cost.per, int)
    return found


def _answer(service: PublicService, values: Mapping[str, Any], field: str, kind: type[str | int]) -> Any:
    schema = service.form.schema["properties"].get(field, {})
    value = values.get(field)
    if value is None:
        value = schema.get("default")
    # `type`, not isinstance: True is an int to Python.
    fits = type(value) is kind and (kind is str or schema.get("minimum", 0) <= value <= schema.get("maximum", 0))
    if not fits:
        raise Refused("fee_field", field=field)
    return value


def _in_force(costs: Iterable[Cost], on: date) -> list[Cost]:
    """The newest row of each code that has begun, in the order of the file.

    A code without one is an unknown price, not a free one: a line that begins later has a row of 0 before it.
    """
    newest: dict[str, Cost | None] = {}
    for cost in costs:
        known = newest.setdefault(cost.code, None)
        if cost.valid_from <= on and (known is None or known.valid_from <= cost.valid_from):
            newest[cost.code] = cost
    missing = [code for code, cost in newest.items() if cost is None]
    if missing:
        raise Refused("fee_unknown", fee=missing[0])
    return [cost for cost in newest.values() if cost is not None]


def _line(cost: Cost, answers: Mapping[str, Any], bill_pt: int | None) -> FeeLine:
    unit = _unit(cost, answers, bill_pt)
    count = 1 if cost.per is None else max(0, answers[cost.per] - cost.included)
    return FeeLine(cost.code, "government", cost.label, unit, count, unit * count)


def _unit(cost: Cost, answers: Mapping[str, Any], bill_pt: int | None) -> int:
    if cost.bill:
        if bill_pt is None or not 0 <= bill_pt <= MAX_PT:
            raise Refused("fee_bill")
        return bill_pt
    unit = cost.amount_pt if cost.by is None else cost.table.get(answers[cost.by])
    if unit is None:
        raise Refused("fee_unknown", fee=cost.code)
    return unit
