"""From what the citizen wants: a few ready answers lead to services, papers and money, before anything is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.answer_rows import ChoiceList
from ui.widgets.cards import Card, Fact, clear, rule, scroller
from ui.widgets.fields.line_edit import SearchEdit
from ui.widgets.labels import Amount, Text
from ui.widgets.layouts import stacked
from ui.widgets.translated import Both

if TYPE_CHECKING:
    from protocol.catalogue.needs import Plan, Step

MOST_KEYS: Final = 9
State = Literal["pick", "ask", "plan"]


@dataclass(frozen=True, slots=True)
class PlanShown:
    """Where the answers lead, why each step of it cannot be asked for now, and whether any can."""

    plan: Plan
    why: Sequence[KioskError | None]
    startable: bool


class NeedsPage(Page):
    """`chosen` is the place of a need or an answer in the list."""

    chosen = Signal(int)

    def __init__(self, language: Language) -> None:
        super().__init__("pageNeeds", language, "needs.title")
        self.state: State = "pick"
        self._question: Both = ("", "")
        self._options: Sequence[Both] = ()
        self._trail: Sequence[Both] = ()
        self._plan: PlanShown | None = None
        self._make_lists()
        self.primary = self.primary_button("needs.start")
        self.leave = self.back_button()
        for place in range(MOST_KEYS):
            self.command(f"Alt+{place + 1}", "", partial(self._take, place), partial(self._offers, place))
        main = stacked(self.search, self.trail, self.asked, (self.options, 1), (self.plan, 1))
        self.split(main, self.primary, self.leave, self.paragraph("needs.hint"), 1)
        self.retold()

    def _make_lists(self) -> None:
        self.search = SearchEdit("needSearch")
        self.placeholder(self.search, "needs.search", "needs.title")
        self.trail, self.asked = Text(role="hint", wrap=True), Text(role="h2", wrap=True)
        self.options = ChoiceList("needList")
        self.options.taken.connect(self._take)
        self.search.taken.connect(lambda: self._take(max(0, self.options.currentRow())))
        told = QWidget()
        self._rows = QVBoxLayout(told)
        self.plan = Card(scroller(told))

    # ---- data in

    def set_needs(self, titles: Sequence[Both]) -> None:
        """Those that match what stands in the search box."""
        self.state, self._options, self._trail, self._plan = "pick", titles, (), None
        self.retold()
        self.search.answered()

    def set_question(self, trail: Sequence[Both], question: Both, choices: Sequence[Both]) -> None:
        """`trail` is what has been said so far."""
        self.state, self._trail, self._question, self._options, self._plan = "ask", trail, question, choices, None
        self.retold()

    def set_plan(self, trail: Sequence[Both], plan: PlanShown) -> None:
        self.state, self._trail, self._options, self._plan = "plan", trail, (), plan
        self.retold()

    @override
    def retold(self) -> None:
        self.search.setVisible(self.state == "pick")
        self.trail.setVisible(self.state != "pick")
        self.trail.setText(self.of((" ← ", " → ")).join(map(self.of, self._trail)))
        pick = "needs.pick" if self._options else "needs.none"
        asked = {"pick": self.say(pick), "ask": self.of(self._question), "plan": self.say("needs.plan")}
        self.asked.setText(asked[self.state])
        self.options.setAccessibleName(self.asked.text())
        self.options.setVisible(self.state != "plan")
        self.plan.setVisible(self.state == "plan")
        self.primary.setVisible(self._plan is not None and self._plan.startable)
        self.options.clear()
        for place, option in enumerate(self._options, 1):
            key = f"{isolate(f'Alt+{place}')}   " if self.state == "ask" else ""
            self.options.addItem(f"{key}{self.of(option)}")
        if self._options:
            self.options.setCurrentRow(0)
        self._show_plan()

    def _show_plan(self) -> None:
        clear(self._rows)
        if self._plan is None:
            return
        plan, column = self._plan.plan, list[Amount]()
        for notice in plan.notices:
            self._rows.addWidget(Text(notice[self.language], "strong", wrap=True))
        for step, why in zip(plan.steps, self._plan.why, strict=True):
            name = f"{isolate(step.service.number)} · {step.service.title[self.language]}"
            self._rows.addWidget(Fact("strong", "body", column=column).tell(name, self._price(step, why)))
        if plan.steps:
            self._rows.addWidget(rule())
            self._rows.addWidget(Fact("amount", "body").tell(self.say("needs.total"), self._total(plan)))
            self._rows.addWidget(Text(self.say("needs.papers" if plan.papers else "needs.papers.none"), "h2"))
        for paper in plan.papers:
            self._rows.addWidget(Text(f"☐ {paper.label[self.language]}", "body", wrap=True))
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
        return 0 <= row < len(self._options)

    def _take(self, row: int) -> None:
        if self._offers(row):
            self.chosen.emit(row)

    @override
    def first(self) -> QWidget:
        if self.state == "pick":
            return self.search
        if self.state == "ask":
            return self.options
        return self.leave if self.primary.isHidden() else self.primary
