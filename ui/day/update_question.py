"""A version that has waited for long, over the page that opens the day: three answers, and none is waited for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from kiosk.upkeep.updates.long_wait_question import LongWait
from ui.widgets.cards import Card, picture
from ui.widgets.labels import Text
from ui.widgets.push_button import Button

Answer = Literal["now", "evening", "tomorrow"]
ANSWERS: Final[tuple[tuple[Answer, str], ...]] = (("now", "Alt+1"), ("evening", "Alt+2"), ("tomorrow", "Alt+3"))


class UpdateQuestion(Card):
    answered = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("askUpdate")
        self.found: LongWait | None = None
        self._what, self._more = Text(role="strong", wrap=True), Text(role="hint", wrap=True)
        head, row = QHBoxLayout(), QHBoxLayout()
        head.addWidget(picture("up", "info"))
        head.addWidget(self._what, 1)
        self.buttons = {answer: Button(f"{answer}Button") for answer, _ in ANSWERS}
        for answer, button in self.buttons.items():
            button.clicked.connect(lambda _checked=False, it=answer: self.answered.emit(it))
            row.addWidget(button)
        row.addStretch(1)
        self.column.addLayout(head)
        self.column.addWidget(self._more)
        self.column.addLayout(row)
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
