"""`make screens`: draw them all into docs/screens/, with an index; exits 1 when one of them cannot be read.

With names of scenes only these are drawn.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtGui import QImage

from protocol.texts import LANGUAGES, Language
from tests.harness.screen_judge import faults
from tests.harness.stage import Stage, theatre
from tests.ui.screens.all_scenes import SCENES, Scene
from ui.widgets.theme import ScreenLook

FOLDER: Final = Path(__file__).parents[3] / "docs" / "screens"
COLOURS: Final = 40
LOOKS: Final = {"100": ScreenLook(100), "130": ScreenLook(130), "contrast": ScreenLook(115, contrast=True)}
IN_CONTRAST: Final = ("home", "form_faults", "review_change", "done_uncertain", "line_rejected", "lock", "close_short")
IN_PLAIN: Final = (*IN_CONTRAST, "form_filled", "done", "requests", "detail", "papers_waiting", "sign_in")
"""Kept in high contrast and at 100 % too; all of them are judged in every look."""


def kept(one: Scene, look: str) -> bool:
    return look == "130" or one.name in (IN_PLAIN if look == "100" else IN_CONTRAST)


def pictures(one: Scene) -> list[str]:
    """The names of those that are kept of a scene."""
    return [f"{one.name}.{language}-{look}" for look in LOOKS if kept(one, look) for language in LANGUAGES]


def draw(one: Scene, language: Language) -> tuple[QImage, list[str]]:
    stage = Stage(language, one.counter())
    try:
        one.play(stage)
        image = stage.picture()
        return image, faults(stage.subject)
    finally:
        stage.close()


def save(image: QImage, path: Path) -> None:
    """A palette of few colours: letters stay sharp, and a hundred pictures stay small."""
    raw = image.convertToFormat(QImage.Format.Format_RGB888)
    data = bytes(raw.constBits())
    picture = Image.frombytes("RGB", (raw.width(), raw.height()), data, "raw", "RGB", raw.bytesPerLine())
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def index() -> str:
    lines = [
        "# Every screen, in every state", "",
        "Drawn by `make screens` from the real window at 1366x768, in Arabic and English, with the text at 130 %; some",
        "of them at 100 % and in high contrast. Citizens are fictional. Every screen was judged by code in every look",
        "when it was drawn: no text is cut off, nothing lies on anything else, nothing is outside the window.", "",
    ]  # fmt: skip
    screen = ""
    for one in SCENES:
        if one.screen != screen:
            screen = one.screen
            lines += [f"## {screen}", "", "| state | | pictures |", "|---|---|---|"]
        links = " · ".join(f"[{name.partition('.')[2]}]({name}.png)" for name in pictures(one))
        lines.append(f"| {one.state} | {one.caption} | {links} |")
        following = SCENES[SCENES.index(one) + 1 :]
        if not following or following[0].screen != screen:
            lines.append("")
    return "\n".join(lines)


def run(only: list[str]) -> Iterator[str]:
    """Draw; yields what is wrong."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for look, dressed in LOOKS.items():
        with theatre(dressed):
            for one, language in product([one for one in SCENES if not only or one.name in only], LANGUAGES):
                image, found = draw(one, language)
                name = f"{one.name}.{language}-{look}"
                if kept(one, look):
                    save(image, FOLDER / f"{name}.png")
                yield from (f"{name}: {fault}" for fault in found)
    tidy()


def tidy() -> None:
    """Take away what is of no scene, and write the index."""
    known = {f"{name}.png" for one in SCENES for name in pictures(one)}
    for old in FOLDER.glob("*.png"):
        if old.name not in known:
            old.unlink()
    (FOLDER / "index.md").write_text(index(), encoding="utf-8")


if __name__ == "__main__":
    wrong = list(run(sys.argv[1:]))
    print("\n".join(wrong))
    count = len(list(FOLDER.glob("*.png")))
    size = sum(path.stat().st_size for path in FOLDER.glob("*.png"))
    print(f"{len(SCENES)} scenes, {count} pictures, {size / 1e6:.1f} MB in {FOLDER.name}/; {len(wrong)} faults")
    sys.exit(1 if wrong else 0)
