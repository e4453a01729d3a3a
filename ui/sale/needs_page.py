"""From what the citizen wants: a few ready answers lead to services, papers and money, before anything is typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Action, Page
from ui.widgets.cards import Card, Fact, clear, rule, scroller
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import Amount, Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold

Both = tuple[str, str]
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
    back_asked = Signal()
    started = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageNeeds", language, "needs.title")
        self.state: State = "pick"
        self._question: Both = ("", "")
        self._options: Sequence[Both] = ()
        self._trail: Sequence[Both] = ()
        self._plan: PlanShown | None = None
        self._make_search()
        self._make_options()
        self._make_plan()
        main = QVBoxLayout()
        main.setSpacing(12)
        for widget in (self.search, self.trail, self.asked):
            main.addWidget(widget)
        main.addWidget(self.options, 1)
        main.addWidget(self.plan, 1)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addLayout(main, 1)
        row.addLayout(self._side())
        self.body.addLayout(row)
        self.retold()

    def _make_search(self) -> None:
        self.search = LineEdit("needSearch")
        self.word(self.search.setPlaceholderText, "needs.search")
        self.word(self.search.setAccessibleName, "needs.title")
        self._found_for, self._ahead = "", False
        self.search.textChanged.connect(self._typed)
        self.search.returnPressed.connect(self._take_first)

    def _make_options(self) -> None:
        self.trail, self.asked = Text(role="hint", wrap=True), Text(role="h2", wrap=True)
        self.options = QListWidget()
        self.options.setObjectName("needList")
        self.options.itemActivated.connect(lambda _item: self._take(self.options.currentRow()))
        self.options.itemClicked.connect(lambda _item: self._take(self.options.currentRow()))

    def _make_plan(self) -> None:
        self._told = QWidget()
        self._rows = QVBoxLayout(self._told)
        self.plan = Card()
        self.plan.column.addWidget(scroller(self._told))

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(12)
        self.primary, self.back = Button("primaryButton", "primary"), Button("backButton")
        self.word(self.primary.word, "needs.start", "F10")
        self.primary.clicked.connect(self._start)
        self.word(self.back.word, "key.back", "Esc")
        self.back.clicked.connect(self.back_asked)
        hint = Text(role="hint", wrap=True)
        self.word(hint.setText, "needs.hint")
        for widget in (self.primary, self.back, hint):
            hold(widget, width=330)
            side.addWidget(widget)
        side.addStretch(1)
        return side

    # ---- data in

    def set_needs(self, titles: Sequence[Both]) -> None:
        """Those that match what stands in the search box."""
        self.state, self._options, self._trail, self._plan = "pick", titles, (), None
        self._found_for = self.search.text()
        self.retold()
        if self._ahead and self.isVisible():
            self._take_first()

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
        self.trail.setText(
            " ← ".join(map(self._of, self._trail)) if self.language == "ar" else " → ".join(map(self._of, self._trail))
        )
        pick = "needs.pick" if self._options else "needs.none"
        asked = {"pick": self.say(pick), "ask": self._of(self._question), "plan": self.say("needs.plan")}
        self.asked.setText(asked[self.state])
        self.options.setAccessibleName(self.asked.text())
        self.options.setVisible(self.state != "plan")
        self.plan.setVisible(self.state == "plan")
        self.primary.setVisible(self._plan is not None and self._plan.startable)
        self.options.clear()
        for place, option in enumerate(self._options, 1):
            key = f"{isolate(f'Alt+{place}')}   " if self.state == "ask" else ""
            self.options.addItem(f"{key}{self._of(option)}")
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
            self._rows.addWidget(Text(self._of(notice), "strong", wrap=True))
        for service, price in plan.steps:
            self._rows.addWidget(self._fact(self._of(service), self._of(price), "strong", column))
        if plan.steps:
            self._rows.addWidget(rule())
            self._rows.addWidget(self._fact(self.say("needs.total"), self._of(plan.total), "amount"))
            self._rows.addWidget(Text(self.say("needs.papers" if plan.papers else "needs.papers.none"), "h2"))
        for paper in plan.papers:
            self._rows.addWidget(Text(f"☐ {self._of(paper)}", "body", wrap=True))
        self._rows.addStretch(1)

    def _fact(self, label: str, value: str, role: str, column: list[Amount] | None = None) -> Fact:
        fact = Fact(role, "body", column=column)
        fact.label.setText(label)
        fact.value.setText(value)
        return fact

    def _of(self, words: Both) -> str:
        return words[0 if self.language == "ar" else 1]

    # ---- meaning out

    def _typed(self, text: str) -> None:
        self._ahead = False
        self.searched.emit(text)

    def _take_first(self) -> None:
        """Enter may be faster than the answer: it is then meant for what is still being looked for."""
        self._ahead = self._found_for != self.search.text()
        if not self._ahead:
            self._take(max(0, self.options.currentRow()))

    def _take(self, row: int) -> None:
        if 0 <= row < len(self._options):
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
        return self.back if self.primary.isHidden() else self.primary

    @override
    def commands(self) -> list[Action]:
        return [
            *([Action("F10", "needs.start", self._start)] if self._plan is not None and self._plan.startable else []),
            Action("Esc", "key.back", self.back_asked.emit),
            *(Action(f"Alt+{n + 1}", "", partial(self._take, n)) for n in range(len(self._options[:9]))),
        ]
