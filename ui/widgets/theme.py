"""One look for the whole counter: Fusion, one sheet (assets/screen.qss) made of tokens, one bundled font.

Colours stand here, sizes there, and nowhere else. A `Look` is what one person at this counter needs: how large the text
is and how hard it stands out; a window that is open follows it at once. Sides in a sheet are only half mirrored, so
nothing there is one-sided; one-sided space is for layouts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import Any, Final

from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QHeaderView, QWidget

FAMILY: Final = "IBM Plex Sans Arabic"
WEIGHTS: Final = ("Regular", "Medium", "SemiBold", "Bold")
SIZES: Final = (100, 115, 130)
"""Text, in per cent."""
TEXT_PX: Final = 18
TILE_PX: Final = 98
"""Two lines of a name and one of a price."""
NORMAL: Final[Mapping[str, str]] = {
    "ink": "#14202B", "ink2": "#45525E", "hint": "#5B6875", "page": "#F3F5F7", "card": "#FFFFFF", "line": "#C9D1D9",
    "border": "#6A7682", "primary": "#0A5A8C", "hover": "#084A73", "on_primary": "#FFFFFF", "header": "#12324A",
    "on_header": "#FFFFFF", "muted": "#C9D6E2",
    "ok": "#0A5C36", "ok_bg": "#DFF3E7", "wait": "#6B4300", "wait_bg": "#FFEFCC", "off": "#33404D", "off_bg": "#E1E7ED",
    "act": "#9B1C14", "act_bg": "#FDE6E4", "focus": "#FFD84D", "cream": "#FFF8DC", "disabled_bg": "#E6EAEE",
    "info_bg": "#E3EEF6", "veil": "rgba(243, 245, 247, 215)", "edge": "0px",
}  # fmt: skip
CONTRAST: Final[Mapping[str, str]] = {
    **NORMAL,
    "ink": "#000000", "ink2": "#000000", "hint": "#3A3A3A", "page": "#FFFFFF", "line": "#000000", "border": "#000000",
    "primary": "#00305C", "hover": "#001C36", "header": "#000000", "muted": "#FFFFFF",
    "ok": "#003D1F", "ok_bg": "#FFFFFF", "wait": "#4A2C00", "wait_bg": "#FFFFFF", "off": "#000000", "off_bg": "#DADADA",
    "act": "#7A0000", "act_bg": "#FFFFFF", "focus": "#FFE100", "cream": "#FFF3A0", "disabled_bg": "#FFFFFF",
    "info_bg": "#FFFFFF", "veil": "rgba(255, 255, 255, 235)", "edge": "2px",
}  # fmt: skip
TOKENS: Final[dict[str, str]] = dict(NORMAL)
"""The colours in force, by meaning."""


@dataclass(frozen=True, slots=True)
class ScreenLook:
    """`text` is one of `SIZES`; `contrast` whether black stands on white."""

    text: int = 100
    contrast: bool = False


class _InForce:
    look = ScreenLook()


_TEXT: Final = re.compile(r"font-size: ([0-9]+)px")


def px(base: int) -> int:
    """Screen dots at the size of text in force, of what is `base` at 100 %."""
    return round(base * _InForce.look.text / 100)


def screen_look() -> ScreenLook:
    return _InForce.look


def at_largest() -> bool:
    """Whether text is as large as it gets, and what is not needed gives up its room."""
    return _InForce.look.text == SIZES[-1]


def sheet() -> str:
    look = Template((files("assets") / "screen.qss").read_text(encoding="utf-8"))
    text = look.substitute(TOKENS, tile=px(TILE_PX), icons=(Path(str(files("assets"))) / "icons").as_posix())
    return _TEXT.sub(lambda found: f"font-size: {px(int(found[1]))}px", text)


# ---- what is measured in text: it grows with it, in a window that is open too

_SETTERS: Final[Mapping[str, Callable[[Any, int], object]]] = {
    "width": QWidget.setFixedWidth, "height": QWidget.setFixedHeight, "least_width": QWidget.setMinimumWidth,
    "least_height": QWidget.setMinimumHeight, "most_width": QWidget.setMaximumWidth,
    "least_row": QHeaderView.setMinimumSectionSize, "row": QHeaderView.setDefaultSectionSize,
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
            put(widget, px(base))


# ---- the application


def font_folder() -> Traversable:
    """Beside the other assets, or where an installed program has them: in its runtime, a package of their own."""
    beside = files("assets") / "fonts"
    return beside if beside.is_dir() else files("manfaz_fonts")


def load_fonts() -> None:
    folder = font_folder()
    for weight in WEIGHTS:
        QFontDatabase.addApplicationFontFromData((folder / f"{FAMILY.replace(' ', '')}-{weight}.ttf").read_bytes())


def make_font() -> QFont:
    """Body text. `locl` off: with it, digits in Arabic text have no Unicode and vanish from PDFs."""
    font = QFont(FAMILY)
    font.setPixelSize(px(TEXT_PX))
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
    TOKENS.update(CONTRAST if wanted.contrast else NORMAL)
    app.setFont(make_font())
    app.setPalette(make_palette())
    made = sheet()
    if app.styleSheet() != made:  # every widget alive would be polished again
        app.setStyleSheet(made)
    for widget in app.allWidgets():
        _measure(widget)
