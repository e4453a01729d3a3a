"""What an operator does for a citizen: pick a service, fill its form, take the fee, keep the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from kiosk.aftercare import fee_transfer
from kiosk.cash.till_day import refuse_stale
from kiosk.core.counter_context import CounterContext
from kiosk.core.events import TransactionsChanged
from kiosk.core.journal_writer import Writing
from kiosk.core.offline_limits import LimitFinding, findings
from kiosk.model.authority_bill import AuthorityBill
from kiosk.model.citizen_receipt import Receipt
from kiosk.model.service_request import Draft, Query, Request, Sale
from kiosk.model.store_changes import DropDraft, DropEvidence, PutDraft, SeenOutcome
from kiosk.selling.favourites import Favourites
from kiosk.selling.sale_recorder import MOST, RecordedSale, SaleRecorder
from kiosk.selling.service_offer import CentreLine, Checked, Forms, FormView, ServiceOffer
from kiosk.staff.sign_in import StaffSession
from protocol.catalogue import fees
from protocol.catalogue.fees import Fees
from protocol.catalogue.services import EvidenceType, PublicService, carried
from protocol.clock import business_date
from protocol.errors import KioskError, Refused
from protocol.journal.staff_entries import Revealed
from protocol.strict_json import loads_object


class ServiceDesk:
    """One method for each thing an operator can do with a request."""

    def __init__(
        self, context: CounterContext, people: StaffSession, line: CentreLine, forms: Callable[[], Forms]
    ) -> None:
        self._context = context
        self._store = context.store
        self._journal = context.journal
        self._in_force = context.in_force
        self._people = people
        self._line = line
        self._offer = ServiceOffer(context, line, forms)
        self._favourites = Favourites(context.store)
        self._press = SaleRecorder(context, people, line, self._offer)

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

    def begin(self, service_id: str, visit: Sequence[Draft] = (), values: Mapping[str, Any] | None = None) -> Draft:
        """A new form; its id is the request's id, made now, so that however often it is confirmed it is one.

        `visit` are the forms of the same citizen so far, whose shared answers it begins with; `values` what is known
        already of this one. Raises Refused("visit_long").
        """
        login, catalogue = self._people.working(), self._in_force.catalogue()
        service = catalogue.service(service_id)
        if len(visit) >= MOST:
            raise Refused("visit_long", limit=MOST)
        raw: dict[str, Any] = {}
        for before in visit:
            raw |= carried(service, self._shown(before))
        return Draft(
            self._context.new_id(), login.operator.id, service_id, service.version, raw | dict(values or {}),
            self._context.now_ms(), catalogue.version, visit[0].visit_id if visit else "",
        )  # fmt: skip

    def _shown(self, draft: Draft) -> dict[str, Any]:
        """What is typed and to be seen: what a rule hides stays on its screen and goes nowhere else."""
        try:
            names = self._offer.visible(self.form(draft), draft.raw)
        except Refused:  # a form of before, not kept any more
            return {}
        return {name: value for name, value in draft.raw.items() if name in names}

    def keep(self, draft: Draft, raw: Mapping[str, Any]) -> None:
        """Keep what has been typed so far, to the last field."""
        self._journal.write([], [PutDraft(replace(draft, raw=dict(raw), updated_ms=self._context.now_ms()))])

    def draft(self) -> Draft | None:
        """The form this operator left half typed last."""
        return next(iter(self.drafts()), None)

    def drafts(self) -> list[Draft]:
        """What this operator left half typed, the latest first: of every visit the form last typed in."""
        latest: dict[str, Draft] = {}
        for draft in self._store.drafts.of_operator(self._people.working().operator.id):
            latest.setdefault(draft.visit_id, draft)
        return list(latest.values())

    def visit(self, draft_id: str) -> list[Draft]:
        """Every form of the visit that this one belongs to, as they were begun; none if it is gone."""
        mine = sorted(self._store.drafts.of_operator(self._people.working().operator.id), key=lambda draft: draft.id)
        visit_id = next((draft.visit_id for draft in mine if draft.id == draft_id), None)
        return [draft for draft in mine if draft.visit_id == visit_id]

    def form(self, draft: Draft) -> PublicService:
        """The service in the version this draft began with; its prices are not those of today (`quote` takes those).

        Raises Refused: service_unknown (no longer offered), service_changed (its version is not kept here).
        """
        return self._offer.form(draft.service_id, draft.service_version, draft.catalogue)

    def drop(self, *draft_ids: str) -> None:
        papers = [DropEvidence(draft_id) for draft_id in draft_ids if self._store.evidence.of_request(draft_id)]
        self._journal.write([], [*(DropDraft(draft_id) for draft_id in draft_ids), *papers])

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
        return fee_transfer.carried(self._store, draft.corrects, total_pt)

    def same_day(self, service: PublicService, values: Mapping[str, Any]) -> list[Request]:
        """Requests of the same citizen for the same service this day: a second sale wants a second look."""
        national_id = str(values.get("national_id", ""))
        if not national_id:
            return []
        return self._store.requests.same_day(national_id, service.id, self._context.working_date().isoformat())

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

    # ---- the clock

    def clock_doubt(self) -> Refused | None:
        """Why no money is taken on the computer's date, or None. A person may confirm clock_ahead and clock_back."""
        return self._context.trusted_time.doubt()

    def confirm_clock(self) -> None:
        """The person at the counter has looked at date and time: they are right. Raises Refused("clock_behind")."""
        self._context.trusted_time.confirm(self._people.working().author)

    # ---- afterwards ----------------------------------------------------------------------------------------

    def search(self, query: Query) -> list[Request]:
        return self._store.requests.search(query)

    def request(self, request_id: str) -> Request | None:
        """What is known of this id: the answer to "was it saved?" after any crash."""
        return self._store.requests.get(request_id)

    def receipt(self, request: Request) -> Receipt:
        """What its paper says, lines pinned at the press. Raises Refused("receipt_none") once it is erased."""
        found = self._store.print_jobs.receipt(
            request.epoch, request.seq - request.line + 1
        )  # a visit's paper is its first's
        if found is None:
            raise Refused("receipt_none", seq=request.seq)
        return found

    def reveal(self, request: Request) -> dict[str, Any]:
        """The citizen's answers in full; that they were looked at is journalled."""
        login = self._people.working()
        frame = self._store.journal.frame(request.epoch, request.seq)
        if frame is None:
            raise Refused("erased")
        self._journal.write([Writing(Revealed(author=login.author, of=request.seq))])
        fields: dict[str, Any] = loads_object(frame)["fields"]
        return fields

    def rejected(self) -> list[Request]:
        return self._store.requests.rejected()

    def seen(self, request: Request) -> None:
        """Somebody has dealt with this outcome."""
        self._journal.write([], [SeenOutcome(request.epoch, request.seq)])
        self._context.events.publish(TransactionsChanged((request.id,)))

    def limits(self) -> list[LimitFinding]:
        """Every limit reached now, the gravest first; on the way the time is kept."""
        self._context.trusted_time.mark()
        return findings(self._press.standing(self._store.moment()), self._in_force.settings().limits)
