"""The contract of `kiosk.ports.Store`: the same tests on the store in memory and on the real one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk import ports
from kiosk.model import store_changes
from kiosk.model.service_request import DayTotals, PrintState, Query
from protocol.errors import Corrupt, Refused
from protocol.journal import kj01
from protocol.journal.acknowledgement import Ack, sign
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import EntryType, JournalFault
from protocol.journal.personal import FRAME_HEAD
from tests.harness import enrolled_store
from tests.harness.enrolled_store import acknowledge, enrolment, entry, sale, sell
from tests.harness.fakes.fake_world import NOON_MS

DATE = "2026-11-25"


def write(
    store: ports.Store, *entries: store_changes.JournalAppend, changes: tuple[store_changes.Change, ...] = ()
) -> None:
    store.commit(entries, changes, store.tail().chain)


# ---- enrolment and epochs


def test_a_new_store_has_nothing(bare: ports.Store) -> None:
    with pytest.raises(Refused, match="not_enrolled"):
        bare.tail()
    with pytest.raises(Refused, match="not_enrolled"):
        bare.commit([entry(kj01.Chain(enrolled_store.DEVICE.bytes, 1, 0, bytes(32)))], [], None)
    assert bare.enrolment() is None
    assert bare.hash_at(0) is None
    assert bare.last_ack() is None
    assert bare.unsent(0, 10, 1000) == []
    assert bare.statements() == {}
    assert bare.search(Query()) == []
    assert bare.rejected() == []
    assert bare.open_day() is None
    assert bare.cursor() == 0


def test_an_enrolled_store_stands_at_the_genesis(store: ports.Store) -> None:
    genesis = kj01.genesis(enrolment().statement)
    assert store.enrolment() == enrolment()
    assert store.tail() == ports.Tail(kj01.Chain(enrolled_store.DEVICE.bytes, 1, 0, genesis), 0, 0, 0, 0, 0, None)
    assert store.hash_at(0) == genesis
    assert store.statements() == {1: enrolment().statement}


def test_an_epoch_begins_once(store: ports.Store) -> None:
    for epoch in (0, 1):
        with pytest.raises(Refused, match="epoch_used"):
            store.put_enrolment(enrolment(epoch))
    assert store.statements() == {1: enrolment().statement}


def test_a_new_epoch_is_empty_and_keeps_the_old_one(store: ports.Store) -> None:
    old = sell(store)
    acknowledge(store, 1)
    store.put_enrolment(enrolment(2))
    assert store.tail() == ports.Tail(
        kj01.Chain(enrolled_store.DEVICE.bytes, 2, 0, kj01.genesis(enrolment(2).statement)), 0, 0, 0, 0, 0, None
    )
    assert store.last_ack() is None
    assert store.request_at(1) is None
    assert store.hash_at(1) is None
    assert store.unsent(0, 10, 10**6) == []
    new = sell(store, name="سعاد")
    assert [r.epoch for r in store.search(Query())] == [2, 1]
    assert [(r.id, r.sent) for r in store.search(Query())] == [(new.id, False), (old.id, True)]
    assert [item.record.hash for item in store.export(1)] == [old.entry_hash]
    assert sorted(store.statements()) == [1, 2]


# ---- one commit


def test_a_sale_is_entry_row_paper_and_frame(store: ports.Store) -> None:
    chain = store.tail().chain
    entries, changes, row = sale(chain)
    store.commit(entries, changes, chain)
    record = entries[0].record
    assert store.tail() == ports.Tail(chain.after(record), 0, 1, 12_550, 0, 0, record.fields.wall_ms)
    assert store.hash_at(1) == record.hash
    assert store.request(row.id) == replace(row, paper=PrintState.WAITING)
    assert store.request_at(1) == store.request(row.id)
    assert store.frame(1, 1) == entries[0].frame
    assert store.receipt(1, 1) == enrolled_store.receipt(record)
    assert [item.record for item in store.unsent(0, 9, 10**6)] == [record]


def test_a_press_that_comes_twice_is_told_its_number(store: ports.Store) -> None:
    sell(store)
    row = sell(store)
    chain = store.tail().chain
    entries, changes, _ = sale(chain, id=row.id)
    with pytest.raises(Refused) as caught:
        store.commit(entries, changes, chain)
    assert (caught.value.code, caught.value.values) == ("already_recorded", {"seq": 2})
    assert store.tail().chain == chain


def test_a_press_that_comes_twice_is_told_so_wherever_the_journal_stands(store: ports.Store) -> None:
    chain = store.tail().chain
    entries, changes, _ = sale(chain)
    store.commit(entries, changes, chain)
    with pytest.raises(Refused, match="already_recorded"):
        store.commit(entries, changes, chain)


def test_a_journal_that_has_moved_takes_nothing(store: ports.Store) -> None:
    chain = store.tail().chain
    stale = sale(chain)
    row = sell(store)
    with pytest.raises(Corrupt, match="journal_moved"):
        store.commit(stale[0], stale[1], chain)
    with pytest.raises(Corrupt, match="journal_moved"):
        store.commit(stale[0], stale[1], None)
    assert [r.id for r in store.search(Query())] == [row.id]


def test_an_entry_that_does_not_follow_is_refused(store: ports.Store) -> None:
    chain = store.tail().chain
    first = entry(chain)
    with pytest.raises(JournalFault):
        store.commit([first, first], [], chain)
    assert store.tail().chain == chain


def test_a_commit_is_all_or_nothing(store: ports.Store) -> None:
    chain = store.tail().chain
    entries, changes, row = sale(chain)
    with pytest.raises(Refused, match="day_not_open"):
        store.commit(
            entries, [*changes, store_changes.PutFact("x", b"1"), store_changes.CloseDay(DayKey(DATE), 1)], chain
        )
    assert store.tail().chain == chain
    assert store.request(row.id) is None
    assert store.print_jobs(list(PrintState)) == []
    assert store.fact("x") is None


def test_a_visit_is_several_entries_in_one_commit(store: ports.Store) -> None:
    chain = store.tail().chain
    first = entry(chain, money_pt=100)
    second = entry(chain.after(first.record), money_pt=200)
    visit = enrolled_store.new_id()
    rows = [enrolled_store.request(e.record, visit=visit, line=n, lines=2) for n, e in enumerate([first, second], 1)]
    store.commit([first, second], [store_changes.AddRequest(row) for row in rows], chain)
    assert [(r.seq, r.line, r.lines, r.visit) for r in store.search(Query())] == [(2, 2, 2, visit), (1, 1, 2, visit)]
    assert store.tail().count == 2
    assert store.tail().sum_pt == 300


# ---- money and the mark


def test_only_money_weighs_on_the_limits(store: ports.Store) -> None:
    write(store, entry(store.tail().chain, EntryType.LOGIN))
    assert store.tail().oldest_unsent_ms is None
    write(store, entry(store.tail().chain, EntryType.CASH, money_pt=500))
    write(store, entry(store.tail().chain, EntryType.VOID, money_pt=-200))
    tail = store.tail()
    assert (tail.chain.seq, tail.count, tail.sum_pt) == (3, 2, 300)
    assert tail.oldest_unsent_ms == NOON_MS + 1000


def test_the_mark_moves_what_is_unsent(store: ports.Store) -> None:
    for _ in range(3):
        sell(store)
    ack = acknowledge(store, 2)
    tail = store.tail()
    assert (tail.hwm, tail.count, tail.sum_pt, tail.acked_count, tail.acked_sum_pt) == (2, 3, 37_650, 2, 25_100)
    assert tail.oldest_unsent_ms == NOON_MS + 2000
    last = store.last_ack()
    assert last is not None
    assert last[0] == ack
    assert len(last[1]) == 140
    assert [r.sent for r in store.search(Query())] == [False, True, True]
    assert [r.seq for r in store.search(Query(unsent_only=True))] == [3]
    assert store.totals(DayKey(DATE)) == DayTotals(3, 37_650, 1)
    acknowledge(store, 1, server_ms=NOON_MS + 5)  # the centre was restored
    assert store.tail().hwm == 1


def test_all_sent_leaves_no_oldest(store: ports.Store) -> None:
    sell(store)
    acknowledge(store, 1)
    assert store.tail().oldest_unsent_ms is None
    assert store.search(Query(unsent_only=True)) == []


def test_unsent_stops_at_the_count_and_at_the_size(store: ports.Store) -> None:
    for _ in range(5):
        sell(store)
    items = store.unsent(1, 3, 10**6)
    assert [item.record.fields.seq for item in items] == [2, 3, 4]
    assert all(item.frame == store.frame(1, item.record.fields.seq) for item in items)
    sizes = [len(item.record.pack()) + FRAME_HEAD.size + len(item.frame or b"") for item in items]
    assert len(store.unsent(1, 3, sum(sizes[:2]))) == 2
    assert len(store.unsent(1, 3, sum(sizes[:2]) - 1)) == 1
    assert len(store.unsent(1, 3, 1)) == 1, "at least one, however large"
    assert store.unsent(5, 3, 10**6) == []


def test_an_export_is_the_whole_epoch_and_verifies(store: ports.Store) -> None:
    for _ in range(4):
        sell(store)
    write(store, entry(store.tail().chain, EntryType.EXPORT))
    data = b"".join(item.record.pack() for item in store.export(1))
    start = kj01.Chain(enrolled_store.DEVICE.bytes, 1, 0, kj01.genesis(enrolment().statement))
    assert kj01.verify_stream(data, start, enrolled_store.SIGNER.public) == store.tail().chain
    assert list(store.export(2)) == []
    assert store.frame(1, 5) is None
    assert store.frame(1, 99) is None


# ---- earlier epochs


def test_what_an_earlier_epoch_left_unsent_is_found(store: ports.Store) -> None:
    chain = store.tail().chain
    write(store, entry(chain, EntryType.EPOCH_OPEN))
    for _ in range(3):
        sell(store)
    acknowledge(store, 2)
    assert store.left_behind() == []  # the present epoch is nobody's past
    store.put_enrolment(enrolment(2))
    left = ports.LeftBehind(enrolment().statement, 4, 2, 2)
    assert store.left_behind() == [left]
    sell(store)
    store.put_enrolment(enrolment(3))
    assert store.left_behind() == [left, ports.LeftBehind(enrolment(2).statement, 1, 0, 1)]


def test_an_earlier_epoch_is_asked_by_its_number(store: ports.Store) -> None:
    first, second = sell(store), sell(store)
    ack = acknowledge(store, 1)
    store.put_enrolment(enrolment(2))
    third = sell(store)
    assert store.hash_at(0, 1) == kj01.genesis(enrolment().statement)
    assert (store.hash_at(1, 1), store.hash_at(2, 1), store.hash_at(3, 1)) == (
        first.entry_hash,
        second.entry_hash,
        None,
    )
    assert (store.hash_at(0, 9), store.hash_at(1)) == (None, third.entry_hash)
    assert [item.record.hash for item in store.unsent(1, 9, 10**6, 1)] == [second.entry_hash]
    kept = store.last_ack(1)
    assert kept is not None
    assert (kept[0], store.last_ack()) == (ack, None)


def test_an_earlier_epoch_that_has_gone_up_whole_is_left_behind_no_more(store: ports.Store) -> None:
    row = sell(store)
    store.put_enrolment(enrolment(2))
    ack = Ack(enrolled_store.DEVICE.bytes, 1, 1, row.entry_hash, NOON_MS)
    store.commit([], [store_changes.PutAck(ack, sign(ack, enrolled_store.CENTRE))])
    assert store.left_behind() == []
    found = store.request(row.id)
    assert found is not None
    assert found.sent


def test_the_unsent_of_earlier_epochs_are_listed_with_the_others(store: ports.Store) -> None:
    first, second = sell(store), sell(store)
    acknowledge(store, first.seq)
    store.put_enrolment(enrolment(2))
    third = sell(store)
    assert [r.id for r in store.search(Query(unsent_only=True))] == [third.id, second.id]
    acknowledge(store, 1)
    assert [r.id for r in store.search(Query(unsent_only=True))] == [second.id]
    ack = Ack(enrolled_store.DEVICE.bytes, 1, 2, second.entry_hash, NOON_MS)
    store.commit([], [store_changes.PutAck(ack, sign(ack, enrolled_store.CENTRE))])
    assert store.search(Query(unsent_only=True)) == []
