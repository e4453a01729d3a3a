"""Requests whose key is not believed: counted by why, and by device where its name is known here.

Counted in memory and kept once a minute: a stranger's question costs no write. Nothing of who asked is kept, no address
and no name that we do not know, so that there are as many rows as kinds of refusal and devices, however much is asked.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Final

from central.store.interface import Session, Store
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


@dataclass(frozen=True, slots=True)
class RejectedCount:
    """Of one kind and device: how many ever, how many of late, and when those began and ended."""

    why: str
    device: bytes
    total: int
    recent: int
    first_ms: int
    last_ms: int


class RejectedAuth:
    """Told by any thread."""

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
                (*key, count, count, first_ms, last_ms) for key, (count, first_ms, last_ms) in sorted(counts.items())
            ]
            with store.writing() as session:
                session.many(_ADD, rows)
            with self._lock:
                for key, (count, *_) in counts.items():
                    by_now, _, last_ms = self._counts.pop(key)
                    if by_now > count:
                        self._counts[key] = by_now - count, last_ms, last_ms


_ADD: Final = f"""INSERT INTO rejected_auth (why, device, total, recent, first_ms, last_ms) VALUES (?, ?, ?, ?, ?, ?)
    ON CONFLICT (why, device) DO UPDATE SET total = rejected_auth.total + excluded.total,
    recent = excluded.recent + CASE WHEN rejected_auth.last_ms > excluded.first_ms - {QUIET_MS}
        THEN rejected_auth.recent ELSE 0 END,
    first_ms = CASE WHEN rejected_auth.last_ms > excluded.first_ms - {QUIET_MS}
        THEN rejected_auth.first_ms ELSE excluded.first_ms END,
    last_ms = excluded.last_ms"""  # noqa: S608 - a number of ours


def totals(session: Session) -> dict[str, int]:
    """How many there ever were of each kind."""
    found: dict[str, int] = dict(session.all("SELECT why, sum(total) FROM rejected_auth GROUP BY why"))
    return {why: int(found.get(why, 0)) for why in WHYS}


def lately(session: Session, now_ms: int) -> list[RejectedCount]:
    """Those of known devices in the last day."""
    rows = session.all(
        "SELECT why, device, total, recent, first_ms, last_ms FROM rejected_auth WHERE last_ms > ? AND device <> ?"
        " ORDER BY device, why",
        now_ms - QUIET_MS, NOBODY,
    )  # fmt: skip
    return [RejectedCount(why, bytes(device), *numbers) for why, device, *numbers in rows]
