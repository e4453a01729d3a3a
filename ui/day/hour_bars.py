"""How many requests in each hour of a day: bars on an axis, from where reading begins."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from kiosk.model.service_request import Request
from protocol.clock import show_time
from protocol.override import override
from protocol.texts import Language
from ui.widgets import TOKENS, Drawn, Translated, hold, px, show

Hours = Sequence[tuple[int, int]]
"""Hour and count, every hour from the first to the last."""
LEAST_HOURS: Final = 6
"""Room is kept for so many: two bars alone would be as wide as walls."""
AXIS_PX: Final = 44
HOUR_PX: Final = 28
ABOVE_PX: Final = 26
"""For the number over the longest bar."""
MOST_BAR_PX: Final = 60
LINES: Final = 2
"""Of the axis, beside the one at nothing."""


def by_hour(requests: Iterable[Request]) -> Hours:
    """In Cairo's time; a void is no request of the day."""
    found = Counter(hour(request.created_ms) for request in requests if request.reversed != "void")
    return [(at, found[at]) for at in range(min(found), max(found) + 1)] if found else []


def hour(at_ms: int) -> int:
    return int(show_time(at_ms)[-5:-3])


def step_of(most: int) -> int:
    """Between two lines of the axis: 1, 2, 5, 10, 20, 50, …"""
    step = 1
    while step * LINES < most:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


class HourBars(Translated, Drawn):
    """A chart of requests by hour (`set_hours`). Numbers stand over its bars: nothing depends on colour alone."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setObjectName("chartHours")
        self.hours: Hours = ()
        self._now: int | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        hold(self, least_height=96)
        self.word(self.setAccessibleName, "picture.hours")

    def set_hours(self, hours: Hours, now: int | None = None) -> None:
        """`now`: the hour that is not over yet."""
        self.hours, self._now = hours, now
        self.setAccessibleDescription("; ".join(f"{at:02d}:00: {count}" for at, count in hours))
        self.update()

    @override
    def retold(self) -> None:
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(px(240), px(96))

    @override
    def draw(self, painter: QPainter) -> None:
        most = max((count for _, count in self.hours), default=0)
        step = step_of(most)
        self._paint_axis(painter, step, max(most, step * LINES))
        for place, (at, count) in enumerate(self.hours):
            self._paint_bar(painter, place, at, count / max(most, step * LINES), count)

    # ---- where things are: `start` is measured from where reading begins

    def _box(self, start: float, top: float, width: float, height: float) -> QRectF:
        return QRectF(self.width() - start - width if self.isRightToLeft() else start, top, width, height)

    @property
    def _ground(self) -> float:
        return self.height() - px(HOUR_PX)

    @property
    def _tall(self) -> float:
        return self._ground - px(ABOVE_PX)

    def _paint_axis(self, painter: QPainter, step: int, most: int) -> None:
        painter.setFont(_font(self, 14))
        for value in range(0, step * LINES + 1, step):
            y = self._ground - self._tall * value / most
            painter.setPen(QColor(TOKENS["line"]))
            line = self._box(px(AXIS_PX), y, self.width() - px(AXIS_PX), 0)
            painter.drawLine(line.topLeft(), line.topRight())
            painter.setPen(QColor(TOKENS["ink2"]))
            place = self._box(0, y - px(10), px(AXIS_PX) - px(8), px(20))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, show.isolate(str(value)))

    def _paint_bar(self, painter: QPainter, place: int, at: int, share: float, count: int) -> None:
        slot = (self.width() - px(AXIS_PX)) / max(LEAST_HOURS, len(self.hours))
        start, tall = px(AXIS_PX) + slot * place, self._tall * share
        wide = min(slot * 0.6, px(MOST_BAR_PX))
        bar = self._box(start + (slot - wide) / 2, self._ground - tall, wide, tall)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(TOKENS["primary"]))
        painter.setOpacity(0.6 if at == self._now else 1.0)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setOpacity(1.0)
        painter.setPen(QColor(TOKENS["ink"]))
        painter.setFont(_font(self, 16, strong=True))
        over = self._box(start, self._ground - tall - px(ABOVE_PX), slot, px(ABOVE_PX))
        painter.drawText(over, Qt.AlignmentFlag.AlignCenter, show.isolate(str(count)))
        painter.setFont(_font(self, 14, strong=at == self._now))
        under = self._box(start, self._ground + px(4), slot, px(HOUR_PX) - px(4))
        painter.drawText(under, Qt.AlignmentFlag.AlignCenter, self._called(at, narrow=slot < px(48)))

    def _called(self, at: int, *, narrow: bool) -> str:
        if narrow:
            return show.isolate(str(at))
        return self.say("picture.now") if at == self._now else show.isolate(f"{at}:00")


def _font(widget: QWidget, size: int, *, strong: bool = False) -> QFont:
    font = widget.font()
    font.setPixelSize(px(size))
    font.setBold(strong)
    return font
