"""From what the citizen wants: a few ready answers lead to services, papers and money, before anything is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QListWidget, QVBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Page
from ui.widgets.cards import Card, Fact, clear, rule, scroller
from ui.widgets.fields.line_edit import SearchEdit
from ui.widgets.labels import Amount, Text
from ui.widgets.layouts import beside, stacked
from ui.widgets.push_button import Button
from ui.widgets.translated import Both

MOST_KEYS: Final = 9
State = Literal["pick", "ask", "plan"]


@dataclass(frozen=True, slots=True)
class PlanShown:
    """Where the answers lead, in both languages: (service, what it costs or why not), papers, remarks, the sum."""

    steps: Sequence[tuple[Both, Both]]
    papers: Sequence[Both]
    notices: Sequence[Both]
    total: Both
    startable: bool


class NeedsPage(Page):
    """`chosen` is the place of a need or an answer in the list; `started` begins the visit."""

    searched = Signal(str)
    chosen = Signal(int)
    started = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageNeeds", language, "needs.title")
        self.state: State = "pick"
        self._question: Both = ("", "")
        self._options: Sequence[Both] = ()
        self._trail: Sequence[Both] = ()
        self._plan: PlanShown | None = None
        self._make_lists()
        self.primary = self.button(Button("primaryButton", "primary"), "needs.start", "F10", self._start)
        self.leave = self.back_button()
        for place in range(MOST_KEYS):
            self.command(f"Alt+{place + 1}", "", partial(self._take, place), partial(self._offers, place))
        main = stacked(self.search, self.trail, self.asked, (self.options, 1), (self.plan, 1))
        side = stacked(self.primary, self.leave, self.paragraph("needs.hint"), 1, width=330)
        self.body.addLayout(beside((main, 1), side))
        self.retold()

    def _make_lists(self) -> None:
        self.search = SearchEdit("needSearch")
        self.word(self.search.setPlaceholderText, "needs.search")
        self.word(self.search.setAccessibleName, "needs.title")
        self.search.searched.connect(self.searched)
        self.trail, self.asked = Text(role="hint", wrap=True), Text(role="h2", wrap=True)
        self.options = QListWidget()
        self.options.setObjectName("needList")
        self.options.itemActivated.connect(lambda _item: self._take(self.options.currentRow()))
        self.options.itemClicked.connect(lambda _item: self._take(self.options.currentRow()))
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
        self._tell_plan()

    def _tell_plan(self) -> None:
        clear(self._rows)
        plan = self._plan
        if plan is None:
            return
        column: list[Amount] = []
        for notice in plan.notices:
            self._rows.addWidget(Text(self.of(notice), "strong", wrap=True))
        for service, price in plan.steps:
            fact = Fact("strong", "body", column=column)
            self._rows.addWidget(fact.tell(self.of(service), self.of(price)))
        if plan.steps:
            self._rows.addWidget(rule())
            self._rows.addWidget(Fact("amount", "body").tell(self.say("needs.total"), self.of(plan.total)))
            self._rows.addWidget(Text(self.say("needs.papers" if plan.papers else "needs.papers.none"), "h2"))
        for paper in plan.papers:
            self._rows.addWidget(Text(f"☐ {self.of(paper)}", "body", wrap=True))
        self._rows.addStretch(1)

    # ---- meaning out

    def _offers(self, row: int) -> bool:
        return 0 <= row < len(self._options)

    def _take(self, row: int) -> None:
        if self._offers(row):
            self.chosen.emit(row)

    def _start(self) -> None:
        if self._plan is not None and self._plan.startable:
            self.started.emit()

    @override
    def first(self) -> QWidget:
        if self.state == "pick":
            return self.search
        if self.state == "ask":
            return self.options
        return self.leave if self.primary.isHidden() else self.primary
