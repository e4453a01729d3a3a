"""Moving and retiring: what is in the way by its name, the last word, and the end of the keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.cash import day_close
from kiosk.core.journal_writer import JournalWriter
from kiosk.model.evidence_file import Evidence
from kiosk.model.service_request import Day
from kiosk.model.store_changes import PutFact
from kiosk.ports.world import World
from kiosk.upkeep import departure
from kiosk.upkeep.departure import DepartureObstacle
from protocol.errors import Unavailable
from protocol.journal.entries import EntryType
from protocol.keys import SeedSigner
from protocol.override import override
from protocol.program.loop import start_thread
from storage.disk import folder_switch
from storage.keystore import store_erasure
from storage.opening import DATABASE, Opened
from tests.harness.enrolled_store import SEED, acknowledge, enrolled, enrolment, entry, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import NOON_MS, FakeClock, FakeMirror, NoMilestones, SeededRandomness
from tests.harness.store_on_disk import refuses
from tests.storage.backup.test_backup_making import always, cover, silent


def journal(opened: Opened) -> JournalWriter:
    world = World(FakeClock(), SeededRandomness(5), NoMilestones(), start_thread)
    return JournalWriter(opened.store, SeedSigner(SEED), world, FakeMirror())


@pytest.fixture
def keystore() -> FakeKeystore:
    return FakeKeystore()


@pytest.fixture
def house(tmp_path: Path, keystore: FakeKeystore) -> Opened:
    opened = enrolled(tmp_path / "data", keystore)
    opened.secrets.put_signing_seed(1, SEED)
    sell(opened.store)
    return opened


def test_what_is_in_the_way_is_named(house: Opened) -> None:
    store = house.store
    assert departure.obstacles(store) == [DepartureObstacle("unsent", 1)]
    acknowledge(store, 1)
    assert departure.obstacles(store) == []
    store.commit([], [Day("2026-11-25", "op-1", 0, NOON_MS, 1), PutFact("quarantine", b"1 structural 1")])
    row = store.requests.at(1)
    assert row is not None
    store.commit([], [Evidence(row.id, "id", bytes(32), 5, "image/jpeg", "a" * 32, bytes(32), 1, "")])
    assert [one.code for one in departure.obstacles(store)] == ["stopped", "day", "pictures"]
    house.close()


def test_cash_that_nobody_has_agreed_to_is_settled_first(house: Opened) -> None:
    """A close with a difference waits for a second person: gone with the store, nobody could agree any more."""
    acknowledge(house.store, 1)
    day = day_close.UnsettledClose("2026-11-24", 1, 1, 1, "op-1", -500)
    house.store.commit([], [day_close.UNSETTLED.put([day, day])])
    assert departure.obstacles(house.store) == [DepartureObstacle("difference", 2)]
    house.close()


def test_an_earlier_epoch_left_behind_is_in_the_way(house: Opened) -> None:
    house.store.put_enrolment(enrolment(2))
    assert departure.obstacles(house.store) == [DepartureObstacle("rest", 1)]
    house.close()


def test_the_last_word_is_said_once(house: Opened) -> None:
    store, hand = house.store, journal(house)
    acknowledge(store, 1)
    assert departure.said(store) is None
    assert departure.say(store, hand, "retire") == departure.say(store, hand, "retire") == 2
    assert departure.said(store) == ("retire", 2)
    assert not departure.acknowledged(store, "retire")
    acknowledge(store, 2)
    assert departure.acknowledged(store, "retire")
    assert not departure.acknowledged(store, "move")
    (item,) = store.journal.unsent(1, 9, 9999)
    assert item.record.fields.entry_type == EntryType.LEAVING
    assert b'"kind":"retire","unsent":0,"at":1' in item.record.body
    house.close()


def test_a_document_behind_it_changes_nothing_work_does(house: Opened) -> None:
    store = house.store
    departure.say(store, journal(house), "move")
    chain = store.journal.tail().chain
    store.commit([entry(chain, EntryType.DOCUMENT_APPLIED)], [], chain)
    acknowledge(store, 3)
    assert departure.acknowledged(store, "move")
    sell(store)
    assert departure.said(store) is None
    house.close()


def test_an_epoch_that_is_over_has_not_said_it(house: Opened) -> None:
    departure.say(house.store, journal(house), "move")
    house.store.put_enrolment(enrolment(2))
    assert departure.said(house.store) is None
    house.close()


# ---- the end of the keys


def secret_names(keystore: FakeKeystore) -> set[str]:
    return {name.partition("/")[2] for name in keystore.values}


def test_retired_the_keys_are_gone_and_then_the_files(house: Opened, tmp_path: Path, keystore: FakeKeystore) -> None:
    data = tmp_path / "data"
    house.copies.make(data / "backups", cover(), always, silent)
    house.pictures.keep(b"a face")
    house.close()
    (data / "not-ours").write_bytes(b"mine")
    store_erasure.begin(data, keystore, "retired")
    assert keystore.values == {}
    store_erasure.finish(data, keystore)
    store_erasure.finish(data, keystore)
    assert {path.name for path in data.iterdir()} == {"not-ours", "manfaz.lock"}
    fresh = open_house(data, keystore)
    assert fresh.store.enrolment() is None, "it may be enrolled anew"
    fresh.close()


def test_by_order_every_start_says_so(house: Opened, tmp_path: Path, keystore: FakeKeystore) -> None:
    data = tmp_path / "data"
    house.close()
    store_erasure.begin(data, keystore, "order")
    for _ in range(2):
        refuses("erased_by_order", lambda: open_house(data, keystore))
    assert not (data / DATABASE).exists()
    assert keystore.values == {}


def test_what_was_put_aside_loses_its_keys_too(house: Opened, tmp_path: Path, keystore: FakeKeystore) -> None:
    data = tmp_path / "data"
    house.close()
    aside = folder_switch.begin(data, "20261125-100000", with_instance=True)
    again = folder_switch.begin(data, "20261125-100000", with_instance=True)
    assert (aside.name, again.name) == ("put-aside-20261125-100000", "put-aside-20261125-100000-1")
    fresh = open_house(data, keystore)
    assert fresh.store.enrolment() is None, "the new shop sees nothing of the old one"
    fresh.close()
    assert secret_names(keystore) >= {"database-key", "signing-seed-1"}
    store_erasure.begin(data, keystore, "retired")
    store_erasure.finish(data, keystore)
    assert keystore.values == {}
    assert not aside.exists()


def test_thirty_days_later_the_keys_of_what_was_put_aside_go(
    house: Opened, tmp_path: Path, keystore: FakeKeystore
) -> None:
    house.close()
    aside = folder_switch.begin(tmp_path / "data", "20261125-100000", with_instance=True)
    fresh = open_house(tmp_path / "data", keystore)
    kept = dict(keystore.values)
    assert fresh.sweep(1) == 0
    assert fresh.sweep(1 + 31 * 86_400_000) == 1
    assert not aside.exists()
    assert 0 < len(keystore.values) < len(kept)
    fresh.close()


def test_a_keystore_that_remembers_is_no_erasure(house: Opened, tmp_path: Path, keystore: FakeKeystore) -> None:
    class Stubborn(FakeKeystore):
        @override
        def delete(self, name: str) -> None:
            return None

    house.close()
    stubborn = Stubborn()
    stubborn.values = dict(keystore.values)
    refuses("keystore_failed", lambda: store_erasure.begin(tmp_path / "data", stubborn, "retired"))
    assert (tmp_path / "data" / DATABASE).exists(), "no file goes before its key has gone"


@pytest.mark.parametrize("locked_at", ["begin", "finish"])
def test_a_locked_keystore_ends_it_later(house: Opened, tmp_path: Path, keystore: FakeKeystore, locked_at: str) -> None:
    data = tmp_path / "data"
    house.close()
    if locked_at == "finish":
        store_erasure.begin(data, keystore, "retired")
    keystore.locked = True
    with pytest.raises(Unavailable, match="keystore_locked"):
        store_erasure.begin(data, keystore, "retired") if locked_at == "begin" else store_erasure.finish(data, keystore)
    keystore.locked = False
    fresh = open_house(data, keystore)
    assert fresh.store.enrolment() is None, "the next start ends what was begun"
    fresh.close()
