"""Papers without money: journalled with their entry, printed once; what was typed stays out of the body."""

from __future__ import annotations

import pytest

from kiosk.core.events import PrintJobsChanged
from kiosk.model.paper_sheet import Content, Sheet
from kiosk.model.service_request import PrintJob, PrintState
from kiosk.printing.printer_choice import PrinterChoice, parse_choice
from protocol.errors import Refused
from protocol.journal.entries import EntryType
from protocol.strict_json import loads_object
from protocol.texts import Bilingual
from tests.harness.shop import Shop

WHY = Bilingual("بطاقة محمد منتهية", "The card has expired")
BRING = (Bilingual("بطاقة سارية", "A valid card"),)


def printed(shop: Shop, job_id: str) -> PrintJob:
    job = shop.counter.papers.job(job_id)
    assert job is not None
    return job


def test_a_refusal_is_journalled_with_its_paper_in_one_commit(open_shop: Shop) -> None:
    job = printed(open_shop, open_shop.counter.advice.refuse("birth-cert", WHY, BRING))
    record = list(open_shop.store.journal.export(1))[job.seq - 1].record
    body = loads_object(record.body)
    assert (record.fields.entry_type, body["kind"], body["service"]) == (EntryType.REFUSAL, "refusal", "birth-cert")
    assert isinstance(job.content, Sheet)
    assert (job.content.kind, job.content.number, job.state) == ("refusal", f"2-{job.seq:06d}", PrintState.WAITING)


def test_the_reason_is_in_the_frame_and_not_in_the_body(open_shop: Shop) -> None:
    job = printed(open_shop, open_shop.counter.advice.refuse("birth-cert", WHY, BRING))
    item = list(open_shop.store.journal.export(1))[job.seq - 1]
    frame = open_shop.store.journal.frame(1, job.seq)
    assert frame is not None
    assert (WHY.ar in item.record.body.decode(), loads_object(frame)["reason"]["ar"]) == (False, WHY.ar)


def test_a_refusal_says_why(open_shop: Shop) -> None:
    with pytest.raises(Refused, match="reason_missing"):
        open_shop.counter.advice.refuse("birth-cert", Bilingual(" ", ""))


def test_guidance_is_journalled_without_a_person(open_shop: Shop) -> None:
    job = printed(open_shop, open_shop.counter.advice.guide("birth-cert"))
    assert isinstance(job.content, Sheet)
    assert (job.content.kind, open_shop.store.journal.frame(1, job.seq)) == ("guidance", None)
    assert PrintJobsChanged((job.id,)) in open_shop.heard


def test_the_price_list_and_the_test_page_prove_no_entry(open_shop: Shop) -> None:
    advice, seq = open_shop.counter.advice, open_shop.store.journal.tail().chain.seq
    jobs = [printed(open_shop, id_) for id_ in (advice.price_list(), advice.test_page(parse_choice("none")))]
    assert [job.content.kind for job in jobs if isinstance(job.content, Sheet)] == ["prices", "test"]
    assert ([job.seq for job in jobs], open_shop.store.journal.tail().chain.seq) == ([0, 0], seq)


def test_a_refusal_has_copies_and_the_price_list_has_not(open_shop: Shop) -> None:
    counter = open_shop.counter
    refusal = printed(open_shop, counter.advice.refuse("birth-cert", WHY))
    counter.papers.print_next(_Roll(), lambda _content, _copy: b"x")
    copy = printed(open_shop, counter.papers.copy_of(1, refusal.seq))
    assert (copy.copy, copy.content) == (1, refusal.content)
    counter.advice.price_list()
    with pytest.raises(Refused, match="paper_pending"):
        counter.papers.copy_of(1, 0)


def test_only_a_paper_that_proves_nothing_may_be_given_up(open_shop: Shop) -> None:
    counter = open_shop.counter
    owed, idle = counter.advice.refuse("birth-cert", WHY), counter.advice.price_list()
    with pytest.raises(Refused, match="paper_owed"):
        counter.papers.cancel(owed)
    counter.papers.cancel(idle)
    assert (printed(open_shop, owed).state, printed(open_shop, idle).state) == (
        PrintState.WAITING,
        PrintState.CANCELLED,
    )


class _Roll:
    def __init__(self) -> None:
        self.papers: list[bytes] = []

    def status(self) -> None:
        return None

    def send(self, data: bytes) -> None:
        self.papers.append(data)


def test_a_paper_given_up_while_it_is_being_painted_does_not_come_out(open_shop: Shop) -> None:
    counter, roll = open_shop.counter, _Roll()
    job_id = counter.advice.price_list()

    def render(content: Content, copy: int) -> bytes:
        counter.papers.cancel(job_id)
        return b"x"

    assert counter.papers.print_next(roll, render)
    assert (roll.papers, printed(open_shop, job_id).state) == ([], PrintState.CANCELLED)


def test_whoever_asks_again_is_served_first(open_shop: Shop) -> None:
    counter, roll = open_shop.counter, _Roll()
    ids = [counter.advice.guide("birth-cert") for _ in range(3)]
    counter.papers.retry(ids[2])
    counter.papers.print_next(roll, lambda _content, _copy: b"x")
    assert [printed(open_shop, id_).state for id_ in ids] == [
        PrintState.WAITING,
        PrintState.WAITING,
        PrintState.PRINTED,
    ]


def test_a_sale_wakes_the_printer(open_shop: Shop) -> None:
    woken: list[bool] = []
    open_shop.counter.papers.on_work(lambda: woken.append(True))
    open_shop.counter.desk.record(open_shop.sale())
    assert woken


def test_the_chosen_printer_is_remembered_and_used_at_once(open_shop: Shop) -> None:
    papers = open_shop.counter.papers
    used: list[PrinterChoice] = []
    assert papers.chosen() is None
    papers.on_choice(used.append)
    choice = parse_choice("tcp:10.0.0.9?paper=58mm")
    papers.choose(choice)
    assert (papers.chosen(), used) == (choice, [choice])
