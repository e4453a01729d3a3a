"""The day so far: its figures, what moved, its hours and services. From here cash moves and the day is closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QSizePolicy

from kiosk.cash.day_close import UnsettledClose
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.day.day_figures import DayFigures
from ui.day.hour_bars import HourBars, Hours
from ui.day.service_bars import ServiceBars, Services
from ui.shell import DataPage
from ui.widgets import Card, Translated, beside, group, hold, reveal, show

COLUMNS: Final = ("", "", "", "")
"""What moved, when, why and how much: no head says so."""
MOVES: Final = (("cash_in", "in"), ("cash_out", "out"), ("deposit", "person"))
"""In the order of their keys, with their pictures."""
NOTHING: Final = Bilingual.same("")
TABLE_PX: Final = 170
"""Three rows at least; what is drawn beneath takes no more than it needs."""
BARS_PX: Final = 250
"""Of what is drawn, at the most: three bars are no wall."""
SIGNS: Final = {"cash": "+", "cash_in": "+", "cash_out": "−", "deposit": "−", "void": "−", "refund": "−"}
"""Which way the money of a row went."""


@dataclass(frozen=True, slots=True)
class Total:
    """A row: its text key, how many lines it has (None: no sum of lines), its piastres (None: told after the count).

    What happened once has the time of it (`at_ms`), and who counted it, or to whom and why cash moved (`said`).
    """

    name: str
    key: str
    count: int | None
    amount_pt: int | None
    said: Bilingual = NOTHING
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class DayShown:
    """Of one day. A day that is closed is looked at: no cash moves in it, and its statement is the last one."""

    date: str
    totals: Sequence[Total]
    is_open: bool
    hours: Hours = ()
    services: Services = ()
    now: int | None = None
    figures: Mapping[str, int | None] = field(default_factory=dict)
    around: tuple[bool, bool] = (False, False)
    """Whether there is an earlier day, and a later one."""

    @property
    def moved(self) -> list[Total]:
        """What moved the drawer's cash beside sales, the newest first; last its opening."""
        return [total for total in reversed(self.totals) if total.at_ms is not None]


class DayPage(DataPage[DayShown]):
    """What a day came to."""

    cash_asked = Signal(str)
    close_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageDay", language, "today.title")
        self.figures = self.follow(DayFigures(language))
        self.first_widget = self.table = self.rows("totalsTable", "today.title", COLUMNS, 0, 2, figures=(3,))
        self.table.least_px = TABLE_PX
        self.cash = [
            self.button(f"{kind}Button", f"cash.{kind}", f"Alt+{place}", partial(self.cash_asked.emit, kind),
                        icon=icon)
            for place, (kind, icon) in enumerate(MOVES, 1)
        ]  # fmt: skip
        self.drawer = Card(self.caption("today.drawer"), *self.cash, 1)
        self.agree = self.button("agreeButton", "today.agree", "Alt+4")
        self.agree.hide()
        self.report = self.button("xButton", "today.x", "F9", icon="print")
        self.earlier = self.button("earlierButton", "today.earlier", "Alt+5")
        self.later = self.button("laterButton", "today.later", "Alt+6")
        self.primary = self.primary_button("today.close", self._close)
        self.back_button()
        self.command("Enter", "today.lines", self.table.open)
        days = beside((self.earlier, 1), (self.later, 1), gap=8)
        content = self.figures, (self.table, 99), (self._bars(), 1)  # which has what the rows leave
        self.arrange(*content, context=self.drawer, actions=(self.agree, self.report, days))

    def _bars(self) -> Card:
        """By hour, and beside it by service."""
        self.hours, self.services = self.follow(HourBars(self.language)), self.follow(ServiceBars(self.language))
        self._by_hour = group(self.caption("picture.hours", "label"), (self.hours, 1), gap=8)
        self._by_service = group(self.caption("picture.services", "label"), (self.services, 1), gap=8)
        both = beside((self._by_hour, 1), (self._by_service, 1), gap=32)
        self._drawn = Card(both, edges=(20, 12, 20, 12))
        self._drawn.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.MinimumExpanding)
        hold(self._drawn, most_height=BARS_PX)
        return self._drawn

    def set_waiting(self, close: UnsettledClose | None, *, may_agree: bool) -> None:
        """A close whose difference still waits for somebody to agree to it."""
        self.agree.setVisible(close is not None)
        self.agree.word(self.say("today.agree" if may_agree else "approval.ask"), "Alt+4")
        if close is None:
            return

        def words() -> tuple[str, str, str]:
            key = "today.waits.over" if close.difference_pt > 0 else "today.waits.short"
            amount = show.money(self.language, close.difference_pt)
            do = self.say("today.waits.agree" if may_agree else "today.waits.ask")
            return "wait", self.say(key, date=show.business_day(self.language, close.key.label), amount=amount), do

        self.show_words(words)

    @override
    def show_data(self, data: DayShown) -> None:
        reveal(data.is_open, self.drawer)
        closed = "" if data.is_open else f" — {self.say('today.closed')}"
        self.subtitle.setText(show.business_day(self.language, data.date) + closed)
        self.reword(self.report, "today.x" if data.is_open else "today.z")
        self.reword(self.primary, "today.close" if data.is_open else "today.over")
        self.primary.wait_for(missing=not data.is_open)
        self.figures.set_amounts(data.figures)
        self.hours.set_hours(data.hours, data.now)
        self.services.set_services(data.services)
        hours, services = len(data.hours) > 1, len(data.services) > 1  # one bar alone compares nothing
        reveal(hours, self._by_hour)
        reveal(services, self._by_service)
        self._drawn.setVisible(hours or services)
        for button, there in zip((self.earlier, self.later), data.around, strict=True):
            button.setVisible(there)
        self.table.ends = next((n for n, one in enumerate(data.totals) if one.name == "taken"), 0) - 1  # what moved
        self.table.fill([total_row(self, total) for total in data.totals], data.totals)

    def _close(self) -> None:
        """What is closed stays closed; whoever asks for it again is told how the day goes on."""
        if self.data is not None and self.data.is_open:
            self.close_asked.emit()
        else:
            self.show_notice("info", "today.over.said", "today.over.do")


def total_row(said: Translated, total: Total) -> tuple[str, ...]:
    """As `COLUMNS`."""
    when = "" if total.at_ms is None else show.clock(total.at_ms)
    counts = total.count is not None and total.at_ms is None
    what = said.say("day.lines", count=show.number(total.count)) if counts else said.of(total.said)
    if total.amount_pt is None:
        return said.say(total.key), when, what, said.say("day.later")
    return said.say(total.key), when, what, show.money(said.language, total.amount_pt, SIGNS.get(total.name, ""))
