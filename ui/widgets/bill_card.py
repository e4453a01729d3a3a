"""What it costs, line by line, and what the citizen pays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from PySide6.QtCore import Signal

from protocol.catalogue.fees import Fees
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.widgets import show
from ui.widgets.announce import Teller
from ui.widgets.cards import Card, Fact, clear, rule
from ui.widgets.labels import Amount, Text
from ui.widgets.layouts import fill, stacked
from ui.widgets.theme import at_largest
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
    """The card of a bill. `set_lines` and `set_fees` say what it costs; `set_unknown` why nobody knows yet."""

    changed = Signal()

    def __init__(self, language: Language, total: str = "bill.due", *, large: bool = False, live: bool = False) -> None:
        """`total` is the key of what the sum is called; `large`: it is read from across the counter; `live`: it
        follows what is typed beside it, and each new sum is said aloud.
        """
        super().__init__(language)
        self._live, self._aloud = live, Teller(self)
        self._sum, self._large, self._short, self._adds = total, large, False, True
        self.shown = Bill()
        self._heading = self.caption("bill.title")
        self._rows, self._rule = stacked(gap=0), rule()
        self._column = list[Amount]()
        self._due = Fact("huge", "h2", column=self._column) if large else Fact("amount", "h2", fitted=True)
        fill(self.column, self._heading, self._rows, self._rule, self._due)
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
        if bill != self.shown:  # after each key: lines made anew flicker
            self.shown = bill
            self.retold()

    def call(self, total: str) -> None:
        """What the sum is called from now on."""
        if total != self._sum:
            self._sum = total
            self.retold()

    def add_up(self, adds: bool) -> None:
        """Whether it ends in its sum, which may stand beside it."""
        if adds != self._adds:
            self._adds = adds
            self.retold()

    def shorten(self, short: bool) -> None:
        """Each line small, where the room is needed for something else."""
        if short != self._short:
            self._short = short
            self.retold()

    @override
    def retold(self) -> None:
        clear(self._rows)
        self._column[:] = [cast("Amount", self._due.value)] if self._adds and self._large else []
        bill = self.shown
        self._list_lines(bill)
        crammed = self._short and (at_largest() or not self._adds)
        self._heading.setVisible(bool(bill.lines or bill.why) and not (self._large or crammed))
        self._rule.setVisible(self._adds)
        self._due.setVisible(self._adds)
        due_pt = self.due_pt()
        self._due.tell(self.say(self._sum), "—" if due_pt is None else show.money(self.language, due_pt))
        self._aloud.tell(self.spoken() if bill.lines and self._live else "")
        self.changed.emit()

    def due_pt(self) -> int | None:
        """The sum; None where nobody knows it yet."""
        return self.shown.total_pt

    def spoken(self) -> str:
        """The sum, and what it is called."""
        return f"{self._due.label.text()}: {self._due.value.text()}"

    def _list_lines(self, bill: Bill) -> None:
        for label, amount_pt in fee_rows(self, bill.lines, short=self._short):
            self._row(label, amount_pt)
        vat = self.say("bill.vat", amount=show.money(self.language, bill.vat_pt)) if bill.vat_pt else ""
        for words in filter(None, (vat, self.say(bill.why) if bill.why else "")):
            self._rows.addWidget(Text(words, "hint", wrap=True))

    def _row(self, label: str, amount_pt: int) -> None:
        value = "strong" if not self._short else "hint" if at_largest() else "fee"  # which is wider: words would wrap
        roles = ("h2", "h2") if self._large else (value, "hint")
        fact = Fact(*roles, wrap=not self._large, fitted=self._short, column=self._column)
        self._rows.addWidget(fact.tell(label, show.money(self.language, amount_pt)))


def fee_rows(said: Translated, lines: Sequence[Any], *, short: bool = False) -> Iterator[tuple[str, int]]:
    """Each line as it is called, and its piastres; what several of the government's come to stands after the last,
    unless they are to be `short`.
    """
    government = [line for line in lines if line.kind == "government" and not short]
    for line in lines:
        yield _called(said, line), line.amount_pt
        if len(government) > 1 and line is government[-1]:
            yield said.say("bill.government"), sum(one.amount_pt for one in government)


def _called(said: Translated, line: Any) -> str:
    name: str = said.of(line.label)
    return f"{name} × {show.number(line.count)}" if line.count > 1 else name
