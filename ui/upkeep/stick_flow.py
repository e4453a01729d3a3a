"""What is unsent onto a stick, and the centre's answer from one; for every page that has the two keys for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from protocol.errors import KioskError
from protocol.values.arabic import isolate
from ui.shell.flow import Flow
from ui.shell.shell import Shell
from ui.widgets.push_button import Button

Said = tuple[str, dict[str, object], str]


class StickPage(Protocol):
    """A page with the buttons of the stick, and a notice to say what came of them."""

    write: Button
    read: Button

    def note(self, tone: str, what: str, more: str = "", **values: object) -> None: ...
    def calm(self) -> None: ...
    def fail(self, error: KioskError) -> None: ...


class StickFlow(Flow):
    """Writes and reads the stick for a page that has the two keys."""

    def __init__(self, window: Shell, page: StickPage, refresh: Callable[[], object]) -> None:
        super().__init__(window)
        self._page = page
        self._refresh = refresh
        self._busy = False
        page.write.clicked.connect(lambda: self._do(self._write))
        page.read.clicked.connect(lambda: self._do(self._read))

    def _write(self) -> Said:
        out = self._kiosk.at_work.stick.out()
        return "stick.out", {"entries": out.entries, "place": isolate(out.place)}, "stick.out.more"

    def _read(self) -> Said:
        brought = self._kiosk.at_work.stick.bring()
        return "stick.in", {"sent": brought.sent, "waiting": brought.waiting}, ""

    def _do(self, work: Callable[[], Said]) -> None:
        """A stick takes its time: the counter works on meanwhile, and a second press does nothing."""
        if self._busy:
            return
        self._busy, page = True, self._page
        page.calm()
        page.note("wait", "stick.busy")

        def done(found: Said) -> None:
            self._busy = False
            key, values, more = found
            page.note("ok", key, more, **values)
            self._refresh()

        def failed(error: KioskError) -> None:
            self._busy = False
            page.fail(error)
            self._refresh()

        self.ask_slow(work, done, failed)
