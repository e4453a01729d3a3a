"""What this counter offers now: services, their forms, and why one of them cannot be served."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kiosk.core.counter_context import CounterContext
from kiosk.model.service_request import AuthorityBill
from kiosk.ports.world import Line
from protocol.catalogue import fees
from protocol.catalogue.fees import FeeLine, Fees
from protocol.catalogue.services import EvidenceType, PublicService
from protocol.clock import business_date
from protocol.errors import KioskError, Refused, Unavailable

if TYPE_CHECKING:
    from protocol.catalogue.forms import Answers, Checked


@dataclass(frozen=True, slots=True)
class FormView:
    """A form as it stands: fields shown, those of them that may stay empty, papers called for, and the money.

    `fees` is why there is no price yet where it is Refused. `elsewhere` is what the authority will ask for, None where
    nobody knows.
    """

    shown: list[str]
    optional: frozenset[str]
    papers: list[EvidenceType]
    fees: Fees | Refused
    elsewhere: tuple[FeeLine, ...] | None


class ServiceOffer:
    """The services in force and their forms, for whoever fills one in or confirms it."""

    def __init__(self, context: CounterContext, line: Line) -> None:
        self._context = context
        self._in_force = context.in_force
        self._line = line

    def service(self, service_id: str, catalogue: int | None = None) -> PublicService:
        """Raises Refused("service_unknown")."""
        return self._in_force.catalogue(catalogue).service(service_id)

    def form(self, service_id: str, version: int, catalogue: int | None) -> PublicService:
        """The service in that version. Raises Refused: service_unknown, service_changed (not kept here)."""
        in_force = self.service(service_id)
        if in_force.version == version:
            return in_force
        try:
            return self._in_force.catalogue(catalogue or None).service(service_id, version)
        except Refused as error:
            raise Refused("service_changed") from error

    def refuse_prices(self, on: date) -> None:
        """Raises Refused: catalogue_early, catalogue_over, where the price list is not of that day."""
        catalogue = self._in_force.catalogue()
        if not catalogue.in_force(on):
            early = on < catalogue.valid_from
            day = catalogue.valid_from if early else catalogue.valid_until
            raise Refused("catalogue_early" if early else "catalogue_over", date=str(day))

    def unavailable(self, service: PublicService, on: date) -> KioskError | None:
        """Why this service cannot be served on that day, or None."""
        if service.availability is not None and not service.open_on(on):
            return Refused("service_closed", note=service.availability.note)
        if service.needs_line and not self._line.online():
            return Unavailable("needs_line")
        return None

    def elsewhere(self, service: PublicService, values: Mapping[str, Any], on: date) -> tuple[FeeLine, ...] | None:
        """What the authority itself will ask for; None where nobody knows."""
        return () if all(cost.paid_here for cost in service.costs) else fees.elsewhere(service, values, on)

    def read(self, service: PublicService, raw: Mapping[str, Any]) -> Answers:
        """What was typed, or is stored, as the form of that version shows and keeps it."""
        from protocol.catalogue import forms  # noqa: PLC0415 - its validator costs 80 ms, which the first picture has not

        return forms.read(service, raw)

    def view(self, service: PublicService, raw: Mapping[str, Any], bill: AuthorityBill | None = None) -> FormView:
        """What a form shows while it is typed in."""
        answers = self.read(service, raw)
        try:
            price: Fees | Refused = self.quote(service, answers.values, bill)
        except Refused as why:
            price = why
        on = self._context.working_date()
        return FormView(
            answers.shown, answers.optional(), answers.papers, price, self.elsewhere(service, answers.values, on)
        )

    def quote(self, service: PublicService, values: Mapping[str, Any], bill: AuthorityBill | None = None) -> Fees:
        """The fee lines of these answers by the prices in force, whatever version of the form `service` is.

        Raises Refused("fee_unknown") where nobody has set a price.
        """
        on, service = self._context.working_date(), self.service(service.id)
        return fees.compute(service, values, on, self._in_force.settings().fees, bill.amount_pt if bill else None)

    def check(self, service: PublicService, raw: Mapping[str, Any]) -> Checked:
        """As of today."""
        from protocol.catalogue import forms  # noqa: PLC0415 - its validator costs 80 ms, which the first picture has not

        return forms.check(service, raw, business_date(self._context.now_ms()))
