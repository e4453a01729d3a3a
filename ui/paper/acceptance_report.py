"""The acceptance report as one A4 page: English at the left edge, Arabic at the right, what was found between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QPageSize, QPainter, QPdfWriter

from kiosk.setup import acceptance_report
from protocol.clock import show_time
from protocol.texts import Bilingual, Language, both, say
from protocol.values.arabic import clean, isolate
from protocol.wire.acceptance import report_fingerprint
from starter.files import plain, replace_whole
from ui.paper.drawn_codes import qr_code
from ui.paper.paper_layout import LEFT, RIGHT, paper_font

DPI: Final = 300
MARGIN: Final = 150
"""Dots: half an inch."""
ROW: Final = 56
INK: Final = QColor("#14202B")
PALE: Final = QColor("#45525E")
LINE: Final = QColor("#C3CBD2")
QR_DOTS: Final = 360
LONGEST: Final = 90
SIDES: Final[Mapping[Language, Qt.AlignmentFlag]] = {"en": LEFT, "ar": RIGHT}


@dataclass(frozen=True, slots=True)
class Row:
    """A text key, and what was found: the same in both languages, or a word of each."""

    key: str
    value: str | Bilingual
    state: str = ""
    """The text key of how it ended, if it is a step."""


def write_report(file: Path, members: Mapping[str, Any], document: bytes) -> None:
    """The page, as PDF. Raises OSError: Qt itself says nothing of a file that it could not write."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setTitle(f"acceptance {members['device']}")
    writer.setCreator("Manfaz")
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    with QPainter(writer) as painter:
        paint(painter, writer.width(), writer.height(), members, report_fingerprint(document))
    replace_whole(plain(file), bytes(buffer.data().data()))


def paint(painter: QPainter, width: int, height: int, members: Mapping[str, Any], sha256: str) -> None:
    """The page on `width` by `height` dots of 300 to the inch."""
    page = _Page(painter, width)
    ready = members["result"] == "ready"
    page.title("report.title")
    page.title("report.ready" if ready else "report.not_ready", strong=True)
    for row in rows(members):
        page.row(row)
    below = height - MARGIN - QR_DOTS
    code = qr_code(sha256, 8, QR_DOTS)
    code.draw(painter, MARGIN, below)
    page.foot(below, sha256)


def rows(members: Mapping[str, Any]) -> Iterator[Row]:
    """What stands on it, from top to bottom."""
    shop, name = members["shop"], members["shop"]["name"]
    yield Row(
        "report.shop", Bilingual(f"{name['ar']} · {isolate(shop['id'])}", f"{name['en'] or name['ar']} · {shop['id']}")
    )
    yield Row("report.governorate", shop["governorate"])
    yield Row("report.device", f"{members['device']} / {members['epoch']}")
    yield Row("report.technician", clean(members["technician"]) or "—")
    yield Row("report.when", f"{show_time(members['begun_ms'])} → {show_time(members['ended_ms'])}")
    yield Row("report.version", f"{members['app']} {members['release'][:16]}".strip())
    yield Row("report.system", members["system"])
    for step in members["steps"]:
        yield _step(step)
    yield from _proof(members)
    for name in members["missing"]:
        yield Row("report.missing", Bilingual.of(partial(acceptance_report.lacking, missing=[name])))


def _step(step: Mapping[str, Any]) -> Row:
    """Its state beside its name, and between them what was found: values that need no language."""
    told = step["note"] if step["state"] == "skipped" else step.get("code") or " · ".join(_found(step.get("facts", {})))
    return Row(f"setup.step.{step['step']}", told[:LONGEST], f"report.state.{step['state']}")


def _found(facts: Mapping[str, Any]) -> Iterator[str]:
    for name, value in facts.items():
        if name in _UNITS and value not in (False, ""):
            yield _UNITS[name].format("✓" if value is True else value)


_UNITS: Final = {
    "zone": "{}", "free_mb": "{} MB", "fsync_ms": "fsync {} ms", "slow": "slow", "kind": "{}", "way": "{}",
    "number": "{}", "at": "{}", "restored": "backup {}", "catalogue": "no. {}", "settings": "settings {}",
    "printer": "{}", "arabic": "ع {}",
    "qr": "QR {}", "cut": "✂ {}", "read": "{}", "camera": "{}", "role": "{}", "language": "{}",
}  # fmt: skip


def _proof(members: Mapping[str, Any]) -> Iterator[Row]:
    trial, doctor, backup = members["trial"], members["doctor"], members["backup"]
    unknown = both("report.not_checked")
    if trial is not None:
        times = f"{trial['saved_ms']} ms, {trial['paper_ms']} ms"
        yield Row("report.trial", f"{trial['number']} · {trial['paper']} · {times}")
    made = f"{show_time(int(backup.get('at_ms', 0)))} · {str(backup.get('place', ''))[-50:]}" if backup else unknown
    yield Row("report.backup", made)
    found = " / ".join(f"{len(doctor[kind])}" for kind in ("stop", "warn", "note")) if doctor else unknown
    yield Row("report.doctor", found)
    opened_ms, ahead_ms = members["backup_proved_ms"], members["ahead_ms"]
    yield Row("report.proved", show_time(opened_ms) if opened_ms else both("report.proved.not"))
    yield Row("report.ahead", both("report.ahead.unknown") if ahead_ms is None else f"{int(ahead_ms / 1000):+d} s")
    yield Row("report.weakness", both("report.weakness.said"))
    start = members["autostart"]
    yield Row("report.autostart", both(f"report.{'unknown' if start is None else 'yes' if start else 'no'}"))
    yield Row("report.full_screen", both(f"report.{'yes' if members['full_screen'] else 'no'}"))


class _Page:
    """Rows from the top down."""

    def __init__(self, painter: QPainter, width: int) -> None:
        self._painter = painter
        self._inner = width - 2 * MARGIN
        self._y = MARGIN

    def title(self, key: str, *, strong: bool = False) -> None:
        self._both(key, QRectF(MARGIN, self._y, self._inner, 84), 54 if strong else 46, bold=True)
        self._y += 84

    def row(self, row: Row) -> None:
        whole, side = QRectF(MARGIN, self._y, self._inner, ROW), self._inner / 4.6
        self._both(row.key, whole, 30, state=row.state, colour=PALE)
        middle = whole.adjusted(side, 0, -side, 0)
        if isinstance(row.value, str):
            self._put(row.value, middle, Qt.AlignmentFlag.AlignHCenter)
        else:
            half = middle.width() / 2 + 12
            self._put(row.value.en, middle.adjusted(0, 0, -half, 0), LEFT)
            self._put(row.value.ar, middle.adjusted(half, 0, 0, 0), RIGHT)
        self._y += ROW
        self._rule(MARGIN, self._y, LINE)
        self._y += 4

    def foot(self, top: int, sha256: str) -> None:
        """Two lines to sign on, and the hash that the QR holds."""
        begin = MARGIN + QR_DOTS + 60
        width = MARGIN + self._inner - begin
        for place, key in enumerate(("report.sign.technician", "report.sign.shop")):
            y = top + 110 + place * 130
            self._rule(begin, y, PALE)
            self._both(key, QRectF(begin, y - 60, width, 56), 28, colour=PALE)
        self._put(f"SHA-256 {sha256}", QRectF(begin, top + 270, width, 80), LEFT, 24, colour=PALE)

    def _rule(self, begin: int, y: int, colour: QColor) -> None:
        self._painter.setPen(colour)
        self._painter.drawLine(begin, y, MARGIN + self._inner, y)

    def _both(
        self, key: str, box: QRectF, size: float, *, state: str = "", bold: bool = False, colour: QColor = INK
    ) -> None:
        for language, side in SIDES.items():
            told = say(language, key) + (f": {say(language, state)}" if state else "")
            self._put(told, box, side, size, bold=bold, colour=colour)

    def _put(
        self, text: str, box: QRectF, side: Qt.AlignmentFlag, size: float = 28, *, bold: bool = False,
        colour: QColor = INK,
    ) -> None:  # fmt: skip
        painter = self._painter
        painter.setFont(paper_font(size, bold=bold))
        painter.setPen(colour)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(box.width()))
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute), shown)
