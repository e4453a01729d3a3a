"""Into practice and out of it. What is half typed at the real counter stays with its operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language, say
from ui.session.session_control import SessionControl
from ui.shell import Flow, Shell

ANGLE = -24
STEP_PX = (520, 240)
COLOUR = QColor(155, 28, 20, 38)


class PracticeWatermark(QWidget):
    """Across every screen: nobody takes what is under it for real. It lets clicks and keys through."""

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


class PracticeFlow(Flow):
    """Begins and ends practice."""

    def __init__(self, window: Shell, session: SessionControl, forget: Callable[[], None]) -> None:
        super().__init__(window)
        self._session = session
        self._forget = forget
        self.mark = PracticeWatermark(window.centralWidget())

    def toggle(self) -> None:
        kiosk = self._kiosk
        self._forget()
        if kiosk.practising:
            self.ask(kiosk.stop_practice, self._ended, wait="busy.opening")
        else:
            self.ask(self._start, self._begun, wait="busy.opening")

    def _start(self) -> Any:
        self._kiosk.start_practice()
        return self._counter.people.current()

    def _begun(self, login: Any) -> None:
        self.retell()
        self._session.load()
        self._session.signed_in(login)

    def _ended(self, _none: None) -> None:
        self.retell()
        self._session.left()

    def retell(self) -> None:
        self.mark.mark(self._window.language, practising=self._kiosk.practising)

    @override
    def _fail(self, error: KioskError) -> None:
        self.retell()
        super()._fail(error)
