"""The contract of `kiosk.ports.store.Store`, beside the journal: papers, decisions, days, drafts, documents, people."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.model import store_changes
from kiosk.model.paper_sheet import Note, Sheet
from kiosk.model.service_request import TRAY, Day, DayTotals, Decision, Draft, Movement, PrintJob, PrintState, Query
from kiosk.ports.store import Attempts, Pin, Store
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.texts import Bilingual
from tests.harness.enrolled_store import enrolment, entry, print_job, sell
from tests.harness.fakes.fake_world import NOON_MS

DATE = "2026-11-25"
KEY = DayKey(DATE)


# ---- papers


def test_a_print_job_moves_only_from_where_it_was_believed_to_be(store: Store) -> None:
    row = sell(store)
    job = store.print_jobs.of_entry(1, row.seq)[0]
    store.commit([], [store_changes.SetPaper(job.id, (PrintState.WAITING, PrintState.FAILED), PrintState.SENDING)])
    store.commit([], [store_changes.SetPaper(job.id, (PrintState.WAITING,), PrintState.CANCELLED)])
    store.commit([], [store_changes.SetPaper("no such job", (PrintState.WAITING,), PrintState.CANCELLED)])
    assert store.print_jobs.job(job.id) == replace(job, state=PrintState.SENDING)
    assert store.print_jobs.in_states([PrintState.WAITING, PrintState.CANCELLED]) == []
    assert store.print_jobs.in_states([]) == []
    found = store.requests.get(row.id)
    assert found is not None
    assert found.paper is PrintState.SENDING


def test_copies_are_counted_apart_from_the_receipt(store: Store) -> None:
    first, second = sell(store), sell(store)
    record = next(iter(store.journal.unsent(first.seq - 1, 1, 1))).record
    copy = print_job(record, copy=1)
    store.commit([], [copy])
    found = store.requests.get(first.id)
    assert found is not None
    assert (found.copies, found.paper) == (1, PrintState.WAITING)
    assert [job.copy for job in store.print_jobs.of_entry(1, first.seq)] == [0, 1]
    assert [(j.seq, j.copy) for j in store.print_jobs.in_states([PrintState.WAITING])] == [
        (1, 0),
        (second.seq, 0),
        (1, 1),
    ]
    assert [(j.seq, j.copy) for j in store.print_jobs.in_states([PrintState.WAITING], 2)] == [(1, 0), (second.seq, 0)]
    assert store.print_jobs.job(copy.id) == copy
    assert store.print_jobs.job("none") is None
    assert store.print_jobs.receipt(1, 99) is None


# ---- decisions and the tray


def decision(seq: int, status: str = "rejected") -> Decision:
    return Decision(1, seq, status, "R7", "الصورة غير واضحة", "The picture is unclear", NOON_MS)


def test_the_tray_holds_what_nobody_has_dealt_with(store: Store) -> None:
    rows = [sell(store) for _ in range(4)]
    for seq, status in enumerate(["rejected", "approved", "sent_back", "pending"], 1):
        store.commit([], [decision(seq, status)])
    assert [r.seq for r in store.requests.search(TRAY)] == [3, 1]
    assert store.requests.rejected_count() == 2
    assert store.requests.search(TRAY)[1] == replace(rows[0], decision=decision(1), paper=PrintState.WAITING)
    found = store.requests.get(rows[0].id)
    assert found is not None
    assert found.decision == decision(1)
    store.commit([], [store_changes.SeenDecision(1, 3)])
    assert [r.seq for r in store.requests.search(TRAY)] == [1]
    store.commit([], [decision(3, "rejected")])
    assert [r.seq for r in store.requests.search(TRAY)] == [3, 1], "a new decision of the centre comes back to the tray"
    store.commit([], [decision(1, "approved")])
    assert [r.seq for r in store.requests.search(TRAY)] == [3]


def test_what_was_voided_asks_nobody_for_anything(store: Store) -> None:
    sold = sell(store)
    move(store, of=sold.seq)
    store.commit([], [decision(sold.seq)])
    assert store.requests.search(TRAY) == []
    assert [r.seq for r in store.requests.search(Query())] == [sold.seq]


# ---- days


def test_a_day_is_opened_and_closed_once(store: Store) -> None:
    day = Day(DATE, "op-1", 5000, NOON_MS, 1)
    store.commit([], [day])
    assert store.days.open_day() == store.days.day(KEY) == day
    for again in (day, replace(day, date="2026-11-26")):
        with pytest.raises(Refused, match="day_exists"):
            store.commit([], [again])
    assert store.days.last_closed() is None
    store.commit([], [store_changes.CloseDay(KEY, NOON_MS + 9, 7, 5500, 5400, 123_456)])
    assert store.days.open_day() is None
    assert store.days.day(KEY) == replace(
        day, closed_ms=NOON_MS + 9, closed_seq=7, expected_pt=5500, counted_pt=5400, grand_total_pt=123_456
    )
    with pytest.raises(Refused, match="day_not_open"):
        store.commit([], [store_changes.CloseDay(KEY, 1)])
    with pytest.raises(Refused, match="day_exists"):
        store.commit([], [day])
    store.commit([], [replace(day, date="2026-11-26")])
    assert store.days.day(DayKey("2026-11-27")) is None
    assert store.days.last_closed() == store.days.day(KEY)
    assert [day.date for day in store.days.newest()] == ["2026-11-26", DATE]
    assert [day.date for day in store.days.newest(1)] == ["2026-11-26"]
    store.commit([], [store_changes.CloseDay(DayKey("2026-11-26"), NOON_MS + 10, grand_total_pt=123_456)])
    assert store.days.last_closed() == store.days.day(DayKey("2026-11-26"))


def test_a_date_is_opened_again_beside_what_was_closed(store: Store) -> None:
    day, again = Day(DATE, "op-1", 5000, NOON_MS, 1), Day(DATE, "op-2", 700, NOON_MS + 20, 9, number=2)
    assert store.days.openings(DATE) == 0
    store.commit([], [day])
    with pytest.raises(Refused, match="day_exists"):
        store.commit([], [again])
    store.commit([], [store_changes.CloseDay(KEY, NOON_MS + 9, grand_total_pt=12_550)])
    store.commit([], [again])
    assert store.days.open_day() == store.moment().day == store.days.day(again.key) == again
    assert (store.days.openings(DATE), store.days.openings("2026-11-26")) == (2, 0)
    assert [found.key for found in store.days.newest()] == [again.key, KEY]
    with pytest.raises(Refused, match="day_not_open"):
        store.commit([], [store_changes.CloseDay(KEY, NOON_MS + 30)])
    store.commit([], [store_changes.CloseDay(again.key, NOON_MS + 9, grand_total_pt=12_550)])
    last = store.days.last_closed()
    assert last is not None
    assert last.key == again.key


def test_what_belongs_to_one_opening_is_not_the_others(store: Store) -> None:
    first, second = sell(store), sell(store, day_number=2, total_pt=700)
    moved = [move(store), move(store, day_number=2)]
    assert store.days.movements(KEY) == moved[:1]
    assert store.days.movements(DayKey(DATE, 2)) == moved[1:]
    assert store.requests.totals(KEY) == DayTotals(1, 12_550, 1)
    assert store.requests.totals(DayKey(DATE, 2)) == DayTotals(1, 700, 1)
    assert [r.seq for r in store.requests.search(Query(date=DATE))] == [second.seq, first.seq]
    assert [r.seq for r in store.requests.search(Query(date=DATE, day_number=1))] == [first.seq]
    assert [(r.seq, r.day_number) for r in store.requests.search(Query(date=DATE, day_number=2))] == [(second.seq, 2)]


def test_the_last_close_is_the_one_with_the_most_taken_whatever_the_clock_said(store: Store) -> None:
    for date, closed_ms, total_pt in (("2027-11-25", NOON_MS * 2, 100), ("2026-11-25", NOON_MS, 250)):
        store.commit([], [Day(date, "op-1", 0, closed_ms - 1, 1)])
        store.commit([], [store_changes.CloseDay(DayKey(date), closed_ms, grand_total_pt=total_pt)])
    last = store.days.last_closed()
    assert last is not None
    assert last.grand_total_pt == 250


# ---- money that moved without a sale


def move(store: Store, of: int = 0, **changes: Any) -> Movement:
    chain = store.journal.tail().chain
    made = entry(chain, EntryType.CASH, money_pt=0)
    fields = made.record.fields
    moved = Movement(
        "void" if of else "cash_out", 1, fields.seq, DATE, fields.wall_ms, "op-1", 700, "فكة", approver="op-2",
        party="البنك", reference="R-1", of_epoch=1 if of else 0, of_seq=of,
    )  # fmt: skip
    moved = replace(moved, **changes)
    store.commit([made], [moved], chain)
    return moved


def test_movements_are_of_one_date_oldest_first(store: Store) -> None:
    first, second = move(store), move(store, cash=False)
    move(store, date="2026-11-26")
    assert store.days.movements(KEY) == [first, second]
    assert store.days.movements(DayKey("2026-11-27")) == []


def test_a_request_is_reversed_once(store: Store) -> None:
    sold, other = sell(store), sell(store)
    assert store.days.reversal(1, sold.seq) is None
    void = move(store, of=sold.seq)
    assert store.days.reversal(1, sold.seq) == void
    assert [r.reversed for r in store.requests.search(Query())] == ["", "void"]
    with pytest.raises(Refused, match="already_reversed"):
        move(store, of=sold.seq, kind="refund")
    assert store.journal.tail().chain.seq == void.seq
    move(store, of=other.seq, kind="refund")
    found = store.requests.get(other.id)
    assert found is not None
    assert found.reversed == "refund"


def test_the_sum_at_an_entry_is_that_of_all_before_it(store: Store) -> None:
    first = sell(store)
    move(store)
    last = sell(store)
    assert [store.journal.sum_at(seq) for seq in (0, first.seq, last.seq - 1, last.seq, 99)] == [
        0,
        12_550,
        12_550,
        25_100,
        0,
    ]


def test_what_a_fee_is_made_of_and_how_it_was_paid_is_kept(store: Store) -> None:
    row = sell(store, service_pt=500, vat_pt=61, commission_pt=150, method="card", reference="8812")
    found = store.requests.get(row.id)
    assert found is not None
    assert (found.service_pt, found.vat_pt, found.commission_pt) == (500, 61, 150)
    assert (found.method, found.reference) == ("card", "8812")


def test_totals_are_of_one_date(store: Store) -> None:
    sell(store)
    sell(store, date="2026-11-26", total_pt=1)
    assert store.requests.totals(DayKey("2026-11-26")) == DayTotals(1, 1, 1)
    assert store.requests.totals(DayKey("2026-11-27")) == DayTotals(0, 0, 0)
    assert [r.date for r in store.requests.search(Query(date=DATE))] == [DATE]


def test_same_day_finds_the_same_citizen_and_service(store: Store) -> None:
    row = sell(store)
    sell(store, service_id="other")
    sell(store, national_id="29001010100019")
    sell(store, date="2026-11-26")
    assert [r.id for r in store.requests.same_day(row.national_id, row.service_id, DATE)] == [row.id]


# ---- drafts, documents, people, facts


def test_the_drafts_of_an_operator_the_latest_first(store: Store) -> None:
    draft = Draft("d1", "op-1", "traffic.renewal", 3, {"الاسم": "محمد", "n": [1, None]}, 10, 7)
    store.commit([], [draft, replace(draft, id="d2", updated_ms=5)])
    older = replace(draft, id="d2", updated_ms=5)
    assert store.drafts.of_operator("op-1") == [draft, older]
    newer = replace(draft, id="d2", updated_ms=11, raw={})
    store.commit([], [newer])
    assert store.drafts.of_operator("op-1") == [newer, draft]
    store.commit([], [store_changes.DropDraft("d2"), store_changes.DropDraft("none")])
    assert store.drafts.of_operator("op-1") == [draft]
    assert store.drafts.of_operator("op-2") == []


def test_a_form_that_was_sold_is_kept_no_more(store: Store) -> None:
    sold = sell(store)
    store.commit([], [Draft(sold.id, "op-1", "traffic.renewal", 3, {}, 10, 7)])
    assert store.drafts.of_operator("op-1") == []


def test_a_text_too_long_to_be_read_again_is_refused_and_the_others_stay_readable(store: Store) -> None:
    long, good = "م" * 8200, Draft("a", "op-1", "s", 1, {"name": "م" * 8000}, 1)
    store.commit([], [good])
    with pytest.raises(Refused, match="text_long"):
        store.commit([], [replace(good, id="b", raw={"name": long})])
    sheet = Sheet("refusal", Bilingual("م", "s"), Bilingual("ع", "t"), (Note(Bilingual(long, long)),))
    with pytest.raises(Refused, match="text_long"):
        store.commit([], [PrintJob("j", 1, 0, 0, sheet, PrintState.WAITING, 1)])
    assert store.drafts.of_operator("op-1") == [good]
    assert store.print_jobs.in_states(list(PrintState)) == []


def test_drafts_of_a_visit_and_their_end(store: Store) -> None:
    first = Draft("d1", "op-1", "traffic.renewal", 3, {}, 10, 7)
    second, other = replace(first, id="d2", updated_ms=11, visit="d1"), replace(first, id="d3", operator="op-2")
    store.commit([], [first, second, other])
    assert [(draft.id, draft.visit_id) for draft in store.drafts.of_operator("op-1")] == [("d2", "d1"), ("d1", "d1")]
    store.commit([], [store_changes.DropOldDrafts(11)])
    assert (store.drafts.of_operator("op-1"), store.drafts.of_operator("op-2")) == ([second], [])


def test_the_services_used_most_come_first(store: Store) -> None:
    sold = ("b", DATE), ("c", DATE), ("c", DATE), ("a", DATE), ("old", "2020-01-01"), ("new", "2099-01-01")
    for service, date in sold:
        sell(store, service_id=service, date=date)
    assert store.requests.used(DATE, "2099-01-01") == ["c", "a", "b"]


def test_the_document_put_last_is_in_force_and_old_catalogues_are_kept(store: Store) -> None:
    put = [("catalogue", 1), ("settings", 4), ("catalogue", 2), ("settings", 5), ("catalogue", 1)]
    for kind, version in put:
        store.commit([], [store_changes.PutDocument(kind, version, f"{kind} {version}".encode())])
    assert store.document("catalogue") == b"catalogue 1", "the last one rules"
    assert store.document("catalogue", 2) == b"catalogue 2"
    assert store.document("settings") == b"settings 5"
    assert store.document("settings", 4) is None
    assert store.document("operators") is None


def test_pins_and_attempts_are_replaced(store: Store) -> None:
    for verifier in ("$argon2id$1", "$argon2id$2"):
        store.commit([], [store_changes.PutPin("op-1", verifier, "aa")])
    assert store.pin("op-1") == Pin("$argon2id$2", "aa")
    assert store.pin("op-2") is None
    for failed in (1, 2):
        store.commit([], [store_changes.PutAttempts("op-1", failed, 10, 20, b"boot-id1")])
    assert store.attempts("op-1") == Attempts(2, 10, 20, b"boot-id1")
    assert store.attempts("op-2") is None


def test_facts_and_the_cursor(store: Store) -> None:
    store.commit([], [store_changes.PutFact("lease", b"\x00\xff"), store_changes.PutCursor(41)])
    store.commit([], [store_changes.PutCursor(42), store_changes.PutFact("cursor", b"7")])
    assert store.fact("lease") == b"\x00\xff"
    assert store.fact("none") is None
    assert store.cursor() == 42


def test_a_new_epoch_begins_at_the_start_of_its_feed(store: Store) -> None:
    store.commit([], [store_changes.PutCursor(42), store_changes.PutFact("lease", b"1")])
    store.put_enrolment(enrolment(2))
    assert (store.cursor(), store.fact("lease")) == (0, b"1")


def test_what_ruled_another_shop_does_not_rule_here(store: Store) -> None:
    for kind in ("settings", "operators", "catalogue", "keyset"):
        store.commit([], [store_changes.PutDocument(kind, 1, b"{}")])
    store.put_enrolment(enrolment(2))
    assert store.document("settings") == b"{}"
    moved = enrolment(3)
    store.put_enrolment(replace(moved, statement=moved.statement.replace(b'"shop-1"', b'"shop-2"')))
    found = [store.document(kind) for kind in ("settings", "operators", "catalogue", "keyset")]
    assert found == [None, None, b"{}", b"{}"]


def test_a_decision_that_comes_again_stays_dealt_with(store: Store) -> None:
    row = sell(store)
    said = Decision(1, row.seq, "rejected", "x", "سبب", "why", 5)
    for change in (
        said,
        store_changes.SeenDecision(1, row.seq),
        said,
    ):
        store.commit([], [change])
    assert store.requests.search(TRAY) == []
    store.commit([], [replace(said, at_ms=6)])
    assert [found.seq for found in store.requests.search(TRAY)] == [row.seq]


# ---- erasure


def test_erasing_takes_what_names_the_citizen_and_leaves_the_rest(store: Store) -> None:
    row, other = sell(store), sell(store)
    records = [item.record for item in store.journal.export(1)]
    store.commit([], [store_changes.Erase(1, row.seq)])
    found = store.requests.get(row.id)
    assert found == replace(row, name="", national_id="", mobile="", paper=PrintState.WAITING)
    assert (store.journal.frame(1, row.seq), store.journal.frame(1, other.seq) is None) == (None, False)
    assert [item.record for item in store.journal.export(1)] == records
    for text in (row.name, row.national_id, row.mobile, row.national_id[-4:], row.name.split()[0]):
        assert [r.id for r in store.requests.search(Query(text))] == [other.id]
    assert store.requests.same_day(row.national_id, row.service_id, DATE) == [store.requests.get(other.id)]
    assert store.requests.totals(KEY) == DayTotals(2, 25_100, 2)
    assert store.journal.unsent(0, 9, 10**6)[0].frame is None


def test_an_erased_receipt_keeps_its_number_and_its_lines(store: Store) -> None:
    row = sell(store)
    before = store.print_jobs.receipt(1, row.seq)
    assert before is not None
    store.commit([], [store_changes.Erase(1, row.seq)])
    assert store.print_jobs.receipt(1, row.seq) == replace(before, name="", national_id="")
    (job,) = store.print_jobs.of_entry(1, row.seq)
    assert job.state is PrintState.WAITING


def test_erasing_twice_or_what_is_no_request_does_no_harm(store: Store) -> None:
    row = sell(store)
    for _ in range(2):
        store.commit([], [store_changes.Erase(1, row.seq)])
    found = store.requests.get(row.id)
    assert found is not None
    assert found.name == ""


# ---- entries that name a citizen without a request


CITIZEN = "20001010100014"


def refusal(store: Store) -> int:
    chain = store.journal.tail().chain
    made = entry(chain, EntryType.REFUSAL, frame={"reason": {}})
    store.commit([made], [store_changes.NameEntry(1, chain.seq + 1, CITIZEN)], chain)
    return chain.seq + 1


def test_an_entry_that_names_a_citizen_is_found_until_it_is_erased(store: Store) -> None:
    first, second = refusal(store), refusal(store)
    assert store.journal.named(CITIZEN) == [(1, first), (1, second)]
    assert store.journal.named(CITIZEN[:-1]) == []
    store.commit([], [store_changes.Erase(1, first)])
    assert store.journal.named(CITIZEN) == [(1, second)]


def test_every_draft_is_everybodys(store: Store) -> None:
    for name, operator in (("a", "one"), ("b", "two"), ("c", "one")):
        store.commit([], [Draft(name, operator, "birth-cert", 1, {}, 1)])
    assert {draft.id for draft in store.drafts.every()} == {"a", "b", "c"}


def test_old_papers_that_prove_nothing_go_unless_they_are_still_to_come(store: Store) -> None:
    sheet = Sheet("answer", Bilingual("م", "s"), Bilingual("ع", "t"), ())
    for name, state, at_ms in (
        ("old", PrintState.PRINTED, 5), ("uncertain", PrintState.UNCERTAIN, 5), ("waiting", PrintState.WAITING, 5),
        ("sending", PrintState.SENDING, 5), ("new", PrintState.PRINTED, 10),
    ):  # fmt: skip
        store.commit([], [PrintJob(name, 1, 0, 0, sheet, state, at_ms)])
    row = sell(store)
    store.commit([], [store_changes.DropLoosePapers(10)])
    assert {job.id for job in store.print_jobs.in_states(list(PrintState)) if job.seq == 0} == {
        "waiting",
        "sending",
        "new",
    }
    assert len(store.print_jobs.of_entry(1, row.seq)) == 1
