"""The lines that a total of the day is the sum of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.model.day_book import BookLine
from protocol.override import override
from protocol.texts import Bilingual, Language
from ui.shell import DataPage
from ui.widgets import Card, Text, show

LINE_COLUMNS: Final = ("list.time", "list.receipt", "lines.what", "lines.who", "list.amount", "list.state")


@dataclass(frozen=True, slots=True)
class DayLine:
    """A line, the number of its receipt, for what and by whom."""

    line: BookLine
    receipt: str
    what: Bilingual
    who: Bilingual


@dataclass(frozen=True, slots=True)
class DayLines:
    """The text key of a total, its sum, the entries behind it, and the day's label."""

    key: str
    total_pt: int
    lines: Sequence[DayLine]
    day: str


class DayLinesPage(DataPage[DayLines]):
    """The page of the lines behind a total: when, which receipt, what, who, how much. F9 prints; a request opens."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageLines", language, "lines.title")
        self.sum, self.count = Text(role="huge"), Text(role="hint")
        self.first_widget = self.table = self.rows("linesTable", "lines.title", LINE_COLUMNS, 2, figures=(4,))
        self.empty = self.paragraph("lines.empty")
        self.primary = self.primary_button("list.open", self.table.open)
        self.paper = self.button("printButton", "lines.print", "F9", icon="print")
        self.back_button("lines.back")
        card = Card(self.caption("paper.total"), self.sum, self.count, 1)
        self.arrange(self.empty, (self.table, 1), context=card, actions=(self.paper,))

    @override
    def show_data(self, data: DayLines) -> None:
        self.entitle(self.say(data.key), show.business_day(self.language, data.day))
        self.count.setText(self.say("day.lines", count=show.number(len(data.lines))))
        self.primary.wait_for(missing=not data.lines)
        self.table.setColumnHidden(len(LINE_COLUMNS) - 1, not any(one.line.reversed for one in data.lines))
        self.sum.setText(show.money(self.language, data.total_pt))
        self.table.fill(
            [
                (
                    show.clock(one.line.at_ms), show.isolate(one.receipt), self.of(one.what), self.of(one.who),
                    show.money(self.language, one.line.amount_pt),
                    self.say(f"state.{one.line.reversed}") if one.line.reversed else "",
                )
                for one in data.lines
            ],
            data.lines,
        )  # fmt: skip
        self.empty.setVisible(not data.lines)
