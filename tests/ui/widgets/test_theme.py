"""Colours that can be told apart, and a look that an open window follows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Template

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from tests.harness import contrast
from ui.main.application import make_application
from ui.widgets import theme
from ui.widgets.labels import Text
from ui.widgets.theme import COLOURS, ScreenLook, hold, wear

FAMILIES = ("civil", "traffic", "supply", "law", "util", "local", "security", "social")
TEXTS = [
    *((ink, ground) for ink in ("ink", "ink2") for ground in ("page", "card", "soft", "cream", "off_bg", "info_bg")),
    ("ink", "chosen"), ("ink2", "chosen"),
    ("hint", "card"), ("hint", "cream"), ("hint", "chosen"), ("ink", "focus"),
    ("on_primary", "primary"), ("on_primary", "hover"),
    ("on_primary", "act_solid"), ("on_header", "header"), ("muted", "header"), ("on_practice", "practice"),
    ("act", "card"), ("act", "page"), ("ok", "card"), ("wait", "card"), ("hover", "info_bg"), ("primary", "waits_bg"),
    *((tone, f"{tone}_bg") for tone in ("ok", "wait", "off", "act")), ("primary", "info_bg"), ("primary", "card"),
    ("accent_ink", "accent_tint"), ("ink", "cap"), ("ink", "cap_low"),
    *((f"f_{family}_i", f"f_{family}") for family in FAMILIES),
]  # fmt: skip
SHAPES = [
    ("border", "card"), ("border", "page"), ("ink", "focus"), ("ink", "cream"), ("act", "card"), ("primary", "page"),
    ("act_solid", "card"), ("ink", "page"), ("accent_light", "header"),
    *((tone, ground) for tone in ("ok", "wait", "act") for ground in ("card", "page")),
]  # fmt: skip
THEMES = {"normal": COLOURS["normal"], "contrast": COLOURS["normal"] | COLOURS["contrast"]}
SHEET = Path(__file__).parents[3] / "assets" / "screen.qss"


def ratio(first: str, second: str) -> float:
    return contrast.ratio(QColor(first), QColor(second))


@pytest.fixture
def look() -> Iterator[QApplication]:
    """Whatever a test wears, the next one finds the plain look."""
    app = make_application([])
    yield app
    wear(app, ScreenLook())


def test_the_ratio_is_that_of_wcag() -> None:
    assert ratio("#000000", "#FFFFFF") == pytest.approx(21)
    assert ratio("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", THEMES)
def test_every_text_stands_out_from_its_ground(name: str) -> None:
    tokens = THEMES[name]
    weak = {pair: ratio(tokens[pair[0]], tokens[pair[1]]) for pair in TEXTS}
    least = 7.0 if name == "contrast" else 4.5
    assert {pair: found for pair, found in weak.items() if found < least} == {}


@pytest.mark.parametrize("name", THEMES)
def test_every_edge_and_picture_stands_out_from_its_ground(name: str) -> None:
    tokens = THEMES[name]
    weak = {pair: ratio(tokens[pair[0]], tokens[pair[1]]) for pair in SHAPES}
    assert {pair: found for pair, found in weak.items() if found < 3} == {}


@pytest.mark.parametrize("name", THEMES)
def test_each_rule_of_the_sheet_that_names_both_colours_can_be_read(name: str) -> None:
    """Whatever is added to the sheet is judged too, but what is disabled."""
    for selector, rule in rules(THEMES[name]):
        ground = re.search(r"(?<![-\w])background: (#[0-9A-F]{6})", rule)
        ink = re.search(r"(?<![-\w])color: (#[0-9A-F]{6})", rule)
        if ground and ink and ":disabled" not in selector:
            assert ratio(ground[1], ink[1]) >= 4.5, selector


def rules(tokens: Mapping[str, str]) -> list[tuple[str, str]]:
    sizes = {f"t_{kind}": "1px" for kind in theme.TEXT} | {f"r_{kind}": "1px" for kind in theme.RADIUS}
    text = Template(SHEET.read_text(encoding="utf-8")).substitute(tokens, **sizes, tile="1px", icons="")
    return [(found[1].strip(), found[2]) for found in re.finditer(r"([^{}]+)\{([^{}]*)\}", text)]


def test_where_the_focus_is_no_colour_of_the_sheet_says() -> None:
    assert ":focus" not in SHEET.read_text(encoding="utf-8")


def test_every_icon_is_shown_somewhere() -> None:
    """One kept set: what nobody shows is not carried to every counter."""
    root = SHEET.parents[1]
    kinds, folders = (".py", ".html", ".json"), ("ui", "central", "assets/services", "protocol/catalogue")
    files = [path for folder in folders for path in (root / folder).rglob("*") if path.suffix in kinds]
    said = "\n".join(path.read_text(encoding="utf-8") for path in (*files, SHEET))
    names = {path.stem for path in (root / "assets" / "icons").glob("*.svg")}
    assert {name for name in names if not re.search(rf"[\"'/]{name}(?:\.svg)?[\"')]", said)} == set()


def test_no_colour_stands_outside_the_tokens() -> None:
    assert re.findall(r"#[0-9A-Fa-f]{3,6}\b", SHEET.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("size", theme.SIZES)
def test_text_and_what_is_measured_in_it_grow_in_an_open_window(qtbot: QtBot, look: QApplication, size: int) -> None:
    label = Text("نص", role="h1")
    box = QLabel()
    qtbot.addWidget(label)
    qtbot.addWidget(box)
    hold(box, width=200, least_height=50)
    label.show()
    wear(look, ScreenLook(size))
    label.ensurePolished()
    assert label.font().pixelSize() == round(24 * size / 100)
    assert (box.minimumWidth(), box.maximumWidth(), box.minimumHeight()) == (
        2 * size, 2 * size, round(size / 2),
    )  # fmt: skip
    assert look.font().pixelSize() == round(18 * size / 100)


def test_no_page_has_a_width_of_its_own_that_does_not_grow_with_the_text() -> None:
    pages = list((Path(__file__).parents[3] / "ui").rglob("*_page*.py"))
    assert len(pages) >= 30
    assert [page.name for page in pages if ".setFixedWidth(" in page.read_text(encoding="utf-8")] == []


def test_the_contrast_look_is_worn_and_taken_off(look: QApplication) -> None:
    wear(look, ScreenLook(100, contrast=True))
    assert THEMES["contrast"] == theme.TOKENS
    assert COLOURS["normal"]["page"] not in look.styleSheet()
    wear(look, ScreenLook())
    assert THEMES["normal"] == theme.TOKENS
