"""The window on the fake counter, brought into a state as an operator brings it there; then it is drawn."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import compress
from typing import Final, Self
from unittest.mock import patch

from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLayout, QSpacerItem, QWidget, QWidgetItem
from shiboken6 import getCppPointer, isValid

from kiosk.printing.printer_choice import PrinterChoice
from protocol.override import override
from protocol.texts import Language
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.screen_judge import SIZE
from tests.harness.window_hands import WindowHands
from ui.main.application import make_application
from ui.main.window import Window
from ui.widgets.theme import ScreenLook, sheet, wear

PRINTER: Final = PrinterChoice("usb", "/dev/usb/lp0")


@contextmanager
def strays() -> Iterator[list[str]]:
    """What came up as a window, and takes the keys from the page: somebody showed it before it had a parent.

    Popups, and windows that take no keys, are meant to be some. It is Python that shows what has no parent: that way is
    watched, as a filter of all events costs a sixth of a scene.
    """
    found, ways = list[str](), (QWidget.show, QWidget.setVisible)

    def look(widget: QWidget) -> None:
        if widget.isWindow() and widget.isVisible():
            meant = widget.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
            name = f"{type(widget).__name__} {widget.objectName()}"
            if widget.windowType() is not Qt.WindowType.Window or meant or isinstance(widget, Window) or name in found:
                return
            found.append(name)

    def show(widget: QWidget) -> None:
        ways[0](widget)
        look(widget)

    def set_visible(widget: QWidget, visible: bool) -> None:
        ways[1](widget, visible)
        look(widget)

    with patch.object(QWidget, "show", show), patch.object(QWidget, "setVisible", set_visible):
        yield found


class Stage(WindowHands):
    """Hands that need no test, and the window that they are at."""

    def __init__(self, language: Language, counter: FakeCounter | None = None, size: QSize = SIZE) -> None:
        _OfShop.counter = FakeCounter() if counter is None else counter
        self._ends = ExitStack()
        self._strays = self._ends.enter_context(strays())
        super().__init__(_OfShop.counter, Window(_OfShop.counter, language))
        self.size = size
        self.window.resize(size)
        self.subject: QWidget = self.window
        """What is drawn and judged."""
        self.window.show()
        self.settle()

    @override
    def home(self, more: Callable[[FakeCounter], object] = lambda _counter: None) -> Self:
        """With a printer, as most counters have; where a scene has chosen one, or none, that one."""
        if self.counter.papers.chosen() is None:
            self.counter.papers.choose(PRINTER)
        return super().home(more)

    def turn(self, name: str, key: Qt.Key, *, alt: bool = False) -> None:
        """To the page that a key leads to, with all that it asks for answered."""
        self.press(key, alt=alt, to=name)
        self.settle(60)

    def picture(self) -> QImage:
        self.window.session.chip.retell()
        self.settle(40)
        image = QImage(self.size, QImage.Format.Format_RGB32)
        self.subject.render(image, QPoint())
        return image

    def close(self) -> None:
        self._ends.close()
        try:
            no_dead_items()
            assert not self._strays, f"shown as windows of their own: {self._strays}"
        finally:
            self.window.close()
            self.window.deleteLater()
            self.settle()


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
def cheap_hashes() -> Iterator[None]:
    """PINs and codes that cost nothing."""
    with (
        patch("tests.harness.shop.activation_hash", _cheap),
        patch("protocol.documents.operators.activation_hash", _cheap),
        patch("kiosk.staff.sign_in.make_verifier", lambda pin, _pepper, _salt: pin),
        patch("kiosk.staff.sign_in.is_pin", lambda pin, _pepper, verifier: pin == verifier),
    ):
        yield


NEVER_MS: Final = 100_000_000


@contextmanager
def nothing_ahead() -> Iterator[None]:
    """A page is made when somebody goes there. What makes the first ones before has tests of its own."""
    with patch("ui.main.screens.PAUSE_MS", NEVER_MS), patch("ui.main.screens.SHOWN_MS", NEVER_MS):
        yield


@contextmanager
def bare() -> Iterator[None]:
    """Windows wear no sheet: a fifth of what a test of keys and flows takes, and it looks at none of it."""
    app = make_application([])
    if app.styleSheet():
        app.setStyleSheet("")
    with patch("ui.widgets.theme.sheet", str), patch("ui.main.application.dress"):
        yield


@contextmanager
def worn(look: ScreenLook) -> Iterator[QApplication]:
    """This look, and the usual one afterwards."""
    with patch("ui.widgets.theme.sheet", sheet):
        app = make_application([])
        wear(app, look)
        try:
            yield app
        finally:
            wear(app, ScreenLook())


@contextmanager
def theatre(look: ScreenLook) -> Iterator[None]:
    """PINs that cost nothing, a clock that stands, no blinking caret, and this look."""
    with cheap_hashes(), nothing_ahead(), patch("ui.upkeep.sync_chip.QDateTime", _OfShop), worn(look) as app:
        app.setCursorFlashTime(0)
        yield
