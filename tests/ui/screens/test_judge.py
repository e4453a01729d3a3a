"""The judge of screens sees what is wrong: each of its rules is shown a screen that breaks it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from protocol.texts import Language
from tests.harness import page_rules
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.page_rules import SKELETON, primary_place
from tests.harness.screen_judge import RULES, SIZE, faults
from ui.main.application import make_application
from ui.shell import Action, Page, Shell
from ui.shell.footer_bar import FooterKey
from ui.shell.page_skeleton import AHEAD
from ui.widgets import Card, Pill, StatePill, Text, scroller
from ui.widgets.answer_rows import Rows
from ui.widgets.layouts import stacked
from ui.widgets.message_slot import MessageSlot, Notice
from ui.widgets.push_button import Button
from ui.widgets.theme import SIZES, ScreenLook, wear

LONG = "كلمة " * 40


@pytest.fixture
def app() -> Iterator[QApplication]:
    found = make_application([])
    yield found
    wear(found, ScreenLook())


@pytest.fixture
def window(qtbot: QtBot, app: QApplication) -> QWidget:
    del app
    found = QWidget()
    found.resize(SIZE)
    qtbot.addWidget(found)
    return found


def put(window: QWidget, widget: QWidget, *place: int) -> None:
    widget.setParent(window)
    widget.setGeometry(*place)


def shown(window: QWidget) -> str:
    window.show()
    return "\n".join(faults(window))


# ---- of every screen


def test_a_good_screen_has_no_faults(window: QWidget) -> None:
    column, row = QVBoxLayout(window), QHBoxLayout()
    for text in ("نص", "Text"):
        row.addWidget(QLabel(text))
    column.addLayout(row)
    column.addWidget(Text(LONG, wrap=True))
    assert shown(window) == ""


def test_a_window_pushed_open_is_seen(window: QWidget) -> None:
    window.resize(SIZE.width() + 40, SIZE.height())
    assert "the window is" in shown(window)


def test_a_text_wider_than_its_place_is_seen(window: QWidget) -> None:
    put(window, Text("أطول من مكانه بكثير"), 10, 10, 40, 40)
    assert "of width" in shown(window)


def test_a_wrapped_text_higher_than_its_place_is_seen(window: QWidget) -> None:
    put(window, Text(LONG, wrap=True), 10, 10, 200, 30)
    assert "of height" in shown(window)


def test_words_that_do_not_fit_their_button_are_seen(window: QWidget) -> None:
    button = Button("b")
    button.word(LONG, "F9")
    put(window, button, 10, 10, 200, 48)
    assert "no room for its words" in shown(window)


def test_a_state_that_cannot_be_read_is_seen(window: QWidget) -> None:
    pill = StatePill()
    put(window, pill, 10, 10, 60, 32)
    pill.tell(Pill("waiting", "في انتظار الإرسال"))
    pill.resize(60, 32)
    assert "no room for its words" in shown(window)


def test_a_hint_that_is_cut_off_is_seen(window: QWidget) -> None:
    notice = Notice()
    slot = MessageSlot(notice)
    for widget, place in ((notice, (10, 200, 600, 72)), (slot, (10, 10, 600, 72))):
        put(window, widget, *place)
    slot.rest("كلمة", "كلمة " * 12, "info")
    assert shown(window) == ""
    slot.rest("كلمة", LONG, "info")
    assert "no room for its words" in shown(window)


def test_a_cell_too_small_for_its_words_is_seen(window: QWidget) -> None:
    rows = Rows(1, "rows")
    rows.setWordWrap(False)
    rows.setAccessibleName("rows")
    rows.fill([(LONG,)])
    put(window, rows, 10, 10, 200, 200)
    assert "row 0 column 0" in shown(window)


def test_a_text_that_does_not_stand_out_is_seen(window: QWidget) -> None:
    label = QLabel("نص باهت")
    label.setStyleSheet("color: #BBBBBB")
    put(window, label, 10, 10, 300, 40)
    assert "stands out 1" in shown(window)


def test_what_is_outside_the_window_or_its_parent_is_seen(window: QWidget) -> None:
    put(window, Text("نص"), SIZE.width() - 20, 10, 200, 40)
    assert "cut off" in shown(window)


def test_what_lies_on_something_else_is_seen(window: QWidget) -> None:
    for place in (10, 30):
        put(window, Text("نص"), place, 10, 200, 40)
    assert "lies on" in shown(window)


def test_buttons_too_near_each_other_are_seen(window: QWidget) -> None:
    for place in (10, 117):
        put(window, Button("b"), place, 10, 100, 60)
    assert "is nearer than 8 dots" in shown(window)


def test_what_is_too_small_for_a_finger_is_seen(window: QWidget) -> None:
    put(window, FooterKey(), 10, 10, 100, 40)
    assert "is 40 dots small for a finger" in shown(window)


def test_a_row_too_small_for_a_finger_is_seen(window: QWidget) -> None:
    rows = Rows(1, "rows")
    rows.setAccessibleName("rows")
    rows.verticalHeader().setMinimumSectionSize(30)
    rows.fill([("نص",)])
    put(window, rows, 10, 10, 200, 200)
    rows.setRowHeight(0, 40)
    assert "rows «» is 40 dots small for a finger" in shown(window)


def test_what_scrolls_to_the_side_is_seen(window: QWidget) -> None:
    view, inner = QScrollArea(), QWidget()
    inner.setFixedSize(QSize(900, 20))
    view.setWidget(inner)
    put(window, view, 10, 10, 300, 200)
    assert "dots too wide" in shown(window)


def test_what_has_no_name_is_seen(window: QWidget) -> None:
    put(window, QLineEdit(), 10, 10, 300, 48)
    assert "has no name" in shown(window)


def test_a_focus_that_has_the_fill_of_a_state_is_seen(window: QWidget, app: QApplication) -> None:
    app.setStyleSheet(app.styleSheet() + "QPushButton:focus { background: #FDE6E4; }")
    assert "the focus has the fill of act_bg" in shown(window)


# ---- of a page


class Good(Page):
    """As much as a page must have."""

    def __init__(self, language: Language) -> None:
        super().__init__("pageGood", language, "display.title")
        self.primary = self.primary_button("key.confirm")
        self.second = self.button("second", "key.list", "F9")
        self.back_button()
        self.first_widget = self.primary
        self.inner = QWidget()
        self.column = stacked()
        self.inner.setLayout(self.column)
        self.arrange((scroller(self.inner), 1), context=Card(self.caption("display.size"), 1), actions=(self.second,))


@pytest.fixture
def shell(qtbot: QtBot, app: QApplication) -> Iterator[Shell]:
    del app
    found = Shell(FakeCounter())
    found.set_globals([Action("F1", "key.help", found.free), Action("F12", "key.lock", found.free)])
    found.resize(SIZE)
    qtbot.addWidget(found)
    yield found
    found.close()


def page_of(shell: Shell, make: Callable[[Language], Page] = Good) -> Page:
    page = shell.add(make)
    shell.tell_keys()
    shell.show()
    return page


@pytest.fixture
def good(shell: Shell) -> Good:
    page = page_of(shell)
    assert isinstance(page, Good)
    return page


@pytest.mark.parametrize("size", [QSize(1366, 768), QSize(1024, 768), QSize(1280, 1024), QSize(1920, 1080)])
@pytest.mark.parametrize("text", SIZES)
def test_a_good_page_has_no_faults_at_any_size(
    qtbot: QtBot, app: QApplication, good: Good, size: QSize, text: int
) -> None:
    wear(app, ScreenLook(text))
    window = good.window()
    for language in ("ar", "en"):
        window.set_language(language)  # type: ignore[attr-defined]
        window.resize(size)
        qtbot.wait(20)
        good.show_notice("act", "seat.change", "seat.change.more")
        assert faults(window, size) == []
        good.calm()
        assert faults(window, size) == []
    assert primary_place(window).height() == 64


def test_the_primary_stands_where_it_was_drawn_at_768_lines(shell: Shell, good: Good) -> None:
    assert primary_place(shell).getRect() == (24, 584, 416, 64)
    assert good.primary.mapTo(shell, good.primary.rect().topLeft()).toTuple() == (24, 584)


@pytest.mark.parametrize("key", ["F1", "F12"])
def test_a_footer_without_help_or_lock_is_seen(shell: Shell, good: Good, key: str) -> None:
    assert good.isVisible()
    shell.footer._entries[key].hide()
    assert f"the footer says nothing of {key}" in faults(shell)


def test_where_nobody_can_lock_the_footer_need_not_say_so(shell: Shell, good: Good) -> None:
    shell.set_globals([Action("F1", "key.help", good.calm)])
    assert faults(shell) == []


def test_a_primary_action_that_has_moved_is_seen(shell: Shell, good: Good) -> None:
    good.primary.move(good.primary.x(), good.primary.y() + 10)
    assert "stands at" in "\n".join(faults(shell))


def test_a_page_without_a_primary_action_and_a_word_why_is_seen(shell: Shell, good: Good) -> None:
    good.primary.hide()
    assert "no primary action, and no word why" in faults(shell)
    good.no_primary = "it only tells"
    assert "no primary action, and no word why" not in faults(shell)
    good.primary.show()
    assert "that says it has none" in "\n".join(faults(shell))


def test_two_primary_actions_are_seen(shell: Shell, good: Good, qtbot: QtBot) -> None:
    good.column.addWidget(Button("again", "primary"))
    qtbot.wait(20)
    assert "2 primary actions" in "\n".join(faults(shell))


def test_what_the_edge_of_a_form_cuts_through_is_seen(
    shell: Shell, good: Good, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(40):
        good.column.addWidget(Text(f"سطر {number}"))
    qtbot.wait(20)
    assert [fault for fault in faults(shell) if "cut through" in fault] == [], "a strip covers what would be cut"
    monkeypatch.setattr(page_rules, "_edges", lambda through, seen: seen.place(through).adjusted(0, 0, 0, -13))
    assert "is cut through by the edge" in "\n".join(faults(shell))


def test_a_row_cut_through_is_seen(shell: Shell, good: Good, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = Rows(1, "rows")
    rows.setAccessibleName("صفوف")
    rows.fill([(str(number),) for number in range(40)])
    good.body.insertWidget(0, rows, 9 * AHEAD)
    qtbot.wait(20)
    assert [fault for fault in faults(shell) if "cut through" in fault] == []
    monkeypatch.setattr(page_rules, "_edges", lambda through, seen: seen.place(through).adjusted(0, 0, 0, -13))
    assert "is cut through" in "\n".join(faults(shell))


def test_a_page_that_scrolls_as_a_whole_is_seen(shell: Shell, good: Good, qtbot: QtBot) -> None:
    tall = QWidget()
    tall.setFixedHeight(2000)
    good.body.addWidget(tall)
    qtbot.wait(20)
    assert "dots below the edge" in "\n".join(faults(shell))


def test_a_message_that_cannot_be_read_whole_is_seen(shell: Shell, good: Good) -> None:
    good.notice.tell("act", LONG)
    assert "the message has no room" in "\n".join(faults(shell))


def test_each_rule_says_what_it_is_for() -> None:
    assert all(rule.__doc__ for rule in (*RULES, *SKELETON))
