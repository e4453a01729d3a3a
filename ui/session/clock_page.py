"""The computer's date and time, shown large, for a person to say whether they are right."""

from __future__ import annotations

from PySide6.QtCore import Signal

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import Page
from ui.widgets import show
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import Space
from ui.widgets.push_button import Button


class ClockPage(Page):
    confirmed = Signal()
    forced = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageClock", language, "clock.title")
        self._doubt: KioskError | None = None
        self.shown, self.why, self.act = Text(role="h1", wrap=True), Text(wrap=True), Text(role="hint", wrap=True)
        self.primary = self.button(Button("clockRightButton", "primary"), "clock.right", "F10", self.confirmed.emit)
        self.other = self.button(Button("clockLaterButton", "quiet"), "clock.wrong", "Esc", self.left.emit)
        self.first_widget = self.other  # Enter confirms nothing that nobody has read
        self.centre(Card(self.shown, self.why, self.act, Space(16), self.primary, self.other, width=640))

    def set_doubt(self, doubt: KioskError) -> None:
        """What is doubted; a time that cannot be right is only shown, not asked about."""
        self._doubt = doubt
        self.primary.setVisible(doubt.code != "clock_behind")
        self.retold()

    @override
    def retold(self) -> None:
        if self._doubt is not None:
            said = show.explained(self.language, self._doubt)
            for label, text in zip((self.shown, self.why, self.act), said, strict=True):
                label.setText(text)
