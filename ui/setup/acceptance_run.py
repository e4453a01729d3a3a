"""The first start's last steps: the first operator, and the test with its report."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from kiosk.setup import acceptance_report
from kiosk.setup.setup_desk import SetUpDesk
from kiosk.setup.setup_steps import SetupProgress
from kiosk.staff.sign_in import Seat
from protocol.errors import Refused
from protocol.override import override
from protocol.texts import Language
from protocol.wire.acceptance import read_report
from starter.files import plain, replace_whole
from ui.setup.wizard_page import Ask
from ui.setup.wizard_road import WizardRoad, WizardStep
from ui.shell import Action, Page
from ui.widgets import show
from ui.widgets.pin_dots import pin_digits


class AcceptanceRun(WizardStep):
    """Two steps: who works here, and whether all of it works."""

    def __init__(self, road: WizardRoad, desk: SetUpDesk) -> None:
        super().__init__(road)
        self._desk = desk
        self._page.table.currentCellChanged.connect(lambda *_: self._expect())
        self._report: tuple[str, Sequence[str], str] = ("", (), "")

    @override
    def usual(self) -> Ask:
        if self._page.step == "operator":
            commands = Action("F10", "activate.do", self._set_pin), Action("F5", "setup.again", self.begin)
            fields = ("activation", "pin", "again")
            return Ask("setup.how.operator", fields, commands, "signin.name", self._found, _seat, needs=fields)
        accept = (Action("F10", "setup.accept", self._accept),)
        if self._absent:  # the fields in the order of the tab key
            asked = ("pin", "technician")
            return Ask("setup.how.acceptance", asked, accept, "signin.name", self._found, _seat, needs=("pin",))
        return Ask("setup.how.acceptance", ("technician",), accept, rows=self._found, row=_seat)

    @property
    def _absent(self) -> bool:
        host = self._desk.host
        return bool(host.ready) and host.counter.people.current() is None

    @override
    def begin(self) -> None:
        """Who may sit down here is read."""
        self.list_found_by(self._desk.steps.seats, Refused("setup_nobody"))

    def _expect(self) -> None:
        """A ring for each digit of whoever is marked."""
        seat = self._page.table.chosen()
        digits = pin_digits(seat.operator.role) if isinstance(seat, Seat) else 0
        for pin in self._page.pins:
            pin.expect(digits)

    def _set_pin(self) -> None:
        """The first operator's PIN."""
        if self._page.text("pin") != self._page.text("again"):
            self._road.failed(Refused("pin_differs"))
            return
        seat = self._page.table.chosen()
        code, pin = self._page.text("activation"), self._page.text("pin")
        if seat is not None:
            self._road.do(lambda: self._desk.steps.operator(seat.operator.id, code, pin))

    def _accept(self) -> None:
        """The test, its report left where it is found."""
        technician, pin, seat = self._page.text("technician"), self._page.text("pin"), self._page.table.chosen()

        def accept() -> SetupProgress:
            if self._absent and seat is not None:
                self._desk.host.counter.people.sign_in(seat.operator.id, pin)
            self._report = self._leave(self._desk.accept(technician))
            return self._desk.progress

        self._page.fields["pin"].clear()
        self._road.do(accept)

    def _leave(self, document: bytes) -> tuple[str, Sequence[str], str]:
        """The report as page and file, beside the data and on a stick that is plugged in: result, what lacks, where.

        It lies in the store, whatever happens here.
        """
        from ui.paper.acceptance_report import write_report  # noqa: PLC0415 - once in a counter's life

        said = read_report(document, self._desk.host.at_work.signer.public)
        left: list[str] = []
        for folder in (self._desk.home.resolve(), *self._road.sticks()[:1]):
            with suppress(OSError):
                replace_whole(plain(folder / "acceptance.json"), document)
                write_report(folder / "acceptance.pdf", said, document)
                left.append(str(folder / "acceptance.pdf"))
        return said["result"], said["missing"], left[-1] if left else ""

    def tell_result(self, page: Page) -> None:
        """On the page that the counter's first day begins with."""
        result, missing, place = self._report
        ready = result == "ready"

        def result_in_words() -> tuple[str, str, str]:
            lacks = f"{page.say('report.missing')}: {acceptance_report.lacking(page.language, missing)}. "
            left = page.say("setup.left", place=show.isolate(place)) if place else page.say("setup.unwritten")
            return ("ok" if ready else "act", page.say(f"report.{result}"), left if ready else lacks + left)

        page.show_words(result_in_words)


def _seat(seat: Any, language: Language) -> str:
    return show.person(language, seat.operator)
