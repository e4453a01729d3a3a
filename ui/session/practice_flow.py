"""Into practice and out of it. What is half typed at the real counter stays with its operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from protocol.errors import KioskError
from ui.session.practice_watermark import PracticeWatermark
from ui.session.session_control import SessionControl
from ui.shell.counter_port import Kiosk
from ui.shell.shell import Shell


class PracticeFlow(QObject):
    def __init__(self, window: Shell, kiosk: Kiosk, session: SessionControl, forget: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._kiosk = kiosk
        self._session = session
        self._forget = forget
        self.mark = PracticeWatermark(window.centralWidget())

    def toggle(self) -> None:
        kiosk = self._kiosk
        self._forget()
        if kiosk.practising:
            self._window.wait("busy.opening")
            self._window.bridge.ask(kiosk.stop_practice, self._ended, self._fail)
        else:
            self._window.wait("busy.opening")
            self._window.bridge.ask(self._start, self._begun, self._fail)

    def _start(self) -> Any:
        self._kiosk.start_practice()
        return self._kiosk.counter.people.current()

    def _begun(self, login: Any) -> None:
        self.retell()
        self._session.load()
        self._session.signed_in(login)

    def _ended(self, _none: None) -> None:
        self.retell()
        self._session.left()

    def retell(self) -> None:
        self.mark.mark(self._window.language, practising=self._kiosk.practising)

    def _fail(self, error: KioskError) -> None:
        self.retell()
        self._window.free()
        self._window.page().fail(error)
