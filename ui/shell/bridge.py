"""From other threads to the GUI thread: events and the results of work, by signal and never by waiting."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from kiosk.core.events import Event, Events
from protocol.errors import Corrupt, KioskError
from ui.shell.counter_port import Executor

Work = Callable[[], Any]
Then = Callable[[Any], object]
Fail = Callable[[KioskError], object]


class Bridge(QObject):
    """Asks the counter on its own threads and brings the answer here: one at a turn of the event loop.

    Signals that are queued would all be delivered in one turn, and what they change be painted in it, too.

    An error of our three families goes to `fail`. Any other is a bug: `fail` is told that something unforeseen
    happened, so that no screen waits for ever, and the bug is raised on the GUI thread, where the hook notes it.
    """

    heard = Signal(object)
    _called = Signal(object)

    def __init__(self, executor: Executor, parent: QObject) -> None:
        super().__init__(parent)
        self._executor = executor
        self._open = True
        self._due: deque[Callable[[], None]] = deque()
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._run)
        self._called.connect(self._queue, Qt.ConnectionType.QueuedConnection)

    def listen(self, events: Events) -> None:
        events.subscribe(self._pass_on)

    def ask(self, work: Work, then: Then, fail: Fail) -> None:
        """Work on the storage thread."""
        if self._open:
            self._watch(self._executor.run(work), then, fail)

    def ask_slow(self, work: Work, then: Then, fail: Fail) -> None:
        """Work on the network thread."""
        if self._open:
            self._watch(self._executor.run_slow(work), then, fail)

    @property
    def due(self) -> int:
        """How many answers and events are there that are not delivered yet: each takes a turn."""
        return len(self._due)

    def close(self) -> None:
        """Nothing is asked or delivered after this."""
        self._open = False

    def call(self, function: Callable[[], None]) -> None:
        """Call `function` on the GUI thread, from any thread, at a turn of its own."""
        if self._open:
            self._called.emit(function)

    def _watch(self, future: Future[Any], then: Then, fail: Fail) -> None:
        future.add_done_callback(lambda done: self.call(lambda: self._deliver(done, then, fail)))

    def _pass_on(self, event: Event) -> None:
        """In the order in which the counter said it: what is read anew for it is read after the answers before it."""
        self.call(lambda: self.heard.emit(event))

    def _queue(self, function: Callable[[], None]) -> None:
        self._due.append(function)
        self._turn.start()

    def _run(self) -> None:
        function = self._due.popleft()
        if self._due:
            self._turn.start()
        if self._open:
            function()

    def _deliver(self, future: Future[Any], then: Then, fail: Fail) -> None:
        if future.cancelled():
            return
        error = future.exception()
        if error is None:
            then(future.result())
        elif isinstance(error, KioskError):
            fail(error)
        else:
            try:
                fail(Corrupt("unforeseen"))
            finally:
                raise error
