"""A list or a form says how much is below its edge, and its edge cuts nothing through."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QScrollArea, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.main.application import make_application
from ui.widgets import LineEdit, Pill, StatePill, Text, scroller
from ui.widgets.answer_rows import ROW_PX, ChoiceList, Rows
from ui.widgets.more_below import ABOVE_PX, WHOLE, CoverAbove, MoreBelow, bring_into_sight

ROWS = 30


def table() -> QAbstractItemView:
    rows = Rows(2, "rows")
    rows.horizontalHeader().hide()
    rows.fill([(str(number), Pill("sent", "أُرسل")) for number in range(ROWS)])
    return rows


def choices() -> QAbstractItemView:
    found = ChoiceList("choices")
    found.addItems([str(number) for number in range(ROWS)])
    return found


@pytest.mark.parametrize("make", [table, choices])
@pytest.mark.parametrize("height", [300, 317, 333, 350])
def test_no_row_is_cut_through_and_the_one_gone_to_is_whole(
    qtbot: QtBot, make: Callable[[], QAbstractItemView], height: int
) -> None:
    make_application([])
    view = make()
    qtbot.addWidget(view)
    view.resize(400, height)
    view.show()
    qtbot.wait(20)
    more = view.findChild(MoreBelow)
    assert more is not None
    assert more.isVisible()
    model = view.model()
    for row in range(ROWS):
        view.setCurrentIndex(model.index(row, 0))
        edge = more.edge() if more.isVisible() else view.viewport().height()
        place = view.visualRect(model.index(row, 0))
        assert place.top() >= 0
        assert place.bottom() < edge
        cut = [
            at for at in range(ROWS)
            if (where := view.visualRect(model.index(at, 0))).top() < edge - 1 <= where.bottom() - 1
        ]  # fmt: skip
        assert cut == [] or view.visualRect(model.index(cut[0], 0)).bottom() <= edge
    assert more.isHidden(), "nothing is below the last"
    assert not view.grab().isNull()


def test_rows_are_as_high_as_a_finger_hits_at_every_size_of_text(qtbot: QtBot) -> None:
    make_application([])
    rows = table()
    qtbot.addWidget(rows)
    rows.resize(400, 600)
    rows.show()
    qtbot.wait(20)
    assert isinstance(rows, Rows)
    assert rows.rowHeight(0) == ROW_PX == 48


def test_a_finger_on_the_strip_goes_on_by_a_page(qtbot: QtBot) -> None:
    make_application([])
    rows = table()
    qtbot.addWidget(rows)
    rows.resize(400, 300)
    rows.show()
    qtbot.wait(20)
    more = rows.findChild(MoreBelow)
    assert more is not None
    QTest.mouseClick(more, Qt.MouseButton.LeftButton)
    assert rows.verticalScrollBar().value() > 3


def test_a_row_higher_than_what_can_be_seen_is_read_from_its_beginning(qtbot: QtBot) -> None:
    make_application([])
    rows = table()
    qtbot.addWidget(rows)
    rows.resize(400, 220)
    rows.show()
    qtbot.wait(20)
    assert isinstance(rows, Rows)
    rows.setRowHeight(0, 200)
    rows.scrollTo(rows.model().index(0, 0))
    assert rows.visualRect(rows.model().index(0, 0)).top() == 0


def scrolled(qtbot: QtBot, inside: QWidget, width: int, height: int) -> tuple[QScrollArea, MoreBelow]:
    """A form of that size, shown, and its strip."""
    view = scroller(inside)
    qtbot.addWidget(view)
    view.resize(width, height)
    view.show()
    qtbot.wait(20)
    more = view.findChild(MoreBelow)
    assert more is not None
    return view, more


@pytest.mark.parametrize("height", [200, 213, 229, 240])
def test_a_form_ends_between_two_lines(qtbot: QtBot, height: int) -> None:
    make_application([])
    inner = QWidget()
    column = QVBoxLayout(inner)
    lines = [Text(f"سطر {number}") for number in range(ROWS)]
    for line in lines:
        column.addWidget(line)
    view, more = scrolled(qtbot, inner, 300, height)
    assert more.isVisible()
    tops = [(at := line.mapTo(view.viewport(), QPoint()).y(), at + line.height()) for line in lines]
    assert [place for place in tops if place[0] < more.edge() < place[1]] == []
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    assert more.isHidden()


@pytest.mark.parametrize("height", range(200, 320, 7))
def test_a_heading_is_seen_with_a_field_of_its_own(qtbot: QtBot, height: int) -> None:
    make_application([])
    inner = QWidget()
    column = QVBoxLayout(inner)
    parts = [(Text(f"عنوان {number}", "h2"), LineEdit(f"field_{number}")) for number in range(ROWS)]
    for heading, line in parts:
        line.setProperty(WHOLE, True)
        column.addWidget(heading)
        column.addWidget(line)
    view, more = scrolled(qtbot, inner, 300, height)

    def seen(part: QWidget) -> bool:
        return part.mapTo(view.viewport(), QPoint()).y() < more.edge()

    assert [heading.text() for heading, line in parts if seen(heading) and not seen(line)] == []


@pytest.mark.parametrize("height", [300, 317, 333, 350])
def test_the_field_gone_to_is_not_under_the_strip(qtbot: QtBot, height: int) -> None:
    make_application([])
    inside, fields = QWidget(), [LineEdit(f"field{number}") for number in range(ROWS)]
    column = QVBoxLayout(inside)
    for field in fields:
        column.addWidget(field)
    view, more = scrolled(qtbot, inside, 400, height)
    for field in (*fields, *reversed(fields)):
        bring_into_sight(view, field)
        top = field.mapTo(view.viewport(), QPoint()).y()
        cover, bar = view.findChild(CoverAbove), view.verticalScrollBar()
        assert cover is not None
        above = cover.edge() if cover.isVisible() else 0
        assert top >= above
        assert top + field.height() <= (more.edge() if more.isVisible() else view.viewport().height())
        least = ABOVE_PX if view.viewport().height() >= 300 else 0
        assert above <= least or bar.value() == bar.maximum(), "no blank stands over the rows but what is said of them"
    stranger = LineEdit("stranger")
    qtbot.addWidget(stranger)
    before = view.verticalScrollBar().value()
    bring_into_sight(view, stranger)
    assert view.verticalScrollBar().value() == before


def test_how_much_is_above_and_below_is_said_of_fields_and_of_lines(qtbot: QtBot) -> None:
    make_application([])
    for whole in (True, False):
        inside = QWidget()
        parts = [LineEdit(f"field{number}") if whole else Text(str(number)) for number in range(ROWS)]
        column = QVBoxLayout(inside)
        for part in parts:
            part.setProperty(WHOLE, whole)
            column.addWidget(part)
        view, more = scrolled(qtbot, inside, 400, 330)
        cover, bar = view.findChild(CoverAbove), view.verticalScrollBar()
        assert cover is not None
        assert cover.isHidden(), "nothing is above"
        bar.setValue(bar.maximum() // 2)
        tops = [part.mapTo(view.viewport(), QPoint()).y() for part in parts]
        assert cover.isVisible()
        assert cover.edge() >= ABOVE_PX
        assert cover._count == sum(top + parts[0].height() <= cover.edge() for top in tops) > 0
        assert more._count == sum(top >= more.edge() for top in tops) > 0


def test_a_form_whose_margin_alone_is_below_has_no_strip(qtbot: QtBot) -> None:
    make_application([])
    inside, line = QWidget(), Text("سطر")
    column = QVBoxLayout(inside)
    column.addWidget(line)
    column.addSpacing(500)
    view, more = scrolled(qtbot, inside, 400, 330)
    assert view.verticalScrollBar().maximum() > 0
    assert more.isHidden()


@pytest.mark.parametrize("at", [3, 9, 20])
def test_the_field_being_filled_in_stays_in_sight_where_something_comes_above_it(qtbot: QtBot, at: int) -> None:
    make_application([])
    inside, fault, fields = QWidget(), Text("خطأ"), [LineEdit(f"field{number}") for number in range(ROWS)]
    column = QVBoxLayout(inside)
    column.addWidget(fault)
    for field in fields:
        column.addWidget(field)
    fault.setMinimumHeight(280)
    fault.hide()
    view = scroller(inside)
    qtbot.addWidget(view)
    view.resize(400, 300)
    view.show()
    view.activateWindow()
    fields[at].setFocus()
    qtbot.waitUntil(fields[at].hasFocus)
    bring_into_sight(view, fields[at])
    fault.show()
    qtbot.wait(30)
    more = view.findChild(MoreBelow)
    assert more is not None
    top = fields[at].mapTo(view.viewport(), QPoint()).y()
    assert 0 <= top <= more.edge() - fields[at].height()


def test_a_state_tells_its_word_and_goes_with_it(qtbot: QtBot) -> None:
    make_application([])
    page, pill = QWidget(), StatePill()
    qtbot.addWidget(page)
    pill.setParent(page)
    assert pill.isHidden()
    pill.tell(Pill("missing", "ورقة ناقصة"))
    assert not pill.isHidden()
    pill.resize(pill.sizeHint())
    assert pill.accessibleName() == "ورقة ناقصة"
    assert pill.fits()
    assert not pill.grab().isNull()
    pill.tell(None)
    assert pill.isHidden()
    assert pill.pill() is None
    assert pill.sizeHint().width() == 0
