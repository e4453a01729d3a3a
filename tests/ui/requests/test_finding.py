"""The list narrowed by day, operator, service and state, and by the keys that lead to work to do."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import Qt

from kiosk.model.service_request import Decision, Query
from kiosk.model.store_changes import DecisionReady
from tests.harness.shop import OPERATOR, SUPERVISOR
from tests.ui.conftest import Hands
from ui.requests.request_list_page import RequestListPage
from ui.requests.request_words import state_of


@pytest.fixture
def page(hands: Hands) -> RequestListPage:
    """Two requests in the list."""
    hands.home()
    for number in (1, 2):
        hands.counter.desk.record(hands.counter.shop.sale(number))
    hands.press(Qt.Key.Key_F6)
    hands.until("pageRequests")
    page = hands.window.session.screens().lists.page
    hands.qtbot.waitUntil(lambda: page.table.rowCount() == 2)
    return page


def shows(page: RequestListPage, count: int) -> bool:
    return page.table.rowCount() == count


def choose(hands: Hands, page: RequestListPage, name: str, value: str) -> int:
    combo = page.lists[name]
    combo.setCurrentIndex(combo.findData(value))
    hands.settle(30)
    return page.table.rowCount()


@pytest.mark.parametrize(
    ("name", "value", "count"),
    [
        ("operator", OPERATOR, 2), ("operator", SUPERVISOR, 0), ("service", "birth-cert", 2),
        ("service", "death-cert", 0), ("state", "unsent", 2), ("state", "waiting", 0), ("state", "void", 0),
    ],
)  # fmt: skip
def test_each_list_narrows_and_is_cleared_by_one_key(
    hands: Hands, page: RequestListPage, name: str, value: str, count: int
) -> None:
    assert choose(hands, page, name, value) == count
    assert page.none.isVisible() is (count == 0)
    hands.press(Qt.Key.Key_F11)  # the other language keeps what was chosen
    assert page.wanted() != RequestListPage("ar").wanted()
    hands.press(Qt.Key.Key_4, alt=True)
    assert page.table.rowCount() == 2
    assert page.wanted() == RequestListPage("ar").wanted()


def test_where_nothing_was_sold_yet_there_is_nothing_to_narrow(hands: Hands) -> None:
    hands.home().press(Qt.Key.Key_F6)
    hands.until("pageRequests")
    page = hands.window.session.screens().lists.page
    narrowing = (*page.quick.values(), page.clear, *page.lists.values())
    hands.qtbot.waitUntil(lambda: not any(part.isVisible() for part in narrowing))
    hands.counter.desk.record(hands.counter.shop.sale())
    page.ask_again()
    hands.qtbot.waitUntil(lambda: all(part.isVisible() for part in narrowing))


def test_the_days_are_the_last_fourteen_and_any_day_can_be_typed(hands: Hands, page: RequestListPage) -> None:
    today = hands.counter.till.today()
    assert page.lists["day"].count() == 15
    assert choose(hands, page, "day", today) == 2
    page.reset()
    year, month, day = today.split("-")
    for typed, count in ((f"{day}/{month}/{year}", 2), ("محمد " + today, 2), ("1/1/2020", 0)):
        page.search.setText(typed)
        hands.qtbot.waitUntil(partial(shows, page, count))


def test_enter_leads_from_the_box_to_what_was_found(hands: Hands, page: RequestListPage) -> None:
    page.search.setFocus()
    hands.press(Qt.Key.Key_Return)
    assert hands.window.focusWidget() is page.table
    hands.press(Qt.Key.Key_Return)
    hands.until("pageDetail")


def test_those_to_call_are_one_key_away(hands: Hands, page: RequestListPage) -> None:
    request = hands.counter.desk.requests.search(Query())[0]
    decision = Decision(request.epoch, request.seq, "approved", "", "", "", 2**40)
    hands.counter.store.commit([], [decision])
    hands.press(Qt.Key.Key_2, alt=True)
    assert page.table.rowCount() == 1
    assert hands.window.focusWidget() is page.table
    hands.counter.aftercare.inform(request.id)
    hands.settle(30)
    assert page.table.rowCount() == 0
    hands.counter.store.commit([], [DecisionReady(request.epoch, request.seq, 2**40 + 1)])
    assert state_of(hands.counter.desk.requests.search(Query(state="approved"))[0]) == "ready"
    hands.counter.aftercare.arrived(request.id)
    hands.press(Qt.Key.Key_3, alt=True)
    assert page.table.rowCount() == 1
    assert state_of(hands.counter.desk.requests.search(Query(state="unclaimed"))[0]) == "unclaimed"
    hands.counter.aftercare.hand_over(request.id, "self")
    assert state_of(hands.counter.desk.requests.search(Query(state="approved"))[0]) == "handed"


def test_a_full_list_says_that_there_is_more(
    hands: Hands, page: RequestListPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.requests.request_list_page.MOST", 1)
    page.ask()
    hands.settle(30)
    assert page.table.rowCount() == 1
    assert page.empty.isVisible()


def test_an_answer_that_was_overtaken_is_not_shown(hands: Hands, page: RequestListPage) -> None:
    hands.counter.hold = True
    page.search.setText("zzz")
    hands.settle(200)
    page.search.setText("")
    hands.settle(200)
    hands.counter.works.reverse()
    hands.counter.release()
    hands.settle(30)
    assert page.table.rowCount() == 2


def test_on_a_narrow_screen_what_the_card_says_too_is_left_out(hands: Hands, page: RequestListPage) -> None:
    assert not page.table.isColumnHidden(3)
    hands.window.resize(1024, 728)
    hands.settle(30)
    assert page.table.isColumnHidden(3)
    assert not page.clear.isVisible()
    choose(hands, page, "state", "void")
    hands.press(Qt.Key.Key_4, alt=True)
    assert page.wanted() == RequestListPage("ar").wanted()
