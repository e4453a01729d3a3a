"""Into practice and out of it. What is half typed at the real counter stays with its operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from protocol.errors import KioskError
from protocol.override import override
from ui.session.practice_watermark import PracticeWatermark
from ui.session.session_control import SessionControl
from ui.shell.flow import Flow
from ui.shell.shell import Shell


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
        self._window.free()
        self._window.page().fail(error)
