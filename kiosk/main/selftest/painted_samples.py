"""What the self-test paints: a paper of nobody, and the window before a store of nobody. Qt, and so imported late."""

from __future__ import annotations

from pathlib import Path
from typing import Final, cast

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QTimer
from PySide6.QtGui import QImage, QRawFont

from kiosk.main.config import Config, LazyRenderer
from kiosk.main.program import Program
from kiosk.ports.store import Keystore
from kiosk.ports.world import World
from kiosk.printing.printer_choice import parse_choice
from kiosk.printing.receipt_sheet import SAMPLE
from protocol.errors import Corrupt, Unavailable
from protocol.texts import LANGUAGES
from ui.main.window import Window
from ui.paper.rendering import render_image, write_pdf
from ui.widgets.theme import make_font

WINDOW_MS: Final = 60_000
"""How long the window may take to come; a picture that never comes is a fault, not a wait."""
LETTERS: Final = "منفذABC012"
_DARK: Final = 128
_LIGHTEST, _DARKEST = 0.01, 0.60
_FEWEST_COLOURS: Final = 8
_GRID: Final = 7


def check_letters() -> None:
    """Raises Corrupt("selftest_font"): without our font Arabic is boxes on one machine and nothing on the next."""
    wanted = make_font()
    font = QRawFont.fromFont(wanted)
    if font.familyName() != wanted.family() or not all(font.supportsCharacter(ord(letter)) for letter in LETTERS):
        raise Corrupt("selftest_font")


def check_paper(folder: Path) -> dict[str, float]:
    """A receipt in both languages and as PDF; how dark each is. Raises Corrupt("selftest_picture")."""
    dark = {language: darkness(render_image(SAMPLE, 0, language)) for language in LANGUAGES}
    if not all(_LIGHTEST < part < _DARKEST for part in dark.values()):
        raise Corrupt("selftest_picture", of="receipt")
    file = folder / "receipt.pdf"
    write_pdf(file, SAMPLE, 0, "ar", "A5")
    if not file.read_bytes().startswith(b"%PDF"):
        raise Corrupt("selftest_picture", of="pdf")
    return {language: round(part, 3) for language, part in dark.items()}


def darkness(image: QImage) -> float:
    """The share of dark dots in a grey picture."""
    rows = [bytes(cast("memoryview", image.constScanLine(y))[: image.width()]) for y in range(image.height())]
    return sum(dot < _DARK for row in rows for dot in row) / (image.width() * image.height())


def colours(image: QImage) -> int:
    """How many different ones a grid of dots has. Raises Corrupt("selftest_picture") for a picture of nothing."""
    found = {image.pixel(x, y) for x in range(0, image.width(), _GRID) for y in range(0, image.height(), _GRID)}
    if len(found) < _FEWEST_COLOURS:
        raise Corrupt("selftest_picture", of="window")
    return len(found)


def paint_window(folder: Path, keystore: Keystore, world: World, patience_ms: int = WINDOW_MS) -> tuple[str, QImage]:
    """The title and the picture of the window, once its store is open in `folder`.

    Raises what opening raises, and Unavailable("selftest_late").
    """
    paper = LazyRenderer(parse_choice("none"), "ar")
    kiosk = Program(Config(folder, paper, paper.render), world, lambda: keystore)
    window = Window(kiosk, "ar")
    try:
        window.show()
        _open(kiosk, window, patience_ms)
        return window.windowTitle(), window.grab().toImage()
    finally:
        window.close()
        kiosk.close()
        window.deleteLater()
        QCoreApplication.sendPostedEvents(window, QEvent.Type.DeferredDelete)


def _open(kiosk: Program, window: Window, patience_ms: int) -> None:
    loop, late = QEventLoop(), QTimer()
    late.setSingleShot(True)
    late.timeout.connect(loop.quit)
    late.start(patience_ms)
    opening = kiosk.run(kiosk.open)

    def settled() -> None:
        """What the open store has told the window came before this, and what the window then asked is answered."""
        window.bridge.ask(lambda: None, lambda _: awake(), lambda _: loop.quit())

    def awake() -> None:
        """A page that was gone to hears nothing until the next turn."""
        if window.busy:
            window.bridge.call(awake)
        else:
            loop.quit()

    opening.add_done_callback(lambda _: window.bridge.call(settled))
    loop.exec()
    late.stop()
    if not opening.done():
        raise Unavailable("selftest_late")
    opening.result()
