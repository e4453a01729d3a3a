"""Words that are said to fit are laid out so: no line more, whatever a line takes beyond its letters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QApplication

from protocol.texts import LANGUAGES, say
from ui.widgets import Button
from ui.widgets.fitted_text import SLACK_PX, lay_out, side
from ui.widgets.theme import SIZES, ScreenLook, wear

WORDS: Final = ("chip.offline.none", "chip.sent", "key.back", "print.copy", "papers.find", "list.open")


@pytest.fixture(params=SIZES)
def dressed(qapp: QApplication, request: pytest.FixtureRequest) -> Iterator[None]:
    wear(qapp, ScreenLook(request.param))
    yield
    wear(qapp, ScreenLook())


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize("key", WORDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_of_its_own_size_says_its_words_in_one_line(language: str, key: str) -> None:
    for shown, icon in (("", "offline"), ("", ""), ("F9", ""), ("F9", "print")):
        button = Button("button")
        if key.startswith("chip"):
            button.setProperty("chip", "off")
        button.word(say(language, key), shown)  # type: ignore[arg-type]
        if icon:
            button.picture(icon)
        button.resize(button.sizeHint())
        room = button._words_place().width()
        _, high = lay_out(button._words, button.font(), room, side(rtl=language == "ar"), rtl=language == "ar")
        assert high < 1.5 * QFontMetricsF(button.font()).lineSpacing(), (shown, icon)
        assert room >= QFontMetricsF(button.font()).horizontalAdvance(button._words) + SLACK_PX, (shown, icon)
