"""Leaving a shop for good: moving the counter to another one, or retiring it.

It is refused while anything is left behind, and each such thing is named. An entry of type 21 then says that nothing
is, signed like every other. The store may be put aside or destroyed once the centre has acknowledged that entry, with
nothing but documents and erasures behind it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from kiosk.cash import day_close
from kiosk.core.journal_writer import JournalWriter
from kiosk.model.facts import QUARANTINE, EpochFact
from kiosk.ports.store import Store
from protocol.journal.entries import AFTER_LEAVING, Leaving

LEAVING: Final = EpochFact("leaving")
"""``<seq> <kind>``."""
Kind = Literal["move", "retire"]
_MOST: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class DepartureObstacle:
    """A reason why the counter may not leave yet. Its text is ``leaving.<code>``, with `n` of them."""

    code: Literal["unsent", "day", "difference", "refused", "stopped", "pictures", "rest"]
    n: int


def obstacles(store: Store, *, ignore_leaving: bool = False) -> list[DepartureObstacle]:
    """What is still to be done here, the first thing first; empty: the counter may go.

    With `ignore_leaving` the entry of type 21 is no obstacle, nor are those behind it: whoever sends it once more is
    not refused for it.
    """
    tail = store.journal.tail()
    word = said(store) if ignore_leaving else None
    end = tail.chain.seq if word is None else word[1] - 1
    found = [
        DepartureObstacle("stopped", int(QUARANTINE.kept(store, tail.chain.epoch) is not None)),
        DepartureObstacle("day", int(store.days.open_day() is not None)),
        DepartureObstacle("difference", len(day_close.unsettled(store))),
        DepartureObstacle("refused", store.requests.rejected_count()),
        DepartureObstacle("unsent", end - tail.hwm),
        DepartureObstacle("rest", sum(left.last_seq - left.hwm for left in store.journal.left_behind())),
        DepartureObstacle("pictures", len(store.evidence.in_state("", 1000))),
    ]
    return [one for one in found if one.n > 0]


def said(store: Store) -> tuple[Kind, int] | None:
    """How this counter has said that it leaves, and in which entry; None where work has gone on since."""
    chain = store.journal.tail().chain
    rest = LEAVING.kept(store, chain.epoch)
    if rest is None:
        return None
    seq, _, kind = rest.partition(" ")
    behind = store.journal.unsent(int(seq), int(chain.seq - int(seq)), _MOST) if chain.seq > int(seq) else []
    if any(item.record.fields.entry_type not in AFTER_LEAVING for item in behind):
        return None
    return ("move" if kind == "move" else "retire"), int(seq)


def acknowledged(store: Store, kind: Kind) -> bool:
    """Whether the centre has it on record that this counter leaves so, and with nothing unsent."""
    found = said(store)
    return found is not None and found[0] == kind and store.journal.tail().hwm >= found[1]


def say(store: Store, journal: JournalWriter, kind: Kind) -> int:
    """Write the entry of type 21, once; its number. The caller has looked at `obstacles`."""
    with journal.turn():
        found = said(store)
        if found is not None and found[0] == kind:
            return found[1]
        at, epoch = store.journal.tail().hwm, store.journal.tail().chain.epoch
        record = journal.append(
            Leaving(kind=kind, unsent=0, at=at), lambda record: [LEAVING.put(epoch, record.fields.seq, kind)]
        )
    return record.fields.seq
