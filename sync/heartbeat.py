"""What a heartbeat tells the centre about this kiosk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.ports.store import Store
from protocol.catalogue.catalogue import Catalogue
from protocol.documents.settings import Settings
from protocol.errors import Refused
from protocol.strict_json import dumps
from protocol.wire.evidence_file import evidence_name


def body(store: Store, in_force: DocumentsInForce, app: str, disk_free_mb: int, health: dict[str, Any]) -> bytes:
    """As docs/protocol.md has it: where the journal stands, what the centre has said to hold, what is unsent, what is
    in force (0: none yet).
    """
    tail, picture = store.journal.tail(), store.evidence.newest_held()
    return dumps({
        "v": 1,
        "app": app,
        "last_seq": tail.chain.seq,
        "acked": tail.hwm,
        "picture": picture and evidence_name(picture.epoch, picture.seq, picture.evidence.sha256),
        "unsent": tail.count - tail.acked_count,
        "unsent_pt": tail.sum_pt - tail.acked_sum_pt,
        "oldest_unsent_ms": tail.oldest_unsent_ms,
        "catalogue": _version(in_force.catalogue),
        "settings": _version(in_force.settings),
        "disk_free_mb": disk_free_mb,
        "health": health,
    })  # fmt: skip


def _version(document: Callable[[], Catalogue | Settings]) -> int:
    try:
        return document().version
    except Refused:
        return 0
