"""What it costs, line by line, and what the citizen pays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal

from protocol.catalogue.fees import Fees
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.widgets import show
from ui.widgets.cards import Card, Fact, clear, rule
from ui.widgets.labels import Amount, Text
from ui.widgets.layouts import fill, stacked
from ui.widgets.translated import Translated


@dataclass(frozen=True, slots=True)
class Bill:
    """Fee lines of `protocol.catalogue.fees` or of a receipt, and their sum; without one, the text key of why not.

    `vat_pt` is contained in the shop's own fee, and said beneath it.
    """

    lines: Sequence[Any] = ()
    total_pt: int | None = None
    vat_pt: int = 0
    why: str = ""


class BillCard(Translated, Card):
    """`set_lines` and `set_fees` say what it costs; `set_unknown` why nobody knows yet."""

    changed = Signal()

    def __init__(self, language: Language, total: str = "bill.due", *, large: bool = False) -> None:
        """`total` is the key of what the sum is called; `large`: it is read from across the counter."""
        super().__init__(language)
        self._sum, self._large = total, large
        self.shown = Bill()
        self._heading = self.caption("bill.title")
        self._rows = stacked(gap=0)
        self._due = Fact("huge", "h2") if large else Fact("amount", "label")
        fill(self.column, self._heading, self._rows, rule(), self._due)
        self.retold()

    def set_lines(self, lines: Sequence[Any], total_pt: int, vat_pt: int = 0) -> None:
        self.set_bill(Bill(lines, total_pt, vat_pt))

    def set_fees(self, fees: Fees | Refused) -> None:
        """What a form comes to, or why that is not known yet."""
        if isinstance(fees, Refused):
            later = fees.code in ("fee_field", "fee_bill")
            self.set_unknown("form.fee.later" if later else "form.fee.unknown")
        else:
            self.set_lines(fees.lines, fees.total_pt, fees.vat_pt)

    def set_unknown(self, why: str = "") -> None:
        self.set_bill(Bill(why=why))

    def set_bill(self, bill: Bill) -> None:
        self.shown = bill
        self.retold()

    def call(self, total: str) -> None:
        """What the sum is called from now on."""
        self._sum = total
        self.retold()

    @override
    def retold(self) -> None:
        clear(self._rows)
        bill, column = self.shown, list[Amount]()
        government = [line.amount_pt for line in bill.lines if line.kind == "government"]
        for place, line in enumerate(bill.lines, 1):
            times = f" × {show.isolate(str(line.count))}" if line.count > 1 else ""
            self._row(self.of((line.label_ar, line.label_en)) + times, line.amount_pt, column)
            if place == len(government) > 1:
                self._row(self.say("bill.government"), sum(government), column)
        vat = self.say("bill.vat", amount=show.money(self.language, bill.vat_pt)) if bill.vat_pt else ""
        for words in filter(None, (vat, self.say(bill.why) if bill.why else "")):
            self._rows.addWidget(Text(words, "hint", wrap=True))
        self._heading.setVisible(bool(bill.lines or bill.why))
        self._due.tell(self.say(self._sum), "—" if bill.total_pt is None else show.money(self.language, bill.total_pt))
        self.changed.emit()

    def _row(self, label: str, amount_pt: int, column: list[Amount]) -> None:
        fact = Fact("h2", "h2", column=column) if self._large else Fact(wrap=True, column=column)
        self._rows.addWidget(fact.tell(label, show.money(self.language, amount_pt)))
