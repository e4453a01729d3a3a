"""The first start's look through the cameras and scanners for papers: each tried for real, and which one is wanted."""

from __future__ import annotations

from functools import partial
from typing import Protocol

from kiosk.evidence.capture_devices import Device
from kiosk.model.evidence_file import CapturedFile
from kiosk.setup.setup_desk import SetUpDesk
from protocol.errors import KioskError, Unavailable
from protocol.override import override
from protocol.texts import Language, say
from protocol.values.arabic import isolate
from ui.capture import flatbed_scanner, lens
from ui.capture.camera_source import CameraSource
from ui.capture.flatbed_scanner import ScannerSource
from ui.capture.picture_source import Fetch, PictureSource
from ui.setup.wizard_page import Ask
from ui.setup.wizard_road import WizardRoad, WizardStep
from ui.shell import Action, Shell
from ui.widgets import Pill


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


class CaptureSetup(WizardStep):
    """The devices are found, tried one by one, and the good ones chosen."""

    def __init__(self, road: WizardRoad, desk: SetUpDesk, devices: CaptureDevices) -> None:
        super().__init__(road)
        self._desk = desk
        self._devices = devices
        self._good: list[Device] = []
        self._source: PictureSource | None = None
        self._taken: CapturedFile | None = None

    @override
    def begin(self) -> None:
        """What is plugged in now is looked for."""
        self._taken, self._good = None, []
        self._road.look_around(self._find)

    def _find(self) -> None:
        cameras = self._devices.cameras()
        self.list_found_by(lambda: [*cameras, *self._devices.scanners()], Unavailable("setup_camera"))

    @override
    def usual(self) -> Ask:
        """The list of them; once one is good, on."""
        again = Action("F5", "setup.look_again", self.begin)
        if self._good:
            on = Action("F10", "setup.on", self._end), Action("Alt+2", "setup.try", self._take)
            return Ask("setup.how.camera_good", (), (*on, again), "setup.eyes", self._found, self._row)
        commands = Action("F10", "setup.try", self._take), again
        lost = partial(say, key="setup.find.camera")
        how = "setup.how.camera"
        return Ask(how, (), commands, "setup.eyes", self._found, self._row, more=lost, more_title="setup.find.device")

    def _row(self, one: Device, language: Language) -> tuple[str | Pill, ...]:
        good = (Pill("accepted", say(language, "setup.eye.good")),) if one in self._good else ()
        return say(language, f"setup.eye.{one.kind}"), isolate(one.name), *good

    @override
    def list_found(self) -> None:
        self._taken = None
        super().list_found()

    def _take(self) -> None:
        """A picture with the one that is marked: what comes back is looked at here."""
        device = self._page.table.chosen() if self._taken is None else self._looked_through()
        if device is None:
            self._road.failed(Unavailable("setup_camera"))
            return
        self._page.calm()
        source = self._source = self._devices.source(device)
        source.ask(self._page, self._fetched)

    def _looked_through(self) -> Device | None:
        """The one whose picture is looked at."""
        chosen = self._source.chosen if self._source is not None else None
        return chosen if chosen in self._found else None

    def _fetched(self, fetch: Fetch) -> None:
        self._road.do(lambda: self._desk.host.counter.evidence.sample(fetch()), self._show, self._failed)

    def _failed(self, error: KioskError) -> None:
        self.list_found()
        self._page.fail(error)

    def _show(self, taken: CapturedFile) -> None:
        self._taken = taken
        commands = (
            Action("F10", "setup.picture_good", self._choose), Action("F5", "setup.try_again", self._take),
            Action("Esc", "key.back", self.list_found),
        )  # fmt: skip
        self._road.present(Ask("setup.how.picture", (), commands, picture=taken.content))

    def _choose(self) -> None:
        """The picture can be read: this one from now on. With nothing else to try, the step is done."""
        device = self._looked_through()
        if self._taken is None or device is None:
            return
        self._good.append(device)

        def kept(_none: None) -> None:
            if len(self._found) == 1:
                self._end()
            else:
                self.list_found()

        self._road.do(lambda: self._desk.host.counter.evidence.choose(device), kept)

    def _end(self) -> None:
        names, count = [one.name for one in self._good], len(self._found)
        self._road.do(lambda: self._desk.steps.camera(names, count))
