"""First use: while a PIN is new each screen says once what it is for."""

from __future__ import annotations

from PySide6.QtCore import Qt

from protocol.errors import Refused
from protocol.program.explained import explain
from tests.harness.shop import CODE, OPERATOR, PIN
from tests.ui.conftest import Hands

FIRST = "أول مرة هنا"


def begun(hands: Hands) -> Hands:
    hands.window.session.activate_page.asked.emit(OPERATOR, CODE, PIN)
    hands.until("pageOpenDay")
    return hands


def test_each_screen_says_it_once_to_whoever_has_just_set_a_pin(hands: Hands) -> None:
    begun(hands)
    hands.qtbot.waitUntil(lambda: FIRST in hands.page.notice.text())
    hands.type("0")
    hands.press(Qt.Key.Key_F10, to="pageCatalogue")
    hands.qtbot.waitUntil(lambda: FIRST in hands.page.notice.text())
    hands.press(Qt.Key.Key_F6, to="pageTransactions")
    hands.qtbot.waitUntil(lambda: FIRST in hands.page.notice.text())
    hands.press(Qt.Key.Key_Escape, to="pageCatalogue")
    hands.settle(800)
    assert FIRST not in hands.page.notice.text()


def test_no_hint_covers_a_message_and_none_comes_after_signing_out(hands: Hands) -> None:
    begun(hands)
    hands.page.notice.tell("act", "خطأ")
    hands.settle(800)
    assert hands.page.notice.text() == "خطأ"
    hands.window.session.sign_out()
    hands.until("pageSignIn")
    hands.settle(800)
    assert FIRST not in hands.page.notice.text()


def test_what_stands_on_the_screen_turns_with_the_language(hands: Hands) -> None:
    begun(hands)
    hands.qtbot.waitUntil(lambda: FIRST in hands.page.notice.text())
    hands.press(Qt.Key.Key_F11)
    assert "First time here" in hands.page.notice.text()
    hands.page.fail(Refused("day_closed"))
    english = hands.page.notice.text()
    hands.press(Qt.Key.Key_F11)
    arabic = hands.page.notice.text()
    assert arabic != english
    assert arabic.startswith(explain("ar", Refused("day_closed"))[0])
    hands.page.calm()
    hands.press(Qt.Key.Key_F11)
    assert hands.page.notice.text() == "", "what was taken away does not come back"
