"""Hands at the window on the fake counter: keys go where the focus is, as the window system would send them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Self

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.window_time import Unpainted, settle
from ui.main.window import Window
from ui.shell.base_page import Page
from ui.widgets.push_button import GAP_MS

PATIENCE_MS: Final = 20_000
LOOK_MS: Final = 10


class WindowHands:
    """`press`, `type`, `until` a page is up; and the ways to the common screens."""

    def __init__(self, counter: FakeCounter, window: Window) -> None:
        self.counter, self.window = counter, window
        Unpainted(window)

    @property
    def page(self) -> Page:
        return self.window.page()

    @property
    def screens(self) -> Any:
        """Loose on purpose: a test reaches into whatever page it shows."""
        return self.window.session.screens()

    def settle(self, ms: int = 0) -> None:
        settle(self.window, ms)

    def send(self, key: Qt.Key | int, text: str = "", *, alt: bool = False, held: bool = False) -> None:
        focused: QWidget | None = self.window.focusWidget()
        target = self.window if focused is None else focused
        modifier = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, int(key), modifier, text, held))

    def press(self, key: Qt.Key, *, alt: bool = False, held: bool = False, to: str = "") -> None:
        """A key, and the page that it leads `to`."""
        self.send(key, alt=alt, held=held)
        self.settle()
        if to:
            self.until(to)

    def change_person(self, to: str = "pageSignIn") -> None:
        """Asked at the first press, done at the second, which is no echo of the first."""
        for _ in range(2):
            self.press(Qt.Key.Key_F12, alt=True)
            self.settle(2 * GAP_MS)
        if to:
            self.until(to)

    def type(self, text: str) -> None:
        for character in text:
            self.send(0, character)
        self.settle()

    def wait(self, done: Callable[[], bool]) -> None:
        for _ in range(PATIENCE_MS // LOOK_MS):
            if done():
                return
            QTest.qWait(LOOK_MS)
        raise AssertionError(f"on {self.page.objectName()}: it never came")

    def until(self, name: str) -> None:
        """That page is up, hears keys and is painted."""
        window = self.window
        self.wait(lambda: self.page.objectName() == name and not window.busy and window.stack.updatesEnabled())

    def told(self) -> None:
        """Until the page has something to say."""
        self.wait(lambda: bool(self.page.notice.text()))

    def find(self, name: str) -> Any:
        found = self.page.findChild(QWidget, name)
        assert found is not None, name
        return found

    # ---- the way to the common screens

    def home(self, more: Callable[[FakeCounter], object] = lambda _counter: None) -> Self:
        """Signed in, the day open, the home screen up; `more` happened before that."""
        self.counter.shop.ready()
        more(self.counter)
        self.window.session.signed_in(self.counter.people.current())
        self.until("pageCatalogue")
        self.wait(lambda: self.screens.sale.front.page.data is not None)  # its keys lead to what stands there
        return self

    def form(self, service: str = "birth-cert", **answers: Any) -> Self:
        self.screens.sale.begin_all([(service, {})])
        self.until("pageForm")
        self.answer(**answers)
        return self

    def answer(self, **answers: Any) -> None:
        for name, value in answers.items():
            self.screens.sale.form._fields[name].set_raw(value)
        self.settle(200)

    def review(self) -> Self:
        self.form(**self.counter.shop.sale().values)
        self.press(Qt.Key.Key_F10, to="pageReview")
        return self

    def sold(self) -> Self:
        return self.review().pay()

    def next_citizen(self) -> Self:
        """From what was sold to the same form for somebody else, once the change was read."""
        self.settle(GAP_MS + 50)
        self.press(Qt.Key.Key_F10, to="pageForm")
        return self

    def pay(self) -> Self:
        """Exactly what is due was counted, and it is recorded; where it is like another sale of today, as a new one."""
        if self.find("sameSale").isVisible():
            self.press(Qt.Key.Key_1, alt=True)
        self.press(Qt.Key.Key_F2)
        self.press(Qt.Key.Key_F10, to="pageDone")
        return self
