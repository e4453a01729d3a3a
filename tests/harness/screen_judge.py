"""What is wrong with a screen as it stands: text that does not fit its place, things on top of each other or outside.

A screen that scrolls may hide what is above or below; it must not hide anything to the sides.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QTableWidget,
    QWidget,
)

from ui.sale.home_cards import ServiceTile
from ui.shell.base_page import Page
from ui.shell.busy_veil import BusyVeil
from ui.widgets.labels import Shrinking
from ui.widgets.push_button import Button

SIZE = QSize(1366, 768)
CELL_PX = 24
"""What a cell keeps free at both sides."""
APART = 8
"""Screen dots between two buttons: a finger that is a little off presses none of them."""
SLACK = 2
"""Screen dots that a rounding may cost."""


def faults(window: QWidget) -> list[str]:
    """A line each; none for a screen that can be read."""
    veils = [veil for veil in window.findChildren(BusyVeil) if veil.isVisible()]
    seen = [w for w in window.findChildren(QWidget) if w.isVisible() and w.width() and not _of(w, veils)]
    leaves = [w for w in seen if isinstance(w, QLabel | QAbstractButton | QLineEdit | QComboBox) and _own(w)]
    found = [f"the window is {window.size().toTuple()}"] if window.size() != SIZE else []
    found += [f"{_name(leaf)}: {fault}" for leaf in leaves for fault in _text(leaf)]
    found += [f"{_name(leaf)}: {fault}" for leaf in leaves for fault in _outside(leaf, window)]
    shown = [(leaf, place) for leaf in leaves if (place := _shown(leaf, window)).isValid()]
    found += [f"{_name(a)} lies on {_name(b)}" for (a, at), (b, there) in combinations(shown, 2)
              if at.intersects(there) and not a.isAncestorOf(b) and not b.isAncestorOf(a)]  # fmt: skip
    buttons = [(leaf, _place(leaf, window)) for leaf in leaves if isinstance(leaf, Button)]
    found += [f"{_name(a)} is nearer than {APART} dots to {_name(b)}" for a, b in _near(buttons)]
    found += [f"{_name(w)} has no name for a screen reader" for w in seen if _nameless(w)]
    for table in seen:
        if isinstance(table, QTableWidget | QListWidget):
            found += [f"{_name(table)}: {fault}" for fault in _rows(table)]
        if isinstance(table, QScrollArea) and table.horizontalScrollBar().maximum() > SLACK:
            found.append(f"{_name(table)}: {table.horizontalScrollBar().maximum()} dots too wide")
    return found


def scrolled(window: QWidget) -> list[str]:
    """Pages with something below the edge; lists and forms may have it, they scroll on their own."""
    views = [
        view for view in window.findChildren(QScrollArea) if view.objectName() == "pageScroll" and view.isVisible()
    ]
    return [
        f"{view.verticalScrollBar().maximum()} dots below the edge"
        for view in views
        if view.verticalScrollBar().maximum()
    ]


def _own(widget: QWidget) -> bool:
    """Not a part that Qt puts into its own widgets."""
    parent = widget.parentWidget()
    return not widget.objectName().startswith("qt_") and not isinstance(parent, QComboBox | QTableWidget | QLineEdit)


def _nameless(widget: QWidget) -> bool:
    if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or not _own(widget) or isinstance(widget, Page):
        return False
    found = QAccessible.queryAccessibleInterface(widget)
    return not widget.accessibleName() and not found.text(QAccessible.Text.Name)


def _of(widget: QWidget, veils: list[BusyVeil]) -> bool:
    return any(widget is veil or veil.isAncestorOf(widget) for veil in veils)


def _name(widget: QWidget) -> str:
    said = getattr(widget, "text", None)
    text = said() if callable(said) else ""
    return f"{type(widget).__name__} {widget.objectName()} «{str(text)[:40]}»"


# ---- text and its place


def _text(leaf: QWidget) -> Iterator[str]:
    if isinstance(leaf, QLabel):
        yield from _label(leaf)
    elif isinstance(leaf, QLineEdit):
        if not leaf.text() and leaf.placeholderText():
            yield from _wide(leaf.fontMetrics().horizontalAdvance(leaf.placeholderText()) + 24, leaf.width())
    elif isinstance(leaf, QComboBox):
        yield from _wide(leaf.fontMetrics().horizontalAdvance(leaf.currentText()) + 64, leaf.width())
    elif not isinstance(leaf, ServiceTile):
        yield from _within(leaf.sizeHint(), leaf.size())


def _label(label: QLabel) -> Iterator[str]:
    if not label.text():
        return
    if label.wordWrap():
        need = label.heightForWidth(label.width())
        words = max(label.fontMetrics().horizontalAdvance(word) for word in label.text().split())
        yield from _wide(words, label.width())
        if need > label.height() + SLACK:
            yield f"needs {need} of height, has {label.height()}"
    elif not isinstance(label, Shrinking):
        yield from _within(label.sizeHint(), label.size())


def _within(need: QSize, has: QSize) -> Iterator[str]:
    yield from _wide(need.width(), has.width())
    if need.height() > has.height() + SLACK:
        yield f"needs {need.height()} of height, has {has.height()}"


def _wide(need: int, has: int) -> Iterator[str]:
    if need > has + SLACK:
        yield f"needs {need} of width, has {has}"


def _rows(table: QTableWidget | QListWidget) -> Iterator[str]:
    """Cells in sight: one that wraps needs the height for it."""
    if isinstance(table, QTableWidget) and table.horizontalScrollBar().maximum() > 0:
        yield f"{table.horizontalScrollBar().maximum()} dots too wide"
    model, view = table.model(), table.viewport().rect()
    for row in range(model.rowCount()):
        for column in range(table.columnCount() if isinstance(table, QTableWidget) else 1):
            index = model.index(row, column)
            place = table.visualRect(index)
            if not view.intersects(place):
                continue
            text, room = str(index.data() or ""), place.width() - CELL_PX
            flags = int(Qt.TextFlag.TextWordWrap) if isinstance(table, QTableWidget) and table.wordWrap() else 0
            need = table.fontMetrics().boundingRect(QRect(0, 0, room, 10_000), flags, text)
            if need.width() > room + SLACK or need.height() > place.height() + SLACK:
                asked, has = need.size().toTuple(), place.size().toTuple()
                yield f"row {row} column {column} «{text[:40]}» needs {asked}, has {has}"


# ---- where it is


def _outside(leaf: QWidget, window: QWidget) -> Iterator[str]:
    """Cut off by a parent or by the window's edge."""
    rect = _place(leaf, window)
    inside, parent = QRect(rect), leaf.parentWidget()
    while parent is not None:
        place = _place(parent, window)
        if _scrolls(parent):  # up and down is reached by scrolling
            place = QRect(place.left(), -100_000, place.width(), 200_000)
            rect = rect.intersected(place)
            if inside != rect:
                break
            return
        inside = inside.intersected(place)
        if parent is window:
            break
        parent = parent.parentWidget()
    if (inside.size() - rect.size()).width() < -SLACK or (inside.size() - rect.size()).height() < -SLACK:
        yield f"cut off: {rect.getRect()} to {inside.getRect()}"


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    return isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget


def _place(widget: QWidget, window: QWidget) -> QRect:
    return QRect(widget.mapTo(window, QPoint()), widget.size()) if widget is not window else widget.rect()


def _near(buttons: list[tuple[Button, QRect]]) -> Iterator[tuple[Button, Button]]:
    for (first, place), (second, other) in combinations(buttons, 2):
        around = place.adjusted(-APART, -APART, APART, APART)
        if around.intersects(other) and not place.intersects(other):
            yield first, second


def _shown(widget: QWidget, window: QWidget) -> QRect:
    """What its parents let be seen of it, without what a rounding may cost; invalid where that is nothing."""
    place, parent = _place(widget, window), widget.parentWidget()
    while parent is not None and parent is not window:
        place = place.intersected(_place(parent, window))
        parent = parent.parentWidget()
    return place.adjusted(SLACK, SLACK, -SLACK, -SLACK)
