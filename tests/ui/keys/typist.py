"""An operator of whom every key is counted: a command, an Enter, a character or a move; there is no mouse here.

The keys go to the native window, as the window system sends them. What the program does by itself is counted too:
screens that come up, dialogs that open, and any event of a pointer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from protocol.override import override
from protocol.texts import Language
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.stage import Stage
from ui.shell.command_keys import name_of
from ui.widgets.fields.base_field import Field

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
    """What a task took."""

    commands: list[str] = field(default_factory=list)
    enters: int = 0
    moves: int = 0
    letters: int = 0
    digits: int = 0
    fields: int = 0
    screens: int = 0
    dialogs: int = 0
    pointer: int = 0

    @property
    def seconds(self) -> float:
        """Of an expert who makes no errors, with nobody talking, no cash counted and no wait."""
        keys = len(self.commands) + self.enters + self.moves + self.letters
        return KEY_S * keys + DIGIT_S * self.digits + THINK_S * (len(self.commands) + self.fields)


class _Watcher(QObject):
    """Counts what the program itself does."""

    def __init__(self, window: QWidget, effort: Effort) -> None:
        super().__init__()
        self._window = window
        self._effort = effort

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget) and watched.isWindow() and watched is not self._window:
            self._effort.dialogs += event.type() is QEvent.Type.Show
        if isinstance(watched, QWindow):
            self._effort.pointer += event.type() in POINTER
        return False


class Typist(Stage):
    """`measure` counts what is done within; what was done before it is not counted."""

    def __init__(self, language: Language = "ar", counter: FakeCounter | None = None) -> None:
        self._effort = Effort()
        super().__init__(language, counter)
        self.window.activateWindow()
        self.window.stack.currentChanged.connect(self._screen)

    def _screen(self, _place: int) -> None:
        self._effort.screens += 1

    def measure(self, work: Callable[[Typist], object]) -> Effort:
        self._effort = effort = Effort()
        watcher = _Watcher(self.window, effort)
        app = QApplication.instance()
        assert app is not None
        app.installEventFilter(watcher)
        try:
            work(self)
        finally:
            app.removeEventFilter(watcher)
        return effort

    # ---- keys

    @override
    def send(self, key: Qt.Key | int, text: str = "", *, alt: bool = False, held: bool = False) -> None:
        modifier = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
        self._send(int(key), modifier, text, held=held)

    def _send(self, key: int, modifier: Qt.KeyboardModifier, text: str = "", *, held: bool = False) -> None:
        """As the window system does: to the window."""
        handle = self.window.windowHandle()
        assert handle is not None
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(handle, QKeyEvent(kind, key, modifier, text, held))

    @override
    def press(self, key: Qt.Key, *, alt: bool = False, held: bool = False, to: str = "") -> None:
        modifier = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
        command = name_of(QKeyEvent(QEvent.Type.KeyPress, int(key), modifier))
        if command:
            self._effort.commands.append(command)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._effort.enters += 1
        else:
            self._effort.moves += 1
        super().press(key, alt=alt, held=held, to=to)

    @override
    def type(self, text: str) -> None:
        """Into the field that has the focus."""
        self._effort.fields += 1
        for character in text:
            self._effort.digits += character.isdigit()
            self._effort.letters += not character.isdigit()
        super().type(text)

    def enter(self) -> None:
        self.press(Qt.Key.Key_Return)

    def mark_all(self) -> None:
        """Shift+Home: what stands in the field is typed over; Ctrl+A would fail on an Arabic layout."""
        self._effort.moves += 1
        self._send(int(Qt.Key.Key_Home), Qt.KeyboardModifier.ShiftModifier)

    # ---- forms

    def answer_by_keys(self, values: Mapping[str, str]) -> None:
        """Type these answers, going from field to field with Enter; a choice is turned to with the arrows."""
        left = dict(values)
        for _ in range(40):
            owner = self._owner()
            name = "" if owner is None else owner.element.field
            if owner is not None and name in left:
                self._answer(owner, left.pop(name))
            if not left:
                self.settle(200)  # rules and fee of what was typed
                return
            self.enter()
        raise AssertionError(f"never reached: {sorted(left)}")

    def _owner(self) -> Field | None:
        widget: Any = self.window.focusWidget()
        while widget is not None and not isinstance(widget, Field):
            widget = widget.parentWidget()
        return widget

    def _answer(self, owner: Field, value: str) -> None:
        if owner.element.widget not in ("choice", "governorate"):
            self.type(value)
            return
        self._effort.fields += 1
        for _ in range(40):
            if owner.raw() == value:
                return
            self.press(Qt.Key.Key_Down)
        raise AssertionError(f"{owner.element.field}: no {value}")


__all__ = ["Effort", "Typist"]
