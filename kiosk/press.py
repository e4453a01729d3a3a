"""The one press that counts: validate, price, sign, commit (entry, row, paper) and only then announce."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from kiosk import fees
from kiosk.bills import Bills
from kiosk.errors import KioskError, Refused
from kiosk.events import TransactionsChanged
from kiosk.intake import number, refuse_stopped
from kiosk.journal import Record
from kiosk.limits import Standing, findings, refuse_offline_amount, refuse_over
from kiosk.offer import Line, Offer
from kiosk.office import Office
from kiosk.people import Login, People
from kiosk.ports import AddPrintJob, AddRequest, Change, DropDraft, Moment
from kiosk.receipt import Receipt
from kiosk.request import Prepared
from kiosk.services import PublicService
from kiosk.settings import Settings
from kiosk.strict_json import loads_object
from kiosk.till import working_day
from kiosk.transaction import Paper, PrintJob, Request, Sale


@dataclass(frozen=True, slots=True)
class Recorded:
    """A saved request: it is final, and its paper is on the way."""

    request: Request
    receipt: Receipt
    job_id: str


class Press:
    """From a confirmed sale to its entry, row and paper."""

    def __init__(self, office: Office, people: People, line: Line, offer: Offer) -> None:
        self._office = office
        self._store = office.store
        self._scribe = office.scribe
        self._in_force = office.in_force
        self._people = people
        self._line = line
        self._offer = offer
        self.bills = Bills(office)

    def record(self, sale: Sale) -> Recorded:
        """As `Desk.record`."""
        try:
            return self._record_new(sale)
        except KioskError:  # a second press may be refused for what the first one changed, so look before believing it
            known = self._store.request(sale.id)
            if known is None:
                raise
            return self._again(sale, known)

    def standing(self, moment: Moment) -> Standing:
        facts, timekeeper, tail = moment.facts, self._office.timekeeper, moment.tail
        now = timekeeper.now_ms(facts)
        if tail.oldest_unsent_ms is not None and tail.oldest_unsent_ms > now:
            tail = replace(tail, oldest_unsent_ms=timekeeper.since_ms(tail.oldest_unsent_ms, facts, now))
        return Standing(
            now,
            tail,
            number(facts, "lease_until_ms"),
            number(facts, "catalogue_seen_ms"),
        )

    # ---- writing

    def _record_new(self, sale: Sale) -> Recorded:
        made: list[Recorded] = []
        generation = self._in_force.generation
        prepared = self._prepare(sale)

        def changes(records: Sequence[Record]) -> list[Change]:
            request = prepared.request(records[0])
            receipt = prepared.receipt(records[0], request)
            job = PrintJob(
                self._office.new_id(), request.epoch, request.seq, 0, receipt, Paper.WAITING, request.created_ms
            )
            made.append(Recorded(request, receipt, job.id))
            return [AddRequest(request), AddPrintJob(job), DropDraft(request.id), *self._office.timekeeper.marks()]

        with self._scribe.turn():
            if self._in_force.generation != generation:
                # The centre prices by what the journal says was in force at this entry, and so must we: a document
                # was committed since we looked, and no other can be while this turn lasts.
                prepared = self._prepare(sale)
            if sale.bill is not None:
                self.bills.refuse(sale.bill)
            self._scribe.write([prepared.writing()], changes)
            if sale.bill is not None:
                self.bills.paid(sale.bill["reference"], made[0].request.seq)
        self._office.events.publish(TransactionsChanged((sale.id,)))
        return made[0]

    def _again(self, sale: Sale, known: Request) -> Recorded:
        """The same press, heard twice. Raises Refused("already_recorded") when it is another sale under that id."""
        if not self._same(sale, known):
            raise Refused("already_recorded", seq=known.seq)
        papers = self._store.papers(known.epoch, known.seq)
        return Recorded(known, papers[0].receipt, papers[0].id)

    def _same(self, sale: Sale, known: Request) -> bool:
        """Whether this sale is the one that stands there; of an erased one as far as its row still says."""
        said = (known.service_id, known.service_version, known.tendered_pt)
        if (sale.service_id, sale.service_version, sale.tendered_pt) != said:
            return False
        frame = self._store.frame(known.epoch, known.seq)
        if frame is None:
            return True
        form = self._in_force.catalogue(sale.catalogue or known.catalogue).service(sale.service_id)
        values = self._offer.check(form, sale.values, date.fromisoformat(known.date)).values
        return bool(values == loads_object(frame)["fields"])

    # ---- what must be true before

    def _prepare(self, sale: Sale) -> Prepared:
        login, moment = self._people.working(finishing=True), self._store.moment()
        day = working_day(moment)
        on = date.fromisoformat(day.date)
        self._office.timekeeper.refuse(moment.facts)
        refuse_stopped(moment.facts, self._in_force.statement().epoch)
        service, settings = self._offer.service(sale.service_id), self._in_force.settings()
        form = self._offer.form(sale.service_id, sale.service_version, sale.catalogue)
        self._offer.refuse_prices(on)
        values = self._sound(service, form, sale, date.fromisoformat(self._office.today()))
        bill_pt = None if sale.bill is None else int(sale.bill["amount_pt"])
        priced = fees.compute(service, values, on, settings.fees, bill_pt)
        self._allow(service, sale, priced.total_pt, login, settings, self.standing(moment))
        return Prepared(sale, service, settings, login, values, priced, self._in_force.catalogue().version, day.date)

    def _sound(self, service: PublicService, form: PublicService, sale: Sale, on: date) -> dict[str, Any]:
        unavailable = self._offer.unavailable(service, on)
        if unavailable is not None:
            raise unavailable
        if form.consent is not None and sale.consent_version != form.consent.version:
            raise Refused("consent_missing")
        checked = self._offer.check(form, sale.values, on)
        if checked.faults:
            raise Refused("form_faults", field=checked.faults[0].field)
        open_warnings = [w for w in checked.warnings if w.code not in sale.overrides]
        if open_warnings:
            raise Refused("warning_open", field=open_warnings[0].field)
        return checked.values

    def _allow(
        self, service: PublicService, sale: Sale, total_pt: int, login: Login, settings: Settings, standing: Standing
    ) -> None:
        if sale.due_pt is not None and sale.due_pt != total_pt:
            raise Refused("fee_changed", before_pt=sale.due_pt, now_pt=total_pt)
        if sale.tendered_pt < total_pt:
            raise Refused("short_cash", missing_pt=total_pt - sale.tendered_pt)
        if total_pt > service.max_cash_pt:
            raise Refused("cash_ceiling", limit_pt=service.max_cash_pt)
        refuse_offline_amount(settings, service.offline_class, total_pt, online=self._line.online())
        refuse_over(findings(standing, settings.limits, total_pt), supervisor=login.operator.role == "supervisor")
