"""Notices of the centre: said on the home screen until somebody reads them on the page of the line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.core.events import SyncChanged
from kiosk.receiving.centre_notices import Notice
from ui.shell.flow import Flow, nothing
from ui.shell.shell import Shell

if TYPE_CHECKING:
    from ui.sale.home_page import HomePage
    from ui.upkeep.sync_page import SyncPage

SETTLE_MS = 400
"""What the home screen itself has to warn of goes first."""


class NoticeFlow(Flow):
    """Shows the centre's notices until they are read."""

    def __init__(self, window: Shell, home: HomePage, line: SyncPage) -> None:
        super().__init__(window)
        self._home = home
        self._line = line
        self.hear(SyncChanged, then=self.settle(SETTLE_MS, self._ask_notices).start)

    def _ask_notices(self) -> None:
        """A notice that cannot be read is no reason to disturb anybody."""
        page = self._window.page()
        if page is self._home:
            self.ask(self._counter.notices.unread, self._show, nothing)
        elif page is self._line:
            self.ask(self._read, self._line.set_notices, nothing)

    def _read(self) -> list[Notice]:
        kept = self._counter.notices.kept()
        self._counter.notices.read()
        return kept

    def _show(self, unread: list[Notice]) -> None:
        if unread and self._home.notice.isHidden():
            newest = unread[0]
            text = newest.ar if self._home.language == "ar" else newest.en
            self._home.notice.tell("info", self._home.say("notice.new", n=len(unread)), text)
