"""Cards, rules, rows of label and value, and what scrolls."""

from __future__ import annotations

from functools import partial
from typing import cast

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QScrollArea, QScrollBar, QVBoxLayout, QWidget
from shiboken6 import delete, isValid

from protocol.override import override
from ui.widgets.icons import pixmap
from ui.widgets.labels import Amount, FittedText, Text, restyle
from ui.widgets.layouts import Edges, Part, Space, beside, fill, stacked
from ui.widgets.more_below import MoreBelow
from ui.widgets.theme import TOKENS

MOST_TURNS = 4
LEAST_LABEL_PX = 70
"""So wide is the label beside EGP 110.00 in the largest letters, where the rail is narrow."""
BAR_PX = 14
"""How wide the sheet makes a scroll bar."""


class Card(QFrame):
    """A white box with a column of things."""

    def __init__(self, *parts: Part, edges: Edges = (20, 16, 20, 16)) -> None:
        super().__init__()
        self.setProperty("ground", "card")
        self.column = fill(QVBoxLayout(self), *parts, gap=8, edges=edges)


class Fact(QWidget):
    """A label at the leading edge, its value at the other, or `over` it; a sum stands in a `column` with others.

    A label too long for its place begins another line, or has smaller letters if it is `fitted`.
    """

    def __init__(
        self, role: str = "strong", label_role: str = "hint", *, wrap: bool = False, fitted: bool = False,
        column: list[Amount] | None = None, over: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        wraps = not fitted and (wrap or label_role != "hint")
        self.label = FittedText(role=label_role) if fitted else Text(role=label_role, wrap=wraps)
        if isinstance(self.label, FittedText):
            self.label.least_px = LEAST_LABEL_PX
        self.value = Text(role=role, end=not over) if column is None else Amount(role, column)
        box = QVBoxLayout(self) if over else QHBoxLayout(self)
        air = 0 if role == "hint" else 2
        fill(box, (self.label, 1), self.value, gap=2 if over else None, edges=(0, air, 0, air))

    def tell(self, label: str, value: str) -> Fact:
        self.label.setText(label)
        self.value.setText(value)
        return self


class Steady(QScrollArea):
    """Fits what it holds a few times in a row, and no more.

    Qt fits again inside the resize that its fitting caused. Where heights hang on widths that can turn without end,
    each turn inside the one before, until the stack is full and the program gone.
    """

    def __init__(self) -> None:
        self._turns = 0
        super().__init__()

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.Resize:
            return super().eventFilter(watched, event)
        if self._turns >= MOST_TURNS:
            return False
        self._turns += 1
        try:
            return super().eventFilter(watched, event)
        finally:
            self._turns -= 1


def scroller(inside: QWidget) -> QScrollArea:
    """What is longer than the screen goes up and down, never aside; the keys go past it to what it holds."""
    scroll = Steady()
    scroll.setWidgetResizable(True)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    # Its place is always kept: fields whose height hangs on their width made a bar that comes and goes come and go
    # without end, each turn inside the one before, until the stack was full and the program gone.
    scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    bar = scroll.verticalScrollBar()
    bar.setEnabled(False)  # and so not to be seen, while there is nothing to scroll
    bar.rangeChanged.connect(partial(_gauge, bar))
    inside.setProperty("ground", "none")
    column = inside.layout()
    if column is not None:
        column.setContentsMargins(10, 0, 10, 0)  # clear of the scroll bar, whichever side it is on
        column.setSpacing(8)
    scroll.setWidget(inside)
    MoreBelow(scroll)
    return scroll


def scroll_card(scroll: QScrollArea) -> Card:
    """A card of what scrolls: the strip at its foot ends where the card does."""
    column = scroll.widget().layout()
    if column is not None:
        column.setContentsMargins(10, 0, 10, 14)
        column.setSpacing(4)
    return Card(beside(Space(BAR_PX), scroll, gap=0), edges=(6, 8, 6, 2))  # as much is free at both sides


def _gauge(bar: QScrollBar, _least: int, most: int) -> None:
    if isValid(bar):  # it has another range while it ends, too
        bar.setEnabled(most > 0)


def rule() -> QFrame:
    line = QFrame()
    line.setProperty("ground", "rule")
    return line


def picture(name: str, tone: str, size: int = 24) -> QLabel:
    label = QLabel()
    set_picture(label, name, tone, size)
    return label


def set_picture(label: QLabel, name: str, tone: str, size: int = 24) -> None:
    label.setPixmap(pixmap(name, TOKENS["primary" if tone == "info" else tone], size))
    label.setFixedWidth(size + 4)


def loosen(layout: QLayout) -> list[QWidget]:
    """Take everything out of a layout and the layouts in it. The widgets stay where they are, and are returned.

    A layout whose contents change is put into its outer one before it is filled. Of one that is put there full the
    binding keeps an object for every item, and Qt does not tell it when the item goes with its widget: whatever Qt
    makes next at that address came to Python as a dead item, and an event filter failed on it.
    """
    widgets: list[QWidget] = []
    while layout.count():
        item = layout.takeAt(0)
        widget, inner = item.widget(), cast("QLayout | None", item.layout())  # the stubs know no item without
        if inner is not None:
            widgets += loosen(inner)
            inner.deleteLater()
            continue
        if widget is not None:
            widgets.append(widget)
        delete(item)  # it is ours since it was taken
    return widgets


def clear(layout: QLayout) -> None:
    """Take everything out of a layout; the widgets go when the event loop is back."""
    for widget in loosen(layout):
        widget.hide()
        widget.deleteLater()


class StateRow(QWidget):
    """One fact about a request: a picture, its words, and what follows from it."""

    def __init__(self, name: str, *, wrap: bool = False) -> None:
        super().__init__()
        self.setObjectName(name)
        self._picture, self.what, self.more = QLabel(), Text(role="strong", wrap=wrap), Text(role="hint", wrap=True)
        words = stacked(self.what, self.more, gap=2)
        fill(QHBoxLayout(self), self._picture, (words, 1), gap=16).setContentsMargins(0, 6, 0, 6)

    def tell(self, picture: str, tone: str, what: str, more: str) -> None:
        set_picture(self._picture, picture, tone, 28)
        self.what.setText(what)
        self.more.tell(more)
        restyle(self.more, "role", "error" if tone == "act" else "hint")
        self.setAccessibleName(f"{what}. {more}")
