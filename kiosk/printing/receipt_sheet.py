"""How a receipt looks: what was asked, what was paid, how to check it, whom to call."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from kiosk.model.citizen_receipt import Receipt, ReceiptLine, ReceiptService
from kiosk.model.paper_sheet import Amount, Block, Fact, Heading, Note, Proof, Rule, Sheet, at_till, joined, typed
from kiosk.printing.till_papers import complaints
from protocol.clock import show_time
from protocol.texts import Bilingual, Language, both, say
from protocol.values.arabic import clean, isolate


def receipt_sheet(receipt: Receipt, original: str = "") -> Sheet:
    """The paper of a sale, one heading, code and sum for each request of the visit.

    `original` are the digits of its first paper.
    """
    return Sheet(
        "receipt",
        at_till(receipt.shop, receipt.till),
        both("paper.title"),
        (*_blocks(receipt, original),),
        number=receipt.number,
        practice=receipt.practice,
        cash=receipt.cash,
    )


def _blocks(receipt: Receipt, original: str) -> Iterator[Block]:
    yield Fact(both("paper.date"), show_time(receipt.created_ms), strong=True)
    if receipt.name:
        yield Fact(both("paper.name"), typed(receipt.name), strong=True)
    if receipt.national_id:
        yield Fact(both("paper.national_id"), receipt.national_id, strong=True)
    for part in receipt.served:
        yield Rule()
        yield from _request(part, receipt.number_of(part) if len(receipt.served) > 1 else "")
    yield from _payment(receipt)
    yield from _proof(receipt, original)


def _request(part: ReceiptService, request: str) -> Iterator[Block]:
    """One; of several, each has its number (`request`) and code: that is what its page at the centre is found by."""
    number, title = isolate(part.number), typed(part.service)
    yield Heading(Bilingual.of(lambda language: f"{number} · {title[language]}"))
    yield Note(typed(part.authority), "small")
    if part.form is not None:
        yield Fact(both("paper.form"), typed(part.form))
    yield Fact(both("paper.processing"), typed(part.processing), strong=True)
    if part.next is not None:
        yield Note(typed(part.next))
    for line in part.lines:
        yield Amount(typed(line.label), line.amount_pt)
    for line in part.elsewhere:
        yield Amount(joined(both("paper.elsewhere"), " ", typed(line.label)), line.amount_pt, "small")
    if request:
        yield Amount(both("paper.subtotal"), part.subtotal_pt)
        yield Fact(both("paper.request"), request, strong=True)
        yield Fact(both("paper.code"), part.code, strong=True)


def _payment(receipt: Receipt) -> Iterator[Block]:
    if receipt.vat_pt:
        yield Amount(both("paper.vat", number=isolate(receipt.tax_number)), receipt.vat_pt, "small")
    yield Amount(both("paper.total"), receipt.total_pt, "total")
    if receipt.transferred:
        yield Fact(both("paper.transferred"), receipt.transferred, strong=True)
    elif receipt.method == "cash":
        yield Amount(both("paper.tendered"), receipt.tendered_pt)
        yield Amount(both("paper.change"), receipt.change_pt)
    else:
        yield Fact(both("paper.noncash"), receipt.reference, strong=True)


def _proof(receipt: Receipt, original: str) -> Iterator[Block]:
    # Behind a # no telephone sends them anywhere: they are for the counter's scanner.
    qr = f"{receipt.qr}#{original}" if original else receipt.qr
    yield Proof(qr, both("paper.scan"), receipt.code, receipt.shop_id, receipt.barcode, original)
    yield Rule()
    yield Note(complaints(receipt.support_phone), "strong")
    yield Note(both("paper.state"), "small")
    yield Note(Bilingual.of(partial(_issued, receipt)), "small")


def _issued(receipt: Receipt, language: Language) -> str:
    """By whom, under which price list and form versions, so that an amount can be traced to what was in force."""
    parts = [
        say(language, "paper.operator.by", name=clean(receipt.operator)),
        say(language, "paper.tariff", catalogue=isolate(str(receipt.catalogue))),
    ]
    for part in receipt.served:
        version = isolate(str(part.version))
        parts.append(say(language, "paper.tariff.form", service=isolate(part.number), form=version))
    return " · ".join(parts)


SAMPLE: Final = Receipt(
    device="00000000-0000-7000-8000-000000000000", till=0, epoch=1,
    served=(
        ReceiptService(
            1, "00" * 32, "000", Bilingual("إيصال تجربة", "Test receipt"), Bilingual("منفذ", "Manfaz"), 1,
            (ReceiptLine(Bilingual("رسم", "Fee"), 12_345),), Bilingual("-", "-"),
        ),
    ),
    shop_id="-", shop=Bilingual("فحص البرنامج", "Self-test"), catalogue=1, created_ms=4_070_908_800_000,
    operator="-", name="-", national_id="**********0000", vat_pt=0, total_pt=12_345, tendered_pt=20_000,
    change_pt=7_655, public_address="https://centre.example", support_phone="-", practice=True,
)  # fmt: skip
"""Of nobody, and marked as practice: what a self-test, and a version on trial, paint to show that they can."""
