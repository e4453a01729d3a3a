"""Every screen in every state can be read and reached: at 130 % in Arabic; at 100 % in English, then turned to Arabic.
The fullest at 1024 dots.

`make screens` does the rest.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QSize, Qt

from protocol.texts import LANGUAGES
from tests.harness.screen_judge import faults
from tests.harness.stage import Stage, theatre
from tests.ui.access.access_judge import nameless, unseen
from tests.ui.screens.__main__ import main
from tests.ui.screens.all_scenes import SCENES, STATES, Scene
from tests.ui.screens.drawing import FOLDER, draw
from tests.ui.screens.index_page import FILMS, IN_LARGE, index
from ui.widgets.theme import ScreenLook

FULL = (
    "home_needs", "form_filled", "form_guidance", "review_visit", "review_change", "refuse_many_papers", "done_visit",
    "detail_rejected", "close_sign", "papers_trouble", "line_by_stick", "lockout_doubt", "citizen_saved",
    "setup_backups", "practice_form",
)  # fmt: skip


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
        assert nameless(stage, "en") == []
        stage.window.set_language("ar")
        stage.settle()
        assert nameless(stage, "ar") == []
        assert unseen(stage) == []
    finally:
        stage.close()


@pytest.mark.parametrize("dressed", [ScreenLook(115)], indirect=True, ids=["115"])
@pytest.mark.parametrize("name", FULL)
def test_the_fullest_pages_fit_on_an_old_screen(dressed: None, name: str) -> None:
    one = next(one for one in SCENES if one.name == name)
    assert draw(one, "en", QSize(1024, 768))[1] == []


@pytest.mark.parametrize("dressed", [ScreenLook(100)], indirect=True, ids=["100"])
@pytest.mark.parametrize("name", ["home_long", "done_visit", "home_first"])
def test_it_can_be_read_when_its_letters_were_made_larger_meanwhile(dressed: None, name: str) -> None:
    one = next(one for one in SCENES if one.name == name)
    stage = Stage("ar", one.counter())
    try:
        one.play(stage)
        letters = stage.screens.display
        letters.open()
        letters.page.asked.emit(ScreenLook(130))
        stage.press(Qt.Key.Key_Escape)
        stage.picture()
        assert faults(stage.subject) == []
    finally:
        stage.close()


def test_every_state_is_drawn_and_every_picture_is_there() -> None:
    names = {one.name for one in SCENES}
    assert {one.state for one in SCENES} == set(STATES)
    assert len(names) == len(SCENES)
    assert set(IN_LARGE) <= names
    for one in SCENES:
        assert one.caption, one.name
        for language in LANGUAGES:
            assert f"{one.name}.{language}-115.webp" in index()
            assert (FOLDER / f"{one.name}.{language}-115.webp").exists()
    sizes = [path.stat().st_size for path in FOLDER.glob("*.webp")]
    assert len(sizes) >= 60
    assert max(sizes) < 60_000
    assert sum(sizes) / len(sizes) < 30_000


def test_the_ten_commonest_tasks_are_shown_as_films_of_scenes_that_there_are() -> None:
    assert len(FILMS) == 10
    assert {name for film in FILMS.values() for name in film} <= {one.name for one in SCENES}


def test_a_name_that_is_no_scene_is_refused_with_those_alike(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["help"])
    assert "help is no scene; there are help_" in capsys.readouterr().err
