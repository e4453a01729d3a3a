"""The heartbeat: what it tells the centre about this counter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.ports.store import Store
from kiosk.upkeep import device_health
from protocol.catalogue.catalogue import Catalogue
from protocol.documents.settings import Settings
from protocol.errors import Refused
from protocol.journal.mirror_lag import Lag
from protocol.strict_json import dumps
from protocol.wire import wire
from protocol.wire.evidence_file import evidence_name
from sync.centre_client import Question


@dataclass(frozen=True, slots=True)
class RunningProgram:
    """What a heartbeat says beside store and documents: the version, the room on the disk, how late the mirror is."""

    version: str
    disk_free_mb: Callable[[], int]
    lag: Callable[[], Lag]


def heartbeat(store: Store, in_force: DocumentsInForce, program: RunningProgram, wall_ms: int) -> Question:
    """As docs/protocol.md has it: where the journal stands, what the centre has said to hold, what is unsent, what is
    in force (0: none yet).
    """
    tail, picture = store.journal.tail(), store.evidence.newest_held()
    said = {
        "v": 1,
        "app": program.version,
        "last_seq": tail.chain.seq,
        "acked": tail.hwm,
        "picture": picture and evidence_name(picture.epoch, picture.seq, picture.evidence.sha256),
        "unsent": tail.count - tail.acked_count,
        "unsent_pt": tail.sum_pt - tail.acked_sum_pt,
        "oldest_unsent_ms": tail.oldest_unsent_ms,
        "catalogue": _version(in_force.catalogue),
        "settings": _version(in_force.settings),
        "disk_free_mb": program.disk_free_mb(),
        "health": device_health.members(store, program.version, in_force.ring(), wall_ms, program.lag()),
    }
    return Question(
        wire.PATH_HEARTBEAT, {200: wire.DSSE}, content_type=wire.JSON, body=dumps(said), idempotency="hb-{nonce}"
    )


def _version(document: Callable[[], Catalogue | Settings]) -> int:
    try:
        return document().version
    except Refused:
        return 0
