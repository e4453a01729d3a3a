"""A folded list, of which one row is chosen."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QStyledItemDelegate, QStyleOptionViewItem

from protocol.override import override
from ui.widgets.answer_rows import ROW_PX


class HighRows(QStyledItemDelegate):
    """Rows of a folded list, each of which a finger hits."""

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return super().sizeHint(option, index).expandedTo(QSize(0, ROW_PX))


class Combo(QComboBox):
    """A folded list that no mouse wheel turns; F4 belongs to the screen."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setItemDelegate(HighRows(self))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @override
    def setAccessibleName(self, name: str) -> None:
        super().setAccessibleName(name)
        self.setAccessibleDescription("")

    @override
    def setAccessibleDescription(self, what: str) -> None:
        """Qt on Linux gives a list's choice as its name: the name stands here, and what else is said of it."""
        super().setAccessibleDescription(" ".join(filter(None, (self.accessibleName(), what))))

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        """Values with their words; what was chosen stays so, else the first is, and nobody is told of a change."""
        chosen = self.currentData()
        with QSignalBlocker(self):
            self.clear()
            for value, words in choices:
                self.addItem(words, value)
            self.setCurrentIndex(max(0, self.findData(chosen)))

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        commands = Qt.Key.Key_F4, Qt.Key.Key_Return, Qt.Key.Key_Enter
        if event.key() in commands or event.modifiers() == Qt.KeyboardModifier.AltModifier:
            event.ignore()
        else:
            super().keyPressEvent(event)
