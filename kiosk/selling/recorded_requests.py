"""What was recorded here, looked up again: by id, by search, in the tray; in full only with a note of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.core.counter_context import CounterContext
from kiosk.core.events import TransactionsChanged
from kiosk.core.journal_writer import Writing
from kiosk.model.citizen_receipt import Receipt
from kiosk.model.service_request import Query, Request
from kiosk.model.store_changes import SeenOutcome
from kiosk.staff.sign_in import StaffSession
from protocol.catalogue.services import PublicService
from protocol.errors import Refused
from protocol.journal.staff_entries import Revealed
from protocol.strict_json import loads_object


class RecordedRequests:
    """The requests of citizens, as an operator looks them up."""

    def __init__(self, context: CounterContext, people: StaffSession) -> None:
        self._context = context
        self._requests = context.store.requests
        self._journal = context.journal
        self._people = people

    def search(self, query: Query) -> list[Request]:
        return self._requests.search(query)

    def get(self, request_id: str) -> Request | None:
        """What is known of this id: the answer to "was it saved?" after any crash."""
        return self._requests.get(request_id)

    def same_day(self, service: PublicService, values: Mapping[str, Any]) -> list[Request]:
        """Requests of the same citizen for the same service this day: a second sale wants a second look."""
        national_id = str(values.get("national_id", ""))
        if not national_id:
            return []
        return self._requests.same_day(national_id, service.id, self._context.working_date().isoformat())

    def receipt(self, request: Request) -> Receipt:
        """What its paper says, lines pinned at the press. Raises Refused("receipt_none") once it is erased."""
        first = request.seq - request.line + 1  # whose paper is that of the whole visit
        found = self._context.store.print_jobs.receipt(request.epoch, first)
        if found is None:
            raise Refused("receipt_none", seq=request.seq)
        return found

    def reveal(self, request: Request) -> dict[str, Any]:
        """The citizen's answers in full; that they were looked at is journalled."""
        login = self._people.working()
        frame = self._context.store.journal.frame(request.epoch, request.seq)
        if frame is None:
            raise Refused("erased")
        self._journal.write([Writing(Revealed(author=login.author, of=request.seq))])
        fields: dict[str, Any] = loads_object(frame)["fields"]
        return fields

    def rejected(self) -> list[Request]:
        return self._requests.rejected()

    def seen(self, request: Request) -> None:
        """Somebody has dealt with this outcome."""
        self._journal.write([], [SeenOutcome(request.epoch, request.seq)])
        self._context.events.publish(TransactionsChanged((request.id,)))
