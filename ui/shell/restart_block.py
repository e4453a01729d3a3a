"""A restart of Windows waits while somebody is being served: the window says so, and Windows shows the reason."""

from __future__ import annotations

import sys
from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QSessionManager

from kiosk.core.events import SessionChanged
from protocol.texts import say
from ui.shell.flow import Flow, nothing
from ui.shell.shell import Shell

Block = Callable[[int, str], None]


def block_windows(handle: int, reason: str) -> None:  # pragma: no cover - CI has no Windows
    """Hold a restart off for this reason; "" lets it go on. Has to come from the thread that made the window."""
    import ctypes  # noqa: PLC0415 - Windows alone needs it

    user32 = ctypes.windll.user32  # type: ignore[attr-defined,unused-ignore]
    if reason:
        user32.ShutdownBlockReasonCreate(ctypes.c_void_p(handle), ctypes.c_wchar_p(reason))
    else:
        user32.ShutdownBlockReasonDestroy(ctypes.c_void_p(handle))


class RestartBlock(Flow):
    """Follows who is signed in; where the system knows no such block there is nothing to do (`block` None)."""

    def __init__(self, window: Shell, block: Block | None = None) -> None:
        super().__init__(window)
        self._block = block or (block_windows if sys.platform == "win32" else None)
        self._said = ""
        if self._block is not None:
            self.hear(SessionChanged, then=self._ask_busy)
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.commitDataRequest.connect(self.asked_to_end, Qt.ConnectionType.DirectConnection)

    def asked_to_end(self, manager: QSessionManager) -> None:
        """The system wants to end the session: not now, where somebody is being served and may still be asked."""
        if self._said and manager.allowsInteraction():
            manager.release()
            manager.cancel()

    def _ask_busy(self) -> None:
        self.ask(self._busy, self._hold_off, nothing)

    def _busy(self) -> bool:
        login = self._counter.people.current()
        return login is not None and not login.locked

    def _hold_off(self, busy: bool) -> None:
        reason = say(self._window.language, "awake.reason") if busy else ""
        if reason != self._said and self._block is not None:
            self._said = reason
            self._block(int(self._window.winId()), reason)
