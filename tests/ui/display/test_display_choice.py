"""The look of the machine: tried out at once, kept for the next start, and back to where one was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QApplication

from tests.ui.conftest import Hands
from ui.display.display_choice import keep_look, kept_look
from ui.main.application import make_application
from ui.widgets import theme
from ui.widgets.theme import ScreenLook, wear


@pytest.fixture(autouse=True)
def own_file(tmp_path: Path) -> Iterator[None]:
    """Nothing of this machine's user is read or written."""
    for at in (tmp_path, tmp_path / "other"):
        QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(at))
        if at == tmp_path:
            yield
    app = make_application([])
    wear(app, ScreenLook())


def alt_f11(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F11, alt=True)
    hands.until("pageDisplay")


@pytest.mark.parametrize("look", [ScreenLook(130), ScreenLook(115, contrast=True), ScreenLook()])
def test_what_was_kept_is_worn_at_the_next_start(look: ScreenLook) -> None:
    keep_look(look)
    assert kept_look() == look


@pytest.mark.parametrize("text", ["", "0", "1000000", "99", "large", "-130", "١٣٠"])
def test_a_file_that_somebody_spoiled_gives_the_plain_look(text: str, tmp_path: Path) -> None:
    keep_look(ScreenLook(130))
    file = next(tmp_path.rglob("*.ini"))
    file.write_text(f"[display]\ntext={text}\ncontrast=perhaps\n", encoding="utf-8")
    os.utime(file, (later := file.stat().st_mtime + 5, later))  # Qt reads again what is newer or of another size
    assert kept_look() == ScreenLook()


def test_a_choice_is_worn_at_once_kept_and_left_for_the_same_field(hands: Hands) -> None:
    hands.home().form()
    hands.find("field_name").setFocus()
    hands.type("منى")
    alt_f11(hands)
    page = hands.window.session.screens().display.page
    page.sizes[130].click()
    hands.settle()
    assert theme.screen_look() == ScreenLook(130)
    page.colours[True].click()
    hands.settle()
    assert kept_look() == theme.screen_look() == ScreenLook(130, contrast=True)
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    assert application.font().pixelSize() == 23
    hands.press(Qt.Key.Key_F11, alt=True)  # pressed again, it stays
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageForm")
    field = hands.find("field_name")  # the form has made it anew
    assert hands.window.focusWidget() is field
    assert field.property("text") == "منى"


def test_the_arrows_choose_too(hands: Hands) -> None:
    hands.home()
    alt_f11(hands)
    hands.press(Qt.Key.Key_Down)
    hands.settle()
    assert theme.screen_look() == ScreenLook(130)


def test_it_is_reached_before_anybody_has_signed_in_and_by_the_mouse(hands: Hands) -> None:
    hands.qtbot.waitUntil(lambda: hands.page.objectName() == "pageSignIn")
    hands.window.header.display.click()
    hands.until("pageDisplay")
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageSignIn")


def test_not_while_something_is_being_saved(hands: Hands) -> None:
    hands.home().counted()
    hands.counter.hold = True
    hands.press(Qt.Key.Key_F10)
    hands.window.header.display.click()
    assert hands.page.objectName() == "pageReview"
    hands.counter.release()
    hands.until("pageDone")
