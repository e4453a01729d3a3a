"""Void and refund: who may, when, once; what the journal, the drawer and the paper say of it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest

from kiosk.model.day_book import count_sum
from kiosk.model.paper_sheet import Content, Proof, Sheet
from kiosk.model.service_request import TRAY, Decision, PrintState
from kiosk.model.store_changes import Erase
from kiosk.ports.world import PrinterBroke
from kiosk.printing.receipt_sheet import receipt_sheet
from kiosk.printing.till_papers import Moving
from kiosk.selling.sale_recorder import RecordedSale
from kiosk.staff.centre_approvals import Approver
from kiosk.staff.sign_in import Login
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.journal.kj01 import read_body
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import OPERATOR, SUPERVISOR, Shop, enrolment
from tests.kiosk.cash.test_day_close import SUPERVISED, next_morning, refused, with_supervisor
from tests.kiosk.selling.test_visit import visit


@pytest.fixture
def staffed(shop: Shop) -> Shop:
    return with_supervisor(shop)


def sold(shop: Shop, number: int = 1) -> RecordedSale:
    return shop.counter.desk.record(shop.sale(number))


def last(shop: Shop, kind: EntryType) -> dict[str, Any]:
    return [read_body(i.record.body) for i in shop.store.journal.export(1) if i.record.fields.entry_type == kind][-1]


def rule(shop: Shop, recorded: RecordedSale, status: str) -> None:
    decision = Decision(1, recorded.request.seq, status, "R7", "الصورة غير واضحة", "The picture is unclear", 1)
    shop.store.commit([], [decision])


def printed(shop: Shop, breaks: Exception | None = None) -> dict[str, Proof]:
    """What can be checked on each paper that comes out now, by its job."""
    found: dict[str, Proof] = {}
    waiting = [job.id for job in shop.counter.papers.jobs() if job.state is PrintState.WAITING]

    def render(content: Content, copy: int) -> bytes:
        del copy
        sheet = content if isinstance(content, Sheet) else receipt_sheet(content)
        found[waiting[len(found)]] = next(block for block in sheet.blocks if isinstance(block, Proof))
        return b"paper"

    class Printer:
        def status(self) -> None: ...
        def send(self, _data: bytes) -> None:
            if breaks is not None:
                raise breaks

    while shop.counter.papers.print_next(Printer(), render):
        pass
    return found


def first_paper(shop: Shop, job_id: str) -> tuple[str, str]:
    """What a scanner reads off it: its QR, its bars."""
    proof = printed(shop)[job_id]
    return proof.qr, proof.digits + proof.hidden


# ---- void


def test_a_void_takes_two_people_and_gives_back_the_whole_fee(staffed: Shop) -> None:
    recorded = sold(staffed)
    moved = staffed.counter.reversals.void(recorded.request.id, "اسم خطأ", SUPERVISED)
    body = last(staffed, EntryType.VOID)
    assert (body["id"], body["seq"], body["total_pt"]) == (recorded.request.id, recorded.request.seq, 5_000)
    assert (body["op"], body["op2"], body["reason"]) == (OPERATOR, SUPERVISOR, "اسم خطأ")
    assert "paper" not in body
    assert (moved.approver, moved.of_seq, moved.cash) == (SUPERVISOR, recorded.request.seq, True)
    assert staffed.counter.books.book().expected_pt == 10_000
    tail = staffed.store.journal.tail()
    assert (tail.count, tail.sum_pt) == (2, 0)


def test_its_own_receipt_says_what_came_back_and_names_no_citizen(staffed: Shop) -> None:
    recorded = sold(staffed)
    moved = staffed.counter.reversals.void(recorded.request.id, "اسم خطأ", SUPERVISED)
    (job,) = staffed.store.print_jobs.of_entry(1, moved.seq)
    assert isinstance(job.content, Sheet)
    said = job.content.pack().decode()
    assert recorded.receipt.number in said
    assert "5000" in said
    assert "محمد" not in said, "the name is on the receipt, where it can be erased"


def test_the_request_itself_stays_and_says_that_it_was_voided(staffed: Shop) -> None:
    recorded = sold(staffed)
    staffed.counter.reversals.void(recorded.request.id, "x", SUPERVISED)
    found = staffed.counter.desk.requests.get(recorded.request.id)
    assert found is not None
    assert (found.reversed, found.total_pt) == ("void", 5_000)
    reversed_by = staffed.counter.reversals.of(found)
    assert reversed_by is not None
    assert reversed_by.kind == "void"
    book = staffed.counter.books.book()
    assert (book.total_pt("taken"), book.total_pt("void"), book.grand_total_pt) == (5_000, 5_000, 5_000)
    assert refused(lambda: staffed.counter.reversals.void(recorded.request.id, "x", SUPERVISED)) == "already_reversed"


@pytest.mark.parametrize(
    ("reason", "approver", "code"),
    [
        ("", SUPERVISED, "reason_needed"),
        ("x", Approver(), "supervisor_needed"),
        ("x", Approver(OPERATOR, "194027"), "second_same"),
        ("x", Approver(SUPERVISOR, "11112222"), "pin_wrong"),
        ("x", Approver(waits=True), "supervisor_needed"),
    ],
)
def test_without_reason_and_second_person_nothing_is_voided(
    staffed: Shop, reason: str, approver: Approver, code: str
) -> None:
    recorded = sold(staffed)
    assert refused(lambda: staffed.counter.reversals.void(recorded.request.id, reason, approver)) == code
    assert staffed.store.days.reversal(1, recorded.request.seq) is None


def test_a_shop_of_one_person_voids_with_the_citizens_own_paper(open_shop: Shop, monkeypatch: Any) -> None:
    from protocol.journal import first_paper as original

    people = open_shop.counter.in_force.operators()
    monkeypatch.delitem(people, SUPERVISOR)
    recorded = sold(open_shop)
    void = open_shop.counter.reversals.void
    qr, bars = first_paper(open_shop, recorded.job_id)
    for paper in ("", "X", recorded.receipt.number, qr[:-1], qr[-19:], bars[:-1]):
        given = Approver(paper=paper)
        assert refused(lambda given=given: void(recorded.request.id, "x", given)) == "paper_needed"
    void(recorded.request.id, "x", Approver(paper=qr))
    sealed, body = last(open_shop, EntryType.REQUEST)["paper"], last(open_shop, EntryType.VOID)
    assert original.opens(sealed, body["paper"])
    assert not original.opens(sealed, None)
    assert "op2" not in body


def test_a_void_of_one_line_shows_nothing_that_voids_another(open_shop: Shop, monkeypatch: Any) -> None:
    monkeypatch.delitem(open_shop.counter.in_force.operators(), SUPERVISOR)
    one = open_shop.sale(1, tendered_pt=20_000)
    other = open_shop.sale(2, visit=one.visit, tendered_pt=0, values={**one.values, "copies": 2})
    recorded, void = open_shop.counter.desk.record(one, other), open_shop.counter.reversals.void
    qr, _ = first_paper(open_shop, recorded.job_id)
    void(one.id, "x", Approver(paper=qr))
    read = Approver(paper=f"#{last(open_shop, EntryType.VOID)['paper']}")
    assert refused(lambda: void(other.id, "x", read)) == "paper_needed"
    void(other.id, "x", Approver(paper=qr))


def test_what_the_screen_and_a_copy_show_does_not_stand_for_the_paper(open_shop: Shop, monkeypatch: Any) -> None:
    monkeypatch.delitem(open_shop.counter.in_force.operators(), SUPERVISOR)
    recorded, voided = sold(open_shop), list[str]()
    for shown in (recorded.receipt.qr, recorded.receipt.code, recorded.receipt.barcode):
        with suppress(Refused):
            open_shop.counter.reversals.void(recorded.request.id, "x", Approver(paper=shown))
            voided.append(shown)
    assert voided == []


@pytest.mark.parametrize("digits", ["0123456789", "٠١٢٣٤٥٦٧٨٩"])
def test_the_bars_of_the_first_paper_may_be_scanned(open_shop: Shop, monkeypatch: Any, digits: str) -> None:
    monkeypatch.delitem(open_shop.counter.in_force.operators(), SUPERVISOR)
    recorded = sold(open_shop)
    _, bars = first_paper(open_shop, recorded.job_id)
    paper = Approver(paper=bars.translate(str.maketrans("0123456789", digits)))
    assert open_shop.counter.reversals.void(recorded.request.id, "x", paper).amount_pt == 5_000


def test_another_sales_paper_voids_nothing(open_shop: Shop, monkeypatch: Any) -> None:
    monkeypatch.delitem(open_shop.counter.in_force.operators(), SUPERVISOR)
    one, other = sold(open_shop, 1), sold(open_shop, 2)
    qr, _ = first_paper(open_shop, other.job_id)
    given = Approver(paper=qr)
    assert refused(lambda: open_shop.counter.reversals.void(one.request.id, "x", given)) == "paper_needed"


def test_a_copy_carries_nothing_and_the_same_paper_again_carries_the_same(open_shop: Shop) -> None:
    recorded, papers = sold(open_shop), open_shop.counter.papers
    broken = printed(open_shop, PrinterBroke("jam"))
    assert [job.state for job in papers.jobs()] == [PrintState.UNCERTAIN]
    papers.answer(recorded.job_id, came_out=False)
    assert last(open_shop, EntryType.COPY_PRINTED)["copy"] == 0
    again = printed(open_shop)
    assert broken[recorded.job_id] == again[recorded.job_id]
    assert again[recorded.job_id].hidden.isdecimal()
    copied = papers.copy(recorded.request)
    proof = printed(open_shop)[copied]
    assert (proof.qr, proof.digits, proof.hidden) == (recorded.receipt.qr, recorded.receipt.barcode, "")


def test_a_paper_of_an_earlier_epoch_is_printed_without(open_shop: Shop) -> None:
    recorded = sold(open_shop)
    job = open_shop.counter.papers.job(recorded.job_id)
    assert job is not None
    assert open_shop.counter.papers._content(replace(job, epoch=job.epoch + 1)) == recorded.receipt


def test_a_request_of_yesterday_or_a_decided_one_is_not_voided(staffed: Shop) -> None:
    decided, old = sold(staffed, 1), sold(staffed, 2)
    rule(staffed, decided, "approved")
    void = staffed.counter.reversals.void
    assert refused(lambda: void(decided.request.id, "x", SUPERVISED)) == "void_decided"
    staffed.counter.closing.close(count_sum(20_000))
    assert refused(lambda: void(old.request.id, "x", SUPERVISED)) == "day_closed"
    next_morning(staffed)
    staffed.counter.till.open_day(50_000)
    assert refused(lambda: void(old.request.id, "x", SUPERVISED)) == "void_day"
    assert refused(lambda: void("nobody", "x", SUPERVISED)) == "request_unknown"


def test_a_decision_that_comes_while_the_second_person_types_is_not_passed_over(
    staffed: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded, vouch = sold(staffed), staffed.counter.people.vouch

    def slowly(operator: str, pin: str) -> Login:
        rule(staffed, recorded, "approved")
        return vouch(operator, pin)

    monkeypatch.setattr(staffed.counter.people, "vouch", slowly)
    assert refused(lambda: staffed.counter.reversals.void(recorded.request.id, "x", SUPERVISED)) == "void_decided"
    assert staffed.store.days.reversal(1, recorded.request.seq) is None


def test_a_request_still_waiting_for_its_decision_may_be_voided(staffed: Shop) -> None:
    recorded = sold(staffed)
    rule(staffed, recorded, "pending")
    assert staffed.counter.reversals.void(recorded.request.id, "x", SUPERVISED).kind == "void"


def test_a_request_of_an_earlier_epoch_is_not_voided_here(staffed: Shop) -> None:
    recorded = sold(staffed)
    staffed.store.put_enrolment(enrolment(2))
    assert refused(lambda: staffed.counter.reversals.voidable(recorded.request.id)) == "void_epoch"


def test_money_that_is_not_in_the_drawer_is_not_given_back(staffed: Shop) -> None:
    recorded = sold(staffed)
    staffed.counter.cash.move(Moving("deposit", 15_000, party="البنك"))
    assert refused(lambda: staffed.counter.reversals.void(recorded.request.id, "x", SUPERVISED)) == "drawer_short"
    staffed.counter.cash.move(Moving("cash_in", 5_000, "فكة"))
    assert staffed.counter.reversals.void(recorded.request.id, "x", SUPERVISED).amount_pt == 5_000


def test_an_erased_request_can_still_be_voided(staffed: Shop) -> None:
    recorded = sold(staffed)
    staffed.store.commit([], [Erase(1, recorded.request.seq)])
    assert staffed.counter.reversals.void(recorded.request.id, "x", SUPERVISED).amount_pt == 5_000


def test_without_its_receipt_nothing_says_what_goes_back(staffed: Shop) -> None:
    recorded = sold(staffed)
    assert isinstance(staffed.store, FakeStore)
    staffed.store._s.jobs.clear()
    assert refused(lambda: staffed.counter.reversals.voidable(recorded.request.id)) == "receipt_none"


# ---- refund


def test_what_the_centre_rejects_is_refunded_and_leaves_the_tray(open_shop: Shop) -> None:
    recorded = sold(open_shop)
    rule(open_shop, recorded, "rejected")
    assert [r.id for r in open_shop.counter.desk.requests.search(TRAY)] == [recorded.request.id]
    found = open_shop.counter.reversals.refundable(recorded.request.id)
    assert [line.amount_pt for line in found.served.lines] == [4_500, 500]
    moved = open_shop.counter.reversals.refund(recorded.request.id)
    assert open_shop.counter.desk.requests.search(TRAY) == []
    body = last(open_shop, EntryType.REFUND)
    wanted = {"id": recorded.request.id, "epoch": 1, "seq": recorded.request.seq, "total_pt": 5_000}
    assert {name: body[name] for name in wanted} == wanted
    assert body["reason"] == "الصورة غير واضحة"
    (job,) = open_shop.store.print_jobs.of_entry(1, moved.seq)
    assert isinstance(job.content, Sheet)
    assert job.content.kind == "refund"
    assert open_shop.counter.books.book().expected_pt == 10_000


def test_a_refund_of_another_day_comes_out_of_todays_drawer(open_shop: Shop) -> None:
    recorded = sold(open_shop)
    open_shop.counter.closing.close(count_sum(15_000))
    rule(open_shop, recorded, "rejected")
    assert refused(lambda: open_shop.counter.reversals.refund(recorded.request.id)) == "day_closed"
    next_morning(open_shop)
    open_shop.counter.till.open_day(4_999)
    assert refused(lambda: open_shop.counter.reversals.refund(recorded.request.id)) == "drawer_short"
    open_shop.counter.cash.move(Moving("cash_in", 1, "فكة"))
    assert open_shop.counter.reversals.refund(recorded.request.id, "تم").reason == "تم"
    assert open_shop.counter.books.book().expected_pt == 0
    assert refused(lambda: open_shop.counter.reversals.refund(recorded.request.id)) == "already_reversed"


@pytest.mark.parametrize("status", ["", "approved", "pending"])
def test_only_what_came_back_is_refunded(open_shop: Shop, status: str) -> None:
    recorded = sold(open_shop)
    if status:
        rule(open_shop, recorded, status)
    with pytest.raises(Refused, match="refund_undecided"):
        open_shop.counter.reversals.refund(recorded.request.id)


# ---- one line of a visit


def test_a_visit_is_voided_line_by_line(staffed: Shop) -> None:
    recorded = staffed.counter.desk.record(*visit(staffed))
    second = recorded.further[0]
    found = staffed.counter.reversals.voidable(second.id)
    assert sum(line.amount_pt for line in found.served.lines) == second.total_pt
    moved = staffed.counter.reversals.void(second.id, "x", SUPERVISED)
    assert (moved.of_seq, moved.amount_pt) == (second.seq, second.total_pt)
    (job,) = staffed.store.print_jobs.of_entry(1, moved.seq)
    assert f"2-{second.seq:06d}" in job.content.pack().decode()
    assert recorded.receipt.qr not in job.content.pack().decode(), "the code on the paper is that of the first line"
    first = staffed.counter.desk.requests.get(recorded.request.id)
    assert first is not None
    assert first.reversed == ""
    book = staffed.counter.books.book()
    assert book.expected_pt == 10_000 + book.total_pt("taken") - second.total_pt
