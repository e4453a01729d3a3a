"""Scenes drawn and judged, in as many processes as there are processors."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from protocol.texts import LANGUAGES, Language
from tests.harness.screen_judge import SIZE, faults
from tests.harness.stage import Stage, theatre
from tests.ui.screens.all_scenes import SCENES, Scene
from tests.ui.screens.index_page import kept
from ui.widgets.theme import ScreenLook

FOLDER: Final = Path(__file__).parents[3] / "docs" / "screens"
COLOURS: Final = 96
SIZES: Final = (SIZE, QSize(1024, 768), QSize(1280, 1024), QSize(1920, 1080))
LOOKS: Final = {"115": ScreenLook(115), "130": ScreenLook(130), "contrast": ScreenLook(115, contrast=True)}
LEAST_PX: Final = 1024
"""A screen of so many dots has no room for the largest letters on every page."""
ALL_LOOKS: Final = {**LOOKS, "100": ScreenLook(100), "contrast-130": ScreenLook(130, contrast=True)}


def draw(one: Scene, language: Language, size: QSize = SIZE) -> tuple[QImage, list[str]]:
    stage = Stage(language, one.counter(), size)
    try:
        one.play(stage)
        image = stage.picture()
        return image, faults(stage.subject, size)
    finally:
        stage.close()


def save(image: QImage, path: Path) -> None:
    """A palette of few colours: letters stay sharp, and hundreds of pictures stay small."""
    raw = image.convertToFormat(QImage.Format.Format_RGB888)
    data = bytes(raw.constBits())
    picture = Image.frombytes("RGB", (raw.width(), raw.height()), data, "raw", "RGB", raw.bytesPerLine())
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True, lossless=True)


class Stint(NamedTuple):
    """What one process draws in one go: scenes in one look, language and size; where `into`, they are kept there."""

    scenes: Sequence[str]
    look: str
    language: Language
    size: QSize
    into: Path | None

    def play(self) -> list[str]:
        """What is wrong."""
        wrong = list[str]()
        with theatre(ALL_LOOKS[self.look]):
            for one in (one for one in SCENES if one.name in self.scenes):
                image, found = draw(one, self.language, self.size)
                name = f"{one.name}.{self.language}-{self.look}"
                if self.into is not None and self.into != FOLDER:
                    save(image, self.into / f"{name}-{self.size.width()}x{self.size.height()}.png")
                elif self.into is not None and self.size == SIZE and kept(one, self.look):
                    save(image, FOLDER / f"{name}.webp")
                wrong += [f"{name}-{self.size.width()}x{self.size.height()}: {fault}" for fault in found]
        return wrong


def stints(only: Sequence[str], into: Path | None, *, everything: bool) -> list[Stint]:
    """Those of every size and look, or of the usual ones: the largest letters want a screen of 1280 dots."""
    names = [one.name for one in SCENES if not only or one.name in only]
    return [
        Stint(names, look, language, size, into)
        for look, size, language in product(ALL_LOOKS if everything else LOOKS, SIZES, LANGUAGES)
        if everything or look != "130" or size.width() > LEAST_PX
    ]


def play(all_of_them: Sequence[Stint]) -> list[str]:
    """In as many processes as there are processors; what is wrong is said at once, too."""
    wrong = list[str]()
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        for at, found in enumerate(pool.map(Stint.play, all_of_them), 1):
            print(*found, f"{at} of {len(all_of_them)}", sep="\n", flush=True)
            wrong += found
    return wrong
