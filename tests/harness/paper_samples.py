"""Papers to look at: random receipts of citizens who do not exist, and one of every other kind."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from kiosk.model.citizen_receipt import Receipt, ReceiptLine, ReceiptService
from kiosk.model.day_book import Count, DayBook, count_faces
from kiosk.model.paper_sheet import Content, Proof, Sheet
from kiosk.model.service_request import Day, Movement
from kiosk.printing import leaflets
from kiosk.printing.till_papers import Moving, Reversal, Settled, Stamp, cash_slip, x_report, z_report
from protocol.catalogue.catalogue import Catalogue, bundled_services, catalogue_members, read_catalogue
from protocol.documents.settings import read_settings
from protocol.texts import Bilingual, both
from tests.harness import shop

NOON_MS: Final = 1_795_600_800_000
SHOP: Final = Bilingual("مركز النور للاتصالات — الدقي", "Al Nour Telecom, Dokki")
STAMP: Final = Stamp(SHOP, NOON_MS, "سارة محمود", "2-000236", "15999")
FACES: Final = {20_000: 10, 100: 6}
_NAMES: Final = ("محمد", "فاطمة", "عبد الرحمن", "منى", "أبو بكر", "إيمان", "يوسف", "هالة", "لؤي", "ضياء الدين")
_LABELS: Final = (
    ("شهادة ميلاد - النسخة الأولى", "Birth certificate, first copy"), ("رسم", "Fee"),
    ("استمارة بطاقة الرقم القومي: مستعجلة - 24 ساعة", "National ID form: urgent, 24 hours"),
    ("توصيل البريد المصري إلى العنوان المذكور في الطلب", "Delivery by post to the address given"),
)  # fmt: skip


def receipts(count: int, seed: int = 1900) -> Iterator[Receipt]:
    """`count` receipts of all kinds: one line or five, piastres or half a million, short names and very long ones."""
    chance = random.Random(seed)
    for _ in range(count):
        yield _receipt(chance)


def _receipt(chance: random.Random) -> Receipt:
    lines = _lines(chance)
    total = sum(line.amount_pt for line in lines)
    tendered = total + chance.choice([0, 1, 25, 4_975, 99_999])
    device = f"{chance.getrandbits(32):08x}-7c3a-7b1e-8a4d-5566778899aa"
    served = ReceiptService(
        chance.choice([1, 42, 9_999, 12_345_678]), chance.randbytes(32).hex(), str(chance.randint(111, 240)),
        Bilingual(_LABELS[chance.randrange(4)][0], _LABELS[chance.randrange(4)][1]),
        Bilingual("قطاع الأحوال المدنية - وزارة الداخلية", "Civil Status Sector"), chance.randint(1, 12), lines,
        Bilingual("3 أيام", "3 days"),
    )  # fmt: skip
    return Receipt(
        device=device, till=chance.choice([1, 2, 14]), epoch=1, served=(served,), shop_id="cairo-014",
        shop=Bilingual(SHOP.ar, SHOP.en), catalogue=chance.randint(1, 400),
        created_ms=NOON_MS - chance.randrange(10**10), operator="سارة محمود",
        name=" ".join(chance.choices(_NAMES, k=4)),
        national_id=f"**********{chance.randrange(10_000):04d}", vat_pt=chance.choice([0, 61]),
        total_pt=total, tendered_pt=tendered, change_pt=tendered - total,
        public_address=chance.choice(["https://centre.example", "https://e.gov.example:8443/p"]),
        support_phone="15999", tax_number="100-531-385",
    )  # fmt: skip


def _lines(chance: random.Random) -> tuple[ReceiptLine, ...]:
    amounts = [chance.choice([chance.randint(1, 999), chance.randint(1_000, 99_999), chance.randint(10**5, 10**8)])
               for _ in range(chance.randint(1, 5))]  # fmt: skip
    return tuple(ReceiptLine(Bilingual(*_LABELS[chance.randrange(4)]), amount) for amount in amounts)


def visit(receipt: Receipt) -> Receipt:
    """Two requests of one citizen on one receipt."""
    second = ReceiptService(
        receipt.seq + 1, "91b0501e4b48ed89" * 4, "131", Bilingual("بدل فاقد بطاقة تموين", "Lost ration card"),
        Bilingual("وزارة التموين", "Ministry of Supply"), 2,
        (ReceiptLine(Bilingual("بدل فاقد", "Replacement"), 5_000),), Bilingual("48 ساعة", "48 hours"),
        form=Bilingual("نموذج 3", "Form 3"),
        next=Bilingual("تعال بعد يومين.", "Come back in two days."),
        elsewhere=(ReceiptLine(Bilingual("دمغة", "Stamp duty"), 600),),
    )  # fmt: skip
    total = receipt.total_pt + 5_000
    return replace(receipt, served=(*receipt.served, second), total_pt=total, tendered_pt=total, change_pt=0)


@cache
def catalogue() -> Catalogue:
    return read_catalogue(catalogue_members(7, "2026-01-27", None, bundled_services()))


def reversal(receipt: Receipt) -> Reversal:
    return Reversal(
        "void", STAMP, receipt.number, receipt.created_ms,
        Bilingual(receipt.served[0].service.ar, receipt.served[0].service.en), receipt.served[0].lines,
        receipt.total_pt, "كُتب الاسم خطأ يوم 2026-11-25", "منى عادل",
        Proof(receipt.qr, both("paper.scan"), receipt.code, receipt.shop_id),
    )  # fmt: skip


def day_report(*, final: bool, counted_pt: int = 0, blind: bool = False, reason: str = "أعطيت الباقي مرتين") -> Sheet:
    """Of a day that was opened with 210 pounds, of which 352_000 piastres should be there in the end."""
    day = Day("2026-11-25", "sara", 21_000, NOON_MS, 1)
    float_in = Movement("cash_in", 1, 2, day.date, NOON_MS, "sara", 331_000, "فكة")
    book = DayBook(day, (), (float_in,), 123_456_789)
    if not final:
        return x_report(book, STAMP, {"sara": "سارة محمود"}, blind=blind)
    faces = count_faces(FACES).faces
    return z_report(book, STAMP, {}, Settled(Count(faces, counted_pt), reason))


def every_paper(receipt: Receipt) -> dict[str, Content]:
    """One of each kind, by name."""
    settings, service = read_settings(shop.settings()), catalogue().services["birth-cert"]
    why = Bilingual("بطاقة الرقم القومي منتهية", "The national ID card has expired")
    sheets: dict[str, Sheet] = {
        "void": reversal(receipt).sheet(),
        "refund": replace(reversal(receipt), kind="refund", agreed_by="", proof=None).sheet(),
        "x": day_report(final=False),
        "z short": day_report(final=True, counted_pt=348_600),
        "z over": day_report(final=True, counted_pt=352_001),
        "z equal": day_report(final=True, counted_pt=352_000),
        "deposit": cash_slip(Moving("deposit", 200_600, "", "بنك", "882-1190", count_faces(FACES)), STAMP),
        "cash in": cash_slip(Moving("cash_in", 15_000, "فكة"), STAMP),
        "cash out": cash_slip(Moving("cash_out", 15_000, "ورق طابعة"), STAMP),
        "refusal": leaflets.refusal(STAMP, service, why, (Bilingual("بطاقة سارية", "A valid card"),)),
        "guidance": leaflets.guidance(STAMP, service, settings),
        "test": leaflets.test_page(STAMP, "tcp:192.168.1.50:9100"),
    }
    return {"receipt": receipt, "visit": visit(receipt), "practice": replace(receipt, practice=True), **sheets}


def price_list() -> Sheet:
    return leaflets.price_list(STAMP, catalogue(), read_settings(shop.settings()))
