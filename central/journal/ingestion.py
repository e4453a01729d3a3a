"""Taking records in (docs/protocol.md, Sending the journal): gap, duplicate, fork, or the next of the chain.

Nothing here looks at what a record says. Once it is whole, numbered, linked and signed it is kept, and the
acknowledgement goes out only after the commit that holds the records and the new high-water mark together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from itertools import takewhile
from typing import Final

from sqlmodel import col, select

from central import audit
from central.centre import Centre
from central.devices import registry
from central.devices.registry import Chain
from central.journal import record_batch
from central.journal.record_batch import Cut
from central.store import device_models
from central.store.device_models import Entry, Equivocation
from central.store.interface import Session
from central.store.journal_append import Append, Kept
from central.store.vault import place
from protocol.errors import Unavailable
from protocol.journal.kj01 import JournalFault

_ATTEMPTS: Final = 5


@dataclass(frozen=True, slots=True)
class Fork:
    """Two histories: the device signed another entry at `seq` than the one kept, whose hash is `hash`."""

    seq: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Taken:
    """Where the chain stands after a batch, and what was wrong with it, if anything.

    `behind`: the batch began beyond the next entry and nothing was looked at.
    """

    chain: Chain
    fault: JournalFault | None = None
    fork: Fork | None = None
    behind: bool = False


def take(centre: Centre, chain: Chain, first: int, last: int, data: bytes) -> Taken:
    """Take the records `first` to `last` of `chain` out of `data`.

    Two uploads at once for one chain are harmless: whoever finds it moved looks again from the start.
    Raises Unavailable ``busy_chain`` when it never stands still.
    """
    for _ in range(_ATTEMPTS):
        if first > chain.hwm + 1:
            return Taken(chain, behind=True)
        taken = _attempt(centre, chain, first, last, data)
        if taken is not None:
            return taken
        with centre.store.reading() as session:
            chain = registry.chain(session, chain.device, chain.epoch) or chain
        if chain.state in {"suspended", "frozen"}:
            return Taken(chain)
    raise Unavailable("busy_chain", seq=first)


def _attempt(centre: Centre, chain: Chain, first: int, last: int, data: bytes) -> Taken | None:
    """One try; None when the chain moved meanwhile."""
    owner = chain.device + chain.epoch.to_bytes(4, "big")
    cuts, fault = record_batch.cut(data, owner, first, chain.hash if first == chain.hwm + 1 else None)
    if fault is None and len(cuts) != last - first + 1:
        # Signed for a range, carrying another: too few, or more than was said.
        fault = JournalFault("E_TRUNCATED", min(first + len(cuts), last + 1))
        cuts = cuts[: last - first + 1]
    fork = _forked(centre, chain, cuts)
    if fork is not None:
        return fork
    new = [c for c in cuts if c.kept.seq > chain.hwm]
    judged = record_batch.judge(new, chain.public, _sealer(centre, chain, len(new)))
    if not judged.kept:
        return Taken(chain, judged.fault or fault)
    moved = _append(centre, chain, judged)
    return None if moved is None else Taken(moved, judged.fault or fault)


def _sealer(centre: Centre, chain: Chain, count: int) -> Callable[[bytes, int], bytes]:
    """What encrypts the frame of a record by its number, for the next `count` records."""
    vault = centre.vault
    nonces = vault.nonces(count)

    def seal(frame: bytes, seq: int) -> bytes:
        return vault.seal(frame, place(chain.device, chain.epoch, seq), nonces[seq - chain.hwm - 1])

    return seal


def _append(centre: Centre, chain: Chain, judged: record_batch.Judged) -> Chain | None:
    last, now = judged.kept[-1], chain.ack(centre.now_ms()).server_ms
    batch = Append(chain.device, chain.epoch, chain.hwm, chain.hash, judged.kept, judged.frames, now)
    with centre.store.writing() as session:
        if not session.append(batch):
            return None
    return replace(chain, hwm=last.seq, hash=last.hash, server_ms=now)


def _forked(centre: Centre, chain: Chain, cuts: list[Cut]) -> Taken | None:
    """Compare what we hold already. A fork, once signed, is kept as evidence and freezes the device."""
    old = list(takewhile(lambda c: c.kept.seq <= chain.hwm, cuts))
    if not old:
        return None
    with centre.store.reading() as session:
        same = select(Entry.seq, Entry.hash).where(Entry.device == chain.device, Entry.epoch == chain.epoch)
        rows = session.all(same.where(col(Entry.seq).between(old[0].kept.seq, old[-1].kept.seq)))
    held: dict[int, bytes] = dict(rows)
    differing = next((c for c in old if held[c.kept.seq] != c.kept.hash), None)
    if differing is None:
        return None
    kept = differing.kept
    if not record_batch.signed(kept, chain.public):
        return Taken(chain, JournalFault("E_SIG", kept.seq))
    with centre.store.writing() as session:
        _freeze(centre, session, chain, differing, held[kept.seq])
        frozen = registry.chain(session, chain.device, chain.epoch)
    assert frozen is not None  # noqa: S101 - chains are never deleted
    return Taken(frozen, fork=Fork(kept.seq, held[kept.seq]))


def _freeze(centre: Centre, session: Session, chain: Chain, differing: Cut, held: bytes) -> None:
    kept: Kept = differing.kept
    sealed = None
    if differing.frame is not None:
        sealed = centre.vault.seal(differing.frame, place(chain.device, chain.epoch, kept.seq))
    session.add_new(
        Equivocation, **asdict(kept), device=chain.device, epoch=chain.epoch, kept_hash=held, sealed=sealed,
        at_ms=centre.now_ms(),
    )  # fmt: skip
    session.change(device_models.Chain, chain.device, chain.epoch, state="frozen")
    detail = {"epoch": chain.epoch, "seq": kept.seq, "hash": kept.hash.hex()}
    audit.append(session, centre.now_ms(), audit.CENTRE, "device.frozen", chain.name, **detail)


def first_fork(session: Session, chain: Chain) -> Fork | None:
    """The first fork this chain was frozen for."""
    shown = select(Equivocation).filter_by(device=chain.device, epoch=chain.epoch)
    row = session.one(shown.order_by(col(Equivocation.at_ms), col(Equivocation.seq)).limit(1))
    return Fork(row.seq, row.kept_hash) if row else None
