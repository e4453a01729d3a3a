"""What every step of the first start has: the desk that it asks, the page that shows it, and the way on."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.setup.enrolment_state import unenrolled
from kiosk.setup.setup_desk import SetUpDesk
from kiosk.setup.setup_steps import SetupProgress
from protocol.errors import KioskError
from protocol.texts import Language, say
from protocol.values.arabic import isolate
from ui.setup.wizard_page import Ask, WizardPage
from ui.shell.flow import Flow
from ui.shell.shell import Shell

if TYPE_CHECKING:
    from kiosk.setup.enrolment_state import RestoredIdentity

Rows = Sequence[Callable[[Language], str]]


class WizardRoad(Flow):
    """Asks the desk and shows where that leads; `ui/setup/wizard_flow.py` knows the steps and their order."""

    restored: RestoredIdentity | None = None
    """Whom a backup that was put back speaks of, until its code is there."""

    def __init__(self, window: Shell, desk: SetUpDesk, sticks: Callable[[], list[Path]]) -> None:
        super().__init__(window)
        self.desk = desk
        self.sticks = sticks
        self._asked: Ask | None = None
        self._rows: Rows = ()
        self.page = window.add(WizardPage(window.language))

    @abstractmethod
    def went(self, progress: SetupProgress) -> None:
        """A step has been answered: on to the next, its first question asked."""

    @abstractmethod
    def usual(self, progress: SetupProgress) -> Ask:
        """What its step asks first."""

    @abstractmethod
    def rows(self, progress: SetupProgress) -> Rows:
        """What its step has found to choose from."""

    @abstractmethod
    def again(self) -> None:
        """The step's usual question."""

    # ---- asking the desk

    def do(
        self, work: Callable[[], Any], then: Callable[[Any], None] | None = None,
        fail: Callable[[KioskError], None] | None = None, *, storage: bool = False,
    ) -> None:  # fmt: skip
        ask = self.ask if storage else self.ask_slow
        ask(work, then or self.went, fail or self.failed, wait="busy.checking")

    def look_around(self, work: Callable[[], None]) -> None:
        """`work` on this thread, once it is said that something is looked for: cameras take half a second."""
        self._window.wait("busy.checking")
        self.call(work)

    def put_back(self, work: Callable[[], SetupProgress], failed: Callable[[KioskError], None]) -> None:
        """A backup, which may take minutes; `copying` tells how far it is."""
        self.ask(work, self.went, failed, wait="busy.restoring")

    def copying(self, percent: int) -> None:
        language = self._window.language
        self._window.veil.tell(say(language, "setup.copying", percent=isolate(str(percent))))

    def failed(self, error: KioskError) -> None:
        self._window.free()
        self.show(self._asked, self._rows)
        self.page.fail(unenrolled(error) if self.desk.progress.step == "enrolment" else error)
        self.page.first().setFocus()

    def free(self) -> None:
        self._window.free()

    def show(self, ask: Ask | None = None, rows: Rows = ()) -> None:
        """Where it stands, with `ask` in place of the step's usual question until the step is answered."""
        progress = self.desk.progress
        self._asked, self._rows = ask, rows
        self.page.show_step(progress, ask or self.usual(progress), self.rows(progress) or rows)
        self._window.tell_keys()
