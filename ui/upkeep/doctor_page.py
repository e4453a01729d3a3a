"""The check-up page: what is wrong with this counter, what to do about it, and how the centre is told of it.

Neither page shows anybody, nor any money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from PySide6.QtWidgets import QWidget

from kiosk.upkeep.doctor.check_result import Area, Result
from kiosk.upkeep.doctor.check_runner import CHECKS
from kiosk.upkeep.doctor.support_content import KINDS, LONGEST
from protocol.doctor import Severity
from protocol.override import override
from protocol.texts import Language
from ui.shell import Page
from ui.upkeep.progress_bar import ProgressBar
from ui.widgets import Card, LineEdit, Text, set_tone, show
from ui.widgets.state_pill import Pill, State

COLUMNS = ("doctor.grave", "doctor.finding", "doctor.remedy")
AREAS: Final[tuple[Area, ...]] = get_args(Area)
LOOKED: Final[Mapping[str, State]] = {
    "done": "done", "wait": "waiting", "fine": "accepted", "never": "missing", "offline": "offline",
}  # fmt: skip
GRAVE: Final[Mapping[str, State]] = {"stop": "critical", "warn": "missing", "note": "note", "crashed": "missing"}


class DoctorPage(Page):
    """The page of the check-up. `primary` mends what is safe to mend and looks at everything, `again` only looks. Esc
    ends what is under way.
    """

    private = False
    aside = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageDoctor", language, "doctor.title")
        self._results: Sequence[Result] = ()
        self._full_ms = self._now_ms = 0
        self._up = True
        self._came: set[int] | None = None
        """The numbers of the checks that have ended, of a look that is under way."""
        self.state, self.stops, self.bar = Text(role="h2", wrap=True), Text(role="error", wrap=True), ProgressBar()
        self.findings = self.rows("findingsTable", "doctor.title", COLUMNS, 1, 2)
        self.findings.currentCellChanged.connect(lambda *_: self._tell_chosen())
        self.areas = self.rows("areasTable", "doctor.title", ("doctor.area", "papers.state"), 0)
        self.primary = self.primary_button("doctor.mend")
        self.again = self.button("runButton", "doctor.again", "F5", icon="refresh")
        self.command("F5", "", self.again.click)  # also where F10 does as much
        self.report = self.button("reportButton", "doctor.report", "Alt+1", icon="phone")
        self.save = self.button("saveButton", "doctor.save", "Alt+2", icon="save")
        self.back = self.back_button()
        self.last = Text(role="hint", wrap=True)
        self._about = Card(self.state, self.bar, self.stops, self.last, 1)
        self.arrange(
            (self.findings, 1), (self.areas, 1), context=self._about,
            actions=(self.again, self.report, self.save),
        )  # fmt: skip
        self.retold()

    @property
    def running(self) -> bool:
        return self._came is not None

    @property
    def clean(self) -> bool:
        """Whether everything was looked at and nothing found."""
        return not (self.running or self._results) and bool(self._full_ms)

    def set_findings(self, results: Sequence[Result], full_ms: int, now_ms: int, *, up: bool = True) -> None:
        """What stands now, the gravest first, when everything was looked at last (0: never), and whether there is
        internet: to have none is no fault.
        """
        self._results, self._full_ms, self._now_ms, self._up, self._came = results, full_ms, now_ms, up, None
        self.retold()
        if results and self.primary.hasFocus():
            self.findings.setFocus()

    def begin(self) -> None:
        self._came = set()
        self.retold()

    def advance(self, number: int) -> None:
        """The check of this number has ended."""
        if self._came is not None:
            self._came.add(number)
            self.retold()

    def stop(self) -> None:
        self._came = None
        self.retold()

    @override
    def retold(self) -> None:
        self.findings.fill([self._row(result) for result in self._results], self._results)
        self.findings.setVisible(bool(self._results))
        self.areas.fill([self._area(area) for area in AREAS])
        self.areas.setVisible(not self._results)
        self.state.setText(self._state())
        self.bar.tell(len(self._came or ()), len(CHECKS), busy=self.running)
        stops = 0 if self.running else sum(result.severity is Severity.STOP for result in self._results)
        self.stops.tell(self.say("doctor.stops", n=stops, count=show.number(stops)) if stops else "")
        set_tone(self._about, "busy" if self.running else "act" if stops else "ok" if self.clean else "")
        self.primary.wait_for(self.say("busy.esc") if self.running else "")
        self.again.setVisible(not (self.running or self.clean))
        self.reword(self.back, "doctor.stop" if self.running else "key.back")
        self._tell_chosen()

    def _tell_chosen(self) -> None:
        """Of the finding gone to its number, which support asks for; F10 is called as the findings it mends call it."""
        chosen: Result | None = None if self.running else self.findings.chosen()
        by_hand = chosen is not None and not any(result.check.safe_fix for result in self._results)
        self.reword(self.primary, "doctor.mended" if by_hand else "doctor.once_more" if self.clean else "doctor.mend")
        time = show.said_time(self.language, self._full_ms, self._now_ms, with_clock=True)
        said = [self.say("doctor.last", time=time)] if self._full_ms else []
        said += [self.say("doctor.number", number=show.number(chosen.check.number))] if chosen else []
        self.last.tell("\n".join(said))

    def _row(self, result: Result) -> tuple[str | Pill, ...]:
        found, why, remedy = result.words(self.language)
        grave = result.severity.word if result.severity else "crashed"
        pill = Pill(GRAVE[grave], self.say(f"doctor.severity.{grave}"))
        who = self.say(f"doctor.who.{'f10' if result.check.safe_fix else result.check.who}")
        return pill, f"{found} {why}", f"{who}: {remedy}"

    def _area(self, area: Area) -> tuple[str | Pill, ...]:
        """Of a part of the computer, whether it has been looked at."""
        word = "fine" if self._full_ms else "never"
        if self._came is not None:
            word = "done" if all(one.number in self._came for one in CHECKS if one.area == area) else "wait"
        elif self._full_ms and area == "line" and not self._up:
            word = "offline"
        return self.say(f"doctor.area.{area}"), Pill(LOOKED[word], self.say(f"doctor.looked.{word}"))

    def _state(self) -> str:
        if self._came is not None:
            return self.say("doctor.running", done=show.number(len(self._came)), total=show.number(len(CHECKS)))
        if self._results:
            return self.say("doctor.found", n=len(self._results))
        return self.say("doctor.clean" if self._full_ms else "doctor.never")

    @override
    def first(self) -> QWidget:
        return self.findings if self._results else self.primary


Problem = dict[str, str]
"""Its kind, and what was written."""


class ReportPage(Page):
    """Something does not work: which kind it is, a few words, and off to the centre with a support file.

    What is sent, or saved to go by stick, is its `problem`.
    """

    private = False
    aside = True
    by_stick = False

    def __init__(self, language: Language) -> None:
        super().__init__("pageReport", language, "problem.title")
        self.first_widget = self.kinds = self.rows("reportKinds", "problem.kind", ("",))
        self.words = LineEdit("reportWords", limit=LONGEST)
        self.primary = self.primary_button("problem.send")
        self.save = self.button("saveButton", "doctor.save", "Alt+2", icon="save")
        self.command("Alt+2", "", self.save.click)  # also where F10 does it
        self.send = self.button("sendButton", "sync.retry", "F5", icon="refresh")
        self.back_button()
        kinds, words = self.label(self.kinds, "problem.kind"), self.label(self.words, "problem.words")
        self.arrange(
            kinds, (self.kinds, 1), words, self.words,
            context=Card(self.paragraph("problem.warning", "body"), 1), actions=(self.send, self.save),
        )  # fmt: skip
        self.retold()

    def begin(self) -> None:
        """An empty report."""
        self.words.clear()
        self.kinds.setCurrentCell(0, 0)
        self.calm()
        self.set_way(by_stick=False)

    def set_way(self, *, by_stick: bool) -> None:
        """Without a line it is saved to go by stick, and sending it is tried again."""
        self.by_stick = by_stick
        self.send.setVisible(by_stick)
        self.save.setVisible(not by_stick)
        self.reword(self.primary, "problem.save" if by_stick else "problem.send")

    def problem(self) -> Problem:
        return {"kind": self.kinds.chosen(), "text": self.words.text()}

    @override
    def retold(self) -> None:
        self.kinds.fill([(self.say(f"problem.kind.{kind}"),) for kind in KINDS], KINDS)
        self.set_way(by_stick=self.by_stick)
