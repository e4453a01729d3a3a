"""The ring goes where the focus goes, around it and not over it, and is not seen where it is cut off or away."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QScrollArea, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Hands
from ui.main.application import make_application
from ui.shell.focus_ring import WIDE_PX, FocusRing
from ui.widgets import LineEdit
from ui.widgets.push_button import Button
from ui.widgets.theme import TOKENS


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    make_application([])
    found = QWidget()
    found.resize(600, 400)
    qtbot.addWidget(found)
    found.show()
    found.activateWindow()
    qtbot.waitExposed(found)
    return found


def put(parent: QWidget, widget: QWidget, *place: int) -> QWidget:
    widget.setParent(parent)
    widget.setGeometry(*place)
    widget.show()
    return widget


def around(widget: QWidget, window: QWidget) -> QRect:
    place = QRect(widget.mapTo(window, QPoint()), widget.size())
    return place.adjusted(-WIDE_PX, -WIDE_PX, WIDE_PX, WIDE_PX)


def test_it_stands_around_what_has_the_focus_in_ink_and_yellow(window: QWidget) -> None:
    ring = FocusRing(window)
    button = put(window, Button("b", "primary"), 100, 100, 200, 64)
    assert ring.isHidden()
    plain = button.grab().toImage()
    button.setFocus()
    assert ring.geometry() == around(button, window)
    assert button.grab().toImage() == plain, "what has the focus looks as it does"
    drawn = window.grab().toImage()
    row = [drawn.pixelColor(x, 132).name() for x in range(95, 100)]
    assert QColor(TOKENS["focus"]).name() in row[:2]
    assert row[3] == QColor(TOKENS["ink"]).name()
    button.move(300, 200)
    assert ring.geometry() == around(button, window)
    button.hide()
    assert ring.isHidden()


def test_what_scrolls_cuts_it_off(window: QWidget) -> None:
    ring = FocusRing(window)
    view, inner = QScrollArea(), QWidget()
    inner.setFixedSize(300, 1000)
    view.setWidget(inner)
    put(window, view, 50, 50, 340, 200)
    line = put(inner, LineEdit("l"), 20, 300, 200, 48)
    line.setFocus()
    assert ring.isHidden(), "it is below the edge"
    view.verticalScrollBar().setValue(200)
    assert ring.geometry() == around(line, window)
    view.verticalScrollBar().setValue(120)
    assert ring.geometry() == around(line, window).intersected(around(view.viewport(), window))


def test_no_ring_is_around_a_veil_or_outside_its_window(qtbot: QtBot, window: QWidget, hands: Hands) -> None:
    ring = hands.window._ring
    assert ring.isVisible()
    hands.window.wait("busy.saving")
    assert ring.isHidden()
    hands.window.free()
    assert ring.isVisible()
    other = put(window, LineEdit("other"), 10, 10, 200, 48)
    window.activateWindow()
    other.setFocus(Qt.FocusReason.OtherFocusReason)
    qtbot.waitUntil(other.hasFocus)
    assert ring.isHidden()
