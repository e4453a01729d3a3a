"""The traps of Qt and of Arabic that were met while the counter was designed: each has a test that carries its number.

The first test below finds them all, here and in test_fields.py and test_shell.py.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QColor, QIcon, QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLineEdit, QPushButton, QRadioButton, QWidget
from pytestqt.qtbot import QtBot

from kiosk.model.service_request import Query
from protocol.texts import LANGUAGES, Language
from tests.harness.fakes.fake_counter import FakeCounter
from tests.ui.conftest import Hands, found_services, open_window
from ui.main.application import make_application
from ui.widgets import show, theme
from ui.widgets.answer_rows import Rows
from ui.widgets.cards import Fact
from ui.widgets.fields.line_edit import LineEdit
from ui.widgets.labels import FIGURES, Amount, Text
from ui.widgets.push_button import Button

ROOT: Final = Path(__file__).parents[3]
TRAPS: Final = range(1, 27)
Key = Qt.Key
RTL: Final = Qt.LayoutDirection.RightToLeft


def sources(*folders: str) -> dict[Path, str]:
    return {path: path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py")}


def rules() -> list[tuple[str, str]]:
    """(selector, body) of each rule of the sheet."""
    return re.findall(r"([^{}]+)\{([^{}]*)\}", theme.sheet())


def test_each_trap_has_a_test_that_carries_its_number() -> None:
    found = re.findall(r"def test_trap_(\d+)(?:_and_(\d+))?_", "\n".join(sources("tests").values()))
    assert {int(number) for pair in found for number in pair if number} == set(TRAPS)


# ---- double submission


def test_trap_6_a_double_click_and_a_held_enter_press_once(qtbot: QtBot) -> None:
    make_application([])
    button, line = Button("b"), LineEdit("l")
    clicks, returns = list[bool](), list[bool]()
    for widget in (button, line):
        qtbot.addWidget(widget)
        widget.show()
    button.clicked.connect(lambda: clicks.append(True))
    line.returnPressed.connect(lambda: returns.append(True))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(4, 4))
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, QPoint(4, 4))
    for held in (False, True, True, True, True):
        event = QKeyEvent(QEvent.Type.KeyPress, Key.Key_Return, Qt.KeyboardModifier.NoModifier, "\r", held)
        QApplication.sendEvent(line, event)
    assert len(returns) == 1
    assert len(clicks) == 1


def test_trap_7_enter_in_a_line_presses_no_button(hands: Hands) -> None:
    hands.home().form()
    for button in hands.window.findChildren(QPushButton):
        assert not button.autoDefault(), button.objectName()
        assert not button.isDefault(), button.objectName()
    line = hands.find("field_name")
    line.setFocus()
    hands.press(Key.Key_Return)
    assert hands.page.objectName() == "pageForm"
    assert hands.window.focusWidget() is hands.find("field_mobile")


# ---- layout and text


@pytest.mark.parametrize("text", ["12345", "PDF", "A12 محمد"])
def test_trap_9_a_label_of_digits_or_latin_stands_at_the_reading_edge(qtbot: QtBot, text: str) -> None:
    make_application([])
    label = Text(text)
    label.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    label.resize(400, 40)
    qtbot.addWidget(label)
    inked = ink(label)
    assert inked
    assert min(inked) > 200, "the left half is empty"


@pytest.mark.parametrize("language", LANGUAGES)
def test_trap_10_the_decimals_of_amounts_below_each_other_stand_in_one_line(qtbot: QtBot, language: Language) -> None:
    make_application([])
    column, facts = list[Amount](), list[Fact]()
    for amount_pt in (500, 123_450, 7):
        fact = Fact(column=column)
        fact.setLayoutDirection(RTL if language == "ar" else Qt.LayoutDirection.LeftToRight)
        fact.value.setText(show.money(language, amount_pt))
        qtbot.addWidget(fact)
        facts.append(fact)
    edges = set()
    for fact in facts:
        fact.resize(400, 40)
        edges.add(fact.value.x() + max(ink(fact.value)))
    assert max(edges) - min(edges) <= 2
    assert len({(fact.value.x(), fact.value.width()) for fact in facts}) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_trap_10_a_table_has_its_amounts_at_the_right_in_both_languages(qtbot: QtBot, language: Language) -> None:
    make_application([])
    table = Rows(2, "table")
    table.setLayoutDirection(RTL if language == "ar" else Qt.LayoutDirection.LeftToRight)
    qtbot.addWidget(table)
    table.head(["x", "y"], 0, figures=(1,))
    table.fill([("x", show.money(language, 500)), ("x", show.money(language, 123_450))])
    sides = [table.horizontalHeaderItem(1), *(table.item(row, 1) for row in range(2))]
    assert [item.textAlignment() for item in sides if item is not None] == [FIGURES] * 3


@pytest.mark.parametrize("direction", [RTL, Qt.LayoutDirection.LeftToRight])
def test_trap_9_the_lines_of_a_text_all_begin_at_the_edge(qtbot: QtBot, direction: Qt.LayoutDirection) -> None:
    make_application([])
    label = Text(("محمد " if direction is RTL else "name ") * 12, wrap=True)
    label.setLayoutDirection(direction)
    qtbot.addWidget(label)
    label.setFixedWidth(220)
    label.adjustSize()
    image, high = label.grab().toImage(), label.fontMetrics().lineSpacing()
    assert label.height() >= 2 * high
    lines = [image.copy(0, place, image.width(), high) for place in range(0, 2 * high, high)]
    edges = {max(columns(line)) if direction is RTL else min(columns(line)) for line in lines}
    assert max(edges) - min(edges) <= 1


def ink(widget: QWidget) -> set[int]:
    """The columns in which something dark is drawn."""
    return columns(widget.grab().toImage())


def columns(image: QImage) -> set[int]:
    dark = (
        (x, y) for x in range(image.width()) for y in range(image.height())
        if QColor(image.pixel(x, y)).lightness() < 90 and image.pixelColor(x, y).alpha() > 200
    )  # fmt: skip
    return {x for x, _ in dark}


def test_trap_11_nothing_in_the_sheet_is_one_sided() -> None:
    sided = re.findall(r"(?:padding|margin|border)-(?:left|right)|text-align|subcontrol-position", theme.sheet())
    assert sided == []
    values = re.findall(r"(?:padding|margin): ([^;}]+)", theme.sheet())
    assert [value for value in values if len(value.split()) > 2] == []


def test_trap_12_a_list_keeps_its_arrow(qtbot: QtBot) -> None:
    make_application([])
    body = next(body for selector, body in rules() if selector.strip() == "QComboBox::down-arrow")
    found = re.search(r"url\(([^)]+)\)", body)
    assert found is not None
    assert not QIcon(found[1]).pixmap(18, 18).isNull()


def test_trap_13_there_is_one_sheet_and_each_rule_of_it_says_for_whom() -> None:
    assert all(selector.strip() for selector, _ in rules())
    dressers = [path.name for path, text in sources("ui", "kiosk").items() if "setStyleSheet(" in text]
    assert dressers == ["theme.py"]


def test_trap_14_what_is_touched_is_as_high_as_it_should_be_and_no_property_hides_a_built_in_one(
    qtbot: QtBot, counter: FakeCounter
) -> None:
    hands = open_window(qtbot, counter).home().form()
    for kind in (QPushButton, QLineEdit):
        for widget in hands.page.findChildren(kind):
            if widget.isVisible():
                assert widget.height() >= 48, widget.objectName()
    names = set(re.findall(r'setProperty\(\s*"(\w+)"', "\n".join(sources("ui").values())))
    assert names
    meta = QWidget().metaObject()
    assert {name for name in names if meta.indexOfProperty(name) >= 0} == set()


def test_trap_15_a_placeholder_can_be_read(qtbot: QtBot) -> None:
    make_application([])
    line = LineEdit("l")
    qtbot.addWidget(line)
    line.ensurePolished()
    body = next(body for selector, body in rules() if selector.strip() == "QLineEdit, QComboBox")
    assert f"placeholder-text-color: {theme.TOKENS['hint']}" in body
    assert line.palette().placeholderText().color().name().upper() == theme.TOKENS["hint"].upper()


def test_trap_16_nothing_is_underlined() -> None:
    everything = theme.sheet() + "\n".join(sources("ui").values())
    assert not re.search(r"text-decoration|setUnderline|<u>|<a href", everything)


def test_trap_17_a_field_that_appears_later_is_reached_in_the_order_of_reading(hands: Hands) -> None:
    hands.home().form()
    form = hands.window.session.screens().sale.form
    hands.qtbot.waitUntil(lambda: not form._fields["subject_name"].isVisible())
    form._fields["relation"].set_raw("child")
    hands.qtbot.waitUntil(form._fields["subject_name"].isVisible)
    reached = list[str]()
    hands.find("field_national_id").setFocus()
    for _ in range(20):
        name = hands.window.focusWidget().objectName().removeprefix("field_")
        owner = next((field for field in form._fields if name == field or name.startswith(f"{field}_")), "")
        reached += [owner] if owner and owner not in reached else []
        hands.press(Key.Key_Return)
    assert reached == [name for name in form._fields if form._fields[name].isVisible()]
    assert "subject_name" in reached


def test_trap_18_enter_goes_to_the_next_field_and_stops_before_the_money(hands: Hands) -> None:
    hands.home().form()
    hands.find("field_national_id").setFocus()
    hands.press(Key.Key_Return)
    assert hands.window.focusWidget() is hands.find("field_name")
    hands.window.session.screens().sale.form.first().setFocus()
    hands.fill()
    hands.press(Key.Key_F10, to="pageReview")
    hands.press(Key.Key_F2)
    for _ in range(10):
        hands.press(Key.Key_Enter)
    assert hands.page.objectName() == "pageReview"
    assert hands.counter.desk.requests.search(Query()) == []


def test_trap_19_the_left_key_goes_on_in_arabic(qtbot: QtBot) -> None:
    make_application([])
    page = QWidget()
    page.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    row = QHBoxLayout(page)
    radios = [QRadioButton(word) for word in ("أول", "ثان")]
    line = LineEdit("l")
    for widget in (*radios, line):
        row.addWidget(widget)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    QTest.qWaitForWindowActive(page)
    radios[0].setChecked(True)
    radios[0].setFocus()
    QTest.keyClick(radios[0], Key.Key_Left)
    assert radios[1].isChecked()
    line.setText("محمد")
    line.setCursorPosition(0)
    QTest.keyClick(line, Key.Key_Left)
    assert line.cursorPosition() == 1


@pytest.mark.parametrize("typed", ["شهاده ميلاد", "شهادة مِيلاد", "شهــادة ميلاد", "١١٢"])
def test_trap_20_a_service_is_found_however_it_is_spelt(hands: Hands, typed: str) -> None:
    hands.home()
    hands.type(typed)
    hands.settle(50)
    assert found_services(hands.window.session.screens().sale.front.page)[0].service.id == "birth-cert"


def test_trap_21_numbers_are_made_by_ourselves_and_hold_no_mark_but_the_isolates() -> None:
    assert [path.name for path, text in sources("ui", "kiosk").items() if "QLocale" in text] == []
    for language in LANGUAGES:
        for shown in (show.money(language, 123_450), show.day("2024-03-09"), show.number(1250)):
            assert not set(shown) & set("\u200f\u061c\u200e٠١٢٣٤٥٦٧٨٩٫٬")


# ---- keyboards and Qt's own words


def test_trap_24_no_test_types_arabic_with_what_aborts_on_it() -> None:
    pattern = re.compile(r"\.key" + r"Clicks\(")
    assert [path.name for path, text in sources("tests").items() if pattern.search(text)] == []


def test_trap_25_every_button_has_our_own_verb(hands: Hands) -> None:
    assert [
        path.name
        for path, text in sources("ui").items()
        if re.search(r"QMessageBox|QDialogButtonBox|StandardButton|QInputDialog", text)
    ] == []


def test_trap_26_every_screen_fits_above_the_taskbar(qtbot: QtBot) -> None:
    """Each in each of its states is judged in tests/screens; here, the money."""
    for language in LANGUAGES:
        hands = open_window(qtbot, FakeCounter(), language).home().review()
        hands.type("200")
        change = hands.find("changeLabel")
        assert "150" in change.text()
        below = change.mapTo(hands.window, QPoint(0, change.height())).y()
        assert below <= hands.window.footer.y()
        assert hands.window.minimumSizeHint().height() <= 728
        hands.window.close()
