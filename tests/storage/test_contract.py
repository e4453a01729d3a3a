"""The contract of `kiosk.ports.Store`: the same tests on the store in memory and on the real one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk import journal, ports
from kiosk.errors import Corrupt, Refused
from kiosk.journal import EntryType, JournalFault
from kiosk.personal import FRAME_HEAD
from kiosk.transaction import Day, DayTotals, Draft, Outcome, Paper, Query
from tests.fakes.keystore import FakeKeystore
from tests.fakes.store import FakeStore
from tests.fakes.world import NOON_MS
from tests.storage import house
from tests.storage.house import acknowledge, enrolment, entry, print_job, sale, sell

DATE = "2026-11-25"


@pytest.fixture(params=["memory", "sql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ports.Store]:
    """Not enrolled."""
    if request.param == "memory":
        yield FakeStore()
    else:
        opened = house.open_house(tmp_path, FakeKeystore())
        yield opened.store
        opened.close()


@pytest.fixture
def store(bare: ports.Store) -> ports.Store:
    bare.put_enrolment(enrolment())
    return bare


def write(store: ports.Store, *entries: ports.Entry, changes: tuple[ports.Change, ...] = ()) -> None:
    store.commit(entries, changes, store.tail().chain)


# ---- enrolment and epochs


def test_a_new_store_has_nothing(bare: ports.Store) -> None:
    with pytest.raises(Refused, match="not_enrolled"):
        bare.tail()
    with pytest.raises(Refused, match="not_enrolled"):
        bare.commit([entry(journal.Chain(house.DEVICE.bytes, 1, 0, bytes(32)))], [], None)
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
    genesis = journal.genesis(enrolment().statement)
    assert store.enrolment() == enrolment()
    assert store.tail() == ports.Tail(journal.Chain(house.DEVICE.bytes, 1, 0, genesis), 0, 0, 0, 0, 0, None)
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
        journal.Chain(house.DEVICE.bytes, 2, 0, journal.genesis(enrolment(2).statement)), 0, 0, 0, 0, 0, None
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
    assert store.request(row.id) == replace(row, paper=Paper.WAITING)
    assert store.request_at(1) == store.request(row.id)
    assert store.frame(1, 1) == entries[0].frame
    assert store.receipt(1, 1) == house.receipt(record)
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
        store.commit(entries, [*changes, ports.PutFact("x", b"1"), ports.CloseDay(DATE, 1)], chain)
    assert store.tail().chain == chain
    assert store.request(row.id) is None
    assert store.print_jobs(list(Paper)) == []
    assert store.fact("x") is None


def test_a_visit_is_several_entries_in_one_commit(store: ports.Store) -> None:
    chain = store.tail().chain
    first = entry(chain, money_pt=100)
    second = entry(chain.after(first.record), money_pt=200)
    visit = house.new_id()
    rows = [house.request(e.record, visit=visit, line=n, lines=2) for n, e in enumerate([first, second], 1)]
    store.commit([first, second], [ports.AddRequest(row) for row in rows], chain)
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
    assert store.totals(DATE) == DayTotals(3, 37_650, 1)
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
    start = journal.Chain(house.DEVICE.bytes, 1, 0, journal.genesis(enrolment().statement))
    assert journal.verify_stream(data, start, house.SIGNER.public) == store.tail().chain
    assert list(store.export(2)) == []
    assert store.frame(1, 5) is None
    assert store.frame(1, 99) is None


# ---- papers


def test_a_print_job_moves_only_from_where_it_was_believed_to_be(store: ports.Store) -> None:
    row = sell(store)
    job = store.papers(1, row.seq)[0]
    store.commit([], [ports.SetPaper(job.id, (Paper.WAITING, Paper.FAILED), Paper.SENDING)])
    store.commit([], [ports.SetPaper(job.id, (Paper.WAITING,), Paper.CANCELLED)])
    store.commit([], [ports.SetPaper("no such job", (Paper.WAITING,), Paper.CANCELLED)])
    assert store.print_job(job.id) == replace(job, state=Paper.SENDING)
    assert store.print_jobs([Paper.WAITING, Paper.CANCELLED]) == []
    assert store.print_jobs([]) == []
    found = store.request(row.id)
    assert found is not None
    assert found.paper is Paper.SENDING


def test_copies_are_counted_apart_from_the_receipt(store: ports.Store) -> None:
    first, second = sell(store), sell(store)
    record = next(iter(store.unsent(first.seq - 1, 1, 1))).record
    copy = print_job(record, copy=1)
    store.commit([], [ports.AddPrintJob(copy)])
    found = store.request(first.id)
    assert found is not None
    assert (found.copies, found.paper) == (1, Paper.WAITING)
    assert [job.copy for job in store.papers(1, first.seq)] == [0, 1]
    assert [(j.seq, j.copy) for j in store.print_jobs([Paper.WAITING])] == [(1, 0), (second.seq, 0), (1, 1)]
    assert store.print_job(copy.id) == copy
    assert store.print_job("none") is None
    assert store.receipt(1, 99) is None


# ---- outcomes and the tray


def outcome(seq: int, status: str = "rejected") -> Outcome:
    return Outcome(1, seq, status, "R7", "الصورة غير واضحة", "The picture is unclear", NOON_MS)


def test_the_tray_holds_what_nobody_has_dealt_with(store: ports.Store) -> None:
    rows = [sell(store) for _ in range(4)]
    for seq, status in enumerate(["rejected", "approved", "sent_back", "pending"], 1):
        store.commit([], [ports.PutOutcome(outcome(seq, status))])
    assert [r.seq for r in store.rejected()] == [3, 1]
    assert [r.seq for r in store.search(Query(rejected_only=True, limit=1))] == [3]
    found = store.request(rows[0].id)
    assert found is not None
    assert found.outcome == outcome(1)
    store.commit([], [ports.SeenOutcome(1, 3)])
    assert [r.seq for r in store.rejected()] == [1]
    store.commit([], [ports.PutOutcome(outcome(3, "rejected"))])
    assert [r.seq for r in store.rejected()] == [3, 1], "a new word of the centre comes back to the tray"
    store.commit([], [ports.PutOutcome(outcome(1, "approved"))])
    assert [r.seq for r in store.rejected()] == [3]


# ---- days


def test_a_day_is_opened_and_closed_once(store: ports.Store) -> None:
    day = Day(DATE, "op-1", 5000, NOON_MS, 1)
    store.commit([], [ports.OpenDay(day)])
    assert store.open_day() == store.day(DATE) == day
    for again in (day, replace(day, date="2026-11-26")):
        with pytest.raises(Refused, match="day_exists"):
            store.commit([], [ports.OpenDay(again)])
    store.commit([], [ports.CloseDay(DATE, NOON_MS + 9)])
    assert store.open_day() is None
    assert store.day(DATE) == replace(day, closed_ms=NOON_MS + 9)
    with pytest.raises(Refused, match="day_not_open"):
        store.commit([], [ports.CloseDay(DATE, 1)])
    with pytest.raises(Refused, match="day_exists"):
        store.commit([], [ports.OpenDay(day)])
    store.commit([], [ports.OpenDay(replace(day, date="2026-11-26"))])
    assert store.day("2026-11-27") is None


def test_totals_are_of_one_date(store: ports.Store) -> None:
    sell(store)
    sell(store, date="2026-11-26", total_pt=1)
    assert store.totals("2026-11-26") == DayTotals(1, 1, 1)
    assert store.totals("2026-11-27") == DayTotals(0, 0, 0)
    assert [r.date for r in store.search(Query(date=DATE))] == [DATE]


def test_same_day_finds_the_same_citizen_and_service(store: ports.Store) -> None:
    row = sell(store)
    sell(store, service_id="other")
    sell(store, national_id="29001010100019")
    sell(store, date="2026-11-26")
    assert [r.id for r in store.same_day(row.national_id, row.service_id, DATE)] == [row.id]


# ---- drafts, documents, people, facts


def test_the_latest_draft_of_an_operator(store: ports.Store) -> None:
    draft = Draft("d1", "op-1", "traffic.renewal", 3, {"الاسم": "محمد", "n": [1, None]}, 10)
    store.commit([], [ports.PutDraft(draft), ports.PutDraft(replace(draft, id="d2", updated_ms=5))])
    assert store.draft("op-1") == draft
    store.commit([], [ports.PutDraft(replace(draft, id="d2", updated_ms=11, raw={}))])
    assert store.draft("op-1") == replace(draft, id="d2", updated_ms=11, raw={})
    store.commit([], [ports.DropDraft("d2"), ports.DropDraft("none")])
    assert store.draft("op-1") == draft
    assert store.draft("op-2") is None


def test_the_document_put_last_is_in_force_and_old_catalogues_are_kept(store: ports.Store) -> None:
    put = [("catalogue", 1), ("settings", 4), ("catalogue", 2), ("settings", 5), ("catalogue", 1)]
    for kind, version in put:
        store.commit([], [ports.PutDocument(kind, version, f"{kind} {version}".encode())])
    assert store.document("catalogue") == b"catalogue 1", "the last one rules"
    assert store.document("catalogue", 2) == b"catalogue 2"
    assert store.document("settings") == b"settings 5"
    assert store.document("settings", 4) is None
    assert store.document("operators") is None


def test_pins_and_attempts_are_replaced(store: ports.Store) -> None:
    for verifier in ("$argon2id$1", "$argon2id$2"):
        store.commit([], [ports.PutPin("op-1", verifier, "aa")])
    assert store.pin("op-1") == ports.Pin("$argon2id$2", "aa")
    assert store.pin("op-2") is None
    for failed in (1, 2):
        store.commit([], [ports.PutAttempts("op-1", failed, 10, 20, b"boot-id1")])
    assert store.attempts("op-1") == ports.Attempts(2, 10, 20, b"boot-id1")
    assert store.attempts("op-2") is None


def test_facts_and_the_cursor(store: ports.Store) -> None:
    store.commit([], [ports.PutFact("lease", b"\x00\xff"), ports.PutCursor(41)])
    store.commit([], [ports.PutCursor(42), ports.PutFact("cursor", b"7")])
    assert store.fact("lease") == b"\x00\xff"
    assert store.fact("none") is None
    assert store.cursor() == 42


# ---- the one box


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", [3, 2, 1]),
        ("محمد", [2, 1]),
        ("احمد عبدالله", [1]),
        ("عبد الله محمد", [1]),
        ("حمد", [2, 1]),
        ("مح", [2, 1]),
        ("م", [3, 2, 1]),
        ("حم", []),
        ("مح السيد", [2]),
        ("لسي مح", [2]),
        ("مني", [3]),
        ("مُنى", [3]),
        ("mona", []),
        ("3", [3]),
        ("٣", [3]),
        ("29001010100018", [1]),
        ("٢٩٠٠١٠١٠١٠٠٠١٨", [1]),
        ("2900101", [1]),
        ("29001", []),
        ("01001234567", [1]),
        ("+201001234567", [1]),
        ("010012", [1]),
        ("01001", []),
        ("01112223334 منى", [3]),
        ("01112223334 محمد", []),
        ("01112223334 من", [3]),
        ("019a1b2c-2", [2]),
        ("019A1B2C-٢", [2]),
        ("019a1b2c-9", []),
        ("019a1b2d-2", []),
        ("002687671600000002", [2]),
        ("999999999900000002", []),
        ('" OR 1=1 --', []),
        ("محمد*", []),
        ("99999999999999999999999999", []),
    ],
)
def test_one_box_finds(store: ports.Store, text: str, found: list[int]) -> None:
    sell(store)
    sell(store, name="محمد السيد", national_id="30002020200027", mobile="01223334445")
    sell(store, name="منى مصطفى", national_id="30103030300036", mobile="01112223334")
    assert [r.seq for r in store.search(Query(text))] == found


def test_the_box_takes_a_code_and_a_qr(store: ports.Store) -> None:
    rows = [sell(store) for _ in range(3)]
    for row in rows:
        bare = row.code.replace("-", "")[:16]
        qr = f"https://example.gov.eg/r/019a1b2c/{row.seq}/{row.entry_hash.hex()}"
        for text in (row.code, row.code.lower(), bare, qr):
            assert [r.id for r in store.search(Query(text))] == [row.id]
    wrong = rows[0].code[:-1] + ("0" if rows[0].code[-1] != "0" else "1")
    assert store.search(Query(wrong)) == []


def test_a_search_stops_at_its_limit(store: ports.Store) -> None:
    for _ in range(4):
        sell(store)
    assert [r.seq for r in store.search(Query("محمد", limit=2))] == [4, 3]
    assert [r.seq for r in store.search(Query("محمد", date="2026-11-26"))] == []
    acknowledge(store, 3)
    assert [r.seq for r in store.search(Query("محمد", unsent_only=True))] == [4]
