"""From content to a picture, to printer bytes, to pages. Safe on any thread once the fonts are loaded."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Literal

from PySide6.QtCore import QMarginsF, QSizeF
from PySide6.QtGui import QImage, QPagedPaintDevice, QPageSize, QPainter, QPdfWriter

from kiosk.model.paper_sheet import Content, Sheet
from kiosk.printing.printer_choice import WIDTH_80, PrinterChoice, Size
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.paper import escpos
from ui.paper.painter import as_sheet, lay_out
from ui.paper.paper_layout import CENTRE, PAPER, Frame, Piece, SetText, draw_all, paginate, total_height

DOTS_MM: Final = 8
"""Of a receipt printer: 203 dpi."""
PDF_DPI: Final = 406
"""Two dots of the roll: the strokes of the painting stay whole numbers."""
FOOT_MM: Final = 6.0
SMALLER: Final = (1.12, 1.25)
Pages = Literal["A5", "A4"]
PAGE_UNITS: Final[dict[Pages, int]] = {"A5": 860, "A4": 1080}
"""How many units a page is wide between its margins: a unit, and so a letter, is larger there than on the roll."""
PAGE_MARGIN_MM: Final = 12.0
ROLL_MM: Final = {"80mm": 72, "58mm": 48}
"""How wide a roll prints: not quite as wide as its paper."""
RECEIPT_PRINTER: Final = PrinterChoice("file")
"""As most are: 80 mm, with a cutter."""
QT_SIZES: Final = {"A5": QPageSize.PageSizeId.A5, "A4": QPageSize.PageSizeId.A4}


def roll(content: Content, copy: int, language: Language, width: float, scale: float = 1.0) -> list[Piece]:
    """The pieces of a paper on a roll `width` device units wide, with room below for the cut."""
    frame = Frame(width, scale, language)
    return [*lay_out(content, frame, copy), Piece(10 * scale, lambda _painter, _y: None)]


def render_image(content: Content, copy: int, language: Language = "ar", width: int = WIDTH_80) -> QImage:
    """The paper as a picture of `width` dots, exactly as high as it needs."""
    pieces = roll(content, copy, language, width)
    image = QImage(width, max(1, round(total_height(pieces))), QImage.Format.Format_Grayscale8)
    image.fill(PAPER)
    with QPainter(image) as painter:
        draw_all(painter, pieces)
    return image


def render_raster(
    content: Content, copy: int, language: Language = "ar", printer: PrinterChoice = RECEIPT_PRINTER
) -> bytes:
    """The bytes for a thermal printer; a drawer opens at the first paper of a cash matter."""
    kick = printer.drawer and copy == 0 and as_sheet(content).cash
    return escpos.page(render_image(content, copy, language, printer.width), cut=printer.cut, kick=kick)


def write_pdf(path: Path, content: Content, copy: int, language: Language = "ar", size: Size = "80mm") -> None:
    """The same paper as a PDF: on a strip as long as needed, or on pages."""
    writer = QPdfWriter(str(path))
    writer.setTitle(as_sheet(content).number)
    writer.setCreator("Manfaz")
    writer.setResolution(PDF_DPI)
    paint = prepare(writer, PDF_DPI, size, content, copy, language)
    with QPainter(writer) as painter:
        paint(painter)


def prepare(
    device: QPagedPaintDevice, dpi: float, size: Size, content: Content, copy: int, language: Language
) -> Callable[[QPainter], object]:
    """Set pages of `size`, or one as long as a roll needs; what is returned paints them on a painter of `device`.

    Margins are painted, not the device's: what is laid out in millimetres stands there.
    """
    paint: Callable[[QPainter], object]
    if size == "A5" or size == "A4":  # noqa: PLR1714 - mypy narrows by this alone
        page = QPageSize(QT_SIZES[size])
        paper = Paged(size, dpi, device.newPage)
        paint = partial(paint_pages, paper=paper, content=content, copy=copy, language=language)
    else:
        width_mm, per_mm = ROLL_MM[size], dpi / 25.4
        pieces = roll(content, copy, language, width_mm * per_mm, per_mm / DOTS_MM)
        strip, match = QSizeF(width_mm, total_height(pieces) / per_mm), QPageSize.SizeMatchPolicy.ExactMatch
        page = QPageSize(strip, QPageSize.Unit.Millimeter, size, match)
        paint = partial(draw_all, pieces=pieces)
    device.setPageSize(page)
    device.setPageMargins(QMarginsF(0, 0, 0, 0))
    return paint


@dataclass(frozen=True, slots=True)
class Paged:
    """What a page printer is: the size of its pages, its dots in an inch, and how it is told to take the next page."""

    size: Pages
    dpi: float
    new_page: Callable[[], object]


def paint_pages(painter: QPainter, paper: Paged, content: Content, copy: int, language: Language) -> int:
    """Paint `content` on pages, (0, 0) being the corner of the page; returns how many it took."""
    per_mm = paper.dpi / 25.4
    frame, pages = _fitted(paper, content, copy, language)
    painter.translate(PAGE_MARGIN_MM * per_mm, PAGE_MARGIN_MM * per_mm)
    for number, pieces in enumerate(pages, 1):
        if number > 1:
            paper.new_page()
        draw_all(painter, pieces)
        if len(pages) > 1:
            foot = _foot(frame, as_sheet(content), number, len(pages))
            foot.draw(painter, 0, _room(paper) + (FOOT_MM * per_mm - foot.height) / 2)
    return len(pages)


def _room(paper: Paged) -> float:
    """How high a page is between its margins and above its foot, in device units."""
    height_mm = QPageSize.size(QT_SIZES[paper.size], QPageSize.Unit.Millimeter).height()
    return (height_mm - 2 * PAGE_MARGIN_MM - FOOT_MM) * paper.dpi / 25.4


def _fitted(paper: Paged, content: Content, copy: int, language: Language) -> tuple[Frame, list[list[Piece]]]:
    """The paper on pages: a little smaller where that saves a second one, else at full size."""
    width_mm = QPageSize.size(QT_SIZES[paper.size], QPageSize.Unit.Millimeter).width()
    width = (width_mm - 2 * PAGE_MARGIN_MM) * paper.dpi / 25.4
    full = Frame(width, width / PAGE_UNITS[paper.size], language)
    for smaller in (1.0, *SMALLER):
        frame = Frame(width, full.scale / smaller, language)
        pages = paginate(lay_out(content, frame, copy), _room(paper))
        if len(pages) == 1:
            return frame, pages
    return full, paginate(lay_out(content, full, copy), _room(paper))


def _foot(frame: Frame, sheet: Sheet, page: int, pages: int) -> SetText:
    name = f"{frame.words(sheet.title)} {isolate(sheet.number)}"
    told = frame.say("paper.page", name=name, page=isolate(str(page)), pages=isolate(str(pages)))
    return frame.set(told, frame.width, 18, align=CENTRE)
