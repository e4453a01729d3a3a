"""From the help to what is wrong here, and to the centre with it. Nobody waits: everything is looked at aside."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from kiosk.core.events import SyncChanged
from kiosk.upkeep.doctor import check_runner
from kiosk.upkeep.doctor.check_result import Result
from protocol.errors import KioskError, Unavailable
from protocol.values.arabic import isolate
from ui.shell.flow import Flow
from ui.shell.shell import Shell
from ui.upkeep.doctor_page import DoctorPage
from ui.upkeep.report_page import ReportPage
from ui.widgets import show

if TYPE_CHECKING:
    from ui.sale.home_page import HomePage

SETTLE_MS = 900
"""What the home screen and the centre have to say goes first."""


class DoctorFlow(Flow):
    """Drives the pages of the diagnosis."""

    def __init__(self, window: Shell, home: HomePage) -> None:
        super().__init__(window)
        self._home = home
        self._stop = threading.Event()
        self._done = 0
        self._mending = False
        self.page, self.report = DoctorPage(window.language), ReportPage(window.language)
        for page in (self.page, self.report):
            window.add(page)
        self.page.left.connect(self._return)
        self.page.run_asked.connect(self._run_or_stop)
        self.page.report_asked.connect(self._begin_report)
        self.page.mend_asked.connect(self._mend)
        self.page.save_asked.connect(lambda: self._save(None))
        self.report.left.connect(lambda: window.go(self.page))
        self.report.sent.connect(self._send)
        self.report.saved.connect(lambda kind, text: self._save({"kind": kind, "text": text}))
        self._settle = QTimer(self, singleShot=True, interval=SETTLE_MS)
        self._settle.timeout.connect(self._look)
        window.stack.currentChanged.connect(lambda _place: self._settle.start())
        self.hear(SyncChanged, then=self._settle.start)

    def open(self) -> None:
        """What stands is shown at once; Esc leads back to where the help was asked for."""
        self._window.aside(self.page, instead=True)
        self._read()

    # ---- looking

    def _read(self) -> None:
        def read() -> tuple[list[Result], int]:
            return self._kiosk.at_work.diagnosis.kept()

        self.ask(read, lambda found: self.page.set_findings(*found), self.page.fail)

    def _run_or_stop(self) -> None:
        if self.page.running:
            self._stop.set()
            return
        self._stop, self._done = threading.Event(), 0
        self.page.calm()
        self.page.set_progress(0, len(check_runner.CHECKS))
        self._window.tell_keys()
        stop = self._stop

        def work() -> None:
            self._kiosk.at_work.diagnosis.run(self._tell, lambda: not stop.is_set())

        self.ask_slow(work, lambda _none: self._ended(), self._failed)

    def _tell(self, _result: Result) -> None:
        """On the thread that looks."""
        self.call(self._one_more)

    def _one_more(self) -> None:
        if self.page.running:
            self._done += 1
            self.page.set_progress(self._done, len(check_runner.CHECKS))

    def _mend(self) -> None:
        """What is safe to mend is mended, and everything is looked at once more."""
        if self.page.running or self._mending:
            return
        self._mending = True

        def mended(_count: int) -> None:
            self._mending = False
            if self._window.page() is self.page and not self.page.running:
                self._run_or_stop()

        def failed(error: KioskError) -> None:
            self._mending = False
            self.page.fail(error)

        self.ask_slow(self._mended, mended, failed)

    def _mended(self) -> int:
        return self._kiosk.at_work.diagnosis.mend()

    def _ended(self) -> None:
        self._rest()
        self._read()

    def _rest(self) -> None:
        self.page.stopped()
        self._window.tell_keys()

    def _failed(self, error: KioskError) -> None:
        self._rest()
        self.page.fail(error)

    # ---- telling the centre

    def _begin_report(self) -> None:
        self.report.begin()
        self._window.go(self.report)

    def _send(self, kind: str, text: str) -> None:
        self._window.wait("busy.sending")
        send = partial(self._sent_by, {"kind": kind, "text": text})
        self.ask_slow(send, partial(self._told, self.page, "problem.sent", "number"), self._not_sent)

    def _sent_by(self, problem: dict[str, str]) -> str:
        return self._kiosk.at_work.diagnosis.send(problem)

    def _not_sent(self, error: KioskError) -> None:
        self._window.free()
        if isinstance(error, Unavailable):  # nothing sends it later: it has to be carried
            page = self.report
            page.note("act", "problem.unsent", "problem.unsent.more")
        else:
            self.report.fail(error)

    def _save(self, problem: dict[str, str] | None) -> None:
        page = self._window.page()

        def save() -> str:
            return self._kiosk.at_work.diagnosis.save(problem)

        def failed(error: KioskError) -> None:
            self._window.free()
            page.fail(error)

        self.ask_slow(save, partial(self._told, self.page, "problem.saved", "place"), failed, wait="busy.saving")

    def _told(self, page: DoctorPage, key: str, name: str, value: str) -> None:
        self._window.free()
        if self._window.page() is not page:
            self._window.go(page)
        page.note("ok", key, f"{key}.more", **{name: isolate(value)})

    # ---- what has stood for long

    def _look(self) -> None:
        if self._window.page() is self._home and not self._kiosk.practising:
            self.ask(self._standing, self._say, lambda _error: None)

    def _standing(self) -> tuple[int | None, Result | None]:
        diagnosis = self._kiosk.at_work.diagnosis
        return diagnosis.low(), diagnosis.to_show()

    def _say(self, found: tuple[int | None, Result | None]) -> None:
        home = self._home
        low, standing = found
        if low is not None and self._window.page() is home:
            home.note("wait", "awake.low", "awake.low.more", percent=show.number(low))
        elif standing is not None and home.notice.isHidden() and self._window.page() is home:

            def told() -> tuple[str, str, str]:
                found, _why, remedy = standing.words(home.language)
                return "info", found, f"{remedy} {home.say('doctor.where')}"

            home.tell(told)

    def _return(self) -> None:
        self._stop.set()
        self._window.back()
