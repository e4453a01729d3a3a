"""What the storage tests build with: an enrolled house, and sales signed as the counter signs them."""

from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

from kiosk.core.system_world import system_world
from kiosk.model.citizen_receipt import Receipt, ReceiptLine, ReceiptService
from kiosk.model.service_request import PrintJob, PrintState, Request
from kiosk.model.store_changes import Change, JournalAppend, PutAck
from kiosk.ports.store import Keystore, Store
from protocol import strict_json
from protocol.journal import kj01, personal
from protocol.journal.acknowledgement import Ack, sign
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import Chain, Record, Stamp
from protocol.journal.receipt_code import receipt_code
from protocol.keys import SeedSigner
from protocol.texts import Bilingual
from protocol.values import ids
from protocol.wire.enrolment import Enrolment, Statement, statement_members
from storage.disk.disk_space import DiskSpace
from storage.keystore.journal_mirror import Mirrored
from storage.opening import Opened, open_store
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import NOON_MS, SeededRandomness

SEED = bytes(range(32))
SIGNER = SeedSigner(SEED)
CENTRE = SeedSigner(bytes(reversed(range(32))))
DEVICE = uuid.UUID("019a1b2c-0000-7000-8000-000000000001")
CHANCE = SeededRandomness(7)


def enrolment(epoch: int = 1) -> Enrolment:
    statement = Statement(b"", DEVICE.bytes, epoch, "shop-1", 2, SIGNER.public, bytes(32), 1, NOON_MS)
    return Enrolment(strict_json.dumps(statement_members(statement)), bytes(32), b"keyset")


def new_id(ms: int = NOON_MS) -> str:
    return str(ids.uuid7(ms, CHANCE.take(16)))


def entry(
    chain: Chain, kind: EntryType = EntryType.REQUEST, money_pt: int | None = None, frame: dict[str, Any] | None = None
) -> JournalAppend:
    kept = None if frame is None else personal.write_frame(CHANCE.take(16), frame)
    members: dict[str, Any] = {"v": 1, "op": "op-1"}
    if kept is not None:
        members["personal"] = personal.reference(kept)
    stamp = Stamp(NOON_MS + chain.seq * 1000, chain.seq, b"boot-id1")
    record = kj01.write(chain, kind, kj01.write_body(CHANCE.take(16), members), SIGNER, stamp)
    return JournalAppend(record, kept, money_pt)


def request(record: Record, **changes: Any) -> Request:
    fields = record.fields
    made = Request(
        new_id(), fields.epoch, fields.seq, new_id(), 1, 1, "traffic.renewal", 3, 12, "2026-11-25", fields.wall_ms,
        "op-1", 12_550, 20_000, receipt_code(record.hash), record.hash, "محمد أحمد عبد الله",
        "29001010100018", "01001234567",
    )  # fmt: skip
    return replace(made, **changes)


def receipt(record: Record) -> Receipt:
    served = ReceiptService(
        record.fields.seq, record.hash.hex(), "7", Bilingual("خدمة", "Service"), Bilingual("جهة", "Authority"), 3,
        (ReceiptLine(Bilingual("رسم", "Fee"), 12_000), ReceiptLine(Bilingual("خدمة", "Service"), 550)),
        Bilingual("يومان", "Two days"),
    )  # fmt: skip
    return Receipt(
        str(DEVICE), 2, record.fields.epoch, (served,), "shop-1", Bilingual("محل", "Shop"), 12,
        record.fields.wall_ms, "op-1", "محمد", "2900****0018", 68, 12_550, 20_000, 7_450,
        "https://example.gov.eg", "19468",
    )  # fmt: skip


def print_job(record: Record, copy: int = 0, state: PrintState = PrintState.WAITING) -> PrintJob:
    fields = record.fields
    return PrintJob(new_id(), fields.epoch, fields.seq, copy, receipt(record), state, fields.wall_ms)


def sale(chain: Chain, **changes: Any) -> tuple[list[JournalAppend], list[Change], Request]:
    """One sale as the desk commits it: an entry with its frame, the row, the paper."""
    made = entry(chain, money_pt=12_550, frame={"name": "محمد"})
    row = request(made.record, **changes)
    return [made], [row, print_job(made.record)], row


def sell(store: Store, **changes: Any) -> Request:
    chain = store.journal.tail().chain
    entries, wanted, row = sale(chain, **changes)
    store.commit(entries, wanted, chain)
    return row


def acknowledge(store: Store, hwm: int, server_ms: int = NOON_MS) -> Ack:
    chain = store.journal.tail().chain
    found = store.journal.hash_at(hwm)
    assert found is not None
    ack = Ack(chain.device, chain.epoch, hwm, found, server_ms)
    store.commit([], [PutAck(ack, sign(ack, CENTRE))])
    return ack


def mirrored(chain: Chain) -> bytes:
    """What the keystore remembers of it."""
    return Mirrored(chain.epoch, chain.seq, chain.hash[:12]).pack()


def open_house(folder: Path, keystore: Keystore | None = None, **options: Any) -> Opened:
    options.setdefault("space", lambda place: DiskSpace(place, ballast_bytes=4096, floor_bytes=0))
    return open_store(folder, keystore or FakeKeystore(), system_world(), **options)


def enrolled(folder: Path, keystore: FakeKeystore | None = None) -> Opened:
    opened = open_house(folder, keystore)
    opened.store.put_enrolment(enrolment())
    opened.mirror.remember(opened.store.journal.tail().chain)
    opened.mirror.settle()  # as it is long before the first sale
    return opened
