"""`make screens`: draw them all into docs/screens/, with an index; exits 1 when one of them cannot be read.

With names of scenes only these are drawn. With `--all` they are judged at every size, in every look, and none is kept.
`--into FOLDER` puts those at 1366x768 into that folder instead, or with `--all` all of them.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PIL import Image
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from protocol.texts import LANGUAGES, Language
from tests.harness.screen_judge import SIZE, faults
from tests.harness.stage import Stage, theatre
from tests.ui.screens.all_scenes import SCENES, Scene
from tests.ui.screens.index_page import index, kept, pictures
from ui.widgets.theme import ScreenLook

FOLDER: Final = Path(__file__).parents[3] / "docs" / "screens"
COLOURS: Final = 96
SIZES: Final = (SIZE, QSize(1024, 768), QSize(1280, 1024), QSize(1920, 1080))
LOOKS: Final = {"115": ScreenLook(115), "130": ScreenLook(130), "contrast": ScreenLook(115, contrast=True)}
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


def run(only: list[str]) -> Iterator[str]:
    """Draw; yields what is wrong."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for look, dressed in LOOKS.items():
        with theatre(dressed):
            for one, language in product([one for one in SCENES if not only or one.name in only], LANGUAGES):
                image, found = draw(one, language)
                name = f"{one.name}.{language}-{look}"
                if kept(one, look):
                    save(image, FOLDER / f"{name}.webp")
                yield from (f"{name}: {fault}" for fault in found)
    tidy()


def judge(only: list[str], into: Path | None, *, everything: bool) -> Iterator[str]:
    """Every size, language and look, or the usual ones; yields what is wrong."""
    chosen = [one for one in SCENES if not only or one.name in only]
    for look, dressed in (ALL_LOOKS if everything else LOOKS).items():
        with theatre(dressed):
            for one, language, size in product(chosen, LANGUAGES, SIZES if everything else SIZES[:1]):
                image, found = draw(one, language, size)
                name = f"{one.name}.{language}-{look}-{size.width()}x{size.height()}"
                if into is not None:
                    save(image, into / f"{name}.png")
                yield from (f"{name}: {fault}" for fault in found)


def tidy() -> None:
    """Take away what is of no scene, and write the index."""
    known = {f"{name}.webp" for one in SCENES for name in pictures(one)}
    for old in FOLDER.glob("*.webp"):
        if old.name not in known:
            old.unlink()
    (FOLDER / "index.md").write_text(index(), encoding="utf-8")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.ui.screens")
    parser.add_argument("scenes", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--into", type=Path)
    wanted = parser.parse_args(argv)
    if wanted.all or wanted.into:
        wrong = list(judge(wanted.scenes, wanted.into, everything=wanted.all))
        print("\n".join(wrong))
        return 1 if wrong else 0
    wrong = list(run(wanted.scenes))
    print("\n".join(wrong))
    count = len(list(FOLDER.glob("*.webp")))
    size = sum(path.stat().st_size for path in FOLDER.glob("*.webp"))
    print(f"{len(SCENES)} scenes, {count} pictures, {size / 1e6:.1f} MB in {FOLDER.name}/; {len(wrong)} faults")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
