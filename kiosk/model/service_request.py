"""What the counter takes, stores and shows: sales, requests, print jobs, drafts. Frozen; they cross threads.

Three facts about a request never share a place: its *transport* (sent: seq <= high-water mark), the centre's
*status* (a `Decision`), and what its paper did (the state of its `PrintJob`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Literal

from kiosk.model.citizen_receipt import Receipt, ReceiptLine
from kiosk.model.paper_sheet import Content
from protocol.journal.business_day import DayKey
from protocol.journal.money_entries import EvidenceItem, PaidBill
from protocol.texts import Bilingual

if TYPE_CHECKING:
    from protocol.catalogue.forms import Checked, Values


@dataclass(frozen=True, slots=True)
class AuthorityBill:
    """What a live inquiry answered, signed by the centre. `reference` names it when it is paid.

    `lifetime_ms` is how long it could still be paid when it came, by the centre's clock; None: that was not said.
    """

    reference: str
    amount_pt: int
    expiry_ms: int
    lines: tuple[ReceiptLine, ...]
    found: bool = True
    lifetime_ms: int | None = None

    def paid(self) -> PaidBill:
        """As the entry says it that pays it."""
        return PaidBill(self.reference, self.amount_pt, self.expiry_ms)


@dataclass(frozen=True, slots=True)
class Sale:
    """One confirmed press: what the operator typed and took, under the id made when the form opened.

    `id` and `visit` are UUIDv7 texts; `form` the answers as the review showed them, judged then; money in piastres.
    `overrides` names the soft warnings the operator has accepted (``check_digit``). `catalogue` holds the form, where
    that is not the one in force; `due_pt` is the total the screen showed, which must still be the total.

    A citizen's visit is one or several of these with the same `visit`; `tendered_pt` stands on the first, for all.
    What is not paid in cash (`method`: card or wallet) has
    the `reference` of its payment, and nothing comes back; all of a visit is paid one way. `corrects` is the id of a
    request that came back, which this one is to replace.
    """

    id: str
    visit: str
    form: Checked
    tendered_pt: int
    consent_version: str | None = None
    overrides: tuple[str, ...] = ()
    bill: PaidBill | None = None
    catalogue: int | None = None
    due_pt: int | None = None
    evidence: tuple[EvidenceItem, ...] = ()
    method: str = "cash"
    reference: str = ""
    corrects: str = ""

    @property
    def values(self) -> Values:
        """The answers as they are stored."""
        return self.form.values


@dataclass(frozen=True, slots=True)
class Decision:
    """The centre's decision on a request; `status` is one of STATUSES, or UNKNOWN."""

    epoch: int
    seq: int
    status: str
    code: str
    reason_ar: str
    reason_en: str
    at_ms: int

    @property
    def reason(self) -> Bilingual:
        return Bilingual(self.reason_ar, self.reason_en)


class PrintState(Enum):
    """The states of a print job. *Printed* needs a good status from the printer."""

    WAITING = "waiting"
    SENDING = "sending"
    PRINTED = "printed"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    CANCELLED = "cancelled"


WAITED_FOR: Final = (PrintState.WAITING, PrintState.SENDING)
"""Still on its way, however long it has been."""


@dataclass(frozen=True, slots=True)
class PrintJob:
    """One paper to come: copy 0 is the first, n ≥ 1 the n-th copy. `id` is a UUIDv7 text.

    `seq` is the journal entry it proves, 0 for a paper that proves none: a look at the till, a guidance sheet.
    """

    id: str
    epoch: int
    seq: int
    copy: int
    content: Content
    state: PrintState
    created_ms: int

    @property
    def receipt(self) -> Receipt:
        """The content of a sale's paper, which is always a receipt."""
        assert isinstance(self.content, Receipt)  # noqa: S101 - a programming error, not input
        return self.content


@dataclass(frozen=True, slots=True)
class Request:
    """A stored request as lists and details show it. `sent` is derived; `paper`, `decision`, `reversed` are joined in.

    `service_pt` is what of the total is the shop's own fee, `vat_pt` what of that is VAT; `commission_pt` is in no
    total: the authority owes it to the shop. What is not paid in cash (`method`) has a `reference`. `seen`: a rejection
    was dealt with; `told`: the citizen knows the decision; what was made for him is `ready` where it is collected, or
    `arrived` here and was `handed` over.
    `elsewhere`: another till of the shop, the number `elsewhere_by`, is about to pay it back or has done so.
    `date` and `day_number` are those of the day it was sold in.
    """

    id: str
    epoch: int
    seq: int
    visit: str
    line: int
    lines: int
    service_id: str
    service_version: int
    catalogue: int
    date: str
    created_ms: int
    operator: str
    total_pt: int
    tendered_pt: int
    code: str
    entry_hash: bytes
    name: str
    national_id: str
    mobile: str
    sent: bool = False
    decision: Decision | None = None
    paper: PrintState | None = None
    copies: int = 0
    service_pt: int = 0
    vat_pt: int = 0
    commission_pt: int = 0
    method: str = "cash"
    reference: str = ""
    reversed: Literal["", "void", "refund"] = ""
    seen: bool = False
    told: bool = False
    ready_ms: int = 0
    arrived_ms: int | None = None
    handed_ms: int | None = None
    handed_to: str = ""
    elsewhere: Literal["", "held", "refunded"] = ""
    elsewhere_by: int = 0
    day_number: int = 1


@dataclass(frozen=True, slots=True)
class Draft:
    """A half-typed form; it belongs to its operator and keeps the form version it began with.

    `catalogue` is the version of the catalogue that holds that form, 0 for that in force. `visit` is the id of the
    first form of the same citizen's visit, "" for that form itself; `corrects` the id of the request that came back and
    is typed again here.
    """

    id: str
    operator: str
    service_id: str
    service_version: int
    raw: dict[str, Any]
    updated_ms: int
    catalogue: int = 0
    visit: str = ""
    corrects: str = ""

    @property
    def visit_id(self) -> str:
        return self.visit or self.id


State = Literal[
    "", "came_back", "unsent", "waiting", "approved", "rejected", "sent_back", "tell", "unclaimed", "void", "refund"
]  # fmt: skip
"""What a list can be narrowed to. `came_back`: rejected or sent back, and nobody has dealt with it; `waiting`: the
centre has it and has not decided; `tell`: decided, and the citizen does not know; `unclaimed`: arrived at the shop, and
nobody has come for it.
"""


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for. All given parts must match; `text` is one box that takes receipt, ID, mobile or name.

    `day_number` is which opening of `date`, 0 for all of them.
    """

    text: str = ""
    date: str | None = None
    operator: str = ""
    service: str = ""
    state: State = ""
    unsent_only: bool = False
    limit: int = 50
    day_number: int = 0


TRAY: Final = Query(state="came_back")
"""The newest of them."""


@dataclass(frozen=True, slots=True)
class Day:
    """A counter session: opened with cash, closed once. `closed_ms` is None while it is open; `number`: see `DayKey`.

    `grand_total_pt` is the perpetual sum of all fees this till has taken, up to and with the closed day; voids and
    refunds never lower it.
    """

    date: str
    operator: str
    opening_pt: int
    opened_ms: int
    opened_seq: int
    closed_ms: int | None = None
    closed_seq: int = 0
    expected_pt: int = 0
    counted_pt: int = 0
    grand_total_pt: int = 0
    number: int = 1

    @property
    def key(self) -> DayKey:
        return DayKey(self.date, self.number)


MovementKind = Literal["cash_in", "cash_out", "deposit", "void", "refund"]


@dataclass(frozen=True, slots=True)
class Movement:
    """Money that moved at the till without a sale; its row stands beside its journal entry.

    `amount_pt` is positive, `kind` says which way; `cash` whether the drawer has it. `of_seq` (of `of_epoch`) is the
    request that a void or a refund reverses, else 0; `of_device` is the till that sold it, "" for this one. `party` is
    who got or brought a deposit.
    """

    kind: MovementKind
    epoch: int
    seq: int
    date: str
    at_ms: int
    operator: str
    amount_pt: int
    reason: str
    cash: bool = True
    approver: str = ""
    party: str = ""
    reference: str = ""
    of_epoch: int = 0
    of_seq: int = 0
    of_device: str = ""
    day_number: int = 1


@dataclass(frozen=True, slots=True)
class DayTotals:
    """Sums over the requests of one opening, straight from their rows: the lines behind them are one search away."""

    count: int
    taken_pt: int
    unsent: int
