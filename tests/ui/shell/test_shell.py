from __future__ import annotations

from concurrent.futures import Future
from functools import partial

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QWidget
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from kiosk.core.events import RequestsChanged
from protocol.errors import Refused
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.window_time import settle
from tests.ui.conftest import Hands
from ui.main.application import make_application
from ui.shell import command_keys
from ui.shell.bridge import Bridge
from ui.shell.busy_veil import SOON_MS, BusyVeil
from ui.widgets import show
from ui.widgets.answer_rows import Rows
from ui.widgets.push_button import Button


def event(key: Qt.Key, modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, text: str = "") -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifiers, text)


@pytest.mark.parametrize(
    ("key", "modifier", "name"),
    [
        (Qt.Key.Key_F1, Qt.KeyboardModifier.NoModifier, "F1"), (Qt.Key.Key_F12, Qt.KeyboardModifier.NoModifier, "F12"),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier, "Esc"),
        (Qt.Key.Key_3, Qt.KeyboardModifier.AltModifier, "Alt+3"),
        (Qt.Key.Key_F12, Qt.KeyboardModifier.AltModifier, "Alt+F12"),
        (Qt.Key.Key_F9, Qt.KeyboardModifier.AltModifier, ""),
        (Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier, ""), (Qt.Key.Key_A, Qt.KeyboardModifier.AltModifier, ""),
        (Qt.Key.Key_F10, Qt.KeyboardModifier.ShiftModifier, ""), (Qt.Key.Key_3, Qt.KeyboardModifier.NoModifier, ""),
    ],
)  # fmt: skip
def test_trap_22_commands_need_no_latin_letter(key: Qt.Key, modifier: Qt.KeyboardModifier, name: str) -> None:
    assert command_keys.name_of(event(key, modifier)) == name


def _language(hands: Hands) -> str:
    return hands.window.language


def test_the_next_field_of_nothing_is_nothing(qtbot: QtBot) -> None:
    page, stranger = QWidget(), QLineEdit()
    qtbot.addWidget(page)
    qtbot.addWidget(stranger)
    assert command_keys.next_field(page, None) is None
    assert command_keys.next_field(page, stranger) is None


def test_answers_that_never_end_do_not_keep_a_page_deaf(hands: Hands) -> None:
    hands.home()
    bridge = hands.window.bridge

    answered = list[int]()

    def one_more() -> None:
        answered.append(1)
        bridge.call(one_more)

    one_more()
    hands.window.go(hands.page)
    hands.qtbot.waitUntil(lambda: not hands.window.busy)
    before = len(answered)
    hands.qtbot.waitUntil(lambda: len(answered) > before)
    bridge.close()


def test_keys_typed_ahead_of_a_screen_are_dropped(hands: Hands) -> None:
    hands.home()
    hands.window.go(hands.page)
    hands.send(Qt.Key.Key_1, alt=True)
    hands.send(0, "1")
    hands.settle()
    assert hands.page.objectName() == "pageCatalogue"
    assert hands.find("searchEdit").text() == ""
    assert hands.window.focusWidget() is hands.find("searchEdit")


def test_keys_sent_to_the_window_itself_under_the_veil_do_nothing(hands: Hands) -> None:
    hands.home()
    hands.window.wait("busy.saving")
    QApplication.sendEvent(hands.window, event(Qt.Key.Key_F11))
    assert _language(hands) == "ar"
    QTest.mouseClick(hands.window.veil, Qt.MouseButton.LeftButton)
    hands.window.free()
    QApplication.sendEvent(hands.window, event(Qt.Key.Key_F11))
    assert _language(hands) == "en"
    QApplication.sendEvent(hands.window, event(Qt.Key.Key_Q))


def test_a_page_that_has_to_wait_before_it_could_wake_hears_keys_afterwards(hands: Hands) -> None:
    hands.home()
    hands.window.go(hands.page)
    hands.window.wait("busy.saving")
    hands.settle()
    hands.window.free()
    assert hands.window.focusWidget() is hands.find("searchEdit")


def test_an_event_comes_after_the_answers_that_were_there_before_it(hands: Hands) -> None:
    heard: list[object] = []
    bridge = hands.window.bridge
    bridge.heard.connect(heard.append)
    for answer in (1, 2):
        bridge.ask(partial(int, answer), heard.append, heard.append)
    hands.counter.events.publish(RequestsChanged())
    hands.settle()
    assert heard == [1, 2, RequestsChanged()]


def test_clicks_are_kept_while_something_is_done_that_is_not_seen_yet(hands: Hands) -> None:
    hands.home()
    at = hands.window.header.language.mapTo(hands.window, hands.window.header.language.rect().center())
    hands.window.wait("busy.saving")
    QTest.mouseClick(hands.window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)
    assert (hands.window.veil.unseen, hands.window.language) == (True, "ar")
    hands.window.free()
    QTest.mouseClick(hands.window.windowHandle(), Qt.MouseButton.LeftButton, pos=at)
    assert hands.window.language == "en"


def test_a_command_key_held_down_acts_once(hands: Hands) -> None:
    hands.home()
    hands.press(Qt.Key.Key_F11)
    for _ in range(5):
        hands.press(Qt.Key.Key_F11, held=True)
    assert hands.window.language == "en"


def test_a_key_of_the_footer_is_pressed_by_a_finger_once_and_not_under_the_veil(hands: Hands) -> None:
    hands.home()
    hands.press(Qt.Key.Key_F6, to="pageRequests")
    hands.settle(50)
    hands.window.wait("busy.saving")
    QTest.mouseClick(hands.window.footer._entries["F8"], Qt.MouseButton.LeftButton)
    assert hands.page.objectName() == "pageRequests"
    hands.window.free()
    gone: list[str] = []
    hands.window.footer.pressed.connect(gone.append)
    word = hands.window.footer._entries["F8"].findChildren(QLabel)[1]
    QTest.mouseClick(word, Qt.MouseButton.RightButton)
    assert gone == []
    for press in (QTest.mouseDClick, QTest.mouseClick):
        press(word, Qt.MouseButton.LeftButton)
    hands.until("pageDay")
    assert gone == ["F8"]


def test_the_footer_says_first_what_no_button_says_and_enter_leads_on_by_finger(hands: Hands) -> None:
    hands.home().form().settle(300)
    keys = [action.key for action in hands.page.commands()]
    assert keys[:3] == ["Enter", "F3", "F4"]
    assert keys[-1] == "Esc"
    first = hands.window.focusWidget()
    QTest.mouseClick(hands.window.footer._entries["Enter"], Qt.MouseButton.LeftButton)
    assert hands.window.focusWidget() not in (first, None)
    assert hands.window.focusWidget() is hands.find("field_name")


def test_a_veil_that_covers_at_once_says_so_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    make_application([])
    told: list[str] = []
    monkeypatch.setattr("ui.shell.busy_veil.announce", lambda _veil, text: told.append(text))
    under = QWidget()
    qtbot.addWidget(under)
    veil = BusyVeil(under)
    under.show()
    veil.drop("…")
    veil.cover()
    assert not veil.unseen
    settle(under, SOON_MS)
    assert told == ["…"]


def test_the_veil_covers_what_takes_long_and_keeps_the_focus_while_it_is_there(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_application([])
    told: list[str] = []
    monkeypatch.setattr("ui.shell.busy_veil.announce", lambda _veil, text: told.append(text))
    under = QWidget()
    edit = QLineEdit(under)
    qtbot.addWidget(under)
    veil = BusyVeil(under)
    under.show()
    edit.setFocus()
    veil.drop("…")
    veil.lift()
    veil.drop("…")
    assert (veil.unseen, under.focusWidget()) == (True, veil)
    settle(under, SOON_MS)
    QApplication.sendEvent(under, QResizeEvent(QSize(300, 200), QSize(1, 1)))
    assert (veil.unseen, veil.geometry()) == (False, under.rect())
    veil.drop("and on")
    assert (veil.geometry(), told) == (under.rect(), ["…", "and on"]), "what is said already is said on"
    veil.drop("")
    assert veil.unseen
    assert veil.focusNextPrevChild(True)


def test_a_button_hears_one_of_a_held_key_and_enter_as_well_as_space(qtbot: QtBot) -> None:
    make_application([])
    button = Button("b", "primary")
    qtbot.addWidget(button)
    button.show()
    clicks: list[bool] = []
    button.clicked.connect(lambda: clicks.append(True))
    for held in (False, True, True):
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(button, QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier, "", held))
    assert len(clicks) == 1
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(button, QKeyEvent(kind, Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier))
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(2, 2))
    assert len(clicks) == 2


def test_a_table_passes_typing_on_and_opens_on_enter_or_double_click(qtbot: QtBot) -> None:
    make_application([])
    rows = Rows(1, "r")
    qtbot.addWidget(rows)
    opened: list[str] = []
    rows.opened.connect(opened.append)
    QApplication.sendEvent(rows, event(Qt.Key.Key_Return))
    rows.fill([("a",), ("b",)], ["first", "second"])
    QApplication.sendEvent(rows, event(Qt.Key.Key_Down))
    QApplication.sendEvent(rows, event(Qt.Key.Key_Return))
    letter = event(Qt.Key.Key_A, text="a")
    QApplication.sendEvent(rows, letter)
    assert not letter.isAccepted()
    rows.cellDoubleClicked.emit(0, 0)
    assert opened == ["second", "first"]


# ---- the bridge


def test_answers_come_on_the_gui_thread_and_none_after_closing(qtbot: QtBot) -> None:
    counter = FakeCounter()
    parent = QObject()
    bridge = Bridge(counter, parent)
    got: list[object] = []

    def refuse() -> None:
        raise Refused("locked")

    bridge.ask(lambda: 1, got.append, got.append)
    bridge.ask_slow(refuse, got.append, got.append)
    bridge.call(lambda: got.append("called"))
    assert got == []
    qtbot.wait(10)
    assert got[0] == 1
    assert isinstance(got[1], Refused)
    assert got[2] == "called"
    bridge.ask(lambda: 2, got.append, got.append)
    bridge.close()
    bridge.ask(lambda: 3, got.append, got.append)
    qtbot.wait(10)
    assert len(got) == 3


def test_a_bug_is_raised_and_cancelled_work_says_nothing(qtbot: QtBot) -> None:
    counter = FakeCounter()
    parent = QObject()
    bridge = Bridge(counter, parent)

    def bug() -> None:
        raise ZeroDivisionError

    told: list[object] = []
    with capture_exceptions() as found:
        bridge.ask(bug, print, told.append)
        qtbot.wait(10)
    assert [kind for kind, _, _ in found] == [ZeroDivisionError]
    assert [str(error) for error in told] == ["unforeseen()"]
    cancelled: Future[int] = Future()
    cancelled.cancel()
    cancelled.set_running_or_notify_cancel()
    bridge._deliver(cancelled, print, print)


def test_a_name_in_a_list_is_short() -> None:
    assert show.short_name("") == ""
    assert show.short_name("محمد أحمد عبد الله") == "\u2068محمد أ. ع.\u2069"


@pytest.mark.parametrize("written", ["2026-11-05", "/media/shop/STICK", "disk I/O error (5)"])
def test_a_date_a_place_or_a_driver_s_words_keep_their_order_in_an_arabic_error(written: str) -> None:
    assert f"\u2066{written}\u2069" in show.explained("ar", Refused("day_exists", date=written))[1]
