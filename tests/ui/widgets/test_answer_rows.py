"""A table is as high as its words need, and leaves out what has no room."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QApplication, QStyle, QStyleOptionViewItem, QWidget
from pytestqt.qtbot import QtBot

from protocol.texts import say
from ui.widgets import fill_edge_to_edge, fitted_text
from ui.widgets.answer_rows import ROW_PX, Rows
from ui.widgets.key_cap import Key
from ui.widgets.theme import SIZES, ScreenLook, wear


def width_for_words(rows: Rows, row: int, width: int) -> int:
    """In a cell of that width, as Qt paints it."""
    cell: Any = QStyleOptionViewItem()
    painter: Any = rows.itemDelegate()
    rows.initViewItemOption(cell)
    painter.initStyleOption(cell, rows.model().index(row, 0))
    cell.rect = QRect(0, 0, width, 60)
    place = rows.style().subElementRect(QStyle.SubElement.SE_ItemViewItemText, cell, rows)
    return place.width() - 2 * (rows.style().pixelMetric(QStyle.PixelMetric.PM_FocusFrameHMargin, cell, rows) + 1)


@pytest.mark.parametrize("size", SIZES)
def test_a_row_is_as_high_as_qt_needs_for_its_words(qtbot: QtBot, app: QApplication, size: int) -> None:
    wear(app, ScreenLook(size))
    names = ("كريم سامي فؤاد يوسف", "Karim Samy Fouad Youssef", say("ar", "report.sign.shop"))
    rows = Rows(1, "rows")
    qtbot.addWidget(rows)
    rows.fill([(name,) for name in names])
    rows.show()
    for width in range(120, 240):
        rows.setColumnWidth(0, width)
        for row, name in enumerate(names):
            rtl = not name.isascii()
            room = width_for_words(rows, row, width)
            _, high = fitted_text.lay_out(name, rows.font(), room, fitted_text.side(rtl=rtl), rtl=rtl)
            assert rows.sizeHintForRow(row) >= high, (name, width)


@pytest.mark.parametrize(("size", "hidden"), [(115, [False, False]), (130, [False, True])])
def test_a_column_said_elsewhere_gives_way_to_the_largest_text(
    qtbot: QtBot, app: QApplication, size: int, hidden: list[bool]
) -> None:
    rows = Rows(3, "rows")
    qtbot.addWidget(rows)
    rows.spare(1, 2, at_largest=(2,))
    rows.resize(878, 300)
    rows.fill([("شهادة", "سعاد", "50.00")])
    for now, gone in ((size, hidden), (100, [False, False]), (size, hidden)):
        rows.show()
        rows.hide()
        wear(app, ScreenLook(now))
        rows.show()
        assert [rows.isColumnHidden(column) for column in (1, 2)] == gone


def test_a_table_ends_with_its_last_row_and_shrinks_to_scroll(qtbot: QtBot) -> None:
    rows, page = Rows(2, "rows"), QWidget()
    qtbot.addWidget(page)
    rows.horizontalHeader().hide()
    fill_edge_to_edge(page, (rows, 1), 0)
    page.resize(600, 400)
    page.show()
    rows.fill([("شهادة", Key("Alt+1"))] * 2)
    qtbot.waitUntil(lambda: rows.height() == 2 * ROW_PX + 2 * rows.frameWidth())
    rows.fill([("شهادة", Key("Alt+1"))] * 40)
    qtbot.waitUntil(lambda: rows.height() == page.height())
    assert rows.verticalScrollBar().maximum() > 0
