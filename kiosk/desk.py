"""What an operator does for a citizen: pick a service, fill its form, take the fee, keep the request.

`record` is the one press that counts: validate, price, sign, commit (entry, row, paper) and only then announce.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from kiosk.bill import Bill
from kiosk.clock import Clock, business_date
from kiosk.errors import KioskError, Refused, Unavailable
from kiosk.events import Events, TransactionsChanged
from kiosk.ids import uuid7
from kiosk.inforce import InForce
from kiosk.journal import EntryType, Record
from kiosk.limits import Finding, Standing, findings, refuse_offline_amount, refuse_over
from kiosk.people import Login, People
from kiosk.ports import (
    AddPrintJob,
    AddRequest,
    Change,
    DropDraft,
    PutDraft,
    Randomness,
    SeenOutcome,
    Store,
    Wake,
)
from kiosk.receipt import Receipt, receipt_code
from kiosk.receipt_of import receipt_of
from kiosk.scribe import Scribe, Writing
from kiosk.services import PublicService
from kiosk.settings import Settings
from kiosk.till import Till
from kiosk.transaction import Draft, Paper, PrintJob, Query, Request, Sale

FAVOURITES = 8


class Forms(Protocol):
    """`kiosk.forms`, handed in so that the first picture need not wait for its import."""

    def visible(self, service: PublicService, values: Mapping[str, Any]) -> list[str]: ...
    def normalise(self, service: PublicService, raw: Mapping[str, Any]) -> dict[str, Any]: ...
    def check(self, service: PublicService, values: Mapping[str, Any], today: date) -> list[Any]: ...
    def warnings(self, service: PublicService, values: Mapping[str, Any]) -> list[Any]: ...
    def record(self, service: PublicService, values: Mapping[str, Any]) -> dict[str, Any]: ...


class Fees(Protocol):
    """`kiosk.fees`, the same function the centre checks with."""

    def compute(self, service: PublicService, values: Mapping[str, Any], on: date, shop: Any, bill_pt: int | None = None) -> Any: ...
    def choices(self, service: PublicService, values: Mapping[str, Any]) -> dict[str, Any]: ...


class Line(Protocol):
    """The line to the centre, as far as the desk may use it."""

    def online(self) -> bool: ...
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


@dataclass(frozen=True, slots=True)
class Rules:
    """The pure rules the desk works by."""

    forms: Callable[[], Forms]
    fees: Fees


class Desk:
    """One method for each thing an operator can do with a request."""

    def __init__(
        self, store: Store, scribe: Scribe, in_force: InForce, people: People, till: Till, events: Events,
        clock: Clock, randomness: Randomness, line: Line, wake: Wake, rules: Rules,
    ) -> None:  # fmt: skip
        self._store = store
        self._scribe = scribe
        self._in_force = in_force
        self._people = people
        self._till = till
        self._events = events
        self._clock = clock
        self._randomness = randomness
        self._line = line
        self._wake = wake
        self._rules = rules

    # ---- the catalogue ------------------------------------------------------------------------------------

    def services(self, query: str = "") -> list[PublicService]:
        return list(self._in_force.catalogue().search(query).services)

    def favourites(self) -> list[PublicService]:
        """The eight services in front, in the order of their numbers until a shop's own use is known."""
        return list(self._in_force.catalogue().services[:FAVOURITES])

    def service(self, service_id: str, catalogue: int | None = None) -> PublicService:
        return self._in_force.catalogue(catalogue).service(service_id)

    def available(self, service: PublicService) -> KioskError | None:
        """Why this service cannot be served now, or None."""
        if service.needs_line and not self._line.online():
            return Unavailable("needs_line")
        return None

    # ---- the form ------------------------------------------------------------------------------------------

    def begin(self, service_id: str) -> Draft:
        """A new form; its id is the request's id, made now, so that however often it is confirmed it is one."""
        login = self._people.working()
        service = self.service(service_id)
        return Draft(self._new_id(), login.operator.id, service_id, service.version, {}, self._clock.wall_ms())

    def keep(self, draft: Draft, raw: Mapping[str, Any]) -> None:
        """Keep what has been typed so far, to the last field."""
        kept = Draft(draft.id, draft.operator, draft.service_id, draft.service_version, dict(raw), self._clock.wall_ms())
        self._scribe.write([], [PutDraft(kept)])

    def draft(self) -> Draft | None:
        """The form this operator left half typed."""
        return self._store.draft(self._people.working().operator.id)

    def drop(self, draft_id: str) -> None:
        self._scribe.write([], [DropDraft(draft_id)])

    def visible(self, service: PublicService, raw: Mapping[str, Any]) -> list[str]:
        return self._rules.forms().visible(service, self._rules.forms().normalise(service, raw))

    def check(self, service: PublicService, raw: Mapping[str, Any]) -> Checked:
        forms = self._rules.forms()
        values = forms.normalise(service, raw)
        faults = forms.check(service, values, business_date(self._clock.wall_ms()))
        return Checked(forms.record(service, values), faults, forms.warnings(service, values))

    def quote(self, service: PublicService, values: Mapping[str, Any], bill: Bill | None = None) -> Any:
        """The fee lines of these answers today. Raises Refused("fee_unknown") where nobody has set a price."""
        today = business_date(self._clock.wall_ms())
        return self._rules.fees.compute(service, values, today, self._in_force.settings(), bill.amount_pt if bill else None)

    def same_day(self, service: PublicService, values: Mapping[str, Any]) -> list[Request]:
        """Requests of the same citizen for the same service today: a second sale wants a second look."""
        national_id = str(values.get("national_id", ""))
        return self._store.same_day(national_id, service.id, self._till.today()) if national_id else []

    def inquire(self, service: PublicService, values: Mapping[str, Any]) -> Bill:
        """Ask the authority for the amount, live. Raises Unavailable; never on the GUI thread."""
        return self._line.inquire(service.id, dict(values))

    # ---- the press -----------------------------------------------------------------------------------------

    def record(self, sale: Sale) -> Recorded:
        """Store a confirmed sale: entry, row, paper and search in one commit; durable on return.

        The same id again gives what was recorded the first time. Raises Refused (form_faults, short_cash,
        limit_…, offline_amount, consent_missing, day_closed, …); nothing is stored then.
        """
        login, day = self._people.working(), self._till.working_day()
        known = self._store.request(sale.id)
        if known is not None:
            return self._again(known)
        service, settings = self.service(sale.service_id), self._in_force.settings()
        values = self._sound(service, sale)
        bill = None if sale.bill is None else int(sale.bill["amount_pt"])
        fees = self._rules.fees.compute(service, values, date.fromisoformat(self._till.today()), settings, bill)
        self._allow(service, sale, fees.total_pt, login, settings)
        body = self._body(service, sale, fees, login, values, day.date)
        money = fees.total_pt
        writing = Writing(EntryType.REQUEST, body, {"fields": values}, money)
        made: list[Recorded] = []

        def changes(records: Sequence[Record]) -> list[Change]:
            recorded = self._recorded(records[0], service, settings, sale, values, body, login)
            made.append(recorded)
            job = PrintJob(
                recorded.job_id, recorded.request.epoch, recorded.request.seq, 0, recorded.receipt, Paper.WAITING,
                recorded.request.created_ms,
            )  # fmt: skip
            return [AddRequest(recorded.request), AddPrintJob(job), DropDraft(sale.id)]

        self._scribe.write([writing], changes)
        self._events.publish(TransactionsChanged((sale.id,)))
        self._wake()
        return made[0]

    def _again(self, known: Request) -> Recorded:
        """The same press, heard twice."""
        papers = self._store.papers(known.epoch, known.seq)
        return Recorded(known, papers[0].receipt, papers[0].id)

    def _sound(self, service: PublicService, sale: Sale) -> dict[str, Any]:
        if service.version != sale.service_version:
            raise Refused("service_changed")
        unavailable = self.available(service)
        if unavailable is not None:
            raise unavailable
        if service.consent is not None and sale.consent_version != service.consent.version:
            raise Refused("consent_missing")
        checked = self.check(service, sale.values)
        if checked.faults:
            raise Refused("form_faults", field=checked.faults[0].field)
        open_warnings = [w for w in checked.warnings if w.code not in sale.overrides]
        if open_warnings:
            raise Refused("warning_open", field=open_warnings[0].field)
        return checked.values

    def _allow(self, service: PublicService, sale: Sale, total_pt: int, login: Login, settings: Settings) -> None:
        if sale.tendered_pt < total_pt:
            raise Refused("short_cash", missing_pt=total_pt - sale.tendered_pt)
        if total_pt > service.max_cash_pt:
            raise Refused("cash_ceiling", limit_pt=service.max_cash_pt)
        refuse_offline_amount(settings, service.offline_amount, total_pt, online=self._line.online())
        refuse_over(findings(self._standing(), settings.limits, total_pt), supervisor=login.operator.role == "supervisor")

    def _body(
        self, service: PublicService, sale: Sale, fees: Any, login: Login, values: dict[str, Any], day: str
    ) -> dict[str, Any]:
        body: dict[str, Any] = {
            "v": 1, **login.author(), "id": sale.id, "visit": sale.visit, "line": 1, "lines": 1,
            "service": service.id, "service_version": service.version, "catalogue": self._in_force.catalogue().version,
            "date": day,
            "fees": [
                {"code": x.code, "kind": x.kind, "unit_pt": x.unit_pt, "count": x.count, "amount_pt": x.amount_pt}
                for x in fees.lines
            ],
            "vat_pt": fees.vat_pt, "total_pt": fees.total_pt, "method": "cash", "tendered_pt": sale.tendered_pt,
            "change_pt": sale.tendered_pt - fees.total_pt, "evidence": [],
            "choices": self._rules.fees.choices(service, values),
        }  # fmt: skip
        if sale.consent_version is not None:
            body["consent"] = {"version": sale.consent_version}
        if sale.overrides:
            body["overrides"] = list(sale.overrides)
        if sale.bill is not None:
            body["bill"] = sale.bill
        return body

    def _recorded(
        self, record: Record, service: PublicService, settings: Settings, sale: Sale, values: dict[str, Any],
        body: dict[str, Any], login: Login,
    ) -> Recorded:  # fmt: skip
        fields = record.fields
        request = Request(
            id=sale.id, epoch=fields.epoch, seq=fields.seq, visit=sale.visit, line=1, lines=1, service_id=service.id,
            service_version=service.version, catalogue=body["catalogue"], date=body["date"], created_ms=fields.wall_ms,
            operator=login.operator.id, total_pt=body["total_pt"], tendered_pt=sale.tendered_pt,
            code=receipt_code(record.hash), entry_hash=record.hash, name=str(values.get("name", "")),
            national_id=str(values.get("national_id", "")), mobile=str(values.get("mobile", "")), paper=Paper.WAITING,
        )  # fmt: skip
        receipt = receipt_of(record, request, service, settings, body, login.operator)
        return Recorded(request, receipt, self._new_id())

    # ---- afterwards ----------------------------------------------------------------------------------------

    def search(self, query: Query) -> list[Request]:
        return self._store.search(query)

    def request(self, request_id: str) -> Request | None:
        """What is known of this id: the answer to "was it saved?" after any crash."""
        return self._store.request(request_id)

    def reveal(self, request: Request) -> dict[str, Any]:
        """The citizen's answers in full; that they were looked at is journalled."""
        from kiosk.strict_json import loads_object  # noqa: PLC0415 - only here

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
        self._events.publish(TransactionsChanged((request.id,)))

    def limits(self) -> list[Finding]:
        """Every limit reached now, the gravest first."""
        return findings(self._standing(), self._in_force.settings().limits)

    def _standing(self) -> Standing:
        return Standing(
            max(self._clock.wall_ms(), self._fact("floor_ms") or 0),
            self._store.tail(),
            self._fact("lease_until_ms"),
            self._fact("catalogue_seen_ms"),
        )

    def _fact(self, name: str) -> int | None:
        value = self._store.fact(name)
        return None if value is None else int(value)

    def _new_id(self) -> str:
        return str(uuid7(self._clock.wall_ms(), self._randomness.take(16)))
