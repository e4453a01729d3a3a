"""A store that was put back from a backup: its epoch is over, a new one begins with the centre's word, and what is
missing is named by number.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kiosk.core.journal_writer import Writing
from kiosk.model.facts import EARLIER, record
from kiosk.model.store_changes import PutFact
from kiosk.ports.store import Store
from protocol.errors import Refused
from protocol.journal.entries import Restored
from protocol.wire.enrolment import read_statement


@dataclass(frozen=True, slots=True)
class RestoredStore:
    """Where the backup's journal stood (`epoch`, `seq`), and what this machine's keystore remembers: the `last` number
    of that epoch (0: unknown), the epoch `seen` (0: none), which may be later, and then the last number of that one.
    """

    epoch: int
    seq: int
    last: int
    seen: int = 0
    seen_last: int = 0


RESTORED: Final = record("restored", RestoredStore)
WRITTEN: Final = record("restored_noted", RestoredStore)
"""The one that the journal has said."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of an epoch that are not here: `held` are at the centre, `lost` nowhere but on paper; (0, 0) for none.

    `known` is whether the centre has been asked yet.
    """

    epoch: int
    held: tuple[int, int]
    lost: tuple[int, int]
    known: bool


def awaiting(store: Store) -> bool:
    """Whether the epoch in the store is one that a restore has ended: nothing is written to it ever again."""
    found = RESTORED.kept(store)
    return found is not None and store.enrolment() is not None and store.journal.tail().chain.epoch == found.epoch


def refuse_other(store: Store, device: str) -> None:
    """Raises Refused("enrolment_other_device") where what was put back here is another's than `device` (UUID)."""
    kept = store.enrolment()
    mine = None if kept is None or not awaiting(store) else read_statement(kept.statement)
    if mine is not None and mine.device_text != device:
        raise Refused("enrolment_other_device", till=mine.till)


def restore_entry(store: Store) -> tuple[list[Writing], list[PutFact]]:
    """What a new epoch says of the restore it follows, once."""
    found = RESTORED.kept(store)
    if found is None or WRITTEN.kept(store) == found or awaiting(store):
        return [], []
    return [Writing(Restored(epoch=found.epoch, seq=found.seq, last=found.last))], [WRITTEN.put(found)]


def gap(store: Store) -> Gap | None:
    """What the restore lacks; None where there was none, or nothing is missing for certain."""
    found = RESTORED.kept(store)
    if found is None:
        return None
    hwm = (EARLIER.kept(store) or {}).get(str(found.epoch))
    acked = store.journal.last_ack(found.epoch)
    centre = found.seq if hwm is None else max(hwm, acked[0].hwm if acked else 0)
    held = (found.seq + 1, centre) if centre > found.seq else (0, 0)
    first_lost = max(found.seq, centre) + 1
    lost = (first_lost, found.last) if found.last >= first_lost else (0, 0)
    known = hwm is not None
    return None if known and held == lost == (0, 0) else Gap(found.epoch, held, lost, known)


def gaps(store: Store) -> list[Gap]:
    """`gap`, and behind it every later epoch that there was before the restore, of which nothing is here."""
    own, found = gap(store), RESTORED.kept(store)
    return [one for one in (own, *([] if found is None else _later(store, found))) if one is not None]


def _later(store: Store, found: RestoredStore) -> Iterator[Gap]:
    """Named by what the centre holds of them, and by the one that this machine's keystore remembers."""
    earlier = {int(epoch): hwm for epoch, hwm in (EARLIER.kept(store) or {}).items()}
    here = store.journal.statements()
    for epoch in sorted({*earlier, found.seen}):
        if epoch <= found.epoch or epoch in here:
            continue
        hwm = earlier.get(epoch, 0)
        last = found.seen_last if epoch == found.seen else 0
        lost = (hwm + 1, last) if last > hwm else (0, 0)
        if hwm or last:
            yield Gap(epoch, (1, hwm) if hwm else (0, 0), lost, epoch in earlier)
