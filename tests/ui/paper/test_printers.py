"""Printers that answer, stop half way, run out, vanish, and never answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.ports.world import Printer, PrinterBroke
from kiosk.printing.printer_choice import PrinterChoice, parse_choice
from protocol.errors import Refused, Unavailable
from protocol.override import override
from tests.harness.fakes.printer_listener import Listener
from ui.paper.printers import FolderPrinter, NoPrinter, WirePrinter, printer_of

pytestmark = pytest.mark.enable_socket
GOOD = b"\x12"


class Roll(Listener):
    """A listening socket that behaves as told. `status` is what it answers; `stop_after` bytes it hangs up."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.silent = False
        self.stop_after: int | None = None
        self.got = bytearray()
        super().__init__()

    @override
    def talk(self, link: socket.socket) -> None:
        while data := link.recv(4096):
            for place in range(len(data)):
                if data[place : place + 2] == b"\x10\x04" and not self.silent:
                    link.sendall(self.answers.pop(0) if self.answers else GOOD)
            self.got += data
            if self.stop_after is not None and len(self.got) > self.stop_after:
                return

    def printer(self) -> Printer:
        return printer_of(PrinterChoice("tcp", f"127.0.0.1:{self.port}"), 0.3, 0.5)


@pytest.fixture
def roll() -> Iterator[Roll]:
    roll = Roll()
    yield roll
    roll.vanish()


def reason(error: pytest.ExceptionInfo[Unavailable]) -> object:
    return error.value.values["reason"]


def test_a_good_paper_is_all_bytes_between_two_questions(roll: Roll) -> None:
    roll.printer().send(b"\x1b@paper")
    assert b"\x1b@paper" in roll.got


def test_a_ready_printer_is_ready(roll: Roll) -> None:
    roll.printer().status()
    assert bytes(roll.got).startswith(b"\x10\x04\x01")


@pytest.mark.parametrize(("answers", "word"), [([b"\x12", b"\x72"], "paper_out"), ([b"\x1a", b"\x12"], "offline")])
def test_what_is_wrong_beforehand_costs_no_byte(roll: Roll, answers: list[bytes], word: str) -> None:
    roll.answers = answers
    with pytest.raises(Unavailable) as caught:
        roll.printer().send(b"paper")
    assert not isinstance(caught.value, PrinterBroke)
    assert (reason(caught), b"paper" in roll.got) == (word, False)


def test_paper_that_runs_out_meanwhile_is_uncertain(roll: Roll) -> None:
    roll.answers = [GOOD, GOOD, b"\x12", b"\x72"]
    with pytest.raises(PrinterBroke) as caught:
        roll.printer().send(b"paper")
    assert reason(caught) == "paper_out"


def test_a_printer_that_hangs_up_half_way_is_uncertain(roll: Roll) -> None:
    roll.stop_after = 1_000
    with pytest.raises(PrinterBroke):
        roll.printer().send(bytes(8_000_000))


def test_a_printer_that_never_answers_is_silent(roll: Roll) -> None:
    roll.silent = True
    with pytest.raises(Unavailable) as caught:
        roll.printer().status()
    assert reason(caught) == "silent"


def test_a_printer_that_hangs_up_at_once_is_offline(roll: Roll) -> None:
    roll.silent, roll.stop_after = True, 0
    with pytest.raises(Unavailable) as caught:
        roll.printer().status()
    assert reason(caught) == "offline"


def test_a_printer_that_vanished_is_offline(roll: Roll) -> None:
    roll.vanish()
    with pytest.raises(Unavailable) as caught:
        roll.printer().status()
    assert reason(caught) == "offline"


def test_a_network_printer_that_cannot_answer_is_believed_when_it_took_every_byte(roll: Roll) -> None:
    roll.silent = True
    printer = printer_of(parse_choice(f"tcp:127.0.0.1:{roll.port}?answers=no"), 0.3, 0.3)
    printer.status()
    printer.send(b"paper" * 1_000)
    assert bytes(roll.got) == b"paper" * 1_000


@pytest.mark.parametrize(
    ("byte", "word"), [(b"\x16", "cover_open"), (b"\x32", "paper_out"), (b"\x52", "error"), (b"\x00", "offline")]
)
def test_why_a_printer_is_offline_is_asked(roll: Roll, byte: bytes, word: str) -> None:
    roll.answers = [b"\x1a", b"\x12", byte]
    with pytest.raises(Unavailable) as caught:
        roll.printer().status()
    assert reason(caught) == word


def test_a_folder_takes_whole_papers(tmp_path: Path) -> None:
    printer = FolderPrinter(tmp_path / "papers")
    printer.send(b"one")
    printer.send(b"two")
    assert [f.read_bytes() for f in sorted((tmp_path / "papers").iterdir())] == [b"one", b"two"]


def test_a_folder_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Unavailable):
        FolderPrinter(tmp_path / "file").send(b"x")


def test_a_folder_that_takes_no_file_is_an_error(tmp_path: Path) -> None:
    there = tmp_path / "file"
    there.write_bytes(b"")
    with pytest.raises(Unavailable) as caught:
        FolderPrinter(there).send(b"x")
    assert reason(caught) == "error"


def test_no_printer_lets_every_job_wait() -> None:
    with pytest.raises(Unavailable) as caught:
        NoPrinter().send(b"x")
    assert reason(caught) == "none"


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ("none", NoPrinter),
        ("file:/papers", FolderPrinter),
        ("tcp:10.0.0.9", WirePrinter),
        ("tcp:10.0.0.9:9101?paper=58mm", WirePrinter),
    ],
)
def test_a_setting_names_its_printer(spec: str, kind: type) -> None:
    assert isinstance(printer_of(parse_choice(spec)), kind)


@pytest.mark.parametrize("spec", ["", "file:", "tcp:", "tcp:host:port", "tcp:host:٩١٠٠", "tcp:host:70000", "usb:1"])
def test_a_setting_that_names_none_is_refused(spec: str) -> None:
    with pytest.raises(Refused, match="printer_unknown"):
        printer_of(parse_choice(spec))
