"""What is unsent onto a stick, and the centre's answer from one; for every page that has the two keys for it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from protocol.errors import KioskError
from protocol.values.arabic import isolate
from ui.shell.base_page import Page
from ui.shell.flow import Flow
from ui.shell.shell import Shell
from ui.widgets import Button

Said = tuple[str, dict[str, object], str]


class StickFlow(Flow):
    """Writes and reads the stick for a page that has the two keys, and says there what came of it."""

    def __init__(self, window: Shell, page: Page, keys: tuple[Button, Button], refresh: Callable[[], object]) -> None:
        super().__init__(window)
        self._page = page
        self._refresh = refresh
        self._busy = False
        for button, work in zip(keys, (self._write, self._read), strict=True):
            button.clicked.connect(partial(self._do, work))

    def _write(self) -> Said:
        out = self._kiosk.at_work.stick.out()
        return "stick.out", {"entries": out.entries, "place": isolate(out.place)}, "stick.out.more"

    def _read(self) -> Said:
        brought = self._kiosk.at_work.stick.bring()
        return "stick.in", {"sent": brought.sent, "waiting": brought.waiting}, ""

    def _do(self, work: Callable[[], Said], _checked: bool = False) -> None:
        """A stick takes its time: the counter works on meanwhile, and a second press does nothing."""
        if self._busy:
            return
        self._busy, page = True, self._page
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
