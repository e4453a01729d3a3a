"""The command keys: F-keys, Esc, Alt+digit, and Enter that goes to the next field.

Never Ctrl or Alt with a letter: those fail on an Arabic keyboard layout. A key held down
acts once. What was typed ahead of a change of screen is not heard by the new one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from protocol.override import override
from ui.shell.base_page import Action

_NAMES: Final[Mapping[int, str]] = {
    **{int(Qt.Key.Key_F1) + n: f"F{n + 1}" for n in range(12)},
    int(Qt.Key.Key_Escape): "Esc",
}

_WITH_ALT: Final = (int(Qt.Key.Key_F10), int(Qt.Key.Key_F11), int(Qt.Key.Key_F12))
"""F10 ends a page's work, with Alt practice; F11 is how it speaks, with Alt how it looks; F12 locks, with Alt somebody
else sits down.
"""


def name_of(event: QKeyEvent) -> str:
    """``F10``, ``Esc``, ``Alt+3`` or "" for a key that is no command."""
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    digit = event.key() - int(Qt.Key.Key_0)
    if modifiers == Qt.KeyboardModifier.AltModifier and 0 <= digit <= 9:
        return f"Alt+{digit}"
    if modifiers == Qt.KeyboardModifier.AltModifier and event.key() in _WITH_ALT:
        return f"Alt+{_NAMES[event.key()]}"
    return "" if modifiers else _NAMES.get(event.key(), "")


def is_enter(event: QKeyEvent) -> bool:
    return event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def dispatch(event: QKeyEvent, actions: Sequence[Action]) -> bool:
    """Run the action of this key. True when it was a command, also one that a held key repeats."""
    return run(name_of(event), actions, held=event.isAutoRepeat())


def run(name: str, actions: Sequence[Action], *, held: bool = False) -> bool:
    """The same by the key's name."""
    for action in actions:
        if action.key == name:
            if not held:
                action.run()
            return True
    return False


class Uncopied(QObject):
    """A filter on every list that drops the copy key: no other program finds a citizen's data on the clipboard."""

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        return isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Copy)


def next_field(page: QWidget, focused: QWidget | None) -> QWidget | None:
    """The focusable widget after `focused` on this page, None at the end: Enter never goes round.

    Nor does it lead to a button that saves, or past one: the key after the last field must not take money.
    """
    if focused is None or not page.isAncestorOf(focused):
        return None
    widget = focused.nextInFocusChain()
    while widget is not focused and widget is not None:
        if not page.isAncestorOf(widget):
            return None
        if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisibleTo(page) and widget.isEnabled():
            return None if getattr(widget, "saves", False) else widget
        widget = widget.nextInFocusChain()
    return None
