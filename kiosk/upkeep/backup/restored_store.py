"""A store that was put back from a backup: its epoch is over, a new one begins with the centre's word, and what is
missing is named by number.

Facts: `restored` is ``<epoch> <seq> <last> <seen> <seen last>``: where the backup's journal stood, the last number that
this machine's keystore remembers of that epoch (0: unknown), the epoch that it remembers (0: none), which may be later,
and then the last number that it remembers of that one.
`earlier` is what the lease says of earlier epochs, JSON {epoch: hwm}.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.core.journal_writer import Writing
from kiosk.model.store_changes import PutFact
from kiosk.ports.store import Store
from protocol.errors import Refused
from protocol.journal.entries import Restored
from protocol.wire.enrolment import read_statement

RESTORED: Final = "restored"
EARLIER: Final = "earlier"
NOTED: Final = "restored_noted"


@dataclass(frozen=True, slots=True)
class RestoredStore:
    epoch: int
    seq: int
    last: int
    seen: int = 0
    seen_last: int = 0

    def write(self) -> bytes:
        return f"{self.epoch} {self.seq} {self.last} {self.seen} {self.seen_last}".encode()


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of an epoch that are not here: `held` are at the centre, `lost` nowhere but on paper; (0, 0) for none.

    `known` is whether the centre has been asked yet.
    """

    epoch: int
    held: tuple[int, int]
    lost: tuple[int, int]
    known: bool


def read(value: bytes | None) -> RestoredStore | None:
    return None if not value else RestoredStore(*map(int, value.split()))


def awaiting(store: Store) -> bool:
    """Whether the epoch in the store is one that a restore has ended: nothing is written to it ever again."""
    found = read(store.fact(RESTORED))
    return found is not None and store.enrolment() is not None and store.journal.tail().chain.epoch == found.epoch


def refuse_other(store: Store, device: str) -> None:
    """Raises Refused("enrolment_other_device") where what was put back here is another's than `device` (UUID)."""
    kept = store.enrolment()
    mine = None if kept is None or not awaiting(store) else read_statement(kept.statement).device_text
    if mine not in (None, device):
        raise Refused("enrolment_other_device", device=mine[:8])


def note(store: Store) -> tuple[list[Writing], list[PutFact]]:
    """What a new epoch says of the restore it follows, once."""
    value = store.fact(RESTORED)
    found = read(value)
    if found is None or value is None or store.fact(NOTED) == value or awaiting(store):
        return [], []
    return [Writing(Restored(epoch=found.epoch, seq=found.seq, last=found.last))], [PutFact(NOTED, value)]


def gap(store: Store) -> Gap | None:
    """What the restore lacks; None where there was none, or nothing is missing for certain."""
    found = read(store.fact(RESTORED))
    if found is None:
        return None
    hwm = json.loads(store.fact(EARLIER) or b"{}").get(str(found.epoch))
    acked = store.journal.last_ack(found.epoch)
    centre = found.seq if hwm is None else max(hwm, acked[0].hwm if acked else 0)
    held = (found.seq + 1, centre) if centre > found.seq else (0, 0)
    first_lost = max(found.seq, centre) + 1
    lost = (first_lost, found.last) if found.last >= first_lost else (0, 0)
    known = hwm is not None
    return None if known and held == lost == (0, 0) else Gap(found.epoch, held, lost, known)


def gaps(store: Store) -> list[Gap]:
    """`gap`, and behind it every later epoch that there was before the restore, of which nothing is here."""
    own, found = gap(store), read(store.fact(RESTORED))
    return [one for one in (own, *([] if found is None else _later(store, found))) if one is not None]


def _later(store: Store, found: RestoredStore) -> Iterator[Gap]:
    """Named by what the centre holds of them, and by the one that this machine's keystore remembers."""
    earlier = {int(epoch): hwm for epoch, hwm in json.loads(store.fact(EARLIER) or b"{}").items()}
    here = store.journal.statements()
    for epoch in sorted({*earlier, found.seen}):
        if epoch <= found.epoch or epoch in here:
            continue
        hwm = earlier.get(epoch, 0)
        last = found.seen_last if epoch == found.seen else 0
        lost = (hwm + 1, last) if last > hwm else (0, 0)
        if hwm or last:
            yield Gap(epoch, (1, hwm) if hwm else (0, 0), lost, epoch in earlier)
