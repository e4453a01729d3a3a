"""Beside the catalogue: the last request of this counter, and the sums of its day. Nothing personal."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Signal

from protocol.texts import Language, say
from protocol.values.arabic import isolate
from ui.widgets import show
from ui.widgets.cards import Card, Fact
from ui.widgets.labels import Text
from ui.widgets.push_button import Button


@dataclass(frozen=True, slots=True)
class Last:
    """The last request, without anything personal; `several`: its visit had more of them."""

    title: tuple[str, str]
    receipt: str
    total_pt: int
    several: bool = False


class LastCard(Card):
    """The same again, and its paper."""

    again_asked = Signal()
    reprint_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._heading, self._title = Text(role="h2"), Text(role="strong", wrap=True)
        self._receipt, self._total = Fact(), Fact()
        self._again, self._paper = Button("againButton"), Button("reprintButton")
        self._again.clicked.connect(self.again_asked)
        self._paper.clicked.connect(self.reprint_asked)
        for widget in (self._heading, self._title, self._receipt, self._total, self._again, self._paper):
            self.column.addWidget(widget)
        self.hide()

    def tell(self, language: Language, last: Last | None) -> None:
        self._heading.setText(say(language, "home.last"))
        self._receipt.label.setText(say(language, "receipt"))
        self._total.label.setText(say(language, "amount"))
        again = "home.again.visit" if last is not None and last.several else "home.again"
        self._again.word(say(language, again), "F2")
        self._paper.word(say(language, "print.copy"), "F9")
        if last is not None:
            self._title.setText(last.title[0 if language == "ar" else 1])
            self._receipt.value.setText(isolate(last.receipt))
            self._total.value.setText(show.money(language, last.total_pt))


class DayCard(Card):
    """How many requests, how much money, how much of it unsent."""

    def __init__(self) -> None:
        super().__init__()
        self._heading = Text(role="h2")
        self._count, self._taken, self._unsent = Fact("h2"), Fact("h2"), Fact("h2")
        for widget in (self._heading, self._count, self._taken, self._unsent):
            self.column.addWidget(widget)

    def tell(self, language: Language, day: tuple[int, int, int] | None) -> None:
        """`day`: requests, piastres, unsent requests."""
        self._heading.setText(say(language, "home.today"))
        for fact, key in ((self._count, "home.count"), (self._taken, "home.taken"), (self._unsent, "home.unsent")):
            fact.label.setText(say(language, key))
        if day is not None:
            self._count.value.setText(show.number(day[0]))
            self._taken.value.setText(show.money(language, day[1]))
            self._unsent.value.setText(show.number(day[2]))
