"""A void or a refund: what goes back, line by line, why, and who agrees. Not on the way of any sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from kiosk.staff.two_person_rule import NOBODY, SecondWord
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.approvals.person import Person
from ui.approvals.second_person import SecondPerson
from ui.shell.base_page import Action, Page
from ui.widgets.bill_card import BillCard
from ui.widgets.cards import Card
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import Text
from ui.widgets.push_button import Button

Kind = Literal["void", "refund"]


@dataclass(frozen=True, slots=True)
class ToReverse:
    """A request and how it may be reversed; `people` may agree, unless the operator is `alone`."""

    kind: Kind
    receipt: str
    service: tuple[str, str]
    lines: Sequence[Any]
    total_pt: int
    people: Sequence[Person]
    alone: bool
    reason: str = ""


class ReversePage(Page):
    """`confirmed` (reason, agreement) is emitted once per press; `rearm` allows another."""

    confirmed = Signal(str, object)
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageReverse", language)
        self._given: ToReverse | None = None
        self._armed = True
        self.bill = BillCard(language, total="reverse.total")
        self.what, self.safe = Text(role="h2", wrap=True), Text(role="hint", wrap=True)
        left = QVBoxLayout()
        left.setSpacing(12)
        for widget in (self.what, self.bill, self.safe):
            left.addWidget(widget)
        left.addStretch(1)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addLayout(left, 3)
        row.addLayout(self._side(), 2)
        self.body.addLayout(row)
        self.title.show()

    def _side(self) -> QVBoxLayout:
        card = Card()
        self.reason, self.paper = LineEdit("reasonEdit", limit=200), LineEdit("paperEdit")
        self.paper.setEchoMode(QLineEdit.EchoMode.Password)  # who read it could void without the paper
        self.labelled(card.column, self.reason, "reverse.reason")
        self.second = SecondPerson(self.language, waits=False, centre=True)
        card.column.addWidget(self.second)
        self._scan = QWidget()
        self._scan.setProperty("ground", "none")
        inside = QVBoxLayout(self._scan)
        inside.setContentsMargins(0, 0, 0, 0)
        self.labelled(inside, self.paper, "reverse.paper")
        ask = Button("askCentreButton")
        self.word(ask.word, "approval.ask", "Alt+1")
        ask.clicked.connect(self.ask_centre)
        inside.addWidget(ask)
        card.column.addWidget(self._scan)
        self.primary, back = Button("primaryButton", "primary", saves=True), Button("backButton")
        self.word(self.primary.setAccessibleName, "key.confirm")  # until it is known what is reversed
        self.primary.clicked.connect(self.submit)
        self.word(back.word, "key.back", "Esc")
        back.clicked.connect(self.left)
        side = QVBoxLayout()
        side.setSpacing(8)
        for widget in (card, self.primary, back):
            side.addWidget(widget)
        side.addStretch(1)
        return side

    def set_request(self, given: ToReverse) -> None:
        self._given, self._armed = given, True
        self.reason.setText(given.reason)
        self.reason.setCursorPosition(0)  # a long one is read from its beginning
        self.paper.clear()
        self.second.set_people(given.people)
        self.bill.set_lines(given.lines, given.total_pt)
        void = given.kind == "void"
        self.second.setVisible(void and not given.alone)
        self._scan.setVisible(void and given.alone)
        self.retold()

    def rearm(self) -> None:
        self._armed = True

    @override
    def retold(self) -> None:
        self.bill.set_language(self.language)
        self.second.set_language(self.language)
        given = self._given
        if given is None:
            return
        self.title.setText(self.say(f"reverse.{given.kind}.title"))
        self.subtitle.setText(self.say("detail.receipt", receipt=isolate(given.receipt)))
        self.subtitle.show()
        self.what.setText(given.service[0 if self.language == "ar" else 1])
        self.safe.setText(self.say(f"reverse.{given.kind}.safe"))
        self.primary.word(self.say(f"reverse.{given.kind}.do"), "F10")

    def submit(self) -> None:
        given = self._given
        if given is None or not self._armed:
            return
        self._armed = False
        self.confirmed.emit(self.reason.text(), self._agreement(given))

    def ask_centre(self) -> None:
        """Nobody else works here, and the citizen's paper is not at hand."""
        if self._given is not None and self._given.kind == "void" and self._armed:
            self._armed = False
            self.confirmed.emit(self.reason.text(), SecondWord(asks_centre=True))

    def _agreement(self, given: ToReverse) -> SecondWord:
        if given.kind == "refund":
            return NOBODY
        return SecondWord(paper=self.paper.text()) if given.alone else self.second.agreement()

    @override
    def first(self) -> QWidget:
        return self.reason

    @override
    def commands(self) -> list[Action]:
        kind = "void" if self._given is None else self._given.kind
        return [
            Action("F10", f"reverse.{kind}.do", self.submit),
            Action("Alt+1", "", self.ask_centre),
            Action("Esc", "key.back", self.left.emit),
        ]
