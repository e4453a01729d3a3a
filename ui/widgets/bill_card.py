"""What it costs, line by line, and what the citizen pays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from protocol.texts import Language, say
from protocol.values.arabic import isolate
from ui.widgets import show
from ui.widgets.cards import Card, Fact, clear, rule
from ui.widgets.labels import Amount, Text


class BillCard(Card):
    """`set_lines` takes the fee lines of `protocol.catalogue.fees` or a receipt; `set_unknown` says why there are
    none.
    """

    told = Signal()

    def __init__(self, language: Language, total: str = "bill.due", *, large: bool = False) -> None:
        """`total` is the key of what the sum is called; `large`: it is read from across the counter."""
        super().__init__()
        self._sum = total
        self._large = large
        self._language: Language = language
        self._lines: Sequence[Any] = ()
        self._total: int | None = None
        self._vat = 0
        self._why: tuple[str, str] = ("", "")
        self._heading = Text(role="h2")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._due = Fact("huge", "h2") if large else Fact("amount", "label")
        self.column.addWidget(self._heading)
        self.column.addLayout(self._rows)
        self.column.addWidget(rule())
        self.column.addWidget(self._due)
        self._tell()

    def set_lines(self, lines: Sequence[Any], total_pt: int, vat_pt: int = 0) -> None:
        """`vat_pt` is contained in the shop's own fee, and said beneath it."""
        self._lines, self._total, self._vat = lines, total_pt, vat_pt
        self._tell()

    def set_unknown(self, why_ar: str = "", why_en: str = "") -> None:
        self._lines, self._total, self._vat, self._why = (), None, 0, (why_ar, why_en)
        self._tell()

    def set_language(self, language: Language) -> None:
        self._language = language
        self._tell()

    def call(self, total: str) -> None:
        """What the sum is called from now on."""
        self._sum = total
        self._tell()

    def total_pt(self) -> int | None:
        return self._total

    def copy(self, other: BillCard) -> None:
        """Say what `other` says."""
        self._lines, self._total, self._vat, self._why = other._lines, other._total, other._vat, other._why
        self._tell()

    def _tell(self) -> None:
        arabic = self._language == "ar"
        clear(self._rows)
        column: list[Amount] = []
        government = [line.amount_pt for line in self._lines if line.kind == "government"]
        for place, line in enumerate(self._lines, 1):
            times = f" × {isolate(str(line.count))}" if line.count > 1 else ""
            self._row((line.label_ar if arabic else line.label_en) + times, line.amount_pt, column)
            if place == len(government) > 1:
                self._row(say(self._language, "bill.government"), sum(government), column)
        if self._vat:
            self._rows.addWidget(Text(self._of_vat(), "hint", wrap=True))
        why = self._why[0 if arabic else 1]
        if self._total is None and why:
            self._rows.addWidget(Text(why, "hint", wrap=True))
        self._heading.setText(say(self._language, "bill.title"))
        self._heading.setVisible(bool(self._lines or why))
        self._due.label.setText(say(self._language, self._sum))
        self._due.value.setText("—" if self._total is None else show.money(self._language, self._total))
        self.told.emit()

    def _row(self, label: str, amount_pt: int, column: list[Amount]) -> None:
        fact = Fact("h2", "h2", column=column) if self._large else Fact(wrap=True, column=column)
        fact.label.setText(label)
        fact.value.setText(show.money(self._language, amount_pt))
        self._rows.addWidget(fact)

    def _of_vat(self) -> str:
        return say(self._language, "bill.vat", amount=show.money(self._language, self._vat))
