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
from ui.sale.payment_methods import CASH, PaymentMethods
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import Answers
from ui.widgets.bill_card import BillCard
from ui.widgets.cards import Card, Fact
from ui.widgets.fields.money_edit import MoneyEdit
from ui.widgets.labels import Text, restyle
from ui.widgets.push_button import Button
from ui.widgets.theme import hold
from ui.widgets.twice_button import GAP_MS

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
    left = Signal()
    supervisor_asked = Signal()
    another_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageReview", language, "review.title")
        self._due = 0
        self._carried = ""
        self._armed = True
        self._odd_pt, self._odd_since = 0, QElapsedTimer()
        self._said: Mapping[Language, Said] = {}
        self.answers = Answers()
        self.answers.chosen.connect(self.edit_asked)
        self.word(self.answers.setAccessibleName, "review.answers")
        self.bill = BillCard(language)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addLayout(self._answered(), 3)
        row.addLayout(self._cash(), 2)
        self.body.addLayout(row)

    def _answered(self) -> QVBoxLayout:
        card, heading, hint = Card(), Text(role="h2"), Text(role="hint", end=True)
        self.word(heading.setText, "review.answers")
        self.word(hint.setText, "review.edit")
        head = QHBoxLayout()
        head.addWidget(heading)
        head.addWidget(hint, 1)
        card.column.addLayout(head)
        card.column.addWidget(self.answers, 1)
        column = QVBoxLayout()
        column.setSpacing(12)
        column.addWidget(card, 1)
        column.addWidget(self.bill)
        return column

    def _cash(self) -> QVBoxLayout:
        self.due = Fact("huge", "label")
        hold(self.due, least_width=CASH_PX)
        self.word(self.due.label.setText, "bill.due")
        self.tendered = MoneyEdit("tenderedEdit", big=True)
        self.tendered.textChanged.connect(lambda _text: self._tell_change())
        self.primary = Button("primaryButton", "primary", saves=True)
        self.primary.clicked.connect(self.submit)
        back = Button("backButton")
        self.word(back.word, "key.back", "Esc")
        back.clicked.connect(self.left)
        buttons = QHBoxLayout()
        buttons.addWidget(self.primary, 1)
        buttons.addWidget(back)
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.due)
        self.ways = PaymentMethods(self.language)
        self.ways.changed.connect(self._tell_change)
        column.addWidget(self.ways)
        column.addWidget(self._cash_taken())
        column.addLayout(buttons)
        column.addStretch(1)
        self.safe = Text(role="hint", wrap=True)
        self.word(self.safe.setText, "review.safe")
        column.addWidget(self.safe)
        return column

    def _cash_taken(self) -> QWidget:
        """What is there only where cash is counted."""
        self._counted = QWidget()
        column = QVBoxLayout(self._counted)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        self.labelled(column, self.tendered, "review.tendered")
        column.addLayout(self._quick())
        column.addWidget(self._change_box())
        return self._counted

    def _quick(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        self.exact = Button("exactButton")
        self.word(self.exact.word, "review.exact", "F5")
        self.exact.clicked.connect(self.take_exact)
        row.addWidget(self.exact, 1)
        for note in NOTES_PT:
            button = Button(f"note{note // 100}")
            button.setText(show.number(note // 100))
            button.setAccessibleName(show.number(note // 100))
            button.clicked.connect(lambda _checked=False, pt=note: self._take(pt))
            row.addWidget(button)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.exact.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        return row

    def _change_box(self) -> QFrame:
        self.change_box = QFrame()
        row = QHBoxLayout(self.change_box)
        row.setContentsMargins(16, 8, 16, 8)
        self.change_label = Text(role="label")
        self.change = Text(role="huge", end=True)
        self.change.setObjectName("changeLabel")
        row.addWidget(self.change_label)
        row.addWidget(self.change, 1)
        return self.change_box

    # ---- data in

    def set_answers(self, said: Mapping[Language, Said]) -> None:
        self._said = said
        self._tell_answers()

    def _tell_answers(self) -> None:
        service, answers = self._said.get(self.language, ("", ()))
        self.subtitle.setText(service)
        self.answers.set_answers(answers)

    def set_bill(self, lines: Sequence[Any], total_pt: int, vat_pt: int = 0) -> None:
        """A new sale: no cash taken yet."""
        self._due, self._armed, self._carried, self._odd_pt = total_pt, True, "", 0
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
        self.bill.call("bill.paid" if receipt else "bill.due")
        self.retold()

    @property
    def paid_before(self) -> bool:
        return bool(self._carried)

    def rearm(self) -> None:
        """Nothing was saved; the press may be made again, under the same id."""
        self._armed = True
        self.primary.setEnabled(True)

    @override
    def retold(self) -> None:
        self._tell_answers()
        self.bill.set_language(self.language)
        self.ways.set_language(self.language)
        self.due.value.setText(show.money(self.language, 0 if self._carried else self._due))
        self._tell_change()

    def _tell_change(self) -> None:
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
        restyle(self.change_box, "tone", tone)
        for label in (self.change_label, self.change):
            label.style().unpolish(label)
            label.style().polish(label)
        self.change_label.setText(self.say(key))
        self.change.setText(amount or "—")
        enough = taken is not None and taken >= self._due
        name = (
            self.say("review.do.amount", amount=show.money(self.language, taken or 0))
            if enough
            else self.say("review.do")
        )
        self.primary.word(name, "F10")

    # ---- meaning out

    def _take(self, pt: int) -> None:
        self.tendered.setText(format_pt(pt, grouping=False))
        self.tendered.setFocus()

    def take_exact(self) -> None:
        if self._armed:
            self._take(self._due)

    def submit(self) -> None:
        """One press is one record: the second of a double press finds the button disarmed."""
        if not self._armed:
            return
        if self._carried:
            self._confirm(self._due)
            return
        if self.ways.method() != CASH:
            self._submit_paid()
            return
        try:
            taken = self.tendered.piastres()
        except Refused as error:
            self.fail(error)
            self.tendered.setFocus()
            return
        if taken < self._due:
            self.fail(Refused("cash_short", missing=show.number(format_pt(self._due - taken))))
            self.tendered.setFocus()
            return
        if taken - self._due >= NOTES_PT[-1] and not self._meant(taken):
            self.fail(Refused("change_odd", change=show.number(format_pt(taken - self._due))))
            self.tendered.setFocus()
            return
        self._confirm(taken)

    def _meant(self, taken: int) -> bool:
        """Whether it was asked about before, and long enough ago: an echo of the first press answers nothing."""
        if taken != self._odd_pt:
            self._odd_pt = taken
            self._odd_since.start()
        return self._odd_since.elapsed() >= GAP_MS

    def _submit_paid(self) -> None:
        """Paid without cash: exactly what is due, proved by its reference."""
        if not self.ways.payment()[1].strip():
            self.fail(Refused("reference_needed"))
            self.ways.reference.setFocus()
            return
        self._confirm(self._due)

    def _confirm(self, taken: int) -> None:
        self.calm()
        self._armed = False
        self.primary.setEnabled(False)
        self.confirmed.emit(taken)

    @override
    def first(self) -> QWidget:
        return self.primary if self._carried else self.tendered

    @override
    def commands(self) -> list[Action]:
        counted = not self._carried and self.ways.method() == CASH
        return [
            *([Action("F5", "review.exact", self.take_exact)] if counted else []),
            Action("F10", "review.do.carried" if self._carried else "key.confirm", self.submit),
            Action("F3", "key.another", self.another_asked.emit),
            Action("Alt+8", "", self.supervisor_asked.emit),
            Action("Esc", "key.back", self.left.emit),
        ]
