"""The contract of `kiosk.ports.store.Store`: the same tests on the store in memory and on the real one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.model import store_changes
from kiosk.model.service_request import TRAY, DayTotals, PrintState, Query
from kiosk.ports.store import LeftBehind, Store, Tail
from protocol.errors import Corrupt, Refused
from protocol.journal import kj01
from protocol.journal.acknowledgement import Ack, sign
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import JournalFault
from protocol.journal.personal import FRAME_HEAD
from tests.harness import enrolled_store
from tests.harness.enrolled_store import acknowledge, enrolment, entry, sale, sell
from tests.harness.fakes.fake_world import NOON_MS

DATE = "2026-11-25"


def write(store: Store, *entries: store_changes.JournalAppend, changes: tuple[store_changes.Change, ...] = ()) -> None:
    store.commit(entries, changes, store.journal.tail().chain)


# ---- enrolment and epochs


def test_a_new_store_has_nothing(bare: Store) -> None:
    with pytest.raises(Refused, match="not_enrolled"):
        bare.journal.tail()
    with pytest.raises(Refused, match="not_enrolled"):
        bare.commit([entry(kj01.Chain(enrolled_store.DEVICE.bytes, 1, 0, bytes(32)))], [], None)
    assert bare.enrolment() is None
    assert bare.journal.hash_at(0) is None
    assert bare.journal.last_ack() is None
    assert bare.journal.unsent(0, 10, 1000) == []
    assert bare.journal.statements() == {}
    assert bare.requests.search(Query()) == []
    assert bare.requests.search(TRAY) == []
    assert bare.days.open_day() is None
    assert bare.cursor() == 0


def test_an_enrolled_store_stands_at_the_genesis(store: Store) -> None:
    genesis = kj01.genesis(enrolment().statement)
    assert store.enrolment() == enrolment()
    assert store.journal.tail() == Tail(kj01.Chain(enrolled_store.DEVICE.bytes, 1, 0, genesis), 0, 0, 0, 0, 0, None)
    assert store.journal.hash_at(0) == genesis
    assert store.journal.statements() == {1: enrolment().statement}


def test_an_epoch_begins_once(store: Store) -> None:
    for epoch in (0, 1):
        with pytest.raises(Refused, match="epoch_used"):
            store.put_enrolment(enrolment(epoch))
    assert store.journal.statements() == {1: enrolment().statement}


def test_a_new_epoch_is_empty_and_keeps_the_old_one(store: Store) -> None:
    old = sell(store)
    acknowledge(store, 1)
    store.put_enrolment(enrolment(2))
    assert store.journal.tail() == Tail(
        kj01.Chain(enrolled_store.DEVICE.bytes, 2, 0, kj01.genesis(enrolment(2).statement)), 0, 0, 0, 0, 0, None
    )
    assert store.journal.last_ack() is None
    assert store.requests.at(1) is None
    assert store.journal.hash_at(1) is None
    assert store.journal.unsent(0, 10, 10**6) == []
    new = sell(store, name="سعاد")
    assert [r.epoch for r in store.requests.search(Query())] == [2, 1]
    assert [(r.id, r.sent) for r in store.requests.search(Query())] == [(new.id, False), (old.id, True)]
    assert [item.record.hash for item in store.journal.export(1)] == [old.entry_hash]
    assert sorted(store.journal.statements()) == [1, 2]


# ---- one commit


def test_a_sale_is_entry_row_paper_and_frame(store: Store) -> None:
    chain = store.journal.tail().chain
    entries, changes, row = sale(chain)
    store.commit(entries, changes, chain)
    record = entries[0].record
    assert store.journal.tail() == Tail(chain.after(record), 0, 1, 12_550, 0, 0, record.fields.wall_ms)
    assert store.journal.hash_at(1) == record.hash
    assert store.requests.get(row.id) == replace(row, paper=PrintState.WAITING)
    assert store.requests.at(1) == store.requests.get(row.id)
    assert store.journal.frame(1, 1) == entries[0].frame
    assert store.print_jobs.receipt(1, 1) == enrolled_store.receipt(record)
    assert [item.record for item in store.journal.unsent(0, 9, 10**6)] == [record]


def test_a_press_that_comes_twice_is_told_its_number(store: Store) -> None:
    sell(store)
    row = sell(store)
    chain = store.journal.tail().chain
    entries, changes, _ = sale(chain, id=row.id)
    with pytest.raises(Refused) as caught:
        store.commit(entries, changes, chain)
    assert (caught.value.code, caught.value.values) == ("already_recorded", {"seq": 2})
    assert store.journal.tail().chain == chain


def test_a_press_that_comes_twice_is_told_so_wherever_the_journal_stands(store: Store) -> None:
    chain = store.journal.tail().chain
    entries, changes, _ = sale(chain)
    store.commit(entries, changes, chain)
    with pytest.raises(Refused, match="already_recorded"):
        store.commit(entries, changes, chain)


def test_a_journal_that_has_moved_takes_nothing(store: Store) -> None:
    chain = store.journal.tail().chain
    stale = sale(chain)
    row = sell(store)
    with pytest.raises(Corrupt, match="journal_moved"):
        store.commit(stale[0], stale[1], chain)
    with pytest.raises(Corrupt, match="journal_moved"):
        store.commit(stale[0], stale[1], None)
    assert [r.id for r in store.requests.search(Query())] == [row.id]


def test_an_entry_that_does_not_follow_is_refused(store: Store) -> None:
    chain = store.journal.tail().chain
    first = entry(chain)
    with pytest.raises(JournalFault):
        store.commit([first, first], [], chain)
    assert store.journal.tail().chain == chain


def test_a_commit_is_all_or_nothing(store: Store) -> None:
    chain = store.journal.tail().chain
    entries, changes, row = sale(chain)
    with pytest.raises(Refused, match="day_not_open"):
        store.commit(
            entries, [*changes, store_changes.PutFact("x", b"1"), store_changes.CloseDay(DayKey(DATE), 1)], chain
        )
    assert store.journal.tail().chain == chain
    assert store.requests.get(row.id) is None
    assert store.print_jobs.in_states(list(PrintState)) == []
    assert store.fact("x") is None


def test_a_visit_is_several_entries_in_one_commit(store: Store) -> None:
    chain = store.journal.tail().chain
    first = entry(chain, money_pt=100)
    second = entry(chain.after(first.record), money_pt=200)
    visit = enrolled_store.new_id()
    rows = [enrolled_store.request(e.record, visit=visit, line=n, lines=2) for n, e in enumerate([first, second], 1)]
    store.commit([first, second], rows, chain)
    assert [(r.seq, r.line, r.lines, r.visit) for r in store.requests.search(Query())] == [
        (2, 2, 2, visit),
        (1, 1, 2, visit),
    ]
    assert store.journal.tail().count == 2
    assert store.journal.tail().sum_pt == 300


# ---- money and the mark


def test_only_money_weighs_on_the_limits(store: Store) -> None:
    write(store, entry(store.journal.tail().chain, EntryType.LOGIN))
    assert store.journal.tail().oldest_unsent_ms is None
    write(store, entry(store.journal.tail().chain, EntryType.CASH, money_pt=500))
    write(store, entry(store.journal.tail().chain, EntryType.VOID, money_pt=-200))
    tail = store.journal.tail()
    assert (tail.chain.seq, tail.count, tail.sum_pt) == (3, 2, 300)
    assert tail.oldest_unsent_ms == NOON_MS + 1000


def test_the_mark_moves_what_is_unsent(store: Store) -> None:
    for _ in range(3):
        sell(store)
    ack = acknowledge(store, 2)
    tail = store.journal.tail()
    assert (tail.hwm, tail.count, tail.sum_pt, tail.acked_count, tail.acked_sum_pt) == (2, 3, 37_650, 2, 25_100)
    assert tail.oldest_unsent_ms == NOON_MS + 2000
    last = store.journal.last_ack()
    assert last is not None
    assert last[0] == ack
    assert len(last[1]) == 140
    assert [r.sent for r in store.requests.search(Query())] == [False, True, True]
    assert [r.seq for r in store.requests.search(Query(unsent_only=True))] == [3]
    assert store.requests.totals(DayKey(DATE)) == DayTotals(3, 37_650, 1)
    acknowledge(store, 1, server_ms=NOON_MS + 5)  # the centre was restored
    assert store.journal.tail().hwm == 1


def test_all_sent_leaves_no_oldest(store: Store) -> None:
    sell(store)
    acknowledge(store, 1)
    assert store.journal.tail().oldest_unsent_ms is None
    assert store.requests.search(Query(unsent_only=True)) == []


def test_unsent_stops_at_the_count_and_at_the_size(store: Store) -> None:
    for _ in range(5):
        sell(store)
    items = store.journal.unsent(1, 3, 10**6)
    assert [item.record.fields.seq for item in items] == [2, 3, 4]
    assert all(item.frame == store.journal.frame(1, item.record.fields.seq) for item in items)
    sizes = [len(item.record.pack()) + FRAME_HEAD.size + len(item.frame or b"") for item in items]
    assert len(store.journal.unsent(1, 3, sum(sizes[:2]))) == 2
    assert len(store.journal.unsent(1, 3, sum(sizes[:2]) - 1)) == 1
    assert len(store.journal.unsent(1, 3, 1)) == 1, "at least one, however large"
    assert store.journal.unsent(5, 3, 10**6) == []


def test_an_export_is_the_whole_epoch_and_verifies(store: Store) -> None:
    for _ in range(4):
        sell(store)
    write(store, entry(store.journal.tail().chain, EntryType.EXPORT))
    data = b"".join(item.record.pack() for item in store.journal.export(1))
    start = kj01.Chain(enrolled_store.DEVICE.bytes, 1, 0, kj01.genesis(enrolment().statement))
    assert kj01.verify_stream(data, start, enrolled_store.SIGNER.public) == store.journal.tail().chain
    assert list(store.journal.export(2)) == []
    assert store.journal.frame(1, 5) is None
    assert store.journal.frame(1, 99) is None


# ---- earlier epochs


def test_what_an_earlier_epoch_left_unsent_is_found(store: Store) -> None:
    chain = store.journal.tail().chain
    write(store, entry(chain, EntryType.EPOCH_OPEN))
    for _ in range(3):
        sell(store)
    acknowledge(store, 2)
    assert store.journal.left_behind() == []  # the present epoch is nobody's past
    store.put_enrolment(enrolment(2))
    left = LeftBehind(enrolment().statement, 4, 2, 2)
    assert store.journal.left_behind() == [left]
    sell(store)
    store.put_enrolment(enrolment(3))
    assert store.journal.left_behind() == [left, LeftBehind(enrolment(2).statement, 1, 0, 1)]


def test_an_earlier_epoch_is_asked_by_its_number(store: Store) -> None:
    first, second = sell(store), sell(store)
    ack = acknowledge(store, 1)
    store.put_enrolment(enrolment(2))
    third = sell(store)
    assert store.journal.hash_at(0, 1) == kj01.genesis(enrolment().statement)
    assert (store.journal.hash_at(1, 1), store.journal.hash_at(2, 1), store.journal.hash_at(3, 1)) == (
        first.entry_hash,
        second.entry_hash,
        None,
    )
    assert (store.journal.hash_at(0, 9), store.journal.hash_at(1)) == (None, third.entry_hash)
    assert [item.record.hash for item in store.journal.unsent(1, 9, 10**6, 1)] == [second.entry_hash]
    kept = store.journal.last_ack(1)
    assert kept is not None
    assert (kept[0], store.journal.last_ack()) == (ack, None)


def test_an_earlier_epoch_that_has_gone_up_whole_is_left_behind_no_more(store: Store) -> None:
    row = sell(store)
    store.put_enrolment(enrolment(2))
    ack = Ack(enrolled_store.DEVICE.bytes, 1, 1, row.entry_hash, NOON_MS)
    store.commit([], [store_changes.PutAck(ack, sign(ack, enrolled_store.CENTRE))])
    assert store.journal.left_behind() == []
    found = store.requests.get(row.id)
    assert found is not None
    assert found.sent


def test_the_unsent_of_earlier_epochs_are_listed_with_the_others(store: Store) -> None:
    first, second = sell(store), sell(store)
    acknowledge(store, first.seq)
    store.put_enrolment(enrolment(2))
    third = sell(store)
    assert [r.id for r in store.requests.search(Query(unsent_only=True))] == [third.id, second.id]
    acknowledge(store, 1)
    assert [r.id for r in store.requests.search(Query(unsent_only=True))] == [second.id]
    ack = Ack(enrolled_store.DEVICE.bytes, 1, 2, second.entry_hash, NOON_MS)
    store.commit([], [store_changes.PutAck(ack, sign(ack, enrolled_store.CENTRE))])
    assert store.requests.search(Query(unsent_only=True)) == []
