"""Into practice and out of it. What is half typed at the real counter stays with its operator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import say
from ui.session.session_control import SessionControl
from ui.shell import Flow, Shell


class PracticeFlow(Flow):
    """Begins and ends practice. Meanwhile the header is amber, says so, and has the way out."""

    def __init__(self, window: Shell, session: SessionControl, forget: Callable[[], None]) -> None:
        super().__init__(window)
        self._session = session
        self._forget = forget
        window.header.end_practice.clicked.connect(self.toggle)

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
        header, language = self._window.header, self._window.language
        header.end_practice.word(say(language, "practice.stop"), "Alt+F10")
        header.set_practice(on=self._kiosk.practising)

    @override
    def _fail(self, error: KioskError) -> None:
        self.retell()
        super()._fail(error)
