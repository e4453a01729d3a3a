"""The page that opens the day, with counted cash."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final, Literal

from PySide6.QtCore import Signal

from kiosk.upkeep.updates.update_standing import LongWait
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from protocol.values.money import format_pt, readings_pt
from ui.shell import Page
from ui.widgets import Card, MoneyEdit, Text, Translated, beside, fill, group, picture, reveal, show
from ui.widgets.even_row import EvenRow

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
        fill(
            self.column,
            head,
            self.paragraph("update.ask.more"),
            EvenRow(*self.buttons.values()),
        )
        self.hide()

    def ask(self, found: LongWait | None) -> None:
        """None: there is nothing to ask, or it was answered."""
        self.found = found
        reveal(found is not None, self)
        self.retold()

    @override
    def retold(self) -> None:
        if self.found is not None:
            days = self.found.days
            self._what.setText(self.say("update.ask", version=self.found.version, n=days, days=days))


GOES: Final = (("cash", "day.goes.counted"), ("edit", "day.goes.mended"), ("person", "day.goes.served"))
READING_KEYS: Final = ("Alt+1", "Alt+2")
"""The question about a version waits until the amount is clear."""


class OpenDayPage(Page):
    """The cash that the day begins with is typed here."""

    asked = Signal(object)  # piastres: Qt's int has 32 bits

    def __init__(self, language: Language) -> None:
        super().__init__("pageOpenDay", language, "day.title")
        self._day = ""
        self._readings: Sequence[int] = ()
        self.first_widget = self.cash = MoneyEdit("openingEdit", big=True)
        self.word(self.cash.setAccessibleDescription, "day.hint")
        self.cash.textChanged.connect(lambda _text: self._ask_which(()))
        self.primary = self.primary_button("day.do", self.submit)
        self.readings = [
            self.button(f"reading{n}", "day.which", key, partial(self._take, n), icon="cash")
            for n, key in enumerate(READING_KEYS)
        ]
        self._which = group(self.caption("day.which", "strong"), EvenRow(*self.readings))
        self._end = self.back_button("practice.stop")
        self._lesson = Card(self.caption("practice.here"), self.paragraph("practice.here.more"), 1)
        self.question = self.follow(UpdateQuestion(language))
        for answer, key in ANSWERS:
            self.command(key, "", self.question.buttons[answer].click, lambda: self.question.isVisibleTo(self))
        self._hint = self.paragraph("day.hint")
        drawer = Card(self.label(self.cash, "day.cash"), self.cash, self._which, self._hint)
        lines = [beside(picture(icon, "accent_ink"), (self.paragraph(key), 1)) for icon, key in GOES]
        self._goes = Card(self.caption("day.goes", "label"), *lines)
        content = drawer, self.question, self._goes, 1  # what is needed comes before what may wait
        self.arrange(*content, context=self._lesson)
        self._ask_which(())

    def set_practice(self, *, on: bool) -> None:
        """A lesson is left from here; a real day is begun, or nothing is."""
        reveal(on, self._end, self._lesson)

    def ask_update(self, found: LongWait | None) -> None:
        """When a version that waits is installed; None: there is nothing to ask."""
        self.question.ask(found)
        self._ask_which(self._readings)

    def set_day(self, label: str, *, again: bool) -> None:
        """The day that would be opened, its cash still to be counted; `again`: its date was opened and closed before,
        and that is said first.
        """
        self._day = label
        self.cash.clear()
        self.retold()
        if again:
            self.show_notice("wait", "day.again", "day.again.do", day=show.business_day(self.language, label))

    @override
    def retold(self) -> None:
        self.subtitle.setText(show.business_day(self.language, self._day))
        self._ask_which(self._readings)

    def submit(self) -> None:
        try:
            self.asked.emit(self.cash.piastres())
        except Refused as error:
            self.fail(error, self.cash)
            self._ask_which(readings_pt(self.cash.text()))
            if self._readings:
                self.show_notice("act", "day.which.two", "day.which.choose")

    # ---- an amount that can be read in two ways

    def _ask_which(self, readings: Sequence[int]) -> None:
        """Each way it can be read has a button; none is the usual one."""
        self._readings = readings
        self._which.setVisible(bool(readings))
        self._hint.setVisible(not readings)
        reveal(self.question.found is not None and not readings, self.question)
        reveal(self.question.found is None and not readings, self._goes)
        for place, button in enumerate(self.readings):
            button.setVisible(place < len(readings))
            if place < len(readings):
                button.word(show.money(self.language, readings[place]), READING_KEYS[place])
        wanting = "day.first.which" if readings else "" if self.cash.text().strip() else "amount.first"
        self.primary.wait_for(self.say(wanting) if wanting else "")

    def _take(self, place: int) -> None:
        self.cash.setText(format_pt(self._readings[place], grouping=False))
        self.calm()
        self.cash.setFocus()
