"""A receipt of a citizen who does not exist, and the application whose fonts paint it."""

from __future__ import annotations

import pytest

from kiosk.model.citizen_receipt import Receipt, ReceiptLine, ReceiptService
from protocol.texts import Bilingual


@pytest.fixture(autouse=True)
def _fonts() -> None:
    from ui.main.application import make_application

    make_application([])


@pytest.fixture
def receipt() -> Receipt:
    served = ReceiptService(
        231, "7aa0501e4b48ed89" * 4, "112",
        Bilingual("شهادة ميلاد مميكنة (صورة قيد)", "Computerised birth certificate copy"),
        Bilingual("قطاع الأحوال المدنية - وزارة الداخلية", "Civil Status Sector"), 1,
        (
            ReceiptLine(Bilingual("شهادة ميلاد - النسخة الأولى", "First copy"), 4_500),
            ReceiptLine(Bilingual("رسم خدمة المحل", "Shop fee"), 500),
        ),
        Bilingual("فوري", "At once"),
    )  # fmt: skip
    return Receipt(
        device="0192f0c1-7c3a-7b1e-8a4d-5566778899aa", till=2, epoch=1, served=(served,),
        shop_id="dokki-17", shop=Bilingual("مركز النور للاتصالات — الدقي", "Al Nour Telecom, Dokki"), catalogue=3,
        created_ms=1_795_600_800_000, operator="سارة محمود", name="محمد أحمد عبد الله حسن",
        national_id="**********0014", vat_pt=61, total_pt=5_000, tendered_pt=10_000, change_pt=5_000,
        public_address="https://centre.example", support_phone="15999",
        tax_number="100-531-385",
    )  # fmt: skip
