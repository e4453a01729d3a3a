"""What a task takes, whoever does it and with what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QWindow
from PySide6.QtWidgets import QWidget

from protocol.override import override

KEY_S: Final = 0.28
DIGIT_S: Final = 0.50
THINK_S: Final = 1.35
"""Keystroke-level model (Card, Moran, Newell): a key of an average typist, a key of a random code, and the thought
before each command and each field. Nothing is added for hands that move to a mouse: they never do."""
POINTER: Final = frozenset(
    {QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonDblClick, QEvent.Type.Wheel, QEvent.Type.TouchBegin}
)


@dataclass
class Effort:
    """`presses` are a pointer's or a finger's, but for digits; `least_px` is the smallest side of what was hit."""

    commands: list[str] = field(default_factory=list)
    enters: int = 0
    moves: int = 0
    letters: int = 0
    digits: int = 0
    fields: int = 0
    screens: int = 0
    dialogs: int = 0
    pointer: int = 0
    presses: int = 0
    least_px: int = 9_999
    least: str = ""

    @property
    def seconds(self) -> float:
        """Of an expert who makes no errors, with nobody talking, no cash counted and no wait."""
        keys = len(self.commands) + self.enters + self.moves + self.letters
        return KEY_S * keys + DIGIT_S * self.digits + THINK_S * (len(self.commands) + self.fields)

    @property
    def keys(self) -> int:
        """Keys of the keyboard that type nothing."""
        return len(self.commands) + self.enters + self.moves


class Watcher(QObject):
    """Counts what the program itself does."""

    def __init__(self, window: QWidget, effort: Effort) -> None:
        super().__init__()
        self._window = window
        self._effort = effort

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget) and watched.isWindow() and watched is not self._window:
            shown = event.type() is QEvent.Type.Show and watched.windowType() is not Qt.WindowType.Popup
            self._effort.dialogs += shown
        if isinstance(watched, QWindow):
            self._effort.pointer += event.type() in POINTER
        return False
