"""Requests whose key is not believed: counted by why, and by device where its name is known here.

Counted in memory and kept once a minute: a stranger's question costs no write. Nothing of who asked is kept, no address
and no name that we do not know, so that there are as many rows as kinds of refusal and devices, however much is asked.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import Final

from sqlalchemy import case
from sqlmodel import col, select

from central.store import model_base, request_models
from central.store.interface import Session, Store, insert
from protocol.clock import DAY_MS

UNREADABLE: Final = "unreadable"
"""No signature, or none that can be read."""
UNKNOWN: Final = "unknown"
"""A device or an epoch that is not known here."""
SIGNATURE: Final = "signature"
"""Not by the key of the device it names."""
CLOCK: Final = "clock"
REPEATED: Final = "repeated"
"""A request that was answered before: whoever heard it has it, and needs no key."""
STATES: Final = ("suspended", "frozen", "superseded", "erased")
"""The right key, shut out."""
WHYS: Final = (UNREADABLE, UNKNOWN, SIGNATURE, CLOCK, REPEATED, *STATES)
NOBODY: Final = b""
QUIET_MS: Final = DAY_MS
"""After a day without one the next begins a new row of events."""


class RejectedAuth:
    """Counts the requests that were not believed. Any thread may add to it."""

    def __init__(self) -> None:
        self._lock, self._writing = threading.Lock(), threading.Lock()
        self._counts: dict[tuple[str, bytes], tuple[int, int, int]] = {}

    def count(self, why: str, device: bytes, now_ms: int) -> None:
        with self._lock:
            count, first_ms, _ = self._counts.get((why, device), (0, now_ms, 0))
            self._counts[why, device] = count + 1, first_ms, now_ms

    def keep(self, store: Store) -> None:
        """Write down what was counted since. What cannot be written is counted on. Raises what the store raises."""
        with self._writing:
            with self._lock:
                counts = dict(self._counts)
            if not counts:
                return
            rows = [
                {"why": why, "device": device, "total": count, "recent": count, "first_ms": first, "last_ms": last}
                for (why, device), (count, first, last) in sorted(counts.items())
            ]
            with store.writing() as session:
                session.many(_ADD, rows)
            with self._lock:
                for key, (count, *_) in counts.items():
                    by_now, _, last_ms = self._counts.pop(key)
                    if by_now > count:
                        self._counts[key] = by_now - count, last_ms, last_ms


_NEW: Final = insert(request_models.RejectedAuth)
_COME: Final = _NEW.excluded
_GOES_ON: Final = col(request_models.RejectedAuth.last_ms) > _COME.first_ms - QUIET_MS
_ADD: Final = _NEW.on_conflict_do_update(
    index_elements=model_base.table(request_models.RejectedAuth).primary_key.columns,
    set_={
        "total": col(request_models.RejectedAuth.total) + _COME.total,
        "recent": _COME.recent + case((_GOES_ON, col(request_models.RejectedAuth.recent)), else_=0),
        "first_ms": case((_GOES_ON, col(request_models.RejectedAuth.first_ms)), else_=_COME.first_ms),
        "last_ms": _COME.last_ms,
    },
)


def totals(session: Session) -> dict[str, int]:
    """How many there ever were of each kind."""
    found = Counter(dict.fromkeys(WHYS, 0))
    for row in session.under(request_models.RejectedAuth):
        found[row.why] += row.total
    return {why: found[why] for why in WHYS}


def lately(session: Session, now_ms: int) -> list[request_models.RejectedAuth]:
    """Those of known devices in the last day."""
    row = request_models.RejectedAuth
    wanted = select(row).where(row.last_ms > now_ms - QUIET_MS, row.device != NOBODY)
    return session.all(wanted.order_by(col(row.device), col(row.why)))
