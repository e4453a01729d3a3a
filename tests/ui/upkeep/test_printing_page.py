"""Papers still to come and the printer, on the screen: answered, tried again, found, chosen; the code to photograph."""

from __future__ import annotations

import pytest
import zxingcpp
from PySide6.QtCore import Qt

from kiosk.core.events import PrintJobsChanged
from kiosk.model.service_request import PrintState
from kiosk.printing.printer_choice import PrinterChoice, parse_choice
from protocol.errors import Unavailable
from protocol.texts import Bilingual, say
from tests.ui.conftest import Hands
from tests.ui.paper.test_painting import pillow
from tests.ui.requests.test_request_lists import cells
from ui.upkeep import printing_flow

FOUND = [parse_choice("tcp:192.168.1.50"), parse_choice("usb:/dev/usb/lp0")]


@pytest.fixture
def papers(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> Hands:
    """The page is up; one refusal waits."""
    monkeypatch.setattr(printing_flow, "find_printers", lambda: FOUND)
    hands.home()
    hands.counter.advice.refuse("birth-cert", Bilingual("بطاقة منتهية", "Card expired"))
    flow = hands.window.session.screens().printing
    flow._find, flow._probe = lambda: FOUND, lambda choice: choice
    hands.press(Qt.Key.Key_9, alt=True, to="pagePrinting")
    hands.qtbot.waitUntil(lambda: flow.page.table.rowCount() == 1)
    return hands


def state(hands: Hands) -> PrintState:
    return hands.counter.papers._context.store.print_jobs.in_states(list(PrintState))[-1].state


def set_state(hands: Hands, before: PrintState, after: PrintState) -> None:
    job = hands.counter.papers._context.store.print_jobs.in_states([before])[-1]
    hands.counter.papers._move(job.id, (before,), after)
    hands.settle(30)


def test_what_waits_is_named_and_may_not_be_given_up(papers: Hands) -> None:
    page = papers.window.session.screens().printing.page
    assert "لم يُقبل الطلب اليوم" in cells(page.table)
    assert (page.mode, page.cancel.isVisible(), page.yes.isVisible()) == ("find", False, False)


def test_f10_does_whatever_stands_between_the_papers_and_the_printer(papers: Hands) -> None:
    page = papers.window.session.screens().printing.page
    papers.press(Qt.Key.Key_F10)
    papers.qtbot.waitUntil(lambda: page.mode == "choose")
    papers.press(Qt.Key.Key_F10)
    papers.qtbot.waitUntil(lambda: page.mode == "retry")
    assert papers.counter.papers.chosen() == FOUND[0]
    set_state(papers, PrintState.WAITING, PrintState.FAILED)
    papers.press(Qt.Key.Key_F10)
    papers.qtbot.waitUntil(lambda: state(papers) is PrintState.WAITING)
    set_state(papers, PrintState.WAITING, PrintState.UNCERTAIN)
    assert page.mode == "answer"
    papers.press(Qt.Key.Key_F10)
    assert say("ar", "papers.answer.first") in page.notice.text()
    papers.press(Qt.Key.Key_1, alt=True)
    papers.qtbot.waitUntil(lambda: page.mode == "test")
    papers.press(Qt.Key.Key_F10)
    papers.qtbot.waitUntil(lambda: page.table.rowCount() == 1)


@pytest.mark.parametrize(
    ("button", "after"), [("paperYesButton", PrintState.PRINTED), ("paperNoButton", PrintState.WAITING)]
)
def test_an_uncertain_paper_is_answered_here(papers: Hands, button: str, after: PrintState) -> None:
    set_state(papers, PrintState.WAITING, PrintState.UNCERTAIN)
    papers.find(button).click()
    papers.qtbot.waitUntil(lambda: state(papers) is after)


@pytest.mark.parametrize(("digit", "after"), [(Qt.Key.Key_1, PrintState.PRINTED), (Qt.Key.Key_2, PrintState.WAITING)])
def test_the_question_is_answered_by_a_key_while_it_is_asked(papers: Hands, digit: Qt.Key, after: PrintState) -> None:
    papers.press(digit, alt=True)
    papers.press(Qt.Key.Key_3, alt=True)
    assert state(papers) is PrintState.WAITING, "nothing is asked, and this paper may not be given up"
    set_state(papers, PrintState.WAITING, PrintState.UNCERTAIN)
    papers.press(digit, alt=True)
    papers.qtbot.waitUntil(lambda: state(papers) is after)


def test_a_failed_paper_is_tried_again_by_key_and_by_enter(papers: Hands) -> None:
    papers.counter.papers.choose(FOUND[0])
    papers.settle(30)
    for key in (Qt.Key.Key_F9, Qt.Key.Key_Return):
        set_state(papers, PrintState.WAITING, PrintState.FAILED)
        papers.find("papersTable").setFocus()
        papers.press(key)
        papers.qtbot.waitUntil(lambda: state(papers) is PrintState.WAITING)


def test_a_price_list_may_be_given_up(papers: Hands) -> None:
    papers.press(Qt.Key.Key_4, alt=True)
    papers.settle(30)
    assert len(papers.counter.papers.jobs()) == 1, "there is no printer"
    papers.counter.papers.choose(FOUND[0])
    papers.settle(30)
    papers.press(Qt.Key.Key_4, alt=True)
    page = papers.window.session.screens().printing.page
    papers.qtbot.waitUntil(lambda: page.table.rowCount() == 2)
    page.table.setCurrentCell(1, 0)
    papers.find("paperCancelButton").click()
    papers.qtbot.waitUntil(lambda: state(papers) is PrintState.CANCELLED)


def test_a_printer_is_found_chosen_adjusted_and_tried(papers: Hands) -> None:
    page = papers.window.session.screens().printing.page
    papers.press(Qt.Key.Key_F5)
    papers.qtbot.waitUntil(lambda: page.found.rowCount() == 2)
    page.found.opened.emit(FOUND[0])
    papers.qtbot.waitUntil(lambda: papers.counter.papers.chosen() == FOUND[0])
    for button in ("sizeButton", "cutButton", "drawerButton"):
        papers.find(button).click()
        papers.settle(30)
    assert papers.counter.papers.chosen() == parse_choice("tcp:192.168.1.50?paper=58mm&cut=no&drawer=yes")
    papers.press(Qt.Key.Key_5, alt=True)
    papers.qtbot.waitUntil(lambda: page.table.rowCount() == 2)
    papers.press(Qt.Key.Key_Escape, to="pageCatalogue")


def test_nothing_found_says_what_to_do(papers: Hands) -> None:
    flow = papers.window.session.screens().printing
    flow._find = list
    papers.press(Qt.Key.Key_F5)
    papers.qtbot.waitUntil(lambda: "الكابل" in flow.page.notice.text())


def test_a_printer_that_cannot_be_reached_is_not_chosen(papers: Hands) -> None:
    flow = papers.window.session.screens().printing

    def away(_choice: PrinterChoice) -> PrinterChoice:
        raise Unavailable("printer", reason="offline")

    flow._probe = away
    flow.page.found.opened.emit(FOUND[0])
    papers.settle(30)
    assert papers.counter.papers.chosen() is None
    assert flow.page.notice.text()


def test_the_printers_trouble_is_said_in_place_of_its_name(papers: Hands) -> None:
    papers.counter.papers.choose(FOUND[1])
    papers.counter.papers._set_trouble(Unavailable("printer", reason="cover_open"))
    papers.settle(30)
    state = papers.window.session.screens().printing.page.state
    assert "الغطاء مفتوح" in state.what.text()
    assert "Alt+9" not in state.more.text(), "it leads to where one is"
    assert "أغلق غطاء" in state.more.text(), "what is to be done about this"
    papers.press(Qt.Key.Key_F11)
    assert (state.what.text() + state.more.text()).isascii(), "the other language says it, too"


def test_pressing_on_nothing_does_nothing(papers: Hands) -> None:
    page = papers.window.session.screens().printing.page
    page.set_waiting([], 0)
    for button in (page.cancel, page.yes):
        button.click()
    papers.window.session.screens().printing._retry()
    papers.window.session.screens().printing._change("cut")
    assert (state(papers), papers.counter.papers.chosen()) == (PrintState.WAITING, None)


def test_system_printers_have_pages(papers: Hands) -> None:
    papers.counter.papers.choose(parse_choice("system:HP?paper=A5"))
    papers.settle(30)
    papers.find("sizeButton").click()
    papers.settle(30)
    assert papers.counter.papers.chosen() == parse_choice("system:HP?paper=A4")


def test_without_a_printer_the_receipts_code_is_on_the_screen(hands: Hands) -> None:
    hands.home().sold()
    page = hands.page
    card = page.paper_card  # type: ignore[attr-defined]
    assert not card.photograph.isVisible()
    hands.counter.papers._set_trouble(Unavailable("printer", reason="none"))
    hands.counter.events.publish(PrintJobsChanged())
    hands.qtbot.waitUntil(card.photograph.isVisible)
    hands.settle(50)
    receipt = hands.counter.papers.jobs()[0].receipt
    assert receipt.qr in {code.text for code in zxingcpp.read_barcodes(pillow(page.grab().toImage()))}
    assert page.minimumSizeHint().height() <= 640


def test_a_paper_that_comes_out_meanwhile_puts_no_other_under_the_key(papers: Hands) -> None:
    table, queue = papers.find("papersTable"), papers.counter.papers
    queue.choose(FOUND[0])
    papers.settle(30)
    papers.press(Qt.Key.Key_4, alt=True)
    papers.qtbot.waitUntil(lambda: table.rowCount() == 2)
    refusal, prices = queue.jobs()
    table.setFocus()
    table.setCurrentCell(0, 0)
    queue._move(refusal.id, (PrintState.WAITING,), PrintState.PRINTED)
    papers.qtbot.waitUntil(lambda: table.rowCount() == 1)
    papers.press(Qt.Key.Key_3, alt=True)
    papers.settle(30)
    assert queue.job(prices.id).state is PrintState.WAITING, "nobody has looked at it"  # type: ignore[union-attr]
    papers.press(Qt.Key.Key_Down)
    papers.press(Qt.Key.Key_3, alt=True)
    papers.qtbot.waitUntil(lambda: state(papers) is PrintState.CANCELLED)


def test_a_search_that_fails_later_does_not_give_the_keys_back_while_something_is_saved(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> list[PrinterChoice]:
        raise Unavailable("line_offline")

    hands.home()
    rest = hands.window.session.screens()
    rest.printing._find = broken
    hands.counter.hold = True
    rest.printing._find_printers()
    monkeypatch.setattr(hands.counter.line, "now", broken)
    rest.sync._retry()
    hands.window.wait("busy.saving")
    hands.counter.release()
    hands.settle(30)
    assert not hands.window.veil.isHidden()
    hands.window.free()
