"""What an operator does for a citizen: pick a service, fill its form, take the fee, keep the request.

`record` is the one press that counts: validate, price, sign, commit (entry, row, paper) and only then announce.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from kiosk import fees
from kiosk.bill import Bill
from kiosk.clock import business_date
from kiosk.errors import KioskError, Refused, Unavailable
from kiosk.events import TransactionsChanged
from kiosk.fees import Fees
from kiosk.intake import number, refuse_stopped
from kiosk.journal import EntryType, Record
from kiosk.limits import Finding, Standing, findings, refuse_offline_amount, refuse_over
from kiosk.office import Office
from kiosk.people import Login, People
from kiosk.ports import AddPrintJob, AddRequest, Change, DropDraft, Moment, PutDraft, SeenOutcome
from kiosk.receipt import Receipt
from kiosk.request import Prepared
from kiosk.scribe import Writing
from kiosk.services import PublicService
from kiosk.strict_json import loads_object
from kiosk.till import working_day
from kiosk.transaction import Draft, Paper, PrintJob, Query, Request, Sale

FAVOURITES = 8


class Forms(Protocol):
    """`kiosk.forms`, handed in so that the first picture need not wait for its import."""

    def visible(self, service: PublicService, values: Mapping[str, Any]) -> list[str]: ...
    def normalise(self, service: PublicService, raw: Mapping[str, Any]) -> dict[str, Any]: ...
    def check(self, service: PublicService, values: Mapping[str, Any], today: date) -> list[Any]: ...
    def warnings(self, service: PublicService, values: Mapping[str, Any]) -> list[Any]: ...
    def record(self, service: PublicService, values: Mapping[str, Any]) -> dict[str, Any]: ...


class Line(Protocol):
    """The line to the centre, as far as the desk may use it."""

    def online(self) -> bool: ...
    def wake(self) -> None:
        """There is something to send: try soon. Never blocks."""

    def inquire(self, service_id: str, fields: dict[str, Any]) -> Bill:
        """Ask the authority now. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A form's answers as they would be stored, what is wrong with them, and what is only odd."""

    values: dict[str, Any]
    faults: list[Any]
    warnings: list[Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A saved request: it is final, and its paper is on the way."""

    request: Request
    receipt: Receipt
    job_id: str


class Desk:
    """One method for each thing an operator can do with a request."""

    def __init__(self, office: Office, people: People, line: Line, forms: Callable[[], Forms]) -> None:
        self._office = office
        self._store = office.store
        self._scribe = office.scribe
        self._in_force = office.in_force
        self._people = people
        self._line = line
        self._forms = forms

    # ---- the catalogue ------------------------------------------------------------------------------------

    def services(self, query: str = "") -> list[PublicService]:
        return self._in_force.catalogue().search(query)

    def favourites(self) -> list[PublicService]:
        """The eight services in front, in the order of their numbers until a shop's own use is known."""
        return list(self._in_force.catalogue().services.values())[:FAVOURITES]

    def service(self, service_id: str, catalogue: int | None = None) -> PublicService:
        return self._in_force.catalogue(catalogue).service(service_id)

    def available(self, service: PublicService) -> KioskError | None:
        """Why this service cannot be served now, or None."""
        if service.availability is not None and not service.open_on(business_date(self._office.now_ms())):
            return Refused("service_closed", note=service.availability.note)
        if service.needs_line and not self._line.online():
            return Unavailable("needs_line")
        return None

    # ---- the form ------------------------------------------------------------------------------------------

    def begin(self, service_id: str) -> Draft:
        """A new form; its id is the request's id, made now, so that however often it is confirmed it is one."""
        login, catalogue = self._people.working(), self._in_force.catalogue()
        version = catalogue.service(service_id).version
        return Draft(
            self._office.new_id(), login.operator.id, service_id, version, {}, self._office.now_ms(), catalogue.version
        )

    def keep(self, draft: Draft, raw: Mapping[str, Any]) -> None:
        """Keep what has been typed so far, to the last field."""
        self._scribe.write([], [PutDraft(replace(draft, raw=dict(raw), updated_ms=self._office.now_ms()))])

    def draft(self) -> Draft | None:
        """The form this operator left half typed."""
        return self._store.draft(self._people.working().operator.id)

    def form(self, draft: Draft) -> PublicService:
        """The service in the version this draft began with; its prices are not those of today (`quote` takes those).

        Raises Refused: service_unknown (no longer offered), service_changed (its version is not kept here).
        """
        return self._form(draft.service_id, draft.service_version, draft.catalogue)

    def _form(self, service_id: str, version: int, catalogue: int | None) -> PublicService:
        in_force = self.service(service_id)
        if in_force.version == version:
            return in_force
        try:
            return self._in_force.catalogue(catalogue or None).service(service_id, version)
        except Refused as error:
            raise Refused("service_changed") from error

    def drop(self, draft_id: str) -> None:
        self._scribe.write([], [DropDraft(draft_id)])

    def visible(self, service: PublicService, raw: Mapping[str, Any]) -> list[str]:
        return self._forms().visible(service, self._forms().normalise(service, raw))

    def check(self, service: PublicService, raw: Mapping[str, Any]) -> Checked:
        forms = self._forms()
        values = forms.normalise(service, raw)
        faults = forms.check(service, values, business_date(self._office.now_ms()))
        return Checked(forms.record(service, values), faults, forms.warnings(service, values))

    def quote(self, service: PublicService, values: Mapping[str, Any], bill: Bill | None = None) -> Fees:
        """The fee lines of these answers by the prices in force, whatever version of the form `service` is.

        Raises Refused("fee_unknown") where nobody has set a price.
        """
        today, service = business_date(self._office.now_ms()), self.service(service.id)
        return fees.compute(service, values, today, self._in_force.settings().fees, bill.amount_pt if bill else None)

    def same_day(self, service: PublicService, values: Mapping[str, Any]) -> list[Request]:
        """Requests of the same citizen for the same service today: a second sale wants a second look."""
        national_id = str(values.get("national_id", ""))
        return self._store.same_day(national_id, service.id, self._office.today()) if national_id else []

    def inquire(self, service: PublicService, values: Mapping[str, Any]) -> Bill:
        """Ask the authority for the amount, live. Raises Unavailable; never on the GUI thread."""
        return self._line.inquire(service.id, dict(values))

    # ---- the press -----------------------------------------------------------------------------------------

    def record(self, sale: Sale) -> Recorded:
        """Store a confirmed sale: entry, row, paper and search in one commit; durable on return.

        The same id again gives what was recorded the first time. Raises Refused (form_faults, short_cash, fee_changed,
        limit_…, offline_amount, consent_missing, day_closed, …); nothing is stored then.
        """
        try:
            return self._record_new(self._prepare(sale))
        except KioskError:  # a second press may be refused for what the first one changed, so look before believing it
            known = self._store.request(sale.id)
            if known is None:
                raise
            return self._again(known)

    def _record_new(self, prepared: Prepared) -> Recorded:
        made: list[Recorded] = []

        def changes(records: Sequence[Record]) -> list[Change]:
            request = prepared.request(records[0])
            receipt = prepared.receipt(records[0], request)
            job = PrintJob(
                self._office.new_id(), request.epoch, request.seq, 0, receipt, Paper.WAITING, request.created_ms
            )
            made.append(Recorded(request, receipt, job.id))
            return [AddRequest(request), AddPrintJob(job), DropDraft(request.id)]

        self._scribe.write([prepared.writing()], changes)
        self._office.events.publish(TransactionsChanged((prepared.sale.id,)))
        return made[0]

    def _again(self, known: Request) -> Recorded:
        """The same press, heard twice."""
        papers = self._store.papers(known.epoch, known.seq)
        return Recorded(known, papers[0].receipt, papers[0].id)

    def _prepare(self, sale: Sale) -> Prepared:
        login, moment = self._people.working(), self._store.moment()
        day = working_day(moment)
        refuse_stopped(moment.facts, self._in_force.statement().epoch)
        service, settings = self.service(sale.service_id), self._in_force.settings()
        form = self._form(sale.service_id, sale.service_version, sale.catalogue)
        values = self._sound(service, form, sale)
        bill_pt = None if sale.bill is None else int(sale.bill["amount_pt"])
        priced = fees.compute(service, values, date.fromisoformat(day.date), settings.fees, bill_pt)
        self._allow(service, sale, priced.total_pt, login, self._standing(moment))
        return Prepared(sale, service, settings, login, values, priced, self._in_force.catalogue().version, day.date)

    def _sound(self, service: PublicService, form: PublicService, sale: Sale) -> dict[str, Any]:
        unavailable = self.available(service)
        if unavailable is not None:
            raise unavailable
        if form.consent is not None and sale.consent_version != form.consent.version:
            raise Refused("consent_missing")
        checked = self.check(form, sale.values)
        if checked.faults:
            raise Refused("form_faults", field=checked.faults[0].field)
        open_warnings = [w for w in checked.warnings if w.code not in sale.overrides]
        if open_warnings:
            raise Refused("warning_open", field=open_warnings[0].field)
        return checked.values

    def _allow(self, service: PublicService, sale: Sale, total_pt: int, login: Login, standing: Standing) -> None:
        settings = self._in_force.settings()
        if sale.due_pt is not None and sale.due_pt != total_pt:
            raise Refused("fee_changed", before_pt=sale.due_pt, now_pt=total_pt)
        if sale.tendered_pt < total_pt:
            raise Refused("short_cash", missing_pt=total_pt - sale.tendered_pt)
        if total_pt > service.max_cash_pt:
            raise Refused("cash_ceiling", limit_pt=service.max_cash_pt)
        refuse_offline_amount(settings, service.offline_class, total_pt, online=self._line.online())
        refuse_over(findings(standing, settings.limits, total_pt), supervisor=login.operator.role == "supervisor")

    # ---- afterwards ----------------------------------------------------------------------------------------

    def search(self, query: Query) -> list[Request]:
        return self._store.search(query)

    def request(self, request_id: str) -> Request | None:
        """What is known of this id: the answer to "was it saved?" after any crash."""
        return self._store.request(request_id)

    def receipt(self, request: Request) -> Receipt:
        """What its paper says, lines pinned at the press. Raises Refused("receipt_none") once it is erased."""
        found = self._store.receipt(request.epoch, request.seq)
        if found is None:
            raise Refused("receipt_none", seq=request.seq)
        return found

    def reveal(self, request: Request) -> dict[str, Any]:
        """The citizen's answers in full; that they were looked at is journalled."""
        login = self._people.working()
        frame = self._store.frame(request.epoch, request.seq)
        if frame is None:
            raise Refused("erased")
        members = {"v": 1, "kind": "override", "what": "reveal", **login.author(), "of": request.seq}
        self._scribe.write([Writing(EntryType.LOGIN, members)])
        fields: dict[str, Any] = loads_object(frame)["fields"]
        return fields

    def rejected(self) -> list[Request]:
        return self._store.rejected()

    def seen(self, request: Request) -> None:
        """Somebody has dealt with this outcome."""
        self._scribe.write([], [SeenOutcome(request.epoch, request.seq)])
        self._office.events.publish(TransactionsChanged((request.id,)))

    def limits(self) -> list[Finding]:
        """Every limit reached now, the gravest first."""
        return findings(self._standing(self._store.moment()), self._in_force.settings().limits)

    def _standing(self, moment: Moment) -> Standing:
        facts = moment.facts
        return Standing(
            max(self._office.now_ms(), number(facts, "floor_ms") or 0),
            moment.tail,
            number(facts, "lease_until_ms"),
            number(facts, "catalogue_seen_ms"),
        )
