"""The first start's last steps: the first operator, and the test with its report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

from PySide6.QtCore import QObject

from kiosk.setup import acceptance_report
from kiosk.setup.setup_steps import SetupProgress
from protocol.errors import Refused
from protocol.texts import Language, say
from protocol.values.arabic import isolate
from protocol.wire.acceptance import read_report
from starter.files import plain, replace_whole
from ui.setup.wizard_page import Ask
from ui.setup.wizard_road import WizardRoad
from ui.shell.base_page import Page


class AcceptanceRun(QObject):
    """Asks the desk of `road` and shows on its page."""

    def __init__(self, road: WizardRoad) -> None:
        super().__init__(road)
        self._road = road
        self._page = road.page
        self._seats: list[Any] = []
        self._report: tuple[str, Sequence[str], str] = ("", (), "")

    def rows(self) -> list[Callable[[Language], str]]:
        return [partial(_person, seat) for seat in self._seats]

    def usual(self, step: str) -> Ask:
        """What is asked at the step of the first operator, and at that of the test."""
        if step == "operator":
            fields = ("activation", "pin", "again")
            return Ask(
                "setup.how.operator",
                fields,
                (("F10", "activate.do", "person"), ("F5", "setup.again", "people")),
                "signin.name",
            )
        who = ("pin", "technician") if self._absent else ("technician",)  # in the order of the tab key
        return Ask(
            "setup.how.acceptance", who, (("F10", "setup.accept", "accept"),), "signin.name" if self._absent else ""
        )

    @property
    def _absent(self) -> bool:
        host = self._road.desk.host
        return bool(host.ready) and host.counter.people.current() is None

    def look(self) -> None:
        """Who may sit down here."""

        def found(seats: list[Any]) -> None:
            self._road.free()
            self._seats = seats
            self._road.show()
            if seats:
                self._page.first().setFocus()
            else:
                self._page.fail(Refused("setup_nobody"))

        self._road.do(self._road.desk.steps.seats, found)

    def person(self) -> None:
        """The first operator's PIN."""
        if self._page.text("pin") != self._page.text("again"):
            self._road.failed(Refused("pin_differs"))
            return
        seat = self._seat()
        code, pin = self._page.text("activation"), self._page.text("pin")
        if seat is not None:
            self._road.do(lambda: self._road.desk.steps.operator(seat, code, pin))

    def _seat(self) -> str | None:
        place = self._page.chosen()
        return self._seats[place].operator.id if 0 <= place < len(self._seats) else None

    def accept(self) -> None:
        """The test, its report left where it is found."""
        technician, pin, seat = self._page.text("technician"), self._page.text("pin"), self._seat()

        def accept() -> SetupProgress:
            if self._absent and seat is not None:
                self._road.desk.steps.sign_in(seat, pin)
            self._report = self._leave(self._road.desk.accept(technician))
            return self._road.desk.progress

        self._page.fields["pin"].clear()
        self._road.do(accept)

    def _leave(self, document: bytes) -> tuple[str, Sequence[str], str]:
        """The report as page and file, beside the data and on a stick that is plugged in: verdict, what lacks, where.

        It lies in the store, whatever happens here.
        """
        from ui.paper.acceptance_report import write_report  # noqa: PLC0415 - once in a counter's life

        said = read_report(document, self._road.desk.host.at_work.signer.public)
        left: list[str] = []
        for folder in (self._road.desk.home.resolve(), *self._road.sticks()[:1]):
            with suppress(OSError):
                replace_whole(plain(folder / "acceptance.json"), document)
                write_report(folder / "acceptance.pdf", said, document)
                left.append(str(folder / "acceptance.pdf"))
        return said["verdict"], said["missing"], left[-1] if left else ""

    def tell_verdict(self, page: Page) -> None:
        """On the page that the counter's first day begins with."""
        verdict, missing, place = self._report
        ready = verdict == "ready"

        def told() -> tuple[str, str, str]:
            lacks = (
                "" if ready else f"{page.say('report.missing')}: {acceptance_report.lacking(page.language, missing)}. "
            )
            more = lacks + (page.say("setup.left", place=isolate(place)) if place else page.say("setup.unwritten"))
            return ("ok" if ready else "act", page.say(f"report.{verdict}"), more)

        page.tell(told)


def _person(seat: Any, language: Language) -> str:
    name = seat.operator.name_ar if language == "ar" else seat.operator.name_en
    return f"{name} — {say(language, f'role.{seat.operator.role}')}"
