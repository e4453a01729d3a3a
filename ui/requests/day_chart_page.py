"""The day's picture: how many requests in each hour and of each service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.bar_chart import Bars
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


@dataclass(frozen=True, slots=True)
class DayChart:
    """Counts of one day: by hour (0 to 23, from the first to the last with any), by service (title), the most first."""

    day: str
    hours: Sequence[tuple[int, int]]
    services: Sequence[tuple[tuple[str, str], int]]


class DayChartPage(Page):
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pagePicture", language, "picture.title")
        self._picture: DayChart | None = None
        self.hours, self.services = Bars("chartHours"), Bars("chartServices")
        self.none = Text(role="hint", wrap=True)
        self.word(self.none.setText, "picture.none")
        self.back = Button("backButton")
        self.word(self.back.word, "key.back", "Esc")
        hold(self.back, width=330)
        self.back.clicked.connect(self.left)
        self._cards: list[Card] = []
        row = QHBoxLayout()
        row.setSpacing(20)
        for bars, key in ((self.hours, "picture.hours"), (self.services, "picture.services")):
            card, heading = Card(), Text(role="h2")
            self.word(heading.setText, key)
            self.word(bars.setAccessibleName, key)
            card.column.addWidget(heading)
            card.column.addWidget(bars)
            card.column.addStretch(1)
            row.addWidget(card, 1)
            self._cards.append(card)
        self.body.addWidget(self.none)
        self.body.addLayout(row, 1)
        self.body.addWidget(self.back)
        self.body.addStretch(0)

    def set_picture(self, picture: DayChart) -> None:
        self._picture = picture
        self.retold()

    @override
    def retold(self) -> None:
        picture = self._picture
        if picture is None:
            return
        place = 0 if self.language == "ar" else 1
        self.subtitle.show()
        total = sum(count for _, count in picture.hours)
        self.subtitle.setText(f"{self.say('list.found', n=total)} — {show.day(picture.day)}")
        self.none.setVisible(not picture.hours)
        for card in self._cards:
            card.setVisible(bool(picture.hours))
        self.hours.set_bars([(show.number(f"{hour:02d}:00"), count) for hour, count in picture.hours])
        self.services.set_bars([(title[place], count) for title, count in picture.services])

    @override
    def first(self) -> QWidget:
        return self.back

    @override
    def commands(self) -> list[Action]:
        return [Action("Esc", "key.back", self.left.emit)]
