"""A camera as a source of pictures: a screen of its own to aim on, and back with what was taken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, Signal
from PySide6.QtGui import QHideEvent, QImage, QShowEvent
from PySide6.QtWidgets import QWidget

from kiosk.evidence.capture_devices import Device, Kind
from protocol.errors import Unavailable
from protocol.override import override
from protocol.texts import Bilingual, Language
from protocol.values.arabic import isolate
from ui.capture import lens
from ui.capture.crop_preview import Preview
from ui.capture.picture_source import Fetch
from ui.shell import LatePage, Page, Shell
from ui.widgets import Card, EmptyState, Text

QUALITY = 95
"""Of the JPEG in memory, which is looked at and encoded anew."""


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
        self.what: Sequence[Bilingual] = ()
        """The document that is photographed, and the service that it is for."""
        self.finder = Preview()
        self.word(self.finder.setAccessibleName, "camera.title")
        self.nothing = EmptyState("camera")
        self.how, self.which = Text(wrap=True), Text(role="hint", wrap=True)
        self.first_widget = self.primary = self.primary_button("camera.take", self.press)
        self.other = self.button("otherButton", "camera.another", "Alt+1", self._take_another, icon="camera")
        self.back_button("camera.back")
        self.arrange(
            (Card((self.finder, 1), (self.nothing, 1)), 1), context=Card(self.how, self.which, 1), actions=(self.other,)
        )
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
        self.subtitle.setText(" — ".join(map(self.of, self.what)))
        seen = not self._picture.isNull()
        self.how.setText(self.say("camera.how.not" if self._failed else "camera.how"))
        self.nothing.tell(self.say("camera.failed" if self._failed else "camera.starting"))
        self.finder.setVisible(seen)
        self.nothing.setVisible(not seen)
        self.primary.wait_for("" if seen or self._failed else self.say("camera.first"))
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


class CameraSource(QObject):
    """Pictures from the camera that was chosen."""

    word = "evidence.camera"
    kind: Kind = "camera"

    def __init__(self, window: Shell, seeing: lens.Lens | None = None, chosen: Device | None = None) -> None:
        super().__init__(window)
        self.chosen = chosen
        self.what: Sequence[Bilingual] = ()
        self.remember: Callable[[Device], None] = lambda _device: None
        """Told which camera is wanted, where there are several and somebody took another one."""
        self._cameras: list[Device] = []
        self._window = window
        self._given, self._lens = seeing is not None, seeing or lens.Lens(self)
        self._back: Page | None = None
        self._then: Callable[[Fetch], None] = lambda _fetch: None

    def there(self) -> bool:
        return self._given or lens.there()

    def ask(self, parent: QWidget, then: Callable[[Fetch], None]) -> None:
        assert isinstance(parent, Page)  # noqa: S101 - a screen asks
        self._back, self._then = parent, then
        self._lens.wanted, self._page.what = self.chosen, self.what
        self._window.go(self._page)

    @LatePage(CameraPage)
    def _page(self, page: CameraPage) -> None:
        seeing = self._lens
        page.looking.connect(seeing.start)
        page.resting.connect(seeing.stop)
        page.taken.connect(self._taken)
        page.left.connect(self._return)
        page.another.connect(self._another)
        seeing.found.connect(partial(self._found, page))
        seeing.seen.connect(page.see)
        seeing.failed.connect(partial(self._failed, page))

    def _found(self, page: CameraPage, cameras: list[Device], current: Device) -> None:
        self._cameras, self.chosen = cameras, current
        page.name(current.name, several=len(cameras) > 1)
        self._window.tell_keys()

    def _another(self) -> None:
        """The next one in the system's order, from now on."""
        if self.chosen in self._cameras:
            place = self._cameras.index(self.chosen) + 1
            self.chosen = self._lens.wanted = self._cameras[place % len(self._cameras)]
            self.remember(self.chosen)
            self._lens.start()

    def _failed(self, page: CameraPage, reason: str) -> None:
        page.fail_for(reason)
        self._window.tell_keys()

    def _taken(self, picture: QImage) -> None:
        self._return()
        self._then(lambda: encoded(picture))

    def _return(self) -> None:
        assert self._back is not None  # noqa: S101 - the page is only shown for one
        self._window.go(self._back)


def encoded(picture: QImage) -> bytes:
    """The picture as a file in memory. May take a tenth of a second."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "JPEG", QUALITY)  # type: ignore[call-overload]  # the stubs want bytes
    return bytes(data.data())
