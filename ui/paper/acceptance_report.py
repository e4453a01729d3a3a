"""The acceptance report as one A4 page: English at the left edge, Arabic at the right, what was found between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QPageSize, QPainter, QPdfWriter

from kiosk.setup import acceptance_report
from protocol.clock import show_time
from protocol.texts import Language, say
from protocol.values.arabic import clean, isolate
from protocol.wire.acceptance import report_fingerprint
from starter.files import plain, replace_whole
from ui.paper.drawn_codes import qr_code
from ui.paper.paper_text import paper_font

DPI: Final = 300
MARGIN: Final = 150
"""Dots: half an inch."""
ROW: Final = 56
INK: Final = QColor("#14202B")
PALE: Final = QColor("#45525E")
LINE: Final = QColor("#C3CBD2")
QR_DOTS: Final = 360
LONGEST: Final = 90


@dataclass(frozen=True, slots=True)
class Row:
    """A text key, and what was found: the same in both languages, or a word of each."""

    key: str
    value: str | tuple[str, str]
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
    ready = members["verdict"] == "ready"
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
    yield Row("report.shop", (f"{name['ar']} · {isolate(shop['id'])}", f"{name['en'] or name['ar']} · {shop['id']}"))
    if "governorate" in shop:  # reports of before lack it, and what came with it
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
        yield Row("report.missing", (acceptance_report.lacking("ar", [name]), acceptance_report.lacking("en", [name])))


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
    if trial is not None:
        times = f"{trial['saved_ms']} ms, {trial['paper_ms']} ms"
        yield Row("report.trial", f"{trial['number']} · {trial['paper']} · {times}")
    if backup is None:
        yield Row("report.backup", _said("report.not_checked"))
    else:
        yield Row("report.backup", f"{show_time(int(backup.get('at_ms', 0)))} · {str(backup.get('place', ''))[-50:]}")
    if doctor is None:
        yield Row("report.doctor", _said("report.not_checked"))
    else:
        yield Row("report.doctor", " / ".join(f"{len(doctor[kind])}" for kind in ("stop", "warn", "note")))
    if "governorate" in members["shop"]:
        opened_ms, ahead_ms = members["backup_proved_ms"], members["ahead_ms"]
        yield Row("report.proved", show_time(opened_ms) if opened_ms else _said("report.proved.not"))
        yield Row("report.ahead", _said("report.ahead.unknown") if ahead_ms is None else f"{int(ahead_ms / 1000):+d} s")
        yield Row("report.weakness", _said("report.weakness.said"))
    start = members["autostart"]
    yield Row("report.autostart", _said(f"report.{'unknown' if start is None else 'yes' if start else 'no'}"))
    yield Row("report.full_screen", _said(f"report.{'yes' if members['full_screen'] else 'no'}"))


def _said(key: str) -> tuple[str, str]:
    return say("ar", key), say("en", key)


class _Page:
    """Rows from the top down."""

    def __init__(self, painter: QPainter, width: int) -> None:
        self._painter = painter
        self._width = width
        self._y = MARGIN

    def title(self, key: str, *, strong: bool = False) -> None:
        self._line(say("en", key), say("ar", key), 54 if strong else 46, bold=True, high=84)

    def row(self, row: Row) -> None:
        painter, inner = self._painter, self._width - 2 * MARGIN
        en, ar = (f"{say(language, row.key)}{self._state(row, language)}" for language in ("en", "ar"))
        self._line(en, ar, 30, bold=False, high=0, colour=PALE)
        third = inner / 4.6
        if isinstance(row.value, str):
            self._put(row.value, QRectF(MARGIN + third, self._y, inner - 2 * third, ROW), Qt.AlignmentFlag.AlignHCenter)
        else:
            half = (inner - 2 * third) / 2
            left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
            self._put(row.value[1], QRectF(MARGIN + third, self._y, half - 12, ROW), left)
            self._put(row.value[0], QRectF(MARGIN + third + half + 12, self._y, half - 12, ROW), right)
        self._y += ROW
        painter.setPen(LINE)
        painter.drawLine(MARGIN, self._y, self._width - MARGIN, self._y)
        self._y += 4

    @staticmethod
    def _state(row: Row, language: Language) -> str:
        return f": {say(language, row.state)}" if row.state else ""

    def _line(self, en: str, ar: str, size: float, *, bold: bool, high: int, colour: QColor = INK) -> None:
        inner = QRectF(MARGIN, self._y, self._width - 2 * MARGIN, high or ROW)
        self._put(en, inner, Qt.AlignmentFlag.AlignLeft, size, bold=bold, colour=colour)
        self._put(ar, inner, Qt.AlignmentFlag.AlignRight, size, bold=bold, colour=colour)
        self._y += high

    def foot(self, top: int, sha256: str) -> None:
        """Two lines to sign on, and the hash that the QR holds."""
        right = self._width - MARGIN
        for place, key in enumerate(("report.sign.technician", "report.sign.shop")):
            y = top + 110 + place * 130
            box = QRectF(MARGIN + QR_DOTS + 60, y - 60, right - MARGIN - QR_DOTS - 60, 56)
            self._painter.setPen(PALE)
            self._painter.drawLine(round(box.left()), y, right, y)
            self._put(say("en", key), box, Qt.AlignmentFlag.AlignLeft, 28, colour=PALE)
            self._put(say("ar", key), box, Qt.AlignmentFlag.AlignRight, 28, colour=PALE)
        box = QRectF(MARGIN + QR_DOTS + 60, top + 270, right - MARGIN - QR_DOTS - 60, 80)
        self._put(f"SHA-256 {sha256}", box, Qt.AlignmentFlag.AlignLeft, 24, colour=PALE)

    def _put(
        self, text: str, box: QRectF, side: Qt.AlignmentFlag, size: float = 28, *, bold: bool = False,
        colour: QColor = INK,
    ) -> None:  # fmt: skip
        painter = self._painter
        font = paper_font(size, bold=bold)
        painter.setFont(font)
        painter.setPen(colour)
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, round(box.width()))
        painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute), shown)
