"""Paint a receipt: the same strokes for the 80 mm roll, the 58 mm roll, PDF and the screen.

Rows are drawn label by label with QPainter: text documents do not mirror tables, and mixed runs reorder.
Numbers are isolated, names are cleaned of direction controls, and nothing is dithered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import segno
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QTextLayout, QTextOption

from kiosk.arabic import clean, isolate
from kiosk.clock import show_time
from kiosk.money import format_pt
from kiosk.receipt import Receipt
from kiosk.texts import Language, say
from ui.paper import code128

FAMILY: Final = "IBM Plex Sans Arabic"
INK: Final = QColor(0, 0, 0)
UNITS: Final = 576
"""The layout is thought out in dots of an 80 mm printer (203 dpi) and scaled from there."""


def paper_font(size: float, *, bold: bool = False) -> QFont:
    """The bundled font; without its localised digits, whose glyphs have no Unicode and vanish from PDF text."""
    font = QFont(FAMILY)
    font.setPixelSize(round(size))
    font.setWeight(QFont.Weight.Bold if bold else QFont.Weight.Medium)
    font.setFeature(QFont.Tag("locl"), 0)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def money(pt: int, language: Language) -> str:
    """``50.00 ج.م`` with the amount isolated."""
    return f"{isolate(format_pt(pt))} {say(language, 'paper.currency')}"


@dataclass(slots=True)
class _Page:
    """A painter and where the next row goes. `scale` turns layout units into the device's."""

    painter: QPainter
    width: float
    language: Language
    y: float = 0.0

    @property
    def scale(self) -> float:
        return self.width / UNITS if self.width >= 480 else self.width / 430

    @property
    def rtl(self) -> bool:
        return self.language == "ar"

    def text(self, text: str, box: QRectF, size: float, align: Qt.AlignmentFlag, *, bold: bool = False) -> float:
        """Draw wrapped text into `box` from its top, and return its height."""
        layout = QTextLayout(text, paper_font(size * self.scale, bold=bold), self.painter.device())
        option = QTextOption(align | Qt.AlignmentFlag.AlignAbsolute)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(Qt.LayoutDirection.RightToLeft if self.rtl else Qt.LayoutDirection.LeftToRight)
        layout.setTextOption(option)
        layout.beginLayout()
        height = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(box.width())
            line.setPosition(QPointF(0, height))
            height += line.height()
        layout.endLayout()
        layout.draw(self.painter, QPointF(box.x(), box.y()))
        return height

    def centre(self, text: str, size: float, *, bold: bool = False, gap: float = 4) -> None:
        margin = 12 * self.scale
        box = QRectF(margin, self.y, self.width - 2 * margin, 0)
        self.y += self.text(text, box, size, Qt.AlignmentFlag.AlignHCenter, bold=bold) + gap * self.scale

    def row(self, label: str, value: str, size: float = 24, *, bold: bool = False, share: float = 0.36) -> None:
        """A label at the leading side and its value at the trailing one."""
        margin = 10 * self.scale
        inner = self.width - 2 * margin
        near, far = inner * share, inner * (1 - share) - margin
        label_x = margin + inner - near if self.rtl else margin
        value_x = margin if self.rtl else margin + near + margin
        lead = Qt.AlignmentFlag.AlignRight if self.rtl else Qt.AlignmentFlag.AlignLeft
        trail = Qt.AlignmentFlag.AlignLeft if self.rtl else Qt.AlignmentFlag.AlignRight
        left = self.text(label, QRectF(label_x, self.y, near, 0), size, lead)
        right = self.text(value, QRectF(value_x, self.y, far, 0), size, trail, bold=bold)
        self.y += max(left, right) + 2 * self.scale

    def rule(self) -> None:
        thick = max(1.0, 2 * self.scale)
        self.y += 6 * self.scale
        self.painter.fillRect(QRectF(10 * self.scale, self.y, self.width - 20 * self.scale, thick), INK)
        self.y += thick + 8 * self.scale

    def band(self, text: str) -> None:
        """White words on black: nobody overlooks a copy."""
        height = 52 * self.scale
        self.painter.fillRect(QRectF(10 * self.scale, self.y, self.width - 20 * self.scale, height), INK)
        self.painter.setPen(QColor(255, 255, 255))
        box = QRectF(0, self.y + 4 * self.scale, self.width, height)
        self.text(text, box, 28, Qt.AlignmentFlag.AlignHCenter, bold=True)
        self.painter.setPen(INK)
        self.y += height + 8 * self.scale

    def qr(self, text: str) -> None:
        matrix = segno.make_qr(text, error="m", boost_error=False).matrix
        module = max(1, round(self.scale * (5 if self.width >= 480 else 4)))
        side = module * len(matrix)
        x0, y0 = round((self.width - side) / 2), round(self.y + 4 * module)
        for row, cells in enumerate(matrix):
            for column, dark in enumerate(cells):
                if dark:
                    self.painter.fillRect(x0 + column * module, y0 + row * module, module, module, INK)
        self.y = y0 + side + 4 * module

    def barcode(self, digits: str) -> None:
        bars = code128.modules(digits)
        module = max(1, round(self.scale * 2.4))
        x0, height = round((self.width - module * len(bars)) / 2), round(64 * self.scale)
        for place, dark in enumerate(bars):
            if dark:
                self.painter.fillRect(x0 + place * module, round(self.y), module, height, INK)
        self.y += height + 4 * self.scale


def paint(painter: QPainter, width: float, receipt: Receipt, language: Language, copy: int) -> float:
    """Paint `receipt` (`copy` 0 is the first paper) into `width` device units; returns the height used."""
    page = _Page(painter, width, language)
    painter.setPen(INK)
    _head(page, receipt, copy)
    _facts(page, receipt)
    page.rule()
    _amounts(page, receipt)
    page.rule()
    _proof(page, receipt)
    return page.y + 16 * page.scale


def _head(page: _Page, receipt: Receipt, copy: int) -> None:
    ar = page.rtl
    page.y = 10 * page.scale
    page.centre(clean(receipt.shop_ar if ar else receipt.shop_en), 32, bold=True)
    page.centre(say(page.language, "paper.title"), 26)
    if copy:
        page.band(say(page.language, "paper.copy", n=copy))
    page.rule()


def _facts(page: _Page, receipt: Receipt) -> None:
    ar, language = page.rtl, page.language
    page.row(say(language, "paper.number"), isolate(receipt.number), bold=True)
    page.row(say(language, "paper.date"), isolate(show_time(receipt.created_ms)), bold=True)
    service = receipt.service_ar if ar else receipt.service_en
    page.row(say(language, "paper.service"), f"{isolate(receipt.service_number)} · {clean(service)}", bold=True)
    page.row(say(language, "paper.authority"), clean(receipt.authority_ar if ar else receipt.authority_en))
    if receipt.name:
        page.row(say(language, "paper.name"), isolate(clean(receipt.name)), bold=True)
    if receipt.national_id:
        page.row(say(language, "paper.national_id"), isolate(receipt.national_id), bold=True)
    page.row(say(language, "paper.operator"), isolate(clean(receipt.operator)))


def _amounts(page: _Page, receipt: Receipt) -> None:
    language = page.language
    for line in receipt.lines:
        label = line.label_ar if page.rtl else line.label_en
        page.row(clean(label), money(line.amount_pt, language), bold=True, share=0.6)
    page.y += 4 * page.scale
    page.row(say(language, "paper.total"), money(receipt.total_pt, language), 38, bold=True, share=0.4)
    page.row(say(language, "paper.tendered"), money(receipt.tendered_pt, language), share=0.5)
    page.row(say(language, "paper.change"), money(receipt.change_pt, language), share=0.5)
    if receipt.vat_pt:
        page.row(say(language, "paper.vat"), money(receipt.vat_pt, language), 20, share=0.68)
        page.row(say(language, "paper.tax_number"), isolate(clean(receipt.tax_number)), 20, share=0.5)


def _proof(page: _Page, receipt: Receipt) -> None:
    language = page.language
    page.row(
        say(language, "paper.processing"),
        clean(receipt.processing_ar if page.rtl else receipt.processing_en),
        share=0.5,
    )
    page.qr(receipt.qr)
    page.centre(say(language, "paper.scan"), 21)
    page.centre(say(language, "paper.code"), 20, gap=0)
    page.centre(isolate(receipt.code), 28, bold=True)
    page.barcode(receipt.barcode)
    page.centre(isolate(receipt.barcode), 18)
    page.centre(say(language, "paper.state"), 21, bold=True)
    page.centre(say(language, "paper.official"), 20)
    versions = {"catalogue": isolate(str(receipt.catalogue)), "form": isolate(str(receipt.service_version))}
    page.centre(say(language, "paper.tariff", **versions), 20)
    if receipt.support_phone:
        page.centre(f"{say(language, 'paper.complaints')}: {isolate(receipt.support_phone)}", 22, bold=True)
