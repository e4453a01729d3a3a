"""Operators who press no command key: one with a mouse, one with a finger. Letters are typed on the keyboard.

What is pressed is found by the key that is drawn on it, and pressed through the native window, where it is seen: what
is hidden, covered or below the edge cannot be. A finger takes the digits of its own keypad, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QKeyEvent, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QScrollArea, QWidget

from protocol.override import override
from protocol.texts import Language
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.screen_judge import FINGER_PX
from tests.ui.keys.sight import Thing, in_sight, look
from tests.ui.keys.typist import Typist
from ui.sale.answer_grid import AnswerGrid
from ui.shell.command_keys import name_of
from ui.shell.keypad_flow import numeric
from ui.widgets.more_below import MoreBelow
from ui.widgets.push_button import GAP_MS

Key = Qt.Key
_SCROLLS: Final = 12
TAP_MS: Final = 5
"""Between two touches. What comes within one millisecond Qt takes for one press, and no double one."""


class Pointer(Typist):
    """With a mouse."""

    # ---- what is hit

    @override
    def press(self, key: Qt.Key, *, alt: bool = False, held: bool = False, to: str = "") -> None:
        """What bears that key. Held it is pressed as little as a button is."""
        del held
        modifier = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
        name = name_of(QKeyEvent(QKeyEvent.Type.KeyPress, int(key), modifier))
        thing = self._bearing(name)
        self.hit(thing.place, f"{name} {thing.who}")
        self.settle()
        if to:
            self.until(to)

    def _bearing(self, name: str) -> Thing:
        """The largest thing on which that key is drawn."""
        bearing = [thing for thing in look(self.window) if thing.key == name]
        assert bearing, f"on {self.page.objectName()}: nothing to press for {name}"
        return max(bearing, key=lambda thing: thing.place.width() * thing.place.height())

    def hit(self, place: QRect, what: str, *, twice: bool = False) -> None:
        self._effort.presses += 1 + twice
        self._measure(place, what)
        self._hit(place.center(), twice=twice)
        self.settle()

    def _measure(self, place: QRect, what: str) -> None:
        side = min(place.width(), place.height())
        if side < self._effort.least_px:
            self._effort.least_px, self._effort.least = side, what

    def _hit(self, at: QPoint, *, twice: bool) -> None:
        click = QTest.mouseDClick if twice else QTest.mouseClick
        click(self.window.windowHandle(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, at)

    def _hit_part(self, widget: QWidget, place: QRect | None = None, *, twice: bool = False) -> None:
        """That widget, or a `place` of it, brought into sight first."""
        whole = widget.rect() if place is None else place
        for _ in range(_SCROLLS):
            seen = whole.translated(widget.mapTo(self.window, QPoint())).intersected(in_sight(widget, self.window))
            if seen.height() >= min(whole.height(), FINGER_PX) and self._free(widget, seen.center()):
                self.hit(seen, widget.objectName(), twice=twice)
                return
            self._uncover(widget)
        raise AssertionError(f"never in sight: {widget.objectName()}")

    def _free(self, widget: QWidget, at: QPoint) -> bool:
        found = self.window.childAt(at)
        return found is not None and (found is widget or widget.isAncestorOf(found))

    def _uncover(self, widget: QWidget) -> None:
        view = _view(widget)
        assert view is not None, f"covered: {widget.objectName()}"
        at = in_sight(view, self.window).center()
        up = widget.mapTo(self.window, QPoint()).y() < at.y()
        self._effort.presses += 1
        QTest.wheelEvent(self.window.windowHandle(), at, QPoint(0, 120 if up else -120))
        self.settle()

    # ---- ways

    @override
    def take(self) -> None:
        self.press(Key.Key_F10)

    @override
    def reach(self, name: str, *, back: bool = False) -> None:
        """A list needs no focus: what is pressed is its row."""
        part = self.find(name)
        if self.window.focusWidget() is not part and not isinstance(part, QAbstractItemView):
            self._hit_part(part)

    @override
    def open_row(self, name: str, place: int = 0) -> None:
        """Pressed twice."""
        view: QAbstractItemView = self.find(name)
        cell = view._cells[place] if isinstance(view, AnswerGrid) else (place, 0)
        index = view.model().index(*cell)
        view.scrollTo(index)
        self._hit_part(view.viewport(), view.visualRect(index), twice=True)

    @override
    def leave_seat(self) -> None:
        """From the lock; there it is asked once."""
        self.press(Key.Key_F12, to="pageLock")
        for _ in range(2):
            self.press(Key.Key_F12, alt=True)
            self.settle(2 * GAP_MS)
        self.until("pageSignIn")

    @override
    def choose_person(self, place: int) -> None:
        view: QAbstractItemView = self.find("operatorList")
        self._hit_part(view.viewport(), view.visualRect(view.model().index(place, 0)))

    @override
    def mark_all(self) -> None:
        field = self.window.focusWidget()
        assert field is not None
        self._hit_part(field, twice=True)

    @override
    def answer_form(self, values: Mapping[str, str]) -> None:
        for name, value in values.items():
            self.reach(f"field_{name}")
            self.type(value)
        self.settle(200)  # rules and fee of what was typed


class Finger(Pointer):
    """On a touch panel."""

    def __init__(self, language: Language = "ar", counter: FakeCounter | None = None) -> None:
        self._device: QPointingDevice = QTest.createTouchDevice()
        super().__init__(language, counter)

    @override
    def type(self, text: str) -> None:
        """Digits on the keypad, where it comes; letters on the keyboard."""
        field = self.window.focusWidget()
        pad = self.screens.keypad.keypad
        if field is None or not numeric(field):
            super().type(text)
            return
        if not pad.isVisible():
            self._hit_part(field)
        self._effort.fields += 1
        for digit in text:
            self._effort.digits += 1
            key: QWidget = pad.findChild(QWidget, f"keypad{digit}")
            place = in_sight(key, self.window)
            self._measure(place, key.objectName())
            self._hit(place.center(), twice=False)
        self.settle()

    @override
    def _bearing(self, name: str) -> Thing:
        """What the keypad lies over is there when it has been put away."""
        pad = self.screens.keypad.keypad
        if pad.isVisible() and not any(thing.key == name for thing in look(self.window)):
            self._hit_part(pad.hider)
        return super()._bearing(name)

    @override
    def _hit(self, at: QPoint, *, twice: bool) -> None:
        """Two touches are a double press where they are meant to be, and at no other time."""
        handle, usual = self.window.windowHandle(), QApplication.doubleClickInterval()
        try:
            for again in range(1 + twice):
                QTest.qSleep(again * TAP_MS)
                QApplication.setDoubleClickInterval(usual if again else 0)
                QTest.touchEvent(handle, self._device, False).press(0, at, handle).commit()
                QTest.touchEvent(handle, self._device, False).release(0, at, handle).commit()
        finally:
            QApplication.setDoubleClickInterval(usual)

    @override
    def _uncover(self, widget: QWidget) -> None:
        """The keypad is put away; else by the strip that says that there is more."""
        pad, view = self.screens.keypad.keypad, _view(widget)
        if pad.isVisible():
            self._hit_part(pad.hider)
            return
        strip = None if view is None else view.findChild(MoreBelow)
        assert strip is not None, f"covered: {widget.objectName()}"
        assert strip.isVisible(), f"above what is shown: {widget.objectName()}"
        self.hit(in_sight(strip, self.window), "moreBelow")


def _view(widget: QWidget) -> QScrollArea | QAbstractItemView | None:
    """What it is scrolled in."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea | QAbstractItemView):
        parent = parent.parentWidget()
    return parent
