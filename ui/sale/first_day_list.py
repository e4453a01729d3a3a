"""Somebody's first day at this till: four steps, done in any order, gone with the first sale.

It stands in place of the day's figures, of which there are none yet, and in nobody's way: no step has to be done.
"""

from __future__ import annotations

from typing import Final, Literal, get_args

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from ui.sale.home_shown import FirstDay
from ui.sale.home_tiles import CHIP_PX, Face, FittedName
from ui.widgets import KeyCap, ShowsData, fill, restyle, reveal, stacked
from ui.widgets.steps import Dot, State

Step = Literal["open", "practise", "print", "sell"]
KEYS: Final[dict[Step, str]] = {"practise": "F1", "print": "Alt+9"}


class StepRow(Face):
    """A step: its number or its tick, what it is, and how it is done."""

    def __init__(self, number: int, step: Step) -> None:
        super().__init__(f"firstDay_{step}", "step", grows=True)
        self._dot = Dot(number)
        self.name, self.how = FittedName(1), FittedName(1, "hint", end=True)
        self._cap = KeyCap(KEYS.get(step, ""))
        parts = self._dot, (self.name, 4), (self.how, 5), self._cap
        fill(QHBoxLayout(self), *parts, gap=10).setContentsMargins(10, 0, 10, 0)
        self._lay()

    @override
    def minimumSizeHint(self) -> QSize:
        return super().minimumSizeHint().expandedTo(QSize(0, CHIP_PX))

    sizeHint = minimumSizeHint

    def tell(self, name: str, how: str, state: State, aloud: str, *, key: bool) -> None:
        """`aloud` is the state in words, `key` whether its key leads there now."""
        reveal(key and self._cap.text(), self._cap)
        self.name.setText(name)
        self.how.setText(how)
        self._dot.tell(state)
        restyle(self, "step", state)
        self.setAccessibleName(f"{name}. {how} {self._cap.text() if key else ''}".strip())
        self.setAccessibleDescription(aloud)


class FirstDayList(ShowsData[FirstDay], QWidget):
    """The list of the four steps of a first day. `asked`: somebody wants to do that step."""

    asked = Signal(str)

    def __init__(self, language: Language) -> None:
        super().__init__(language)
        self.setObjectName("firstDay")
        self.title = FittedName(1, "h2")
        self.word(self.title.setText, "first_day.title")
        self.steps: dict[Step, StepRow] = {step: StepRow(number, step) for number, step in enumerate(get_args(Step), 1)}
        for step, row in self.steps.items():
            row.clicked.connect(lambda _checked=False, step=step: self.asked.emit(step))
        rows = stacked(*((row, 1) for row in self.steps.values()), gap=8)
        column = fill(QVBoxLayout(self), self.title, (rows, 1), gap=4)  # at 130 % the card has no dot to spare
        column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    @override
    def show_data(self, data: FirstDay) -> None:
        following = next(step for step in self.steps if step not in data.done)
        for step, row in self.steps.items():
            state: State = "done" if step in data.done else "now" if step == following else "to come"
            aloud = self.say(f"first_day.is.{state.replace(' ', '_')}")
            now = ".now" if step == "practise" and data.practising else ""
            row.tell(self.say(f"first_day.{step}"), self.say(f"first_day.{step}.how{now}"), state, aloud, key=not now)
