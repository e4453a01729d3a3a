"""An operator of whom every key is counted: a command, an Enter, a character or a move; there is no mouse here.

The keys go to the native window, as the window system sends them. What the program does by itself is counted too:
screens that come up, dialogs that open, and any event of a pointer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from protocol.override import override
from protocol.texts import Language
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.stage import Stage
from tests.ui.keys.effort import Effort, Watcher
from ui.shell.command_keys import name_of
from ui.widgets.fields.base_field import Field

MOST: Final = 40
"""Keys on the way to a field, at the most."""


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
        watcher = Watcher(self.window, effort)
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

    def take(self) -> None:
        """What was typed is all: on."""
        self.press(Qt.Key.Key_Return)

    def reach(self, name: str, *, back: bool = False) -> None:
        """The focus on that part of the page, key by key."""
        for _ in range(MOST):
            if self.window.focusWidget() is self.find(name):
                return
            self.press(Qt.Key.Key_Backtab if back else Qt.Key.Key_Return)
        raise AssertionError(f"never reached: {name}")

    def open_row(self, name: str, place: int = 0) -> None:
        """Of the list that has the focus, from its first row on."""
        assert self.window.focusWidget() is self.find(name)
        for _ in range(place):
            self.press(Qt.Key.Key_Down)
        self.press(Qt.Key.Key_Return)

    def leave_seat(self) -> None:
        """Somebody else is to sit here."""
        self.change_person()

    def choose_person(self, place: int) -> None:
        for _ in range(place):
            self.press(Qt.Key.Key_Down)

    def mark_all(self) -> None:
        """Shift+Home: what stands in the field is typed over; Ctrl+A would fail on an Arabic layout."""
        self._effort.moves += 1
        self._send(int(Qt.Key.Key_Home), Qt.KeyboardModifier.ShiftModifier)

    # ---- forms

    def answer_form(self, values: Mapping[str, str]) -> None:
        """Type these answers, going from field to field with Enter; a choice is turned to with the arrows."""
        left = dict(values)
        for _ in range(MOST):
            owner = self._owner()
            name = "" if owner is None else owner.element.field
            if owner is not None and name in left:
                self._answer(owner, left.pop(name))
            if not left:
                self.settle(200)  # rules and fee of what was typed
                return
            self.take()
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
        for _ in range(MOST):
            if owner.raw() == value:
                return
            self.press(Qt.Key.Key_Down)
        raise AssertionError(f"{owner.element.field}: no {value}")
