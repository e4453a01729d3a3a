"""Every kind of paper on every printer, in both languages: nothing cut, nothing lost, what must be said is said."""

from __future__ import annotations

import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
import zxingcpp

from kiosk.model.citizen_receipt import Receipt
from kiosk.model.paper_sheet import Amount, Fact, Heading, Sheet, Tick, typed, unpack
from kiosk.printing.printer_choice import WIDTH_58, WIDTH_80, PrinterChoice, Size
from protocol.texts import LANGUAGES, Bilingual, Language
from protocol.values.money import format_pt
from tests.harness.paper_samples import SHOP, day_report, every_paper, price_list, receipts, reversal, visit
from tests.harness.roll_reader import read_roll
from tests.ui.paper.test_painting import pillow
from ui.paper import escpos
from ui.paper.painter import as_sheet, lay_out
from ui.paper.paper_layout import Frame, spots
from ui.paper.rendering import render_image, render_raster, write_pdf

RECEIPT: Final = next(receipts(1))
KINDS: Final = sorted(every_paper(RECEIPT))
PAGES: Final[tuple[Size, ...]] = ("A5", "A4")


@pytest.mark.parametrize("width", [WIDTH_80, WIDTH_58])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_cut_at_the_edges(kind: str, language: Language, width: int) -> None:
    content = every_paper(RECEIPT)[kind]
    picture = pillow(render_image(content, 1, language, width)).point(lambda grey: 255 if grey < 128 else 0)
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    air = 0 if kind == "test" else 2  # its rulers go from edge to edge
    assert (left >= air, right <= width - air, 0 < top < bottom < picture.height) == (True, True, True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_stored_paper_comes_back_the_same(kind: str) -> None:
    content = every_paper(RECEIPT)[kind]
    assert unpack(content.pack()) == content


def pdf_pages(path: Path) -> list[str]:
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    text = unicodedata.normalize("NFKC", done.stdout.decode())
    return "".join(c for c in text if unicodedata.category(c) != "Cf").split("\f")[:-1]


@pytest.mark.parametrize("size", ["80mm", "58mm", "A5", "A4"])
@pytest.mark.parametrize("kind", KINDS)
def test_the_pdf_of_each_holds_its_amounts_numbers_and_codes(kind: str, size: Size, tmp_path: Path) -> None:
    content = every_paper(RECEIPT)[kind]
    write_pdf(tmp_path / "p.pdf", content, 0, "ar", size)
    pages = pdf_pages(tmp_path / "p.pdf")
    text = "".join(pages)
    assert len(pages) == 1
    width = WIDTH_58 if size == "58mm" else WIDTH_80  # where a code may stand on two lines
    wanted = {spot.text for spot in spots(lay_out(content, Frame(width, 1.0, "ar")))}
    amounts = {format_pt(block.amount_pt) for block in as_sheet(content).blocks if isinstance(block, Amount)}
    assert amounts <= wanted
    assert [number for number in wanted if number not in text] == []


def test_the_price_list_names_every_service_and_its_prices_over_several_pages(tmp_path: Path) -> None:
    sheet = price_list()
    write_pdf(tmp_path / "p.pdf", sheet, 0, "en", "A4")
    pages = pdf_pages(tmp_path / "p.pdf")
    text = " ".join(" ".join(pages).split())
    titles = [block.text.en for block in sheet.blocks if isinstance(block, Heading)]
    assert len(titles) >= 40
    assert len(pages) > 2
    assert f"page 2 of {len(pages)}" in text
    plain = ["".join(c for c in title if unicodedata.category(c) != "Cf") for title in titles]
    assert [title for title in plain if title not in text] == []


def test_a_service_is_not_torn_between_two_pages(tmp_path: Path) -> None:
    write_pdf(tmp_path / "p.pdf", price_list(), 0, "en", "A4")
    for page in pdf_pages(tmp_path / "p.pdf")[1:]:
        assert "·" in page.strip().splitlines()[0], "each page begins with a service's name"


def test_one_paper_longer_than_a_page_is_carried_on(tmp_path: Path) -> None:
    rows = tuple(Fact(Bilingual(f"سطر {n}", f"line {n}"), f"{n:04d}") for n in range(120))
    write_pdf(tmp_path / "p.pdf", Sheet("x", SHOP, SHOP, rows, "n"), 0, "en", "A5")
    pages = pdf_pages(tmp_path / "p.pdf")
    text = "".join(pages)
    assert len(pages) > 1
    assert [n for n in range(120) if f"{n:04d}" not in text] == []


def test_a_practice_paper_proves_nothing() -> None:
    picture = pillow(render_image(replace(RECEIPT, practice=True), 0))
    found = zxingcpp.read_barcodes(picture)
    assert RECEIPT.qr not in {code.text for code in found}
    assert picture.height > render_image(RECEIPT, 0).height()


def test_a_visit_says_the_number_and_code_of_each_request() -> None:
    both = visit(RECEIPT)
    told = {spot.text for spot in spots(lay_out(both, Frame(576, 1.0, "ar")))}
    assert {part.code for part in both.served} <= told
    assert {both.number_of(part) for part in both.served} <= told


def test_what_is_not_paid_in_cash_shows_a_reference_and_no_change() -> None:
    by_card = replace(RECEIPT, method="card", reference="882-1190")
    blocks = as_sheet(by_card).blocks
    assert any(isinstance(block, Fact) and block.value == "882-1190" for block in blocks)
    assert not any(isinstance(block, Amount) and block.amount_pt == by_card.change_pt == 0 for block in blocks)
    assert (by_card.cash, RECEIPT.cash) == (False, True)


@pytest.mark.parametrize(
    ("printer", "copy", "cash", "commands"),
    [
        (PrinterChoice("usb"), 0, True, [escpos.INIT, escpos.FEED, escpos.CUT]),
        (PrinterChoice("usb", cut=False), 0, True, [escpos.INIT, escpos.FEED]),
        (PrinterChoice("usb", drawer=True), 0, True, [escpos.INIT, escpos.KICK, escpos.FEED, escpos.CUT]),
        (PrinterChoice("usb", drawer=True), 1, True, [escpos.INIT, escpos.FEED, escpos.CUT]),
        (PrinterChoice("usb", drawer=True), 0, False, [escpos.INIT, escpos.FEED, escpos.CUT]),
    ],
)
def test_the_drawer_opens_at_the_first_paper_of_a_cash_matter(
    printer: PrinterChoice, copy: int, cash: bool, commands: list[bytes]
) -> None:
    content = replace(RECEIPT, method="cash" if cash else "card")
    assert read_roll(render_raster(content, copy, "ar", printer))[1] == commands


@pytest.mark.parametrize(("counted_pt", "key"), [(348_600, "عجز"), (352_001, "زيادة"), (352_000, "مطابق")])
def test_a_difference_is_said_in_words(counted_pt: int, key: str) -> None:
    blocks = day_report(final=True, counted_pt=counted_pt).blocks
    words = [getattr(block, name).ar for block in blocks for name in ("label", "text") if hasattr(block, name)]
    assert any(word.startswith(key) for word in words)
    assert all(block.amount_pt >= 0 for block in blocks if isinstance(block, Amount))


def test_a_sum_that_its_lines_do_not_make_never_reaches_paper() -> None:
    with pytest.raises(ValueError, match="total_pt"):
        replace(reversal(RECEIPT), total_pt=1).sheet()


def test_a_refusal_says_that_nothing_was_taken_why_and_what_to_bring() -> None:
    sheet = as_sheet(every_paper(RECEIPT)["refusal"])
    words = [getattr(block, "text", Bilingual("", "")).ar for block in sheet.blocks]
    assert "لم نأخذ منك أي مبلغ" in words
    assert any("بطاقة الرقم القومي منتهية" in word for word in words)
    assert sum(isinstance(block, Tick) for block in sheet.blocks) == 1
    assert not any(isinstance(block, Amount) for block in sheet.blocks)


def test_a_date_in_a_typed_sentence_keeps_its_order() -> None:
    assert typed("منذ 2025-03-01.").ar == "منذ \u20662025-03-01\u2069."
    assert typed("14% من 4×6").ar == "\u206614%\u2069 من \u20664×6\u2069"


def test_numbers_of_more_than_a_line_stand_below_their_label() -> None:
    narrow = Sheet("x", SHOP, SHOP, (Fact(Bilingual("رقم", "No."), "0123456789" * 3),))
    (spot,) = spots(lay_out(narrow, Frame(WIDTH_58, 1.0, "ar")))
    assert spot.box.width() <= WIDTH_58


def test_what_a_paper_does_not_say_is_as_usual() -> None:
    assert b',"transferred":""' in RECEIPT.pack()
    assert Receipt.unpack(RECEIPT.pack().replace(b',"transferred":""', b"")) == RECEIPT
