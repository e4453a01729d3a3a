"""The small parts: real clocks and chance, documents in force, and the journal's writer."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from typing import Any

import pytest

from kiosk.core.documents_in_force import DocumentsInForce, in_force
from kiosk.core.events import DocumentsChanged, Events, SyncChanged
from kiosk.core.journal_writer import Writing
from kiosk.core.system_world import NoMilestones, SystemClock, SystemRandomness, system_world
from kiosk.model.store_changes import PutDocument
from protocol.documents.trust import SETTINGS, seal_object
from protocol.errors import Refused, Unavailable
from protocol.journal.entries import EntryType
from protocol.journal.entry_body import Unknown
from protocol.journal.kj01 import NO_ANCHOR
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import FEED, KEYSET, Shop, enrolment, settings

ENTRY = Writing(Unknown(EntryType.LOGIN, {"kind": "logout", "op": "x", "login": 1}))


@pytest.fixture
def shop() -> Shop:
    return Shop(FakeStore())


# ---- the world


def test_the_wall_clock_is_the_machines() -> None:
    assert abs(SystemClock().wall_ms() - time.time() * 1000) < 5_000


def test_the_other_clock_only_goes_forward() -> None:
    clock = SystemClock()
    first = clock.mono_ms()
    assert 0 < first <= clock.mono_ms()


def test_without_a_clock_that_counts_sleep_the_plain_one_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(time, "CLOCK_BOOTTIME")
    monkeypatch.setattr(time, "monotonic_ns", lambda: 7_000_000)
    assert SystemClock().mono_ms() == 7


def test_each_start_has_its_own_boot_id() -> None:
    assert SystemClock().boot_id != SystemClock().boot_id


def test_chance_is_as_long_as_asked_and_below_its_ceiling() -> None:
    chance = SystemRandomness()
    assert len(chance.take(16)) == 16
    assert chance.take(16) != chance.take(16)
    assert all(0 <= chance.below(3.0) < 3.0 for _ in range(100))


def test_nobody_watches_the_milestones() -> None:
    system_world().milestones.pass_("start.ready")
    assert not vars(NoMilestones())


def test_forms_come_when_they_are_needed() -> None:
    asked = "import sys, kiosk.selling.service_desk; sys.exit('protocol.catalogue.forms' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


# ---- documents in force


def read(name: str, store: FakeStore) -> Any:
    return getattr(DocumentsInForce(store, Events()), name)()


@pytest.mark.parametrize("name", ["statement", "keyset"])
def test_before_first_trust_nobody_is_anybody(name: str) -> None:
    with pytest.raises(Refused, match="not_enrolled"):
        read(name, FakeStore())


@pytest.mark.parametrize("name", ["settings", "operators", "catalogue"])
def test_before_the_first_feed_the_counter_is_not_ready(name: str) -> None:
    store = FakeStore()
    store.put_enrolment(enrolment())
    with pytest.raises(Refused, match="not_ready") as caught:
        read(name, store)
    assert caught.value.values == {"missing": name}


def test_the_keyset_of_the_enrolment_rules_until_a_newer_comes(shop: Shop) -> None:
    first = shop.counter.in_force.keyset()
    assert first.feed == KEYSET.feed
    assert shop.counter.in_force.keyset() is first


def test_the_statement_is_read_once(shop: Shop) -> None:
    first = shop.counter.in_force.statement()
    assert first.shop == "shop-1"
    assert shop.counter.in_force.statement() is first


def test_what_another_thread_reads_while_one_waits_is_not_read_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = in_force(shop.store)

    class Meanwhile:
        """The lock that one waits for: when it is his, the other has read."""

        def __enter__(self) -> None:
            monkeypatch.setattr(documents, "_read", other._read)

        def __exit__(self, *_error: object) -> None: ...

    documents, statement = in_force(shop.store), other.statement()
    monkeypatch.setattr(documents, "_lock", Meanwhile())
    assert documents.statement() is statement


def test_an_entry_of_an_earlier_epoch_has_the_number_of_the_till_that_it_was_then(shop: Shop) -> None:
    first = shop.store.enrolment()
    assert first is not None
    moved = first.statement.replace(b'"epoch":1', b'"epoch":2').replace(b'"till":2', b'"till":7')
    shop.store.put_enrolment(replace(first, statement=moved))
    shop.counter.in_force.forget()
    number = shop.counter.in_force.number
    assert [number(1, 231), number(2, 231)] == ["2-000231", "7-10000231"]
    assert shop.counter.in_force.statement().number(1) == "7-10000001"


def test_documents_are_read_again_when_they_have_changed_and_only_then() -> None:
    events, store = Events(), FakeStore()
    in_force = DocumentsInForce(store, events)
    for version in (1, 2):
        envelope = seal_object(SETTINGS, settings(version), FEED)
        store.commit([], [PutDocument("settings", version, envelope)])
        events.publish(SyncChanged())
        assert in_force.settings().version == 1
    events.publish(DocumentsChanged("settings"))
    assert in_force.settings().version == 2


# ---- the scribe


def test_after_a_failed_commit_the_next_entry_takes_its_place(shop: Shop) -> None:
    journal, store = shop.counter.journal, shop.store
    assert isinstance(store, FakeStore)
    before = store.journal.tail().chain.seq
    store.fail_next = Unavailable("disk_full")
    with pytest.raises(Unavailable, match="disk_full"):
        journal.write([ENTRY])
    assert journal.write([ENTRY])[0].fields.seq == before + 1


def test_entries_carry_the_hash_of_the_last_acknowledgement(shop: Shop) -> None:
    assert shop.counter.journal.write([ENTRY])[0].fields.anchor == NO_ANCHOR
    shop.counter.journal.anchor_on(b"\x07" * 32)
    assert shop.counter.journal.write([ENTRY])[0].fields.anchor == b"\x07" * 32


def test_a_document_that_was_written_though_the_commit_raised_is_in_force(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = shop.store.commit

    def commit(*given: Any) -> None:
        whole(*given)
        raise Unavailable("store_failed", reason="io")

    assert shop.counter.in_force.settings().version == 1
    monkeypatch.setattr(shop.store, "commit", commit)
    with pytest.raises(Unavailable):
        shop.counter.journal.write([], [PutDocument("settings", 2, seal_object(SETTINGS, settings(2), FEED))])
    assert shop.counter.in_force.settings().version == 2
