"""The one press that counts: validate, price, sign, commit (entries, rows, one paper) and only then announce."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Final

from kiosk.aftercare import reversals
from kiosk.cash.till_day import refuse_stale, working_day
from kiosk.core import offline_limits
from kiosk.core.counter_context import CounterContext
from kiosk.core.events import RequestsChanged
from kiosk.core.offline_limits import LimitStanding, findings, standing_of
from kiosk.model.citizen_receipt import Receipt
from kiosk.model.evidence_file import refuse_unsound
from kiosk.model.facts import refuse_stopped
from kiosk.model.service_request import Request, Sale
from kiosk.model.store_changes import Change, DropDraft
from kiosk.ports.store import Moment
from kiosk.ports.world import Line
from kiosk.selling.authority_bills import AuthorityBills
from kiosk.selling.prepared_visit import Prepared, Visit
from kiosk.selling.service_offer import ServiceOffer
from kiosk.staff.sign_in import StaffSession
from protocol.catalogue import fees
from protocol.catalogue.services import FREE_MODES, PublicService
from protocol.clock import business_date, read_day
from protocol.documents.limits_reached import Level, LimitFinding
from protocol.documents.settings import Settings
from protocol.errors import KioskError, Refused
from protocol.journal.kj01 import Record
from protocol.strict_json import loads_object
from protocol.values.arabic import one_line

if TYPE_CHECKING:
    from protocol.catalogue.forms import Checked

MOST: Final = 20
"""Requests of one visit: more do not fit on a paper that somebody still reads."""


@dataclass(frozen=True, slots=True)
class RecordedSale:
    """A saved visit: it is final, and its paper is on the way. `request` is its first line, `further` the others."""

    request: Request
    receipt: Receipt
    job_id: str
    further: tuple[Request, ...] = ()


class SaleRecorder:
    """From a confirmed visit to its entries, rows and paper."""

    def __init__(self, context: CounterContext, people: StaffSession, line: Line, offer: ServiceOffer) -> None:
        self._context = context
        self._store = context.store
        self._journal = context.journal
        self._people = people
        self._line = line
        self._offer = offer
        self.bills = AuthorityBills(context)

    def record(self, *sales: Sale) -> RecordedSale:
        """As `ServiceDesk.record`."""
        try:
            return self._record_new(sales)
        except KioskError:  # a second press may be refused for what the first one changed, so look before believing it
            known = [found for found in (self._store.requests.get(sale.id) for sale in sales) if found is not None]
            if not known:
                raise
            return self._again(sales, known)

    def standing(self, moment: Moment) -> LimitStanding:
        facts, trusted_time, tail = moment.facts, self._context.trusted_time, moment.tail
        now = trusted_time.now_ms(facts)
        if tail.oldest_unsent_ms is not None and tail.oldest_unsent_ms > now:
            tail = replace(tail, oldest_unsent_ms=trusted_time.since_ms(tail.oldest_unsent_ms, facts, now))
        return standing_of(now, tail, facts)

    # ---- writing

    def _record_new(self, sales: Sequence[Sale]) -> RecordedSale:
        made: list[RecordedSale] = []
        marks, generation = self._context.trusted_time.marks, self._context.in_force.generation
        visit = self._prepare(sales)

        def changes(records: Sequence[Record]) -> list[Change]:
            rows = visit.rows(records)
            first, receipt = rows[0], visit.receipt(rows)
            job = self._context.paper(receipt, records[0])
            made.append(RecordedSale(first, receipt, job.id, rows[1:]))
            drafts = (DropDraft(row.id) for row in rows)
            return [*rows, job, *drafts, *visit.also(records), *marks()]

        with self._journal.turn():
            if self._context.in_force.generation != generation:
                # The centre prices by what the journal says was in force at this entry, and so must we: a document
                # was committed since we looked, and no other can be while this turn lasts.
                visit = self._prepare(sales)
            for sale in sales:
                if sale.bill is not None:
                    self.bills.refuse(sale.bill)
            records = self._journal.write(visit.writings(self._journal.original(sales[0].visit)), changes)
            for sale, record in zip(sales, records[: len(sales)], strict=True):
                if sale.bill is not None:
                    self.bills.paid(sale.bill.reference, record.fields.seq)
        self._context.events.publish(RequestsChanged(tuple(sale.id for sale in sales)))
        return made[0]

    def _again(self, sales: Sequence[Sale], known: Sequence[Request]) -> RecordedSale:
        """The same press, heard twice. Raises Refused("already_recorded") when it is another visit under those ids."""
        first = known[0]
        whole = len(sales) == len(known) == first.lines
        if not whole or not all(self._same(*pair) for pair in zip(sales, known, strict=True)):
            raise Refused("already_recorded", seq=first.seq)
        papers = self._store.print_jobs.of_entry(first.epoch, first.seq)
        return RecordedSale(first, papers[0].receipt, papers[0].id, tuple(known[1:]))

    def _same(self, sale: Sale, known: Request) -> bool:
        """Whether this sale is the one that stands there; of an erased one as far as its row still says."""
        said = (known.service_id, known.service_version, known.tendered_pt, known.visit)
        if (sale.form.service.id, sale.form.service.version, sale.tendered_pt, sale.visit) != said:
            return False
        frame = self._store.journal.frame(known.epoch, known.seq)
        return frame is None or bool(sale.values == loads_object(frame)["fields"])

    # ---- what must be true before

    def _prepare(self, sales: Sequence[Sale]) -> Visit:
        _refuse_shape(sales)
        moment, trusted_time = self._store.moment(), self._context.trusted_time
        now_ms = trusted_time.now_ms(moment.facts)
        login = self._people.working(finishing=True, now_ms=now_ms)
        day = working_day(moment)
        on = read_day(day.date)
        trusted_time.refuse(moment.facts)
        refuse_stale(on, self._context.now_ms(), now_ms)
        statement = self._context.in_force.statement()
        refuse_stopped(moment.facts, statement.epoch)
        settings = self._context.in_force.settings()
        self._offer.refuse_prices(on)
        requests = tuple(self._request(sale, settings, on) for sale in sales)
        visit = Visit(requests, statement, settings, login, self._context.in_force.catalogue().version, day.key)
        if any(sale.corrects for sale in sales):
            return self._transferring(visit, self.standing(moment))
        self._allow(visit, self.standing(moment))
        return visit

    def _transferring(self, visit: Visit, standing: LimitStanding) -> Visit:
        """One that is paid with the fee of a request that came back: no cash is taken for it, and none asked about.

        Raises Refused("transfer_changed") where that cannot be, or can no longer.
        """
        sale, total_pt = visit.requests[0].sale, visit.total_pt
        old = reversals.transferable(self._store.requests, sale.corrects, total_pt)
        if old is None or len(visit.requests) > 1 or sale.due_pt not in (None, total_pt):
            raise Refused("transfer_changed")
        if (sale.method, sale.reference, sale.tendered_pt) != (old.method, old.reference, total_pt):
            raise Refused("transfer_changed")
        found = findings(standing, visit.settings.limits, 0, 1)
        offline_limits.refuse_over(found, supervisor=self._people.supervised(visit.login))
        number = self._context.in_force.number(old.epoch, old.seq)
        return replace(visit, transferred=old, transferred_number=number)

    def _request(self, sale: Sale, settings: Settings, on: date) -> Prepared:
        asked = sale.form.service
        service, form = self._offer.service(asked.id), self._offer.form(asked.id, asked.version, sale.catalogue)
        checked = self._sound(service, form, sale, business_date(self._context.now_ms()))
        values = checked.values
        if sale.evidence or any(paper.how == "capture" and paper.required for paper in form.evidence):
            refuse_unsound(checked.papers, sale.evidence, lambda: self._store.evidence.of_request(sale.id))
        bill_pt = None if sale.bill is None else sale.bill.amount_pt
        priced = fees.compute(service, values, on, settings.fees, bill_pt)
        return Prepared(sale, service, values, priced, self._offer.elsewhere(service, values, on) or ())

    def _sound(self, service: PublicService, form: PublicService, sale: Sale, on: date) -> Checked:
        unavailable = self._offer.unavailable(service, on)
        if unavailable is not None:
            raise unavailable
        if service.mode in FREE_MODES:
            raise Refused("nothing_sold")
        if form.consent is not None and sale.consent_version != form.consent.version:
            raise Refused("consent_missing")
        checked = sale.form
        if checked.service is not form or checked.on != on:  # a catalogue came, or midnight, since the review
            checked = self._offer.check(form, sale.values)
        for fault in checked.faults:
            raise Refused("form_faults", field=fault.field)
        for element, doubt in checked.doubts:
            if doubt not in sale.overrides:
                raise Refused("warning_open", field=element.field)
        return checked

    def _allow(self, visit: Visit, standing: LimitStanding) -> None:
        settings, total_pt = visit.settings, visit.total_pt
        _refuse_strangers(visit)
        _refuse_way(visit)
        if any(one.sale.due_pt not in (None, one.priced.total_pt) for one in visit.requests):
            raise Refused("fee_changed", before_pt=sum(one.sale.due_pt or 0 for one in visit.requests), now_pt=total_pt)
        if visit.tendered_pt < total_pt:
            raise Refused("short_cash", missing_pt=total_pt - visit.tendered_pt)
        for one in visit.requests:
            own_pt = one.priced.total_pt
            if one.sale.method == "cash" and own_pt > one.service.max_cash_pt:
                raise Refused("cash_ceiling", limit_pt=one.service.max_cash_pt)
            offline_limits.refuse_offline_amount(
                settings, one.service.offline_class, own_pt, online=self._line.online()
            )
        found = findings(standing, settings.limits, total_pt, len(visit.requests))
        if not self._line.online():
            found += self._repeated(visit)
        offline_limits.refuse_over(found, supervisor=self._people.supervised(visit.login))

    def _repeated(self, visit: Visit) -> list[LimitFinding]:
        """One citizen asks again and again for the same, and only the operator has seen him."""
        asked = Counter(
            (citizen, one.service.id) for one in visit.requests if (citizen := str(one.values.get("national_id", "")))
        )
        most = visit.settings.limits.citizen_soft
        counts = [self._sold(*of, visit.day.date) + more for of, more in asked.items()]
        return [LimitFinding("citizen", Level.SUPERVISOR, now, most) for now in counts if now > most]

    def _sold(self, citizen: str, service: str, date: str) -> int:
        return sum(not request.reversed for request in self._store.requests.same_day(citizen, service, date))


def _refuse_shape(sales: Sequence[Sale]) -> None:
    """Raises Refused: visit_form (nobody at a screen can make it), visit_long."""
    if len(sales) > MOST:
        raise Refused("visit_long", limit=MOST)
    ids = {sale.id for sale in sales}
    if len(ids) != len(sales) or not sales or len({sale.visit for sale in sales}) > 1:
        raise Refused("visit_form")
    if any(sale.tendered_pt for sale in sales[1:]) or len({(sale.method, sale.reference) for sale in sales}) > 1:
        raise Refused("visit_form")


def _refuse_way(visit: Visit) -> None:
    """Raises Refused: method_unknown (the shop does not take it), reference_needed, change_none (no cash came)."""
    first = visit.requests[0].sale
    if first.method == "cash":
        return
    if first.method not in visit.settings.shop.methods:
        raise Refused("method_unknown")
    if not one_line(first.reference):
        raise Refused("reference_needed")
    if visit.tendered_pt > visit.total_pt:
        raise Refused("change_none")


def _refuse_strangers(visit: Visit) -> None:
    """A visit is one citizen's (Refused("visit_citizens")), and pays no bill twice (Refused("visit_bill"))."""
    people = [one.values["national_id"] for one in visit.requests if one.values.get("national_id")]
    if len(set(people)) > 1:
        raise Refused("visit_citizens")
    bills = [one.sale.bill.reference for one in visit.requests if one.sale.bill is not None]
    if len(set(bills)) < len(bills):
        raise Refused("visit_bill")
