"""How large the text is, how hard it stands out, and whether the citizen has a window: tried out at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell.base_page import Action, Page
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import SIZES, ScreenLook, hold


class DisplayPage(Page):
    private = False
    aside = True
    _screens = 1
    asked = Signal(object)
    citizen_asked = Signal(bool)
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageDisplay", language, "display.title")
        self.sizes = {size: QRadioButton() for size in SIZES}
        self.colours = {strong: QRadioButton() for strong in (False, True)}
        self.citizen = {wanted: QRadioButton() for wanted in (False, True)}
        looks, rest = Card(), Card()
        for card in (looks, rest):
            hold(card, width=460)
        self._group(looks, "display.size", self.sizes, self._choose)
        self._group(looks, "display.contrast", self.colours, self._choose)
        self._group(rest, "display.citizen", self.citizen, self._face)
        sample, self.where, kept = Text(wrap=True), Text(role="hint", wrap=True), Text(role="hint", wrap=True)
        back = Button("backButton")
        self.word(sample.setText, "display.sample")
        self.word(kept.setText, "display.kept")
        self.word(back.word, "key.back", "Esc")
        back.clicked.connect(self.left)
        looks.column.addWidget(sample)
        for widget in (self.where, kept, back):
            rest.column.addWidget(widget)
        rest.column.insertStretch(rest.column.indexOf(kept), 1)
        self.centre(looks, rest)
        self.retold()

    def _group(
        self, card: Card, heading: str, radios: Mapping[Any, QRadioButton], chosen: Callable[[], None]
    ) -> None:  # fmt: skip
        """Radios of which one is chosen, under their heading."""
        label, group = Text(role="h2"), QButtonGroup(self)
        self.word(label.setText, heading)
        card.column.addWidget(label)
        for value, radio in radios.items():
            radio.setObjectName(f"{heading}_{int(value)}")
            radio.clicked.connect(chosen)
            group.addButton(radio)
            card.column.addWidget(radio)

    def set_look(self, look: ScreenLook) -> None:
        self.sizes[look.text].setChecked(True)
        self.colours[look.contrast].setChecked(True)

    def set_citizen(self, *, wanted: bool, screens: int) -> None:
        """Whether a window faces the citizen, and how many screens there are to show it on."""
        self.citizen[wanted].setChecked(True)
        self._screens = screens
        self.retold()

    @override
    def retold(self) -> None:
        for size, radio in self.sizes.items():
            radio.setText(self.say("display.percent", percent=isolate(str(size))))
        for strong, radio in self.colours.items():
            radio.setText(self.say("display.strong" if strong else "display.normal"))
        for wanted, radio in self.citizen.items():
            radio.setText(self.say("display.citizen.on" if wanted else "display.citizen.off"))
        for radio in (*self.sizes.values(), *self.colours.values(), *self.citizen.values()):
            radio.setAccessibleName(radio.text())
        self.where.setText(self.say("display.citizen.two" if self._screens > 1 else "display.citizen.one"))

    def _choose(self) -> None:
        size = next(size for size, radio in self.sizes.items() if radio.isChecked())
        self.asked.emit(ScreenLook(size, self.colours[True].isChecked()))

    def _face(self) -> None:
        self.citizen_asked.emit(self.citizen[True].isChecked())

    @override
    def first(self) -> QWidget:
        return next(radio for radio in self.sizes.values() if radio.isChecked())

    @override
    def commands(self) -> list[Action]:
        return [Action("Esc", "key.back", self.left.emit)]
