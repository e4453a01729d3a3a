"""Across every screen of a practice: nobody takes what is under it for real. It lets clicks and keys through."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from protocol.override import override
from protocol.texts import Language, say

ANGLE = -24
STEP_PX = (520, 240)
COLOUR = QColor(155, 28, 20, 38)


class PracticeWatermark(QWidget):
    """The mark across every screen of practice."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setObjectName("practiceMark")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._over = over
        self._word = ""
        over.installEventFilter(self)
        self.hide()

    def mark(self, language: Language, *, practising: bool) -> None:
        self._word = say(language, "practice.mark")
        self.setAccessibleName(self._word)
        self.setGeometry(self._over.rect())
        self.setVisible(practising)
        self.raise_()
        self.update()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.ChildAdded):
            self.setGeometry(self._over.rect())
            self.raise_()
        return super().eventFilter(watched, event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = QFont(self.font())
        font.setPixelSize(56)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(COLOUR)
        painter.translate(self.rect().center())
        painter.rotate(ANGLE)
        reach = self.width() + self.height()
        for row, y in enumerate(range(-reach, reach, STEP_PX[1])):
            for x in range(-reach + row % 2 * STEP_PX[0] // 2, reach, STEP_PX[0]):
                painter.drawText(x, y, self._word)
        painter.end()
