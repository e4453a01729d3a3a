"""What becomes of a request after it was sold: corrected and sent again, escalated, told, arrived, handed over.

Each act is an entry of the journal that names the request and no person; who came for an output is kept beside the
request, and is erased with its citizen. Nothing of this changes a request or moves money: that is
`kiosk.aftercare.reversals`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from kiosk.core.events import RequestsChanged
from kiosk.model.service_request import Decision, Draft, Request
from kiosk.model.store_changes import Change, CitizenInformed, HandedOver, OutputArrived, SeenDecision
from kiosk.staff.sign_in import AtCounter
from protocol.errors import Refused
from protocol.journal.entries import FollowUpEntry
from protocol.journal.money_entries import CorrectionEntry
from protocol.strict_json import loads_object
from protocol.values.arabic import one_line
from protocol.wire.statuses import CAME_BACK

Actor = Literal["operator", "citizen", "shop", "centre"]
Taker = Literal["self", "relative", "proxy"]
TAKERS: Final[tuple[Taker, ...]] = ("self", "relative", "proxy")
Why = Literal["unclear", "wrong", "waits", "other"]
WHYS: Final[tuple[Why, ...]] = ("unclear", "wrong", "waits", "other")
_ACTORS: Final[Mapping[str, Actor]] = {
    "consent_missing": "operator",
    **dict.fromkeys(
        (
            "unreadable", "unknown_settings", "unknown_catalogue", "unknown_service", "unknown_operator",
            "fee_mismatch", "date_wrong", "catalogue_over", "personal_unreadable",
        ),
        "centre",
    ),
}  # fmt: skip


def who_acts(decision: Decision) -> Actor:
    """Whose turn it is after a rejection.

    The centre's own faults are for its support; what its staff sent back is for the operator to correct, and what they
    rejected for the shop: it gives the fee back.
    """
    if decision.status == "sent_back":
        return "operator"
    return _ACTORS.get(decision.code, "shop")


class FollowUp(AtCounter):
    """One method for each act."""

    def correct(self, request_id: str) -> Draft:
        """A new form with the answers of a request that came back; the operator changes what was wrong.

        It is a request of its own, with an id of its own; the journal says which one it is to replace. Raises Refused:
        request_unknown, not_sent_back, erased, service_unknown.
        """
        login, request = self._people.working(), self._came_back(request_id)
        frame = self._context.store.journal.frame(request.epoch, request.seq)
        if frame is None:
            raise Refused("erased")
        catalogue = self._context.in_force.catalogue()
        version = catalogue.service(request.service_id).version
        draft = Draft(
            self._context.new_id(), login.operator.id, request.service_id, version, loads_object(frame)["fields"],
            self._context.now_ms(), catalogue.version, corrects=request.id,
        )  # fmt: skip
        # The task stays until the fee is transferred to the new request, or given back.
        corrected = CorrectionEntry(
            author=login.author, by=draft.id, epoch=request.epoch, seq=request.seq, id=request.id
        )
        self._write(corrected, draft)
        return draft

    def escalate(self, request_id: str, why: Why) -> None:
        """Ask the centre to look again; the task leaves the tray. Raises Refused: request_unknown, not_sent_back."""
        request = self._came_back(request_id)
        self._write(self._body(request, "escalated", why=why), SeenDecision(request.epoch, request.seq))

    def inform(self, request_id: str) -> None:
        """The citizen knows what was decided. Raises Refused: request_unknown, undecided."""
        request = self._known(request_id)
        if request.decision is None or request.decision.status == "pending":
            raise Refused("undecided")
        body = self._body(request, "told", status=request.decision.status)
        self._write(body, CitizenInformed(request.epoch, request.seq))

    def arrived(self, request_id: str) -> None:
        """What was made for the citizen lies here. Raises Refused: request_unknown, already_arrived."""
        request = self._known(request_id)
        login = self._people.working()
        change = OutputArrived(request.epoch, request.seq, self._context.now_ms(), login.operator.id)
        self._write(self._body(request, "arrived"), change)

    def hand_over(self, request_id: str, taker: Taker, name: str = "") -> None:
        """Somebody came for it; anybody but the citizen is named.

        Raises Refused: request_unknown, not_to_hand, taker_needed.
        """
        request, name = self._known(request_id), one_line(name)
        if taker != "self" and not name:
            raise Refused("taker_needed")
        login = self._people.working()
        to = f"{taker} {name}".strip()
        change = HandedOver(request.epoch, request.seq, self._context.now_ms(), login.operator.id, to)
        self._write(self._body(request, "handed", taker=taker), change)

    # ---- how

    def _known(self, request_id: str) -> Request:
        request = self._context.store.requests.get(request_id)
        if request is None:
            raise Refused("request_unknown")
        return request

    def _came_back(self, request_id: str) -> Request:
        request = self._known(request_id)
        if request.decision is None or request.decision.status not in CAME_BACK:
            raise Refused("not_sent_back")
        return request

    def _body(
        self, request: Request, kind: Literal["told", "arrived", "handed", "escalated"], **more: str
    ) -> FollowUpEntry:
        author = self._people.working().author
        return FollowUpEntry(author=author, kind=kind, **more, epoch=request.epoch, seq=request.seq, id=request.id)

    def _write(self, body: CorrectionEntry | FollowUpEntry, change: Change) -> None:
        self._context.journal.append(body, [change])
        self._context.events.publish(RequestsChanged((body.id,)))
