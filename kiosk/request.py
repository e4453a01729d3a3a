"""A sale made ready to be signed: sound, priced, and allowed; then its journal body, its row and its paper."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from kiosk import fees
from kiosk.fees import Fees
from kiosk.journal import EntryType, Record
from kiosk.people import Login
from kiosk.receipt import Receipt, receipt_code
from kiosk.receipt_of import receipt_of
from kiosk.scribe import Writing
from kiosk.services import PublicService
from kiosk.settings import Settings
from kiosk.texts import LANGUAGES
from kiosk.transaction import Paper, Request, Sale


@dataclass(frozen=True, slots=True)
class Prepared:
    """Everything the entry, the row and the paper are made of. `values` are the answers as stored.

    `service` and `catalogue` are those in force, which price the request; the form may be an older version of it.
    """

    sale: Sale
    service: PublicService
    settings: Settings
    login: Login
    values: dict[str, Any]
    priced: Fees
    catalogue: int
    date: str

    def writing(self) -> Writing:
        return Writing(EntryType.REQUEST, self.body(), {"fields": self.values}, self.priced.total_pt)

    def body(self) -> dict[str, Any]:
        """The members of the journal body (docs/protocol.md §2, type 2): money and references, no person."""
        sale, priced = self.sale, self.priced
        body: dict[str, Any] = {
            "v": 1, **self.login.author(), "id": sale.id, "visit": sale.visit, "line": 1, "lines": 1,
            "service": self.service.id, "service_version": sale.service_version, "catalogue": self.catalogue,
            "date": self.date,
            "fees": [
                {"code": x.code, "kind": x.kind, "unit_pt": x.unit_pt, "count": x.count, "amount_pt": x.amount_pt}
                for x in priced.lines
            ],
            "vat_pt": priced.vat_pt, "total_pt": priced.total_pt, "method": "cash", "tendered_pt": sale.tendered_pt,
            "change_pt": sale.tendered_pt - priced.total_pt, "evidence": [],
            "choices": fees.choices(self.service, self.values),
        }  # fmt: skip
        if sale.service_version != self.service.version:
            body["form_catalogue"] = sale.catalogue
        if sale.consent_version is not None:
            body["consent"] = {"version": sale.consent_version}
        if sale.overrides:
            body["overrides"] = list(sale.overrides)
        if sale.bill is not None:
            body["bill"] = sale.bill
        return body

    def request(self, record: Record) -> Request:
        """The searchable row of the signed entry."""
        fields, sale, values = record.fields, self.sale, self.values
        return Request(
            id=sale.id, epoch=fields.epoch, seq=fields.seq, visit=sale.visit, line=1, lines=1,
            service_id=self.service.id, service_version=sale.service_version, catalogue=self.catalogue,
            date=self.date, created_ms=fields.wall_ms, operator=self.login.operator.id,
            total_pt=self.priced.total_pt, tendered_pt=sale.tendered_pt, code=receipt_code(record.hash),
            entry_hash=record.hash, name=str(values.get("name", "")), national_id=str(values.get("national_id", "")),
            mobile=str(values.get("mobile", "")), paper=Paper.WAITING, vat_pt=self.priced.vat_pt,
            service_pt=sum(line.amount_pt for line in self.priced.lines if line.kind == "service"),
        )  # fmt: skip

    def receipt(self, record: Record, request: Request) -> Receipt:
        paper = receipt_of(record, request, self.service, self.settings, self.login.operator.name_ar, self.priced)
        # How long it takes may hang on an answer: 15 days or 24 hours, by the form that was paid for.
        said = {language: self.service.processing(language, self.values) for language in LANGUAGES}
        return replace(paper, processing_ar=said["ar"], processing_en=said["en"])
