"""A void or a refund: what goes back, line by line, why, and who agrees. Not on the way of any sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from kiosk.staff.centre_approvals import NOBODY, Approver
from kiosk.staff.sign_in import Seat
from protocol.override import override
from protocol.texts import Bilingual, Language
from protocol.values.arabic import isolate
from ui.approvals.second_person import SecondPerson
from ui.shell import DataPage
from ui.widgets import Card, LineEdit, Text, group, reveal, show
from ui.widgets.bill_card import BillCard

Kind = Literal["void", "refund"]


@dataclass(frozen=True, slots=True)
class ToReverse:
    """A request, its citizen masked, and how it may be reversed; `people` may agree, unless the operator is `alone`."""

    kind: Kind
    receipt: str
    service: Bilingual
    lines: Sequence[Any]
    total_pt: int
    people: Sequence[Seat]
    alone: bool
    reason: str = ""
    citizen: str = ""


class ReversePage(DataPage[ToReverse]):
    """The page of a void or refund. `confirmed` (reason, approver) is emitted once per press, while it is `armed`."""

    confirmed = Signal(str, object)

    def __init__(self, language: Language) -> None:
        super().__init__("pageReverse", language)
        self.bill = self.follow(BillCard(language, total="reverse.total"))
        self.what, self.safe = Text(role="h2", wrap=True), Text(wrap=True)
        self.first_widget = self.reason = LineEdit("reasonEdit", limit=200)
        self.placeholder(self.reason, "reverse.like", "reverse.reason")
        self.reason.textChanged.connect(lambda _text: self._tell_ready())
        self.paper = LineEdit("paperEdit")
        self.paper.setEchoMode(QLineEdit.EchoMode.Password)  # who read it could void without the paper
        self.second = self.follow(SecondPerson(self.language))
        self.second.names.currentIndexChanged.connect(lambda _row: self._tell_ready())
        self.primary = self.primary_button("key.confirm", self.submit, saves=True, danger=True)
        self.ask = self.button("askCentreButton", "approval.ask", "Alt+1", self.ask_centre, icon="phone")
        self.command("Alt+1", "", self.ask_centre)  # where somebody else is here, too
        self.back_button()
        self.lead_on()
        self._scan = group(self.label(self.paper, "reverse.paper"), self.paper)
        form = Card(self.label(self.reason, "reverse.reason"), self.reason, self.second, self._scan)
        self.arrange(Card(self.what, self.safe), form, 1, context=group(self.bill, 1), actions=(self.ask,))
        self.title.show()

    @override
    def set_data(self, data: ToReverse) -> None:
        self.armed = True
        self.reason.setText(data.reason)
        self.paper.clear()
        self.second.set_people(data.people)
        self.bill.set_lines(data.lines, data.total_pt)
        void = data.kind == "void"
        self.second.setVisible(void and not data.alone)
        reveal(void and data.alone, self._scan, self.ask)
        super().set_data(data)

    @override
    def show_data(self, data: ToReverse) -> None:
        self.entitle(self.say(f"reverse.{data.kind}.title"), self.say("detail.receipt", receipt=isolate(data.receipt)))
        self.what.setText(" — ".join(filter(None, (self.of(data.service), data.citizen))))
        self.safe.setText(self.say(f"reverse.{data.kind}.safe"))
        self._tell_ready()

    def _tell_ready(self) -> None:
        """Nothing is given back without a reason; where the centre is to agree, it is asked first."""
        if self.data is None:
            return
        centre = self.second.isVisibleTo(self) and self.second.approver().asks_centre
        self.primary.mean("primary" if centre else "danger-solid")
        amount = show.money(self.language, self.data.total_pt)
        self.primary.word(self.say("approval.ask" if centre else f"reverse.{self.data.kind}.do", amount=amount), "F10")
        self.primary.wait_for("" if self.reason.text().strip() else self.say("close.first.reason"))

    def submit(self) -> None:
        if self.data is not None and self.armed:
            self.armed = False
            self.confirmed.emit(self.reason.text(), self._approver(self.data))

    def ask_centre(self) -> None:
        """Nobody else works here, and the citizen's paper is not at hand."""
        if self.data is not None and self.data.kind == "void" and self.armed:
            self.armed = False
            self.confirmed.emit(self.reason.text(), Approver(asks_centre=True))

    def _approver(self, given: ToReverse) -> Approver:
        if given.kind == "refund":
            return NOBODY
        return Approver(paper=self.paper.text()) if given.alone else self.second.approver()
