"""What drives pages: it asks the counter aside of the screen, and shows what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from PySide6.QtCore import QObject, QTimer

from protocol.errors import Corrupt, KioskError
from protocol.texts import Language
from ui.shell.base_page import DataPage, Page
from ui.shell.bridge import Fail, Then, Work
from ui.shell.shell import Shell
from ui.widgets import Data
from ui.widgets.translated import Run

if TYPE_CHECKING:
    from kiosk.counter import Counter


P = TypeVar("P", bound=Page)


class LatePage(Generic[P]):
    """A page of a flow, made when it is first asked for. The method that this decorates joins it to the flow."""

    def __init__(self, make: Callable[[Language], P]) -> None:
        self._make = make

    def __call__(self, join: Callable[[Any, P], None]) -> Self:
        self._join = join
        return self

    def __set_name__(self, _flow: type, name: str) -> None:
        self._name = name

    def __get__(self, flow: Any, _kind: type) -> P:
        page: P = flow._window.add(self._make)  # noqa: SLF001 - of a flow, as this is
        vars(flow)[self._name] = page
        self._join(flow, page)
        for way in getattr(flow, "_ways", {}).get(self._name, ()):  # a source of pictures leads nowhere
            page.lead(*way)
        return page


def nothing(_answer: Any) -> None:
    """What follows an answer that nobody waits for, or an error that is no reason to disturb anybody."""


class Flow(QObject):
    """Has the window, and the `Kiosk` behind it. What fails is said on the page on top; the keys are heard again."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._window = window
        self._kiosk = window.kiosk
        self._back: Callable[[], object] = lambda: None
        """Where its page was opened, and Esc leads to."""
        self._ways: dict[str, list[tuple[str, str, Run, str]]] = {}
        self._answers_due = 0
        self._says_faults_on: Page | None = None
        """What fails is said there, whatever is on top by then; else on the page on top."""

    @property
    def _counter(self) -> Counter:
        """That of the moment: the real one, or the practice's."""
        return self._kiosk.counter

    def ask(self, work: Work, then: Then = nothing, fail: Fail | None = None, *, wait: str = "") -> None:
        """Work on the storage thread; `wait` says meanwhile what is being done, and holds the keys away."""
        self._hold(wait)
        self._window.bridge.ask(work, then, fail or self._fail)

    def ask_slow(
        self, work: Work, then: Then = nothing, fail: Fail | None = None, *, wait: str = "", gives_up: bool = False
    ) -> None:
        """The same on the network thread: for what a line, a stick or a device may take its time over.

        `gives_up`: nobody has to wait for the answer. Esc ends the waiting, and what comes then is not heard.
        """
        fail = fail or self._fail
        if gives_up:
            then, fail = self.newest(then, fail)
            self._window.wait(wait, self._give_up)
        else:
            self._hold(wait)
        self._window.bridge.ask_slow(work, then, fail)

    def _give_up(self) -> None:
        self.newest()
        self._window.free()

    def newest(self, *follow: Then) -> list[Then]:
        """What follows an answer or a fault, unless `newest` was called again meanwhile: then nothing does."""
        self._answers_due += 1
        asked = self._answers_due

        def guarded(then: Then) -> Then:
            return lambda answer: then(answer) if asked == self._answers_due else None

        return [guarded(then) for then in follow]

    def go_to(self, page: DataPage[Data], read: Callable[[], Data]) -> None:
        """Go to the page of one thing, with what was read of it."""

        def shown(data: Data) -> None:
            page.set_data(data)
            self._window.go(page)
            page.retold()  # a page that is gone to is calm; of its thing it may have something to say

        self.ask(read, shown)

    def call(self, function: Callable[[], None]) -> None:
        """`function` on the thread of the screen, from any, at a turn of its own."""
        self._window.bridge.call(function)

    def in_turns(self, steps: Iterator[object]) -> None:
        """One step at a turn of the event loop, the first one now: what is made behind `wait` holds nothing up.

        Where a step breaks that is said, and the keys are heard again.
        """
        try:
            more = next(steps, self) is not self
        except Exception:
            self._fail(Corrupt("unforeseen"))
            raise
        if more:
            self.call(lambda: self.in_turns(steps))

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

    def lead(self, key: str, word: str, run: Run, *, icon: str = "", page: str = "page") -> None:
        """A way from its page of that name, which is not made yet, to another screen (`Page.lead`)."""
        self._ways.setdefault(page, []).append((key, word, run, icon))

    def _go_back(self) -> None:
        self._back()

    def _hold(self, wait: str) -> None:
        if wait:
            self._window.wait(wait)

    def _rearm(self, page: Page) -> Fail:
        """What follows an act of `page` that came to nothing: it is said, and may be asked for again."""

        def failed(error: KioskError) -> None:
            page.armed = True
            self._fail(error)

        return failed

    def _fail(self, error: KioskError) -> None:
        self._window.free()
        self._window.stack.paint_next()
        (self._says_faults_on or self._window.page()).fail(error)
