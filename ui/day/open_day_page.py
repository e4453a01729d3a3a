"""S2: the day begins with counted cash."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal

from kiosk.upkeep.updates.long_wait_question import LongWait
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.day.update_question import ANSWERS, UpdateQuestion
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.cards import Card
from ui.widgets.fields.line_edit import MoneyEdit
from ui.widgets.layouts import Space, beside
from ui.widgets.push_button import Button


class OpenDayPage(Page):
    asked = Signal(object)  # piastres: Qt's int has 32 bits

    def __init__(self, language: Language) -> None:
        super().__init__("pageOpenDay", language, "day.title")
        self._day = ""
        self.first_widget = self.cash = MoneyEdit("openingEdit", big=True)
        self.primary = self.button(Button("primaryButton", "primary"), "day.do", "F10", self.submit)
        label, hint = self.label(self.cash, "day.cash"), self.paragraph("day.hint")
        self.centre(Card(label, self.cash, hint, Space(8), self.primary, width=680))
        self.ask = UpdateQuestion()
        self.body.insertLayout(0, beside(1, self.ask, 1, gap=None, width=680))
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
            self.asked.emit(self.cash.piastres())
        except Refused as error:
            self.fail(error, self.cash)

    @override
    def commands(self) -> list[Action]:
        answers = ANSWERS if self.ask.found is not None else ()
        asked = [Action(key, "", partial(self.ask.answered.emit, answer)) for answer, key in answers]
        return [*super().commands(), *asked]
