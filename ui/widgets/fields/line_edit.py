"""One line of text: nothing invisible gets in, before any limit is counted; text stands at the reading edge.

A pasted RLM before fourteen digits once cost the last digit: so invisible characters are
taken out first, and no field is as short as what belongs in it.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QValidator
from PySide6.QtWidgets import QLineEdit

from protocol.override import override
from protocol.values.arabic import strip_invisible
from ui.widgets.labels import align, restyle

LIMIT: Final = 500
"""Characters of any line; more than the longest name, far less than hurts."""


class Cleaner(QValidator):
    """Strips, then cuts at the field's generous end."""

    def __init__(self, limit: int, parent: QObject) -> None:
        super().__init__(parent)
        self._limit = limit

    @override
    def validate(self, text: str, position: int) -> object:
        before = strip_invisible(text[:position])
        cleaned = strip_invisible(text)[: self._limit]
        return QValidator.State.Acceptable, cleaned, min(len(before), len(cleaned))


class LineEdit(QLineEdit):
    """The only line of the house. Command keys pass through it."""

    def __init__(self, name: str, *, limit: int = LIMIT) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setValidator(Cleaner(limit, self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        align(self)

    def set_invalid(self, invalid: bool) -> None:
        restyle(self, "state", "invalid" if invalid else "")

    @override
    def changeEvent(self, event: QEvent) -> None:
        if event.type() is QEvent.Type.LayoutDirectionChange:
            align(self)
        super().changeEvent(event)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        repeated_enter = event.isAutoRepeat() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.modifiers() == Qt.KeyboardModifier.AltModifier or repeated_enter:
            event.ignore()
        else:
            super().keyPressEvent(event)
