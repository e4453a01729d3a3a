"""A paper before the camera: what it sees, and F10 to take it. What was taken is looked at like every other picture."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QImage, QShowEvent

from protocol.errors import Unavailable
from protocol.override import override
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.capture.crop_preview import Preview
from ui.shell.base_page import Page
from ui.widgets.cards import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import beside, stacked
from ui.widgets.push_button import Button

SIDE_PX = 380


class CameraPage(Page):
    """It asks for pictures while it is on top (`looking`), for none behind a lock or another screen (`resting`)."""

    looking, resting = Signal(), Signal()
    taken = Signal(object)
    another = Signal()
    """Where there are several: through the next one."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageCamera", language, "camera.title")
        self._picture = QImage()
        self._failed = False
        self._several = False
        self.finder = Preview()
        self.word(self.finder.setAccessibleName, "camera.title")
        self.how, self.which = Text(wrap=True), Text(role="hint", wrap=True)
        self.primary = self.button(Button("primaryButton", "primary"), "camera.take", "F10", self.press)
        self.first_widget = self.primary
        self.other = self.button("otherButton", "camera.another", "F5", self._take_another)
        side = stacked(self.how, self.which, self.primary, self.other, self.back_button(), 1, width=SIDE_PX)
        self.body.addLayout(beside((Card((self.finder, 1)), 1), side), 1)
        self.retold()

    # ---- data in

    def see(self, picture: QImage) -> None:
        first, self._picture = self._picture.isNull(), picture
        self.finder.show_image(picture)
        if first:
            self._begin()

    def _begin(self) -> None:
        """Nothing has failed yet."""
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
        self.reword(self.primary, "camera.again" if self._failed else "camera.take")
        self.how.setText(self.say("camera.starting" if self._picture.isNull() else "camera.how"))
        self.how.setVisible(not self._failed)
        self.which.setVisible(self._several)
        self.other.setVisible(self._several)

    # ---- meaning out

    def press(self) -> None:
        if self._failed:
            self._begin()
            self.looking.emit()
        elif not self._picture.isNull():
            self.taken.emit(self._picture)

    def _take_another(self) -> None:
        self._drop()
        self._begin()
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
