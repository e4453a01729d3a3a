"""A camera as a source of pictures: a screen of its own to aim on, and back with what was taken."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from kiosk.evidence.capture_devices import Device, Kind
from ui.capture import lens
from ui.capture.camera_page import CameraPage
from ui.capture.picture_source import Fetch
from ui.shell.base_page import Page
from ui.shell.shell import Shell

QUALITY = 95
"""Of the JPEG in memory, which is looked at and encoded anew."""


class CameraSource(QObject):
    """Pictures from the camera that was chosen."""

    word = "evidence.camera"
    kind: Kind = "camera"

    def __init__(self, window: Shell, seeing: lens.Lens | None = None, chosen: Device | None = None) -> None:
        super().__init__(window)
        self.chosen = chosen
        self.remember: Callable[[Device], None] = lambda _device: None
        """Told which camera is wanted, where there are several and somebody took another one."""
        self._cameras: list[Device] = []
        self._window = window
        self._lens = seeing
        self._page: CameraPage | None = None
        self._back: Page | None = None
        self._then: Callable[[Fetch], None] = lambda _fetch: None

    def there(self) -> bool:
        return self._lens is not None or lens.there()

    def ask(self, parent: QWidget, then: Callable[[Fetch], None]) -> None:
        assert isinstance(parent, Page)  # noqa: S101 - a screen asks
        self._back, self._then = parent, then
        page = self._screen()
        assert self._lens is not None  # noqa: S101 - the page looks through it
        self._lens.wanted = self.chosen
        self._window.go(page)

    def _screen(self) -> CameraPage:
        """Made when it is first wanted."""
        if self._page is None:
            seeing = self._lens = self._lens or lens.Lens(self)
            page = self._page = CameraPage(self._window.language)
            self._window.add(page)
            page.looking.connect(seeing.start)
            page.resting.connect(seeing.stop)
            page.taken.connect(self._taken)
            page.left.connect(self._return)
            page.another.connect(self._another)
            seeing.found.connect(self._found)
            seeing.seen.connect(page.see)
            seeing.failed.connect(self._failed)
        return self._page

    def _found(self, cameras: list[Device], current: Device) -> None:
        self._cameras, self.chosen = cameras, current
        if self._page is not None:
            self._page.name(current.name, several=len(cameras) > 1)
            self._window.tell_keys()

    def _another(self) -> None:
        """The next one in the system's order, from now on."""
        if self._lens is not None and self.chosen in self._cameras:
            place = self._cameras.index(self.chosen) + 1
            self.chosen = self._lens.wanted = self._cameras[place % len(self._cameras)]
            self.remember(self.chosen)
            self._lens.start()

    def _failed(self, reason: str) -> None:
        if self._page is not None:
            self._page.fail_for(reason)
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
