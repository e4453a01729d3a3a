"""What can be read on the window: words, keys that are drawn as keys, fields, rows; where each stands, and no more.

A thing counts as far as it is in sight, nothing lies over it, and its words stand out from what they are drawn on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QListWidget,
    QRadioButton,
    QTableWidget,
    QWidget,
)

from tests.harness.contrast import LEAST_LARGE_RATIO, luminance
from tests.harness.screen_parts import Seen, named, own, parents
from ui.shell.footer_bar import FooterKey
from ui.shell.shell import Shell
from ui.widgets import KeyCap
from ui.widgets.message_slot import Notice
from ui.widgets.more_below import MoreBelow
from ui.widgets.push_button import Button
from ui.widgets.state_pill import StatePill

Kind = Literal["text", "button", "primary", "field", "choice", "row", "message", "more"]
PRIMARY: Final = ("primary", "waits", "danger-solid")
LEAST_PX: Final = 4
"""Of less nothing is read."""
_INVISIBLE: Final = re.compile("[\u200e\u200f\u061c\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Thing:
    """`words` and `key` as they are written on it, `typed` what stands in a field, `place` what is seen of it."""

    kind: Kind
    words: str
    place: QRect
    key: str = ""
    typed: str = ""
    focused: bool = False
    alarm: bool = False
    """Whether it is written as what is wrong, or waits for an answer."""
    who: str = ""
    """For whoever reports: what the program calls it."""


def look(window: Shell) -> list[Thing]:
    """All that can be read now; nothing while the window says that it is busy."""
    seen = Seen(window)
    return [] if seen.veiled else list(_Eyes(seen).things())


def in_sight(widget: QWidget, window: QWidget) -> QRect:
    """What its parents let be seen of it."""
    place = QRect(widget.mapTo(window, QPoint()), widget.size())
    for parent in parents(widget, window):
        place = place.intersected(QRect(parent.mapTo(window, QPoint()), parent.size()))
    return place.intersected(window.rect())


class _Eyes:
    """One look."""

    def __init__(self, seen: Seen) -> None:
        self._seen, self._window = seen, seen.window
        self._focus = self._window.focusWidget()

    def things(self) -> Iterator[Thing]:
        for widget in self._seen.widgets:
            inside = widget.parentWidget()
            if (own(widget) or isinstance(widget, Button)) and not isinstance(inside, Button | FooterKey):
                yield from self._read(widget)

    def _read(self, widget: QWidget) -> Iterator[Thing]:
        if isinstance(widget, QTableWidget | QListWidget):
            yield from self._rows(widget)
            return
        place = in_sight(widget, self._window)
        if place.width() < LEAST_PX or place.height() < LEAST_PX or not self._on_top(widget, place):
            return
        if isinstance(widget, Button | FooterKey):
            yield from self._pressed(widget, place)
        elif isinstance(widget, QLineEdit | QComboBox | QRadioButton | QCheckBox):
            yield self._answered(widget, place)
        else:
            yield from self._told(widget, place)

    def _answered(self, widget: QLineEdit | QComboBox | QRadioButton | QCheckBox, place: QRect) -> Thing:
        if isinstance(widget, QLineEdit):
            return self._thing("field", widget, place, widget.placeholderText(), typed=widget.displayText())
        if isinstance(widget, QComboBox):
            return self._thing("choice", widget, place, "", typed=widget.currentText())
        return self._thing("choice", widget, place, widget.text(), typed="x" if widget.isChecked() else "")

    def _told(self, widget: QWidget, place: QRect) -> Iterator[Thing]:
        if isinstance(widget, Notice):
            yield self._thing("message", widget, place, _said(widget), alarm=widget._tone in ("act", "wait"))
        elif isinstance(widget, MoreBelow):
            yield self._thing("more", widget, place, "")
        elif isinstance(widget, StatePill):
            pill = widget.pill()
            yield self._thing("text", widget, place, pill.word if pill else "")
        elif isinstance(widget, QLabel) and widget.text() and not isinstance(widget, KeyCap) and self._drawn(place):
            yield self._thing("text", widget, place, widget.text(), alarm=widget.property("role") in ("error", "odd"))

    def _pressed(self, widget: QWidget, place: QRect) -> Iterator[Thing]:
        """Its own words and key, or those of the labels that stand in it."""
        labels = [label for label in widget.findChildren(QLabel) if label.isVisible()]
        if labels:
            caps = [label for label in labels if isinstance(label, KeyCap)]
            words = " ".join(label.text() for label in labels if label not in caps and label.text())
            key = next((cap.text() for cap in caps if self._drawn(in_sight(cap, self._window))), "")
        else:
            assert isinstance(widget, Button)
            words, _, key = widget.text().partition("   ")
            cap = widget._cap_place().translated(place.topLeft())
            key = key if self._drawn(cap) else ""
        kind: Kind = "primary" if widget.property("variant") in PRIMARY else "button"
        if words and self._drawn(place):
            yield self._thing(kind, widget, place, words, key=key)

    def _rows(self, view: QTableWidget | QListWidget) -> Iterator[Thing]:
        port = in_sight(view.viewport(), self._window)
        at, model = view.viewport().mapTo(self._window, QPoint()), view.model()
        columns = view.columnCount() if isinstance(view, QTableWidget) else 1
        for row in range(model.rowCount()):
            cells = [model.index(row, column) for column in range(columns)]
            place = view.visualRect(cells[0]).united(view.visualRect(cells[-1])).translated(at).intersected(port)
            if place.height() < LEAST_PX or not self._on_top(view, place):
                continue
            person: Any = cells[0].data(0x100)  # Qt.ItemDataRole.UserRole: who draws the row draws that
            key = getattr(person, "key", "")
            words = " ".join(str(cell.data() or "") for cell in cells)
            yield self._thing("row", view, place, words, key=key if self._drawn(place) else "")

    def _thing(
        self,
        kind: Kind,
        widget: QWidget,
        place: QRect,
        words: str,
        *,
        key: str = "",
        typed: str = "",
        alarm: bool = False,
    ) -> Thing:
        said, cap = (_INVISIBLE.sub("", text).strip() for text in (words, key))
        return Thing(kind, said, place, cap, typed, widget is self._focus, alarm, named(widget))

    def _on_top(self, widget: QWidget, place: QRect) -> bool:
        """Whether nothing lies over its middle."""
        found = self._window.childAt(place.center())
        return found is not None and (found is widget or widget.isAncestorOf(found) or found.isAncestorOf(widget))

    def _drawn(self, place: QRect) -> bool:
        """Whether anything there stands out from the rest."""
        part: QImage = self._seen.image.copy(place.intersected(self._window.rect()))
        part = part.convertToFormat(QImage.Format.Format_RGB32)
        light = [_light(dot) for dot in set(memoryview(part.constBits()).cast("B").cast("I"))]
        return bool(light) and (max(light) + 0.05) / (min(light) + 0.05) >= LEAST_LARGE_RATIO


@cache
def _light(dot: int) -> float:
    """The same few colours make up every page."""
    return luminance(QColor(dot))


def _said(notice: Notice) -> str:
    """As much of the message as stands there."""
    if notice._opened:
        return notice.text()
    words = notice._words()
    return f"{words.what} {words.more}"
