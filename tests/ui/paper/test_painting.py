"""What stands on the paper, read back as a citizen's telephone, a scanner and a PDF reader would."""

from __future__ import annotations

import subprocess
import unicodedata
from dataclasses import replace
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from PySide6.QtGui import QImage

from kiosk.model.citizen_receipt import Receipt
from kiosk.model.paper_sheet import Note
from kiosk.printing.printer_choice import WIDTH_58, WIDTH_80, Size
from kiosk.printing.receipt_sheet import receipt_sheet
from kiosk.printing.till_papers import complaints
from protocol.texts import LANGUAGES, Bilingual, Language, say
from ui.paper.painter import lay_out
from ui.paper.paper_layout import Frame, spots
from ui.paper.rendering import DOTS_MM, render_image, write_pdf

WIDTHS = [WIDTH_80, WIDTH_58]


def pillow(image: QImage) -> Image.Image:
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    return Image.frombuffer(
        "L", (grey.width(), grey.height()), bytes(grey.constBits()), "raw", "L", grey.bytesPerLine(), 1
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_qr_and_the_barcode_read_back(receipt: Receipt, width: int, language: Language) -> None:
    found = zxingcpp.read_barcodes(pillow(render_image(receipt, 0, language, width)))
    assert {code.text for code in found} == {receipt.qr, receipt.barcode}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_the_first_papers_digits_read_back_where_the_bars_stay_wide_enough(
    receipt: Receipt, width: int, language: Language
) -> None:
    digits = "12345678901234567890"
    found = zxingcpp.read_barcodes(pillow(render_image(receipt_sheet(receipt, digits), 0, language, width)))
    bars = receipt.barcode + (digits if width == WIDTH_80 else "")
    assert {code.text for code in found} == {f"{receipt.qr}#{digits}", bars}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_at_the_edges(receipt: Receipt, width: int, language: Language) -> None:
    long = replace(
        receipt, name="عبد الرحمن عبد العزيز عبد الفتاح عبد المقصود " * 3, shop=Bilingual("مركز " * 20, "Centre")
    )
    picture = pillow(render_image(long, 0, language, width)).point(lambda grey: 255 if grey < 128 else 0)
    left, top, right, bottom = picture.getbbox() or (0, 0, 0, 0)
    assert left >= 2
    assert right <= width - 2
    assert 0 < top < bottom < picture.height


def test_a_copy_says_so_in_white_on_black(receipt: Receipt) -> None:
    first, copy = (pillow(render_image(receipt, number)) for number in (0, 1))
    assert copy.height > first.height
    column = copy.crop((14, 0, 15, copy.height // 4)).tobytes()
    assert sum(grey < 64 for grey in column) > 30, "a black band across the paper"


def test_a_code_that_has_no_room_on_a_line_is_broken_between_its_groups(receipt: Receipt) -> None:
    found = [spot.text for spot in spots(lay_out(receipt, Frame(WIDTH_58, 1.0, "ar")))]
    at = next(place for place, text in enumerate(found) if receipt.code.startswith(text) and len(text) > 4)
    assert found[at] + found[at + 1] == receipt.code


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_service_takes_about_eleven_centimetres(receipt: Receipt, language: Language) -> None:
    assert render_image(receipt_sheet(receipt, "1" * 20), 0, language).height() <= 110 * DOTS_MM


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", WIDTHS)
def test_what_is_said_ends_at_one_edge_and_each_currency_stands_at_its_number(
    receipt: Receipt, width: int, language: Language
) -> None:
    frame = Frame(width, 1.0, language)
    found = {spot.text: spot.box for spot in spots(lay_out(receipt, frame))}
    edges = [found[text] for text in ("45.00", "5.00")]
    if language == "ar":
        starts = {round(box.left()) for box in edges}
        assert len(starts) == 1
        assert round(found[receipt.number].left()) == round(frame.margin)
    else:
        assert len({round(box.right()) for box in edges}) == 1
        assert round(found[receipt.number].right()) == round(width - frame.margin)


@pytest.mark.parametrize("phone", ["15999", ""])
@pytest.mark.parametrize("language", LANGUAGES)
def test_till_and_complaint_line_are_always_there(receipt: Receipt, language: Language, phone: str) -> None:
    sheet = receipt_sheet(replace(receipt, support_phone=phone))
    words = [block.text[language] for block in sheet.blocks if isinstance(block, Note)]
    assert say(language, "till.name", n="\u20662\u2069") in sheet.shop[language]
    assert any(complaints(phone)[language] == word for word in words)


def pdf_text(path: Path) -> str:
    done = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, check=True)
    text = unicodedata.normalize("NFKC", done.stdout.decode())
    return "".join(c for c in text if unicodedata.category(c) != "Cf")


@pytest.mark.parametrize("size", ["80mm", "A5"])
def test_the_pdf_holds_number_amounts_and_code_as_text(receipt: Receipt, tmp_path: Path, size: Size) -> None:
    write_pdf(tmp_path / "r.pdf", receipt, 0, "ar", size)
    text = pdf_text(tmp_path / "r.pdf")
    for wanted in (receipt.number, "50.00", "100.00", "45.00", receipt.code, receipt.shop_id, "2026-11-25"):
        assert wanted in text


def test_direction_controls_in_a_name_turn_nothing_around(receipt: Receipt) -> None:
    hostile = replace(receipt, name="\u202e" + receipt.name + "\u202c")
    assert render_image(hostile, 0) == render_image(receipt, 0)


def test_no_vat_line_where_the_shop_is_not_registered(receipt: Receipt) -> None:
    assert render_image(replace(receipt, vat_pt=0), 0).height() < render_image(receipt, 0).height()


def test_what_is_empty_takes_no_line(receipt: Receipt) -> None:
    bare = replace(receipt, name="", national_id="")
    assert render_image(bare, 0).height() < render_image(receipt, 0).height()
