"""A version that has waited for long, over the page that opens the day: three answers, and none is waited for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import Signal

from kiosk.upkeep.updates.long_wait_question import LongWait
from ui.widgets.cards import Card, picture
from ui.widgets.labels import Text
from ui.widgets.layouts import beside, fill
from ui.widgets.push_button import Button

Answer = Literal["now", "evening", "tomorrow"]
ANSWERS: Final[tuple[tuple[Answer, str], ...]] = (("now", "Alt+1"), ("evening", "Alt+2"), ("tomorrow", "Alt+3"))


class UpdateQuestion(Card):
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
