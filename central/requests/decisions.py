"""The centre's word on a request: kept in order, and put into the feed of the device that took it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from central.documents import feed
from central.store.interface import Session
from protocol.texts import say
from protocol.wire.feed_items import OutcomeItem


@dataclass(frozen=True, slots=True)
class Decision:
    """One request and what became of it; `code` is for programs, the reasons are for people."""

    seq: int
    id: str
    status: str
    code: str
    reason_ar: str
    reason_en: str


def reasons(code: str) -> tuple[str, str]:
    """What people are told of a code of the centre's own."""
    return say("ar", f"central.outcome.{code}"), say("en", f"central.outcome.{code}")


def publish(session: Session, device: bytes, epoch: int, rulings: Sequence[Decision], at_ms: int, staff: str) -> None:
    """Keep `rulings` and tell the device; the rows of `request` are the caller's."""
    if not rulings:
        return
    session.many(
        """INSERT INTO outcome (device, epoch, seq, status, code, reason_ar, reason_en, at_ms, staff)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)""",
        [(device, epoch, r.seq, r.status, r.code, r.reason_ar, r.reason_en, at_ms, staff) for r in rulings],
    )
    marks = ", ".join("?" * len(rulings))
    hashes: dict[int, bytes] = dict(
        session.all(
            f"SELECT seq, hash FROM entry WHERE device = ? AND epoch = ? AND seq IN ({marks})",  # noqa: S608 - question marks
            device, epoch, *(r.seq for r in rulings),
        )
    )  # fmt: skip
    items = [
        OutcomeItem(
            epoch, r.seq, bytes(hashes[r.seq]), r.id, r.status, at_ms, r.code, {"ar": r.reason_ar, "en": r.reason_en}
        )
        for r in rulings
    ]
    feed.put(session, device, *items)
