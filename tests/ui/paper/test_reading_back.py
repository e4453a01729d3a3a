"""Two hundred random receipts, read from the printer's bytes as a telephone, a scanner and a person read them."""

from __future__ import annotations

import os
import re
import subprocess
from io import BytesIO
from typing import Final

import pytest
import zxingcpp
from PIL import Image, ImageFilter, ImageOps

from kiosk.model.citizen_receipt import Receipt
from kiosk.printing.printer_choice import WIDTH_58, WIDTH_80, PrinterChoice
from protocol.texts import LANGUAGES
from protocol.values.money import format_pt
from tests.harness.paper_samples import receipts
from tests.harness.roll_reader import read_roll
from ui.paper.painter import lay_out
from ui.paper.paper_layout import Frame, Spot, spots
from ui.paper.rendering import render_raster

WIDTHS: Final = (WIDTH_80, WIDTH_58)
CODES: Final = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])
LOOKED_AT: Final = int(os.environ.get("PRINT_CHECK", "20"))
"""How many are read letter by letter; `make print-check` reads all."""
_AIR: Final = 30
_NUMBER: Final = re.compile(r"[0-9,]+\.[0-9]{2}|[0-9]{1,4}-[0-9]{6,}")


def printed(receipt: Receipt, width: int, number: int) -> Image.Image:
    """Every other one is English."""
    picture, _ = read_roll(render_raster(receipt, 0, LANGUAGES[number % 2], PrinterChoice("usb", dots=width)))
    return picture


@pytest.mark.slow
@pytest.mark.parametrize("width", WIDTHS)
def test_the_codes_of_two_hundred_receipts_equal_the_record(width: int) -> None:
    for number, receipt in enumerate(receipts(200)):
        found = {code.text for code in zxingcpp.read_barcodes(printed(receipt, width, number), formats=CODES)}
        assert found == {receipt.qr, receipt.barcode}, number


def numbers_of(receipt: Receipt, width: int, number: int) -> list[Spot]:
    """Its number, every amount; and where they stand."""
    found = spots(lay_out(receipt, Frame(width, 1.0, LANGUAGES[number % 2])))
    return [spot for spot in found if _NUMBER.fullmatch(spot.text)]


def cropped(picture: Image.Image, found: list[Spot], times: int, blur: float) -> Image.Image:
    """The numbers alone, one below the other, as large and as soft as a scan of them."""
    sheet = Image.new("L", (picture.width + 2 * _AIR, sum(round(s.box.height()) + _AIR for s in found) + _AIR), 255)
    y = _AIR
    for spot in found:
        x, top = round(spot.box.x()), round(spot.box.y())
        box = (max(0, x - 2), top, x + round(spot.box.width()) + 2, top + round(spot.box.height()))
        sheet.paste(_black_on_white(picture.crop(box)), (_AIR, y))
        y += round(spot.box.height()) + _AIR
    size = sheet.width * times, sheet.height * times
    return sheet.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(blur))


def _black_on_white(number: Image.Image) -> Image.Image:
    """The total is printed white on black."""
    dark = sum(number.histogram()[:128]) * 2 > number.width * number.height
    return ImageOps.invert(number) if dark else number


def read_letters(picture: Image.Image, layout: str) -> list[str]:
    file = BytesIO()
    picture.save(file, "PNG", dpi=(300, 300))
    command = ["tesseract", "-", "-", "--psm", layout, "-c", "tessedit_char_whitelist=0123456789.,-"]
    one_thread = os.environ | {"OMP_THREAD_LIMIT": "1"}
    done = subprocess.run(command, input=file.getvalue(), capture_output=True, check=True, env=one_thread)
    return [line.replace(" ", "") for line in done.stdout.decode().splitlines()]


READERS: Final = (("4", 2, 1.2), ("4", 3, 2.0), ("6", 2, 1.2), ("6", 1, 0.5), ("4", 4, 1.5))
"""Tesseract drops a digit now and then; what is misprinted none of these reads right."""


def unread(receipt: Receipt, width: int, number: int) -> list[str]:
    """What nobody could read as it stands in the record."""
    found, picture = numbers_of(receipt, width, number), printed(receipt, width, number)
    wanted = [spot.text for spot in found]
    for layout, times, blur in READERS:
        read = read_letters(cropped(picture, found, times, blur), layout)
        wanted = [text for text in wanted if text not in read]
        if not wanted:
            break
    alone = [spot for spot in found if spot.text in wanted]
    return [spot.text for spot in alone if read_letters(cropped(picture, [spot], 1, 0.5), "7") != [spot.text]]


def expected(receipt: Receipt) -> set[str]:
    lines = [line.amount_pt for line in receipt.served[0].lines]
    amounts = [*lines, receipt.total_pt, receipt.tendered_pt, receipt.change_pt]
    return {receipt.number, *map(format_pt, amounts)}


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("width", WIDTHS)
def test_amounts_and_numbers_read_as_they_are(width: int) -> None:
    for number, receipt in enumerate(receipts(LOOKED_AT)):
        assert expected(receipt) <= {spot.text for spot in numbers_of(receipt, width, number)}, number
        assert unread(receipt, width, number) == [], number
