"""First trust: claim, show six digits, and ask every two seconds whether the centre has approved."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from kiosk.setup.enrolment_state import unenrolled
from protocol.errors import KioskError, Refused
from ui.setup.enrol_page import EnrolPage
from ui.shell.flow import Flow
from ui.shell.shell import Shell

if TYPE_CHECKING:
    from kiosk.setup.enrolment_state import UnderWay

POLL_MS = 2_000


class EnrolFlow(Flow):
    """Drives enrolment with a line."""

    def __init__(self, window: Shell, page: EnrolPage, done: Callable[[], None]) -> None:
        super().__init__(window)
        self._page = page
        self._done = done
        self._waiting = False
        self._poll = QTimer(self, singleShot=True, interval=POLL_MS)
        self._poll.timeout.connect(self._ask)
        page.asked.connect(self._claim)
        page.given_up.connect(self._give_up)

    def open(self) -> None:
        """The set-up page; a claim from before a restart goes on by itself, with the same digits."""
        self.ask(self._read, self._opened, self._page.fail)
        self._window.go(self._page)

    def _read(self) -> tuple[str, UnderWay | None]:
        return self._kiosk.enrolment.centre(), self._kiosk.enrolment.under_way()

    def _opened(self, found: tuple[str, UnderWay | None]) -> None:
        centre, under_way = found
        self._page.url.setText(centre)
        if self._window.page() is self._page:
            self._page.first().setFocus()
        if under_way is not None:
            self._page.url.setText(under_way.centre)
            self._page.slot.setText(under_way.slot)
            self._claimed(under_way.number)

    def _claim(self, url: str, slot: str, code: str) -> None:
        self.ask_slow(
            lambda: self._kiosk.enrolment.claim(url, slot, code), self._claimed, self._refused, wait="busy.line"
        )

    def _claimed(self, digits: str) -> None:
        self._waiting = True
        self._window.free()
        self._page.calm()
        self._page.set_digits(digits)
        self._window.tell_keys()
        self._poll.start()

    def _give_up(self) -> None:
        """The digits differ, or it was the wrong slot: type again, and ask for nothing meanwhile."""
        self._poll.stop()
        self._page.calm()
        self._type_again()

    def _refused(self, error: KioskError) -> None:
        self._window.free()
        self._page.fail(unenrolled(error))
        self._type_again()

    def _type_again(self) -> None:
        self._waiting = False
        self._page.set_digits("")
        self._window.tell_keys()
        self._page.first().setFocus()

    def _ask(self) -> None:
        self.ask_slow(self._kiosk.enrolment.poll, self._answered, self._away)

    def _answered(self, approved: bool) -> None:
        """An approval counts whenever it comes; a "not yet" only while the digits are shown."""
        if approved:
            self._page.set_digits("")
            self._done()
        elif self._waiting:
            self._page.calm()
            self._poll.start()

    def _away(self, error: KioskError) -> None:
        """The line may come back; the question is asked again. A slot that is shut wants another code.

        Whoever has given it up is typing another one already.
        """
        if not self._waiting:
            return
        if isinstance(error, Refused):
            self._refused(error)
        else:
            self._page.fail(unenrolled(error))
            self._poll.start()
