"""The system's printers, with Qt's own PDF in the place of a spooler."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QPainter
from PySide6.QtPrintSupport import QPrinter

from kiosk.model.citizen_receipt import Receipt
from kiosk.ports.world import PrinterBroke
from kiosk.printing.printer_choice import Size, parse_choice
from protocol.errors import Unavailable
from tests.harness.paper_samples import price_list
from tests.ui.paper.test_every_paper import pdf_pages
from ui.paper import rendering
from ui.paper import system_printers as system
from ui.paper.printers import make_device
from ui.paper.system_printers import SystemPrinter, pack_job, state_of, system_printers, unpack_job

Idle, Error = QPrinter.PrinterState.Idle, QPrinter.PrinterState.Error


def to_file(path: Path) -> Callable[[str], QPrinter]:
    def make(_name: str) -> QPrinter:
        printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(path))
        return printer

    return make


def reason(error: pytest.ExceptionInfo[Unavailable]) -> object:
    return error.value.values["reason"]


@pytest.mark.parametrize("paper", ["A5", "A4", "80mm", "58mm"])
def test_a_receipt_comes_out_as_letters(receipt: Receipt, tmp_path: Path, paper: Size) -> None:
    printer = SystemPrinter("p", paper, lambda _name: Idle, to_file(tmp_path / "p.pdf"))
    printer.send(pack_job(receipt, 1, "ar"))
    (page,) = pdf_pages(tmp_path / "p.pdf")
    text = "".join(page.split())  # a code may stand on two lines of a narrow roll
    assert [wanted for wanted in (receipt.number, receipt.code, "50.00") if wanted not in text] == []


def test_a_long_paper_takes_several_pages(tmp_path: Path) -> None:
    SystemPrinter("p", "A4", lambda _name: Idle, to_file(tmp_path / "p.pdf")).send(pack_job(price_list(), 0, "en"))
    assert len(pdf_pages(tmp_path / "p.pdf")) > 2


@pytest.mark.parametrize(("state", "word"), [(None, "gone"), (Error, "error")])
def test_what_is_wrong_beforehand_costs_no_page(
    receipt: Receipt, tmp_path: Path, state: QPrinter.PrinterState | None, word: str
) -> None:
    printer = SystemPrinter("p", "A4", lambda _name: state, to_file(tmp_path / "p.pdf"))
    with pytest.raises(Unavailable) as caught:
        printer.send(pack_job(receipt, 0, "ar"))
    assert (reason(caught), list(tmp_path.iterdir())) == (word, [])


@pytest.mark.parametrize(("after", "word"), [(None, "gone"), (Error, "error")])
def test_a_printer_that_fails_meanwhile_leaves_the_paper_uncertain(
    receipt: Receipt, tmp_path: Path, after: QPrinter.PrinterState | None, word: str
) -> None:
    states = [Idle, after]
    printer = SystemPrinter("p", "A4", lambda _name: states.pop(0), to_file(tmp_path / "p.pdf"))
    with pytest.raises(PrinterBroke) as caught:
        printer.send(pack_job(receipt, 0, "ar"))
    assert reason(caught) == word


@pytest.mark.filterwarnings("ignore")
def test_a_printer_that_does_not_begin_is_an_error(
    receipt: Receipt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QPainter, "begin", lambda *_: False)
    printer = SystemPrinter("p", "A4", lambda _name: Idle, to_file(tmp_path / "p.pdf"))
    with pytest.raises(Unavailable) as caught:
        printer.send(pack_job(receipt, 0, "ar"))
    assert not isinstance(caught.value, PrinterBroke)


def test_a_bug_while_painting_ends_the_job(receipt: Receipt, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(rendering, "paint_pages", bug)
    with pytest.raises(ZeroDivisionError):
        SystemPrinter("p", "A4", lambda _name: Idle, to_file(tmp_path / "p.pdf")).send(pack_job(receipt, 0, "ar"))


def test_a_job_carries_content_copy_and_language(receipt: Receipt) -> None:
    assert unpack_job(pack_job(receipt, 2, "en")) == (receipt, 2, "en")


def test_a_printer_nobody_knows_is_gone() -> None:
    printer, render = make_device(parse_choice("system:no such printer?paper=A4"), "ar")
    assert (state_of("no such printer"), "no such printer" in system_printers()) == (None, False)
    with pytest.raises(Unavailable) as caught:
        printer.status()
    assert (reason(caught), render(price_list(), 0)[:5]) == ("gone", b"ar 0\n")


def test_a_named_printer_is_opened_by_its_name() -> None:
    assert isinstance(system.open_printer("no such printer"), QPrinter)
