"""The computer's date and time, shown large, for a person to say whether they are right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Action, Page
from ui.widgets import show
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class ClockPage(Page):
    confirmed = Signal()
    left = Signal()
    forced = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageClock", language, "clock.title")
        self._doubt: KioskError | None = None
        card = Card()
        hold(card, width=640)
        self.shown, self.why, self.act = Text(role="h1", wrap=True), Text(wrap=True), Text(role="hint", wrap=True)
        self.primary, self.other = Button("clockRightButton", "primary"), Button("clockLaterButton", "quiet")
        self.word(self.primary.word, "clock.right", "F10")
        self.word(self.other.word, "clock.wrong", "Esc")
        self.primary.clicked.connect(self.confirmed)
        self.other.clicked.connect(self.left)
        for widget in (self.shown, self.why, self.act):
            card.column.addWidget(widget)
        card.column.addSpacing(16)
        for button in (self.primary, self.other):
            card.column.addWidget(button)
        self.centre(card)

    def set_doubt(self, doubt: KioskError) -> None:
        """What is doubted; a time that cannot be right is only shown, not asked about."""
        self._doubt = doubt
        self.primary.setVisible(doubt.code != "clock_behind")
        self.retold()

    @override
    def retold(self) -> None:
        if self._doubt is not None:
            what, why, what_to_do = show.explained(self.language, self._doubt)
            self.shown.setText(what)
            self.why.setText(why)
            self.act.setText(what_to_do)

    @override
    def first(self) -> QWidget:
        return self.other  # Enter confirms nothing that nobody has read

    @override
    def commands(self) -> list[Action]:
        right = [] if self.primary.isHidden() else [Action("F10", "clock.right", self.confirmed.emit)]
        return [*right, Action("Esc", "clock.wrong", self.left.emit)]
