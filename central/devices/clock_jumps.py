"""Where counters' clocks jumped (type 6): two in a day, and a battery or a person wants looking after."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from central.store.interface import Row, Session
from protocol.journal.kj01 import EntryType

_KIND: Final = slice(4, 6)
"""Where a header says its type."""


def append_jumps(session: Session, device: bytes, epoch: int, entries: Iterable[Row]) -> None:
    """Of entries (seq, header, body, received_ms) that are being projected."""
    kind = int(EntryType.CLOCK_JUMP).to_bytes(2, "big")
    rows = [(device, epoch, seq, at_ms) for seq, header, _, at_ms in entries if bytes(header[_KIND]) == kind]
    if rows:
        session.many("INSERT INTO clock_jump (device, epoch, seq, at_ms) VALUES (?, ?, ?, ?)", rows)
