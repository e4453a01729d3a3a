"""Hands on the real window: keys with their times, clicks, and what somebody means by them. All by one chance."""

from __future__ import annotations

import random
from collections.abc import Callable
from itertools import islice
from typing import Any, Final

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QListWidget, QTableWidget, QWidget

from protocol.catalogue.services import PublicService
from tests.harness.citizens import ways
from tests.harness.shop import OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR
from tests.harness.window_time import settle
from tests.scenarios.monkey.house import House
from ui.main.screens import Screens
from ui.main.window import Window

Key = Qt.Key
COMMANDS: Final = [Key(int(Key.Key_F1) + place) for place in range(12)]
PINS: Final = {OPERATOR: PIN, SUPERVISOR: PIN_SUPERVISOR}
TYPING_MS: Final = 150
TARGETS: Final = (QAbstractButton, QLineEdit, QComboBox, QTableWidget, QListWidget)
_KNOWN: Final[dict[tuple[str, int], list[dict[str, Any]]]] = {}


class Hands:
    """`settle` lets the loop run until nothing is left to do; `before` is told of every key before it is pressed."""

    def __init__(self, house: House, window: Window, chance: random.Random) -> None:
        self.house, self.window, self.chance = house, window, chance
        self.before: Callable[[], None] = lambda: None
        self._at_ms = 1_000

    @property
    def screens(self) -> Screens:
        return self.window.session.screens()

    @property
    def page(self) -> Any:
        """The page on top; loose on purpose."""
        return self.window.page()

    @property
    def where(self) -> str:
        return self.window.page().objectName()

    def settle(self) -> None:
        settle(self.window)
        if QApplication.activeWindow() is not self.window and QApplication.activePopupWidget() is None:
            self.window.activateWindow()  # no window manager does it here
            QApplication.processEvents()

    def key(
        self, key: Key, text: str = "", *, gap_ms: int = TYPING_MS, held: bool = False,
        modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:  # fmt: skip
        """Where the window system sends it: to the window, or to the list that is open over it."""
        over = QGuiApplication.focusWindow()
        target = self.window.windowHandle() if over is None else over
        self._at_ms += gap_ms
        self.before()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, int(key), modifier, text, held)
            event.setTimestamp(self._at_ms)
            QApplication.sendEvent(target, event)

    def alt(self, key: Key, text: str = "") -> None:
        self.key(key, text, modifier=Qt.KeyboardModifier.AltModifier)

    def digit(self, number: int) -> None:
        self.alt(Key(int(Key.Key_0) + number), str(number))

    def command(self, name: str) -> None:
        """A key as a page calls it."""
        none, alt = Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.AltModifier
        bare = name.removeprefix("Alt+")
        if bare == "Enter":
            self.key(Key.Key_Return, "\r")
        elif bare.isdecimal():
            self.digit(int(bare))
        else:
            key = Key.Key_Escape if bare == "Esc" else COMMANDS[int(bare[1:]) - 1]
            self.key(key, modifier=none if bare == name else alt)

    def type(self, text: str, gap_ms: int = TYPING_MS) -> None:
        for letter in text:
            self.key(Key.Key_unknown, letter, gap_ms=gap_ms)

    def into(self, edit: QLineEdit, text: str) -> None:
        """As far as a hand can reach it."""
        if self.window.veil.isHidden():
            edit.setFocus()
            edit.clear()
            self.type(text)

    def targets(self) -> list[QWidget]:
        widgets = self.window.findChildren(QWidget)
        return [w for w in widgets if isinstance(w, TARGETS) and w.isVisible() and not w.visibleRegion().isEmpty()]

    def click(self, widget: QWidget, *, twice: bool = False) -> None:
        """In its middle; on one of its rows where it has some."""
        at = widget.visibleRegion().boundingRect().center()
        if isinstance(widget, QTableWidget | QListWidget) and widget.model().rowCount():
            row = widget.model().index(self.chance.randrange(min(widget.model().rowCount(), 8)), 0)
            at = widget.viewport().mapTo(widget, widget.visualRect(row).center())
        at = widget.mapTo(self.window, at)
        if self.window.rect().contains(at):
            press = QTest.mouseDClick if twice else QTest.mouseClick
            none = Qt.KeyboardModifier.NoModifier
            press(self.window.windowHandle(), Qt.MouseButton.LeftButton, none, at)

    # ---- what somebody means

    def pin(self) -> None:
        """The right one, at the lock or at the names."""
        login, chosen = self.window.session._login, self.window.session.sign_in.chosen()
        who = login.operator.id if self.where == "pageLock" else chosen.operator.id if chosen is not None else OPERATOR
        self.into(self.page.pin, PINS[who])
        self.key(Key.Key_F10)

    def fill(self) -> None:
        """A sound answer into every field of the form on top."""
        form = self.screens.sale.form
        assert form._service is not None
        for name, value in self.chance.choice(_answers(form._service)).items():
            if name in form._fields:
                form._fields[name].set_raw(value)
        if form.consent is not None:
            form.consent.setChecked(True)


def _answers(service: PublicService) -> list[dict[str, Any]]:
    """Some of its sound forms; none where nobody has a valid answer for a field."""
    key = service.id, service.version
    if key not in _KNOWN:
        try:
            _KNOWN[key] = list(islice(ways(service), 6))
        except AssertionError:
            _KNOWN[key] = [{}]
    return _KNOWN[key]
