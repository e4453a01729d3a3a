"""The line: its page, the way by stick that needs none, and the centre's notices, said until they are read there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk.core.events import RequestsChanged, SyncChanged
from kiosk.model.service_request import TRAY, Query
from kiosk.receiving.centre_notices import Notice
from kiosk.upkeep.updates.update_standing import status_text
from protocol.errors import KioskError
from ui.requests.request_words import listed
from ui.sale.home_page import HomePage
from ui.shell import Flow, LatePage, Page, Shell, nothing
from ui.upkeep.sync_page import LATEST, Aim, SyncPage, SyncStanding
from ui.widgets import Button, show

SETTLE_MS = 400
"""What the home screen itself has to warn of goes first."""


Said = tuple[str, dict[str, object], str]
"""A text key, its values, and the key of what more there is to say."""


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
        out, waiting = self._kiosk.at_work.stick.out(), self._counter.line.status().waiting
        place, count = show.disk(Path(out.place).parent), show.number(waiting)
        return "stick.taken", {"n": waiting, "count": count, "place": place}, "stick.taken.more"

    def _read(self) -> Said:
        brought = self._kiosk.at_work.stick.bring()
        return "stick.in", {"sent": brought.sent, "waiting": brought.waiting}, ""

    def _do(self, work: Callable[[], Said], _checked: bool = False) -> None:
        """A stick takes its time: the counter works on meanwhile, and a second press does nothing."""
        if self._busy:
            return
        self._busy, page = True, self._page
        page.show_notice("wait", "stick.busy")

        def done(found: Said) -> None:
            self._busy = False
            key, values, more = found
            if isinstance(page, SyncPage):
                page.written = key == "stick.taken"
            page.show_notice("ok", key, more, **values)
            self._refresh()

        def failed(error: KioskError) -> None:
            self._busy = False
            page.fail(error)
            self._refresh()

        self.ask_slow(work, done, failed)


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
        page.primary.clicked.connect(self._primary)
        page.update_now.clicked.connect(self._update)
        StickFlow(self._window, page, (page.write, page.read), self._look_again)
        page.tray.opened.connect(lambda one: self._open_request(one.request.id, self.open))
        self.hear(SyncChanged, RequestsChanged, then=self._refresh, on=page)

    def open(self) -> None:
        self.page.written, self.page.fresh = False, 0
        self.page.tray.begin()
        self._window.go(self.page)
        self._look_again()

    def _look_again(self) -> None:
        self._refresh()
        self._find_sticks()

    def _refresh(self) -> None:
        self.ask(self._read, self._show, self.page.fail)

    def _show(self, standing: SyncStanding) -> None:
        self.page.set_data(standing)
        self._window.tell_keys()

    def _find_sticks(self) -> None:
        """A stick takes its time."""
        self.ask_slow(self._kiosk.at_work.stick.sticks, self.page.set_sticks, nothing)

    def _primary(self) -> None:
        """F10: whatever is next on the page."""
        page = self.page
        acts: dict[Aim, Callable[[], object]] = {
            "open": page.tray.open, "update": self._update, "retry": self._retry, "write": page.write.click,
            "read": page.read.click,
        }  # fmt: skip
        acts[page.aim]()

    def _read(self) -> SyncStanding:
        updates = self._kiosk.at_work.updates
        update = None if updates is None else status_text(updates.standing(), self._counter.context.now_ms())
        counter = self._counter
        requests = counter.desk.requests
        tray = [listed(counter, one) for one in requests.search(TRAY)]
        latest = [] if tray else [listed(counter, one) for one in requests.search(Query(limit=LATEST))]
        phone, now_ms = counter.in_force.settings().support_phone, counter.context.now_ms()
        # Two looks at a store that goes on: the count is asked for only where the list was cut, and is never the less
        returned = max(len(tray), requests.rejected_count()) if len(tray) == TRAY.limit else len(tray)
        return SyncStanding(counter.line.status(), returned, tray, latest, update, phone, now_ms)

    def _retry(self) -> None:
        self._find_sticks()
        self.ask_slow(self._counter.line.now, lambda _none: self._refresh(), self.page.fail)

    def _update(self) -> None:
        """It begins anew by itself, once the store is saved; until then the counter works on."""
        updates = self._kiosk.at_work.updates
        if updates is not None:
            updates.now()


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
            self.ask(self._read, lambda found: page.set_notices(*found), nothing)

    def _read(self) -> tuple[list[Notice], int]:
        """All of them, and how many nobody has read before."""
        notices = self._counter.notices
        kept, unread = notices.kept(), len(notices.unread())
        notices.read()
        return kept, unread

    def _show(self, home: HomePage, unread: list[Notice]) -> None:
        if unread and home.notice.isHidden():
            count, text = len(unread), unread[0].text
            home.show_words(lambda: ("info", home.say("notice.new", n=count), home.of(text)))
