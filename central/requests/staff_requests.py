"""What a counter asks the centre for: to look at a request again, or to erase what it holds of its citizen.

Neither does anything by itself: it is written down for the staff, who decide (`request decide`, `request erase`).
"""

from __future__ import annotations

import json
import uuid
from typing import Any, Final

from central import audit
from central.store.interface import Session
from protocol.journal.entries import ErasureAsked, FollowUpEntry
from protocol.journal.entry_body import Body, Unknown

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
            audit.append(session, now_ms, str(uuid.UUID(bytes=device)), act, request, why=why)


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
