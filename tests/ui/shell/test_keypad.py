"""A keypad for fingers: it comes to fields of digits, keeps the focus where it is, and goes when keys are used."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QPointingDevice, QTouchEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tests.harness.shop import PIN
from tests.ui.conftest import FakeCounter, Hands
from ui.main.window import Window
from ui.shell.keypad_flow import Keypad
from ui.widgets.push_button import Button


class Fingers:
    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.pad: Keypad = hands.window.session.screens().keypad.keypad

    def touch(self) -> None:
        event = QTouchEvent(QEvent.Type.TouchBegin, QPointingDevice.primaryPointingDevice())
        self._native(event)

    def key(self) -> None:
        self._native(QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier))

    def _native(self, event: QEvent) -> None:
        handle = self.hands.window.windowHandle()
        assert handle is not None
        QApplication.sendEvent(handle, event)
        self.hands.settle()

    def button(self, name: str) -> Button:
        found = self.pad.findChild(Button, f"keypad{name}")
        assert found is not None
        return found

    def tap(self, *names: str) -> None:
        for name in names:
            QTest.mouseClick(self.button(name), Qt.MouseButton.LeftButton)
        self.hands.settle()


@pytest.fixture
def fingers(hands: Hands) -> Iterator[Fingers]:
    hands.home()
    yield Fingers(hands)
    hands.window.close()


def test_without_a_finger_there_is_no_keypad(fingers: Fingers) -> None:
    fingers.hands.form()
    assert not fingers.pad.isVisible()


def test_an_id_is_typed_with_fingers_and_the_keypad_leaves_with_the_digits(fingers: Fingers) -> None:
    hands = fingers.hands
    hands.form()
    fingers.touch()
    edit: QLineEdit = hands.find("field_national_id")
    assert hands.window.focusWidget() is edit
    assert fingers.pad.isVisible()
    fingers.tap(*"20001010100014", "1", "Delete")
    assert edit.text() == "20001010100014"
    assert hands.window.focusWidget() is edit
    fingers.tap("Next")
    assert hands.window.focusWidget() is hands.find("field_name")
    assert not fingers.pad.isVisible()
    hands.find("field_mobile").setFocus()
    hands.settle()
    assert fingers.pad.isVisible()


def test_a_pin_is_typed_with_fingers(fingers: Fingers) -> None:
    hands = fingers.hands
    hands.press(Qt.Key.Key_F12, to="pageLock")
    fingers.touch()
    fingers.tap(*PIN, "Next")
    hands.until("pageCatalogue")
    assert not fingers.pad.isVisible()


def test_it_lies_on_no_field_of_digits_and_goes_at_a_key_or_when_it_is_put_away(fingers: Fingers) -> None:
    hands = fingers.hands
    hands.review()
    fingers.touch()
    assert fingers.pad.isVisible()
    field = hands.find("tenderedEdit")
    place = field.rect().translated(field.mapTo(hands.window, field.rect().topLeft()))
    assert not fingers.pad.geometry().intersects(place)
    assert hands.window.rect().contains(fingers.pad.geometry())
    fingers.tap("5", "0", ".", "5")
    assert field.text() == "50.5"
    fingers.tap("Hide")
    assert not fingers.pad.isVisible()
    fingers.touch()
    assert fingers.pad.isVisible()
    fingers.key()
    assert not fingers.pad.isVisible()


def test_it_never_comes_between_a_finger_and_what_is_touched(fingers: Fingers) -> None:
    """An answer is touched where the keypad will lie, after the amount was typed on the keyboard."""
    hands = fingers.hands
    hands.review()
    hands.type("50")
    fingers.key()
    answers, field = hands.find("answersTable"), hands.find("tenderedEdit")
    place = answers.viewport().mapTo(hands.window, answers.visualRect(answers.model().index(1, 0)).center())
    for _ in range(2):
        touch(hands, place)
        assert field.text() == "50"
        assert answers.currentRow() == 1
        field.setFocus()
        hands.settle()
        fingers.tap("Hide")


def touch(hands: Hands, place: QPoint) -> None:
    handle, device = hands.window.windowHandle(), QTest.createTouchDevice()
    QTest.touchEvent(handle, device, False).press(0, place, handle).commit()
    QTest.touchEvent(handle, device, False).release(0, place, handle).commit()
    hands.settle()


def test_put_away_it_stays_so_until_its_field_is_touched_again(fingers: Fingers) -> None:
    hands = fingers.hands
    hands.review()
    fingers.touch()
    fingers.tap("Hide")
    field = hands.find("tenderedEdit")
    touch(hands, hands.page.title.mapTo(hands.window, hands.page.title.rect().center()))
    assert not fingers.pad.isVisible()
    touch(hands, field.mapTo(hands.window, field.rect().center()))
    assert fingers.pad.isVisible()


def test_what_the_page_is_for_and_the_way_back_are_pressed_beside_it(fingers: Fingers) -> None:
    hands = fingers.hands
    for go in (hands.form, hands.review):
        go()
        fingers.touch()
        assert fingers.pad.isVisible()
        for button in (hands.find("primaryButton"), hands.find("backButton")):
            place = button.rect().translated(button.mapTo(hands.window, button.rect().topLeft()))
            assert not fingers.pad.geometry().intersects(place)


def test_its_words_follow_the_language_and_its_digits_do_not_mirror(fingers: Fingers) -> None:
    hands = fingers.hands
    hands.form()
    fingers.touch()
    one, three = (fingers.button(digit) for digit in "13")
    assert one.x() < three.x()
    hands.window.set_language("en")
    hands.find("field_mobile").setFocus()
    hands.settle()
    assert fingers.pad.next.accessibleName() == "Next"


def test_a_window_dropped_without_a_close_takes_its_keypad_along(qtbot: QtBot, counter: FakeCounter) -> None:
    """Its fields lose the focus one by one while it goes; pytest-qt fails the test for what is raised in a slot."""
    window = Window(counter, "ar")
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    Fingers(Hands(qtbot, counter, window).home().form()).touch()
    shiboken6.delete(window)
    other = QWidget()
    qtbot.addWidget(other)
    fields = [QLineEdit(other) for _ in range(2)]
    other.show()
    other.activateWindow()
    qtbot.waitExposed(other)
    for field in fields:
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
    assert not [widget for widget in QApplication.allWidgets() if isinstance(widget, Keypad) and widget.isVisible()]
