"""The print queue: a jam never blocks a sale, no paper is lost, none comes twice unmarked."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from kiosk.model.paper_sheet import Content
from kiosk.model.service_request import PrintJob, PrintState
from kiosk.ports.world import PrinterBroke, Renderer
from kiosk.printing.print_queue import ECHO_MS
from kiosk.printing.print_worker import PrintWorker
from kiosk.printing.printer_choice import PrinterChoice
from protocol.errors import Refused, Unavailable
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import Shop
from tests.harness.stepper import Stepper


class Roll:
    """A printer that does as it is told: `ready` and `send` may raise."""

    def __init__(self) -> None:
        self.papers: list[bytes] = []
        self.not_ready: Unavailable | None = None
        self.breaks: Unavailable | None = None
        self.printed = threading.Event()

    def status(self) -> None:
        if self.not_ready is not None:
            raise self.not_ready

    def send(self, data: bytes) -> None:
        if self.breaks is not None:
            raise self.breaks
        self.papers.append(data)
        self.printed.set()


def render(content: Content, copy: int) -> bytes:
    return f"{content.number.rpartition('-')[2]}/{copy}".encode()


@pytest.fixture
def roll() -> Roll:
    return Roll()


@pytest.fixture
def sold(open_shop: Shop) -> Shop:
    open_shop.counter.desk.record(open_shop.sale())
    return open_shop


def states(shop: Shop) -> list[PrintState]:
    request = shop.counter.desk.requests.get(shop.sale().id)
    assert request is not None
    return [job.state for job in shop.store.print_jobs.of_entry(request.epoch, request.seq)]


def test_a_waiting_paper_is_printed_once(sold: Shop, roll: Roll) -> None:
    assert sold.counter.papers.print_next(roll, render)
    assert not sold.counter.papers.print_next(roll, render)
    assert (len(roll.papers), states(sold)) == (1, [PrintState.PRINTED])


def test_thousands_of_waiting_papers_are_not_read_to_print_one(
    sold: Shop, roll: Roll, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, asked = sold.store, []

    jobs = store.print_jobs

    def in_states(states: Sequence[PrintState], limit: int = -1) -> list[PrintJob]:
        asked.append(limit)
        return type(jobs).in_states(jobs, states, limit)

    monkeypatch.setattr(jobs, "in_states", in_states)
    assert sold.counter.papers.print_next(roll, render)
    assert not sold.counter.papers.print_next(roll, render)
    assert asked == [1, 1]


def test_a_printer_that_is_not_ready_leaves_the_paper_waiting(sold: Shop, roll: Roll) -> None:
    roll.not_ready = Unavailable("printer", reason="paper_out")
    assert not sold.counter.papers.print_next(roll, render)
    assert (states(sold), sold.counter.papers.trouble) == ([PrintState.WAITING], roll.not_ready)


def test_whoever_hears_of_a_printed_paper_no_longer_reads_what_was_wrong(sold: Shop, roll: Roll) -> None:
    papers, heard = sold.counter.papers, list[Unavailable | None]()
    roll.not_ready = Unavailable("printer", reason="paper_out")
    papers.print_next(roll, render)
    roll.not_ready = None
    sold.counter.events.subscribe(
        lambda _event: heard.append(papers.trouble) if states(sold) == [PrintState.PRINTED] else None
    )
    assert papers.print_next(roll, render)
    assert heard == [None]


def test_what_was_wrong_with_one_printer_is_not_said_of_the_next(sold: Shop, roll: Roll) -> None:
    roll.not_ready = Unavailable("printer", reason="paper_out")
    sold.counter.papers.print_next(roll, render)
    sold.counter.papers.choose(PrinterChoice("usb", "/dev/usb/lp1"))
    assert sold.counter.papers.trouble is None


def test_a_failure_before_the_first_byte_leaves_it_waiting(sold: Shop, roll: Roll) -> None:
    roll.breaks = Unavailable("printer", reason="offline")
    assert not sold.counter.papers.print_next(roll, render)
    assert states(sold) == [PrintState.WAITING]


def test_a_failure_after_the_first_byte_asks_a_person(sold: Shop, roll: Roll) -> None:
    roll.breaks = PrinterBroke("printer_broke", reason="offline")
    assert not sold.counter.papers.print_next(roll, render)
    assert states(sold) == [PrintState.UNCERTAIN]


@pytest.mark.parametrize(("came_out", "after"), [(True, PrintState.PRINTED), (False, PrintState.WAITING)])
def test_the_persons_word_settles_an_uncertain_paper(sold: Shop, roll: Roll, came_out: bool, after: PrintState) -> None:
    roll.breaks = PrinterBroke("printer_broke", reason="offline")
    sold.counter.papers.print_next(roll, render)
    job = sold.counter.papers.jobs()[0]
    sold.counter.papers.answer(job.id, came_out=came_out)
    assert states(sold) == [after]


def test_a_paper_found_sending_at_start_is_uncertain(sold: Shop, roll: Roll) -> None:
    def cut(name: str) -> None:
        if name == "print.before":
            raise KeyboardInterrupt

    sold.counter.papers._milestones = type("Cut", (), {"pass_": staticmethod(cut)})()
    with pytest.raises(KeyboardInterrupt):
        sold.counter.papers.print_next(roll, render)
    assert states(sold) == [PrintState.SENDING]
    assert [job.state for job in sold.counter.papers.recover()] == [PrintState.UNCERTAIN]


def test_a_paper_whose_end_could_not_be_written_down_is_uncertain_at_the_next_look(
    sold: Shop, roll: Roll, monkeypatch: pytest.MonkeyPatch
) -> None:
    papers, store = sold.counter.papers, sold.store
    assert isinstance(store, FakeStore)

    def fail(name: str) -> None:
        if name == "print.sent":
            store.fail_next = Unavailable("store_failed", reason="io")

    with monkeypatch.context() as patched:
        patched.setattr(papers, "_milestones", type("Full", (), {"pass_": staticmethod(fail)})())
        with pytest.raises(Unavailable):
            papers.print_next(roll, render)
    assert states(sold) == [PrintState.SENDING]
    assert not papers.print_next(roll, render)
    assert (states(sold), len(roll.papers)) == ([PrintState.UNCERTAIN], 1)


def test_a_copy_is_numbered_and_journalled(sold: Shop, roll: Roll) -> None:
    papers, request = sold.counter.papers, sold.counter.desk.requests.get(sold.sale().id)
    assert request is not None
    with pytest.raises(Refused, match="paper_pending"):
        papers.copy(request)
    papers.print_next(roll, render)
    job_id = papers.copy(request)
    papers.print_next(roll, render)
    job = papers.job(job_id)
    assert job is not None
    assert (job.copy, job.state) == (1, PrintState.PRINTED)
    assert roll.papers[-1] == f"{request.seq:06}/1".encode()


def test_one_press_is_one_paper_however_fast_the_printer(sold: Shop, roll: Roll) -> None:
    papers, request = sold.counter.papers, sold.counter.desk.requests.get(sold.sale().id)
    assert request is not None

    def wait(ms: int) -> None:
        while papers.print_next(roll, render):
            pass
        sold.clock.pass_ms(ms)

    papers.retry(papers.jobs()[0].id)
    wait(ECHO_MS - 1)
    first = papers.copy(request)
    assert len(roll.papers) == 1, "the press that had the paper tried again, heard twice"
    wait(1)
    second = papers.copy(request)
    assert second != first
    assert papers.copy(request) == second, "nor is it an error while the copy is still to come"
    wait(ECHO_MS - 1)
    assert papers.copy(request) == second
    wait(1)
    papers.copy(request)
    wait(0)
    assert [paper.decode()[-2:] for paper in roll.papers] == ["/0", "/1", "/2"]


def test_retry_wakes_the_worker(sold: Shop) -> None:
    woken: list[bool] = []
    sold.counter.papers.on_work(lambda: woken.append(True))
    sold.counter.papers.retry(sold.counter.papers.jobs()[0].id)
    assert woken == [True]


def test_a_worker_that_never_started_stops_too(sold: Shop, roll: Roll) -> None:
    PrintWorker(sold.counter.papers, roll, render).stop()
    assert states(sold) == [PrintState.WAITING]


def test_another_printer_takes_over_from_the_next_paper_on(sold: Shop, roll: Roll) -> None:
    absent, made = Roll(), []
    absent.not_ready = Unavailable("printer", reason="none")

    def make() -> tuple[Roll, Renderer]:
        made.append(True)
        return roll, render

    worker = PrintWorker(sold.counter.papers, absent, render)
    steps = Stepper(worker, sold.clock)
    steps.run()
    worker.use(make)
    steps.run()
    assert (made, absent.papers, states(sold)) == ([True], [], [PrintState.PRINTED])
