"""F1: every screen has a page of help with its keys, what to do when…, the number to call and the device's id."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kiosk import VERSION
from protocol.errors import Refused
from protocol.texts import table
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.shop import PIN
from tests.ui.conftest import Hands, every_page, open_window
from tests.ui.requests.test_request_lists import cells, texts
from ui.shell.help_page import cases


def test_the_page_names_keys_cases_phone_and_device_and_leads_back_to_the_field(hands: Hands) -> None:
    hands.home().form()
    field = hands.window.focusWidget().objectName()
    assert field
    hands.press(Qt.Key.Key_F1, to="pageHelp")
    shown = texts(hands.page)
    device, case = "0192f0c1-7c3a-7b1e-8a4d-5566778899aa", "المواطن لا يملك كل المستندات"
    for words in ("15999", device, VERSION, "ماذا تفعل إذا", case):
        assert words in shown
    assert "F10" in cells(hands.find("helpKeys"))
    hands.press(Qt.Key.Key_F11)
    assert "The citizen lacks a document" in texts(hands.page)
    hands.press(Qt.Key.Key_Escape, to="pageForm")
    assert hands.window.focusWidget().objectName() == field


def test_another_screens_help_does_not_keep_the_cases_of_the_first(hands: Hands) -> None:
    hands.home().form()
    hands.press(Qt.Key.Key_F1, to="pageHelp")
    hands.press(Qt.Key.Key_F1, to="pageForm")
    hands.press(Qt.Key.Key_F6, to="pageRequests")
    hands.press(Qt.Key.Key_F1, to="pageHelp")
    assert "المواطن لا يملك كل المستندات" not in texts(hands.page)


def test_every_screen_says_what_to_do_when(hands: Hands) -> None:
    hands.home()
    pages = {page.objectName() for page in every_page(hands.window)} - {"pageHelp"}
    assert {page for page in pages if not cases(page)} == set()
    assert all(f"{key}.do" in table() for page in pages for key in cases(page))


def test_a_locked_screen_offers_no_keys_that_lead_inside(hands: Hands) -> None:
    hands.home()
    hands.press(Qt.Key.Key_F12, to="pageLock")
    hands.press(Qt.Key.Key_F1, to="pageHelp")
    assert "F6" not in cells(hands.find("helpKeys"))
    hands.press(Qt.Key.Key_F6)
    assert hands.page.objectName() == "pageHelp"
    hands.press(Qt.Key.Key_Escape, to="pageLock")


def test_help_before_first_trust_says_that_there_is_no_number_yet(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nothing() -> None:
        raise Refused("not_ready", missing="settings")

    monkeypatch.setattr(hands.counter.counter.in_force, "settings", nothing)
    hands.press(Qt.Key.Key_F1, to="pageHelp")
    assert "لم يصل رقم هاتف" in texts(hands.page)
    assert "0192f0c1" in texts(hands.page)
    hands.press(Qt.Key.Key_F1, to="pageSignIn")
    monkeypatch.setattr(hands.counter.counter.in_force, "statement", nothing)
    hands.press(Qt.Key.Key_F1, to="pageHelp")
    assert "0192f0c1" not in texts(hands.page)


def test_help_while_the_store_opens_is_a_few_lines_in_place(qtbot: QtBot) -> None:
    hands = open_window(qtbot, FakeCounter(ready=False))
    hands.press(Qt.Key.Key_F1)
    assert hands.page.objectName() == "pageSignIn"
    assert hands.page.notice.text()
    hands.window.close()


def test_a_form_that_was_told_another_language_while_locked_is_come_back_to(hands: Hands) -> None:
    hands.home().form()
    hands.type("29")
    hands.settle(30)
    field = hands.window.focusWidget().objectName()
    hands.press(Qt.Key.Key_F12, to="pageLock")
    hands.press(Qt.Key.Key_F11)
    hands.type(PIN)
    hands.press(Qt.Key.Key_F10, to="pageForm")
    assert hands.window.focusWidget().objectName() == field
    assert hands.window.session.screens().sale.form.raw()["national_id"] == "29"


def test_help_that_comes_after_the_lock_is_not_shown_over_it(hands: Hands) -> None:
    """It would name the keys of the page behind, and offer to begin practice."""
    hands.home()
    hands.counter.hold = True
    hands.send(Qt.Key.Key_F1)
    hands.send(Qt.Key.Key_F12)
    hands.counter.release()
    hands.settle(30)
    assert hands.page.objectName() == "pageLock"
