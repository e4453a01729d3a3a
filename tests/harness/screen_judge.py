"""What is wrong with a screen as it stands: a plain list of rules, each a function that says what it finds.

A list or a form that scrolls may hide what is above or below, whole; it cuts nothing, and hides nothing to the sides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QScrollArea,
    QTableWidget,
    QWidget,
)

from tests.harness.contrast import contrast_of
from tests.harness.page_rules import SKELETON
from tests.harness.screen_parts import SLACK, Rule, Seen, named, own, parents, scrolls
from ui.shell.base_page import Page
from ui.shell.footer_bar import KEPT, FooterKey
from ui.shell.shell import Shell
from ui.widgets.labels import FittedText, Shrinking
from ui.widgets.message_slot import MessageSlot
from ui.widgets.more_below import MoreBelow
from ui.widgets.push_button import Button
from ui.widgets.state_pill import StatePill
from ui.widgets.theme import TOKENS

SIZE = QSize(1366, 768)
CELL_PX = 24
"""What a cell keeps free at both sides."""
FINGER_PX = 48
APART = 8
"""Screen dots between two buttons: a finger that is a little off presses none of them."""
_FAR: Final = 100_000


def faults(window: QWidget, size: QSize = SIZE) -> list[str]:
    """A line each; none for a screen that can be read."""
    seen = Seen(window)
    found = [f"the window is {window.size().toTuple()}"] if window.size() != size else []
    for rule in (*RULES, *(SKELETON if seen.page is not None else ())):
        found += rule(seen)
    return found


# ---- what is read


def text_fits(seen: Seen) -> Iterator[str]:
    """No text is wider or higher than its place."""
    for leaf in seen.leaves:
        yield from (f"{named(leaf)}: {fault}" for fault in _text(leaf))
    slots = (slot for slot in seen.widgets if isinstance(slot, MessageSlot))
    yield from (f"{named(slot)}: its hint has no room for its words" for slot in slots if not slot.fits())


def _text(leaf: QWidget) -> Iterator[str]:
    if isinstance(leaf, Button | FittedText | StatePill):
        if not leaf.fits():
            yield f"has no room for its words, {leaf.size().toTuple()}"
    elif isinstance(leaf, QLabel):
        yield from _label(leaf)
    elif isinstance(leaf, QLineEdit):
        if not leaf.text() and leaf.placeholderText():
            yield from _wide(leaf.fontMetrics().horizontalAdvance(leaf.placeholderText()) + 24, leaf.width())
    elif isinstance(leaf, QComboBox):
        yield from _wide(leaf.fontMetrics().horizontalAdvance(leaf.currentText()) + 64, leaf.width())
    else:
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


def cells_fit(seen: Seen) -> Iterator[str]:
    """Cells in sight: one that wraps needs the height for it."""
    for table in seen.widgets:
        if isinstance(table, QTableWidget | QListWidget):
            yield from (f"{named(table)}: {fault}" for fault in _cells(table))


def _cells(table: QTableWidget | QListWidget) -> Iterator[str]:
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


def stands_out(seen: Seen) -> Iterator[str]:
    """WCAG AA: the words of a label and of a button against what they are drawn on."""
    for leaf in [] if seen.veiled else seen.leaves:
        written = isinstance(leaf, QLabel | Button) and bool(leaf.text())
        if written and leaf.isEnabled() and seen.shown(leaf).contains(seen.place(leaf).center()):
            ratio, least = contrast_of(leaf, seen.image, seen.place(leaf))
            if ratio < least:
                yield f"{named(leaf)}: stands out {ratio:.1f}, not {least}"


# ---- where it is


def inside(seen: Seen) -> Iterator[str]:
    """Nothing is cut off by a parent or by the window's edge; up and down is reached by scrolling."""
    for leaf in seen.leaves:
        place = within = seen.place(leaf)
        for parent in (*parents(leaf, seen.window), seen.window):
            room = seen.place(parent)
            if scrolls(parent):
                within = within.intersected(QRect(room.left(), -_FAR, room.width(), 2 * _FAR))
                break
            within = within.intersected(room)
        if within.width() < place.width() - SLACK or within.height() < place.height() - SLACK:
            yield f"{named(leaf)}: cut off: {place.getRect()} to {within.getRect()}"


def apart(seen: Seen) -> Iterator[str]:
    """Nothing lies on anything else, and no two buttons are under one finger."""
    shown = [(leaf, place) for leaf in seen.leaves if (place := seen.shown(leaf)).isValid()]
    for (a, at), (b, there) in combinations(shown, 2):
        if at.intersects(there) and not a.isAncestorOf(b) and not b.isAncestorOf(a):
            yield f"{named(a)} lies on {named(b)}"
    for (first, place), (second, other) in combinations([(one, seen.place(one)) for one in seen.buttons], 2):
        around = place.adjusted(-APART, -APART, APART, APART)
        if around.intersects(other) and not place.intersects(other):
            yield f"{named(first)} is nearer than {APART} dots to {named(second)}"


def large_enough(seen: Seen) -> Iterator[str]:
    """Whatever is pressed is as wide and as high as what a finger hits."""
    kinds = QAbstractButton | QLineEdit | QComboBox | FooterKey | MoreBelow
    for widget in seen.widgets:
        if isinstance(widget, QTableWidget | QListWidget):
            rows = (widget.visualRect(widget.model().index(row, 0)) for row in range(widget.model().rowCount()))
            least = min((row.height() for row in rows if row.isValid()), default=FINGER_PX)
        elif isinstance(widget, kinds) and (own(widget) or isinstance(widget, Button)) and widget.isEnabled():
            least = min(widget.width(), widget.height())
        else:
            continue
        if least < FINGER_PX:
            yield f"{named(widget)} is {least} dots small for a finger"


def not_too_wide(seen: Seen) -> Iterator[str]:
    """Nothing scrolls to the sides."""
    for view in seen.widgets:
        if isinstance(view, QScrollArea) and view.horizontalScrollBar().maximum() > SLACK:
            yield f"{named(view)}: {view.horizontalScrollBar().maximum()} dots too wide"


def has_name(seen: Seen) -> Iterator[str]:
    """What the keys reach has a name for a screen reader."""
    for widget in seen.widgets:
        if not widget.focusPolicy() & Qt.FocusPolicy.TabFocus or not own(widget) or isinstance(widget, Page):
            continue
        if not widget.accessibleName() and not QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name):
            yield f"{named(widget)} has no name for a screen reader"


# ---- the footer, the focus


def footer_keeps(seen: Seen) -> Iterator[str]:
    """The footer says help always, and lock wherever it locks."""
    window = seen.window
    if not isinstance(window, Shell):
        return
    known = {action.key for action in [*window.page().commands(), *window._everywhere()]}
    for key in KEPT:
        entry = window.footer.findChild(QWidget, f"footer{key}")
        if (key in known or key == "F1") and (entry is None or not entry.isVisible()):
            yield f"the footer says nothing of {key}"


def focus_has_no_fill(_seen: Seen) -> Iterator[str]:
    """No colour says where the focus is: the ring does, and what a colour says stays said."""
    app = QApplication.instance()
    sheet = app.styleSheet() if isinstance(app, QApplication) else ""
    for rule in re.finditer(r"([^{}]*:focus[^{}]*)\{([^{}]*)\}", sheet):
        fill = re.search(r"(?<![-\w])background(?:-color)?: *(#[0-9A-Fa-f]{6})", rule[2])
        if fill:
            same = [name for name, colour in TOKENS.items() if colour.upper() == fill[1].upper()]
            yield f"the focus has the fill of {', '.join(same) or 'its own'}: {rule[1].strip()}"


RULES: Final[tuple[Rule, ...]] = (
    text_fits, cells_fit, stands_out, inside, apart, large_enough, not_too_wide, has_name, footer_keeps,
    focus_has_no_fill,
)  # fmt: skip
"""Of every screen."""
