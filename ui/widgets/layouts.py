"""Rows and columns of widgets, written as they are read."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QVBoxLayout, QWidget

Item = QWidget | QLayout
Part = Item | int | tuple[Item, int]
"""What is laid out: an item, an item and its share of the room, or a number: empty room of that share."""
Edges = tuple[int, int, int, int]
"""What stays free at the left, above, at the right and below."""
Box = TypeVar("Box", bound=QBoxLayout)


class Space(int):
    """Empty room of so many pixels."""


def fill(box: Box, *parts: Part, gap: int | None = None, edges: Edges | None = None) -> Box:
    """Put the parts into `box`."""
    if gap is not None:
        box.setSpacing(gap)
    if edges is not None:
        box.setContentsMargins(*edges)
    for part in parts:
        item, share = part if isinstance(part, tuple) else (part, 0)
        if isinstance(item, Space):
            box.addSpacing(item)
        elif isinstance(item, int):
            box.addStretch(item)
        elif isinstance(item, QLayout):
            box.addLayout(item, share)
        else:
            box.addWidget(item, share)
    return box


def beside(*parts: Part, gap: int | None = 20) -> QHBoxLayout:
    return fill(QHBoxLayout(), *parts, gap=gap)


def stacked(*parts: Part, gap: int | None = 12) -> QVBoxLayout:
    return fill(QVBoxLayout(), *parts, gap=gap)


def reveal(shown: object, *widgets: QWidget) -> None:
    """All of them are seen, or none. What stands nowhere yet is seen once it is put somewhere.

    Qt makes a window of what is shown before it has a parent: it would take the keys from the page.
    """
    for widget in widgets:
        if shown and widget.isWindow():
            widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, on=False)
        elif not shown or widget.isHidden():  # else Qt lays it out, seen or not
            widget.setVisible(bool(shown))


def group(*parts: Part, gap: int | None = None, sideways: bool = False) -> QWidget:
    """Parts that are shown and hidden together; of itself it is nothing to be seen."""
    widget = QWidget()
    widget.setProperty("ground", "none")
    fill_edge_to_edge(widget, *parts, gap=gap, sideways=sideways)
    return widget


def fill_edge_to_edge(widget: QWidget, *parts: Part, gap: int | None = None, sideways: bool = False) -> QBoxLayout:
    """Lay the parts out in `widget`, with nothing around them."""
    box: QBoxLayout = QHBoxLayout(widget) if sideways else QVBoxLayout(widget)
    return fill(box, *parts, gap=gap, edges=(0, 0, 0, 0))
