"""What a page says stands in one place, and grows where nothing stands; nothing moves, all of it can be reached."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from protocol.errors import Refused
from protocol.program.explained import explain
from protocol.texts import Language
from tests.harness.fakes.fake_counter import FakeCounter
from tests.ui.conftest import Hands
from ui.main.application import make_application
from ui.shell import Page, Shell
from ui.widgets import Card, LineEdit
from ui.widgets.message_slot import HEIGHT_PX, LARGEST_PX
from ui.widgets.theme import ScreenLook, wear

SHORT, LONG = "لم يُحفظ شيء", "اكتب المبلغ من جديد ثم أكّد. " * 8
Key = Qt.Key


class Told(Page):
    """A page with a field, an action and a primary."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageTold", language, "display.title")
        self.primary = self.primary_button("key.confirm")
        self.second = self.button("second", "key.list", "F9")
        self.back_button()
        self.first_widget = self.second
        self.arrange(Card(self.caption("display.size")), 1, actions=(self.second,))


@pytest.fixture
def app() -> Iterator[QApplication]:
    found = make_application([])
    yield found
    wear(found, ScreenLook())


@pytest.fixture
def page(qtbot: QtBot, app: QApplication) -> Iterator[Told]:
    del app
    shell = Shell(FakeCounter())
    shell.resize(1366, 768)
    qtbot.addWidget(shell)
    page = shell.add(Told)
    shell.show()
    shell.activateWindow()
    qtbot.waitExposed(shell)
    yield page
    shell.close()


def places(page: Told) -> list[QRect]:
    window = page.window()
    return [
        QRect(part.mapTo(window, QPoint()), part.size())
        for part in page.findChildren(QWidget)
        if part.isVisible() and part is not page.notice and part.objectName() != "focusRing"
    ]


@pytest.mark.parametrize("size", [100, 115, 130])
@pytest.mark.parametrize("more", ["", SHORT, LONG])
def test_nothing_moves_when_a_message_comes_or_goes(app: QApplication, page: Told, size: int, more: str) -> None:
    wear(app, ScreenLook(size))
    QTest.qWait(20)
    before = places(page)
    page.notice.tell("act", SHORT, more)
    QTest.qWait(20)
    assert places(page) == before
    two_lines = LARGEST_PX if size == 130 else HEIGHT_PX
    assert page.notice.height() > two_lines if more == LONG else page.notice.height() == two_lines
    for part in (page.second, page.primary):
        assert not page.notice.geometry().intersects(QRect(part.mapTo(page._rail, QPoint()), part.size()))
    page.calm()
    QTest.qWait(20)
    assert places(page) == before


def test_what_has_no_room_is_opened_with_enter_and_folded_with_it(page: Told) -> None:
    page.notice.tell("act", SHORT, SHORT)
    assert page.notice.focusPolicy() is Qt.FocusPolicy.NoFocus, "there is nothing more to read"
    page.notice.tell("act", SHORT, LONG)
    page.notice.setFocus()
    folded = page.notice.geometry()
    for key in (Key.Key_Return, Key.Key_Escape):
        QTest.keyClick(page.notice, Key.Key_Return)
        assert page.notice.geometry().bottom() == folded.bottom()
        assert page.notice.height() > 2 * HEIGHT_PX
        assert not page.grab().isNull()
        QTest.keyClick(page.notice, key)
        assert page.notice.geometry() == folded
    QTest.mouseClick(page.notice, Qt.MouseButton.LeftButton)
    assert page.notice.height() > HEIGHT_PX
    page.second.setFocus()
    assert page.notice.geometry() == folded
    heard: list[bool] = []
    page.left.connect(lambda: heard.append(True))
    page.notice.setFocus()
    QTest.keyClick(page.notice, Key.Key_Escape)
    assert heard == [True], "a folded one leaves the key to the page"


def test_it_grows_into_what_is_empty_alone_and_gives_way_to_what_comes_there(page: Told) -> None:
    page.second.hide()
    QTest.qWait(20)
    slot = page._rail.slot.geometry()
    page.notice.tell("act", SHORT, LONG[:90])
    assert page.notice.geometry().top() == slot.top(), "down first"
    assert page.notice.geometry().bottom() > slot.bottom()
    assert page.notice.fits()
    page.second.show()
    page._rail.add(third := page.button("third", "key.list", "F8"))
    third.show()
    QTest.qWait(20)
    assert page.notice.geometry().top() < slot.top(), "there is still room above it"
    assert page.notice.geometry().bottom() == slot.bottom()


def test_only_the_field_that_was_refused_last_is_marked(page: Told) -> None:
    first, second = LineEdit("first"), LineEdit("second")
    page.fail(Refused("money_ambiguous"), first)
    page.fail(Refused("money_ambiguous"), second)
    assert [one.property("state") for one in (first, second)] == ["", "invalid"]
    page.calm()
    second.set_state("odd")
    page.calm()
    assert second.property("state") == "odd", "that was not its doing"


def test_the_keys_come_to_it_after_everything_else(page: Told) -> None:
    page.notice.tell("act", SHORT, LONG)
    page.primary.setFocus()
    QTest.keyClick(page.primary, Key.Key_Tab)
    QTest.keyClick(page.window().focusWidget(), Key.Key_Tab)  # the way back
    assert page.window().focusWidget() is page.notice


def test_a_long_first_sentence_is_put_into_smaller_letters(page: Told) -> None:
    page.notice.tell("act", SHORT)
    assert page.notice.fits()
    page.notice.tell("act", "تعذّر حفظ العملية على هذا الجهاز لأن القرص امتلأ تمامًا الآن")
    assert page.notice.fits()
    page.notice.tell("act", LONG)
    assert not page.notice.fits()


def test_it_rests_on_words_that_turn_with_the_language(page: Told) -> None:
    page.rest("seat.change", "seat.change.more", icon="save")
    slot = page._rail.slot
    arabic = slot.accessibleName()
    with_words = slot.grab().toImage()
    page.set_language("en")
    assert slot.accessibleName() not in ("", arabic)
    page.rest("seat.change", icon="save")
    page.notice.tell("ok", SHORT)
    assert slot.grab().toImage() != with_words


def test_what_stands_there_turns_with_the_language(hands: Hands) -> None:
    hands.home()
    hands.page.explain("key.help")
    assert hands.page.notice.text().startswith("مساعدة")
    hands.press(Key.Key_F11)
    assert hands.page.notice.text().startswith("Help")
    hands.page.fail(Refused("day_closed"))
    english = hands.page.notice.text()
    hands.press(Key.Key_F11)
    arabic = hands.page.notice.text()
    assert arabic != english
    assert arabic.startswith(explain("ar", Refused("day_closed"))[0])
    hands.page.calm()
    hands.press(Key.Key_F11)
    assert hands.page.notice.text() == "", "what was taken away does not come back"
