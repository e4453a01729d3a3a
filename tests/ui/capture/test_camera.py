"""The camera: aimed on a screen of its own, off behind every other, and honest about why there is no picture."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image
from PySide6 import QtMultimedia
from PySide6.QtCore import QByteArray, QLoggingCategory, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from kiosk.evidence import picture_reader
from kiosk.evidence.capture_devices import Device
from protocol.override import override
from tests.ui.conftest import FakeCounter, Hands
from ui.capture.camera_source import CameraPage, CameraSource
from ui.capture.file_source import FileSource
from ui.capture.lens import Lens, cameras, sharp_enough
from ui.capture.picture_source import PictureSource

Key = Qt.Key


@pytest.fixture(autouse=True)
def calm() -> Iterator[None]:
    """What QtMultimedia says of parts of this machine that it does without is no news."""
    QLoggingCategory.setFilterRules("qt.multimedia.*=false\ndefault.warning=false")
    yield
    QLoggingCategory.setFilterRules("")


def seen() -> QImage:
    """What a camera sees: 1,600 by 1,200, a ruled sheet."""
    image = QImage(1600, 1200, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    for row in range(0, 1200, 40):
        painter.fillRect(0, row, 1600, 8, QColor("black"))
    painter.end()
    return image


class FakeLens(Lens):
    """A camera at the port: on or off, and pictures or a reason when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self.on = 0
        self.reason = ""

    @override
    def start(self) -> None:
        if self.reason:
            self.failed.emit(self.reason)
        else:
            self.on += 1

    @override
    def stop(self) -> None:
        self.on = 0


LAPTOP, DOCUMENTS = Device("camera", "1", "Laptop"), Device("camera", "2", "Documents")


@pytest.fixture
def eye(hands: Hands) -> FakeLens:
    """The papers of a form, and a camera as their first source."""
    hands.home().form().settle(200)
    made = FakeLens()
    papers = hands.window.session.screens().sale._papers
    camera = CameraSource(hands.window, made)
    camera.remember = papers._remember
    sources: list[PictureSource] = [camera, FileSource()]
    papers._sources = sources
    hands.press(Key.Key_F4)
    hands.until("pageEvidence")
    return made


def aiming(hands: Hands) -> CameraPage:
    hands.press(Key.Key_F4)
    hands.until("pageCamera")
    page = hands.page
    assert isinstance(page, CameraPage)
    return page


def kept(counter: FakeCounter) -> list[str]:
    return [one.kind for one in counter.store._s.evidence]


def test_a_picture_is_aimed_taken_looked_at_and_kept_by_keys_alone(
    hands: Hands, eye: FakeLens, counter: FakeCounter
) -> None:
    counter.evidence._reader = picture_reader.read
    page = aiming(hands)
    assert eye.on == 1
    assert "تشغيل" in page.nothing.words.text()
    hands.press(Key.Key_F10)
    assert hands.page is page, "nothing is taken before something is seen"
    eye.seen.emit(seen())
    assert "داخل" in page.how.text()
    hands.press(Key.Key_F10)
    hands.until("pageEvidence")
    assert eye.on == 0
    assert kept(counter) == []
    assert page._picture.isNull(), "nothing of the paper stays behind the page"
    hands.press(Key.Key_F10)
    assert kept(counter) == ["paper_certificate"]
    content = counter.evidence.content(counter.store._s.evidence[0])
    assert Image.open(io.BytesIO(content)).size == (1600, 1200)


def test_esc_leaves_without_a_picture(hands: Hands, eye: FakeLens, counter: FakeCounter) -> None:
    aiming(hands)
    eye.seen.emit(seen())
    hands.press(Key.Key_Escape)
    hands.until("pageEvidence")
    assert (eye.on, kept(counter)) == (0, [])
    assert hands.window.session.screens().sale._papers._hand is None


def test_behind_the_lock_nobody_is_filmed(hands: Hands, eye: FakeLens) -> None:
    page = aiming(hands)
    eye.seen.emit(seen())
    hands.press(Key.Key_F12)
    hands.until("pageLock")
    assert eye.on == 0
    assert page._picture.isNull()
    hands.type("194027")
    hands.press(Key.Key_F10)
    hands.until("pageCamera")
    assert eye.on == 1


def test_why_there_is_no_picture_is_said_and_f10_tries_again(hands: Hands, eye: FakeLens) -> None:
    eye.reason = "none"
    page = aiming(hands)
    assert "لا توجد كاميرا" in page.notice.text()
    assert "F10" in page.notice.text()
    eye.reason = ""
    hands.press(Key.Key_F10)
    assert eye.on == 1
    assert not page.notice.text()
    eye.seen.emit(seen())
    eye.failed.emit("busy")
    assert page._picture.isNull()
    hands.window.turn_language()
    assert "Start the camera again" in page.primary.text()


def test_among_several_a_key_takes_the_next_one_which_is_remembered(
    hands: Hands, eye: FakeLens, counter: FakeCounter
) -> None:
    page = aiming(hands)
    eye.found.emit([LAPTOP], LAPTOP)
    assert not page.other.isVisible()
    eye.found.emit([LAPTOP, DOCUMENTS], LAPTOP)
    assert (page.other.isVisible(), "Laptop" in page.which.text()) == (True, True)
    hands.press(Key.Key_1, alt=True)
    assert eye.wanted == DOCUMENTS
    eye.found.emit([LAPTOP, DOCUMENTS], DOCUMENTS)
    assert "Documents" in page.which.text()
    hands.settle(50)
    assert counter.evidence.device("camera") == DOCUMENTS
    hands.press(Key.Key_Escape)
    hands.until("pageEvidence")
    hands.press(Key.Key_F4)
    hands.until("pageCamera")
    assert eye.wanted == DOCUMENTS, "and the next time it is this one"
    page.other.click()
    assert eye.wanted == LAPTOP, "after the last comes the first"


# ---- the lens


def reasons(lens: Lens) -> list[str]:
    found: list[str] = []
    lens.failed.connect(found.append)
    return found


def test_on_a_machine_without_a_camera_the_real_one_says_so(qtbot: QtBot, hands: Hands) -> None:
    """Nothing is put in anybody's place here: Qt looks for the devices of this machine."""
    assert QtMultimedia.QMediaDevices.videoInputs() == []
    hands.home().form().settle(200)
    hands.window.session.screens().sale._papers._sources = [CameraSource(hands.window)]
    hands.press(Key.Key_F4)
    hands.until("pageEvidence")
    hands.press(Key.Key_F4)
    hands.until("pageCamera")
    qtbot.waitUntil(lambda: bool(hands.page.notice.text()))
    assert "لا توجد كاميرا موصولة" in hands.page.notice.text()
    hands.press(Key.Key_Escape)
    hands.until("pageEvidence")


def test_the_source_is_there_with_the_extra_only(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    assert CameraSource(hands.window).there()
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert not CameraSource(hands.window).there()


def test_an_extra_that_does_not_load_is_said(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "PySide6.QtMultimedia", None)
    monkeypatch.delattr("PySide6.QtMultimedia")
    lens = Lens()
    found = reasons(lens)
    lens.start()
    qtbot.waitUntil(lambda: found == ["parts"])


class Camera(QObject):
    """In the place of QCamera, which takes a device that only Qt can make."""

    errorOccurred = Signal(object, str)
    made: list[Camera] = []  # noqa: RUF012 - the test empties it

    def __init__(self, device: Any) -> None:
        super().__init__()
        self.device = device
        self.on = False
        self.format: Any = None
        self.made.append(self)

    def setCameraFormat(self, chosen: Any) -> None:
        self.format = chosen

    def start(self) -> None:
        self.on = True

    def stop(self) -> None:
        self.on = False


class Session:
    sink: Any = None

    def setCamera(self, camera: Camera) -> None:
        pass

    def setVideoSink(self, sink: Any) -> None:
        type(self).sink = sink


def of(width: int, height: int) -> Any:
    return SimpleNamespace(resolution=lambda: QSize(width, height))


def plugged(number: bytes, name: str) -> Any:
    return SimpleNamespace(
        isNull=lambda: False, videoFormats=lambda: [of(1920, 1080)], id=lambda: QByteArray(number),
        description=lambda: name,
    )  # fmt: skip


@pytest.fixture
def lens(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Lens:
    """Running, on a device that has one resolution; frames go through the real sink of Qt."""
    first, second = plugged(b"1", "Laptop"), plugged(b"2", "Documents")
    monkeypatch.setattr(QtMultimedia.QMediaDevices, "defaultVideoInput", lambda: first)
    monkeypatch.setattr(QtMultimedia.QMediaDevices, "videoInputs", lambda: [first, second])
    monkeypatch.setattr(QtMultimedia, "QCamera", Camera)
    monkeypatch.setattr(QtMultimedia, "QMediaCaptureSession", Session)
    Camera.made.clear()
    made = Lens()
    made.start()
    qtbot.waitUntil(lambda: bool(Camera.made) and Camera.made[0].on)
    return made


def test_the_chosen_one_is_looked_through_by_id_or_name_and_the_systems_where_it_is_gone(
    lens: Lens, qtbot: QtBot
) -> None:
    assert cameras() == [Device("camera", "31", "Laptop"), Device("camera", "32", "Documents")]
    told: list[Any] = []
    lens.found.connect(lambda _all, current: told.append(current.name))
    for wanted in (Device("camera", "32", "?"), Device("camera", "?", "Documents"), Device("camera", "?", "?"), None):
        lens.wanted, made = wanted, len(Camera.made)
        lens.start()
        qtbot.waitUntil(partial(more_than, made))
    assert told == ["Documents", "Documents", "Laptop", "Laptop"]
    assert [one.device.description() for one in Camera.made[1:]] == told


def more_than(made: int) -> bool:
    return len(Camera.made) > made


def frame() -> QtMultimedia.QVideoFrame:
    return QtMultimedia.QVideoFrame(seen())


def test_frames_become_pictures_no_more_than_are_needed_to_aim(lens: Lens, qtbot: QtBot) -> None:
    pictures: list[QImage] = []
    lens.seen.connect(pictures.append)
    for _ in range(3):
        Session.sink.setVideoFrame(frame())
    qtbot.waitUntil(lambda: bool(pictures))
    assert [one.size() for one in pictures] == [QSize(1600, 1200)]
    assert Camera.made[0].format.resolution() == QSize(1920, 1080)
    lens.stop()
    assert not Camera.made[0].on
    lens._frame(frame())
    assert len(pictures) == 1, "what is still on its way is for nobody"


def test_a_frame_that_holds_nothing_is_no_picture(lens: Lens) -> None:
    pictures: list[QImage] = []
    lens.seen.connect(pictures.append)
    lens._frame(QtMultimedia.QVideoFrame())
    assert pictures == []


def test_a_camera_that_another_program_has_or_that_stays_dark_is_said(lens: Lens) -> None:
    found = reasons(lens)
    Camera.made[0].errorOccurred.emit(None, "")
    assert (found, Camera.made[0].on) == (["busy"], False)
    lens._begin()
    lens._silence.timeout.emit()
    assert (found, Camera.made[1].on) == (["busy", "silent"], False)


@pytest.mark.parametrize(
    ("sizes", "chosen"),
    [
        ([(640, 480), (1920, 1080), (4000, 3000)], (1920, 1080)), ([(640, 480), (1280, 720)], (1280, 720)),
        ([(1200, 1920), (2600, 1900)], (1200, 1920)),
    ],
)  # fmt: skip
def test_the_smallest_that_is_sharp_enough_is_asked_for(
    sizes: list[tuple[int, int]], chosen: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    best: Any = sharp_enough([of(*size) for size in sizes])
    assert best.resolution() == QSize(*chosen)


def test_a_camera_that_names_no_resolution_is_taken_as_it_is(
    lens: Lens, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    silent: Callable[[], Any] = lambda: SimpleNamespace(  # noqa: E731 - two words
        isNull=lambda: False, videoFormats=list, id=lambda: QByteArray(b"3"), description=lambda: "x"
    )
    monkeypatch.setattr(QtMultimedia.QMediaDevices, "defaultVideoInput", silent)
    lens.start()
    qtbot.waitUntil(lambda: len(Camera.made) == 2)
    assert Camera.made[1].format is None
