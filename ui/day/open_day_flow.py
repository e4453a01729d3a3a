"""What should be known before the first citizen of the day: calmly, on the page that opens the day."""

from __future__ import annotations

from functools import partial

from kiosk.upkeep.updates.update_standing import LongWait
from protocol.errors import KioskError, Refused
from ui.day.open_day_page import OpenDayPage
from ui.shell.flow import Flow
from ui.shell.shell import Shell
from ui.widgets import show


class OpenDayFlow(Flow):
    """What is told and asked where the day is opened."""

    def __init__(self, window: Shell, page: OpenDayPage) -> None:
        super().__init__(window)
        self._page = page
        page.question.answered.connect(self._answer)

    def begin(self) -> None:
        """The day is about to be opened."""
        self._page.question.ask(None)
        self.ask(self._read, self._remind, self._unknown)
        self.ask(self._long_wait, self._page.question.ask, self._unknown)

    def _long_wait(self) -> LongWait | None:
        updates = self._kiosk.at_work.updates
        return None if updates is None else updates.asks()

    def _answer(self, answer: str) -> None:
        """Taken once, by key or button; what the version waits for now is said where it was asked."""
        page, updates = self._page, self._kiosk.at_work.updates
        if updates is None or page.question.found is None:
            return
        page.question.ask(None)
        page.cash.setFocus()
        page.note("ok", f"update.asked.{answer}", f"update.asked.{answer}.more")
        keep = partial(updates.answer, evening=answer == "evening", now=answer == "now")
        self.ask(keep, fail=page.fail)

    def _read(self) -> KioskError | int | None:
        """What is said, the most pressing first: why something will stop, or how long no backup was proved."""
        for finding in self._counter.desk.limits():
            if finding.code == "lease_soon":
                return Refused("limit_lease_soon", now=finding.now)
        return None if self._kiosk.practising else self._counter.reminding.proof()

    def _remind(self, found: KioskError | int | None) -> None:
        page = self._page
        if found is None or self._window.page() is not page or not page.notice.isHidden():
            return
        if isinstance(found, int):
            page.note("info", "proof.due", "proof.due.more", days=show.number(found))
        else:
            page.fail(found, tone="wait")

    def _unknown(self, _error: KioskError) -> None:
        """Nothing of it is worth keeping anybody from the day."""
