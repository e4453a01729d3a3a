"""What should be known before the first citizen of the day: calmly, on the page that opens the day."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from kiosk.upkeep.updates.update_standing import LongWait
from protocol.errors import KioskError, Refused
from protocol.journal.business_day import DayKey
from ui.day.open_day_page import OpenDayPage
from ui.shell import Flow, LatePage, Shell, nothing
from ui.widgets import show


class OpenDayFlow(Flow):
    """What is told and asked where the day is opened."""

    def __init__(self, window: Shell, home: Callable[[], None]) -> None:
        super().__init__(window)
        self._home = home

    @LatePage(OpenDayPage)
    def page(self, page: OpenDayPage) -> None:
        page.question.answered.connect(self._answer)
        page.asked.connect(self._open)
        page.left.connect(self._window.header.end_practice.click)

    def begin(self, coming: DayKey) -> None:
        """That day is about to be opened."""
        page = self.page
        self._window.go(page)
        page.set_day(coming.label, again=coming.number > 1)
        page.set_practice(on=self._kiosk.practising)
        page.ask_update(None)
        self.ask(self._read, self._remind, nothing)
        self.ask(self._long_wait, page.ask_update, nothing)  # nothing of either is worth keeping anybody from the day

    def _open(self, opening_pt: int) -> None:
        self.ask(lambda: self._counter.till.open_day(opening_pt), lambda _day: self._home(), wait="busy.saving")

    def _long_wait(self) -> LongWait | None:
        updates = self._kiosk.at_work.updates
        return None if updates is None else updates.asks()

    def _answer(self, answer: str) -> None:
        """Taken once, by key or button; what the version waits for now is said where it was asked."""
        page, updates = self.page, self._kiosk.at_work.updates
        if updates is None or page.question.found is None:
            return
        page.ask_update(None)
        page.cash.setFocus()
        page.show_notice("ok", f"update.asked.{answer}", f"update.asked.{answer}.more")
        keep = partial(updates.answer, evening=answer == "evening", now=answer == "now")
        self.ask(keep, fail=page.fail)

    def _read(self) -> KioskError | int | None:
        """What is said, the most pressing first: why something will stop, or how long no backup was proved."""
        for finding in self._counter.desk.limits():
            if finding.code == "lease_soon":
                return Refused("limit_lease_soon", n=finding.now, now=finding.now)
        return None if self._kiosk.practising else self._counter.reminding.proof()

    def _remind(self, found: KioskError | int | None) -> None:
        page = self.page
        if found is None or self._window.page() is not page or not page.notice.isHidden():
            return
        if isinstance(found, int):
            page.show_notice("info", "proof.due", "proof.due.more", days=show.number(found))
        else:
            page.fail(found, tone="wait")
