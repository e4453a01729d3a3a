"""Make the receipt of a signed request: what the paper will say, fixed at the moment of the press."""

from __future__ import annotations

from kiosk import national_id
from kiosk.fees import Fees
from kiosk.journal import Record
from kiosk.receipt import Line, Receipt, device_text
from kiosk.services import PublicService
from kiosk.settings import Settings
from kiosk.transaction import Request


def receipt_of(
    record: Record, request: Request, service: PublicService, settings: Settings,
    operator: str,
    priced: Fees,
) -> Receipt:  # fmt: skip
    """The receipt behind `record`; the national ID is masked here, once and for every paper."""
    return Receipt(
        device=device_text(record),
        epoch=request.epoch,
        seq=request.seq,
        entry_hash=request.entry_hash.hex(),
        shop_ar=settings.shop_ar,
        shop_en=settings.shop_en,
        service_number=service.number,
        service_ar=service.title["ar"],
        service_en=service.title["en"],
        authority_ar=service.competent_authority.name["ar"],
        authority_en=service.competent_authority.name["en"],
        service_version=request.service_version,
        catalogue=request.catalogue,
        created_ms=request.created_ms,
        operator=operator,
        name=request.name,
        national_id=national_id.mask(request.national_id) if request.national_id else "",
        lines=tuple(Line(fee.label_ar, fee.label_en, fee.amount_pt, fee.kind, fee.count) for fee in priced.lines),
        vat_pt=priced.vat_pt,
        total_pt=priced.total_pt,
        tendered_pt=request.tendered_pt,
        change_pt=request.tendered_pt - priced.total_pt,
        processing_ar=service.processing("ar"),
        processing_en=service.processing("en"),
        public_address=settings.public_address,
        support_phone=settings.support_phone,
        tax_number=settings.tax_number,
        form_ar=service.form_no["ar"] if service.form_no else "",
        form_en=service.form_no["en"] if service.form_no else "",
        next_ar=service.ends.text["ar"] if service.ends else "",
        next_en=service.ends.text["en"] if service.ends else "",
    )
