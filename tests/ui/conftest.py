"""A window on the fake counter, and hands to use it with."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from protocol.texts import Language
from tests.harness import shop
from tests.harness.every_page import every_page
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.stage import bare, cheap_hashes, no_dead_items, nothing_ahead
from tests.harness.window_hands import WindowHands
from ui.main.application import make_application
from ui.main.window import Window
from ui.sale.home_page import HomePage
from ui.sale.home_shown import Offer
from ui.shell.base_page import Page


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/ui/" in item.path.as_posix():
            item.add_marker(pytest.mark.qt_log_ignore("propagateSizeHints", extend=True))


@pytest.fixture(autouse=True)
def cheap_pins() -> Iterator[None]:
    """The slow hashes have tests of their own; here they would only be slow."""
    with cheap_hashes():
        yield


@pytest.fixture(autouse=True)
def pages_made_when_gone_to() -> Iterator[None]:
    with nothing_ahead():
        yield


def found_services(page: Page) -> Sequence[Offer]:
    """What the home screen lists."""
    assert isinstance(page, HomePage)
    assert page.data is not None
    return page.data.found.offers


class Hands(WindowHands):
    """Those of a test."""

    def __init__(self, qtbot: QtBot, counter: FakeCounter, window: Window) -> None:
        super().__init__(counter, window)
        self.qtbot = qtbot

    def unlock(self, *, to: str = "") -> None:
        """By the PIN of whoever was here, once the lock is there."""
        self.until("pageLock")
        self.settle(30)
        self.type(shop.PIN)
        self.press(Qt.Key.Key_F10, to=to)

    def fill(self) -> Hands:
        self.answer(**self.counter.shop.sale().values)
        return self

    def counted(self) -> Hands:
        """The cash for one is counted; F10 records it."""
        self.review().press(Qt.Key.Key_F2)
        return self


@pytest.fixture
def undressed() -> Iterator[None]:
    with bare():
        yield


@pytest.fixture
def counter() -> FakeCounter:
    return FakeCounter()


@pytest.fixture
def known(undressed: None, qtbot: QtBot, counter: FakeCounter) -> Hands:
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
def hands(undressed: None, qtbot: QtBot, counter: FakeCounter) -> Iterator[Hands]:
    given = open_window(qtbot, counter)
    yield given
    no_dead_items()
    given.window.grab()
    given.window.close()


__all__ = ["FakeCounter", "Hands", "every_page", "open_window", "shop"]
