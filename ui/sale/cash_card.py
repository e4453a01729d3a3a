"""What is due, what was received and what goes back: typed, or note by note as they are counted into the hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from protocol.values.money import format_pt
from ui.widgets import Card, LineEdit, MoneyEdit, Teller, Text, Translated, at_largest, restyle, set_tone, show
from ui.widgets.even_row import EvenRow
from ui.widgets.folded_list import Combo
from ui.widgets.labels import LEAST_PX, FittedText
from ui.widgets.layouts import beside, fill, fill_edge_to_edge, group, reveal, stacked
from ui.widgets.notes import NoteKey

CASH = "cash"
NOTES_PT = (500, 1_000, 2_000, 5_000, 10_000, 20_000)
"""Smallest first. The last is the largest there is: whoever is due that much change, or more, has handed over a note
too many, or a digit was typed too many. It is asked about, and what is pressed for again is taken.
"""


LONG_PT = 100_000
"""An amount from here on is long."""
NARROW_PX = 400
SIX_PX = 328
"""Six keys for a finger, and what is between them."""


class PaymentMethods(Translated, QWidget):
    """The ways of paying beside cash; hidden in a shop that takes cash alone."""

    changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._methods: Sequence[str] = ()
        self.names, self.reference = Combo("wayCombo"), LineEdit("wayReference", limit=200)
        self.names.currentIndexChanged.connect(lambda _row: self._turn())
        self._reference = self.label(self.reference, "review.reference")
        self.word(self.names.setAccessibleName, "review.way")
        fill_edge_to_edge(self, self.names, self._reference, self.reference, gap=4)
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


class NoteTally(Translated, QWidget):
    """The notes as they come, and their running sum. Whoever types an amount counts no notes."""

    counted = Signal(object)
    """The sum in piastres after one more note."""

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._count, self._typed = dict.fromkeys(NOTES_PT, 0), False
        self.keys = {face: NoteKey(face) for face in reversed(NOTES_PT)}
        for face, key in self.keys.items():
            key.clicked.connect(lambda _checked=False, face=face: self._add(face))
        self._sum = Text(role="hint")
        fill_edge_to_edge(self, self._sum, EvenRow(*self.keys.values(), gap=8), gap=0)
        self.retold()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """The sum gives way to larger letters, and to a second line of notes: the line above has it, too."""
        self._sum.setVisible(not at_largest() and self.width() >= SIX_PX)

    def _add(self, face: int) -> None:
        self._count[face] += 1
        self.retold()
        self.counted.emit(self.sum_pt)

    @property
    def sum_pt(self) -> int:
        return sum(face * count for face, count in self._count.items())

    def clear(self, *, typed: bool = False) -> None:
        """`typed`: there is a sum, of no notes."""
        self._count, self._typed = dict.fromkeys(NOTES_PT, 0), typed
        self.retold()

    @override
    def retold(self) -> None:
        for face, key in self.keys.items():
            key.set_count(self._count[face])
        taken = [(face, self._count[face]) for face in reversed(NOTES_PT) if self._count[face]]
        terms = " + ".join(f"{count} × {face // 100}" if count > 1 else str(face // 100) for face, count in taken)
        none = "\u00a0" if self._typed else self.say("review.notes")  # its line stays: nothing moves
        self._sum.setText(isolate(f"{terms} = {format_pt(self.sum_pt)}") if taken else none)
        self._fit()


class CashCard(Translated, Card):
    """The card where money is taken. `changed` at whatever is typed, counted or chosen; `taken_or_none`: how much."""

    changed = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self._due_pt, self._receipt = 0, ""
        self.due, self.transferred = self.fact("review.due", "huge", "label"), Text(wrap=True)
        self.ways = self.follow(PaymentMethods(language))
        self.tendered = MoneyEdit("tenderedEdit", big=True)
        self.notes = self.follow(NoteTally(language))
        self.notes.counted.connect(self._put)
        self.tendered.textChanged.connect(self._typed)
        self.ways.changed.connect(self._tell)
        received = beside(self.label(self.tendered, "review.tendered"), (self.tendered, 1), gap=12)
        self._change = QFrame()
        self._change.setObjectName("changeBox")
        self._change_label, self.change = Text(role="label", wrap=True), FittedText(role="amount", end=True)
        self.change.least_px = LEAST_PX
        self.change.setObjectName("changeLabel")
        self._aloud = Teller(self)
        self._given_back = fill(QHBoxLayout(self._change), (self._change_label, 1), self.change)
        self._lines = stacked(received, self.notes, self._change)
        self._counted = group(self._lines)
        fill(self.column, self.due, self.transferred, self.ways, self._counted, 1)

    def begin(self, due_pt: int, methods: Sequence[str], *, receipt: str) -> None:
        """Nothing is received yet. `receipt`: it was paid before with that one, and nothing is taken now."""
        self._due_pt, self._receipt = due_pt, receipt
        self._fit()
        self.notes.clear()
        self.tendered.clear()
        self.ways.set_methods(methods)
        self.ways.setVisible(bool(methods) and not receipt)
        self.due.setVisible(not methods or bool(receipt))  # the bill beside it says the sum, too
        self._tell()

    def open(self, wanted: bool) -> None:
        """Whether cash may be counted yet."""
        self._counted.setEnabled(wanted)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """What is due stands in one line with its name; two lines of notes have less around them."""
        wide = self.width() >= NARROW_PX
        air = 4 if wide else 1
        self.column.setContentsMargins(20, 2 * air, 20, 8)
        self._given_back.setContentsMargins(14, air, 14, air)
        self.column.setSpacing(2 + air)
        self._lines.setSpacing(6 if wide else 0)
        self.notes.setContentsMargins(0, 0, 0, 0 if wide else 14)
        restyle(self.tendered, "scale", "big" if wide else "close")
        large = self._due_pt < LONG_PT and wide
        restyle(self.due.value, "role", "huge" if large else "amount")

    def take(self, pt: int) -> None:
        """So much, as if it were typed."""
        self.notes.clear()
        self._put(pt)

    def _typed(self, text: str) -> None:
        if text != format_pt(self.notes.sum_pt, grouping=False):  # by keys or the keypad: no notes are counted then
            self.notes.clear(typed=bool(text))
        self._tell()

    def _put(self, pt: int) -> None:
        self.tendered.setText(format_pt(pt, grouping=False))
        self.tendered.setFocus()

    @property
    def in_cash(self) -> bool:
        """Whether cash is counted."""
        return not self._receipt and self.ways.method() == CASH

    def taken_or_none(self) -> int | None:
        return self.tendered.piastres_or_none()

    def enough(self) -> bool:
        taken = self.taken_or_none()
        return taken is not None and taken >= self._due_pt

    @override
    def retold(self) -> None:
        self._tell()

    def _tell(self) -> None:
        self._counted.setVisible(self.in_cash)
        self.due.value.setText(show.money(self.language, 0 if self._receipt else self._due_pt))
        receipt = show.isolate(self._receipt)
        self.transferred.tell(self.say("review.transferred", receipt=receipt) if self._receipt else "")
        self._tell_change(self.taken_or_none())
        self.changed.emit()

    def _tell_change(self, taken: int | None) -> None:
        tone, key, amount = "off", "review.change", ""
        if taken is not None and taken < self._due_pt:
            tone, key, amount = "act", "review.short", show.money(self.language, self._due_pt - taken)
        elif taken is not None:
            tone, amount = "info", show.money(self.language, taken - self._due_pt)
        set_tone(self._change, tone)
        self._change_label.setText(self.say(key))
        self.change.setText(amount or "—")
        self._aloud.tell(f"{self.say(key)} {amount}" if amount else "")  # the focus stays at what is typed
