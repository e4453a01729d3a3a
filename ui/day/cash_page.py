"""Cash that moves without a citizen: into the drawer, out of it, or handed over."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal

from kiosk.printing.till_papers import CashKind, Moving
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.day.day_page import COLUMNS, Total, total_row
from ui.shell import Page
from ui.widgets import Card, LineEdit, MoneyEdit, Text, beside, group, picture


class CashPage(Page):
    """Cash in, cash out and a hand-over. `confirmed` is emitted once per press, while the page is `armed`."""

    confirmed = Signal(object)

    def __init__(self, language: Language) -> None:
        super().__init__("pageCash", language)
        self._kind: CashKind = "cash_in"
        self._moved: Sequence[Total] = ()
        self.table = self.rows("movedTable", "cash.moved", COLUMNS, 0, 2, figures=(3,))
        self.table.setSelectionMode(self.table.SelectionMode.NoSelection)  # it is only read
        self.hint = Text(role="hint", wrap=True)
        self.first_widget = self.amount = MoneyEdit("amountEdit", big=True)
        self.reason, self.party = LineEdit("reasonEdit", limit=200), LineEdit("partyEdit", limit=200)
        self.reference = LineEdit("referenceEdit", limit=200)
        self._why = group(self.label(self.reason, "cash.reason"), self.reason)
        self._whom = group(
            self.label(self.party, "cash.party"), self.party,
            self.label(self.reference, "cash.reference"), self.reference,
        )  # fmt: skip
        self.primary = self.primary_button(f"cash.{self._kind}.do", self.submit, saves=True)
        self.want((self.amount, "amount.first"))
        self.back_button()
        self.lead_on()
        amount = self.label(self.amount, "cash.amount")
        form, moved = Card(amount, self.amount, self._why, self._whom), self.label(self.table, "cash.moved", "h2")
        when = Card(beside(picture("info", "info"), (self.paragraph("cash.when", "h2"), 1), gap=8), self.hint, 1)
        self.arrange(form, moved, (self.table, 1), context=when)
        self.retold()

    def set_kind(self, kind: CashKind, moved: Sequence[Total]) -> None:
        """An empty form of that kind, over what `moved` today already."""
        self._kind, self._moved, self.armed = kind, moved, True
        for edit in (self.amount, self.reason, self.party, self.reference):
            edit.clear()
        self._why.setVisible(kind != "deposit")
        self._whom.setVisible(kind == "deposit")
        self.retold()

    @override
    def retold(self) -> None:
        self.entitle(self.say(f"cash.{self._kind}"))
        self.hint.setText(self.say(f"cash.{self._kind}.hint"))
        self.reword(self.primary, f"cash.{self._kind}.do")
        self.table.fill([total_row(self, total) for total in self._moved])

    def submit(self) -> None:
        if not self.armed:
            return
        try:
            amount = self.amount.piastres()
        except Refused as error:
            self.fail(error, self.amount)
            return
        self.armed = False
        self.confirmed.emit(Moving(self._kind, amount, self.reason.text(), self.party.text(), self.reference.text()))
