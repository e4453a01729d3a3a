"""Make the receipt of signed requests: what the paper will say, fixed at the moment of the press."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.model.citizen_receipt import Receipt, ReceiptLine, ReceiptService, device_text
from kiosk.model.service_request import Request
from protocol.catalogue.fees import FeeLine, Fees
from protocol.catalogue.services import PublicService
from protocol.documents.settings import Settings
from protocol.journal.kj01 import Record
from protocol.texts import Language, say
from protocol.values.arabic import isolate
from protocol.values.masked import mask


@dataclass(frozen=True, slots=True)
class Visited:
    """One request of a visit as its receipt needs it; `values` are the answers, `elsewhere` what is paid there."""

    request: Request
    service: PublicService
    priced: Fees
    elsewhere: tuple[FeeLine, ...]
    values: Mapping[str, Any]


def receipt_of(record: Record, visited: Sequence[Visited], settings: Settings, operator: str) -> Receipt:
    """The receipt behind `record`, the first entry of the visit; the national ID is masked here, for every paper."""
    served = [_served(one) for one in visited]
    requests = [one.request for one in visited]
    first, total_pt = requests[0], sum(request.total_pt for request in requests)
    whose = next((request.national_id for request in requests if request.national_id), "")
    return Receipt(
        device=device_text(record),
        epoch=first.epoch,
        shop_ar=settings.shop.name.ar,
        shop_en=settings.shop.name.en,
        catalogue=first.catalogue,
        created_ms=first.created_ms,
        operator=operator,
        name=next((request.name for request in requests if request.name), ""),
        national_id=mask(whose) if whose else "",
        vat_pt=sum(request.vat_pt for request in requests),
        total_pt=total_pt,
        tendered_pt=first.tendered_pt,
        change_pt=first.tendered_pt - total_pt,
        public_address=settings.public_address,
        support_phone=settings.support_phone,
        tax_number=settings.shop.tax_number,
        further=tuple(served[1:]),
        method=first.method,
        reference=first.reference,
        visit=first.visit,
        **{name: getattr(served[0], name) for name in ReceiptService.__slots__},
    )


def _served(one: Visited) -> ReceiptService:
    request, service = one.request, one.service
    return ReceiptService(
        seq=request.seq,
        entry_hash=request.entry_hash.hex(),
        service_number=service.number,
        service_ar=service.title["ar"],
        service_en=service.title["en"],
        authority_ar=service.competent_authority.name["ar"],
        authority_en=service.competent_authority.name["en"],
        service_version=request.service_version,
        lines=_lines(one.priced.lines),
        # How long it takes may hang on an answer: 15 days or 24 hours, by the form that was paid for.
        processing_ar=service.processing("ar", one.values),
        processing_en=service.processing("en", one.values),
        form_ar=service.form_no["ar"] if service.form_no else "",
        form_en=service.form_no["en"] if service.form_no else "",
        next_ar=_next(one, "ar"),
        next_en=_next(one, "en"),
        elsewhere=_lines(one.elsewhere),
    )


def _lines(lines: Sequence[FeeLine]) -> tuple[ReceiptLine, ...]:
    return tuple(ReceiptLine(fee.label_ar, fee.label_en, fee.amount_pt, fee.kind, fee.count) for fee in lines)


def _next(one: Visited, language: Language) -> str:
    """What the citizen does now, after the appointment that was wished for, where there is one."""
    told = [slot_words(wish, language) for wish in slots(one.service, one.values)]
    if one.service.ends is not None:
        told.append(one.service.ends.text[language])
    return " — ".join(told)


def slots(service: PublicService, values: Mapping[str, Any]) -> list[str]:
    """The appointments that these answers wish for, as stored: ``2026-12-01/morning``."""
    wished = [element.field for element in service.form.elements() if element.widget == "slot"]
    return [str(values[field]) for field in wished if values.get(field)]


def slot_words(slot: str, language: Language) -> str:
    """A wish, in words that promise nothing: the authority confirms it."""
    day, _, period = slot.partition("/")
    return say(language, "receipt.slot", day=isolate(day), period=say(language, f"form.slot.{period}"))
