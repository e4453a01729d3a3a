"""The receipt of nobody that a self-test, and a version on trial, render to show that they can."""

from __future__ import annotations

from typing import Final

from kiosk.model.citizen_receipt import Receipt, ReceiptLine

PAPER: Final = Receipt(
    device="00000000-0000-7000-8000-000000000000", epoch=1, seq=1, entry_hash="00" * 32,
    shop_ar="فحص البرنامج", shop_en="Self-test", service_number="000", service_ar="إيصال تجربة",
    service_en="Test receipt", authority_ar="منفذ", authority_en="Manfaz", service_version=1, catalogue=1,
    created_ms=4_070_908_800_000, operator="-", name="-", national_id="**********0000",
    lines=(ReceiptLine("رسم", "Fee", 12_345),), vat_pt=0, total_pt=12_345, tendered_pt=20_000, change_pt=7_655,
    processing_ar="-", processing_en="-", public_address="https://centre.example", support_phone="-", practice=True,
)  # fmt: skip
"""Of nobody, and marked as practice."""
