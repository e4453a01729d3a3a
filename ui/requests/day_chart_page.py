"""The day's picture: how many requests in each hour and of each service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from protocol.override import override
from protocol.texts import Language
from ui.shell import DataPage
from ui.widgets import Card, show
from ui.widgets.layouts import beside, fill, reveal
from ui.widgets.theme import TOKENS

ROW_PX = 34
NAME_SHARE = 0.42
GAP_PX = 12
NUMBER_PX = 56


class Bars(QWidget):
    """Name, bar, number. The longest fills the width; nothing depends on colour alone."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._bars: list[tuple[str, int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_bars(self, bars: Sequence[tuple[str, int]]) -> None:
        """Name and count, from top to bottom."""
        self._bars = list(bars)
        self.setAccessibleDescription("; ".join(f"{name}: {count}" for name, count in bars))
        self.setFixedHeight(max(1, len(bars)) * ROW_PX)
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(400, max(1, len(self._bars)) * ROW_PX)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setFont(self.font())
        most = max((count for _, count in self._bars), default=0)
        rtl = self.layoutDirection() is Qt.LayoutDirection.RightToLeft
        for row, (name, count) in enumerate(self._bars):
            self._paint_bar(painter, row * ROW_PX, (name, count, count / most if most else 0.0), rtl=rtl)
        painter.end()

    def _paint_bar(self, painter: QPainter, top: float, bar: tuple[str, int, float], *, rtl: bool) -> None:
        name, count, share = bar
        names = self.width() * NAME_SHARE
        room = self.width() - names - NUMBER_PX - 2 * GAP_PX
        length = room * share
        absolute = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        start, side = (self.width() - names, Qt.AlignmentFlag.AlignRight) if rtl else (0.0, Qt.AlignmentFlag.AlignLeft)
        painter.setPen(QColor(TOKENS["ink"]))
        short = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, round(names))
        painter.drawText(QRectF(start, top, names, ROW_PX), side | absolute, short)
        left = start - GAP_PX - length if rtl else names + GAP_PX
        painter.fillRect(QRectF(left, top + 7, length, ROW_PX - 14), QColor(TOKENS["primary"]))
        edge = left - GAP_PX - NUMBER_PX if rtl else left + length + GAP_PX
        painter.drawText(QRectF(edge, top, NUMBER_PX, ROW_PX), side | absolute, show.isolate(str(count)))


@dataclass(frozen=True, slots=True)
class DayChart:
    """Counts of one day: by hour (0 to 23, from the first to the last with any), by service (title), the most first."""

    day: str
    hours: Sequence[tuple[int, int]]
    services: Sequence[tuple[tuple[str, str], int]]


class DayChartPage(DataPage[DayChart]):
    """Requests of a day by hour and by service, drawn."""

    def __init__(self, language: Language) -> None:
        super().__init__("pagePicture", language, "picture.title")
        self.hours, self.services = Bars("chartHours"), Bars("chartServices")
        self.none = self.paragraph("picture.none")
        charts = ((self.hours, "picture.hours"), (self.services, "picture.services"))
        self._cards = [Card(self.label(bars, key, "h2"), bars, 1) for bars, key in charts]
        fill(self.body, self.none, (beside(*((card, 1) for card in self._cards)), 1))
        self.first_widget = self.back_button()
        fill(self.body, self.first_widget, 0, width=330)

    @override
    def show_data(self, data: DayChart) -> None:
        total = sum(count for _, count in data.hours)
        self.subtitle.setText(f"{self.say('list.found', n=total)} — {show.day(data.day)}")
        self.none.setVisible(not data.hours)
        reveal(data.hours, *self._cards)
        self.hours.set_bars([(show.number(f"{hour:02d}:00"), count) for hour, count in data.hours])
        self.services.set_bars([(self.of(title), count) for title, count in data.services])
