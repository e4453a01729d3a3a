"""The day so far, total by total; each opens the lines it is the sum of. From here cash moves and the day is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.answer_rows import Rows
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
    opened = Signal(str)
    cash_asked = Signal(str)
    close_asked = Signal()
    print_asked = Signal()
    agree_asked = Signal()
    earlier_asked = Signal()
    later_asked = Signal()
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageDay", language, "today.title")
        self._totals: Sequence[Total] = ()
        self._date, self._open_day = "", True
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
        self.lines, self.report, back = Button("linesButton"), Button("xButton"), Button("backButton")
        self.close_day, self.agree = Button("closeButton", "primary"), Button("agreeButton")
        for button, word, key, signal in (
            (self.report, "today.x", "F9", self.print_asked), (self.close_day, "today.close", "F8", self.close_asked),
            (self.agree, "today.agree", "Alt+4", self.agree_asked), (back, "key.back", "Esc", self.left),
        ):  # fmt: skip
            self.word(button.word, word, key)
            button.clicked.connect(signal)
        self.word(self.lines.word, "today.lines", "Enter")
        self.lines.clicked.connect(lambda: self._open(self.table.currentRow()))
        self.agree.hide()
        cash = [self._cash_button(place, kind) for place, kind in enumerate(("cash_in", "cash_out", "deposit"), 1)]
        self._only_open = [*cash, self.close_day]
        side = QVBoxLayout()
        side.setSpacing(10)
        for widget in (self.lines, self.report, *cash, self.agree, self.close_day, back):
            hold(widget, width=340)
            side.addWidget(widget)
        side.addLayout(self._days())
        side.addStretch(1)
        return side

    def _cash_button(self, place: int, kind: str) -> Button:
        button = Button(f"{kind}Button")
        self.word(button.word, f"cash.{kind}", f"Alt+{place}")
        button.clicked.connect(lambda _checked=False: self.cash_asked.emit(kind))
        return button

    def _days(self) -> QHBoxLayout:
        """To the day before and after."""
        days = QHBoxLayout()
        days.setSpacing(8)
        self.earlier, self.later = Button("earlierButton"), Button("laterButton")
        self.word(self.earlier.word, "today.earlier", "Alt+5")
        self.word(self.later.word, "today.later", "Alt+6")
        self.earlier.clicked.connect(self.earlier_asked)
        self.later.clicked.connect(self.later_asked)
        days.addWidget(self.earlier)
        days.addWidget(self.later)
        return days

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
        self.report.word(self.say("today.x" if self._open_day else "today.z"), "F9")
        self.table.head([self.say(key) for key in COLUMNS], 0, figures=(1, 2))
        self.table.fill([(self.say(t.key), _count(t), show.money(self.language, t.amount_pt)) for t in self._totals])

    def _open(self, row: int) -> None:
        if 0 <= row < len(self._totals) and self._totals[row].count is not None:
            self.opened.emit(self._totals[row].name)

    @override
    def first(self) -> QWidget:
        return self.table

    @override
    def commands(self) -> list[Action]:
        of_open = [
            Action("F8", "today.close", self.close_asked.emit),
            Action("Alt+1", "", lambda: self.cash_asked.emit("cash_in")),
            Action("Alt+2", "", lambda: self.cash_asked.emit("cash_out")),
            Action("Alt+3", "", lambda: self.cash_asked.emit("deposit")),
        ]
        return [
            *(of_open if self._open_day else ()),
            Action("F9", "today.x" if self._open_day else "today.z", self.print_asked.emit),
            Action("Alt+4", "", self.agree_asked.emit),
            Action("Alt+5", "", self.earlier_asked.emit),
            Action("Alt+6", "", self.later_asked.emit),
            Action("Esc", "key.back", self.left.emit),
        ]


def _count(total: Total) -> str:
    return "" if total.count is None else show.number(total.count)
