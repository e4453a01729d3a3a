"""The journal of a made-up shop: what the real Desk writes for made-up citizens, and how it goes up the line."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.model.store_changes import PutDocument
from kiosk.ports.store import Store
from protocol.documents import trust
from protocol.journal.personal import Item
from protocol.wire.bundle import BundleHead, seal_bundle
from tests.harness.generated_sales import ALL, Citizens
from tests.harness.shop import DEVICE, FEED, SEAL, Shop, settings

NO_LIMITS = {
    "unsent_soft": 10**6,
    "unsent_hard": 10**6,
    "citizen_soft": 10**6,
    "money_hard_pt": 10**12,
    "offline_default_pt": 10**9,
}


def open_shop(store: Store, operator: bool = True) -> Shop:
    """A shop at work on `store`, its limits out of the way."""
    shop = Shop(store)
    wide = trust.seal_object(trust.SETTINGS, settings(2, limits=NO_LIMITS, session_h=10_000), FEED)
    shop.counter.journal.write([], [PutDocument("settings", 2, wide)])
    shop.line.up = True
    return shop.ready() if operator else shop


def items(store: Store, count: int, seed: int, services: tuple[str, ...] = ALL) -> list[Item]:
    """`count` requests as the Desk writes them, half a minute apart."""
    shop = open_shop(store)
    before = store.journal.tail().chain.seq
    citizens = Citizens(seed, services)
    for _ in range(count):
        shop.clock.pass_ms(30_000)
        shop.counter.desk.record(citizens.next(shop.clock.wall).sale(shop.counter.desk))
    return [item for item in store.journal.export(1) if item.record.fields.seq > before]


def plain(batch: Sequence[Item]) -> bytes:
    """Records and frames as they stand in a bundle, before compression."""
    return b"".join(item.pack() for item in batch)


def bytes_up(made: Sequence[Item], batch: int) -> float:
    """Bytes of sealed bundles for each record, sent `batch` at a time."""
    total = 0
    for start in range(0, len(made), batch):
        part = made[start : start + batch]
        head = BundleHead(DEVICE, 1, part[0].record.fields.seq, part[-1].record.fields.seq)
        total += len(seal_bundle(head, plain(part), SEAL.public_key().public_bytes_raw()))
    return total / len(made)
