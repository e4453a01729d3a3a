"""Closing the day: counted, compared, agreed to, printed; and nothing may keep a shop from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kiosk.core.events import DocumentsChanged
from kiosk.model.day_book import FACES_PT, Count, RequestTotal, count_faces, count_sum, in_faces
from kiosk.model.paper_sheet import Sheet
from kiosk.model.service_request import Day, PrintJob
from kiosk.model.store_changes import PutDocument
from kiosk.staff.centre_approvals import Approver
from protocol.clock import DAY_MS
from protocol.documents import trust
from protocol.errors import Refused
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from protocol.values.arabic import one_line
from tests.harness.shop import CODE, FEED, OPERATOR, PIN, PIN_SUPERVISOR, SUPERVISOR, Shop, settings

SUPERVISED = Approver(SUPERVISOR, PIN_SUPERVISOR)


def last(shop: Shop, kind: EntryType) -> dict[str, Any]:
    bodies = [read_body(i.record.body) for i in shop.store.journal.export(1) if i.record.fields.entry_type == kind]
    return bodies[-1]


def paper_of(shop: Shop, day: Day) -> PrintJob:
    (job,) = shop.store.print_jobs.of_entry(1, day.closed_seq)
    return job


def told(job: PrintJob) -> str:
    assert isinstance(job.content, Sheet)
    return job.content.pack().decode()


def with_supervisor(shop: Shop) -> Shop:
    """The supervisor has a PIN; the operator sits at the counter and the day is open."""
    shop.counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    return shop.ready()


def put_settings(shop: Shop, **day: Any) -> None:
    envelope = trust.seal_object(trust.SETTINGS, settings(2, day=day), FEED)
    shop.counter.journal.write([], [PutDocument("settings", 2, envelope)])
    shop.counter.events.publish(DocumentsChanged("settings"))


def next_morning(shop: Shop) -> None:
    shop.clock.pass_ms(DAY_MS)
    shop.counter.people.sign_in(OPERATOR, PIN)


def refused(call: Any) -> str:
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.code


# ---- counting


def test_notes_and_coins_are_counted_by_face() -> None:
    assert count_faces({500: 3, 20_000: 1, 25: 0, 50: 2}) == Count(((20_000, 1), (500, 3), (50, 2)), 21_600)
    assert count_faces({}) == Count((), 0)
    assert sorted(FACES_PT, reverse=True) == list(FACES_PT)


@pytest.mark.parametrize("counts", [{700: 1}, {100: -1}])
def test_a_face_that_does_not_exist_is_a_bug(counts: dict[int, int]) -> None:
    with pytest.raises(ValueError, match="faces"):
        count_faces(counts)


def test_the_count_is_compared_with_what_should_be_there(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale())
    compared = open_shop.counter.closing.compare(count_faces({10_000: 1, 5_000: 1}))
    assert (compared.book.expected_pt, compared.difference_pt) == (15_000, 0)
    assert (compared.needs_reason, compared.needs_approver) == (False, False)
    short = open_shop.counter.closing.compare(count_sum(13_000))
    assert (short.difference_pt, short.needs_reason, short.needs_approver) == (-2_000, True, False)
    over = open_shop.counter.closing.compare(count_sum(17_025))
    assert (over.difference_pt, over.needs_reason, over.needs_approver) == (2_025, True, True)


@pytest.mark.parametrize("total", [-1, 2**53])
def test_a_count_outside_the_range_is_refused(open_shop: Shop, total: int) -> None:
    assert refused(lambda: open_shop.counter.closing.compare(count_sum(total))) == "money_range"


# ---- closing


def test_a_day_that_adds_up_closes_with_its_z_report(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale())
    day = open_shop.counter.closing.close(count_faces({10_000: 1, 5_000: 1}))
    assert (day.expected_pt, day.counted_pt, day.grand_total_pt) == (15_000, 15_000, 5_000)
    assert open_shop.counter.till.day() is None
    body = last(open_shop, EntryType.DAY_CLOSE)
    wanted = {
        "op": OPERATOR, "date": "2026-11-25", "opening_pt": 10_000, "count": 1, "sum_pt": 5_000, "government_pt": 4_500,
        "service_pt": 500, "vat_pt": 61, "cash_pt": 5_000, "noncash_pt": 0, "grand_total_pt": 5_000,
        "expected_pt": 15_000, "counted_pt": 15_000, "difference_pt": 0, "voids": 0, "refunds": 0,
        "notes": [{"face_pt": 10_000, "count": 1}, {"face_pt": 5_000, "count": 1}],
    }  # fmt: skip
    assert {name: body[name] for name in wanted} == wanted
    assert {"reason", "pending", "op2", "recounts"}.isdisjoint(body)
    job = paper_of(open_shop, day)
    assert "مطابق" in told(job)
    assert (job.seq, job.copy) == (day.closed_seq, 0)


def test_an_empty_day_closes_too(open_shop: Shop) -> None:
    day = open_shop.counter.closing.close(count_sum(10_000))
    assert (day.expected_pt, day.grand_total_pt) == (10_000, 0)
    assert last(open_shop, EntryType.DAY_CLOSE)["count"] == 0


def test_a_small_difference_needs_a_reason_and_is_said_in_words(open_shop: Shop) -> None:
    closing = open_shop.counter.closing
    assert refused(lambda: closing.close(count_sum(9_500))) == "reason_needed"
    assert refused(lambda: closing.close(count_sum(9_500), " \u200f ")) == "reason_needed"
    day = closing.close(count_sum(9_500), "  فكة\nناقصة ", recounts=2)
    body = last(open_shop, EntryType.DAY_CLOSE)
    assert (body["difference_pt"], body["reason"], body["recounts"]) == (-500, "فكة ناقصة", 2)
    assert "عجز" in told(paper_of(open_shop, day))


def test_a_large_difference_needs_a_supervisor(shop: Shop) -> None:
    closing = with_supervisor(shop).counter.closing
    assert refused(lambda: closing.close(count_sum(15_000), "x")) == "supervisor_needed"
    assert refused(lambda: closing.close(count_sum(15_000), "x", Approver(OPERATOR, "1"))) == "second_same"
    assert refused(lambda: closing.close(count_sum(15_000), "x", Approver(SUPERVISOR, "11112222"))) == "pin_wrong"
    assert shop.counter.till.day() is not None
    day = closing.close(count_sum(15_000), "زيادة", SUPERVISED)
    body = last(shop, EntryType.DAY_CLOSE)
    override = [
        i.record.fields.seq for i in shop.store.journal.export(1) if read_body(i.record.body).get("kind") == "override"
    ]
    assert (body["op2"], body["login2"]) == (SUPERVISOR, override[-1])
    assert "بموافقة" in told(paper_of(shop, day))


def test_two_operators_do_not_make_a_supervisor(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    closing = with_supervisor(shop).counter.closing
    people = shop.counter.in_force.operators()
    monkeypatch.setitem(people, SUPERVISOR, replace(people[SUPERVISOR], role="operator"))
    monkeypatch.setattr("kiosk.staff.sign_in.read_pin", lambda pin, _role: pin)
    assert refused(lambda: closing.close(count_sum(15_000), "x", SUPERVISED)) == "supervisor_needed"


def test_nobody_there_to_agree_closes_all_the_same_and_says_so(open_shop: Shop) -> None:
    day = open_shop.counter.closing.close(count_sum(0), "سُرق الدرج", Approver(waits=True))
    assert last(open_shop, EntryType.DAY_CLOSE)["pending"] is True
    assert "ينتظر موافقة المشرف" in told(paper_of(open_shop, day))
    assert open_shop.counter.till.day() is None


def test_the_centre_sets_what_may_be_settled_alone(open_shop: Shop) -> None:
    put_settings(open_shop, difference_pt=0, blind=False, by_notes=False)
    rules = open_shop.counter.closing.rules()
    assert (rules.blind, rules.by_notes, rules.difference_pt) == (False, False, 0)
    assert open_shop.counter.closing.compare(count_sum(9_999)).needs_approver


def test_a_sale_between_count_and_close_is_not_closed_over(open_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    closing, agreed = open_shop.counter.closing, open_shop.counter.closing._agreed

    def sell_meanwhile(*given: Any) -> Any:
        open_shop.counter.desk.record(open_shop.sale())
        return agreed(*given)

    monkeypatch.setattr(closing, "_agreed", sell_meanwhile)
    assert refused(lambda: closing.close(count_sum(10_000))) == "day_moved"
    assert open_shop.counter.till.day() is not None


def test_a_sale_prepared_before_the_close_is_not_written_after_it(
    open_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = open_shop.counter.desk._press
    prepare, closed = press._prepare, list[Day]()

    def close_meanwhile(sales: Any) -> Any:
        prepared = prepare(sales)
        if not closed:
            closed.append(open_shop.counter.closing.close(count_sum(10_000)))
        return prepared

    monkeypatch.setattr(press, "_prepare", close_meanwhile)
    assert refused(lambda: open_shop.counter.desk.record(open_shop.sale())) == "day_closed"
    assert closed[0].grand_total_pt == 0
    assert open_shop.counter.till.totals().count == 0


# ---- the days after


def test_a_day_left_open_is_closed_next_morning_and_loses_nothing(open_shop: Shop) -> None:
    recorded = open_shop.counter.desk.record(open_shop.sale())
    next_morning(open_shop)
    day = open_shop.counter.closing.close(count_sum(15_000))
    assert day.date == "2026-11-25"
    assert last(open_shop, EntryType.DAY_CLOSE)["date"] == "2026-11-25"
    assert open_shop.counter.till.open_day(15_000).date == "2026-11-26"
    assert open_shop.counter.desk.requests.get(recorded.request.id) is not None
    assert open_shop.counter.books.book(DayKey("2026-11-25")).total_pt("taken") == 5_000


def test_the_grand_total_grows_for_ever_and_a_closed_day_keeps_its_own(open_shop: Shop) -> None:
    counter = open_shop.counter
    for number in (1, 2):
        counter.desk.record(open_shop.sale(number))
        counter.closing.close(count_sum(counter.books.book().expected_pt))
        next_morning(open_shop)
        counter.till.open_day(0)
    assert counter.books.book().grand_total_pt == 10_000
    assert counter.books.book(DayKey("2026-11-25")).grand_total_pt == 5_000
    assert counter.books.book(DayKey("2026-11-26")).grand_total_pt == 10_000


@pytest.mark.parametrize(
    ("amount_pt", "faces"),
    [
        (0, ()), (15_000, ((10_000, 1), (5_000, 1))), (65_000, ((20_000, 3), (5_000, 1))),
        (17_575, ((10_000, 1), (5_000, 1), (2_000, 1), (500, 1), (50, 1), (25, 1))), (10, ()), (20_001, ()),
    ],
)  # fmt: skip
def test_an_amount_is_said_in_the_fewest_notes_and_coins(amount_pt: int, faces: tuple[tuple[int, int], ...]) -> None:
    assert in_faces(amount_pt) == faces


# ---- looking


def test_an_x_report_is_a_look_and_changes_nothing(open_shop: Shop) -> None:
    open_shop.counter.desk.record(open_shop.sale())
    before = open_shop.store.journal.tail()
    said = open_shop.counter.closing.x_report().pack().decode()
    assert open_shop.store.journal.tail() == before
    assert "15000" not in said, "the drawer is counted before anybody is told what should be in it"
    assert "5000" not in said, "nor is what was taken, from which it follows"
    assert "سارة محمود × 1" not in said
    put_settings(open_shop, blind=False)
    said = open_shop.counter.closing.x_report().pack().decode()
    assert all(words in said for words in ("15000", "5000", "سارة محمود × 1"))


@pytest.mark.parametrize("name", ["taken", "cash", "government", "service", "vat"])
def test_what_was_taken_is_not_printed_for_whoever_counts_before_it_is_counted(
    open_shop: Shop, name: RequestTotal
) -> None:
    closing, counter = open_shop.counter.closing, open_shop.counter
    counter.desk.record(open_shop.sale())
    day = counter.books.book().day
    assert closing.hides(day, name)
    assert refused(lambda: closing.lines(name)) == "count_first"
    assert not closing.hides(day, "deposit")
    counter.people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    assert not closing.hides(day, name), "a supervisor sees it"
    counter.people.sign_in(OPERATOR, PIN)
    closed = closing.close(count_sum(counter.books.book().expected_pt))
    assert not closing.hides(closed, name)
    assert closing.lines(name, closed.key).blocks


def test_the_lines_behind_a_total_are_printed_with_it(open_shop: Shop) -> None:
    put_settings(open_shop, blind=False)
    for number in (1, 2):
        open_shop.counter.desk.record(open_shop.sale(number))
    sheet = open_shop.counter.closing.lines("service")
    amounts = [block.amount_pt for block in sheet.blocks if hasattr(block, "amount_pt")]
    assert amounts == [500, 500, 1_000]
    assert "شهادة ميلاد" in sheet.pack().decode()


def test_a_reason_is_one_line_of_what_can_be_read() -> None:
    assert one_line("  a\u200fb \n c ") == "ab c"
    assert len(one_line("x" * 999)) == 200


def test_the_z_report_of_a_day_is_found_by_what_it_says(open_shop: Shop) -> None:
    day = open_shop.counter.closing.close(count_sum(10_000))
    assert open_shop.counter.books.z_paper(day) == (1, day.closed_seq)
    assert [one.date for one in open_shop.counter.books.days()] == ["2026-11-25"]
    seq = day.closed_seq
    for wrong in (replace(day, date="2026-11-24"), replace(day, closed_seq=1), replace(day, closed_seq=seq + 9)):
        assert refused(lambda wrong=wrong: open_shop.counter.books.z_paper(wrong)) == "paper_none"


def test_what_lies_under_its_number_in_another_epoch_is_not_taken_for_it(open_shop: Shop) -> None:
    recorded = open_shop.counter.desk.record(open_shop.sale())
    day = open_shop.counter.closing.close(count_sum(15_000))
    astray = replace(day, closed_seq=recorded.request.seq)
    assert refused(lambda: open_shop.counter.books.z_paper(astray)) == "paper_none"
