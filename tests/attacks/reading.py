"""The centre's own reader, over all that a counter has written."""

from __future__ import annotations

from central.journal import record_batch
from kiosk.ports.store import Store
from protocol.journal import kj01
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import JournalFault
from protocol.keys import SeedSigner
from tests.harness.shop import DEVICE, DEVICE_SEED, statement


def fault_of(store: Store) -> str:
    """The first entry of epoch 1 that the centre refuses, and why; "" where it takes every one."""
    items = list(store.journal.export(1))
    data = b"".join(item.pack() for item in items)
    cuts, fault = record_batch.cut(data, DEVICE + (1).to_bytes(4, "big"), 1, kj01.genesis(statement()))
    judged = record_batch.judge(cuts, SeedSigner(DEVICE_SEED).public, lambda frame, _seq: frame)
    return _named(judged.fault or fault, [EntryType(item.record.fields.entry_type).name for item in items])


def _named(fault: JournalFault | None, kinds: list[str]) -> str:
    return "" if fault is None else f"{kinds[fault.seq - 1]} {fault.fault}"
