"""Notices of the centre: said on the home screen until somebody reads them on the page of the line."""

from __future__ import annotations

from functools import partial

from kiosk.core.events import SyncChanged
from kiosk.receiving.centre_notices import Notice
from ui.sale.home_page import HomePage
from ui.shell.flow import Flow, nothing
from ui.shell.shell import Shell
from ui.upkeep.sync_page import SyncPage

SETTLE_MS = 400
"""What the home screen itself has to warn of goes first."""


class NoticeFlow(Flow):
    """Shows the centre's notices until they are read."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self.hear(SyncChanged, then=self.settle(SETTLE_MS, self._ask_notices).start)

    def _ask_notices(self) -> None:
        """A notice that cannot be read is no reason to disturb anybody."""
        page = self._window.page()
        if isinstance(page, HomePage):
            self.ask(self._counter.notices.unread, partial(self._show, page), nothing)
        elif isinstance(page, SyncPage):
            self.ask(self._read, page.set_notices, nothing)

    def _read(self) -> list[Notice]:
        kept = self._counter.notices.kept()
        self._counter.notices.read()
        return kept

    def _show(self, home: HomePage, unread: list[Notice]) -> None:
        if unread and home.notice.isHidden():
            text = home.of((unread[0].ar, unread[0].en))
            home.notice.tell("info", home.say("notice.new", n=len(unread)), text)
