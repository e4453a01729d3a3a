"""The window that the counter opens: the shell, and the session that fills it."""

from __future__ import annotations

from protocol.texts import Language
from ui.main.session_flow import SessionFlow
from ui.shell import Shell
from ui.shell.counter_port import Kiosk


class Window(Shell):
    """The shell with a session in it."""

    def __init__(self, kiosk: Kiosk, language: Language = "ar") -> None:
        super().__init__(kiosk, language)
        self.session = SessionFlow(self)
