"""S2: the day begins with counted cash."""

from __future__ import annotations

from functools import partial
from typing import Final, Literal

from PySide6.QtCore import Signal

from kiosk.upkeep.updates.update_standing import LongWait
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.shell import Page
from ui.widgets import Card, MoneyEdit, Text, Translated, picture, show
from ui.widgets.layouts import Space, beside, fill

Answer = Literal["now", "evening", "tomorrow"]
ANSWERS: Final[tuple[tuple[Answer, str], ...]] = (("now", "Alt+1"), ("evening", "Alt+2"), ("tomorrow", "Alt+3"))


class UpdateQuestion(Translated, Card):
    """A version that has waited for long: three answers, and none is waited for."""

    answered = Signal(str)
    found: LongWait | None = None

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setObjectName("askUpdate")
        self._what = Text(role="strong", wrap=True)
        self.buttons = {
            answer: self.button(f"{answer}Button", f"update.ask.{answer}", key, partial(self.answered.emit, answer))
            for answer, key in ANSWERS
        }
        head = beside(picture("up", "info"), (self._what, 1), gap=None)
        fill(self.column, head, self.paragraph("update.ask.more"), beside(*self.buttons.values(), 1, gap=None))
        self.hide()

    def ask(self, found: LongWait | None) -> None:
        """None: there is nothing to ask, or it was answered."""
        self.found = found
        self.setVisible(found is not None)
        self.retold()

    @override
    def retold(self) -> None:
        if self.found is not None:
            days = self.found.days
            self._what.setText(self.say("update.ask", version=self.found.version, n=days, days=days))


class OpenDayPage(Page):
    """The cash that the day begins with is typed here."""

    asked = Signal(object)  # piastres: Qt's int has 32 bits

    def __init__(self, language: Language) -> None:
        super().__init__("pageOpenDay", language, "day.title")
        self._day = ""
        self.first_widget = self.cash = MoneyEdit("openingEdit", big=True)
        self.primary = self.primary_button("day.do", self.submit)
        label, hint = self.label(self.cash, "day.cash"), self.paragraph("day.hint")
        self.centre(Card(label, self.cash, hint, Space(8), self.primary, width=680))
        self.question = self.follow(UpdateQuestion(language))
        for answer, key in ANSWERS:
            self.command(key, "", self.question.buttons[answer].click, lambda: self.question.found is not None)
        self.body.insertLayout(0, beside(1, self.question, 1, gap=None, width=680))

    def set_day(self, label: str, *, again: bool) -> None:
        """The day that would be opened, its cash still to be counted; `again`: its date was opened and closed before,
        and that is said first.
        """
        self._day = label
        self.cash.clear()
        self.retold()
        if again:
            self.show_notice("wait", "day.again", "day.again.do", day=show.day(label))

    @override
    def retold(self) -> None:
        self.subtitle.setText(show.day(self._day))

    def submit(self) -> None:
        try:
            self.asked.emit(self.cash.piastres())
        except Refused as error:
            self.fail(error, self.cash)
