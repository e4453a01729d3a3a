"""What a counter asks the centre for: to look at a request again, or to erase what it holds of its citizen; also of one
from whom nothing could be taken (type 19), which is no request, but a frame that may name him and a paper's number.

Neither does anything by itself: it is written down for the staff, who decide (`request decide`, `request erase`).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from central import audit
from central.devices import registry
from central.store.interface import Session
from central.store.kept_entries import Key
from protocol.journal import bodies
from protocol.journal.entries import AdviceEntry, ErasureAsked, FollowUpEntry
from protocol.journal.entry_body import Body, Unknown
from protocol.journal.kj01 import EntryType, Header

ACTS: Final = ("request.escalated", "erasure.asked")
MOST: Final = 1_000
StaffRequest = tuple[str, int, int, str, str]
"""What for, the epoch, entry and id of the request, and why."""


def requests_of(body: Body | Unknown) -> list[StaffRequest]:
    """What an entry asks the staff for; what is not whole is passed over."""
    match body:
        case FollowUpEntry(kind="escalated") if not body.bad & {"epoch", "seq", "id"}:
            return [("request.escalated", body.epoch, body.seq, body.id, body.why[:20].replace("\0", ""))]
        case ErasureAsked():
            wished = [("erasure.asked", one.epoch, one.seq, one.id, "") for one in body.requests[:MOST]]
            return list(dict.fromkeys(wished))
    return []


def append_requests(session: Session, device: bytes, asked: list[StaffRequest], now_ms: int) -> None:
    """Write down those that name a request of this device."""
    for act, epoch, seq, request, why in asked:
        known = session.one(
            "SELECT 1 FROM request WHERE device = ? AND epoch = ? AND seq = ? AND id = ?", device, epoch, seq, request
        )
        if known is not None:
            audit.append(session, now_ms, registry.name_of(device), act, request, why=why)


def listed(session: Session, limit: int) -> list[dict[str, Any]]:
    """The newest first."""
    rows = session.all(
        "SELECT at_ms, staff, act, subject, detail FROM audit WHERE act IN (?, ?) ORDER BY at_ms DESC, subject LIMIT ?",
        *ACTS, limit,
    )  # fmt: skip
    return [
        {"at_ms": at_ms, "device": device, "act": act, "request": request, "why": json.loads(detail)["why"]}
        for at_ms, device, act, request, detail in rows
    ]


RefusedPaper = tuple[int, int]
"""Epoch and number of an entry that a citizen wants erased."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An entry of type 19, by the number on its paper; `service` and `catalogue` are those of its body."""

    device: bytes
    epoch: int
    seq: int
    received_ms: int
    service: str
    catalogue: int

    @property
    def key(self) -> Key:
        return self.device, self.epoch, self.seq

    @property
    def number(self) -> str:
        return f"{self.device.hex()[:8]}-{self.seq}"


def find_refusal(session: Session, text: str) -> Refusal | None:
    """The one with the number `text`, ``<first digits of the device>-<seq>``, of its newest epoch, if there is one.

    Raises Refused ``which_device``.
    """
    named = registry.numbered(session, text)
    found = [] if named is None else _refusals_at(session, *named)
    return found[0] if found else None


def _refusals_at(session: Session, device: bytes, seq: int) -> list[Refusal]:
    rows = session.all(
        "SELECT epoch, header, received_ms, body FROM entry WHERE device = ? AND seq = ? ORDER BY epoch DESC",
        device, seq,
    )  # fmt: skip
    refusals = [
        (epoch, received_ms, AdviceEntry.read(bodies.read(body)))
        for epoch, header, received_ms, body in rows
        if Header.unpack(header).entry_type == EntryType.REFUSAL
    ]
    return [Refusal(device, epoch, seq, at_ms, said.service, said.catalogue) for epoch, at_ms, said in refusals]


def papers_asked(body: Body | Unknown) -> list[RefusedPaper]:
    """What a counter's entry says that a citizen wants erased beside his requests; what is not whole is passed over."""
    papers = body.papers if isinstance(body, ErasureAsked) else ()
    return list(dict.fromkeys((one.epoch, one.seq) for one in papers[:MOST]))


def append_papers(session: Session, device: bytes, asked: list[RefusedPaper], now_ms: int) -> None:
    """Write down for the staff those that are refusals of this device, under their paper's number."""
    for epoch, seq in asked:
        for one in _refusals_at(session, device, seq):
            if one.epoch == epoch:
                audit.append(session, now_ms, registry.name_of(device), "erasure.asked", one.number, why="")
