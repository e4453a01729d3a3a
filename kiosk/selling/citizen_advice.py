"""Papers given without money: what a service needs, why it could not be taken, the official prices, a printer's test.

What a citizen is told is journalled (type 19): a refusal, too, can be asked about later. The reason that was typed may
name somebody, so it stands in the personal frame and on the paper, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from kiosk.model.paper_sheet import Sheet
from kiosk.model.service_request import AuthorityBill, PrintJob
from kiosk.model.store_changes import Change, NameEntry
from kiosk.printing import leaflets, till_papers
from kiosk.printing.print_queue import PrintQueue
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.printing.till_papers import Stamp
from kiosk.staff.sign_in import AtCounter, Login
from protocol import members
from protocol.catalogue.services import EvidenceType, PublicService
from protocol.errors import Refused
from protocol.journal.entries import AdviceEntry
from protocol.journal.kj01 import Record
from protocol.texts import Bilingual
from protocol.values.national_id import compact


@dataclass(eq=False, repr=False)
class CitizenAdvice(AtCounter):
    """What the counter prints for whoever asks. Every method returns the id of the print job."""

    _papers: PrintQueue

    def guide(self, service_id: str, papers: Sequence[EvidenceType] | None = None) -> str:
        """What to bring, what it costs, where to go; `papers` are those the answers call for (`ServiceDesk.read`)."""
        login, service = self._people.working(), self._service(service_id)
        settings = self._context.in_force.settings()
        body = self._body(login, "guidance", service)
        return self._give(login, body, None, lambda stamp: leaflets.guidance(stamp, service, settings, papers))

    def answer(self, service_id: str, bill: AuthorityBill) -> str:
        """What an authority answered just now. Nothing was given, taken or decided here: it makes no entry."""
        return self._papers.add(leaflets.answer(self._stamp(self._people.working()), self._service(service_id), bill))

    def refuse(self, service_id: str, reason: Bilingual, bring: Sequence[Bilingual] = (), national_id: str = "") -> str:
        """The receipt of a request that was not taken; `national_id` is the citizen's, where it is known.

        By it the entry is found when he wants to be erased; it stands in the frame alone. Raises
        Refused("reason_missing") without a reason.
        """
        login, service = self._people.working(), self._service(service_id)
        if not reason.ar.strip():
            raise Refused("reason_missing")
        number = compact(national_id)
        frame: dict[str, object] = {
            "reason": members.write(reason),
            "bring": [[x.ar, x.en] for x in bring],
            **({"national_id": number} if number else {}),
        }
        body = self._body(login, "refusal", service)
        return self._give(login, body, frame, lambda stamp: leaflets.refusal(stamp, service, reason, bring), number)

    def price_list(self) -> str:
        """The official prices in force, for the wall."""
        in_force, stamp = self._context.in_force, self._stamp(self._people.working())
        return self._papers.add(leaflets.price_list(stamp, in_force.catalogue(), in_force.settings()))

    def test_page(self, choice: PrinterChoice) -> str:
        return self._papers.add(leaflets.test_page(self._stamp(self._people.working()), choice.text))

    def _service(self, service_id: str) -> PublicService:
        return self._context.in_force.catalogue().service(service_id)

    def _body(self, login: Login, kind: Literal["refusal", "guidance"], service: PublicService) -> AdviceEntry:
        return AdviceEntry(
            author=login.author, kind=kind, service=service.id, service_version=service.version,
            catalogue=self._context.in_force.catalogue().version,
        )  # fmt: skip

    def _give(
        self, login: Login, body: AdviceEntry, frame: dict[str, object] | None, sheet: Callable[[Stamp], Sheet],
        named: str = "",
    ) -> str:  # fmt: skip
        """Journal entry and paper in one commit."""
        jobs: list[PrintJob] = []

        def changes(record: Record) -> list[Change]:
            stamp = self._stamp(login, record)
            jobs.append(self._context.paper(sheet(stamp), record))
            of = record.fields
            return [jobs[0], *([NameEntry(of.epoch, of.seq, named)] if named else [])]

        self._context.journal.append(body, changes, frame)
        self._papers.announce(jobs[0])
        return jobs[0].id

    def _stamp(self, login: Login, record: Record | None = None) -> Stamp:
        """The head of a paper; `record` is the entry it proves."""
        return till_papers.stamp(self._context.in_force, login, self._context.now_ms(), record)
