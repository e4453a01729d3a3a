"""A visit made ready to be signed: each request sound, priced and allowed; then entries, rows and one paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from kiosk.aftercare import reversals
from kiosk.core.journal_writer import Writing
from kiosk.model.citizen_receipt import Receipt, ReceiptLine, ReceiptService
from kiosk.model.service_request import PrintState, Request, Sale
from kiosk.model.store_changes import Change
from kiosk.staff.sign_in import Login
from protocol.catalogue import fees
from protocol.catalogue.fees import FeeLine, Fees
from protocol.catalogue.services import PublicService
from protocol.documents.settings import Settings
from protocol.journal import first_paper
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import Record
from protocol.journal.money_entries import Consent, FeeRow, RequestEntry
from protocol.journal.receipt_code import receipt_code
from protocol.texts import Bilingual, Language, say
from protocol.values.arabic import isolate, one_line
from protocol.values.masked import mask
from protocol.wire.enrolment import Statement


@dataclass(frozen=True, slots=True)
class Prepared:
    """One request of the visit. `values` are the answers as stored, `elsewhere` what the authority will ask for.

    `service` is the one in force, which prices the request; the form may be an older version of it.
    """

    sale: Sale
    service: PublicService
    values: Mapping[str, Any]
    priced: Fees
    elsewhere: tuple[FeeLine, ...] = ()


@dataclass(frozen=True)
class Visit:
    """Everything the entries, the rows and the paper are made of: `catalogue` is that in force, `day` the open one.

    `transferred` is a request that came back, whose fee pays this one: its refund is the last entry;
    `transferred_number` is that of its receipt.
    """

    requests: tuple[Prepared, ...]
    statement: Statement
    settings: Settings
    login: Login
    catalogue: int
    day: DayKey
    transferred: Request | None = None
    transferred_number: str = ""

    @cached_property
    def total_pt(self) -> int:
        return sum(one.priced.total_pt for one in self.requests)

    @property
    def tendered_pt(self) -> int:
        """What the citizen gave: it stands on the first line, for all of them."""
        return self.requests[0].sale.tendered_pt

    def writings(self, digits: str) -> list[Writing]:
        """The entries. `digits` are those that only the first paper carries."""
        sold = [
            Writing(self._body(place, digits), {"fields": dict(one.values)}, one.priced.total_pt)
            for place, one in enumerate(self.requests)
        ]
        if self.transferred is None:
            return sold
        return [*sold, reversals.transfer(self.transferred, self.login, self.day, self.requests[0].sale.id)]

    def also(self, records: Sequence[Record]) -> list[Change]:
        """What is changed beside the rows of the requests."""
        if self.transferred is None:
            return []
        return reversals.transfer_changes(self.transferred, self.login, self.day, records[-1])

    def _body(self, place: int, digits: str) -> RequestEntry:
        """Money and references, no person."""
        one = self.requests[place]
        sale, priced = one.sale, one.priced
        tendered_pt, change_pt = (self.tendered_pt, self.tendered_pt - self.total_pt) if place == 0 else (0, 0)
        return RequestEntry(
            author=self.login.author, id=sale.id, visit=sale.visit, line=place + 1, lines=len(self.requests),
            service=one.service.id, service_version=sale.form.service.version, catalogue=self.catalogue, day=self.day,
            fees=tuple(FeeRow(x.code, x.kind, x.unit_pt, x.count, x.amount_pt) for x in priced.lines),
            vat_pt=priced.vat_pt, total_pt=priced.total_pt, method=sale.method, tendered_pt=tendered_pt,
            change_pt=change_pt, evidence=sale.evidence, choices=fees.choices(one.service, one.values),
            form_catalogue=sale.catalogue if sale.form.service.version != one.service.version else None,
            consent=None if sale.consent_version is None else Consent(sale.consent_version),
            overrides=tuple(sale.overrides), bill=sale.bill,
            reference="" if sale.method == "cash" else one_line(sale.reference),
            commission_pt=self.settings.commissions.of(one.service.id),
            paper=first_paper.seal(first_paper.of_line(digits, place + 1)),
        )  # fmt: skip

    def rows(self, records: Sequence[Record]) -> tuple[Request, ...]:
        """The searchable rows of the signed entries."""
        return tuple(self._row(place, records[place]) for place in range(len(self.requests)))

    def _row(self, place: int, record: Record) -> Request:
        one, fields, entry_hash = self.requests[place], record.fields, record.hash
        sale, values = one.sale, one.values
        return Request(
            id=sale.id, epoch=fields.epoch, seq=fields.seq, visit=sale.visit, line=place + 1,
            lines=len(self.requests), service_id=one.service.id, service_version=sale.form.service.version,
            catalogue=self.catalogue, date=self.day.date, day_number=self.day.number,
            created_ms=fields.wall_ms, operator=self.login.operator.id,
            total_pt=one.priced.total_pt, tendered_pt=0 if place else self.tendered_pt,
            code=receipt_code(entry_hash), entry_hash=entry_hash, name=str(values.get("name", "")),
            national_id=str(values.get("national_id", "")), mobile=str(values.get("mobile", "")),
            paper=PrintState.WAITING, vat_pt=one.priced.vat_pt,
            service_pt=sum(line.amount_pt for line in one.priced.lines if line.kind == "service"),
            commission_pt=self.settings.commissions.of(one.service.id), method=sale.method,
            reference="" if sale.method == "cash" else one_line(sale.reference),
        )  # fmt: skip

    def receipt(self, rows: Sequence[Request]) -> Receipt:
        """One paper for all of it, fixed at the press; the national ID is masked here, for every paper."""
        me, settings, first = self.statement, self.settings, rows[0]
        whose = next((row.national_id for row in rows if row.national_id), "")
        return Receipt(
            device=me.device_text, till=me.till, epoch=first.epoch, served=tuple(map(_served, self.requests, rows)),
            shop_id=me.shop, shop=settings.shop.name,
            catalogue=self.catalogue, created_ms=first.created_ms, operator=self.login.operator.name.ar,
            name=next((row.name for row in rows if row.name), ""),
            national_id=mask(whose) if whose else "", vat_pt=sum(row.vat_pt for row in rows),
            total_pt=self.total_pt, tendered_pt=self.tendered_pt, change_pt=self.tendered_pt - self.total_pt,
            public_address=settings.public_address, support_phone=settings.support_phone,
            tax_number=settings.shop.tax_number, method=first.method, reference=first.reference, visit=first.visit,
            transferred=self.transferred_number,
        )  # fmt: skip


def _served(one: Prepared, row: Request) -> ReceiptService:
    service, asked = one.service, slots(one.service, one.values)
    then = Bilingual.of(partial(_next, service, asked))
    # How long it takes may hang on an answer: 15 days or 24 hours, by the form that was paid for.
    processing = Bilingual.of(partial(service.processing, values=one.values))
    return ReceiptService(
        row.seq, row.entry_hash.hex(), service.number, service.title, service.competent_authority.name,
        row.service_version, _lines(one.priced.lines), processing,
        form=service.form_no,
        next=then if then.ar else None,
        elsewhere=_lines(one.elsewhere),
    )  # fmt: skip


def _lines(lines: Sequence[FeeLine]) -> tuple[ReceiptLine, ...]:
    return tuple(ReceiptLine(fee.label, fee.amount_pt, fee.kind, fee.count) for fee in lines)


def _next(service: PublicService, asked: Sequence[str], language: Language) -> str:
    """What the citizen does now, after the appointment that was asked for, where there is one."""
    words = [slot_words(slot, language) for slot in asked]
    if service.ends is not None:
        words.append(service.ends.text[language])
    return " — ".join(words)


def slots(service: PublicService, values: Mapping[str, Any]) -> list[str]:
    """The appointments that these answers ask for, as stored: ``2026-12-01/morning``."""
    fields = [element.field for element in service.form.elements() if element.widget == "slot"]
    return [str(values[field]) for field in fields if values.get(field)]


def slot_words(slot: str, language: Language) -> str:
    """A slot, in words that promise nothing: the authority confirms it."""
    day, _, period = slot.partition("/")
    return say(language, "receipt.slot", day=isolate(day), period=say(language, f"form.slot.{period}"))
