"""The day so far, total by total, and the lines each is the sum of. From here cash moves and the day is closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal

from kiosk.cash.day_close import UnsettledClose
from kiosk.model.day_book import BookLine
from kiosk.printing.till_papers import CashKind, Moving
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.shell import DataPage, Page
from ui.widgets import Both, Button, Card, Fact, LineEdit, MoneyEdit, Text, hold, show
from ui.widgets.layouts import beside, fill, group, reveal

COLUMNS = ("day.total", "day.count", "list.amount")
LINE_COLUMNS = ("list.time", "list.receipt", "lines.what", "lines.who", "list.amount", "list.state")
TOTAL_PX = 480


@dataclass(frozen=True, slots=True)
class Total:
    """A row: its text key, how many lines it has (None: it is no sum of lines), its piastres."""

    name: str
    key: str
    count: int | None
    amount_pt: int


@dataclass(frozen=True, slots=True)
class DayShown:
    """Of one day. A day that is closed is looked at: no cash moves in it, and its report is the Z."""

    date: str
    totals: Sequence[Total]
    is_open: bool


class DayPage(DataPage[DayShown]):
    """The totals of the day."""

    cash_asked = Signal(str)

    def __init__(self, language: Language) -> None:
        super().__init__("pageDay", language, "today.title")
        self.first_widget = self.table = self.rows("totalsTable", "today.title", COLUMNS, 0, figures=(1, 2))
        self.table.set_row_px(40)
        self.close_day = self.button(Button("closeButton", "primary"), "today.close", "F8")
        cash = [
            self.button(f"{kind}Button", f"cash.{kind}", f"Alt+{place}", partial(self.cash_asked.emit, kind), foot="")
            for place, kind in enumerate(("cash_in", "cash_out", "deposit"), 1)
        ]
        self._only_open = [*cash, self.close_day]
        self.report = self.button("xButton", "today.x", "F9")
        self.agree = self.button("agreeButton", "today.agree", "Alt+4", foot="")
        self.agree.hide()
        self.earlier = self.button("earlierButton", "today.earlier", "Alt+5", foot="")
        self.later = self.button("laterButton", "today.later", "Alt+6", foot="")
        self.lines = Button("linesButton")
        self.word(self.lines.word, "today.lines", "Enter")
        self.lines.clicked.connect(self.table.open)
        buttons = (self.lines, self.report, *cash, self.agree, self.close_day, self.back_button())
        self.split(self.table, *buttons, beside(self.earlier, self.later, gap=8), 1, width=340, gap=10)

    def set_waiting(self, close: UnsettledClose | None, *, may_agree: bool) -> None:
        """A close whose difference still waits for somebody to agree to it."""
        self.agree.setVisible(close is not None)
        self.agree.word(self.say("today.agree" if may_agree else "approval.ask"), "Alt+4")
        if close is not None:
            key = "today.waits.over" if close.difference_pt > 0 else "today.waits.short"
            amount = show.money(self.language, close.difference_pt)
            do = self.say("today.waits.agree" if may_agree else "today.waits.ask")
            self.notice.tell("wait", self.say(key, date=show.day(close.key.label), amount=amount), do)

    @override
    def show_data(self, data: DayShown) -> None:
        reveal(data.is_open, *self._only_open)
        closed = "" if data.is_open else f" — {self.say('today.closed')}"
        self.subtitle.setText(show.day(data.date) + closed)
        self.reword(self.report, "today.x" if data.is_open else "today.z")
        rows = [(self.say(t.key), _count(t), show.money(self.language, t.amount_pt)) for t in data.totals]
        self.table.fill(rows, data.totals)


def _count(total: Total) -> str:
    return "" if total.count is None else show.number(total.count)


@dataclass(frozen=True, slots=True)
class DayLine:
    """A line, the number of its receipt, for what and by whom."""

    line: BookLine
    receipt: str
    what: Both
    who: str


@dataclass(frozen=True, slots=True)
class DayLines:
    """The text key of a total, its sum, and the entries behind it."""

    key: str
    total_pt: int
    lines: Sequence[DayLine]


class DayLinesPage(DataPage[DayLines]):
    """When, which entry, who, what, how much. They print, and a request opens."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageLines", language, "lines.title")
        self.total = Fact("huge", "label")
        self.first_widget = self.table = self.rows("linesTable", "lines.title", LINE_COLUMNS, 2, figures=(4,))
        self.empty = self.paragraph("lines.empty")
        self.command("Esc", "key.back", self.left.emit)
        hold(self.total, width=TOTAL_PX)
        # A sum far from its name is read in the wrong line.
        fill(self.body, beside(self.total, 1, gap=None), self.empty, (self.table, 1))

    @override
    def show_data(self, data: DayLines) -> None:
        self.total.tell(self.say(data.key), show.money(self.language, data.total_pt))
        self.table.fill(
            [
                (
                    show.clock(one.line.at_ms), show.isolate(one.receipt), self.of(one.what), one.who,
                    show.money(self.language, one.line.amount_pt),
                    self.say(f"state.{one.line.reversed}") if one.line.reversed else "",
                )
                for one in data.lines
            ],
            data.lines,
        )  # fmt: skip
        self.empty.setVisible(not data.lines)


class CashPage(Page):
    """Cash in, cash out and a hand-over. `confirmed` is emitted once per press, while the page is `armed`."""

    confirmed = Signal(object)

    def __init__(self, language: Language) -> None:
        super().__init__("pageCash", language)
        self._kind: CashKind = "cash_in"
        self.hint = Text(role="hint", wrap=True)
        self.first_widget = self.amount = MoneyEdit("amountEdit", big=True)
        self.reason, self.party = LineEdit("reasonEdit", limit=200), LineEdit("partyEdit", limit=200)
        self.reference = LineEdit("referenceEdit", limit=200)
        self._why = group(self.label(self.reason, "cash.reason"), self.reason)
        self._whom = group(
            self.label(self.party, "cash.party"), self.party,
            self.label(self.reference, "cash.reference"), self.reference,
        )  # fmt: skip
        self.primary = self.primary_button(f"cash.{self._kind}.do", self.submit, saves=True)
        buttons = beside((self.primary, 1), self.back_button(), gap=None)
        amount = self.label(self.amount, "cash.amount")
        self.centre(Card(amount, self.amount, self._why, self._whom, self.hint, buttons, width=620))
        self.retold()

    def set_kind(self, kind: CashKind) -> None:
        """An empty form of that kind."""
        self._kind, self.armed = kind, True
        for edit in (self.amount, self.reason, self.party, self.reference):
            edit.clear()
        self._why.setVisible(kind != "deposit")
        self._whom.setVisible(kind == "deposit")
        self.retold()

    @override
    def retold(self) -> None:
        self.entitle(self.say(f"cash.{self._kind}"))
        self.hint.setText(self.say(f"cash.{self._kind}.hint"))
        self.reword(self.primary, f"cash.{self._kind}.do")

    def submit(self) -> None:
        if not self.armed:
            return
        try:
            amount = self.amount.piastres()
        except Refused as error:
            self.fail(error, self.amount)
            return
        self.armed = False
        self.confirmed.emit(Moving(self._kind, amount, self.reason.text(), self.party.text(), self.reference.text()))
