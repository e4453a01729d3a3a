"""What an operator does for a citizen: pick a service, fill its form, take the fee, keep the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.aftercare import fee_transfer
from kiosk.cash.till_day import refuse_stale
from kiosk.core.counter_context import CounterContext
from kiosk.core.offline_limits import LimitFinding, findings
from kiosk.model.authority_bill import AuthorityBill
from kiosk.model.service_request import Draft, Request, Sale
from kiosk.selling.drafts import Drafts
from kiosk.selling.favourites import Favourites
from kiosk.selling.recorded_requests import RecordedRequests
from kiosk.selling.sale_recorder import RecordedSale, SaleRecorder
from kiosk.selling.service_offer import CentreLine, Checked, Forms, FormView, ServiceOffer
from kiosk.staff.sign_in import StaffSession
from protocol.catalogue import fees
from protocol.catalogue.fees import Fees
from protocol.catalogue.services import EvidenceType, PublicService
from protocol.clock import business_date
from protocol.errors import KioskError, Refused


class ServiceDesk:
    """One method for each thing an operator can do with a service; drafts and requests each on their own."""

    def __init__(
        self, context: CounterContext, people: StaffSession, line: CentreLine, forms: Callable[[], Forms]
    ) -> None:
        self._context = context
        self._store = context.store
        self._in_force = context.in_force
        self._people = people
        self._line = line
        self._offer = ServiceOffer(context, line, forms)
        self._favourites = Favourites(context.store.requests)
        self._press = SaleRecorder(context, people, line, self._offer)
        self.drafts = Drafts(context, people, self._offer)
        self.requests = RecordedRequests(context, people)

    # ---- the catalogue ------------------------------------------------------------------------------------

    def services(self, query: str = "") -> list[PublicService]:
        return self._in_force.catalogue().search(query)

    def favourites(self) -> list[PublicService]:
        """The eight services in front."""
        return self._favourites.of(self._in_force.catalogue(), self._context.today())

    def service(self, service_id: str, catalogue: int | None = None) -> PublicService:
        return self._offer.service(service_id, catalogue)

    def available(self, service: PublicService) -> KioskError | None:
        """Why this service cannot be served now, or None."""
        on = self._context.working_date()
        try:
            refuse_stale(on, self._context.now_ms())
            self._offer.refuse_prices(on)
        except Refused as why:
            return why
        return self._offer.unavailable(service, business_date(self._context.now_ms()))

    # ---- the form ------------------------------------------------------------------------------------------

    def look(self, service: PublicService, raw: Mapping[str, Any], bill: AuthorityBill | None = None) -> FormView:
        """What a form shows while it is typed in."""
        on = self._context.working_date()

        def price(values: Mapping[str, Any]) -> Fees | Refused:
            try:
                return self.quote(service, values, bill)
            except Refused as why:
                return why

        return self._offer.look(service, raw, on, price)

    def visible(self, service: PublicService, raw: Mapping[str, Any]) -> list[str]:
        return self._offer.visible(service, raw)

    def papers(self, service: PublicService, values: Mapping[str, Any]) -> list[EvidenceType]:
        """Those that these answers call for, in the order of the service."""
        return self._offer.papers(service, values)

    def check(self, service: PublicService, raw: Mapping[str, Any]) -> Checked:
        return self._offer.check(service, raw, business_date(self._context.now_ms()))

    def quote(self, service: PublicService, values: Mapping[str, Any], bill: AuthorityBill | None = None) -> Fees:
        """The fee lines of these answers by the prices in force, whatever version of the form `service` is.

        Raises Refused("fee_unknown") where nobody has set a price.
        """
        on, service = self._context.working_date(), self.service(service.id)
        return fees.compute(service, values, on, self._in_force.settings().fees, bill.amount_pt if bill else None)

    def carried(self, draft: Draft, total_pt: int) -> Request | None:
        """The request that this form is to replace, if its fee pays for the new one: nothing is taken then."""
        return fee_transfer.carried(self._store.requests, draft.corrects, total_pt)

    def inquire(self, service: PublicService, values: Mapping[str, Any]) -> AuthorityBill:
        """Ask the authority for the amount, live. Raises Unavailable, Refused("bill_paid"); never on the GUI thread."""
        return self._press.bills.named(self._line.inquire(service.id, dict(values)))

    # ---- the press -----------------------------------------------------------------------------------------

    def record(self, *sales: Sale) -> RecordedSale:
        """Store one citizen's confirmed visit: entries, rows, its one paper, in one commit; durable on return.

        The same ids again give what was recorded the first time. Raises Refused (form_faults, short_cash, fee_changed,
        limit_…, offline_amount, consent_missing, day_closed, visit_citizens, …); nothing is stored then.
        """
        return self._press.record(*sales)

    def clock_doubt(self) -> Refused | None:
        """Why no money is taken on the computer's date, or None. A person may confirm clock_ahead and clock_back."""
        return self._context.trusted_time.doubt()

    def confirm_clock(self) -> None:
        """The person at the counter has looked at date and time: they are right. Raises Refused("clock_behind")."""
        self._context.trusted_time.confirm(self._people.working().author)

    def limits(self) -> list[LimitFinding]:
        """Every limit reached now, the gravest first; on the way the time is kept."""
        self._context.trusted_time.mark()
        return findings(self._press.standing(self._store.moment()), self._in_force.settings().limits)
