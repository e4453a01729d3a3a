"""What an operator does for a citizen: pick a service, fill its form, take the fee, keep the request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from kiosk.aftercare import reversals
from kiosk.cash.till_day import refuse_stale
from kiosk.core.counter_context import CounterContext
from kiosk.core.offline_limits import LimitStanding, findings, limits_in_force
from kiosk.model.service_request import AuthorityBill, Draft, Request, Sale
from kiosk.ports.world import Line
from kiosk.selling.recorded_requests import Drafts, RecordedRequests
from kiosk.selling.sale_recorder import RecordedSale, SaleRecorder
from kiosk.selling.service_offer import ServiceOffer
from kiosk.staff.sign_in import StaffSession
from protocol.catalogue.services import PublicService
from protocol.clock import business_date
from protocol.documents.limits_reached import LimitFinding
from protocol.documents.settings import LimitSettings
from protocol.errors import KioskError, Refused

if TYPE_CHECKING:
    from protocol.catalogue.needs import Need, Plan


FRONT: Final = 8
SINCE_DAYS: Final = 90
"""A season: long enough to be a habit, short enough to forget last year's rush."""


class ServiceDesk(ServiceOffer):
    """One method for each thing an operator can do with a service; drafts and requests each on their own."""

    def __init__(self, context: CounterContext, people: StaffSession, line: Line) -> None:
        super().__init__(context, line)
        self._store = context.store
        self._people = people
        self._used: tuple[date, list[str]] = date.min, []
        self._press = SaleRecorder(context, people, line, self)
        self.drafts = Drafts(context, people, self)
        self.requests = RecordedRequests(context, people)

    # ---- the catalogue ------------------------------------------------------------------------------------

    def services(self, query: str = "") -> list[PublicService]:
        return self._in_force.catalogue().search(query)

    def nearest(self, query: str) -> list[PublicService]:
        """Those whose names look like what was typed, where none has it."""
        return self._in_force.catalogue().nearest(query)

    def favourites(self) -> list[PublicService]:
        """The services in front: eight that are still offered, the most used before today first; what is not used yet
        fills up in the catalogue's order. So none has another key before tomorrow, also where the program begins again.
        """
        today, services = business_date(self._context.now_ms()), self._in_force.catalogue().services
        if self._used[0] != today:
            since = today - timedelta(days=SINCE_DAYS)
            self._used = today, self._store.requests.used(since.isoformat(), today.isoformat())
        ids = dict.fromkeys([*self._used[1], *services])
        return [services[one] for one in ids if one in services][:FRONT]

    def available(self, service: PublicService) -> KioskError | None:
        """Why this service cannot be served now, or None."""
        on = self._context.working_date()
        try:
            refuse_stale(on, self._context.now_ms())
            self.refuse_prices(on)
        except Refused as why:
            return why
        return self.unavailable(service, business_date(self._context.now_ms()))

    # ---- the form ------------------------------------------------------------------------------------------

    def transferable(self, draft: Draft, total_pt: int) -> Request | None:
        """The request that this form is to replace, if its fee pays for the new one: nothing is taken then."""
        return reversals.transferable(self._store.requests, draft.corrects, total_pt)

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

    def standing(self) -> tuple[LimitStanding, LimitSettings]:
        """What is unsent now, and how far it may go."""
        standing = self._press.standing(self._store.moment())
        return standing, limits_in_force(standing, self._in_force.settings().limits)

    def limits(self) -> list[LimitFinding]:
        """Every limit reached now, the gravest first; on the way the time is kept."""
        self._context.trusted_time.mark()
        return findings(self._press.standing(self._store.moment()), self._in_force.settings().limits)

    def needs(self, query: str = "") -> list[Need]:
        """Those that match, in their order. Raises Refused("catalogue_form")."""
        from protocol.catalogue import needs  # noqa: PLC0415 - it imports the forms, which the first picture does not wait for

        return needs.search(needs.of(self._in_force.catalogue()), query)

    def plan(self, need: Need, answers: Mapping[str, str]) -> Plan:
        """Where the answers lead, by today's prices."""
        from protocol.catalogue import needs  # noqa: PLC0415 - the same

        services, fees = self._in_force.catalogue().services, self._in_force.settings().fees
        return needs.plan(need, answers, services, self._context.working_date(), fees)
