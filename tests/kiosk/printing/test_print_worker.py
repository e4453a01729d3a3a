"""What the printing thread does when something breaks that nobody foresaw: it says so, and goes on."""

from __future__ import annotations

import threading

import pytest

from kiosk.model.paper_sheet import Content
from kiosk.model.service_request import PrintState
from kiosk.ports.world import Renderer
from kiosk.printing.print_worker import AGAIN_MS, PrintWorker
from protocol.errors import Unavailable
from protocol.override import override
from protocol.program.loop import Joinable, start_thread
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.premises import render
from tests.harness.shop import Shop
from tests.harness.stepper import Stepper


class Roll:
    """A printer that keeps what it is sent, unless it has a bug. `done` is set after each paper."""

    def __init__(self, bug: Exception | None = None) -> None:
        self.papers: list[bytes] = []
        self.bug = bug
        self.done = threading.Event()

    def status(self) -> None:
        return None

    def send(self, data: bytes) -> None:
        if self.bug is not None:
            raise self.bug
        self.papers.append(data)
        self.done.set()


@pytest.fixture
def sold() -> Shop:
    """Two papers are waiting."""
    shop = Shop(FakeStore()).ready()
    for number in (1, 2):
        shop.counter.desk.record(shop.sale(number))
    return shop


def states(shop: Shop) -> list[PrintState]:
    return [job.state for job in shop.counter.papers.jobs()]


def test_a_receipt_that_cannot_be_painted_stands_aside_for_the_others(sold: Shop) -> None:
    first = sold.counter.papers.jobs()[0]

    def painter(content: Content, copy: int) -> bytes:
        if content.number.endswith(f"-{first.seq:06}"):
            raise ValueError(first.receipt.name)
        return render(content, copy)

    roll = Roll()
    with pytest.raises(ValueError, match="محمد"):
        sold.counter.papers.print_next(roll, painter)
    assert sold.counter.papers.print_next(roll, painter)
    assert states(sold) == [PrintState.FAILED]


def test_a_bug_while_sending_leaves_the_paper_to_a_persons_word(sold: Shop) -> None:
    with pytest.raises(RuntimeError):
        sold.counter.papers.print_next(Roll(RuntimeError()), render)
    assert states(sold) == [PrintState.UNCERTAIN, PrintState.WAITING]


def driven(shop: Shop, roll: Roll, painter: Renderer = render) -> tuple[PrintWorker, Stepper]:
    worker = PrintWorker(shop.counter.papers, roll, painter)
    return worker, Stepper(worker, shop.clock)


def test_papers_come_one_after_the_other_and_then_it_looks_now_and_then(sold: Shop) -> None:
    roll = Roll()
    worker, steps = driven(sold, roll)
    assert (steps.run(), len(roll.papers), steps.due) == (3, 2, sold.clock.mono + AGAIN_MS)
    sold.counter.desk.record(sold.sale(3))
    assert (steps.run(), len(roll.papers)) == (2, 3)
    worker.wake()
    assert steps.run() == 1


def test_the_worker_outlives_a_full_disk(sold: Shop) -> None:
    roll = Roll()
    full = [Unavailable("disk_full")]

    def painter(content: Content, copy: int) -> bytes:
        if full:
            raise full.pop()
        return render(content, copy)

    _, steps = driven(sold, roll, painter)
    steps.run()
    assert (full, roll.papers) == ([], [])
    steps.run(AGAIN_MS)
    assert len(roll.papers) == 1, "what could not be painted stands aside for the other"


def test_a_bug_is_logged_by_its_kind_alone(sold: Shop, caplog: pytest.LogCaptureFixture) -> None:
    _, steps = driven(sold, Roll(RuntimeError("محمد أحمد")))
    steps.run()
    assert states(sold) == [PrintState.UNCERTAIN, PrintState.WAITING]
    assert caplog.messages[0].startswith("printing: RuntimeError in Roll.send:")
    assert "محمد" not in caplog.text


def test_paused_it_leaves_the_printer_to_somebody_else(sold: Shop) -> None:
    roll = Roll()
    worker, steps = driven(sold, roll)
    worker.pause()
    assert (steps.run(10 * AGAIN_MS), roll.papers) == (1, [])
    worker.resume()
    assert (steps.run(), len(roll.papers)) == (3, 2)


def test_pausing_waits_for_the_paper_in_hand(sold: Shop) -> None:
    class Slow(Roll):
        @override
        def send(self, data: bytes) -> None:
            sending.set()
            assert may_end.wait(20)
            super().send(data)

    sending, may_end, paused, roll = threading.Event(), threading.Event(), threading.Event(), Slow()
    worker, _ = driven(sold, roll)
    worker.start(start_thread)
    assert sending.wait(20)

    def pause() -> None:
        worker.pause()
        paused.set()

    pausing = start_thread("pausing", pause)
    assert not paused.wait(0.1)
    may_end.set()
    pausing.join(20)
    assert len(roll.papers) == 1
    worker.stop()
    assert len(roll.papers) == 1


def test_stopping_waits_for_the_paper_in_hand_only(sold: Shop) -> None:
    class Stopper(Roll):
        @override
        def send(self, data: bytes) -> None:
            super().send(data)
            stopping.append(start_thread("stopping", worker.stop))
            while worker.going():
                threading.Event().wait(0.001)

    roll, stopping = Stopper(), list[Joinable]()
    worker, _ = driven(sold, roll)
    worker.start(start_thread)
    assert roll.done.wait(20)
    worker.stop()
    stopping[0].join()
    assert len(roll.papers) == 1
    assert states(sold) == [PrintState.WAITING]
