"""What differs between two catalogues, service by service, with the pounds of a typical request."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from protocol.catalogue import fees
from protocol.catalogue.catalogue import Catalogue
from protocol.catalogue.fees import ShopFees
from protocol.catalogue.services import PublicService
from protocol.errors import Refused

NO_SHOP: Final = ShopFees(0, {}, vat_registered=False, vat_permille=0)
PARTS: Final = ("title", "description", "processing_time", "evidence", "form", "costs", "mode", "consent")
"""Members that people are told of by name; a service that differs elsewhere is changed all the same."""


@dataclass(frozen=True, slots=True)
class Change:
    """One service: `kind` is new, gone or changed; what it costs before and after, None where that is not fixed, on the
    day from which all its prices count.
    """

    kind: str
    service: PublicService
    parts: tuple[str, ...]
    before_pt: int | None
    after_pt: int | None
    day: date

    @property
    def delta_pt(self) -> int | None:
        return None if self.before_pt is None or self.after_pt is None else self.after_pt - self.before_pt


def typical_pt(service: PublicService, on: date) -> int | None:
    """What the authority takes of a request with the first of all answers; None where no price is fixed."""
    first = {str(one.by): next(iter(one.table), "") for one in service.costs if one.by}
    counted: dict[str, Any] = {str(one.per): max(1, one.included) for one in service.costs if one.per}
    try:
        return fees.compute(service, {**counted, **first}, on, NO_SHOP).total_pt
    except Refused:
        return None


def next_change(service: PublicService, on: date) -> tuple[date, int | None] | None:
    """The day from which one of its prices is another, and what a typical request then costs."""
    day = min((one.valid_from for one in service.costs if one.valid_from > on), default=None)
    return None if day is None else (day, typical_pt(service, day))


def settled(on: date, *services: PublicService) -> date:
    """The first day from `on` that none of their prices is waited for any more."""
    return max([on, *(one.valid_from for service in services for one in service.costs)])


def changes(before: Catalogue | None, after: Catalogue, on: date) -> Iterator[Change]:
    old = {} if before is None else before.services
    for name, service in after.services.items():
        known = old.get(name)
        if known is None:
            day = settled(on, service)
            yield Change("new", service, (), None, typical_pt(service, day), day)
        elif known.document != service.document:
            parts = tuple(part for part in PARTS if getattr(known, part) != getattr(service, part))
            day = settled(on, known, service)
            yield Change("changed", service, parts, typical_pt(known, day), typical_pt(service, day), day)
    for name, service in old.items():
        if name not in after.services:
            yield Change("gone", service, (), typical_pt(service, on), None, on)
