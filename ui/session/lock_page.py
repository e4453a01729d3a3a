"""S11: hides everything and keeps the work; the same person comes back to the same field."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from protocol.override import override
from protocol.texts import Language
from ui.approvals.person import PinEdit
from ui.shell.base_page import Action, Page
from ui.widgets.cards import Card, picture
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold


class LockPage(Page):
    private = False
    entrance = True
    asked = Signal(str)
    sign_out_asked = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageLock", language, "lock.title")
        self._name = ("", "")
        card = Card()
        hold(card, width=560)
        self.name = Text(role="h2")
        head = QHBoxLayout()
        head.addWidget(picture("lock", "info", 32))
        head.addWidget(self.name, 1)
        card.column.addLayout(head)
        promise = Text(role="hint", wrap=True)
        self.word(promise.setText, "lock.promise")
        card.column.addWidget(promise)
        self.pin = PinEdit("unlockPinEdit")
        self.pin.returnPressed.connect(self.submit)
        self.labelled(card.column, self.pin, "signin.pin")
        self._buttons(card)
        self.centre(card)

    def _buttons(self, card: Card) -> None:
        self.primary, other = Button("primaryButton", "primary"), Button("signOutButton", "quiet")
        self.word(self.primary.word, "lock.do", "F10")
        self.word(other.word, "lock.other", "F12")
        self.primary.clicked.connect(self.submit)
        other.clicked.connect(self.sign_out_asked)
        card.column.addSpacing(8)
        card.column.addWidget(self.primary)
        card.column.addSpacing(16)
        card.column.addWidget(other)

    def set_name(self, name_ar: str, name_en: str) -> None:
        self._name = (name_ar, name_en)
        self.pin.clear()
        self.retold()

    @override
    def retold(self) -> None:
        self.name.setText(self._name[0] if self.language == "ar" else self._name[1])

    def submit(self) -> None:
        self.asked.emit(self.pin.text())

    @override
    def first(self) -> QWidget:
        return self.pin

    @override
    def commands(self) -> list[Action]:
        return [Action("F10", "lock.do", self.submit), Action("F12", "lock.other", self.sign_out_asked.emit)]
