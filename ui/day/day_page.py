"""The day so far, total by total; each opens the lines it is the sum of. From here cash moves and the day is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.layouts import beside, fill, stacked
from ui.widgets.push_button import Button
from ui.widgets.theme import hold

COLUMNS = ("day.total", "day.count", "list.amount")


@dataclass(frozen=True, slots=True)
class Total:
    """A row: its text key, how many lines it has (None: it is no sum of lines), its piastres."""

    name: str
    key: str
    count: int | None
    amount_pt: int


class DayPage(Page):
    """The totals of the day."""

    opened = Signal(str)
    cash_asked = Signal(str)
    close_asked = Signal()
    print_asked = Signal()
    agree_asked = Signal()
    earlier_asked = Signal()
    later_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageDay", language, "today.title")
        self._totals: Sequence[Total] = ()
        self._date, self._open_day = "", True
        self.first_widget = self.table = self.rows("totalsTable", "today.title", COLUMNS, 0, figures=(1, 2))
        hold(self.table, rows=40)
        self.table.opened.connect(self._open)
        self.body.addLayout(beside((self.table, 1), self._side()), 1)

    def _side(self) -> QVBoxLayout:
        close = Button("closeButton", "primary")
        self.close_day = self.button(close, "today.close", "F8", self.close_asked.emit)
        cash = [
            self.button(f"{kind}Button", f"cash.{kind}", f"Alt+{place}", partial(self.cash_asked.emit, kind), foot="")
            for place, kind in enumerate(("cash_in", "cash_out", "deposit"), 1)
        ]
        self._only_open = [*cash, self.close_day]
        self.report = self.button("xButton", "today.x", "F9", self.print_asked.emit)
        self.agree = self.button("agreeButton", "today.agree", "Alt+4", self.agree_asked.emit, foot="")
        self.agree.hide()
        self.earlier = self.button("earlierButton", "today.earlier", "Alt+5", self.earlier_asked.emit, foot="")
        self.later = self.button("laterButton", "today.later", "Alt+6", self.later_asked.emit, foot="")
        self.lines = Button("linesButton")
        self.word(self.lines.word, "today.lines", "Enter")
        self.lines.clicked.connect(lambda: self._open(self.table.currentRow()))
        buttons = (self.lines, self.report, *cash, self.agree, self.close_day, self.back_button())
        return fill(stacked(*buttons, gap=10, width=340), beside(self.earlier, self.later, gap=8), 1)

    def set_day(self, date: str, totals: Sequence[Total], *, is_open: bool = True) -> None:
        """A day that is closed is looked at: no cash moves in it, and its report is the Z."""
        self._date, self._totals, self._open_day = date, totals, is_open
        for widget in self._only_open:
            widget.setVisible(is_open)
        self.retold()

    def set_waiting(self, date: str, difference_pt: int, *, may_agree: bool) -> None:
        """A close whose difference still waits for somebody to agree to it; "" for none."""
        self.agree.setVisible(bool(date))
        self.agree.word(self.say("today.agree" if may_agree else "approval.ask"), "Alt+4")
        if date:
            key = "today.waits.over" if difference_pt > 0 else "today.waits.short"
            amount = show.money(self.language, difference_pt)
            do = self.say("today.waits.agree" if may_agree else "today.waits.ask")
            self.notice.tell("wait", self.say(key, date=show.day(date), amount=amount), do)

    @override
    def retold(self) -> None:
        closed = "" if self._open_day else f" — {self.say('today.closed')}"
        self.subtitle.setText(show.day(self._date) + closed)
        self.reword(self.report, "today.x" if self._open_day else "today.z")
        self.table.fill([(self.say(t.key), _count(t), show.money(self.language, t.amount_pt)) for t in self._totals])

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._totals) and self._totals[row].count is not None:
            self.opened.emit(self._totals[row].name)


def _count(total: Total) -> str:
    return "" if total.count is None else show.number(total.count)
