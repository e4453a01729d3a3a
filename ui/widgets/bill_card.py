"""What it costs, line by line, and what the citizen pays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.widgets import show
from ui.widgets.cards import Card, Fact, clear, rule
from ui.widgets.labels import Amount, Text
from ui.widgets.layouts import fill, stacked
from ui.widgets.translated import Both, Translated


class BillCard(Translated, Card):
    """`set_lines` takes the fee lines of `protocol.catalogue.fees` or a receipt; `set_unknown` says why there are
    none.
    """

    told = Signal()

    def __init__(self, language: Language, total: str = "bill.due", *, large: bool = False) -> None:
        """`total` is the key of what the sum is called; `large`: it is read from across the counter."""
        super().__init__(language)
        self._sum = total
        self._large = large
        self._lines: Sequence[Any] = ()
        self._total: int | None = None
        self._vat = 0
        self._why: Both = ("", "")
        self._heading = self.caption("bill.title")
        self._rows = stacked(gap=0)
        self._due = Fact("huge", "h2") if large else Fact("amount", "label")
        fill(self.column, self._heading, self._rows, rule(), self._due)
        self.retold()

    def set_lines(self, lines: Sequence[Any], total_pt: int, vat_pt: int = 0) -> None:
        """`vat_pt` is contained in the shop's own fee, and said beneath it."""
        self._lines, self._total, self._vat = lines, total_pt, vat_pt
        self.retold()

    def set_unknown(self, why_ar: str = "", why_en: str = "") -> None:
        self._lines, self._total, self._vat, self._why = (), None, 0, (why_ar, why_en)
        self.retold()

    def call(self, total: str) -> None:
        """What the sum is called from now on."""
        self._sum = total
        self.retold()

    def total_pt(self) -> int | None:
        return self._total

    def copy(self, other: BillCard) -> None:
        """Say what `other` says."""
        self._lines, self._total, self._vat, self._why = other._lines, other._total, other._vat, other._why
        self.retold()

    @override
    def retold(self) -> None:
        clear(self._rows)
        column: list[Amount] = []
        government = [line.amount_pt for line in self._lines if line.kind == "government"]
        for place, line in enumerate(self._lines, 1):
            times = f" × {isolate(str(line.count))}" if line.count > 1 else ""
            self._row(self.of((line.label_ar, line.label_en)) + times, line.amount_pt, column)
            if place == len(government) > 1:
                self._row(self.say("bill.government"), sum(government), column)
        why = self.of(self._why)
        if self._vat:
            vat = self.say("bill.vat", amount=show.money(self.language, self._vat))
            self._rows.addWidget(Text(vat, "hint", wrap=True))
        if self._total is None and why:
            self._rows.addWidget(Text(why, "hint", wrap=True))
        self._heading.setVisible(bool(self._lines or why))
        self._due.tell(self.say(self._sum), "—" if self._total is None else show.money(self.language, self._total))
        self.told.emit()

    def _row(self, label: str, amount_pt: int, column: list[Amount]) -> None:
        fact = Fact("h2", "h2", column=column) if self._large else Fact(wrap=True, column=column)
        self._rows.addWidget(fact.tell(label, show.money(self.language, amount_pt)))
