"""The day so far, total by total; each opens the lines it is the sum of. From here cash moves and the day is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.override import override
from kiosk.texts import Language
from ui import show
from ui.pages.page import Action, Page
from ui.parts.answers import Rows
from ui.parts.button import Button
from ui.theme import hold

COLUMNS = ("day.total", "day.count", "list.amount")


@dataclass(frozen=True, slots=True)
class Total:
    """A row: its text key, how many lines it has (None: it is no sum of lines), its piastres."""

    name: str
    key: str
    count: int | None
    amount_pt: int


class DayPage(Page):
    opened = Signal(str)
    cash_asked = Signal(str)
    close_asked = Signal()
    print_asked = Signal()
    agree_asked = Signal()
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageDay", language, "today.title")
        self._totals: Sequence[Total] = ()
        self._date = ""
        self.table = Rows(len(COLUMNS), "totalsTable")
        self.word(self.table.setAccessibleName, "today.title")
        hold(self.table, rows=40)
        self.table.opened.connect(self._open)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(self.table, 1)
        row.addLayout(self._side())
        self.body.addLayout(row, 1)

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(10)
        self.lines, self.report, self.close_day = (
            Button("linesButton"),
            Button("xButton"),
            Button("closeButton", "primary"),
        )
        back = Button("backButton")
        self.word(self.lines.word, "today.lines", "Enter")
        self.word(self.report.word, "today.x", "F9")
        self.word(self.close_day.word, "today.close", "F8")
        self.word(back.word, "key.back", "Esc")
        self.lines.clicked.connect(lambda: self._open(self.table.currentRow()))
        self.report.clicked.connect(self.print_asked)
        self.close_day.clicked.connect(self.close_asked)
        back.clicked.connect(self.left)
        cash = []
        for place, kind in enumerate(("cash_in", "cash_out", "deposit"), 1):
            button = Button(f"{kind}Button")
            self.word(button.word, f"cash.{kind}", f"Alt+{place}")
            button.clicked.connect(lambda _checked=False, kind=kind: self.cash_asked.emit(kind))
            cash.append(button)
        self.agree = Button("agreeButton")
        self.word(self.agree.word, "today.agree", "Alt+4")
        self.agree.clicked.connect(self.agree_asked)
        self.agree.hide()
        for widget in (self.lines, self.report, *cash, self.agree, self.close_day, back):
            hold(widget, width=340)
            side.addWidget(widget)
        side.addStretch(1)
        return side

    def set_day(self, date: str, totals: Sequence[Total]) -> None:
        self._date, self._totals = date, totals
        self.retold()

    def set_waiting(self, date: str, difference_pt: int, *, may_agree: bool) -> None:
        """A close whose difference still waits for somebody to agree to it; "" for none."""
        self.agree.setVisible(bool(date) and may_agree)
        if date:
            key = "today.waits.over" if difference_pt > 0 else "today.waits.short"
            amount = show.money(self.language, difference_pt)
            do = self.say("today.waits.agree" if may_agree else "today.waits.ask")
            self.notice.tell("wait", self.say(key, date=show.day(date), amount=amount), do)

    @override
    def retold(self) -> None:
        self.subtitle.setText(show.day(self._date))
        self.table.head([self.say(key) for key in COLUMNS], 0)
        self.table.fill([(self.say(t.key), _count(t), show.money(self.language, t.amount_pt)) for t in self._totals])

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._totals) and self._totals[row].count is not None:
            self.opened.emit(self._totals[row].name)

    @override
    def first(self) -> QWidget:
        return self.table

    @override
    def commands(self) -> list[Action]:
        return [
            Action("F8", "today.close", self.close_asked.emit),
            Action("F9", "today.x", self.print_asked.emit),
            Action("Alt+1", "", lambda: self.cash_asked.emit("cash_in")),
            Action("Alt+2", "", lambda: self.cash_asked.emit("cash_out")),
            Action("Alt+3", "", lambda: self.cash_asked.emit("deposit")),
            Action("Alt+4", "", self.agree_asked.emit),
            Action("Esc", "key.back", self.left.emit),
        ]


def _count(total: Total) -> str:
    return "" if total.count is None else show.number(total.count)
