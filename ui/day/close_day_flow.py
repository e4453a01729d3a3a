"""Closing the day: counted, compared, agreed to, printed. A day left open is closed before anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.cash.day_close import Comparison
from kiosk.model.day_book import Count
from kiosk.staff.centre_approvals import Approver
from ui.approvals.second_person import others
from ui.day.close_day_page import CloseDayPage
from ui.session.session_control import SessionControl
from ui.shell import Flow, LatePage, Page, Shell


class CloseDayFlow(Flow):
    """Drives the page that closes the day."""

    def __init__(self, window: Shell, session: SessionControl, back: Callable[[], None]) -> None:
        super().__init__(window)
        self._session = session
        self._back = back
        self._closed: Any = None
        self._begun: Any = None
        """The counter and the day whose count stands on the page; None once it is closed."""
        self._recounts: dict[Any, int] = {}
        """Of each that was left: whoever has seen the comparison, and leaves, counts again."""
        self._stale = False

    @LatePage(CloseDayPage)
    def page(self, page: CloseDayPage) -> None:
        page.counted.connect(self._compare)
        page.confirmed.connect(self._close)
        page.copy.clicked.connect(self._copy)
        page.finished.connect(self._finish)
        page.given_up.connect(self._leave)

    def begin(self) -> None:
        """Count the open day, whichever date it has."""

        def work() -> tuple[Any, Any, list[Any], Any]:
            till = self._counter.till
            day, login = self._counter.books.open_day(), self._counter.people.working(finishing=True)
            rules = self._counter.closing.rules()
            return day, till.stale_day(), others(self._counter), (login.operator, rules.by_notes)

        def shown(found: tuple[Any, Any, list[Any], Any]) -> None:
            day, stale, people, (me, by_notes) = found
            self._closed, self._stale = None, stale is not None
            self.page.forced = self._stale
            if self._begun is not None:
                self._recounts[self._begun] = self.page.recounts
            self._begun = self._counter, day.key
            recounts = self._recounts.get(self._begun, 0)
            self.page.begin(day.key.label, me.name, people, by_notes=by_notes, recounts=recounts)
            self._window.go(self.page)
            if self._stale:
                self.page.show_notice("wait", "close.stale")

        self.ask(work, shown)

    def _compare(self, count: Count) -> None:
        def compared(found: Comparison) -> None:
            self._window.free()
            self.page.compare(found)
            self._window.tell_keys()
            self.page.first().setFocus()

        compare, again = self._counter.closing.compare, self._rearm(self.page)
        self.ask(lambda: compare(count), compared, again, wait="busy.checking")

    def _close(self, count: Count, reason: str, approver: Approver, recounts: int) -> None:
        def closed(day: Any) -> None:
            self._closed, self._begun = day, None
            self.page.done()
            self._window.go(self.page)
            self.page.show_notice("ok", "close.closed", "close.printing")

        close, again = self._counter.closing.close, self._rearm(self.page)
        self.ask(lambda: close(count, reason, approver, recounts), closed, again, wait="busy.saving")

    def _copy(self) -> None:
        if self._closed is not None:
            self.print_copy(self._closed, self.page)

    def print_copy(self, day: Any, page: Page) -> None:
        """The last statement of a closed day once more; `page` says that it comes."""
        self.ask(
            lambda: self._counter.papers.copy_of(*self._counter.books.z_paper(day)),
            lambda _job: page.show_notice("info", "close.copying"),
        )

    def _finish(self) -> None:
        """After the close of a day left open comes today; after today's, home."""
        if self._stale:
            self._session.begin_day()
        else:
            self._session.sign_out()

    def _leave(self) -> None:
        if self._stale:
            self._session.sign_out()
        else:
            self._back()
