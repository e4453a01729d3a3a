"""The printer in the header: one icon that says how it stands, and leads to the papers."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.model.service_request import PrintState
from kiosk.printing.printer_choice import PrinterChoice
from protocol.errors import Unavailable
from protocol.texts import say
from tests.ui.conftest import Hands
from ui.shell.header_bar import MARKS

PRINTER = PrinterChoice("tcp", "192.0.2.17")
Key = Qt.Key


def says(hands: Hands, words: str, tone: str) -> None:
    sign = hands.window.header.printer
    hands.qtbot.waitUntil(lambda: (sign.accessibleName(), sign.property("chip")) == (words, tone))
    assert sign.isVisible()
    assert sign.toolTip().startswith(words)
    assert "Alt+9" in sign.toolTip()


def test_it_says_none_ready_doubt_and_trouble_and_each_has_a_mark_of_its_own(hands: Hands) -> None:
    hands.home()
    papers = hands.counter.papers
    says(hands, say("ar", "papers.no_printer"), "off")
    papers.choose(PRINTER)
    says(hands, say("ar", "printer.ok"), "ok")
    hands.sold()
    job = papers.jobs()[0]
    papers._move(job.id, (job.state,), PrintState.UNCERTAIN)
    says(hands, say("ar", "printer.doubt"), "wait")
    papers._set_trouble(Unavailable("printer", reason="paper_out"))
    says(hands, "الطابعة غير جاهزة: انتهى الورق", "act")
    papers.choose(PrinterChoice("none"))
    says(hands, say("ar", "papers.no_printer"), "off")
    assert len(set(MARKS.values())) == len(MARKS)
    assert not hands.window.header.printer.grab().isNull()


def test_its_words_go_where_there_is_no_room_and_come_back(hands: Hands) -> None:
    hands.home()
    hands.counter.papers.choose(PRINTER)
    hands.counter.papers._set_trouble(Unavailable("printer", reason="paper_out"))
    says(hands, "الطابعة غير جاهزة: انتهى الورق", "act")
    for width, seen in ((1366, True), (1024, False), (1366, True)):
        hands.window.resize(width, 768)
        hands.settle()
        assert bool(hands.window.header.printer.words) is seen


def test_its_words_follow_the_language(hands: Hands) -> None:
    hands.home()
    hands.counter.papers.choose(PRINTER)
    hands.counter.papers._set_trouble(Unavailable("printer", reason="cover_open"))
    says(hands, "الطابعة غير جاهزة: الغطاء مفتوح", "act")
    hands.press(Key.Key_F11)
    says(hands, "Printer not ready: its cover is open", "act")


def test_it_leads_to_the_papers_for_whoever_works_here_and_for_nobody_else(hands: Hands) -> None:
    hands.home()
    hands.qtbot.waitUntil(hands.window.header.printer.isVisible)
    hands.press(Key.Key_F12, to="pageLock")
    hands.window.header.printer.click()
    hands.settle(60)
    assert hands.page.objectName() == "pageLock"
    hands.unlock(to="pageCatalogue")
    hands.window.header.printer.click()
    hands.until("pagePrinting")


def test_in_practice_it_says_how_the_real_papers_stand(hands: Hands) -> None:
    hands.home()
    real = hands.counter.papers
    real.choose(PRINTER)
    hands.press(Key.Key_F1, to="pageHelp")
    hands.press(Key.Key_1, alt=True, to="pageOpenDay")
    says(hands, say("ar", "printer.ok"), "ok")


def test_where_nothing_is_known_of_it_nothing_is_said(hands: Hands) -> None:
    sign = hands.window.session.screens().printer_sign
    hands.window.header.printer.hide()
    sign._show(None)
    sign.retell()
    assert hands.window.header.printer.isHidden()
