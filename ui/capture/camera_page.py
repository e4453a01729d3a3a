"""A paper before the camera: what it sees, and F10 to take it. What was taken is looked at like every other picture."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from protocol.errors import Unavailable
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.capture.crop_preview import Preview
from ui.shell.base_page import Action, Page
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import hold

SIDE_PX = 380


class CameraPage(Page):
    """It asks for pictures while it is on top (`looking`), for none behind a lock or another screen (`resting`)."""

    looking, resting = Signal(), Signal()
    taken = Signal(object)
    left = Signal()
    another = Signal()
    """Where there are several: through the next one."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageCamera", language, "camera.title")
        self._picture = QImage()
        self._failed = False
        self._several = False
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
        self.which, self.other = Text(role="hint", wrap=True), Button("otherButton")
        self.primary.clicked.connect(self.press)
        self.word(self.other.word, "camera.another", "F5")
        self.other.clicked.connect(self._take_another)
        self.word(back.word, "key.back", "Esc")
        back.clicked.connect(self.left)
        for widget in (self.how, self.which, self.primary, self.other, back):
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

    def name(self, camera: str, *, several: bool) -> None:
        """The camera that is looked through, and whether there are others."""
        self.which.setText(isolate(camera))
        self._several = several
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
        self.which.setVisible(self._several)
        self.other.setVisible(self._several)

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

    def _take_another(self) -> None:
        self._drop()
        self._failed = False
        self.calm()
        self.retold()
        self.another.emit()

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
        other = [Action("F5", "camera.another", self._take_another)] if self._several else []
        return [Action("F10", self._word(), self.press), *other, Action("Esc", "key.back", self.left.emit)]
