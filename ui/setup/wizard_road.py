"""What every step of the first start has: the desk that it asks, the page that shows it, and the way on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject

from kiosk.setup.enrolment_state import unenrolled
from kiosk.setup.setup_steps import SetupProgress
from protocol.errors import KioskError
from protocol.texts import Language
from protocol.values.arabic import isolate
from ui.setup.wizard_page import Ask, WizardPage
from ui.shell import Flow, Shell


class WizardRoad(Flow):
    """Asks and shows where that leads; whoever derives from it knows the steps and their order."""

    def __init__(self, window: Shell, make: Callable[[Language], WizardPage], sticks: Callable[[], list[Path]]) -> None:
        super().__init__(window)
        self.sticks = sticks
        self._asked: Ask | None = None
        self.page = window.add(make)

    @abstractmethod
    def progress(self) -> SetupProgress:
        """Where setting up stands."""

    @abstractmethod
    def went(self, progress: SetupProgress) -> None:
        """A step has been answered: on to the next, its first question asked."""

    @abstractmethod
    def usual(self, progress: SetupProgress) -> Ask:
        """What its step asks first."""

    def do(
        self, work: Callable[[], Any], then: Callable[[Any], None] | None = None,
        fail: Callable[[KioskError], None] | None = None, *, storage: bool = False, wait: str = "busy.checking",
    ) -> None:  # fmt: skip
        ask = self.ask if storage else self.ask_slow
        ask(work, then or self.went, fail or self.failed, wait=wait)

    def look_around(self, work: Callable[[], None]) -> None:
        """`work` on this thread, once it is said that something is looked for: cameras take half a second."""
        self._window.wait("busy.checking")
        self._window.veil.cover()
        self.call(work)

    def tell_copied(self, percent: int) -> None:
        """How far a backup that is put back has come."""
        said = self.page.say("setup.copying", percent=isolate(str(percent)))
        self.call(lambda: self._window.veil.tell(said))

    def failed(self, error: KioskError) -> None:
        self._window.free()
        self.show(self._asked)
        self.page.fail(unenrolled(error) if self.page.step == "enrolment" else error)
        self.page.first().setFocus()

    def begin(self) -> None:
        """The page with what its step asks first."""
        self.show()
        self._window.go(self.page)

    def present(self, ask: Ask | None = None) -> None:
        """An answer is there: what is asked now, with nothing of before said any more."""
        self._window.free()
        self.page.calm()
        self.show(ask)
        self.page.first().setFocus()

    def show(self, ask: Ask | None = None) -> None:
        """Where it stands, with `ask` in place of the step's usual question until the step is answered."""
        progress, self._asked = self.progress(), ask
        self.page.show_step(progress, ask or self.usual(progress))
        self._window.tell_keys()


class WizardStep(QObject):
    """What belongs to one step: it asks along `road` and shows on its page."""

    def __init__(self, road: WizardRoad) -> None:
        super().__init__(road)
        self._road, self._page = road, road.page
        self._found: list[Any] = []
        """What stands in the list."""

    def begin(self) -> None:
        """The step has been come to."""

    @abstractmethod
    def usual(self) -> Ask:
        """What it asks first."""

    def list_found_by(self, work: Callable[[], list[Any]], none: KioskError | None = None) -> None:
        """What `work` finds is listed; where that is nothing, `none` is said."""

        def found(things: list[Any]) -> None:
            self._found = things
            self.list_found()
            if none is not None and not things:
                self._page.fail(none)

        self._road.do(work, found)

    def list_found(self) -> None:
        self._road.present()
