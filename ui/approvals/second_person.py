"""Who agrees: a second person's name and PIN, or, where that may be, that nobody is here to agree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.staff.two_person_rule import SecondWord
from protocol.texts import Language, say
from ui.approvals.person import Person, PinEdit
from ui.widgets.fields.choice_field import Combo
from ui.widgets.labels import Text

CENTRE: Final = "centre"
"""In the list, where nobody of the shop agrees."""


class SecondPerson(QWidget):
    """A list of people and a PIN. `waits`: "nobody is here" is one of the answers; `centre`: so is the centre."""

    entered = Signal()

    def __init__(self, language: Language, *, waits: bool, centre: bool = False) -> None:
        super().__init__()
        self.setProperty("ground", "none")
        self._waits, self._centre = waits, centre
        self._people: Sequence[Person] = ()
        self._who, self._code = Text(role="label"), Text(role="label")
        self.names = Combo("secondPerson")
        self.pin = PinEdit("secondPinEdit")
        self.pin.returnPressed.connect(self.entered)
        self._who.setBuddy(self.names)
        self._code.setBuddy(self.pin)
        self.names.currentIndexChanged.connect(lambda _row: self._turn())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self._who, self.names, self._code, self.pin):
            column.addWidget(widget)
        self.set_language(language)

    def set_people(self, people: Sequence[Person]) -> None:
        """Everybody but the one who works; whoever has no PIN yet cannot agree to anything. A new act: nobody has said
        yet that nobody is here.
        """
        self._people = [person for person in people if not person.fresh]
        self.pin.clear()
        self.names.clear()
        self.set_language(self._language)

    def set_language(self, language: Language) -> None:
        self._language = language
        self._who.setText(say(language, "second.who"))
        self._code.setText(say(language, "second.pin"))
        self.names.setAccessibleName(say(language, "second.who"))
        self.pin.setAccessibleName(say(language, "second.pin"))
        chosen = max(0, self.names.currentIndex())
        self.names.clear()
        for person in self._people:
            name = person.name_ar if language == "ar" else person.name_en
            self.names.addItem(f"{name} — {say(language, f'role.{person.role}')}", person.id)
        if self._waits or not self._people:
            self.names.addItem(say(language, "second.nobody"), "")
        if self._centre:
            self.names.addItem(say(language, "second.centre.ask"), CENTRE)
        self.names.setCurrentIndex(min(chosen, self.names.count() - 1))
        self._turn()

    def _turn(self) -> None:
        someone = self.names.currentData() not in ("", CENTRE, None)
        self._code.setVisible(someone)
        self.pin.setVisible(someone)

    def agreement(self) -> SecondWord:
        who = self.names.currentData() or ""
        if who == CENTRE:
            return SecondWord(asks_centre=True)
        return SecondWord(who, self.pin.text()) if who else SecondWord(waits=self._waits)
