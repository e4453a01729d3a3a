"""A window on the fake counter, and hands to use it with."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from protocol.texts import Language
from tests.harness import shop
from tests.harness.every_page import every_page
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.stage import no_dead_items
from ui.main.application import make_application
from ui.main.window import Window
from ui.sale.home_page import HomePage, Offer
from ui.shell.base_page import Page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/ui/" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def cheap_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow hashes have tests of their own; here they would only be slow."""

    def cheap(code: str, salt: bytes) -> bytes:
        return hashlib.sha256(salt + code.encode()).digest()

    monkeypatch.setattr("tests.harness.shop.activation_hash", cheap)
    monkeypatch.setattr("protocol.documents.operators.activation_hash", cheap)
    monkeypatch.setattr("kiosk.staff.sign_in.make_verifier", lambda pin, _pepper, _salt: pin)
    monkeypatch.setattr("kiosk.staff.sign_in.is_pin", lambda pin, _pepper, verifier: pin == verifier)


def found_services(page: Page) -> Sequence[Offer]:
    """What the home screen lists."""
    assert isinstance(page, HomePage)
    assert page.data is not None
    return page.data.found


class Hands:
    """A person at the window: keys go where the focus is, as the window system would send them."""

    def __init__(self, qtbot: QtBot, counter: FakeCounter, window: Window) -> None:
        self.qtbot = qtbot
        self.counter = counter
        self.window = window

    @property
    def page(self) -> Page:
        return self.window.page()

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

    def type(self, text: str) -> None:
        for character in text:
            self.send(0, character)
        self.settle()

    def settle(self, ms: int = 10) -> None:
        self.qtbot.wait(ms)
        for _ in range(9):  # on a slow machine the time is over before an answer, asked for by an answer, has arrived
            QApplication.processEvents()

    def until(self, name: str) -> None:
        self.qtbot.waitUntil(lambda: self.page.objectName() == name and self.window.veil.isHidden(), timeout=20000)

    def unlock(self, *, to: str = "") -> None:
        """By the PIN of whoever was here, once the lock is there."""
        self.until("pageLock")
        self.settle(30)
        self.type(shop.PIN)
        self.press(Qt.Key.Key_F10, to=to)

    def find(self, name: str) -> Any:
        found = self.page.findChild(QWidget, name)
        assert found is not None, name
        return found

    def home(self) -> Hands:
        """Signed in, the day open, the home screen up."""
        self.counter.shop.ready()
        login = self.counter.people.current()
        self.window.session.signed_in(login)
        self.until("pageCatalogue")
        return self

    def form(self, service: str = "birth-cert") -> Hands:
        self.window.session.screens().sale.begin_all([(service, {})])
        self.until("pageForm")
        return self

    def fill(self) -> Hands:
        for name, value in self.counter.shop.sale().values.items():
            self.window.session.screens().sale.form._fields[name].set_raw(value)
        self.settle(200)
        return self

    def review(self) -> Hands:
        self.form().fill()
        self.press(Qt.Key.Key_F10)
        self.until("pageReview")
        return self

    def counted(self) -> Hands:
        """The cash for one is counted; F10 records it."""
        self.review().press(Qt.Key.Key_F5)
        return self

    def told(self) -> None:
        """Until the page has something to say."""
        self.qtbot.waitUntil(lambda: bool(self.page.notice.text()))

    def sold(self) -> Hands:
        return self.review().pay()

    def pay(self) -> Hands:
        """Exactly what is due was counted, and it is recorded."""
        self.press(Qt.Key.Key_F5)
        self.press(Qt.Key.Key_F10)
        self.until("pageDone")
        return self


@pytest.fixture
def counter() -> FakeCounter:
    return FakeCounter()


@pytest.fixture
def known(qtbot: QtBot, counter: FakeCounter) -> Hands:
    """Somebody has a PIN already and the day is open."""
    counter.shop.ready()
    counter.people.sign_out()
    return open_window(qtbot, counter)


def open_window(qtbot: QtBot, counter: FakeCounter, language: Language = "ar") -> Hands:
    make_application([])
    window = Window(counter, language)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    hands = Hands(qtbot, counter, window)
    hands.settle()
    return hands


@pytest.fixture(params=["ar"])
def hands(qtbot: QtBot, counter: FakeCounter) -> Iterator[Hands]:
    given = open_window(qtbot, counter)
    yield given
    no_dead_items()
    given.window.close()


__all__ = ["FakeCounter", "Hands", "every_page", "open_window", "shop"]
