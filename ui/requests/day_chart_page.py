"""The day's picture: how many requests in each hour and of each service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import DataPage
from ui.widgets import show
from ui.widgets.bar_chart import Bars
from ui.widgets.cards import Card
from ui.widgets.layouts import beside, fill


@dataclass(frozen=True, slots=True)
class DayChart:
    """Counts of one day: by hour (0 to 23, from the first to the last with any), by service (title), the most first."""

    day: str
    hours: Sequence[tuple[int, int]]
    services: Sequence[tuple[tuple[str, str], int]]


class DayChartPage(DataPage[DayChart]):
    """Requests of a day by hour and by service, drawn."""

    def __init__(self, language: Language) -> None:
        super().__init__("pagePicture", language, "picture.title")
        self.hours, self.services = Bars("chartHours"), Bars("chartServices")
        self.none = self.paragraph("picture.none")
        charts = ((self.hours, "picture.hours"), (self.services, "picture.services"))
        self._cards = [Card(self.label(bars, key, "h2"), bars, 1) for bars, key in charts]
        fill(self.body, self.none, (beside(*((card, 1) for card in self._cards)), 1))
        self.first_widget = self.back_button()
        fill(self.body, self.first_widget, 0, width=330)

    @override
    def show_data(self, data: DayChart) -> None:
        total = sum(count for _, count in data.hours)
        self.subtitle.setText(f"{self.say('list.found', n=total)} — {show.day(data.day)}")
        self.none.setVisible(not data.hours)
        for card in self._cards:
            card.setVisible(bool(data.hours))
        self.hours.set_bars([(show.number(f"{hour:02d}:00"), count) for hour, count in data.hours])
        self.services.set_bars([(self.of(title), count) for title, count in data.services])
