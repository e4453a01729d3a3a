"""S2: the day begins with counted cash."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.upkeep.updates.long_wait_question import LongWait
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.day.update_question import ANSWERS, UpdateQuestion
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.cards import Card
from ui.widgets.fields.money_edit import MoneyEdit
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class OpenDayPage(Page):
    asked = Signal(object)  # piastres: Qt's int has 32 bits

    def __init__(self, language: Language) -> None:
        super().__init__("pageOpenDay", language, "day.title")
        self._day = ""
        card = Card()
        hold(card, width=680)
        hint = Text(role="hint", wrap=True)
        self.word(hint.setText, "day.hint")
        self.cash = MoneyEdit("openingEdit", big=True)
        self.labelled(card.column, self.cash, "day.cash")
        self.primary = Button("primaryButton", "primary")
        self.word(self.primary.word, "day.do", "F10")
        self.primary.clicked.connect(self.submit)
        card.column.addWidget(hint)
        card.column.addSpacing(8)
        card.column.addWidget(self.primary)
        self.ask = UpdateQuestion()
        hold(self.ask, width=680)
        self.centre(card)
        above = QHBoxLayout()
        above.addStretch(1)
        above.addWidget(self.ask)
        above.addStretch(1)
        self.body.insertLayout(0, above)
        self.ask_update(None)

    def ask_update(self, found: LongWait | None) -> None:
        """Of a version that has waited for long; the cash stays where the keys go."""
        self.ask.show_found(found, self.say)

    def set_day(self, label: str, *, again: bool) -> None:
        """The day that would be opened, its cash still to be counted; `again`: its date was opened and closed before,
        and that is said first.
        """
        self._day = label
        self.cash.clear()
        self.retold()
        if again:
            self.note("wait", "day.again", "day.again.do", day=show.day(label))

    @override
    def retold(self) -> None:
        self.subtitle.setText(show.day(self._day))
        self.ask.show_found(self.ask.found, self.say)

    def submit(self) -> None:
        try:
            opening = self.cash.piastres()
        except Refused as error:
            self.fail(error)
            self.cash.setFocus()
            return
        self.asked.emit(opening)

    @override
    def first(self) -> QWidget:
        return self.cash

    @override
    def commands(self) -> list[Action]:
        answers = ANSWERS if self.ask.found is not None else ()
        asked = [Action(key, "", partial(self.ask.answered.emit, answer)) for answer, key in answers]
        return [Action("F10", "day.do", self.submit), *asked]
