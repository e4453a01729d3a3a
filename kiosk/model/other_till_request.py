"""A request that another till of the shop has sold, as the centre shows it: masked, looked at, never kept here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.service_request import Query
from protocol import members
from protocol.documents.trust import Forged
from protocol.errors import Refused, malformed_as
from protocol.journal.entry_body import Piastres
from protocol.members import Called, Codec
from protocol.strict_json import count
from protocol.texts import Bilingual
from protocol.values.finding import held_out
from protocol.values.money import MAX_PT
from protocol.values.receipt_number import MOST_TILLS, receipt_number
from protocol.wire.statuses import CAME_BACK, STATUSES, UNKNOWN

STATES: Final = ("", "waiting", "approved", "rejected", "sent_back", "void", "refund")
"""States of `Query` that the centre knows of another till's requests."""
REASONS: Final = frozenset(
    {"refund_unknown", "refund_voided", "refund_undue", "refund_done", "refund_held", "void_decided"}
)


_Name = Annotated[str, Called("citizen"), Codec(lambda citizen: str(citizen["name"]))]
_IdEnd = Annotated[str, Called("citizen"), Codec(lambda citizen: str(citizen["id_end"]))]
_Status = Annotated[str, Codec(lambda status: status if status in STATUSES else UNKNOWN)]


@dataclass(frozen=True, slots=True)
class OtherTillRequest:
    """A request of another till. Times are 0 for what has not happened; `name` and `id_end` are masked by the centre.

    `till`, `refunded_by` and `held_by` are numbers of tills, 0 for none. `operator` is an id. `heard_ms`: when its till
    was heard of last, with `unsent` money entries still to send then.
    `paid_here_ms`: when this till has paid it back, whether or not the centre has heard of it.
    """

    device: str
    till: int
    epoch: int
    seq: int
    id: str
    entry_hash: str
    service: Bilingual
    date: str
    at_ms: int
    operator: Annotated[str, Called("op")]
    method: str
    name: _Name
    id_end: _IdEnd
    total_pt: Piastres
    lines: tuple[ReceiptLine, ...]
    status: _Status
    reason: Bilingual
    decided_ms: int
    voided_ms: int
    refunded_ms: int
    refunded_by: int
    held_by: int
    told_ms: int
    arrived_ms: int
    handed_ms: int
    heard_ms: int
    unsent: int
    paid_here_ms: int = 0

    @property
    def number(self) -> str:
        """As it stands on the receipt."""
        return receipt_number(self.till, self.epoch, self.seq)

    @property
    def refundable(self) -> bool:
        """As far as can be seen from here: the centre decides when it is asked."""
        reversed_ = self.voided_ms or self.refunded_ms or self.paid_here_ms
        return self.status in CAME_BACK and not reversed_

    @property
    def state(self) -> str:
        """One word for a list, of those that the till's own list uses."""
        if self.voided_ms:
            return "void"
        if self.refunded_ms or self.paid_here_ms:
            return "refund"
        if self.arrived_ms:
            return "handed" if self.handed_ms else "unclaimed"
        return "sent" if self.status == "pending" else self.status


@dataclass(frozen=True, slots=True)
class RefundHold:
    """The centre lets this till pay a request back, and nobody else; `name` is what gives it back. "" for none."""

    name: str
    total_pt: int


def wanted(query: Query) -> dict[str, str]:
    """What of a question the centre can be asked. Raises Refused: shop_words, shop_filter."""
    if query.state not in STATES or query.operator:
        raise Refused("shop_filter")
    given = {"date": query.date or "", "service": query.service, "state": query.state}
    return {**held_out(query.text), **{name: value for name, value in given.items() if value}}


def read_found(said: Mapping[str, Any]) -> tuple[list[OtherTillRequest], bool]:
    """A verified answer: the requests, and whether there are more. Raises Forged."""
    with malformed_as(Forged("not what was found")):
        return [_found(one) for one in said["found"]], said["more"] is True


def _found(one: Mapping[str, Any]) -> OtherTillRequest:
    found = members.read(OtherTillRequest, one)
    if sum(line.amount_pt for line in found.lines) == found.total_pt:
        return found
    return replace(found, lines=(ReceiptLine(found.service, found.total_pt),))  # the paper of a refund must add up


def read_hold(said: Mapping[str, Any], asked: Mapping[str, Any]) -> RefundHold:
    """A verified answer about the request that was `asked` about. Raises Forged; Refused ``refund_…``."""
    with malformed_as(Forged("not a hold")):
        of, state, why = said["of"], said["state"], said["why"]
        if any(of[name] != asked[name] for name in ("device", "epoch", "seq", "id")):
            raise Forged("other request")
        if state == "refused" and why in REASONS:
            raise Refused(why, by=count(said["by"], MOST_TILLS))
        if state != ("free" if asked["act"] == "release" else "held"):
            raise Forged("no answer")
        return RefundHold(str(said["hold"]), count(said["total_pt"], MAX_PT))
