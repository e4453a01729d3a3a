"""Scenes of the papers that a request calls for: from where they come, what is wrong with them, what is kept."""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from protocol.errors import Refused, Unavailable
from protocol.override import override
from tests.harness import sample_pictures
from tests.harness.stage import Stage
from tests.ui.screens.scene_shops import three_sold
from tests.ui.screens.scenes import scene
from ui.capture.camera_source import CameraSource
from ui.capture.lens import Lens
from ui.shell.busy_veil import SOON_MS

Key = Qt.Key


@cache
def paper(blur: int = 0) -> bytes:
    """A certificate of nobody, as a telephone takes it: on a table, with its edges in the picture."""
    table = Image.new("RGB", (1240, 1600), (122, 104, 88))
    sheet = Image.new("RGB", (960, 1320), (244, 242, 236))
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(size=26)
    draw.rectangle((40, 40, 919, 1279), outline=(60, 90, 70), width=6)
    draw.ellipse((400, 90, 560, 250), outline=(60, 90, 70), width=8)
    for line in range(20):
        draw.text((100, 320 + line * 42), f"specimen {4821 + line * 7} — of nobody, nowhere, 1900", (30, 30, 30), font)
    draw.ellipse((640, 1040, 860, 1240), outline=(120, 40, 60), width=10)
    table.paste(sheet.rotate(2, expand=True, fillcolor=(122, 104, 88)), (130, 120))
    return sample_pictures.encoded(table.filter(ImageFilter.GaussianBlur(blur)), quality=85)


class Eye(Lens):
    """A camera that sees that paper, or says why it does not."""

    def __init__(self, reason: str = "", *, silent: bool = False) -> None:
        super().__init__()
        self._reason, self._silent = reason, silent

    @override
    def start(self) -> None:
        if self._reason:
            self.failed.emit(self._reason)
        elif not self._silent:
            self.seen.emit(QImage.fromData(paper()))


def flow(stage: Stage) -> Any:
    return stage.screens.sale._papers


def brought(stage: Stage, blur: int = 0) -> None:
    flow(stage)._fetch(lambda: paper(blur))
    stage.settle(60)


def opened(stage: Stage, service: str = "movements-cert") -> None:
    stage.home(three_sold).form(service)
    stage.settle(200)
    stage.turn("pageEvidence", Key.Key_F4)
    stage.settle(40)


@scene("Pictures of papers", "empty")
def evidence(stage: Stage) -> None:
    """Which are wanted; none is here yet."""
    opened(stage)


@scene("Pictures of papers", "normal")
def evidence_fresh(stage: Stage) -> None:
    """One has just come: looked at, good, not kept yet."""
    opened(stage)
    brought(stage)


@scene("Pictures of papers", "normal")
def evidence_kept(stage: Stage) -> None:
    """One is kept, the next is wanted."""
    evidence_fresh(stage)
    stage.press(Key.Key_F10)
    stage.settle(40)
    stage.find("evidenceTable").setCurrentCell(0, 0)
    stage.settle(60)


@scene("Pictures of papers", "asks")
def evidence_crop(stage: Stage) -> None:
    """A part is cut out with the arrows."""
    evidence_fresh(stage)
    stage.press(Key.Key_5, alt=True)
    for key in (*[Key.Key_Left] * 2, *[Key.Key_Up] * 2, *[Key.Key_Right] * 2, *[Key.Key_Down] * 2):
        stage.press(key)


@scene("Pictures of papers", "error")
def evidence_blurred(stage: Stage) -> None:
    """Too blurred to read: why, and what to do; a person may still keep it."""
    opened(stage)
    stage.counter.shop.reader.doubts = ("blurred",)
    brought(stage, blur=9)


@scene("Pictures of papers", "error")
def evidence_refused(stage: Stage) -> None:
    """A file that cannot be taken."""
    opened(stage)
    stage.counter.shop.reader.refusal = Refused("evidence_heic")
    brought(stage)


@scene("Pictures of papers", "error")
def evidence_no_scanner(stage: Stage) -> None:
    """The scanner gives no page, and why."""
    opened(stage)

    def nothing() -> bytes:
        raise Unavailable("scanner", reason="paper")

    flow(stage)._sources[-1] = SimpleNamespace(ask=lambda _parent, then: then(nothing))
    stage.press(Key.Key_3, alt=True)
    stage.settle(40)


@scene("Pictures of papers", "error")
def evidence_missing(stage: Stage) -> None:
    """Whoever looks at one that is kept is led to the required one that is missing."""
    evidence_kept(stage)
    stage.press(Key.Key_F10)
    stage.settle(40)


@scene("Pictures of papers", "loading")
def evidence_reading(stage: Stage) -> None:
    """A picture is looked at, in a process of its own."""
    opened(stage)
    stage.counter.hold = True
    flow(stage)._fetch(paper)
    stage.settle(SOON_MS)


@scene("Pictures of papers", "asks")
def evidence_offered(stage: Stage) -> None:
    """Taken for another request of the same visit: is it the one?"""
    opened(stage, "birth-cert")
    brought(stage)
    for page in ("pageEvidence", "pageForm"):
        stage.press(Key.Key_F10)
        stage.until(page)
    stage.answer(**stage.counter.shop.sale().values)
    stage.screens.sale.choose("birth-cert")
    stage.wait(lambda: len(stage.screens.sale.visit.works) == 2 and stage.window.veil.isHidden())
    stage.settle(200)
    stage.turn("pageEvidence", Key.Key_F4)
    stage.settle(60)


def aimed(stage: Stage, eye: Eye) -> None:
    opened(stage)
    flow(stage)._sources[0] = CameraSource(stage.window, eye)
    stage.turn("pageCamera", Key.Key_F4)
    stage.settle(40)


@scene("Camera", "normal")
def camera(stage: Stage) -> None:
    """What it sees; F10 takes it."""
    aimed(stage, Eye())


@scene("Camera", "loading")
def camera_starting(stage: Stage) -> None:
    """It has been asked for a picture."""
    aimed(stage, Eye(silent=True))


@scene("Camera", "error")
def camera_none(stage: Stage) -> None:
    """No camera is connected: why there is no picture, and what to do."""
    aimed(stage, Eye("none"))
