"""The page of the line: read again at every change, tried again on F5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.aftercare.follow_up import who_acts
from kiosk.core.events import SyncChanged, TransactionsChanged
from kiosk.model.service_request import Request
from kiosk.upkeep.updates.update_status import status_text
from protocol.errors import KioskError
from protocol.override import override
from ui.requests.request_flow import RequestFlow
from ui.requests.request_words import citizen, number, title
from ui.shell.flow import Flow
from ui.shell.shell import Shell
from ui.upkeep.stick_flow import StickFlow
from ui.upkeep.sync_page import Rejected, SyncPage, SyncStanding


class SyncFlow(Flow):
    """Drives the page of the line."""

    def __init__(self, window: Shell, lists: RequestFlow, home: Callable[[], None]) -> None:
        super().__init__(window)
        self.page = window.add(SyncPage(window.language))
        self.page.left.connect(home)
        self.page.retry_asked.connect(self._retry)
        self.page.update_asked.connect(self._update)
        StickFlow(window, self.page, self._refresh)
        self.page.opened.connect(lambda request_id: lists.open_one(request_id, self.open))
        self.hear(SyncChanged, TransactionsChanged, then=self._refresh, on=self.page)

    def open(self) -> None:
        self.page.tray.begin()
        self._window.go(self.page)
        self._refresh()

    def _refresh(self) -> None:
        self.ask(self._read, self._show)

    def _read(self) -> tuple[SyncStanding, list[Rejected], tuple[str, dict[str, object]] | None]:
        status = self._counter.line.status()
        standing = SyncStanding(status.state, status.last_success_ms, status.next_try_ms, status.waiting)
        updates = self._kiosk.at_work.updates
        update = None if updates is None else status_text(updates.standing(), self._counter.context.now_ms())
        return standing, [self._rejected(request) for request in self._counter.desk.requests.rejected()], update

    def _rejected(self, request: Request) -> Rejected:
        counter = self._counter
        reason = (request.outcome.reason_ar, request.outcome.reason_en) if request.outcome else ("", "")
        who = who_acts(request.outcome) if request.outcome else "shop"
        return Rejected(request.id, number(counter, request), title(counter, request), citizen(request), reason, who)

    def _show(self, found: tuple[Any, list[Rejected], Any]) -> None:
        standing, tray, update = found
        self.page.set_tray(tray)
        self.page.set_standing(standing)
        self.page.set_update(update)

    def _retry(self) -> None:
        self.ask_slow(self._counter.line.now, lambda _none: self._refresh())

    def _update(self) -> None:
        """It begins anew by itself, once the store is saved; until then the counter works on."""
        updates = self._kiosk.at_work.updates
        if updates is not None:
            updates.now()

    @override
    def _fail(self, error: KioskError) -> None:
        """Nobody waits here: what holds the keys meanwhile is something else that is being saved."""
        self.page.fail(error)
