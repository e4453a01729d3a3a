"""What became of a request, on its page: whose turn it is, each act by its key, and back where it was opened."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from kiosk.core.events import RequestsChanged
from kiosk.model.service_request import TRAY, Decision, Query
from kiosk.model.store_changes import Erase
from protocol.journal.entries import EntryType
from protocol.texts import say
from tests.ui.conftest import Hands
from tests.ui.requests.test_request_lists import cells
from ui.requests.aftercare_page import AftercarePage
from ui.requests.request_acts import due, possible


@pytest.fixture
def page(hands: Hands) -> AftercarePage:
    hands.home()
    hands.counter.desk.record(hands.counter.shop.sale())
    return hands.window.session.screens().requests.aftercare.page


def rule(hands: Hands, status: str, code: str = "R7") -> None:
    decision = Decision(
        1, hands.counter.desk.requests.search(Query())[0].seq, status, code, "الاسم لا يطابق", "Name differs", 9
    )
    hands.counter.store.commit([], [decision])


def opened(hands: Hands) -> None:
    hands.press(Qt.Key.Key_F6)
    hands.until("pageRequests")
    table = hands.window.session.screens().lists.page.table
    hands.qtbot.waitUntil(lambda: table.rowCount() == 1)
    table.setFocus()
    hands.press(Qt.Key.Key_Return)
    hands.until("pageDetail")
    hands.press(Qt.Key.Key_2, alt=True)
    hands.until("pageAftercare")


def offered(page: AftercarePage) -> list[str]:
    assert page.data is not None
    assert page.acts.rowCount() == len(page.data.acts)
    return list(page.data.acts)


def test_a_request_that_came_back_is_corrected_in_a_form_with_its_answers(hands: Hands, page: AftercarePage) -> None:
    rule(hands, "sent_back")
    opened(hands)
    assert "الاسم لا يطابق" in page.reason.text()
    assert page.whose.text()
    assert offered(page) == ["refund", "correct", "told", "escalate", "dealt", "rights"]
    assert page.acts.chosen() == "correct", "what is due is marked"
    hands.press(Qt.Key.Key_F10)
    hands.until("pageForm")
    form = hands.window.session.screens().sale.form
    assert form.raw()["name"] == "محمد أحمد عبد الله حسن"
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")


def test_the_number_is_shown_before_the_call_is_recorded_and_goes_with_the_page(
    hands: Hands, page: AftercarePage
) -> None:
    rule(hands, "approved")
    opened(hands)
    masked = page.mobile.value.text()
    assert page.primary.accessibleName() == say("ar", "detail.call")
    hands.press(Qt.Key.Key_F10)
    hands.settle(30)
    assert page.mobile.value.text() != masked
    assert page.primary.accessibleName() == say("ar", "detail.told")
    assert "told" in offered(page), "nothing is recorded yet"
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageDetail")
    assert page.mobile.value.text() == masked


def test_told_arrived_and_handed_over_follow_each_other(hands: Hands, page: AftercarePage) -> None:
    rule(hands, "approved")
    opened(hands)
    assert offered(page) == ["told", "arrived", "rights"]
    for key in (Qt.Key.Key_3, Qt.Key.Key_3, Qt.Key.Key_4):  # the number, the call, the document
        hands.press(key, alt=True)
        hands.settle(30)
    assert offered(page) == ["hand", "rights"]
    hands.press(Qt.Key.Key_5, alt=True)
    assert hands.window.focusWidget() is page.taker, "it asks first who came"
    page.taker.setCurrentIndex(page.taker.findData("relative"))
    assert page.taker_name.isVisible()
    hands.press(Qt.Key.Key_5, alt=True)
    hands.told()
    assert page.notice.text()  # a name is wanted
    page.taker_name.setText("علي حسن")
    hands.press(Qt.Key.Key_5, alt=True)
    hands.settle(30)
    assert offered(page) == ["rights"]
    assert "علي حسن" in cells(page.history)
    hands.press(Qt.Key.Key_F11)
    assert "A relative علي حسن" in cells(page.history)
    hands.press(Qt.Key.Key_5, alt=True)  # what is not possible does nothing
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageDetail")


def test_who_comes_for_it_is_typed_in_peace_and_is_of_this_request_alone(hands: Hands, page: AftercarePage) -> None:
    rule(hands, "approved")
    opened(hands)
    hands.press(Qt.Key.Key_4, alt=True)
    hands.settle(30)
    page.taker.setCurrentIndex(page.taker.findData("relative"))
    page.taker_name.setText("علي حسن")
    hands.counter.events.publish(RequestsChanged())  # the centre has acknowledged what others have sold
    hands.settle(50)
    assert (page.taker.currentData(), page.taker_name.text()) == ("relative", "علي حسن")
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageDetail")
    hands.press(Qt.Key.Key_2, alt=True)
    hands.until("pageAftercare")
    assert (page.taker.currentData(), page.taker_name.text()) == ("self", "")


def test_an_escalation_says_why_and_leaves_the_tray(hands: Hands, page: AftercarePage) -> None:
    rule(hands, "rejected")
    opened(hands)
    hands.press(Qt.Key.Key_6, alt=True)
    assert page.why.isVisible()
    page.why.setCurrentIndex(page.why.findData("waits"))
    hands.press(Qt.Key.Key_F10)
    hands.settle(30)
    *_, item = hands.counter.store.journal.export(1)
    assert item.record.fields.entry_type == EntryType.FOLLOW_UP
    assert b'"waits"' in item.record.body
    assert hands.counter.desk.requests.search(TRAY) == []
    assert not page.whose.isVisible()


def test_nothing_is_prefilled_with_what_was_erased(hands: Hands, page: AftercarePage) -> None:
    rule(hands, "rejected")
    request = hands.counter.desk.requests.search(Query())[0]
    assert "correct" in possible(request)
    hands.counter.store.commit([], [Erase(1, request.seq)])
    erased = hands.counter.desk.requests.search(Query())[0]
    assert "correct" not in possible(erased)
    assert due(erased) == "refund"


def test_an_undecided_request_can_only_arrive(hands: Hands, page: AftercarePage) -> None:
    opened(hands)
    assert offered(page) == ["arrived", "rights"]
    assert hands.window.focusWidget() is page.acts
    assert page.acts.chosen() == "arrived"


def test_its_fee_is_given_back_from_here_and_esc_leads_back(hands: Hands, page: AftercarePage) -> None:
    rule(hands, "rejected")
    opened(hands)
    hands.press(Qt.Key.Key_1, alt=True)
    hands.until("pageReverse")
    hands.press(Qt.Key.Key_Escape)
    hands.until("pageAftercare")
    page.acts.setCurrentCell(offered(page).index("refund"), 0)
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReverse")
    hands.press(Qt.Key.Key_F10)
    hands.until("pageAftercare")
    request = hands.counter.desk.requests.search(Query())[0]
    assert (request.reversed, due(request)) == ("refund", "copy")
    assert "refund" not in offered(page)


def test_what_is_handed_over_is_due_once_it_is_here(hands: Hands, page: AftercarePage) -> None:
    rule(hands, "approved")
    request = hands.counter.desk.requests.search(Query())[0]
    hands.counter.aftercare.inform(request.id)
    hands.counter.aftercare.arrived(request.id)
    assert due(hands.counter.desk.requests.search(Query())[0]) == "hand"
