"""What drives pages: it asks the counter aside of the screen, and shows what came of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from protocol.errors import KioskError
from ui.shell.base_page import Page
from ui.shell.bridge import Fail, Then, Work
from ui.shell.shell import Shell

if TYPE_CHECKING:
    from kiosk.counter import Counter


def nothing(_answer: Any) -> None:
    """What follows an answer that nobody waits for, or an error that is no reason to disturb anybody."""


class Flow(QObject):
    """Has the window, and the kiosk behind it. What fails is said on the page on top, and the keys are heard again."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._window = window
        self._kiosk = window.kiosk
        self._back: Callable[[], object] = lambda: None
        """Where its page was opened, and Esc leads to."""

    @property
    def _counter(self) -> Counter:
        """That of the moment: the real one, or the practice's."""
        return self._kiosk.counter

    def ask(self, work: Work, then: Then = nothing, fail: Fail | None = None, *, wait: str = "") -> None:
        """Work on the storage thread; `wait` says meanwhile what is being done, and holds the keys away."""
        self._hold(wait)
        self._window.bridge.ask(work, then, fail or self._fail)

    def ask_slow(self, work: Work, then: Then = nothing, fail: Fail | None = None, *, wait: str = "") -> None:
        """The same on the network thread: for what a line, a stick or a device may take its time over."""
        self._hold(wait)
        self._window.bridge.ask_slow(work, then, fail or self._fail)

    def call(self, function: Callable[[], None]) -> None:
        """`function` on the thread of the screen, from any."""
        self._window.bridge.call(function)

    def hear(self, *kinds: type, then: Callable[[], object], on: Page | None = None) -> None:
        """`then` at every event of these kinds; of a page (`on`), while that is on top."""

        def heard(event: object) -> None:
            if isinstance(event, kinds) and (on is None or on is self._window.page()):
                then()

        self._window.bridge.heard.connect(heard)

    def settle(self, wait_ms: int, then: Callable[[], object]) -> QTimer:
        """`then` so long after each change of page, which has its own to say first; the timer, for other causes."""
        timer = QTimer(self, singleShot=True, interval=wait_ms)
        timer.timeout.connect(then)
        self._window.stack.currentChanged.connect(lambda _place: timer.start())
        return timer

    def _go_back(self) -> None:
        self._back()

    def _hold(self, wait: str) -> None:
        if wait:
            self._window.wait(wait)

    def _fail(self, error: KioskError) -> None:
        self._window.free()
        self._window.page().fail(error)
