"""Cash in, cash out, and a hand-over: how much, and why or to whom."""

from __future__ import annotations

from PySide6.QtCore import Signal

from kiosk.cash.till_day import CashKind, Moving
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Page
from ui.widgets.cards import Card
from ui.widgets.fields.line_edit import LineEdit, MoneyEdit
from ui.widgets.labels import Text
from ui.widgets.layouts import beside, group
from ui.widgets.push_button import Button


class CashPage(Page):
    """`confirmed` is emitted once per press; `rearm` allows another."""

    confirmed = Signal(object)

    def __init__(self, language: Language) -> None:
        super().__init__("pageCash", language)
        self._kind: CashKind = "cash_in"
        self._armed = True
        self.hint = Text(role="hint", wrap=True)
        self.first_widget = self.amount = MoneyEdit("amountEdit", big=True)
        self.reason, self.party = LineEdit("reasonEdit", limit=200), LineEdit("partyEdit", limit=200)
        self.reference = LineEdit("referenceEdit", limit=200)
        self._why = group(self.label(self.reason, "cash.reason"), self.reason)
        self._whom = group(
            self.label(self.party, "cash.party"), self.party,
            self.label(self.reference, "cash.reference"), self.reference,
        )  # fmt: skip
        primary = Button("primaryButton", "primary", saves=True)
        self.primary = self.button(primary, f"cash.{self._kind}.do", "F10", self.submit)
        buttons = beside((primary, 1), self.back_button(), gap=None)
        amount = self.label(self.amount, "cash.amount")
        self.centre(Card(amount, self.amount, self._why, self._whom, self.hint, buttons, width=620))
        self.retold()

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
        self.entitle(self.say(f"cash.{self._kind}"))
        self.hint.setText(self.say(f"cash.{self._kind}.hint"))
        self.reword(self.primary, f"cash.{self._kind}.do")

    def submit(self) -> None:
        if not self._armed:
            return
        try:
            amount = self.amount.piastres()
        except Refused as error:
            self.fail(error, self.amount)
            return
        self._armed = False
        self.confirmed.emit(Moving(self._kind, amount, self.reason.text(), self.party.text(), self.reference.text()))
