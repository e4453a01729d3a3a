"""Cash in, cash out, and a hand-over: how much, and why or to whom."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.cash.cash_movements import CashKind, Moving
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Action, Page
from ui.widgets.cards import Card
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.fields.money_edit import MoneyEdit
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class CashPage(Page):
    """`confirmed` is emitted once per press; `rearm` allows another."""

    confirmed = Signal(object)
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageCash", language)
        self._kind: CashKind = "cash_in"
        self._armed = True
        card = Card()
        hold(card, width=620)
        self.hint = Text(role="hint", wrap=True)
        self.amount = MoneyEdit("amountEdit", big=True)
        self.reason, self.party = LineEdit("reasonEdit", limit=200), LineEdit("partyEdit", limit=200)
        self.reference = LineEdit("referenceEdit", limit=200)
        self.labelled(card.column, self.amount, "cash.amount")
        self._why = self._group(card.column, (self.reason, "cash.reason"))
        self._whom = self._group(card.column, (self.party, "cash.party"), (self.reference, "cash.reference"))
        self.primary, back = Button("primaryButton", "primary", saves=True), Button("backButton")
        self.primary.clicked.connect(self.submit)
        back.clicked.connect(self.left)
        self.word(back.word, "key.back", "Esc")
        buttons = QHBoxLayout()
        buttons.addWidget(self.primary, 1)
        buttons.addWidget(back)
        card.column.addWidget(self.hint)
        card.column.addLayout(buttons)
        self.centre(card)
        self.title.show()
        self.retold()

    def _group(self, column: QVBoxLayout, *edits: tuple[QWidget, str]) -> QWidget:
        group = QWidget()
        group.setProperty("ground", "none")
        inside = QVBoxLayout(group)
        inside.setContentsMargins(0, 0, 0, 0)
        for edit, key in edits:
            self.labelled(inside, edit, key)
        column.addWidget(group)
        return group

    def set_kind(self, kind: CashKind) -> None:
        """An empty form of that kind."""
        self._kind, self._armed = kind, True
        for edit in (self.amount, self.reason, self.party, self.reference):
            edit.clear()
        self._why.setVisible(kind != "deposit")
        self._whom.setVisible(kind == "deposit")
        self.retold()

    def rearm(self) -> None:
        self._armed = True

    @override
    def retold(self) -> None:
        self.title.setText(self.say(f"cash.{self._kind}"))
        self.hint.setText(self.say(f"cash.{self._kind}.hint"))
        self.primary.word(self.say(f"cash.{self._kind}.do"), "F10")

    def submit(self) -> None:
        if not self._armed:
            return
        try:
            amount = self.amount.piastres()
        except Refused as error:
            self.fail(error)
            self.amount.setFocus()
            return
        self._armed = False
        self.confirmed.emit(Moving(self._kind, amount, self.reason.text(), self.party.text(), self.reference.text()))

    @override
    def first(self) -> QWidget:
        return self.amount

    @override
    def commands(self) -> list[Action]:
        return [
            Action("F10", f"cash.{self._kind}.do", self.submit),
            Action("Esc", "key.back", self.left.emit),
        ]
