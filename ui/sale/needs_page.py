"""From what the citizen wants: a few ready answers lead to services, papers and money, before anything is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from protocol.catalogue.needs import Plan, Step
from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.shell import DataPage
from ui.widgets import Amount, Card, Fact, SearchEdit, Text, clear, restyle, rule, scroll_card, scroller, show
from ui.widgets.answer_rows import ChoiceList, give_way

MOST_KEYS: Final = 9
State = Literal["pick", "ask", "plan"]


@dataclass(frozen=True, slots=True)
class PlanShown:
    """Where the answers lead, why each step of it cannot be asked for now, and whether any can."""

    plan: Plan
    why: Sequence[KioskError | None]
    startable: bool


@dataclass(frozen=True, slots=True)
class NeedsAsked:
    """The state of the questions: what was said (`trail`) and what comes now. That is a need to pick (`question` is
    None), a question with its `options`, or the end of them, a `plan`. `none`: no need has what was typed, so all are
    shown.
    """

    options: Sequence[Bilingual] = ()
    trail: Sequence[Bilingual] = ()
    question: Bilingual | None = None
    plan: PlanShown | None = None
    none: bool = False

    @property
    def state(self) -> State:
        return "plan" if self.plan is not None else "pick" if self.question is None else "ask"


class NeedsPage(DataPage[NeedsAsked]):
    """The page of questions. `chosen` is the place of a need or an answer in the list; `begun` asks for the plan's
    visit.
    """

    chosen = Signal(int)
    begun = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageNeeds", language, "needs.title")
        self._make_lists()
        self.primary = self.primary_button("needs.take", self._go_on)
        self.options.currentRowChanged.connect(lambda _row: self._turn())
        self.leave = self.back_button()
        for place in range(MOST_KEYS):
            self.command(f"Alt+{place + 1}", "", partial(self._take, place), partial(self._offers, place))
        self.hint = Text(role="hint", wrap=True)
        said = Card(self.hint, 1)
        self.arrange(self.search, self.trail, self.asked, (self.options, 1), (self.plan, 1), 0, context=said)
        self.set_data(NeedsAsked())

    def _make_lists(self) -> None:
        self.search = SearchEdit("needSearch")
        self.placeholder(self.search, "needs.search", "needs.title")
        self.trail, self.asked = Text(role="hint", wrap=True), Text(role="h2", wrap=True)
        self.asked.leave_room()
        self.options = ChoiceList("needList")
        self.options.steered = True
        give_way(self.options)
        self.options.taken.connect(self._take)
        self.search.taken.connect(lambda: self._take(self.options.currentRow()))
        told = QWidget()
        self._rows = QVBoxLayout(told)
        self.plan = scroll_card(scroller(told))

    # ---- data in

    @property
    def state(self) -> State:
        return "pick" if self.data is None else self.data.state

    @override
    def show_data(self, data: NeedsAsked) -> None:
        self.search.setVisible(data.state == "pick")
        self.trail.tell(self.of(Bilingual(" ← ", " → ")).join(map(self.of, data.trail)))
        title = "needs.title.plan" if data.plan else "needs.title"
        self.title.setText(self.of(data.question) if data.question else self.say(title))
        self.asked.tell(self.say("needs.none" if data.none else "needs.pick") if data.state == "pick" else "")
        self.hint.setText(self.say(f"needs.hint.{'none' if data.none else data.state}"))
        self.options.setAccessibleName(self.asked.text() or self.title.text())
        self.options.setVisible(bool(data.options))
        self.plan.setVisible(data.state == "plan")
        restyle(self.options, "look", "answers" if data.state == "ask" else "")
        self.options.clear()
        for place, option in enumerate(data.options, 1):
            self.options.offer(self.of(option), f"Alt+{place}" if place <= MOST_KEYS else "")
        if data.state == "pick" and not data.none:  # an answer is the citizen's: none stands there before it is heard
            self.options.setCurrentRow(0)
        clear(self._rows)
        if data.plan is not None:
            self._show_plan(data.plan)
        self._turn()

    def _turn(self) -> None:
        """F10 takes what is chosen, and once nothing is asked any more begins; else it says what it waits for."""
        plan = None if self.data is None else self.data.plan
        if plan is not None:
            word, why = "needs.start.all" if len(plan.plan.steps) > 1 else "needs.start", "needs.cannot"
            ready = plan.startable
        else:
            word, why = "needs.take", "needs.another" if self.state == "pick" else "needs.answer"
            ready = self.options.currentRow() >= 0
        self.reword(self.primary, word)
        self.primary.wait_for("" if ready else self.say(why))

    def _show_plan(self, shown: PlanShown) -> None:
        plan, column = shown.plan, list[Amount]()
        role = "strong" if len(plan.steps) > 1 else "amount"  # of one service the price is the sum
        for step, why in zip(plan.steps, shown.why, strict=True):
            name = f"{show.isolate(step.service.number)} — {step.service.title[self.language]}"
            self._rows.addWidget(Fact(role, "strong", column=column).tell(name, self._price(step, why)))
        if len(plan.steps) > 1:
            self._rows.addWidget(rule())
            self._rows.addWidget(Fact("amount", "body").tell(self.say("needs.total"), self._total(plan)))
        if plan.steps:
            self._rows.addWidget(Text(self.say("form.papers" if plan.papers else "needs.papers.none"), "h2"))
        for paper in plan.papers:
            self._rows.addWidget(Text(f"• {paper.label[self.language]}", "body", wrap=True))
        if plan.notices:
            self._rows.addWidget(Text(self.say("needs.notices"), "h2"))
        for notice in plan.notices:
            self._rows.addWidget(Text(notice[self.language], "body", wrap=True))
        self._rows.addStretch(1)

    def _price(self, step: Step, why: KioskError | None) -> str:
        """What it costs here, or why that is not known, or why it cannot be asked for now."""
        if why is not None:
            return show.explained(self.language, why)[0]
        if step.service.mode == "guidance":
            return self.say("home.price.guidance")
        if step.fees is None:
            return self.say(f"needs.unknown.{step.unknown}")
        return show.money(self.language, step.fees.total_pt)

    def _total(self, plan: Plan) -> str:
        """The sum; where some price is not known, what is known, and that more comes to it."""
        if plan.total_pt is not None:
            return show.money(self.language, plan.total_pt)
        return f"{show.money(self.language, plan.known_pt)} {self.say('needs.more')}"

    # ---- meaning out

    def _offers(self, row: int) -> bool:
        return self.data is not None and 0 <= row < len(self.data.options)

    def _take(self, row: int) -> None:
        if self._offers(row):
            self.chosen.emit(row)

    def _go_on(self) -> None:
        """F10: the need or the answer that is chosen, and in the end the visit."""
        plan = None if self.data is None else self.data.plan
        if plan is None and self.options.currentRow() >= 0:
            self._take(self.options.currentRow())
        elif plan is not None and plan.startable:
            self.begun.emit()
        else:
            self.show_notice("info", "needs.choose" if plan is None else "needs.cannot")

    @override
    def first(self) -> QWidget:
        if self.state == "pick":
            return self.search
        if self.state == "ask":
            return self.options
        return self.primary if self.data and self.data.plan and self.data.plan.startable else self.leave
