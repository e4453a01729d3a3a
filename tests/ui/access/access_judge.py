"""What a screen lacks for somebody who cannot see it, or cannot see where on it the focus is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import compress
from operator import ne
from typing import Any, Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAccessible, QColor, QImage
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from protocol.texts import Language
from tests.harness.contrast import ratio
from tests.harness.stage import Stage
from ui.shell.busy_veil import BusyVeil
from ui.shell.focus_ring import WIDE_PX

PLAIN: Final = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Window}
"""Roles that tell a screen reader nothing of what can be done."""
LEAST_RATIO: Final = 3.0
"""WCAG 2.2, 2.4.13: between the same dots with the focus and without, over the area of a line around the widget."""


def focusable(stage: Stage) -> Iterator[QWidget]:
    """What the keys can reach now; a veil takes them only while it saves."""
    for widget in stage.window.findChildren(QWidget):
        reached = widget.isVisible() and widget.isEnabled() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if reached and not isinstance(widget, BusyVeil):
            yield widget


def named(widget: QWidget) -> tuple[str, QAccessible.Role]:
    """A list calls itself after its choice (on Linux): what it is must stand in its description or at its label."""
    found = QAccessible.queryAccessibleInterface(widget)
    if isinstance(widget, QComboBox):
        return widget.accessibleName() if found.text(QAccessible.Text.Description) or _labelled(
            widget
        ) else "", found.role()
    return found.text(QAccessible.Text.Name), found.role()


def _labelled(widget: QWidget) -> bool:
    return any(label.buddy() is widget for label in widget.window().findChildren(QLabel))


def nameless(stage: Stage, language: Language) -> list[str]:
    """A line for each focusable widget that has no name in this language, or a role that says nothing."""
    found = []
    for widget in focusable(stage):
        name, role = named(widget)
        if not _speaks(name, language) or role in PLAIN:
            found.append(f"{type(widget).__name__} {widget.objectName()} «{name}» {role.name}")
    return found


def _speaks(name: str, language: Language) -> bool:
    """Arabic letters in Arabic and none in English; a number alone is one in both."""
    letters = [letter for letter in name if letter.isalpha()]
    arabic = any("\u0600" <= letter <= "\u06ff" for letter in letters)
    return bool(name.strip()) and arabic == (language == "ar" and bool(letters))


def unseen(stage: Stage) -> list[str]:
    """A line for each widget that looks the same with the focus as without it, or is out of sight when it has it.

    None while a veil has it: nothing else can have it then.
    """
    found = []
    veiled = any(veil.isVisible() for veil in stage.window.findChildren(BusyVeil))
    for widget in [] if veiled else focusable(stage):
        widget.setFocus(Qt.FocusReason.TabFocusReason)
        if stage.window.focusWidget() is not widget:
            continue  # a radio button gives it to the one that is chosen
        place = _in_sight(widget, stage.window)
        least = 2 * (min(widget.width(), place.width()) + min(widget.height(), place.height()))
        if place.height() < min(widget.height(), 40) or place.width() < min(widget.width(), 40):
            found.append(f"{type(widget).__name__} {widget.objectName()}: out of sight, {place.size().toTuple()}")
            continue
        around = place.adjusted(-WIDE_PX, -WIDE_PX, WIDE_PX, WIDE_PX)
        focused = _picture(stage, around)
        widget.clearFocus()
        if _changed(focused, _picture(stage, around)) < least:
            found.append(f"{type(widget).__name__} {widget.objectName()}: looks the same without the focus")
    return found


def _in_sight(widget: QWidget, window: QWidget) -> QRect:
    """Where it is in the window, as far as no parent cuts it off."""
    place = QRect(widget.mapTo(window, QPoint()), widget.size())
    parent = widget.parentWidget()
    while parent is not None and parent is not window:
        place = place.intersected(QRect(parent.mapTo(window, QPoint()), parent.size()))
        parent = parent.parentWidget()
    return place.intersected(window.rect())


def _picture(stage: Stage, place: QRect) -> QImage:
    return stage.window.grab(place).toImage().convertToFormat(QImage.Format.Format_RGB32)


def _changed(one: QImage, other: QImage) -> int:
    """Dots that stand out from what they were by the least ratio."""
    before, after = _dots(one), _dots(other)
    pairs: Counter[tuple[Any, Any]] = Counter(compress(zip(before, after, strict=True), map(ne, before, after)))
    return sum(count for (a, b), count in pairs.items() if _ratio(a, b) >= LEAST_RATIO)


def _dots(image: QImage) -> memoryview:
    return memoryview(image.constBits()).cast("B").cast("I")


def _ratio(one: int, other: int) -> float:
    return ratio(QColor(one), QColor(other))
