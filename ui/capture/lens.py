"""The camera of this machine, seen through QtMultimedia: an optional extra (`manfaz[devices]`), imported late.

Nothing is recorded: frames are pictures in memory, the newest one at most.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from kiosk.evidence.capture_devices import Device, standing

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QCameraDevice, QCameraFormat, QVideoFrame

ENOUGH_PX: Final = 1_920
"""The longer side at which a page of A4 can be read; more only makes the live picture slow."""
FRAME_MS: Final = 120
"""Between two pictures: enough to aim by, and little of the thread that draws them."""
SILENCE_MS: Final = 6_000
SOON_MS: Final = 30
"""Before anything is loaded: the screen that says so is drawn first."""


def there() -> bool:
    """Whether the extra is installed; whether a camera is plugged in is seen when one is asked for."""
    return importlib.util.find_spec("PySide6.QtMultimedia") is not None


def cameras() -> list[Device]:
    """Those that are plugged in. On the thread of the windows."""
    try:
        from PySide6 import QtMultimedia  # noqa: PLC0415 - the extra
    except ImportError:
        return []
    return [_device(one) for one in QtMultimedia.QMediaDevices.videoInputs()]


def _device(one: QCameraDevice) -> Device:
    return Device("camera", bytes(one.id().data()).hex(), one.description())


class Lens(QObject):
    """The camera as a source of pictures. `seen` brings them (QImage) from `start` to `stop`; `failed` a reason
    `camera.reason.…` instead.
    """

    seen = Signal(object)
    failed = Signal(str)
    found = Signal(object, object)
    """The cameras that are there, and the one that is looked through."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._parts: tuple[Any, ...] = ()
        self.wanted: Device | None = None
        """The camera to look through where it is there; None for the system's own choice."""
        self._since = QElapsedTimer()
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self._begin)
        self._silence = QTimer(self, singleShot=True, interval=SILENCE_MS)
        self._silence.timeout.connect(lambda: self._fail("silent"))

    def start(self) -> None:
        self.stop()
        self._soon.start()

    def _begin(self) -> None:
        try:
            from PySide6 import QtMultimedia  # noqa: PLC0415 - the extra
        except ImportError:
            self.failed.emit("parts")
            return
        inputs = QtMultimedia.QMediaDevices.videoInputs()
        found = standing(self.wanted, [_device(one) for one in inputs])
        named = [one for one in inputs if found is not None and _device(one).id == found.id]
        device = named[0] if named else QtMultimedia.QMediaDevices.defaultVideoInput()
        if device.isNull():
            self.failed.emit("none")
            return
        self.found.emit([_device(one) for one in inputs], _device(device))
        self._open(QtMultimedia, device)

    def _open(self, qt: Any, device: QCameraDevice) -> None:
        camera, session, sink = qt.QCamera(device), qt.QMediaCaptureSession(), qt.QVideoSink()
        best = sharp_enough(device.videoFormats())
        if best is not None:
            camera.setCameraFormat(best)
        session.setCamera(camera)
        session.setVideoSink(sink)
        sink.videoFrameChanged.connect(self._frame)
        camera.errorOccurred.connect(lambda _error, _text: self._fail("busy"))
        self._parts = (camera, session, sink)
        self._silence.start()
        camera.start()

    def stop(self) -> None:
        """The light of the camera goes out."""
        self._soon.stop()
        self._silence.stop()
        parts, self._parts = self._parts, ()
        if parts:
            camera, _session, sink = parts
            sink.videoFrameChanged.disconnect(self._frame)
            camera.stop()

    def _frame(self, frame: QVideoFrame) -> None:
        if not self._parts or (self._since.isValid() and self._since.elapsed() < FRAME_MS):
            return
        picture = frame.toImage()
        if not picture.isNull():
            self._silence.stop()
            self._since.start()
            self.seen.emit(picture)

    def _fail(self, reason: str) -> None:
        self.stop()
        self.failed.emit(reason)


def sharp_enough(formats: list[QCameraFormat]) -> QCameraFormat | None:
    """The smallest that is sharp enough, else the largest; None where the camera does not say."""

    def longer(one: QCameraFormat) -> int:
        return max(one.resolution().width(), one.resolution().height())

    fit = [one for one in formats if longer(one) >= ENOUGH_PX]
    return min(fit, key=longer) if fit else max(formats, key=longer, default=None)
