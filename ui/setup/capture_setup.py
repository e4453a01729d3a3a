"""The first start's look through the cameras and scanners for papers: each tried for real, and which one is wanted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, Protocol

from PySide6.QtCore import QObject

from kiosk.evidence.capture_devices import Device
from kiosk.model.evidence_file import CapturedFile
from protocol.errors import KioskError, Unavailable
from protocol.texts import Language, say
from protocol.values.arabic import isolate
from ui.capture import flatbed_scanner, lens
from ui.capture.camera_source import CameraSource
from ui.capture.flatbed_scanner import ScannerSource
from ui.capture.picture_source import Fetch, PictureSource
from ui.setup.wizard_page import Ask
from ui.setup.wizard_road import WizardRoad
from ui.shell.shell import Shell

_TRY: Final = (("F10", "setup.try", "try"), ("F5", "setup.look_again", "see"))
_ON: Final = (("F10", "setup.on", "enough"), ("Alt+2", "setup.try", "try"), ("F5", "setup.look_again", "see"))
_JUDGE: Final = (
    ("Alt+1", "setup.picture_good", "seen"), ("F10", "setup.try_again", "try"), ("Esc", "key.back", "no"),
)  # fmt: skip


class CaptureDevices(Protocol):
    """What papers can be taken with. `cameras` is asked on the thread of the windows, `scanners` takes its time."""

    def cameras(self) -> list[Device]: ...
    def scanners(self) -> list[Device]: ...
    def source(self, device: Device) -> PictureSource: ...


class MachineCaptureDevices:
    """Those of this machine."""

    def __init__(self, window: Shell) -> None:
        self._window = window
        self._camera: CameraSource | None = None

    def cameras(self) -> list[Device]:
        return lens.cameras()

    def scanners(self) -> list[Device]:
        return flatbed_scanner.scanners()

    def source(self, device: Device) -> PictureSource:
        if device.kind == "scanner":
            return ScannerSource(device)
        camera = self._camera = self._camera or CameraSource(self._window)
        camera.chosen = device
        return camera


class CaptureSetup(QObject):
    """Asks the desk of `road` and shows on its page."""

    def __init__(self, road: WizardRoad, eyes: CaptureDevices) -> None:
        super().__init__(road)
        self._road = road
        self._page = road.page
        self._eyes = eyes
        self._found: list[Device] = []
        self._good: list[Device] = []
        self._source: PictureSource | None = None
        self._taken: CapturedFile | None = None

    @property
    def judging(self) -> bool:
        """Whether a picture is looked at now."""
        return self._taken is not None

    def look(self) -> None:
        """What is plugged in now."""
        self._taken, self._good = None, []
        self._road.look_around(self._look)

    def _look(self) -> None:
        cameras = self._eyes.cameras()
        self._road.do(lambda: [*cameras, *self._eyes.scanners()], self._looked)

    def _looked(self, found: list[Device]) -> None:
        self._road.free()
        self._page.calm()
        self._found = found
        self._list()
        if not found:
            self._page.fail(Unavailable("setup_camera"))

    def rows(self) -> list[Callable[[Language], str]]:
        return [partial(_row, one, good=one in self._good) for one in self._found]

    def usual(self) -> Ask:
        """The list of them; once one is good, on."""
        if self._good:
            return Ask("setup.how.camera_good", (), _ON, "setup.eyes")
        return Ask("setup.how.camera", (), _TRY, "setup.eyes")

    def _list(self) -> None:
        self._taken = None
        self._road.show(None)
        self._page.first().setFocus()

    def back(self) -> None:
        """From the picture to the list."""
        self._page.calm()
        self._list()

    def take(self) -> None:
        """A picture with the one that is marked: what comes back is looked at here."""
        place = self._page.chosen() if self._taken is None else self._at()
        if not 0 <= place < len(self._found):
            self._road.failed(Unavailable("setup_camera"))
            return
        self._page.calm()
        source = self._source = self._eyes.source(self._found[place])
        source.ask(self._page, self._fetched)

    def _at(self) -> int:
        """The one whose picture is looked at."""
        chosen = self._source.chosen if self._source is not None else None
        return self._found.index(chosen) if chosen in self._found else -1

    def _fetched(self, fetch: Fetch) -> None:
        self._road.do(lambda: self._road.desk.steps.sample(fetch()), self._shown, self._failed)

    def _failed(self, error: KioskError) -> None:
        self._taken = None
        self._road.free()
        self._list()
        self._page.fail(error)

    def _shown(self, taken: CapturedFile) -> None:
        self._road.free()
        self._taken = taken
        size = isolate(f"{taken.width}×{taken.height}")
        more = partial(_size, size)
        self._road.show(Ask("setup.how.picture", (), _JUDGE, picture=taken.content, more=more))
        self._page.setFocus()  # an Enter too many is no look at it

    def good(self) -> None:
        """The picture can be read: this one from now on. With nothing else to try, the step is done."""
        place = self._at()
        if self._taken is None or place < 0:
            return
        device = self._found[place]
        self._good.append(device)

        def kept(_none: None) -> None:
            if len(self._found) == 1:
                self.enough()
            else:
                self._road.free()
                self._list()

        self._road.do(lambda: self._road.desk.steps.choose_device(device), kept)

    def enough(self) -> None:
        names, count = [one.name for one in self._good], len(self._found)
        self._road.do(lambda: self._road.desk.steps.camera(names, count))


def _row(one: Device, language: Language, *, good: bool) -> str:
    return f"{'✓' if good else ' '}  {say(language, f'setup.eye.{one.kind}')}   {isolate(one.name)}"


def _size(size: str, language: Language) -> str:
    return say(language, "setup.picture_size", size=size)
