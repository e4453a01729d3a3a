"""Drafts and recorded requests, looked up again. Showing a citizen's answers in full leaves an entry in the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kiosk.core.events import RequestsChanged
from kiosk.model.citizen_receipt import Receipt
from kiosk.model.service_request import Draft, Query, Request
from kiosk.model.store_changes import DropDraft, DropEvidence, SeenDecision
from kiosk.selling.sale_recorder import MOST
from kiosk.selling.service_offer import ServiceOffer
from kiosk.staff.sign_in import AtCounter
from protocol.catalogue.services import PublicService, shared_answers
from protocol.errors import Refused
from protocol.journal.staff_entries import Revealed
from protocol.strict_json import loads_object


@dataclass(eq=False, repr=False)
class Drafts(AtCounter):
    """The drafts of whoever is signed in."""

    _offer: ServiceOffer

    def begin(self, service_id: str, visit: Sequence[Draft] = (), values: Mapping[str, Any] | None = None) -> Draft:
        """A new form; its id is the request's id, made now, so that however often it is confirmed it is one.

        `visit` are the forms of the same citizen so far, whose shared answers it begins with; `values` what is known
        already of this one. Raises Refused("visit_long").
        """
        login, catalogue = self._people.working(), self._context.in_force.catalogue()
        service = catalogue.service(service_id)
        if len(visit) >= MOST:
            raise Refused("visit_long", limit=MOST)
        raw: dict[str, Any] = {}
        for before in visit:
            raw |= shared_answers(service, self._shown(before))
        return Draft(
            self._context.new_id(), login.operator.id, service_id, service.version, raw | dict(values or {}),
            self._context.now_ms(), catalogue.version, visit[0].visit_id if visit else "",
        )  # fmt: skip

    def _shown(self, draft: Draft) -> dict[str, Any]:
        """What is typed and to be seen: what a rule hides stays on its screen and goes nowhere else."""
        try:
            names = self._offer.read(self.form(draft), draft.raw).shown
        except Refused:  # a form of before, not kept any more
            return {}
        return {name: value for name, value in draft.raw.items() if name in names}

    def keep(self, draft: Draft, raw: Mapping[str, Any]) -> None:
        """Keep what has been typed so far, to the last field."""
        self._context.journal.write([], [replace(draft, raw=dict(raw), updated_ms=self._context.now_ms())])

    def last(self) -> Draft | None:
        """The form this operator left half typed last."""
        return next(iter(self.unfinished()), None)

    def visits(self) -> list[list[Draft]]:
        """What this operator left half typed, by visits; the latest first, in each the form last typed in."""
        found: dict[str, list[Draft]] = {}
        for draft in self._store.drafts.of_operator(self._people.working().operator.id):
            found.setdefault(draft.visit_id, []).append(draft)
        return list(found.values())

    def unfinished(self) -> list[Draft]:
        """Of every visit the form last typed in, the latest first."""
        return [forms[0] for forms in self.visits()]

    def visit(self, draft_id: str) -> list[Draft]:
        """Every form of the visit that this one belongs to, as they were begun; none if it is gone."""
        mine = sorted(self._store.drafts.of_operator(self._people.working().operator.id), key=lambda draft: draft.id)
        visit_id = next((draft.visit_id for draft in mine if draft.id == draft_id), None)
        return [draft for draft in mine if draft.visit_id == visit_id]

    def form(self, draft: Draft) -> PublicService:
        """The service in the version this draft began with; its prices are not those of today (`quote` takes those).

        Raises Refused: service_unknown (no longer offered), service_changed (its version is not kept here).
        """
        return self._offer.form(draft.service_id, draft.service_version, draft.catalogue)

    def drop(self, *draft_ids: str) -> None:
        papers = [DropEvidence(draft_id) for draft_id in draft_ids if self._store.evidence.of_request(draft_id)]
        self._context.journal.write([], [*(DropDraft(draft_id) for draft_id in draft_ids), *papers])


class RecordedRequests(AtCounter):
    """The requests of citizens, as an operator looks them up."""

    def search(self, query: Query) -> list[Request]:
        return self._store.requests.search(query)

    def get(self, request_id: str) -> Request | None:
        """What is known of this id: the answer to "was it saved?" after any crash."""
        return self._store.requests.get(request_id)

    def same_day(self, service: PublicService, values: Mapping[str, Any]) -> list[Request]:
        """Requests of the same citizen for the same service this day: a second sale wants a second look."""
        national_id = str(values.get("national_id", ""))
        if not national_id:
            return []
        return self._store.requests.same_day(national_id, service.id, self._context.working_date().isoformat())

    def receipt(self, request: Request) -> Receipt:
        """What its paper says, lines pinned at the press. Raises Refused("receipt_none") once it is erased."""
        first = request.seq - request.line + 1  # whose paper is that of the whole visit
        found = self._store.print_jobs.receipt(request.epoch, first)
        if found is None:
            raise Refused("receipt_none", seq=request.seq)
        return found

    def reveal(self, request: Request) -> dict[str, Any]:
        """The citizen's answers in full; that they were looked at is journalled."""
        login = self._people.working()
        frame = self._store.journal.frame(request.epoch, request.seq)
        if frame is None:
            raise Refused("erased")
        self._context.journal.append(Revealed(author=login.author, of=request.seq))
        fields: dict[str, Any] = loads_object(frame)["fields"]
        return fields

    def rejected_count(self) -> int:
        return self._store.requests.rejected_count()

    def seen(self, request: Request) -> None:
        """Somebody has dealt with this decision."""
        self._context.journal.write([], [SeenDecision(request.epoch, request.seq)])
        self._context.events.publish(RequestsChanged((request.id,)))
