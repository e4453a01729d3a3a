"""A stolen counter obeys a signed order to erase, and no other; a lapsed lease destroys nothing."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Events, SyncChanged
from kiosk.model.facts import ORDER
from kiosk.model.store_changes import PutFact
from kiosk.receiving.inbound_handler import InboundHandler
from protocol.documents import trust
from protocol.errors import Refused
from protocol.keys import SeedSigner
from storage.opening import DATABASE
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.premises import Premises
from tests.harness.shop import DEVICE, FEED, Shop
from tests.harness.store_on_disk import refuses

WAIT_S = 30
NONCE = "AAECAwQFBgcICQoLDA0ODw"


@pytest.fixture
def premises(tmp_path: Path) -> Premises:
    made = Premises(tmp_path, FakeKeystore())
    made.enrol()
    return made


def test_the_order_destroys_the_keys_and_every_start_says_so(premises: Premises) -> None:
    kiosk, gone = premises.kiosk(), threading.Event()
    kiosk.erased = gone.set
    kiosk.open()
    opened = kiosk.at_work._opened
    opened.store.commit([], [PutFact("order", b"1 erase")])
    kiosk.events.publish(SyncChanged())
    assert gone.wait(WAIT_S)
    kiosk.events.publish(SyncChanged())
    kiosk.close()
    for _ in range(2):
        again = premises.kiosk()
        refuses("erased_by_order", again.open)
        again.close()
    assert premises.keystore.values == {}
    assert not (premises.data / DATABASE).exists()


def test_a_keystore_that_is_locked_when_the_order_comes_is_asked_again(premises: Premises) -> None:
    kiosk, gone, failed = premises.kiosk(), threading.Event(), threading.Event()
    kiosk.erased = gone.set
    kiosk.open()
    kiosk.at_work._opened.store.commit([], [PutFact("order", b"1 erase")])
    run_slow = kiosk.run_slow

    def watched(command: Callable[[], None]) -> Future[None]:
        future = run_slow(command)
        future.add_done_callback(lambda done: failed.set() if done.exception() else None)
        return future

    kiosk.run_slow = watched  # type: ignore[method-assign, assignment]
    premises.keystore.locked = True
    kiosk.events.publish(SyncChanged())
    assert failed.wait(WAIT_S)
    premises.keystore.locked = False
    kiosk.events.publish(SyncChanged())
    assert gone.wait(WAIT_S)
    kiosk.close()


def test_an_order_kept_before_a_power_cut_is_carried_out_at_the_start(premises: Premises) -> None:
    opened = premises.store()
    opened.store.commit([], [PutFact("order", b"1 erase")])
    opened.close()
    for _ in range(2):
        kiosk = premises.kiosk()
        refuses("erased_by_order", kiosk.open)
        kiosk.close()
    assert premises.keystore.values == {}


def test_a_lapsed_lease_destroys_nothing(premises: Premises) -> None:
    opened = premises.store()
    opened.store.commit([], [PutFact("lease_until_ms", b"1"), PutFact("floor_ms", b"1790000000000")])
    opened.close()
    kiosk = premises.kiosk()
    kiosk.open()
    kiosk.close()
    assert (premises.data / DATABASE).exists()
    assert any(name.endswith("database-key") for name in premises.keystore.values)


# ---- whom it believes


@pytest.fixture
def shop() -> Shop:
    return Shop(FakeStore())


def inbound(shop: Shop) -> InboundHandler:
    return InboundHandler(shop.store, shop.counter.journal, DocumentsInForce(shop.store, Events()), Events())


def verdict(signer: SeedSigner = FEED, **changes: object) -> bytes:
    members = {
        "v": 1, "device": str(uuid.UUID(bytes=DEVICE)), "epoch": 1, "code": "erase", "seq": 0, "entry_hash": "",
        "request_nonce": NONCE, "server_ms": 1, **changes,
    }  # fmt: skip
    return trust.seal_object(trust.VERDICT, members, signer)


def test_a_signed_order_in_a_403_is_obeyed(shop: Shop) -> None:
    assert inbound(shop).verdict(verdict(), NONCE) is not None
    assert ORDER.kept(shop.store, 1) == "erase"
    with pytest.raises(Refused, match="line_erase"):
        shop.ready().counter.desk.record(shop.sale())


@pytest.mark.parametrize(
    ("signer", "changes"),
    [
        (SeedSigner(bytes([77]) * 32), {}),
        (FEED, {"device": "0192f0c1-7c3a-7b1e-8a4d-5566778899ab"}),
        (FEED, {"request_nonce": "x" * 22}),
        (FEED, {"epoch": 2}),
    ],
)
def test_a_forged_replayed_or_strange_one_is_ignored(
    shop: Shop, signer: SeedSigner, changes: dict[str, object]
) -> None:
    inbound(shop).verdict(verdict(signer, **changes), NONCE)
    assert ORDER.kept(shop.store, 1) is None


def test_an_order_about_an_epoch_that_is_over_erases_nothing(shop: Shop) -> None:
    inbound(shop).verdict(verdict(epoch=0), NONCE, epoch=0)
    assert ORDER.kept(shop.store, 1) is None
