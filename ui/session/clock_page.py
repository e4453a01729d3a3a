"""The computer's date and time, shown large, for a person to say whether they are right."""

from __future__ import annotations

from protocol.errors import KioskError
from protocol.override import override
from protocol.texts import Language
from ui.shell.base_page import DataPage
from ui.widgets import show
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import Space
from ui.widgets.push_button import Button


class ClockPage(DataPage[KioskError]):
    """The computer's time, to be confirmed."""

    forced = True

    def __init__(self, language: Language) -> None:
        super().__init__("pageClock", language, "clock.title")
        self.shown, self.why, self.act = Text(role="h1", wrap=True), Text(wrap=True), Text(role="hint", wrap=True)
        self.primary = self.button(Button("clockRightButton", "primary"), "clock.right", "F10")
        self.other = self.button(Button("clockLaterButton", "quiet"), "clock.wrong", "Esc", self.left.emit)
        self.first_widget = self.other  # Enter confirms nothing that nobody has read
        self.centre(Card(self.shown, self.why, self.act, Space(16), self.primary, self.other, width=640))

    @override
    def show_data(self, data: KioskError) -> None:
        """What is doubted; a time that cannot be right is only shown, not asked about."""
        self.primary.setVisible(data.code != "clock_behind")
        said = show.explained(self.language, data)
        for label, text in zip((self.shown, self.why, self.act), said, strict=True):
            label.setText(text)
