"""A person at the real window: keys go through its native window, one at a turn of the loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from tests.scenarios.day.loop import Act
from ui.main.screens import Screens
from ui.main.window import Window
from ui.widgets.fields.line_edit import LineEdit

Key = Qt.Key


class Hands:
    """Steps of acts: each is driven with `yield from`."""

    @property
    def window(self) -> Window:
        return next(w for w in QApplication.topLevelWidgets() if isinstance(w, Window))

    @property
    def at(self) -> Any:
        """The page on top; loose on purpose, as whoever looks at a screen reads whatever it shows."""
        return self.window.page()

    @property
    def screens(self) -> Screens:
        return self.window.session.screens()

    @property
    def kiosk(self) -> Any:
        return self.window.kiosk

    def where(self) -> str:
        """The page and what it says; never a person."""
        found = [w for w in QApplication.topLevelWidgets() if isinstance(w, Window)]
        return found[0].page().objectName() if found else "no window"

    def said(self) -> str:
        page = self.at
        return f"{page.objectName()}: {page.notice.text() if page.notice.isVisible() else 'nothing said'}"

    def press(self, key: Key, *, alt: bool = False, text: str = "") -> Act:
        handle = self.window.windowHandle()
        modifier = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(handle, QKeyEvent(kind, int(key), modifier, text))
        yield None

    def type(self, text: str) -> Act:
        for letter in text:
            yield from self.press(Key.Key_unknown, text=letter)

    def page(self, *names: str) -> Act:
        """Wait for one of these pages, ready to hear keys."""
        yield lambda: self.at.objectName() in names and self.window.veil.isHidden()
        yield None

    def into(self, edit: QWidget, text: str) -> Act:
        """Type into a line, in place of what is there."""
        if self.window.focusWidget() is not edit:
            edit.setFocus(Qt.FocusReason.TabFocusReason)
            yield None
        if isinstance(edit, LineEdit):
            edit.selectAll()
        yield from self.type(text)

    def find(self, name: str) -> Any:
        found = self.at.findChild(QWidget, name)
        assert found is not None, name
        return found

    def push(self, button: Any) -> Act:
        """A button that has no key of its own: gone to and pressed with the space bar."""
        button.setFocus(Qt.FocusReason.TabFocusReason)
        yield None
        yield from self.press(Key.Key_Space, text=" ")

    def until(self, done: Callable[[], bool]) -> Act:
        yield done
