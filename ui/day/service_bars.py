"""How many requests of each service a day had, the most first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy

from kiosk.model.service_request import Request
from protocol.override import override
from protocol.texts import Bilingual, Language, both
from ui.widgets import TOKENS, Drawn, Translated, px, show

Services = Sequence[tuple[Bilingual, int]]
"""Title and count."""
MOST_SERVICES: Final = 3
"""By name; the rest of them is one line."""
ROW_PX: Final = 26
BAR_PX: Final = 14
NAME_SHARE: Final = 0.5
GAP_PX: Final = 12
NUMBER_PX: Final = 40


def by_service(requests: Sequence[Request], titles: Mapping[str, Bilingual]) -> Services:
    """A void is no request of the day."""
    counts = Counter(request.service_id for request in requests if request.reversed != "void")
    shown = counts.most_common(MOST_SERVICES)
    rest = counts.total() - sum(count for _, count in shown)
    others = [(both("picture.others"), rest)] if rest else []
    return [*((titles[service], count) for service, count in shown), *others]


class ServiceBars(Translated, Drawn):
    """Name, bar, number. The longest fills the width; nothing depends on colour alone."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setObjectName("chartServices")
        self.services: Services = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.word(self.setAccessibleName, "picture.services")

    def set_services(self, services: Services) -> None:
        """From top to bottom."""
        self.services = services
        self.updateGeometry()
        self.retold()

    @override
    def retold(self) -> None:
        said = (f"{self.of(name)}: {count}" for name, count in self.services)
        self.setAccessibleDescription("; ".join(said))
        self.update()

    @override
    def sizeHint(self) -> QSize:
        return QSize(px(240), max(1, len(self.services)) * px(ROW_PX))

    minimumSizeHint = sizeHint

    @override
    def draw(self, painter: QPainter) -> None:
        most = max((count for _, count in self.services), default=0)
        painter.setFont(self.font())
        for row, (name, count) in enumerate(self.services):
            self._paint_bar(painter, row * px(ROW_PX), self.of(name), count, count / most)

    def _paint_bar(self, painter: QPainter, top: float, name: str, count: int, share: float) -> None:
        names, rtl = self.width() * NAME_SHARE, self.isRightToLeft()
        room = self.width() - names - NUMBER_PX - 2 * GAP_PX
        length = room * share
        absolute = Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter
        start, side = (self.width() - names, Qt.AlignmentFlag.AlignRight) if rtl else (0.0, Qt.AlignmentFlag.AlignLeft)
        painter.setPen(QColor(TOKENS["ink"]))
        short = painter.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, round(names))
        painter.drawText(QRectF(start, top, names, px(ROW_PX)), side | absolute, short)
        left = start - GAP_PX - length if rtl else names + GAP_PX
        painter.fillRect(QRectF(left, top + (px(ROW_PX) - BAR_PX) / 2, length, BAR_PX), QColor(TOKENS["primary"]))
        edge = left - GAP_PX - NUMBER_PX if rtl else left + length + GAP_PX
        painter.drawText(QRectF(edge, top, NUMBER_PX, px(ROW_PX)), side | absolute, show.isolate(str(count)))
