"""The window on the fake counter, brought into a state as an operator brings it there; then it is drawn."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import compress
from typing import Any, Final
from unittest.mock import patch

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLayout, QSpacerItem, QWidget, QWidgetItem
from shiboken6 import getCppPointer, isValid

from protocol.texts import Language
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.screen_judge import SIZE
from ui.main.application import make_application
from ui.main.window import Window
from ui.shell.base_page import Page
from ui.widgets.theme import ScreenLook, wear

PATIENCE_MS = 4_000
LAYOUTS = 6
"""A layout that follows from another one, and so on: on a machine under load the wait is over before the last."""


class Stage:
    """Hands that need no test: `press`, `type`, `until` a page is up."""

    def __init__(self, language: Language, counter: FakeCounter | None = None) -> None:
        self.counter = FakeCounter() if counter is None else counter
        _OfShop.counter = self.counter
        self.window = Window(self.counter, language)
        self.window.resize(SIZE)
        self.subject: QWidget = self.window
        """What is drawn and judged."""
        self.window.show()
        self.settle()

    @property
    def page(self) -> Page:
        return self.window.page()

    @property
    def screens(self) -> Any:
        """Loose on purpose: a scene reaches into whatever page it shows."""
        return self.window.session.screens()

    def settle(self, ms: int = 20) -> None:
        QTest.qWait(ms)
        for _ in range(LAYOUTS):
            QApplication.sendPostedEvents(None, int(QEvent.Type.LayoutRequest.value))

    def press(self, key: Qt.Key, *, alt: bool = False) -> None:
        modifier = Qt.KeyboardModifier.AltModifier if alt else Qt.KeyboardModifier.NoModifier
        target = self._target()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(target, QKeyEvent(kind, int(key), modifier))
        self.settle()

    def type(self, text: str) -> None:
        for character in text:
            target = self._target()
            QApplication.sendEvent(
                target, QKeyEvent(QEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, character)
            )
        self.settle()

    def _target(self) -> QWidget:
        focused: QWidget | None = self.window.focusWidget()
        return self.window if focused is None else focused

    def wait(self, done: Callable[[], bool]) -> None:
        for _ in range(PATIENCE_MS // 10):
            if done():
                return
            QTest.qWait(10)
        raise AssertionError(f"on {self.page.objectName()}: it never came")

    def until(self, name: str) -> None:
        self.wait(lambda: self.page.objectName() == name and self.window.veil.isHidden())
        self.settle()

    def turn(self, name: str, key: Qt.Key, *, alt: bool = False) -> None:
        """To the page that a key leads to, with all that it asks for answered."""
        self.press(key, alt=alt)
        self.until(name)
        self.settle(60)

    def find(self, name: str) -> Any:
        found = self.page.findChild(QWidget, name)
        assert found is not None, name
        return found

    # ---- the way to the common screens

    def home(self, more: Callable[[FakeCounter], object] = lambda _counter: None) -> Stage:
        """Signed in, the day open; `more` happened before the home screen came up."""
        self.counter.shop.ready()
        more(self.counter)
        self.window.session.signed_in(self.counter.people.current())
        self.until("pageCatalogue")
        return self

    def form(self, service: str = "birth-cert", **answers: Any) -> Stage:
        self.screens.sale.begin_all([(service, {})])
        self.until("pageForm")
        self.answer(**answers)
        return self

    def answer(self, **answers: Any) -> None:
        for name, value in answers.items():
            self.screens.sale.form._fields[name].set_raw(value)
        self.settle(200)

    def review(self) -> Stage:
        self.form(**self.counter.shop.sale().values)
        self.press(Qt.Key.Key_F10)
        self.until("pageReview")
        return self

    def sold(self) -> Stage:
        self.review()
        for key in (Qt.Key.Key_F5, Qt.Key.Key_F10):
            self.press(key)
        self.until("pageDone")
        return self

    def picture(self) -> QImage:
        self.window.session.chip.retell()
        self.settle(40)
        image = QImage(SIZE, QImage.Format.Format_RGB32)
        self.subject.render(image, QPoint())
        return image

    def close(self) -> None:
        try:
            no_dead_items()
        finally:
            self.window.close()
            self.window.deleteLater()
            self.settle(1)


_ITEMS: Final = frozenset({QWidgetItem, QSpacerItem})


def no_dead_items() -> None:
    """No object stands for an item of a layout that Qt has deleted: whatever comes to lie there would be taken for it
    (`ui.widgets.cards.loosen` says how one comes about).
    """
    there = gc.get_objects()
    kept = [item for item in compress(there, map(_ITEMS.__contains__, map(type, there))) if isValid(item)]
    if not kept:
        return
    living = set()
    for window in QApplication.topLevelWidgets():
        for layout in window.findChildren(QLayout):  # its object lives no longer than the window's
            items = (layout.itemAt(place) for place in range(layout.count()))
            living |= {getCppPointer(item) for item in items if item is not None}
    dead = [item for item in kept if getCppPointer(item) not in living]
    owners = [it for item in dead for it in gc.get_referrers(item) if isinstance(it, QLayout)]
    places = {owner.parentWidget().metaObject().className() for owner in owners}
    assert not dead, f"{len(dead)} items of layouts outlived what they stood for, in {places}"


class _OfShop:
    """The header's clock is the shop's: the same screen is the same picture tomorrow, and no time on it is to come."""

    counter: FakeCounter

    @classmethod
    def currentMSecsSinceEpoch(cls) -> int:
        return cls.counter.shop.clock.wall_ms()


def _cheap(code: str, salt: bytes) -> bytes:
    return hashlib.sha256(salt + code.encode()).digest()


@contextmanager
def theatre(look: ScreenLook) -> Iterator[None]:
    """PINs that cost nothing, a clock that stands, no blinking caret, and this look."""
    app = make_application([])
    app.setCursorFlashTime(0)
    with (
        patch("tests.harness.shop.activation_hash", _cheap),
        patch("protocol.documents.operators.activation_hash", _cheap),
        patch("kiosk.staff.sign_in.make_verifier", lambda pin, _pepper, _salt: pin),
        patch("kiosk.staff.sign_in.is_pin", lambda pin, _pepper, verifier: pin == verifier),
        patch("ui.upkeep.sync_chip.QDateTime", _OfShop),
    ):
        wear(app, look)
        try:
            yield
        finally:
            wear(app, ScreenLook())
