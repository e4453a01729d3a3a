"""What the printing thread does when something breaks that nobody foresaw: it says so, and goes on."""

from __future__ import annotations

import threading

import pytest

from kiosk.core.system_world import start_thread
from kiosk.model.paper_sheet import Content
from kiosk.model.service_request import PrintState
from kiosk.printing.print_worker import PrintWorker
from protocol.errors import Unavailable
from protocol.override import override
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.premises import render
from tests.harness.shop import Shop


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
        if content.number.endswith(f"-{first.seq}"):
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


def test_the_worker_outlives_a_full_disk(sold: Shop) -> None:
    roll = Roll()
    full = [Unavailable("disk_full")]

    def painter(content: Content, copy: int) -> bytes:
        if full:
            tried.set()
            raise full.pop()
        return render(content, copy)

    tried = threading.Event()
    worker = PrintWorker(sold.counter.papers, roll, painter)
    worker.start(start_thread)
    assert tried.wait(5)
    worker.wake()
    try:
        assert roll.done.wait(5)
    finally:
        worker.stop()


def test_a_bug_is_logged_by_its_kind_alone(sold: Shop, caplog: pytest.LogCaptureFixture) -> None:
    worker = PrintWorker(sold.counter.papers, Roll(RuntimeError("محمد أحمد")), render)
    worker.start(start_thread)
    while states(sold) != [PrintState.UNCERTAIN, PrintState.WAITING]:
        threading.Event().wait(0.01)
    worker.stop()
    assert caplog.messages == ["printing: RuntimeError"]


def test_stopping_waits_for_the_paper_in_hand_only(sold: Shop) -> None:
    class Stopper(Roll):
        @override
        def send(self, data: bytes) -> None:
            super().send(data)
            stopping.start()
            stopping_now.wait(5)

    roll = Stopper()
    worker = PrintWorker(sold.counter.papers, roll, render)
    stopping_now = threading.Event()

    def stop() -> None:
        worker._stopping = True
        stopping_now.set()
        worker.stop()

    stopping = threading.Thread(target=stop)
    worker.start(start_thread)
    roll.done.wait(5)
    worker.stop()
    stopping.join()
    assert len(roll.papers) == 1
    assert states(sold) == [PrintState.WAITING]
