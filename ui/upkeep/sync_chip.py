"""How the line stands, in the header's chip. Priority: to be mended, offline, waiting, all sent."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QTimer

from kiosk.core.events import RequestsChanged, SyncChanged
from protocol.texts import Language, say
from ui.shell import Flow, Shell
from ui.widgets import show

LINE_UP = ("online", "idle")
CALLED = ("suspended", "quarantined", "alarm")
"""What only a call to support ends."""
GRAVE = ("clock_wrong", *CALLED)
TICK_MS = 5_000


def chip(language: Language, state: str, waiting: int, rejected: int) -> tuple[str, str]:
    """Tone and words."""
    if rejected:
        return "act", say(language, "chip.rejected", n=rejected, count=show.number(rejected))
    if state in GRAVE:
        return "act", say(language, f"sync.state.{state}")
    if state not in LINE_UP:
        if not waiting:
            return "off", say(language, "chip.offline.none")
        return "off", say(language, "chip.offline", n=waiting, count=show.number(waiting))
    if waiting:
        return "wait", say(language, "chip.waiting", n=waiting, count=show.number(waiting))
    return "ok", say(language, "chip.sent")


class SyncChip(Flow):
    """The state of the line in the header."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._seen: tuple[str, int, int] | None = None
        self._tick = QTimer(self, interval=TICK_MS)
        self._tick.timeout.connect(self.refresh)

    def start(self) -> None:
        self.hear(SyncChanged, RequestsChanged, then=self.refresh)
        self._tick.start()
        self.refresh()

    def refresh(self) -> None:
        self.ask(self._read, self._show, lambda _error: self._show(None))

    def _read(self) -> tuple[str, int, int]:
        status = self._counter.line.status()
        return status.state, status.waiting, self._counter.desk.requests.rejected_count()

    def _show(self, found: tuple[str, int, int] | None) -> None:
        self._seen = found
        self.retell()

    def retell(self) -> None:
        self._window.header.clock.setText(show.clock(QDateTime.currentMSecsSinceEpoch()))
        if self._kiosk.practising:
            self._window.header.set_chip("wait", say(self._window.language, "practice.mark"))
        elif self._seen is not None:
            self._window.header.set_chip(*chip(self._window.language, *self._seen))
