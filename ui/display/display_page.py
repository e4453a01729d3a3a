"""How large the text is, how hard it stands out, and whether the citizen has a window: tried out at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QWidget

from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.shell import Page
from ui.widgets import Card, Space, Text, beside
from ui.widgets.theme import SIZES, ScreenLook


class DisplayPage(Page):
    """Text size, contrast and the citizen's window are chosen here."""

    private = False
    aside = True
    no_primary = "every choice is worn at once"
    _screens = 1
    asked = Signal(object)
    citizen_asked = Signal(bool)
    sound_asked = Signal(bool)

    def __init__(self, language: Language) -> None:
        super().__init__("pageDisplay", language, "display.title")
        self.sizes = {size: QRadioButton() for size in SIZES}
        self.colours = {strong: QRadioButton() for strong in (False, True)}
        self.citizen = {wanted: QRadioButton() for wanted in (False, True)}
        self.sound = {wanted: QRadioButton() for wanted in (False, True)}
        self.where = Text(role="hint", wrap=True)
        sizes = self._group("display.size", self.sizes, self._choose)
        colours = self._group("display.contrast", self.colours, self._choose)
        citizen = self._group("display.citizen", self.citizen, self._face)
        sound = self._group("display.sound", self.sound, self._hear)
        sample = self.paragraph("display.sample", "body")
        self.rest("display.worn", "display.kept", icon="save")
        self.back_button()
        cards = beside((Card(*sizes, Space(8), *colours, 1), 1), (Card(*citizen, self.where, Space(8), *sound, 1), 1))
        self.arrange(cards, context=Card(self.caption("display.sample.title"), sample, 1))
        self.retold()

    def _group(self, heading: str, radios: Mapping[Any, QRadioButton], chosen: Callable[[], None]) -> list[QWidget]:
        """Radios of which one is chosen, under their heading."""
        group = QButtonGroup(self)
        for value, radio in radios.items():
            radio.setObjectName(f"{heading}_{int(value)}")
            radio.clicked.connect(chosen)
            group.addButton(radio)
        return [self.caption(heading), *radios.values()]

    def set_look(self, look: ScreenLook) -> None:
        self.sizes[look.text].setChecked(True)
        self.colours[look.contrast].setChecked(True)

    def set_citizen(self, *, wanted: bool, screens: int) -> None:
        """Whether a window faces the citizen, and how many screens there are to show it on."""
        self.citizen[wanted].setChecked(True)
        self._screens = screens
        self.retold()

    def set_sound(self, *, wanted: bool) -> None:
        self.sound[wanted].setChecked(True)

    @override
    def retold(self) -> None:
        for size, radio in self.sizes.items():
            radio.setText(self.say("display.percent", percent=isolate(str(size))))
        for strong, radio in self.colours.items():
            radio.setText(self.say("display.strong" if strong else "display.normal"))
        for wanted, radio in self.citizen.items():
            radio.setText(self.say("display.citizen.on" if wanted else "display.citizen.off"))
        for wanted, radio in self.sound.items():
            radio.setText(self.say("display.sound.on" if wanted else "display.sound.off"))
        radios = self.sizes, self.colours, self.citizen, self.sound
        for radio in (radio for group in radios for radio in group.values()):
            radio.setAccessibleName(radio.text())
        self.where.setText(self.say("display.citizen.two" if self._screens > 1 else "display.citizen.one"))

    def _choose(self) -> None:
        size = next(size for size, radio in self.sizes.items() if radio.isChecked())
        self.asked.emit(ScreenLook(size, self.colours[True].isChecked()))

    def _hear(self) -> None:
        self.sound_asked.emit(self.sound[True].isChecked())

    def _face(self) -> None:
        self.citizen_asked.emit(self.citizen[True].isChecked())

    @override
    def first(self) -> QWidget:
        return next(radio for radio in self.sizes.values() if radio.isChecked())
