"""S5: check the answers, count the cash, confirm. The amount begins empty, so that cash is counted, not assumed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QElapsedTimer, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from protocol.values.money import format_pt
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.bill_card import BillCard
from ui.widgets.cards import Card
from ui.widgets.fields.choice_field import Combo
from ui.widgets.fields.line_edit import LineEdit, MoneyEdit
from ui.widgets.labels import Text, set_tone
from ui.widgets.layouts import beside, fill, fill_edge_to_edge, group, stacked
from ui.widgets.push_button import GAP_MS, Button
from ui.widgets.theme import hold
from ui.widgets.translated import Translated

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
        self.setVisible(bool(methods))

    @override
    def retold(self) -> None:
        self.names.offer([(method, self.say(f"way.{method}")) for method in (CASH, *self._methods)])
        self._turn()

    def _turn(self) -> None:
        for widget in (self._reference, self.reference):
            widget.setVisible(self.method() != CASH)
        self.changed.emit()

    def offered(self) -> bool:
        """Whether there is any way but cash."""
        return bool(self._methods)

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


class ReviewPage(Page):
    """`confirmed` is emitted once per press, with the piastres taken; then the button waits for `rearm`."""

    confirmed = Signal(object)
    edit_asked = Signal(str)

    def __init__(self, language: Language) -> None:
        super().__init__("pageReview", language, "review.title")
        self._due = 0
        self._carried = ""
        self.armed = True
        self._odd_pt, self._odd_since = 0, QElapsedTimer()
        self._said: Mapping[Language, Said] = {}
        self.answers = self.rows("answersTable", "review.answers")
        self.answers.opened.connect(lambda row: self.edit_asked.emit(self._answers[row][0]))
        self.bill = self.follow(BillCard(language))
        hint = Text(role="hint", end=True)
        self.word(hint.setText, "review.edit")
        head = beside(self.caption("review.answers"), (hint, 1), gap=None)
        self.halves(stacked((Card(head, (self.answers, 1)), 1), self.bill), self._cash())

    def _cash(self) -> QVBoxLayout:
        self.due = self.fact("bill.due", "huge", "label")
        hold(self.due, least_width=CASH_PX)
        self.tendered = MoneyEdit("tenderedEdit", big=True)
        self.tendered.textChanged.connect(lambda _text: self._show_change())
        self.ways = self.follow(PaymentMethods(self.language))
        self.ways.changed.connect(self._show_change)
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

    def set_answers(self, said: Mapping[Language, Said]) -> None:
        """What the citizen has said, before the bill of it."""
        self._said = said

    def set_bill(self, lines: Sequence[Any], total_pt: int, vat_pt: int = 0) -> None:
        """A new sale: no cash taken yet."""
        self._due, self.armed, self._carried, self._odd_pt = total_pt, True, "", 0
        self.bill.set_lines(lines, total_pt, vat_pt)
        self.tendered.clear()
        self.primary.setEnabled(True)
        self.retold()

    def set_methods(self, methods: Sequence[str]) -> None:
        """The ways beside cash in this shop; a new citizen pays in cash until somebody says otherwise."""
        self.ways.set_methods(methods)

    def set_carried(self, receipt: str) -> None:
        """Paid already with that receipt: nothing is taken. "" for a sale like any other."""
        self._carried = receipt
        self.foot(self.primary, "review.do.carried" if receipt else "key.confirm")
        self.bill.call("bill.paid" if receipt else "bill.due")
        self.retold()

    @property
    def paid_before(self) -> bool:
        return bool(self._carried)

    def rearm(self) -> None:
        """Nothing was saved; the press may be made again, under the same id."""
        self.armed = True
        self.primary.setEnabled(True)

    @override
    def retold(self) -> None:
        service, self._answers = self._said.get(self.language, ("", ()))
        self.subtitle.setText(service)
        self.answers.fill([(label, answer or "—") for _, label, answer in self._answers])
        self.due.value.setText(show.money(self.language, 0 if self._carried else self._due))
        self._show_change()

    def _show_change(self) -> None:
        cash = self.ways.method() == CASH
        self._counted.setVisible(cash and not self._carried)
        self.ways.setVisible(not self._carried and self.ways.offered())
        if self._carried:
            self.primary.word(self.say("review.do.carried"), "F10")
            return
        if not cash:
            self.primary.word(self.say("review.do.paid", amount=show.money(self.language, self._due)), "F10")
            return
        taken = self.tendered.piastres_or_none()
        tone, key, amount = "off", "review.change", ""
        if taken is not None and taken < self._due:
            tone, key, amount = "act", "review.short", show.money(self.language, self._due - taken)
        elif taken is not None:
            tone, amount = "info", show.money(self.language, taken - self._due)
        set_tone(self.change_box, tone)
        self.change_label.setText(self.say(key))
        self.change.setText(amount or "—")
        enough = taken is not None and taken >= self._due
        said = "review.do.amount" if enough else "review.do"
        self.primary.word(self.say(said, amount=show.money(self.language, taken or 0)), "F10")

    # ---- meaning out

    def _take(self, pt: int) -> None:
        self.tendered.setText(format_pt(pt, grouping=False))
        self.tendered.setFocus()

    def take_exact(self) -> None:
        if self.armed:
            self._take(self._due)

    def submit(self) -> None:
        """One press is one record: the second of a double press finds the button disarmed."""
        if not self.armed:
            return
        if self._carried:
            self._confirm(self._due)
            return
        if self.ways.method() != CASH:
            self._submit_paid()
            return
        try:
            self._confirm(self._taken())
        except Refused as error:
            self.fail(error, self.tendered)

    def _taken(self) -> int:
        """Raises Refused: what is no amount, too little, or more than a note too many unless it is said again."""
        taken = self.tendered.piastres()
        if taken < self._due:
            raise Refused("cash_short", missing=show.number(format_pt(self._due - taken)))
        if taken - self._due >= NOTES_PT[-1] and not self._meant(taken):
            raise Refused("change_odd", change=show.number(format_pt(taken - self._due)))
        return taken

    def _meant(self, taken: int) -> bool:
        """Whether it was asked about before, and long enough ago: an echo of the first press answers nothing."""
        if taken != self._odd_pt:
            self._odd_pt = taken
            self._odd_since.start()
        return self._odd_since.elapsed() >= GAP_MS

    def _submit_paid(self) -> None:
        """Paid without cash: exactly what is due, proved by its reference."""
        if not self.ways.payment()[1].strip():
            self.fail(Refused("reference_needed"), self.ways.reference)
            return
        self._confirm(self._due)

    def _confirm(self, taken: int) -> None:
        self.calm()
        self.armed = False
        self.primary.setEnabled(False)
        self.confirmed.emit(taken)

    @override
    def first(self) -> QWidget:
        return self.primary if self._carried else self.tendered
