"""The bytes to the printer, against python-escpos as the oracle, and what its status bytes mean."""

from __future__ import annotations

import re

import pytest
from PIL import Image
from PySide6.QtGui import QImage

from kiosk.model.citizen_receipt import Receipt
from kiosk.printing.printer_choice import WIDTH_58, WIDTH_80, PrinterChoice
from tests.harness.paper_samples import receipts
from tests.ui.paper.test_painting import pillow
from ui.paper import escpos
from ui.paper.drawn_codes import code128
from ui.paper.rendering import render_image, render_raster


def oracle(picture: Image.Image) -> bytes:
    from escpos.printer import Dummy  # takes a second, which no other worker has to spend

    printer = Dummy()
    black = picture.point(lambda grey: 0 if grey < 128 else 255).convert("1", dither=Image.Dither.NONE)
    printer.image(black, impl="bitImageRaster", fragment_height=escpos.BAND_ROWS, center=False)
    output: bytes = printer.output
    return output


def test_the_raster_is_what_python_escpos_sends(receipt: Receipt) -> None:
    image = render_image(receipt, 0)
    assert escpos.raster(image) == oracle(pillow(image))


def test_a_width_that_is_no_multiple_of_eight_is_padded_white() -> None:
    image = QImage(13, 3, QImage.Format.Format_Grayscale8)
    image.fill(0)
    assert escpos.raster(image) == b"\x1dv0\x00\x02\x00\x03\x00" + b"\xff\xf8" * 3


@pytest.mark.parametrize("second", [0x04, 0x05, 0x14])
@pytest.mark.parametrize("width", [16, 8])
def test_no_dots_read_as_a_command_that_is_obeyed_at_once(width: int, second: int) -> None:
    """In a row, and from the end of one to the beginning of the next. One dot is added, none is taken."""
    image = QImage(width, 16 // width, QImage.Format.Format_Grayscale8)
    for place, bit in enumerate(f"{0x1000 + second:016b}"):
        image.setPixel(place % width, place // width, 0xFF000000 if bit == "1" else 0xFFFFFFFF)
    assert escpos.raster(image)[8:] == bytes((0x18, second))


def test_no_paper_holds_a_command_that_is_obeyed_at_once() -> None:
    """On narrow paper one receipt in three held the beginning of one, and one in ten a whole question."""
    papers = [render_raster(receipt, 0, printer=PrinterChoice("usb", dots=WIDTH_58)) for receipt in receipts(40)]
    assert not [paper for paper in papers if re.search(rb"\x10[\x04\x05\x14]", paper)]


def test_a_page_begins_clean_and_ends_with_the_cut(receipt: Receipt) -> None:
    page = render_raster(receipt, 0)
    assert page.startswith(escpos.INIT)
    assert page.endswith(escpos.FEED + escpos.CUT)
    assert int.from_bytes(page[6:8], "little") * 8 == WIDTH_80


@pytest.mark.parametrize(
    ("printer", "paper", "word"),
    [
        (0x12, 0x12, None),
        (0x1A, 0x12, "offline"),
        (0x12, 0x72, "paper_out"),
        (0x1A, 0x72, "paper_out"),
        (0x12, 0x1E, None),
        (0x00, 0x12, "error"),
        (0x12, 0xFF, "error"),
    ],
)
def test_the_status_bytes_say_what_is_wrong(printer: int, paper: int, word: str | None) -> None:
    assert escpos.trouble(printer, paper) == word


def test_code_128_is_as_wide_as_the_standard_says() -> None:
    assert len(code128("002640710500000231")) == 11 * (1 + 9 + 1) + 13
