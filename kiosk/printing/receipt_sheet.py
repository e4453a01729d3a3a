"""How a receipt looks: what was asked, what was paid, how to check it, whom to call."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from kiosk.model.citizen_receipt import Receipt, ReceiptLine, ReceiptService
from kiosk.model.paper_sheet import Amount, Band, Block, Fact, Heading, Note, Proof, Rule, Said, Sheet, said, typed
from protocol.clock import show_time
from protocol.texts import Bilingual, Language, say
from protocol.values.arabic import clean, isolate


def receipt_sheet(receipt: Receipt, original: str = "") -> Sheet:
    """The paper of a sale, one heading, code and sum for each request of the visit.

    `original` are the digits of its first paper.
    """
    return Sheet(
        "receipt",
        typed(receipt.shop.ar, receipt.shop.en),
        said("paper.title"),
        (*_blocks(receipt, original),),
        number=receipt.number,
        practice=receipt.practice,
        cash=receipt.cash,
    )


def _blocks(receipt: Receipt, original: str) -> Iterator[Block]:
    yield Fact(said("paper.number"), receipt.number, strong=True)
    yield Fact(said("paper.date"), show_time(receipt.created_ms), strong=True)
    if receipt.name:
        yield Fact(said("paper.name"), typed(receipt.name), strong=True)
    if receipt.national_id:
        yield Fact(said("paper.national_id"), receipt.national_id, strong=True)
    several = len(receipt.served) > 1
    for part in receipt.served:
        yield Rule()
        yield from _request(part, receipt.short_device, several=several)
    yield Rule()
    yield from _payment(receipt)
    yield from _proof(receipt, original)


def _request(part: ReceiptService, short_device: str, *, several: bool) -> Iterator[Block]:
    """One request; of several, each has its number and code: that is what its page at the centre is found by."""
    number, title = isolate(part.number), typed(part.service.ar, part.service.en)
    yield Heading(Said(f"{number} · {title.ar}", f"{number} · {title.en}"))
    yield Fact(said("paper.authority"), typed(part.authority.ar, part.authority.en))
    if part.form is not None:
        yield Fact(said("paper.form"), typed(part.form.ar, part.form.en))
    for line in part.lines:
        yield Amount(typed(line.label_ar, line.label_en), line.amount_pt)
    if several:
        yield Amount(said("paper.subtotal"), part.subtotal_pt)
        yield Fact(said("paper.request"), f"{short_device}-{part.seq}", strong=True)
        yield Fact(said("paper.code"), part.code, strong=True)
    for line in part.elsewhere:
        later, label = said("paper.elsewhere"), typed(line.label_ar, line.label_en)
        yield Amount(Said(f"{later.ar} {label.ar}", f"{later.en} {label.en}"), line.amount_pt, "small")
    yield Fact(said("paper.processing"), typed(part.processing.ar, part.processing.en), strong=True)
    if part.next is not None:
        yield Note(typed(part.next.ar, part.next.en))


def _payment(receipt: Receipt) -> Iterator[Block]:
    yield Amount(said("paper.total"), receipt.total_pt, "total")
    if receipt.carried:
        yield Fact(said("paper.carried"), receipt.carried, strong=True)
    elif receipt.method == "cash":
        yield Amount(said("paper.tendered"), receipt.tendered_pt)
        yield Amount(said("paper.change"), receipt.change_pt)
    else:
        yield Fact(said("paper.noncash"), receipt.reference, strong=True)
    if receipt.vat_pt:
        yield Amount(said("paper.vat"), receipt.vat_pt, "small")
        yield Fact(said("paper.tax_number"), receipt.tax_number)


def _proof(receipt: Receipt, original: str) -> Iterator[Block]:
    yield Rule()
    # Behind a # no telephone sends them anywhere: they are for the counter's scanner.
    qr = f"{receipt.qr}#{original}" if original else receipt.qr
    yield Proof(qr, said("paper.scan"), receipt.code, receipt.barcode, original)
    yield Note(said("paper.state"), "strong")
    if receipt.support_phone:
        yield Band(said("paper.complaints.call", phone=isolate(receipt.support_phone)))
    yield Note(said("paper.official"), "small")
    yield Note(Said(_versions(receipt, "ar"), _versions(receipt, "en")), "small")
    yield Note(said("paper.operator.by", name=clean(receipt.operator)), "small")


def _versions(receipt: Receipt, language: Language) -> str:
    """Price list and form versions, so that an amount can be traced to what was in force."""
    parts = [say(language, "paper.tariff", catalogue=isolate(str(receipt.catalogue)))]
    for part in receipt.served:
        version = isolate(str(part.version))
        parts.append(say(language, "paper.tariff.form", service=isolate(part.number), form=version))
    return " ".join(parts)


SAMPLE: Final = Receipt(
    device="00000000-0000-7000-8000-000000000000", epoch=1,
    served=(
        ReceiptService(
            1, "00" * 32, "000", Bilingual("إيصال تجربة", "Test receipt"), Bilingual("منفذ", "Manfaz"), 1,
            (ReceiptLine("رسم", "Fee", 12_345),), Bilingual("-", "-"),
        ),
    ),
    shop=Bilingual("فحص البرنامج", "Self-test"), catalogue=1, created_ms=4_070_908_800_000, operator="-", name="-",
    national_id="**********0000", vat_pt=0, total_pt=12_345, tendered_pt=20_000, change_pt=7_655,
    public_address="https://centre.example", support_phone="-", practice=True,
)  # fmt: skip
"""Of nobody, and marked as practice: what a self-test, and a version on trial, paint to show that they can."""
