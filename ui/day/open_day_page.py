"""S2: the day begins with counted cash."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import Signal

from kiosk.upkeep.updates.update_permission import LongWait
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.cards import Card, picture
from ui.widgets.fields.line_edit import MoneyEdit
from ui.widgets.labels import Text
from ui.widgets.layouts import Space, beside, fill
from ui.widgets.push_button import Button

Answer = Literal["now", "evening", "tomorrow"]
ANSWERS: Final[tuple[tuple[Answer, str], ...]] = (("now", "Alt+1"), ("evening", "Alt+2"), ("tomorrow", "Alt+3"))


class UpdateQuestion(Card):
    """A version that has waited for long: three answers, and none is waited for."""

    answered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._what, self._more = Text(role="strong", wrap=True), Text(role="hint", wrap=True)
        self.buttons = {answer: Button(f"{answer}Button") for answer, _ in ANSWERS}
        head = beside(picture("up", "info"), (self._what, 1), gap=None)
        fill(self.column, head, self._more, beside(*self.buttons.values(), 1, gap=None))
        self.setObjectName("askUpdate")
        self.found: LongWait | None = None
        for answer, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, it=answer: self.answered.emit(it))
        self.hide()

    def show_found(self, found: LongWait | None, say: Callable[..., str]) -> None:
        """None: there is nothing to ask, or it was answered."""
        self.found = found
        self.setVisible(found is not None)
        if found is not None:
            self._what.setText(say("update.ask", version=found.version, n=found.days, days=found.days))
            self._more.setText(say("update.ask.more"))
        for answer, key in ANSWERS:
            self.buttons[answer].word(say(f"update.ask.{answer}"), key)


class OpenDayPage(Page):
    """The cash that the day begins with is typed here."""

    asked = Signal(object)  # piastres: Qt's int has 32 bits

    def __init__(self, language: Language) -> None:
        super().__init__("pageOpenDay", language, "day.title")
        self._day = ""
        self.first_widget = self.cash = MoneyEdit("openingEdit", big=True)
        self.primary = self.button(Button("primaryButton", "primary"), "day.do", "F10", self.submit)
        label, hint = self.label(self.cash, "day.cash"), self.paragraph("day.hint")
        self.centre(Card(label, self.cash, hint, Space(8), self.primary, width=680))
        self.ask = UpdateQuestion()
        for answer, key in ANSWERS:
            self.command(key, "", partial(self.ask.answered.emit, answer), lambda: self.ask.found is not None)
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
