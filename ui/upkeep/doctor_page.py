"""S12: what is wrong with this counter, in plain words with what mends it; and how the centre is told of it.

Neither page shows anybody, nor any money.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from kiosk.upkeep.doctor.check_result import Result
from kiosk.upkeep.doctor.support_content import KINDS, LONGEST
from protocol.override import override
from protocol.texts import Language
from ui.shell import Page
from ui.widgets import Button, LineEdit, Text, show
from ui.widgets.layouts import beside, fill, group, stacked

COLUMNS = ("doctor.number", "doctor.grave", "doctor.finding", "doctor.remedy")


class DoctorPage(Page):
    """`again` begins a look at everything, or ends the one that is under way."""

    private = False
    aside = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageDoctor", language, "doctor.title")
        self._results: Sequence[Result] = ()
        self._full_ms = 0
        self._progress: tuple[int, int] | None = None
        self.state = Text(role="strong", wrap=True)
        self.findings = self.rows("findingsTable", "doctor.title", COLUMNS, 2, 3)
        self.again = self.button(Button("runButton", "primary"), "doctor.again", "F5")
        self.report = self.button("reportButton", "doctor.report", "Alt+1")
        self.save = self.button("saveButton", "doctor.save", "Alt+2")
        self.mend = self.button("mendButton", "doctor.mend", "Alt+3")
        self.room = group()
        buttons = beside(self.again, self.mend, self.report, self.save, self.back_button(), 1, gap=12)
        fill(self.body, self.state, (self.findings, 1), (self.room, 1), buttons)
        self.retold()

    @property
    def running(self) -> bool:
        return self._progress is not None

    def set_findings(self, results: Sequence[Result], full_ms: int) -> None:
        """What stands, the gravest first, and when everything was looked at last (0: never)."""
        self._results, self._full_ms, self._progress = results, full_ms, None
        self.retold()

    def set_progress(self, done: int, total: int) -> None:
        self._progress = (done, total)
        self.retold()

    def advance(self) -> None:
        """One more has been looked at."""
        if self._progress is not None:
            self.set_progress(self._progress[0] + 1, self._progress[1])

    def stop(self) -> None:
        self._progress = None
        self.retold()

    @override
    def retold(self) -> None:
        self.findings.fill([self._row(result) for result in self._results])
        self.findings.setVisible(bool(self._results))
        self.room.setVisible(not self._results)  # what is said stands at the top, also alone
        self.state.setText(self._state())
        self.reword(self.again, "doctor.stop" if self.running else "doctor.again")
        self.subtitle.setVisible(bool(self._full_ms))
        self.subtitle.setText(self.say("doctor.last", time=show.moment(self._full_ms)))

    def _row(self, result: Result) -> tuple[str, str, str, str]:
        found, why, remedy = result.words(self.language)
        grave = result.severity.word if result.severity else "crashed"
        return show.number(result.check.number), self.say(f"doctor.severity.{grave}"), f"{found} {why}", remedy

    def _state(self) -> str:
        if self._progress is not None:
            done, total = self._progress
            return self.say("doctor.running", done=show.number(done), total=show.number(total))
        if self._results:
            return self.say("doctor.found", n=len(self._results))
        return self.say("doctor.clean" if self._full_ms else "doctor.never")

    @override
    def first(self) -> QWidget:
        return self.findings if self._results else self.again


Problem = dict[str, str]
"""Its kind, and what was written."""


class ReportPage(Page):
    """Something does not work: which kind it is, a few words, and off to the centre with a support file.

    What is sent, or saved to be carried, is its `problem`.
    """

    private = False
    aside = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageReport", language, "problem.title")
        self.first_widget = self.kinds = self.rows("reportKinds", "problem.kind", ("",))
        self.words = LineEdit("reportWords", limit=LONGEST)
        self.send = self.button(Button("sendButton", "primary"), "problem.send", "F10")
        self.save = self.button("saveButton", "doctor.save", "Alt+2")
        kinds, words = self.label(self.kinds, "problem.kind"), self.label(self.words, "problem.words")
        warning = self.paragraph("problem.warning")
        main = stacked(kinds, (self.kinds, 1), words, self.words, warning, gap=8)
        self.split(main, self.send, self.save, self.back_button(), 1)
        self.retold()

    def begin(self) -> None:
        """An empty report."""
        self.words.clear()
        self.kinds.setCurrentCell(0, 0)
        self.calm()

    def problem(self) -> Problem:
        return {"kind": self.kinds.chosen(), "text": self.words.text()}

    @override
    def retold(self) -> None:
        self.kinds.fill([(self.say(f"problem.kind.{kind}"),) for kind in KINDS], KINDS)
