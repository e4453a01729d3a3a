"""The keypad comes when a finger goes to a field of digits, and goes when a key of the keyboard is pressed."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from protocol.override import override
from ui.shell.flow import Flow
from ui.shell.keypad import Keypad
from ui.shell.shell import Shell
from ui.widgets.fields.base_field import field_of
from ui.widgets.fields.line_edit import LineEdit

HINTS: Final = Qt.InputMethodHint.ImhDigitsOnly | Qt.InputMethodHint.ImhPreferNumbers


class KeypadFlow(Flow):
    """Shows and hides the keypad."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._finger = False
        self.keypad = Keypad(window, window.language)
        self.keypad.put_away.connect(self._keys)
        window.winId()  # the native window is where fingers come first
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)
        QApplication.instance().focusChanged.connect(self._focus)  # type: ignore[union-attr]

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        if event.type() is QEvent.Type.TouchBegin:
            self._finger = True
            self._tell()
        elif event.type() is QEvent.Type.KeyPress:
            self._keys()
        return False

    def _keys(self) -> None:
        self._finger = False
        self.keypad.hide()

    def _focus(self, _before: QWidget | None, _now: QWidget | None) -> None:
        if isValid(self._window):  # one that is being dropped takes the focus from its fields, and is no window now
            self._tell()

    def _tell(self) -> None:
        """Beside a field of digits while fingers are at work; nowhere else."""
        field = self._window.focusWidget()
        if not self._finger or field is None or not numeric(field):
            self.keypad.hide()
            return
        self.keypad.set_language(self._window.language)
        self.keypad.stand_by(field)


def numeric(widget: QWidget) -> bool:
    """Whether only digits are typed there: a PIN, an amount, a number."""
    if not isinstance(widget, LineEdit):
        return False
    field = field_of(widget)
    return (field is not None and field.numeric) or bool(widget.inputMethodHints() & HINTS)
