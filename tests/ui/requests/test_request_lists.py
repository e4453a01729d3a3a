from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from kiosk.core.events import PrintJobsChanged, RequestsChanged, SyncChanged
from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.service_request import TRAY, Decision, PrintState, Query, Request
from kiosk.printing.print_queue import ECHO_MS
from protocol.errors import Unavailable
from protocol.texts import LANGUAGES, Bilingual, Language, say
from protocol.wire.statuses import STATUSES, UNKNOWN
from tests.harness.catalogue_changes import publish
from tests.ui.conftest import Hands
from ui.requests.request_list_page import Found
from ui.requests.request_page import RequestPage
from ui.requests.request_words import PILLS, citizen, pill, state_of
from ui.widgets import Fact, show
from ui.widgets.bill_card import BillCard
from ui.widgets.labels import Text
from ui.widgets.message_slot import Notice


def cells(table: QTableWidget) -> str:
    items = [table.item(row, column) for row in range(table.rowCount()) for column in range(table.columnCount())]
    return " | ".join(item.text() for item in items if item)


@pytest.fixture
def sold(hands: Hands) -> Hands:
    return hands.home().sold()


def reject(hands: Hands) -> None:
    request = hands.counter.desk.requests.search(Query())[0]
    why = "الاسم لا يطابق السجل", "Name differs"
    decision = Decision(request.epoch, request.seq, "rejected", "no_match", *why, 2**40)
    hands.counter.store.commit([], [decision])
    hands.counter.events.publish(RequestsChanged((request.id,)))
    hands.settle(40)


def test_the_list_is_masked_and_finds(sold: Hands) -> None:
    sold.press(Qt.Key.Key_F6)
    sold.until("pageRequests")
    page = sold.window.session.screens().lists.page
    sold.qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    shown = cells(page.table)
    assert "20001010100014" not in shown
    assert "حسن" not in shown
    assert "0014" in texts(page.card), "enough to tell people apart, beside the list"
    page.search.setText("zzz")
    sold.qtbot.waitUntil(lambda: page.table.rowCount() == 0)
    assert page.none.isVisible()
    page.search.clear()
    sold.qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    sold.counter.events.publish(RequestsChanged())
    sold.settle(30)
    sold.press(Qt.Key.Key_Escape)
    sold.until("pageCatalogue")


@pytest.fixture
def opened(sold: Hands) -> RequestPage:
    """The request, opened from the list."""
    sold.press(Qt.Key.Key_F6)
    sold.until("pageRequests")
    screens = sold.window.session.screens()
    sold.qtbot.waitUntil(lambda: screens.lists.page.table.rowCount() == 1)
    screens.lists.page.table.setFocus()
    sold.press(Qt.Key.Key_Return)
    sold.until("pageDetail")
    page: RequestPage = screens.requests.detail
    return page


def test_a_request_opens_masked_in_both_languages(sold: Hands, opened: RequestPage) -> None:
    assert "20001010100014" not in cells(opened.facts)
    assert opened.pill.accessibleName() == say("ar", "state.unsent")
    sold.press(Qt.Key.Key_F11)
    assert opened.pill.accessibleName() == say("en", "state.unsent")


def test_a_request_reveals_on_a_key_and_hides_again(sold: Hands, opened: RequestPage) -> None:
    before = sold.counter.store.journal.tail().chain.seq
    sold.press(Qt.Key.Key_3, alt=True)
    assert "2\u00a0000101 01\u00a000014" in cells(opened.facts)
    assert "010 1234 5678" in cells(opened.facts)
    assert sold.counter.store.journal.tail().chain.seq == before + 1  # that it was looked at is journalled
    sold.press(Qt.Key.Key_3, alt=True)
    assert "2\u00a0000101 01\u00a000014" not in cells(opened.facts), "the key that shows it hides it again"
    assert sold.counter.store.journal.tail().chain.seq == before + 1
    sold.press(Qt.Key.Key_3, alt=True)
    sold.press(Qt.Key.Key_F11)
    assert "Full name" in cells(opened.facts)
    assert "Collect at the office" in cells(opened.facts)
    sold.press(Qt.Key.Key_Escape)
    sold.until("pageRequests")
    assert "2\u00a0000101 01\u00a000014" not in cells(opened.facts)
    assert sold.window.focusWidget() is sold.window.session.screens().lists.page.table


def test_what_is_revealed_after_one_has_left_is_shown_to_nobody(sold: Hands) -> None:
    screens = sold.window.session.screens()
    screens.requests.open_one(sold.counter.desk.requests.search(Query())[0].id, screens.lists.open)
    sold.until("pageDetail")
    sold.counter.hold = True
    sold.press(Qt.Key.Key_3, alt=True)
    sold.press(Qt.Key.Key_F12)
    sold.counter.release()
    sold.settle(30)
    assert sold.page.objectName() == "pageLock"
    assert "2\u00a0000101 01\u00a000014" not in cells(screens.requests.detail.facts)


def test_an_amount_shown_in_full_is_in_pounds(sold: Hands) -> None:
    screens, request = sold.window.session.screens(), sold.counter.desk.requests.search(Query())[0]
    screens.requests.open_one(request.id, screens.lists.open)
    sold.until("pageDetail")
    service = sold.counter.desk.service("electricity-prepaid", request.catalogue)
    assert screens.requests.detail.data is not None
    screens.requests.detail.set_data(replace(screens.requests.detail.data, service=service))
    screens.requests._revealed({"amount": 20_000})
    assert show.money("ar", 20_000) in cells(screens.requests.detail.facts)


def texts(page: QWidget) -> str:
    """All that is written there, and what the page says."""
    said = [notice.text() for notice in page.findChildren(Notice)]
    return " | ".join([*said, *(label.text() for label in page.findChildren(Text) if not label.isHidden())])


def test_a_request_shows_the_fees_it_was_sold_at_apart(sold: Hands) -> None:
    publish(sold.counter.shop, 2, dearer_pt=500)
    screens = sold.window.session.screens()
    screens.requests.open_one(sold.counter.desk.requests.search(Query())[0].id, screens.lists.open)
    sold.until("pageDetail")
    sold.press(Qt.Key.Key_F11)
    detail = screens.requests.detail
    shown = f"{texts(detail.bill)} | {detail.paid.value.text()}"
    assert "45.00" not in cells(detail.facts), "what it cost is no answer of the citizen's"
    for words in ("Shop's service fee", "5.00", "45.00", "VAT in the shop's fee", "0.61", "50.00"):
        assert words in shown
    assert "55.00" not in shown


def test_several_government_lines_of_a_request_have_a_sum_of_their_own(sold: Hands) -> None:
    lines = [
        ReceiptLine(Bilingual("أ", "A"), 4_500, "government"),
        ReceiptLine(Bilingual("ب", "B"), 2_500, "government", 2),
        ReceiptLine(Bilingual("م", "Shop"), 500, "service"),
    ]
    detail = sold.window.session.screens().requests.detail
    detail.tell_paid(7_500, lines)
    labels = [fact.label.text() for fact in detail.bill.findChildren(Fact) if fact.isVisibleTo(detail.bill)]
    assert labels == ["أ", f"ب × {show.number(2)}", say("ar", "bill.government"), "م"]
    assert "70.00" in texts(detail.bill)


def test_a_request_whose_paper_is_erased_still_shows_its_total(sold: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sold.counter.store.print_jobs, "receipt", lambda _epoch, _seq: None)
    screens = sold.window.session.screens()
    screens.requests.open_one(sold.counter.desk.requests.search(Query())[0].id, screens.lists.open)
    sold.until("pageDetail")
    assert "50.00" in screens.requests.detail.paid.value.text()


def test_several_government_lines_have_a_sum_of_their_own(qtbot: QtBot) -> None:
    bill = BillCard("en")
    qtbot.addWidget(bill)
    bill.show()
    lines = [
        ReceiptLine(Bilingual("أ", "A"), 4_500, "government"),
        ReceiptLine(Bilingual("ب", "B"), 2_500, "government", 2),
        ReceiptLine(Bilingual("م", "Shop"), 500, "service"),
    ]
    bill.set_lines(lines, 7_500, 61)
    qtbot.wait(10)
    shown = texts(bill)
    assert shown.index("A") < shown.index("B") < shown.index("70.00") < shown.index("Shop") < shown.index("0.61")
    bill.set_lines(lines[1:], 3_000)
    qtbot.wait(10)
    assert "Government fees together" not in texts(bill)
    assert "VAT" not in texts(bill)


def test_a_copy_comes_after_the_first_paper(sold: Hands) -> None:
    screens = sold.window.session.screens()
    screens.requests.open_one(sold.counter.desk.requests.search(Query())[0].id, screens.lists.open)
    sold.until("pageDetail")
    sold.press(Qt.Key.Key_F9)
    assert sold.page.notice.text()
    job = sold.counter.papers.jobs()[0]
    sold.counter.papers._move(job.id, (PrintState.WAITING,), PrintState.PRINTED)
    sold.settle(30)
    sold.counter.shop.clock.pass_ms(ECHO_MS)
    sold.press(Qt.Key.Key_F9)
    assert any(j.copy == 1 for j in sold.counter.papers.jobs())


@pytest.mark.parametrize("page", ["pageDone", "pageDetail"])
def test_f9_pressed_twice_is_one_copy_also_of_a_printer_that_is_faster(sold: Hands, page: str) -> None:
    papers, request = sold.counter.papers, sold.counter.desk.requests.search(Query())[0]
    papers._move(papers.jobs()[0].id, (PrintState.WAITING,), PrintState.PRINTED)
    if page == "pageDetail":
        sold.window.session.screens().requests.open_one(request.id, lambda: None)
    sold.until(page)
    for copies in (1, 2):
        for _ in range(2):
            sold.press(Qt.Key.Key_F9)
            for job in papers.jobs():
                papers._move(job.id, (PrintState.WAITING,), PrintState.PRINTED)
        sold.settle(30)
        assert [job.copy for job in papers.of(request)] == list(range(copies + 1))
        sold.counter.shop.clock.pass_ms(ECHO_MS)


def test_a_rejected_request_leads_from_the_tray_to_its_page_and_leaves_when_dealt_with(sold: Hands) -> None:
    reject(sold)
    assert sold.window.header.chip.property("chip") == "act"
    sold.press(Qt.Key.Key_F7)
    sold.until("pageSync")
    page = sold.window.session.screens().sync.page
    sold.qtbot.waitUntil(lambda: page.tray.rowCount() == 1)
    assert "الاسم لا يطابق" in cells(page.tray)
    sold.press(Qt.Key.Key_F10)
    sold.until("pageDetail")
    remedy = sold.window.session.screens().requests.detail.remedy
    assert remedy.isVisible()
    assert "الاسم لا يطابق" in texts(remedy)
    sold.press(Qt.Key.Key_2, alt=True)
    sold.until("pageAftercare")
    sold.press(Qt.Key.Key_7, alt=True)
    sold.until("pageDetail")
    sold.press(Qt.Key.Key_Escape)
    sold.until("pageSync")
    sold.qtbot.waitUntil(lambda: page.data is not None and not page.data.tray)
    assert page.heading.text() == say("ar", "sync.latest")
    sold.press(Qt.Key.Key_Escape)
    sold.until("pageCatalogue")


def test_more_than_the_line_lists_is_counted(sold: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.upkeep.sync_flow.TRAY", replace(TRAY, limit=1))
    reject(sold)
    sold.next_citizen().sold()
    reject(sold)
    newest = sold.counter.desk.requests.search(Query())[0]
    sold.press(Qt.Key.Key_F7)
    sold.until("pageSync")
    page = sold.window.session.screens().sync.page
    sold.qtbot.waitUntil(lambda: page.data is not None and bool(page.data.tray))
    assert page.data is not None
    assert [one.request.id for one in page.data.tray] == [newest.id]
    assert page.heading.text() == say("ar", "sync.tray.newest", shown=show.number(1), count=show.number(2))
    assert page._returned.value.text() == show.number(2)


@pytest.mark.parametrize(
    "state", ["online", "portal", "server_down", "clock_wrong", "suspended", "quarantined", "alarm"]
)
def test_the_line_is_told_in_words_and_tried_again(sold: Hands, state: str) -> None:
    sold.counter.line.state = state
    sold.window.header.chip.click()
    sold.until("pageSync")
    sold.counter.events.publish(SyncChanged())
    sold.settle(30)
    page = sold.window.session.screens().sync.page
    assert page.state.what.text()
    assert not page.state.what.text().startswith("sync.")
    sold.press(Qt.Key.Key_F5)
    assert sold.counter.line.tried == 1


def test_names_and_states_in_a_list(sold: Hands) -> None:
    request = sold.counter.desk.requests.search(Query())[0]
    assert state_of(request) == "unsent"
    assert state_of(replace(request, sent=True)) == "sent"
    decision = Decision(1, 1, "pending", "", "", "", 0)
    assert state_of(replace(request, decision=decision)) == "unsent"
    assert state_of(replace(request, decision=replace(decision, status="approved"))) == "approved"
    assert citizen(replace(request, name="", national_id="")) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_state_of_a_request_has_a_look_and_a_word(language: Language) -> None:
    words = {state: pill(language, state) for state in PILLS}
    assert all(one.word and not one.word.startswith("state.") for one in words.values())
    assert words["unsent"].state == "waiting"
    assert {*STATUSES, UNKNOWN} - {"pending"} <= set(PILLS)


def test_what_is_gone_or_fails_is_said(sold: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    rest = sold.window.session.screens()
    assert not rest.requests.detail.isVisible(), "what is done with a request has no button before one is open"
    rest.requests.open_one("no-such-id", rest.lists.open)
    sold.settle(30)
    assert sold.page.objectName() == "pageDone"
    sold.press(Qt.Key.Key_F6)
    sold.until("pageRequests")
    rest.lists._fail(Unavailable("store_failed", reason="io"))
    assert sold.page.notice.text()
    sold.press(Qt.Key.Key_F7)
    sold.until("pageSync")

    def away() -> None:
        raise Unavailable("store_failed", reason="io")

    monkeypatch.setattr(sold.counter.line, "status", away)
    sold.counter.events.publish(SyncChanged())
    sold.settle(30)
    assert sold.page.notice.text()
    sold.counter.events.publish(PrintJobsChanged())
    sold.settle(10)


@pytest.fixture
def three(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> tuple[Hands, list[Request]]:
    """Three requests, of which the test lets go; the newest first."""
    desk = hands.home().counter.desk
    for number in (1, 2, 3):
        desk.record(hands.counter.shop.sale(number))
    there = desk.requests.search(Query())
    monkeypatch.setattr(desk.requests, "search", lambda _query: list(there))
    return hands, there


def changed(hands: Hands, table: QTableWidget, rows: int) -> None:
    hands.counter.events.publish(RequestsChanged())
    hands.qtbot.waitUntil(lambda: table.rowCount() == rows)


LISTS = pytest.mark.parametrize(("key", "name"), [(Qt.Key.Key_F6, "requestTable"), (Qt.Key.Key_F7, "rejectedTable")])


def in_the_middle(hands: Hands, key: Qt.Key, name: str) -> QTableWidget:
    """The second of three rows is looked at."""
    hands.press(key)
    table: QTableWidget = hands.find(name)
    hands.qtbot.waitUntil(lambda: table.rowCount() == 3)
    assert table.currentRow() == 0
    table.setFocus()
    table.setCurrentCell(1, 0)
    return table


@LISTS
def test_a_row_stays_under_the_key_while_another_one_leaves(
    three: tuple[Hands, list[Request]], key: Qt.Key, name: str
) -> None:
    hands, there = three
    table, looked_at = in_the_middle(hands, key, name), there[1]
    del there[0]
    changed(hands, table, 2)
    assert table.currentRow() == 0, "it moved up, and the key with it"
    hands.press(Qt.Key.Key_Return)
    hands.until("pageDetail")
    assert hands.window.session.screens().requests._request == looked_at


@LISTS
def test_a_row_that_leaves_puts_no_other_under_the_key(
    three: tuple[Hands, list[Request]], key: Qt.Key, name: str
) -> None:
    hands, there = three
    table, page = in_the_middle(hands, key, name), hands.page
    del there[1]
    for _ in range(2):
        changed(hands, table, 2)
        hands.press(Qt.Key.Key_Return)
        hands.settle(40)
        assert hands.page is page, "it has gone: nothing is opened in its place"
    hands.press(Qt.Key.Key_Down)
    hands.press(Qt.Key.Key_Return)
    hands.until("pageDetail")
    assert hands.window.session.screens().requests._request == there[0]


def test_a_new_question_is_answered_from_its_first_row(three: tuple[Hands, list[Request]]) -> None:
    hands, there = three
    hands.press(Qt.Key.Key_F6)
    table: QTableWidget = hands.find("requestTable")
    hands.qtbot.waitUntil(lambda: table.rowCount() == 3)
    table.setCurrentCell(0, 0)
    del there[0]
    hands.press(Qt.Key.Key_1, alt=True)
    hands.qtbot.waitUntil(lambda: table.rowCount() == 2)
    assert table.currentRow() == 0


def test_a_rejected_one_is_corrected_by_the_key_of_its_page(sold: Hands) -> None:
    reject(sold)
    screens = sold.window.session.screens()
    screens.requests.open_one(sold.counter.desk.requests.search(Query())[0].id, screens.lists.open)
    sold.until("pageDetail")
    detail = screens.requests.detail
    assert detail.primary.accessibleName() == say("ar", "detail.correct")
    shown = texts(detail.remedy)
    assert all(say("ar", f"remedy.correct.{step}") in shown for step in (1, 2, 3))
    assert detail.reverse.isVisible()
    sold.press(Qt.Key.Key_F10)
    sold.until("pageForm")


def test_what_the_centre_has_to_mend_goes_up_to_it(sold: Hands) -> None:
    request = sold.counter.desk.requests.search(Query())[0]
    decision = Decision(request.epoch, request.seq, "rejected", "fee_mismatch", "", "", 2**40)
    sold.counter.store.commit([], [decision])
    screens = sold.window.session.screens()
    screens.requests.open_one(request.id, screens.lists.open)
    sold.until("pageDetail")
    assert say("ar", "remedy.no_reason") in texts(screens.requests.detail.remedy)
    sold.press(Qt.Key.Key_F10)
    sold.until("pageAftercare")
    assert screens.requests.aftercare.page.acts.chosen() == "escalate"


def test_an_approved_one_says_that_the_citizen_was_told_and_then_prints(sold: Hands) -> None:
    request = sold.counter.desk.requests.search(Query())[0]
    sold.counter.store.commit([], [Decision(request.epoch, request.seq, "approved", "", "", "", 2**40)])
    screens = sold.window.session.screens()
    screens.requests.open_one(request.id, screens.lists.open)
    sold.until("pageDetail")
    sold.press(Qt.Key.Key_F10)
    sold.settle(40)
    assert screens.requests.detail.revealed, "the number to call comes first"
    assert not sold.counter.desk.requests.search(Query())[0].told
    sold.press(Qt.Key.Key_F10)
    sold.settle(40)
    assert sold.counter.desk.requests.search(Query())[0].told
    assert say("ar", "detail.told.done") in sold.page.notice.text()
    assert screens.requests.detail.primary.accessibleName() == say("ar", "print.again"), "it waits for a printer"
    sold.press(Qt.Key.Key_F10)
    assert say("ar", "detail.told.done") not in sold.page.notice.text()


def test_what_needs_somebody_stands_first_until_something_is_asked_for(hands: Hands) -> None:
    desk = hands.home().counter.desk
    for number in (1, 2, 3):
        desk.record(hands.counter.shop.sale(number))
    oldest = desk.requests.search(Query())[-1]
    hands.counter.store.commit([], [Decision(oldest.epoch, oldest.seq, "sent_back", "R7", "ناقص", "Missing", 2**40)])
    hands.press(Qt.Key.Key_F6)
    hands.until("pageRequests")
    page = hands.window.session.screens().lists.page
    hands.qtbot.waitUntil(lambda: page.table.rowCount() == 3)
    assert page.table.chosen().request.id == oldest.id
    assert "ناقص" in texts(page.card)
    assert "1" in page.quick["came_back"].text()
    hands.press(Qt.Key.Key_1, alt=True)
    hands.qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    page.search.setText("محمد")
    page.lists["state"].setCurrentIndex(0)
    hands.qtbot.waitUntil(lambda: page.table.rowCount() == 3)
    assert page.table.chosen().request.id != oldest.id, "the newest of what was asked for"


def test_the_row_that_is_looked_at_is_opened_and_printed_by_keys(sold: Hands) -> None:
    sold.press(Qt.Key.Key_F6)
    sold.until("pageRequests")
    page = sold.window.session.screens().lists.page
    sold.qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    sold.press(Qt.Key.Key_F9)
    sold.qtbot.waitUntil(lambda: bool(page.notice.text()))
    page.set_found(Found())
    page.reprint.click()
    assert page.table.chosen() is None
    sold.press(Qt.Key.Key_F5)
    sold.qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    sold.press(Qt.Key.Key_F10)
    sold.until("pageDetail")
