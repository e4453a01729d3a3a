"""From the help to what is wrong here, and to the centre with it. Nobody waits: everything is looked at aside."""

from __future__ import annotations

import threading
from functools import partial
from pathlib import Path

from kiosk.core.events import SyncChanged
from kiosk.ports.world import LineStatus
from kiosk.upkeep.doctor.check_result import Result
from kiosk.upkeep.doctor.diagnosis import Diagnosis
from protocol.errors import KioskError, Unavailable
from ui.sale.home_page import HomePage
from ui.shell import Flow, LatePage, Shell, nothing
from ui.upkeep.doctor_page import DoctorPage, Problem, ReportPage
from ui.upkeep.sync_chip import LINE_UP
from ui.widgets import show

SETTLE_MS = 900
"""What the home screen and the centre have to say goes first."""


class DoctorFlow(Flow):
    """Drives the pages of the diagnosis."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._stop = threading.Event()
        self._mending = False
        self.hear(SyncChanged, then=self.settle(SETTLE_MS, self._ask_standing).start)

    @LatePage(DoctorPage)
    def page(self, page: DoctorPage) -> None:
        page.left.connect(self._stop_or_leave)
        page.again.clicked.connect(self._run)
        page.report.clicked.connect(self._begin_report)
        page.primary.clicked.connect(self._mend)
        page.save.clicked.connect(lambda: self._save(None))

    @LatePage(ReportPage)
    def report(self, page: ReportPage) -> None:
        page.left.connect(lambda: self._window.go(self.page))
        page.primary.clicked.connect(lambda: self._save(page.problem()) if page.by_stick else self._send())
        page.send.clicked.connect(self._send)
        page.save.clicked.connect(lambda: self._save(page.problem()))

    @property
    def _diagnosis(self) -> Diagnosis:
        return self._kiosk.at_work.diagnosis

    def open(self) -> None:
        """What stands is shown at once; Esc leads back to where the help was asked for."""
        self._window.aside(self.page, instead=True)
        self._read()

    # ---- looking

    def _read(self) -> None:
        def read() -> tuple[list[Result], int, int, bool]:
            up = self._counter.line.status().state in LINE_UP
            return *self._diagnosis.kept(), self._counter.context.now_ms(), up

        self.ask(read, lambda found: self.page.set_findings(*found[:3], up=found[3]), self.page.fail)

    def _run(self) -> None:
        if self.page.running:
            return
        stop = self._stop = threading.Event()
        self.page.calm()
        self.page.begin()
        self._window.tell_keys()

        def one_more(result: Result) -> None:
            """On the thread that looks."""
            self.call(lambda: self.page.advance(result.check.number))

        def ended(error: KioskError | None) -> None:
            self.page.stop()
            self._window.tell_keys()
            if error is None:
                self._read()
            else:
                self.page.fail(error)

        self.ask_slow(
            lambda: self._diagnosis.run(one_more, lambda: not stop.is_set()), lambda _found: ended(None), ended
        )

    def _mend(self) -> None:
        """What is safe to mend is mended, and everything is looked at once more."""
        if self.page.running or self._mending:
            return
        self._mending = True

        def mend() -> int:
            return self._diagnosis.mend()

        def mended(_count: int) -> None:
            self._mending = False
            if self._window.page() is self.page and not self.page.running:
                self._run()

        def failed(error: KioskError) -> None:
            self._mending = False
            self.page.fail(error)

        self.ask_slow(mend, mended, failed)

    # ---- telling the centre

    def _begin_report(self) -> None:
        """Without internet it is saved to go by stick, unless sending it is tried all the same."""

        def begin(line: LineStatus) -> None:
            self.report.begin()
            self.report.set_way(by_stick=line.state not in LINE_UP)
            self._window.go(self.report)
            if self.report.by_stick:
                self.report.show_notice("off", "problem.offline", "problem.offline.more")

        self.ask(self._counter.line.status, begin)

    def _send(self) -> None:
        problem = self.report.problem()
        sent = partial(self._tell_done, "problem.sent", "number")
        self.ask_slow(lambda: self._diagnosis.send(problem), sent, self._tell_unsent, wait="busy.sending")

    def _tell_unsent(self, error: KioskError) -> None:
        self._window.free()
        if isinstance(error, Unavailable):  # nothing sends it later: it has to go by stick
            self.report.set_way(by_stick=True)
            self._window.tell_keys()
            self.report.show_notice("off", "problem.unsent", "problem.unsent.more")
        else:
            self.report.fail(error)

    def _save(self, problem: Problem | None) -> None:
        """Said is the folder: the file's own name is for the centre."""
        saved = partial(self._tell_done, "problem.saved", "place")
        self.ask_slow(lambda: str(Path(self._diagnosis.save(problem)).parent), saved, wait="busy.saving")

    def _tell_done(self, key: str, name: str, value: str) -> None:
        self._window.free()
        if self._window.page() is not self.page:
            self._window.go(self.page)
        self.page.show_notice("ok", key, f"{key}.more", **{name: show.isolate(value)})

    # ---- what has stood for long

    def _ask_standing(self) -> None:
        if isinstance(self._window.page(), HomePage) and not self._kiosk.practising:
            self.ask(lambda: (self._diagnosis.low(), self._diagnosis.to_show()), self._say, nothing)

    def _say(self, found: tuple[int | None, Result | None]) -> None:
        home, (low, standing) = self._window.page(), found
        if not isinstance(home, HomePage):
            return
        if low is not None:
            home.show_notice("wait", "awake.low", "awake.low.more", percent=show.number(low))
        elif standing is not None and home.notice.isHidden():

            def finding() -> tuple[str, str, str]:
                found, _why, remedy = standing.words(home.language)
                return "info", found, f"{remedy} {home.say('doctor.where')}"

            home.show_words(finding)

    def _stop_or_leave(self) -> None:
        self._stop.set()
        if not self.page.running:
            self._window.back()
