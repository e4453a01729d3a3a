"""One look for the whole counter: Fusion, one sheet (assets/screen.qss), one bundled font.

Colours, sizes of text, spacing and radii stand in assets/tokens.json, and nowhere else. A `ScreenLook` is what one
person at this counter needs: how large the text is and how hard it stands out; a window that is open follows it at
once. Sides in a sheet are only half mirrored, so nothing there is one-sided; one-sided space is for layouts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Any, Final, NamedTuple

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

FAMILY: Final = "IBM Plex Sans Arabic"
WEIGHTS: Final = ("Regular", "Medium", "SemiBold", "Bold")
SIZES: Final = (100, 115, 130)
"""Text, in per cent."""
_TOKENS: Final[dict[str, Any]] = json.loads((files("assets") / "tokens.json").read_bytes())
TILE_PX: Final = 98
"""Two lines of a name and one of a price."""
COLOURS: Final[dict[str, dict[str, str]]] = _TOKENS["colours"]
"""The usual ones, and those that are harder in contrast."""
TEXT: Final[Mapping[str, int]] = _TOKENS["text"]
"""Screen dots of each kind of text at 100 %."""
SPACE: Final[Mapping[str, int]] = _TOKENS["space"]
RADIUS: Final[Mapping[str, int]] = _TOKENS["radius"]
TOKENS: Final[dict[str, str]] = dict(COLOURS["normal"])
"""The colours in force, by meaning."""


class ScreenLook(NamedTuple):
    """How the screen looks to one person: text size (one of `SIZES`) and high contrast."""

    text: int = 115
    contrast: bool = False


class _InForce:
    look = ScreenLook()


def px(base: int) -> int:
    """Screen dots at the size of text in force, of what is `base` at 100 %."""
    return round(base * _InForce.look.text / 100)


def text_px(kind: str) -> int:
    """Screen dots of a kind of text (`TEXT`) at the size in force."""
    return px(TEXT[kind])


def screen_look() -> ScreenLook:
    return _InForce.look


def at_largest() -> bool:
    """Whether text is as large as it gets, and what is not needed gives up its room."""
    return _InForce.look.text == SIZES[-1]


def sheet() -> str:
    """The one sheet, with the tokens in force put in: `$ink` a colour, `$t_body` a size of text, `$r_card` a radius."""
    sizes = {f"t_{kind}": f"{text_px(kind)}px" for kind in TEXT}
    radii = {f"r_{kind}": f"{dots}px" for kind, dots in RADIUS.items()}
    icons = (Path(str(files("assets"))) / "icons").as_posix()
    text = (files("assets") / "screen.qss").read_text(encoding="utf-8")
    return Template(text).substitute(TOKENS, **sizes, **radii, tile=f"{px(TILE_PX)}px", icons=icons)


# ---- what is measured in text: it grows with it, in a window that is open too

_SETTERS: Final = {
    "width": "setFixedWidth", "height": "setFixedHeight", "least_width": "setMinimumWidth",
    "least_height": "setMinimumHeight", "most_width": "setMaximumWidth", "most_height": "setMaximumHeight",
    "least_row": "setMinimumSectionSize", "row": "setDefaultSectionSize",
}  # fmt: skip


def hold(widget: QWidget, **sizes: int) -> None:
    """Give the widget sizes that follow the text: width, height (fixed), least_…, most_width, row (of a header)."""
    for size, base in sizes.items():
        widget.setProperty(f"hold_{size}", base)
    _measure(widget)


def _measure(widget: QWidget) -> None:
    for size, put in _SETTERS.items():
        base = widget.property(f"hold_{size}")
        if base is not None:
            getattr(widget, put)(px(base))


# ---- the application


def font_folder() -> Traversable:
    """Beside the other assets, or where an installed program has them: in its runtime, a package of their own."""
    beside = files("assets") / "fonts"
    return beside if beside.is_dir() else files("manfaz_fonts")


def load_fonts() -> None:
    folder = font_folder()
    for weight in WEIGHTS:
        QFontDatabase.addApplicationFontFromData((folder / f"{FAMILY.replace(' ', '')}-{weight}.ttf").read_bytes())


def make_font(kind: str = "body", weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """A kind of text at the size in force. `locl` off: with it, digits in Arabic text have no Unicode and vanish from
    PDFs.
    """
    return QFont(_made_font(text_px(kind), weight))


@cache
def _made_font(dots: int, weight: QFont.Weight) -> QFont:
    """Made once: each size and weight that is set anew is matched with the system's fonts, for every painted word."""
    font = QFont(FAMILY)
    font.setPixelSize(dots)
    font.setWeight(weight)
    font.setFeature(QFont.Tag("locl"), 0)
    return font


def make_palette() -> QPalette:
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: "page", QPalette.ColorRole.Base: "card", QPalette.ColorRole.Text: "ink",
        QPalette.ColorRole.WindowText: "ink", QPalette.ColorRole.ButtonText: "ink", QPalette.ColorRole.Button: "card",
        QPalette.ColorRole.Highlight: "primary", QPalette.ColorRole.PlaceholderText: "hint",
    }  # fmt: skip
    for role, token in roles.items():
        palette.setColor(role, QColor(TOKENS[token]))
    return palette


def dress(app: QApplication, look: ScreenLook | None = None) -> None:
    """Give the application its style, font, colours and sheet; the same on every desktop, dark ones included."""
    if app.style().objectName().lower() != "fusion":  # as with the sheet
        app.setStyle("Fusion")
    load_fonts()
    wear(app, look or ScreenLook())


def wear(app: QApplication, wanted: ScreenLook) -> None:
    """Another look, in every window that is open."""
    _InForce.look = wanted
    TOKENS.update(COLOURS["normal"] | (COLOURS["contrast"] if wanted.contrast else {}))
    app.setFont(make_font())
    app.setPalette(make_palette())
    made = sheet()
    if app.styleSheet() != made:  # every widget alive would be polished again
        app.setStyleSheet(made)
    for widget in app.allWidgets():
        _measure(widget)
