"""The page of the line: read again at every change, tried again on F5."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.core.events import SyncChanged, TransactionsChanged
from kiosk.upkeep.updates.update_standing import status_text
from ui.requests.rejected_requests import read_rejected
from ui.shell.flow import Flow, LatePage
from ui.shell.shell import Shell
from ui.upkeep.stick_flow import StickFlow
from ui.upkeep.sync_page import SyncPage, SyncStanding


class SyncFlow(Flow):
    """Drives the page of the line. Nobody waits here: what holds the keys meanwhile is something else."""

    def __init__(
        self, window: Shell, home: Callable[[], None], open_request: Callable[[str, Callable[[], object]], None]
    ) -> None:
        super().__init__(window)
        self._home, self._open_request = home, open_request

    @LatePage(SyncPage)
    def page(self, page: SyncPage) -> None:
        page.left.connect(self._home)
        page.retry.clicked.connect(self._retry)
        page.update_now.clicked.connect(self._update)
        StickFlow(self._window, page, self._refresh)
        page.tray.opened.connect(self._open_one)
        self.hear(SyncChanged, TransactionsChanged, then=self._refresh, on=page)

    def open(self) -> None:
        self.page.tray.begin()
        self._window.go(self.page)
        self._refresh()

    def _open_one(self, place: int) -> None:
        if self.page.data is not None:
            self._open_request(self.page.data.tray[place].id, self.open)

    def _refresh(self) -> None:
        self.ask(self._read, self.page.set_data, self.page.fail)

    def _read(self) -> SyncStanding:
        status, updates = self._counter.line.status(), self._kiosk.at_work.updates
        update = None if updates is None else status_text(updates.standing(), self._counter.context.now_ms())
        tray = read_rejected(self._counter)
        return SyncStanding(
            status.state, status.last_success_ms, status.next_try_ms, status.waiting, tray, update
        )  # fmt: skip

    def _retry(self) -> None:
        self.ask_slow(self._counter.line.now, lambda _none: self._refresh(), self.page.fail)

    def _update(self) -> None:
        """It begins anew by itself, once the store is saved; until then the counter works on."""
        updates = self._kiosk.at_work.updates
        if updates is not None:
            updates.now()
