"""Bodies of entries with money in them, or behind it: requests, what goes back, the day (docs/protocol.md, Entries)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Body, Id, Inline, Name, Piastres
from protocol.journal.people import Agreement, Author, Personal
from protocol.members import Signed


@dataclass(frozen=True, slots=True)
class FeeRow:
    """One line of a request's price, in piastres."""

    code: str
    kind: str
    unit_pt: Piastres
    count: int
    amount_pt: Piastres


@dataclass(frozen=True, slots=True)
class EvidenceItem:
    """Evidence of a request: only looked at (`id` alone), or captured."""

    id: str
    sha256: str | None = None
    len: int | None = None
    media: str | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """Which version of the consent the citizen gave."""

    version: str


@dataclass(frozen=True, slots=True)
class PaidBill:
    """What an authority answered, that the request pays."""

    reference: Id
    amount_pt: Piastres
    expiry_ms: int = 0


@dataclass(frozen=True, slots=True)
class Notes:
    """How many of one face were counted."""

    face_pt: int
    count: int


class RequestEntry(Body, of=EntryType.REQUEST):
    """One service for one citizen, paid for."""

    author: Inline[Author]
    id: Id
    visit: Id
    line: int
    lines: int
    service: Id
    service_version: int
    catalogue: int
    day: Inline[DayKey]
    fees: tuple[FeeRow, ...]
    vat_pt: Piastres
    total_pt: Piastres
    method: Name
    tendered_pt: int
    change_pt: int
    evidence: tuple[EvidenceItem, ...]
    choices: Mapping[str, Any]
    form_catalogue: int | None = None
    consent: Consent | None = None
    overrides: tuple[str, ...] = ()
    bill: PaidBill | None = None
    reference: str = ""
    commission_pt: Piastres = 0
    paper: str = ""
    personal: Personal | None = None


class CorrectionEntry(Body, of=EntryType.CORRECTION):
    """A request that came back is done again. `by` is the new form; the rest names the request that it replaces."""

    author: Inline[Author]
    kind: Literal["correction"] = "correction"
    by: Name
    epoch: int
    seq: int
    id: Name


class VoidEntry(Body, of=EntryType.VOID):
    """A request is undone on its own day, and the money goes back."""

    author: Inline[Author]
    agreement: Inline[Agreement]
    id: Name
    seq: int
    total_pt: Piastres
    method: Name
    day: Inline[DayKey]
    reason: str
    paper: str = ""


class RefundEntry(Body, of=EntryType.REFUND):
    """A request that came back is paid back, or its fee goes on to another one (`by`). `device` and `hold` are set
    where another till of the shop sold it.
    """

    author: Inline[Author]
    id: Name
    device: Name = ""
    epoch: int
    seq: int
    total_pt: Piastres
    method: Name
    day: Inline[DayKey]
    reason: str
    by: Name = ""
    hold: str = ""


class DayOpening(Body, of=EntryType.DAY_OPEN):
    """A money day begins with counted cash."""

    author: Inline[Author]
    day: Inline[DayKey]
    opening_pt: Piastres


class CashEntry(Body, of=EntryType.CASH):
    """Cash goes into the drawer or out of it."""

    author: Inline[Author]
    kind: Literal["in", "out", "deposit"]
    day: Inline[DayKey]
    amount_pt: Piastres
    reason: str = ""
    to: str = ""
    reference: str = ""
    notes: tuple[Notes, ...] = ()


@dataclass(frozen=True, slots=True)
class DaySums:
    """What the entries of a day come to; the centre adds up the same."""

    opening_pt: int
    count: int
    sum_pt: int
    government_pt: int
    service_pt: int
    vat_pt: int
    cash_pt: int
    noncash_pt: int
    commission_pt: int
    cash_in_pt: int
    cash_out_pt: int
    deposit_pt: int
    void_pt: int
    refund_pt: int
    voids: int
    refunds: int
    grand_total_pt: int
    expected_pt: Signed


class DayClosing(Body, of=EntryType.DAY_CLOSE):
    """A money day ends: counted, expected, the difference."""

    author: Inline[Author]
    day: Inline[DayKey]
    sums: Inline[DaySums]
    counted_pt: int
    notes: tuple[Notes, ...] = ()
    difference_pt: Signed
    reason: str = ""
    recounts: int = 0
    agreement: Inline[Agreement]
    pending: bool = False
