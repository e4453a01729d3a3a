"""Every screen in every state can be read and reached: at 130 % in Arabic; at 100 % in English, then turned to Arabic.

`make screens` does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from protocol.texts import LANGUAGES
from tests.harness.screen_judge import SIZE, faults, scrolled
from tests.harness.stage import Stage, theatre
from tests.ui.access.access_judge import nameless, unseen
from tests.ui.screens.__main__ import FOLDER, IN_CONTRAST, draw
from tests.ui.screens.all_scenes import SCENES, STATES, Scene
from ui.main.application import make_application
from ui.widgets.labels import Text
from ui.widgets.push_button import Button
from ui.widgets.theme import ScreenLook


@pytest.fixture
def dressed(request: pytest.FixtureRequest) -> Iterator[None]:
    with theatre(request.param):
        yield


@pytest.mark.parametrize("dressed", [ScreenLook(130)], indirect=True, ids=["130"])
@pytest.mark.parametrize("one", SCENES, ids=lambda one: one.name)
def test_it_can_be_read_in_arabic_with_large_text(dressed: None, one: Scene) -> None:
    assert draw(one, "ar")[1] == []


@pytest.mark.parametrize("dressed", [ScreenLook(100)], indirect=True, ids=["100"])
@pytest.mark.parametrize("one", SCENES, ids=lambda one: one.name)
def test_it_can_be_read_and_reached_in_english_and_reached_in_arabic(dressed: None, one: Scene) -> None:
    """Nothing is below the edge. What can have the focus has a name in both languages, and shows that it has it."""
    stage = Stage("en", one.counter())
    try:
        one.play(stage)
        stage.settle(40)
        assert faults(stage.subject) == []
        assert scrolled(stage.subject) == []
        assert nameless(stage, "en") == []
        stage.window.set_language("ar")
        stage.settle()
        assert nameless(stage, "ar") == []
        assert unseen(stage) == []
    finally:
        stage.close()


def test_every_state_is_drawn_and_every_picture_is_there() -> None:
    assert {one.state for one in SCENES} == set(STATES)
    assert len({one.name for one in SCENES}) == len(SCENES)
    assert set(IN_CONTRAST) <= {one.name for one in SCENES}
    index = (FOLDER / "index.md").read_text(encoding="utf-8")
    for one in SCENES:
        assert one.caption, one.name
        for language in LANGUAGES:
            assert f"{one.name}.{language}-130.png" in index
            assert (FOLDER / f"{one.name}.{language}-130.png").exists()
    sizes = [path.stat().st_size for path in FOLDER.glob("*.png")]
    assert len(sizes) >= 60
    assert max(sizes) < 70_000
    assert sum(sizes) / len(sizes) < 33_000


# ---- the judge sees what is wrong


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    make_application([])
    found = QWidget()
    found.resize(SIZE)
    qtbot.addWidget(found)
    return found


def shown(window: QWidget) -> str:
    window.show()
    return "\n".join(faults(window))


def test_a_text_wider_than_its_place_is_seen(window: QWidget) -> None:
    label = Text("أطول من مكانه بكثير")
    label.setParent(window)
    label.setGeometry(10, 10, 40, 40)
    assert "of width" in shown(window)


def test_a_wrapped_text_higher_than_its_place_is_seen(window: QWidget) -> None:
    label = Text("كلمة " * 40, wrap=True)
    label.setParent(window)
    label.setGeometry(10, 10, 200, 30)
    assert "of height" in shown(window)


def test_what_lies_on_something_else_is_seen(window: QWidget) -> None:
    for place in (10, 30):
        label = Text("نص")
        label.setParent(window)
        label.setGeometry(place, 10, 200, 40)
    assert "lies on" in shown(window)


def test_buttons_too_near_each_other_are_seen(window: QWidget) -> None:
    for place in (10, 117):
        button = Button("b")
        button.setParent(window)
        button.setGeometry(place, 10, 100, 60)
    assert "is nearer than 8 dots" in shown(window)


def test_what_is_outside_the_window_or_its_parent_is_seen(window: QWidget) -> None:
    label = Text("نص")
    label.setParent(window)
    label.setGeometry(SIZE.width() - 20, 10, 200, 40)
    assert "cut off" in shown(window)


def test_a_window_pushed_open_is_seen(window: QWidget) -> None:
    window.resize(SIZE.width() + 40, SIZE.height())
    assert "the window is" in shown(window)


def test_a_good_screen_has_no_faults(window: QWidget) -> None:
    column, row = QVBoxLayout(window), QHBoxLayout()
    for text in ("نص", "Text"):
        row.addWidget(QLabel(text))
    column.addLayout(row)
    column.addWidget(Text("كلمة " * 40, wrap=True))
    assert shown(window) == ""
