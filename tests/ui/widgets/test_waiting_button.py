"""A button that waits says what for, whatever room it has."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ui.widgets import Button
from ui.widgets.theme import SIZES, ScreenLook, wear

WHY = "اكتب المستلَم أولًا"


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("width", [320, 416])
def test_it_says_what_it_does_and_what_it_waits_for(qtbot: QtBot, app: QApplication, size: int, width: int) -> None:
    wear(app, ScreenLook(size))
    button = Button("one", "primary", saves=True)
    qtbot.addWidget(button)
    button.resize(width, 64)
    button.word("تأكيد الاستلام", "F10")
    button.wait_for(WHY)
    assert [text for text, _, _ in button._lines()] == ["تأكيد الاستلام", WHY]
    assert button.fits()
    assert button.property("variant") == "waits"
    assert button.accessibleDescription().startswith(WHY)
    button.wait_for()
    assert [text for text, _, _ in button._lines()] == ["تأكيد الاستلام"]
    assert button.property("variant") == "primary"
    assert WHY not in button.accessibleDescription()


def test_where_both_have_no_room_it_says_what_it_waits_for(qtbot: QtBot, app: QApplication) -> None:
    del app
    button = Button("one", "primary")
    qtbot.addWidget(button)
    button.resize(320, 64)
    button.word("ابدأ استخراج شهادة ميلاد مميكنة لأول مرة من مكتب صحة بلد الميلاد", "F10")
    button.wait_for(WHY)
    assert [text for text, _, _ in button._lines()] == [WHY]
    assert button.fits()
