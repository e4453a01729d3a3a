"""A paper cut off at any byte is a question to a person; answered "no", the same paper comes out whole, once."""

from __future__ import annotations

import random
import socket
import struct
from collections.abc import Iterator
from typing import Final

import pytest

from kiosk.model.paper_sheet import Content
from kiosk.model.service_request import PrintState
from kiosk.printing.printer_choice import PrinterChoice
from protocol.override import override
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.fakes.printer_listener import Listener
from tests.harness.shop import Shop
from ui.paper import escpos
from ui.paper.printers import printer_of

pytestmark = pytest.mark.enable_socket
BODY: Final = random.Random(1900).randbytes(57_600).replace(b"\x10\x04", b"\x10\x05")
PAGE: Final = escpos.INIT + BODY + escpos.FEED + escpos.CUT
QUESTIONS: Final = escpos.ASK_PRINTER + escpos.ASK_PAPER
PLACES: Final = [0, 1, 2, 3, *sorted(random.Random(7).sample(range(4, len(PAGE) - 3), 40)), len(PAGE) - 1, len(PAGE)]


def render(content: Content, copy: int) -> bytes:
    return PAGE


class Cut(Listener):
    """A printer that says it is well, takes `after` bytes of the paper, and is gone: torn out, or switched off."""

    def __init__(self) -> None:
        self.after: int | None = None
        self.abrupt = False
        self.papers: list[bytes] = []
        super().__init__()

    @override
    def talk(self, link: socket.socket) -> None:
        got = b""
        link.settimeout(2)
        while len(got) < len(QUESTIONS):
            part = link.recv(3)
            if not part:
                return
            got += part
            link.sendall(b"\x12")
        paper = self._take(link, len(PAGE) if self.after is None else self.after)
        if self.after is not None:
            if self.abrupt:
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif paper:
            self.papers.append(paper)
            for _ in range(2):
                self._take(link, 3)
                link.sendall(b"\x12")

    def _take(self, link: socket.socket, count: int) -> bytes:
        got = b""
        while len(got) < count and (part := link.recv(count - len(got))):
            got += part
        return got


@pytest.fixture
def cut() -> Iterator[Cut]:
    cut = Cut()
    yield cut
    cut.vanish()


@pytest.mark.slow
@pytest.mark.parametrize("abrupt", [False, True])
def test_cut_off_at_any_byte_and_answered_no_it_is_printed_whole_as_the_same_job(cut: Cut, abrupt: bool) -> None:
    shop = Shop(FakeStore()).ready()
    printer, papers = printer_of(PrinterChoice("tcp", f"127.0.0.1:{cut.port}"), 2, 2), shop.counter.papers
    cut.abrupt = abrupt
    for number, after in enumerate(PLACES):
        job_id = shop.counter.desk.record(shop.sale_of(number)).job_id
        cut.after = after
        assert not papers.print_next(printer, render)
        assert [(job.id, job.state) for job in papers.jobs()] == [(job_id, PrintState.UNCERTAIN)], after
        assert not papers.print_next(printer, render), "nothing is printed while a person has not answered"
        papers.answer(job_id, came_out=False)
        cut.after = None
        assert papers.print_next(printer, render)
        assert (cut.papers, papers.jobs()) == ([PAGE], []), after
        cut.papers.clear()


def test_answered_yes_nothing_comes_out_again(cut: Cut) -> None:
    shop = Shop(FakeStore()).ready()
    printer, papers = printer_of(PrinterChoice("tcp", f"127.0.0.1:{cut.port}"), 2, 2), shop.counter.papers
    job_id = shop.counter.desk.record(shop.sale()).job_id
    cut.after = len(PAGE)
    papers.print_next(printer, render)
    cut.after = None
    papers.answer(job_id, came_out=True)
    papers.answer(job_id, came_out=False)
    assert not papers.print_next(printer, render)
    assert (cut.papers, papers.jobs()) == ([], [])
