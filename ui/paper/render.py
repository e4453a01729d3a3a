"""From a receipt to a picture, to printer bytes, to a PDF. Safe on any thread once the fonts are loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter

from kiosk.receipt import Receipt
from kiosk.texts import Language
from ui.paper import escpos
from ui.paper.painter import UNITS, paint

WIDTH_80: Final = 576
WIDTH_58: Final = 384
_TALLEST: Final = 3_000
_WHITE: Final = QColor(255, 255, 255)
Size = Literal["80mm", "A5"]


def render_image(receipt: Receipt, copy: int, language: Language = "ar", width: int = WIDTH_80) -> QImage:
    """The paper as a picture of `width` dots, exactly as high as it needs."""
    image = QImage(width, _TALLEST, QImage.Format.Format_Grayscale8)
    image.fill(_WHITE)
    painter = QPainter(image)
    try:
        height = paint(painter, width, receipt, language, copy)
    finally:
        painter.end()
    return image.copy(0, 0, width, min(_TALLEST, round(height)))


def render_raster(receipt: Receipt, copy: int, language: Language = "ar", width: int = WIDTH_80) -> bytes:
    """The bytes for a thermal printer."""
    return escpos.page(render_image(receipt, copy, language, width))


def write_pdf(path: Path, receipt: Receipt, copy: int, language: Language = "ar", size: Size = "80mm") -> None:
    """The same paper as a PDF: on a strip 72 mm wide and as long as needed, or centred on A5."""
    writer = QPdfWriter(str(path))
    writer.setTitle(receipt.number)
    writer.setCreator("Manfaz")
    writer.setResolution(406)  # two dots of the roll: the strokes of the painting stay whole numbers
    if size == "80mm":
        height_mm = render_image(receipt, copy, language).height() * 72 / UNITS
        writer.setPageSize(QPageSize(QSizeF(72, height_mm), QPageSize.Unit.Millimeter, "80mm"))
    else:
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A5))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    painter = QPainter(writer)
    try:
        strip = min(writer.width(), round(72 / 25.4 * 406))
        painter.translate((writer.width() - strip) / 2, 0)
        paint(painter, strip, receipt, language, copy)
    finally:
        painter.end()
