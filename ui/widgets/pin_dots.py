"""A PIN as it is typed: a dot for each digit, a ring for each that is still to come. The digits are on no screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QStyle, QStyleOptionFrame, QStylePainter

from protocol.override import override
from ui.widgets import TOKENS, PinEdit, hold

if TYPE_CHECKING:
    from protocol.documents.operators import OperatorRole

RADIUS_PX: Final = 9
STEP_PX: Final = 32
SIDE_PX: Final = 20


def pin_digits(role: OperatorRole) -> int:
    """How many digits a PIN of that role has; known from the store on, so nothing of it is in the first picture."""
    from protocol.documents.operators import PIN_DIGITS  # noqa: PLC0415 - after the first picture

    return PIN_DIGITS[role]


class PinDots(PinEdit):
    """The field of a PIN. `moved` carries +1 or -1: an arrow up or down, for whoever chooses among people meanwhile."""

    moved = Signal(int)

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._wanted = 0
        hold(self, least_height=56)

    def expect(self, digits: int) -> None:
        """How many there will be; 0 where nobody knows yet."""
        self._wanted = digits
        self.update()

    @override
    def filled(self) -> bool:
        return len(self.text()) >= max(1, self._wanted)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
        else:
            self.moved.emit(step)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter, option = QStylePainter(self), QStyleOptionFrame()
        self.initStyleOption(option)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        typed = len(self.text())
        count = max(self._wanted, typed)
        step = min(STEP_PX, (self.width() - 2 * SIDE_PX) / max(count, 1))
        radius, left = min(RADIUS_PX, step / 3), (self.width() - step * (count - 1)) / 2
        ink = QColor(TOKENS["ink"])
        for place in range(count):
            if place < typed:
                painter.setPen(QPen(ink, 2))
                painter.setBrush(ink)
            else:
                painter.setPen(QPen(QColor(TOKENS["border"]), 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(left + place * step, self.height() / 2), radius, radius)
        painter.end()
