"""Words stand where they were measured to stand: Qt lays a line of Arabic out a dot wider than it measures it."""

from __future__ import annotations

from math import ceil
from typing import Final

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from protocol.texts import LANGUAGES, Language, say
from protocol.values.arabic import isolate
from ui.widgets import Button, Text, fitted_text
from ui.widgets.fitted_text import SLACK_PX
from ui.widgets.message_words import fitted_words, opener_px
from ui.widgets.theme import SIZES, ScreenLook, make_font, wear

WORDS: Final = (
    "chip.offline.none", "chip.sent", "chip.rejected", "chip.waiting",
    "key.back", "print.copy", "papers.find", "list.open",
)  # fmt: skip
LONG: Final = ("report.not_ready", "report.sign.shop", "when.pageLockout.1.do", "help.pageEvidence")
MISSING: Final = "ينقص مستند مطلوب: شهادة الميلاد الورقية إذا لم يكن القيد على الحاسب أو اختلفت البيانات"


def lines(text: str, font: QFont, width: int, *, rtl: bool = True) -> int:
    laid, _ = fitted_text.lay_out(text, font, width, fitted_text.side(rtl=rtl), rtl=rtl)
    return laid.lineCount()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", WORDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_button_of_its_own_size_says_its_words_in_one_line(
    app: QApplication, size: int, language: Language, key: str
) -> None:
    wear(app, ScreenLook(size))
    for shown, icon in (("", "offline"), ("", ""), ("F9", ""), ("F9", "print")):
        button = Button("button")
        if key.startswith("chip"):
            button.setProperty("chip", "off")
        button.word(say(language, key, n=3, count="3"), shown)
        if icon:
            button.picture(icon)
        button.resize(button.sizeHint())
        place, font = button._words_place(), button.font()
        assert fitted_text.fit(button.words, font, place.size()).px == font.pixelSize(), (shown, icon)
        assert lines(button.words, font, place.width(), rtl=language == "ar") == 1, (shown, icon)
        assert place.width() >= QFontMetricsF(font).horizontalAdvance(button.words) + SLACK_PX, (shown, icon)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", LONG)
@pytest.mark.parametrize("language", LANGUAGES)
def test_words_take_no_more_lines_than_they_are_said_to(
    app: QApplication, size: int, language: Language, key: str
) -> None:
    wear(app, ScreenLook(size))
    text, font, rtl = say(language, key), make_font("hint"), language == "ar"
    for width in range(200, 420, 10):
        assert lines(text, font, width, rtl=rtl) <= fitted_text.count_lines(text, font, width)
    wide = ceil(QFontMetricsF(font).horizontalAdvance(text))
    for width in range(wide - 1, wide + 3):
        if fitted_text.fit(text, font, QSize(width, 60), 1).px == font.pixelSize():
            assert lines(text, font, width, rtl=rtl) == 1


@pytest.mark.parametrize("width", range(280, 420, 7))
def test_a_number_with_dashes_takes_the_lines_it_is_counted_to_take(app: QApplication, width: int) -> None:
    del app
    device = isolate("0192f0c1-7c3a-7b1e-8a4d-5566778899aa")
    text, font = say("ar", "help.device", device=device, version=isolate("0.1.0")), make_font("hint")
    fit = fitted_text.fit(text, font, QSize(width, 60))
    font.setPixelSize(fit.px)
    assert not fit.whole or lines(text, font, width) <= 2


@pytest.mark.parametrize("size", SIZES)
def test_no_word_of_a_message_lies_under_the_key_that_opens_the_rest(app: QApplication, size: int) -> None:
    wear(app, ScreenLook(size))
    place = QSize(348, 64)
    for what in (MISSING, MISSING[:60], MISSING[:40]):
        words = fitted_words(what, "صوّره ثم تابع. " * 9, place)
        assert not words.whole
        last, font = (words.more, words.plain) if words.more else (words.what, words.strong)
        laid, _ = fitted_text.lay_out(last, font, words.wide, Qt.AlignmentFlag.AlignLeft, rtl=True)
        end = laid.lineAt(laid.lineCount() - 1).naturalTextWidth()
        assert end <= place.width() - opener_px() + SLACK_PX


def test_a_shortened_sentence_ends_in_three_dots(app: QApplication) -> None:
    del app
    font = make_font("hint")
    width = font.pixelSize() * 12
    short, whole = fitted_text.shortened("ساعات انتظار أقدمها: 24. الحد: 24. اتصل بالمركز الآن وأخبره", font, width, 1)
    assert not whole
    assert short.endswith("…")
    assert ".…" not in short


def inked(text: str, height: int) -> int:
    """How many dots of it are to be seen in a place so high."""
    image = QImage(400, height, QImage.Format.Format_Grayscale8)
    image.fill(255)
    with QPainter(image) as painter:
        painter.setFont(make_font("h2"))
        fitted_text.draw(painter, image.rect(), text, fitted_text.side(rtl=True), rtl=True)
    return sum(value < 128 for value in bytes(image.constBits()))


@pytest.mark.parametrize("text", ["لا شيء", "الدقي"])
def test_no_dot_of_a_letter_is_cut_in_a_line_of_its_font(app: QApplication, text: str) -> None:
    del app
    line = int(QFontMetricsF(make_font("h2")).height())
    assert inked(text, line) == inked(text, line + 40)


@pytest.mark.parametrize(
    ("text", "whole"), [("ثم اضغط F10.", "اضغط F10."), ("بـ Alt+3", "بـ Alt+3"), ("مقاس 4 في 6 سم", "4 في 6 سم")]
)
def test_no_line_ends_before_a_key_or_within_a_measure(app: QApplication, text: str, whole: str) -> None:
    del app
    assert whole.replace(" ", "\xa0") in fitted_text.joined(text)
    label = Text(text, wrap=True)
    assert label.text() == text
