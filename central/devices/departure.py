"""The last word of a counter that leaves its shop: it moves, or it is retired and will never be heard again."""

from __future__ import annotations

from central.store.interface import Session
from protocol import strict_json
from protocol.journal.kj01 import AFTER_LEAVING, EntryType, Header


def of(session: Session, device: bytes, epoch: int) -> str:
    """``move`` or ``retire`` where that is the last thing this journal says, else nothing."""
    rows = session.all(
        "SELECT header, body FROM entry WHERE device = ? AND epoch = ? ORDER BY seq DESC LIMIT 50", device, epoch
    )
    for header, body in rows:
        entry_type = Header.unpack(header).entry_type
        if entry_type not in AFTER_LEAVING:
            return str(strict_json.loads_object(body).get("kind")) if entry_type == EntryType.LEAVING else ""
    return ""
