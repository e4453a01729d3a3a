"""A scanner at the keyboard's plug: a burst of keys that no hand types, told from typing by the keys' own times.

The times are those of the window system, so that a busy moment of ours does not make a burst of what a hand has
typed. Until it is known, what comes is typed where the focus is; what was typed there is then taken back.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from protocol.override import override
from ui.shell.command_keys import is_enter

GAP_MS: Final = 35
"""Between two keys of a scanner at most; a fast hand needs three times as long."""
LEAST: Final = 8
"""Characters of the shortest code that is worth anything here."""
PAUSE_MS: Final = 80
"""After the last key of a scanner that sends no Enter, and before the Enter of one that takes its time."""
WITHIN: Final = frozenset({
    Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_AltGr, Qt.Key.Key_Meta, Qt.Key.Key_Mode_switch,
    Qt.Key.Key_CapsLock, Qt.Key.Key_NumLock, Qt.Key.Key_unknown,
})  # fmt: skip
"""Keys that belong to a burst and type nothing."""


class BarcodeScanner(QObject):
    """A listener that tells scanned codes from typing. `take` is asked with the code, and whether Enter ended it; it
    says whether it has dealt with it.

    Then the keys count as never typed.
    """

    def __init__(self, window: QWidget, take: Callable[[str, bool], bool]) -> None:
        super().__init__(window)
        self._window = window
        self._take = take
        self._typed = ""
        self._last_ms = 0
        self._at: QWidget | None = None
        self._undo: Callable[[], object] = lambda: None
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(lambda: self._ended(entered=False))
        window.winId()  # the native window is where keys come first
        handle = window.windowHandle()
        if handle is not None:
            handle.installEventFilter(self)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        del watched
        return isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress and self._pressed(event)

    def _pressed(self, event: QKeyEvent) -> bool:
        """Whether this key is not to be heard by anybody else."""
        if is_enter(event):
            return self._near(event, PAUSE_MS) and self._ended(entered=True)
        if event.text().isprintable() and event.text() and not event.isAutoRepeat() and event.timestamp():
            self._add(event)
        elif event.key() not in WITHIN:
            self._ended(entered=False)  # what this key does, it does to what was scanned
        return False

    def _near(self, event: QKeyEvent, gap_ms: int = GAP_MS) -> bool:
        return bool(self._typed) and 0 <= event.timestamp() - self._last_ms <= gap_ms

    def _add(self, event: QKeyEvent) -> None:
        if not self._near(event):
            self._at = self._window.focusWidget()
            self._typed, self._undo = "", undo_of(self._at)
        self._typed += event.text()
        self._last_ms = event.timestamp()
        if len(self._typed) >= LEAST:
            self._pause.start()

    def _ended(self, *, entered: bool) -> bool:
        self._pause.stop()
        typed, self._typed = self._typed, ""
        if len(typed) < LEAST:
            return False
        return self._take_back(typed, entered=entered)

    def _take_back(self, typed: str, *, entered: bool) -> bool:
        at, undo = self._at, self._undo
        self._at, self._undo = None, lambda: None
        if self._window.focusWidget() is not at:
            return False  # somebody has gone on: no line that is no longer looked at changes
        there = undo_of(at)
        undo()
        if self._take(typed, entered):
            return True
        there()  # nobody wants it: it stays typed
        return False


def undo_of(widget: QWidget | None) -> Callable[[], object]:
    """What brings a line or a list back to what it holds now."""
    if isinstance(widget, QLineEdit):
        line, text, place = widget, widget.text(), widget.cursorPosition()

        def put_back() -> None:
            line.setText(text)
            line.setCursorPosition(place)

        return put_back
    if isinstance(widget, QComboBox):
        box, chosen = widget, widget.currentIndex()
        return lambda: box.setCurrentIndex(chosen)
    return lambda: None
