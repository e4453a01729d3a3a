"""A paper before the camera: what it sees, and F10 to take it. What was taken is looked at like every other picture."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.errors import Unavailable
from kiosk.override import override
from kiosk.texts import Language
from ui.pages.page import Action, Page
from ui.parts.box import Card
from ui.parts.button import Button
from ui.parts.preview import Preview
from ui.parts.text import Text
from ui.theme import hold

SIDE_PX = 380


class CameraPage(Page):
    """It asks for pictures while it is on top (`looking`), for none behind a lock or another screen (`resting`)."""

    looking, resting = Signal(), Signal()
    taken = Signal(object)
    left = Signal()

    def __init__(self, language: Language) -> None:
        super().__init__("pageCamera", language, "camera.title")
        self._picture = QImage()
        self._failed = False
        card, self.finder = Card(), Preview()
        self.word(self.finder.setAccessibleName, "camera.title")
        card.column.addWidget(self.finder, 1)
        row = QHBoxLayout()
        row.setSpacing(20)
        row.addWidget(card, 1)
        row.addLayout(self._side())
        self.body.addLayout(row, 1)
        self.retold()

    def _side(self) -> QVBoxLayout:
        side = QVBoxLayout()
        side.setSpacing(12)
        self.how, self.primary, back = Text(wrap=True), Button("primaryButton", "primary"), Button("backButton")
        self.primary.clicked.connect(self.press)
        self.word(back.word, "key.back", "Esc")
        back.clicked.connect(self.left)
        for widget in (self.how, self.primary, back):
            hold(widget, width=SIDE_PX)
            side.addWidget(widget)
        side.addStretch(1)
        return side

    # ---- data in

    def see(self, picture: QImage) -> None:
        first, self._picture = self._picture.isNull(), picture
        self.finder.show_image(picture)
        if first:
            self._failed = False
            self.calm()
            self.retold()

    def fail_for(self, reason: str) -> None:
        """There is no picture, and why."""
        self._drop()
        self._failed = True
        self.fail(Unavailable("camera", reason=reason))
        self.retold()

    def _drop(self) -> None:
        """Nothing of a paper stays behind the page."""
        self._picture = QImage()
        self.finder.show_image(self._picture)

    @override
    def retold(self) -> None:
        self.primary.word(self.say(self._word()), "F10")
        self.how.setText(self.say("camera.starting" if self._picture.isNull() else "camera.how"))
        self.how.setVisible(not self._failed)

    def _word(self) -> str:
        return "camera.again" if self._failed else "camera.take"

    # ---- meaning out

    def press(self) -> None:
        if self._failed:
            self._failed = False
            self.calm()
            self.retold()
            self.looking.emit()
        elif not self._picture.isNull():
            self.taken.emit(self._picture)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._failed = False
        self.retold()
        self.looking.emit()

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.resting.emit()
        self._drop()

    @override
    def first(self) -> QWidget:
        return self.primary

    @override
    def commands(self) -> list[Action]:
        return [Action("F10", self._word(), self.press), Action("Esc", "key.back", self.left.emit)]
