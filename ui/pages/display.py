"""How large the text is and how hard it stands out: tried out at once, on the whole window."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from kiosk.arabic import isolate
from kiosk.override import override
from kiosk.texts import Language
from ui.pages.page import Action, Page
from ui.parts.box import Card
from ui.parts.button import Button
from ui.parts.text import Text
from ui.theme import SIZES, Look, hold


class Display(Page):
    private = False
    asked = Signal(object)
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageDisplay", language, "display.title")
        card = Card()
        hold(card, width=560)
        self.sizes = {size: QRadioButton() for size in SIZES}
        self.colours = {strong: QRadioButton() for strong in (False, True)}
        for heading, radios in (("display.size", self.sizes), ("display.contrast", self.colours)):
            label, group = Text(role="h2"), QButtonGroup(self)
            self.word(label.setText, heading)
            card.column.addWidget(label)
            for value, radio in radios.items():
                radio.setObjectName(f"{heading}_{int(value)}")
                radio.clicked.connect(self._choose)
                group.addButton(radio)
                card.column.addWidget(radio)
        sample, kept, back = Text(wrap=True), Text(role="hint", wrap=True), Button("backButton")
        self.word(sample.setText, "display.sample")
        self.word(kept.setText, "display.kept")
        self.word(back.word, "key.back", "Esc")
        back.clicked.connect(self.left)
        for widget in (sample, kept, back):
            card.column.addWidget(widget)
        self.centre(card)
        self.retold()

    def set_look(self, look: Look) -> None:
        self.sizes[look.text].setChecked(True)
        self.colours[look.contrast].setChecked(True)

    @override
    def retold(self) -> None:
        for size, radio in self.sizes.items():
            radio.setText(self.say("display.percent", percent=isolate(str(size))))
        for strong, radio in self.colours.items():
            radio.setText(self.say("display.strong" if strong else "display.normal"))
        for radio in (*self.sizes.values(), *self.colours.values()):
            radio.setAccessibleName(radio.text())

    def _choose(self) -> None:
        size = next(size for size, radio in self.sizes.items() if radio.isChecked())
        self.asked.emit(Look(size, self.colours[True].isChecked()))

    @override
    def first(self) -> QWidget:
        return next(radio for radio in self.sizes.values() if radio.isChecked())

    @override
    def commands(self) -> list[Action]:
        return [Action("Esc", "key.back", self.left.emit)]
