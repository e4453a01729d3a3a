"""S5: check the answers, count the cash, confirm. The amount begins empty, so that cash is counted, not assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from protocol.values.money import format_pt
from ui.shell import DataPage
from ui.widgets import Button, Card, Combo, LineEdit, MoneyEdit, Text, Translated, hold, set_tone, show
from ui.widgets.bill_card import BillCard
from ui.widgets.layouts import beside, fill, fill_edge_to_edge, group, reveal, stacked
from ui.widgets.push_button import GAP_MS

CASH = "cash"


class PaymentMethods(Translated, QWidget):
    """Not there at all in a shop that takes cash alone."""

    changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._methods: Sequence[str] = ()
        self.names, self.reference = Combo("wayCombo"), LineEdit("wayReference", limit=200)
        self.names.currentIndexChanged.connect(lambda _row: self._turn())
        self._reference = self.label(self.reference, "review.reference")
        name = self.label(self.names, "review.way")
        fill_edge_to_edge(self, name, self.names, self._reference, self.reference, gap=4)
        self.retold()
        self.hide()

    def set_methods(self, methods: Sequence[str]) -> None:
        """A new citizen: cash until somebody says otherwise."""
        self._methods = methods
        self.reference.clear()
        self.names.setCurrentIndex(0)
        self.retold()

    @override
    def retold(self) -> None:
        self.names.offer([(method, self.say(f"way.{method}")) for method in (CASH, *self._methods)])
        self._turn()

    def _turn(self) -> None:
        reveal(self.method() != CASH, self._reference, self.reference)
        self.changed.emit()

    def method(self) -> str:
        return str(self.names.currentData() or CASH)

    def payment(self) -> tuple[str, str]:
        """The way, and the reference of what is not cash."""
        method = self.method()
        return method, "" if method == CASH else self.reference.text()


NOTES_PT = (5_000, 10_000, 20_000)
"""The last is the largest there is: whoever is due that much change, or more, has handed over a note too many, or a
digit was typed too many. It is asked about, and what is pressed for again is taken.
"""
CASH_PX = 470
"""Of the column of the cash: the key names the sum as it is typed, and nothing moves aside for it."""
Said = tuple[str, Sequence[tuple[str, str, str]]]
"""The service; and field, label and answer of each question."""


@dataclass(frozen=True, slots=True)
class ToPay:
    """What is to be confirmed: the answers, what they cost, and the ways beside cash in which this shop is paid.

    `carried`: paid already with that receipt, nothing is taken; "" for a sale like any other.
    """

    said: Mapping[Language, Said]
    lines: Sequence[Any]
    total_pt: int
    vat_pt: int = 0
    methods: Sequence[str] = ()
    carried: str = ""


class ReviewPage(DataPage[ToPay]):
    """`confirmed` is emitted once per press, with the piastres taken; then the button waits for `rearm`."""

    confirmed = Signal(object)

    def __init__(self, language: Language) -> None:
        super().__init__("pageReview", language, "review.title")
        self._odd_pt, self._odd_since = 0, QElapsedTimer()
        self.answers = self.rows("answersTable", "review.answers")
        self.bill = self.follow(BillCard(language))
        hint = Text(role="hint", end=True)
        self.word(hint.setText, "review.edit")
        head = beside(self.caption("review.answers"), (hint, 1), gap=None)
        self.halves(stacked((Card(head, (self.answers, 1)), 1), self.bill), self._cash())

    def _cash(self) -> QVBoxLayout:
        self.due = self.fact("bill.due", "huge", "label")
        hold(self.due, least_width=CASH_PX)
        self.tendered = MoneyEdit("tenderedEdit", big=True)
        self.tendered.textChanged.connect(lambda _text: self._show_payment())
        self.ways = self.follow(PaymentMethods(self.language))
        self.ways.changed.connect(self._show_payment)
        self._counted = self._cash_taken()
        self.primary = self.primary_button("review.do", self.submit, saves=True, foot="key.confirm")
        buttons = beside((self.primary, 1), self.back_button(), gap=None)
        self.safe = self.paragraph("review.safe")
        return stacked(self.due, self.ways, self._counted, buttons, 1, self.safe, gap=8)

    def _cash_taken(self) -> QWidget:
        """What is there only where cash is counted."""
        self.exact = self.button("exactButton", "review.exact", "F5", self.take_exact)
        notes = [Button(f"note{note // 100}") for note in NOTES_PT]
        for note, button in zip(NOTES_PT, notes, strict=True):
            button.word(show.number(note // 100))
            button.clicked.connect(lambda _checked=False, pt=note: self._take(pt))
        for button in (self.exact, *notes):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.change_box = QFrame()
        self.change_label, self.change = Text(role="label"), Text(role="huge", end=True)
        self.change.setObjectName("changeLabel")
        fill(QHBoxLayout(self.change_box), self.change_label, (self.change, 1)).setContentsMargins(16, 8, 16, 8)
        label = self.label(self.tendered, "review.tendered")
        return group(label, self.tendered, beside((self.exact, 1), *notes, gap=8), self.change_box, gap=8)

    # ---- data in

    @override
    def set_data(self, data: ToPay) -> None:
        """A new sale: no cash taken yet, and a new citizen pays in cash until somebody says otherwise."""
        self._odd_pt = 0
        super().set_data(data)
        self.bill.set_lines(data.lines, data.total_pt, data.vat_pt)
        self.bill.call("bill.paid" if data.carried else "bill.due")
        self.foot(self.primary, "review.do.carried" if data.carried else "key.confirm")
        self.tendered.clear()
        self.ways.set_methods(data.methods)
        self.rearm()

    @property
    def paid_before(self) -> bool:
        return self.data is not None and bool(self.data.carried)

    @property
    def due_pt(self) -> int:
        return 0 if self.data is None else self.data.total_pt

    def rearm(self) -> None:
        """Nothing was saved; the press may be made again, under the same id."""
        self.armed = True
        self.primary.setEnabled(True)

    @override
    def show_data(self, data: ToPay) -> None:
        service, answers = data.said[self.language]
        self.subtitle.setText(service)
        self.answers.fill([(label, answer or "—") for _, label, answer in answers], answers)
        self.due.value.setText(show.money(self.language, 0 if data.carried else data.total_pt))
        self._show_payment()

    def _show_payment(self) -> None:
        """Whatever of it is typed or chosen."""
        carried, cash = self.paid_before, self.ways.method() == CASH
        self._counted.setVisible(cash and not carried)
        self.ways.setVisible(not carried and self.data is not None and bool(self.data.methods))
        key, amount_pt = "review.do.carried" if carried else "review.do.paid", self.due_pt
        if cash and not carried:
            taken = self.tendered.piastres_or_none()
            self._show_change(taken)
            enough = taken is not None and taken >= self.due_pt
            key, amount_pt = "review.do.amount" if enough else "review.do", taken or 0
        self.primary.word(self.say(key, amount=show.money(self.language, amount_pt)), "F10")

    def _show_change(self, taken: int | None) -> None:
        tone, key, amount = "off", "review.change", ""
        if taken is not None and taken < self.due_pt:
            tone, key, amount = "act", "review.short", show.money(self.language, self.due_pt - taken)
        elif taken is not None:
            tone, amount = "info", show.money(self.language, taken - self.due_pt)
        set_tone(self.change_box, tone)
        self.change_label.setText(self.say(key))
        self.change.setText(amount or "—")

    # ---- meaning out

    def _take(self, pt: int) -> None:
        self.tendered.setText(format_pt(pt, grouping=False))
        self.tendered.setFocus()

    def take_exact(self) -> None:
        if self.armed:
            self._take(self.due_pt)

    def submit(self) -> None:
        """One press is one record: the second of a double press finds the button disarmed."""
        if not self.armed:
            return
        cash = self.ways.method() == CASH
        try:
            taken = self._taken() if cash and not self.paid_before else self._paid()
        except Refused as error:
            self.fail(error, self.tendered if cash else self.ways.reference)
            return
        self.calm()
        self.armed = False
        self.primary.setEnabled(False)
        self.confirmed.emit(taken)

    def _taken(self) -> int:
        """Raises Refused: what is no amount, too little, or more than a note too many unless it is said again."""
        taken = self.tendered.piastres()
        change = taken - self.due_pt
        if change < 0:
            raise Refused("cash_short", missing=show.number(format_pt(-change)))
        if change >= NOTES_PT[-1] and not self._meant(taken):
            raise Refused("change_odd", change=show.number(format_pt(change)))
        return taken

    def _meant(self, taken: int) -> bool:
        """Whether it was asked about before, and long enough ago: an echo of the first press answers nothing."""
        if taken != self._odd_pt:
            self._odd_pt = taken
            self._odd_since.start()
        return self._odd_since.elapsed() >= GAP_MS

    def _paid(self) -> int:
        """Without cash: exactly what is due, proved by its reference, or paid before. Raises Refused."""
        if not self.paid_before and not self.ways.payment()[1].strip():
            raise Refused("reference_needed")
        return self.due_pt

    @override
    def first(self) -> QWidget:
        return self.primary if self.paid_before else self.tendered
