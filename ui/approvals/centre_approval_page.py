"""The centre asked in place of a second person: what to read out to it, the code it reads back, whether it agrees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QWidget

from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from protocol.values.scanned import fold_layout
from protocol.values.telephone import ApprovedFacts
from ui.shell import DataPage
from ui.widgets import Card, LineEdit, Text, beside, group, reveal, show
from ui.widgets.state_pill import Pill, State, StatePill

OPEN = ("asked", "denied")
"""States in which a telephone call may still help."""
PILLS: Final[Mapping[str, State]] = {
    "asked": "waiting", "granted": "accepted", "denied": "rejected", "used": "kept",
}  # fmt: skip
ROWS = ("shop", "number", "what", "of", "amount", "check")


@dataclass(frozen=True, slots=True)
class Asking:
    """What was asked and how it stands (`asked`, `granted`, `denied` or `used`, `by` whom); `phone` is the centre's.

    `shop`, `number` and `of` are what people call them by. `by_telephone`: the counter has a chain, so there are codes
    for it.
    """

    facts: ApprovedFacts
    shop: str
    number: str
    of: str
    state: str
    by: str
    phone: str
    by_telephone: bool


class CentreApprovalPage(DataPage[Asking]):
    """The page that asks the centre to agree. `confirmed` carries the code typed, "" where it agreed by the line."""

    confirmed = Signal(str)

    def __init__(self, language: Language) -> None:
        super().__init__("pageApproval", language, "approval.title")
        self.state = Text(role="strong", wrap=True)
        self.code = LineEdit("approvalCodeEdit", limit=40)
        self.code.textChanged.connect(lambda _text: self._tell_ready())
        self._typing = group(self.label(self.code, "approval.code"), self.code)
        self.primary = self.primary_button("approval.do", self.submit, saves=True)
        self.again = self.button("againButton", "approval.again", "F5", icon="refresh")
        self.back_button()
        self.pill = StatePill()
        answer = Card(beside(self.pill, 1), self.state, self._typing, 1)
        self.arrange(self._facts(), context=answer, actions=(self.again,))

    def _facts(self) -> Card:
        self.call, self.phone = Text(role="h2", wrap=True), Text(role="amount")
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(10)
        grid.setColumnStretch(1, 1)
        self._values = {name: Text(role="h1") for name in ROWS}
        self._labels = {name: self.caption(f"approval.{name}", "label") for name in ROWS}
        for place, name in enumerate(ROWS):
            self._values[name].setObjectName(f"approval_{name}")
            grid.addWidget(self._labels[name], place, 0)
            grid.addWidget(self._values[name], place, 1)
        return Card(self.call, self.phone, grid, self.paragraph("approval.leave"))

    @override
    def set_data(self, data: Asking) -> None:
        """Another act, or how it stands now; what was typed stays while it is the same act."""
        if self.data is None or data.facts.seq != self.data.facts.seq:
            self.code.clear()
        self.private = data.facts.what != "extension"  # which names nobody, and is asked for at a locked screen too
        typed = self.code.hasFocus()
        self._typing.setVisible(data.by_telephone and data.state in OPEN)
        if typed and self._typing.isHidden():  # the answer has come by the line
            self.primary.setFocus()
        super().set_data(data)

    @override
    def show_data(self, data: Asking) -> None:
        self.phone.setText(self.say("approval.phone", phone=show.number(data.phone)) if data.phone else "")
        open_still = data.state in OPEN
        self.phone.setVisible(bool(data.phone) and open_still)
        self.call.setText(self.say("approval.read" if open_still and data.by_telephone else "approval.asked.what"))
        facts = data.facts
        values = {
            "shop": show.isolate(data.shop), "number": show.number(data.number),
            "what": self.say(f"approval.{facts.what}"), "of": show.number(data.of) if data.of else "",
            "amount": self._amount(facts), "check": show.number(facts.check()),
        }  # fmt: skip
        for name, value in values.items():
            self._values[name].setText(value)
            reveal(value, self._values[name], self._labels[name])
        by = data.state == "granted" and data.by
        key = "approval.granted.by" if by else f"approval.{data.state}"
        self.state.setText(self.say(key, **({"by": f"\u2068{data.by}\u2069"} if by else {})))
        self.pill.tell(Pill(PILLS[data.state], self.say(f"approval.pill.{data.state}")))
        self.again.setVisible(data.state == "asked")
        self.reword(self.primary, f"approval.do.{facts.what}" if facts.what == "void" else "approval.do")
        self.primary.mean("danger-solid" if facts.what == "void" else "primary")
        self._tell_ready()

    def _tell_ready(self) -> None:
        """F10 waits for the centre's word, by the line or typed as a code."""
        if self.data is not None:
            ready = self.data.state == "granted" or self.code.text()
            why = "first" if self._typing.isVisibleTo(self) else f"pill.{self.data.state}"
            self.primary.wait_for("" if ready else self.say(f"approval.{why}"))

    def _amount(self, facts: ApprovedFacts) -> str:
        amount = show.money(self.language, facts.amount_pt) if facts.amount_pt else ""
        if facts.what == "day_close":
            return self.say("approval.amount.over" if facts.amount_pt > 0 else "approval.amount.short", amount=amount)
        return amount

    def submit(self) -> None:
        asking, typed = self.data, fold_layout(self.code.text())
        if asking is None:
            return
        if asking.state != "granted" and not typed:
            self.fail(Refused("approval_denied" if asking.state == "denied" else "approval_waits"))
            return
        self.confirmed.emit("" if asking.state == "granted" else typed)

    @override
    def first(self) -> QWidget:
        return self.code if self._typing.isVisibleTo(self) else self.primary
