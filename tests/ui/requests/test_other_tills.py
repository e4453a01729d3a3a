"""The shop's other tills on the screen, by keys: looked for beside the work, told apart, read only, paid back once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt

from kiosk.model.service_request import Decision, Query
from kiosk.model.store_changes import PutElsewhere
from protocol.errors import Refused, Unavailable
from protocol.texts import Bilingual, say
from protocol.values.said_time import said_time
from tests.harness.fakes.fake_tills import FakeTills, found
from tests.ui.conftest import Hands
from tests.ui.requests.test_request_lists import cells
from ui.requests.other_tills_flow import OtherTillsFlow
from ui.requests.request_words import state_of
from ui.widgets.show import explained

Key = Qt.Key


@pytest.fixture
def flow(hands: Hands) -> OtherTillsFlow:
    """At the till's own list, with a line; another till has sold one that came back."""
    hands.home()
    hands.counter.line.up = True
    hands.counter.line.shop.found = [found(heard_ms=hands.counter.counter.context.now_ms())]
    hands.press(Key.Key_F6)
    hands.until("pageRequests")
    return hands.window.session.screens().lists.elsewhere


@pytest.fixture
def tills(hands: Hands) -> FakeTills:
    return hands.counter.line.shop


def looked(hands: Hands) -> None:
    hands.press(Key.Key_5, alt=True)
    hands.until("pageElsewhere")


def opened(hands: Hands) -> None:
    looked(hands)
    hands.press(Key.Key_Return)
    hands.until("pageNeighbour")


def test_one_key_looks_in_the_other_tills_and_says_whose_they_are(hands: Hands, flow: OtherTillsFlow) -> None:
    looked(hands)
    assert hands.window.focusWidget() is flow.page.table
    said = cells(flow.page.table)
    assert found().number in said
    assert "منى أ. ع." in said
    assert say("ar", "state.rejected") in said
    assert "المركز" in flow.page.whence.text()
    assert not flow.page.empty.isVisible()
    hands.press(Key.Key_Escape)
    hands.until("pageRequests")


def test_what_narrows_the_own_list_narrows_this_one(hands: Hands, flow: OtherTillsFlow, tills: FakeTills) -> None:
    own = hands.window.session.screens().lists.page
    own.search.setText("01012345678 3/11/2026")
    own.lists["state"].setCurrentIndex(own.lists["state"].findData("rejected"))
    looked(hands)
    asked = {name: tills.asked[0][name] for name in ("mobile", "date", "state")}
    assert asked == {"mobile": "01012345678", "date": "2026-11-03", "state": "rejected"}
    hands.press(Key.Key_F5)
    hands.settle(30)
    assert len(tills.asked) == 2


def test_nobody_waits_for_the_answer(hands: Hands, flow: OtherTillsFlow) -> None:
    own = hands.window.session.screens().lists.page
    hands.counter.hold = True
    hands.press(Key.Key_5, alt=True)
    assert hands.window.veil.isHidden()
    assert say("ar", "elsewhere.asking") in own.notice.text()
    hands.press(Key.Key_Escape)
    hands.counter.release()
    hands.until("pageCatalogue")
    hands.settle(30)
    assert hands.page.objectName() == "pageCatalogue", "an answer that comes late calls nobody back"


def test_whoever_comes_to_the_list_next_is_not_shown_what_another_asked_for(hands: Hands, flow: OtherTillsFlow) -> None:
    hands.counter.hold = True
    hands.press(Key.Key_5, alt=True)
    hands.press(Key.Key_Escape)
    asked = hands.counter.works.copy()
    hands.counter.works.clear()
    hands.counter.release()
    hands.press(Key.Key_F6)
    hands.until("pageRequests")
    hands.counter.works.extend(asked)  # the line took its time
    hands.counter.release()
    hands.settle(30)
    assert hands.page.objectName() == "pageRequests"


@pytest.mark.parametrize("failing", [False, True])
def test_without_a_line_it_says_what_why_and_what_to_do(hands: Hands, flow: OtherTillsFlow, *, failing: bool) -> None:
    if failing:
        hands.counter.line.shop.trouble = Unavailable("line_offline")
    else:
        hands.counter.line.up = False
    hands.press(Key.Key_5, alt=True)
    hands.settle(30)
    assert hands.page.objectName() == "pageRequests"
    told = hands.page.notice.text()
    what, why, what_to_do = explained("ar", Unavailable("shop_unanswered" if failing else "shop_offline"))
    assert all(part in told for part in (what, why, what_to_do))


def test_a_name_is_not_looked_for_there_and_that_is_said(hands: Hands, flow: OtherTillsFlow, tills: FakeTills) -> None:
    hands.window.session.screens().lists.page.search.setText("محمد")
    hands.press(Key.Key_5, alt=True)
    hands.settle(30)
    assert hands.page.objectName() == "pageRequests"
    assert "بالاسم" in hands.page.notice.text()
    assert tills.asked == []


def test_today_is_said_by_its_name_and_clock_an_earlier_day_by_its_date(
    hands: Hands, flow: OtherTillsFlow, tills: FakeTills
) -> None:
    now = hands.counter.counter.context.now_ms()
    tills.found = [found(at_ms=now), found(seq=30, at_ms=now - 3 * 86_400_000)]
    looked(hands)
    said = cells(flow.page.table)
    assert said_time("ar", now, now) in said
    assert said_time("ar", now - 3 * 86_400_000, now) in said


def test_nothing_found_and_more_found_are_said(hands: Hands, flow: OtherTillsFlow, tills: FakeTills) -> None:
    tills.found = []
    looked(hands)
    assert flow.page.empty.isVisible()
    hands.press(Key.Key_Return)
    assert hands.page.objectName() == "pageElsewhere"
    tills.found, tills.more = [found()], True
    hands.press(Key.Key_F5)
    hands.settle(30)
    assert say("ar", "elsewhere.more", count="\u20661\u2069") in flow.page.empty.text()


def test_one_of_them_is_opened_to_be_read(hands: Hands, flow: OtherTillsFlow, tills: FakeTills) -> None:
    tills.found = [
        found(status="approved", told_ms=5, arrived_ms=6, handed_ms=7, operator="gone", name="", id_end="")
    ]  # fmt: skip
    opened(hands)
    history = cells(flow.detail.history)
    for key in ("history.approved", "history.told", "history.arrived", "elsewhere.handed"):
        assert say("ar", key) in history
    assert flow.detail.primary.accessibleName() == say("ar", "detail.nothing")
    hands.press(Key.Key_F10)
    assert hands.page.objectName() == "pageNeighbour"
    assert say("ar", "elsewhere.only") in flow.detail.notice.text()
    hands.press(Key.Key_F11)
    assert say("en", "elsewhere.handed") in cells(flow.detail.history)
    hands.press(Key.Key_Escape)
    hands.until("pageElsewhere")


@pytest.mark.parametrize(
    ("changes", "key"),
    [({"voided_ms": 5}, "elsewhere.voided"), ({"refunded_ms": 5, "refunded_by": 3}, "elsewhere.refunded")],
)
def test_what_was_reversed_says_where(
    hands: Hands, flow: OtherTillsFlow, tills: FakeTills, changes: dict[str, object], key: str
) -> None:
    tills.found = [found(**changes)]
    opened(hands)
    assert say("ar", key, till="\u20663\u2069") in cells(flow.detail.history)
    assert flow.detail.primary.accessibleName() == say("ar", "detail.nothing")


def test_a_void_is_refused_in_words(hands: Hands, flow: OtherTillsFlow, tills: FakeTills) -> None:
    tills.found = [found(status="pending", decided_ms=0, reason=Bilingual.same(""))]
    opened(hands)
    hands.press(Key.Key_F10)
    assert "شباك \u20663\u2069" in flow.detail.notice.text()
    assert hands.page.objectName() == "pageNeighbour"


def test_its_fee_is_paid_back_here_by_keys(hands: Hands, flow: OtherTillsFlow, tills: FakeTills) -> None:
    opened(hands)
    assert "الصورة غير واضحة" in cells(flow.detail.facts)
    hands.press(Key.Key_F10)
    hands.until("pageNeighbourRefund")
    assert flow.refund.reason.text() == "الصورة غير واضحة"
    hands.press(Key.Key_F10)
    hands.until("pageNeighbour")
    assert [one.get("act") for one in tills.asked] == [None, "hold"]
    assert "50.00" in flow.detail.notice.text()
    assert say("ar", "elsewhere.paid_here") in cells(flow.detail.history)
    assert flow.detail.primary.accessibleName() == say("ar", "detail.nothing")
    assert hands.counter.books.book().total_pt("refund") == 5_000
    hands.press(Key.Key_Escape)
    hands.until("pageElsewhere")
    assert say("ar", "state.refund") in cells(flow.page.table)


def test_a_refusal_leaves_the_press_to_be_made_again(hands: Hands, flow: OtherTillsFlow, tills: FakeTills) -> None:
    opened(hands)
    hands.press(Key.Key_F10)
    hands.until("pageNeighbourRefund")
    tills.trouble = Refused("refund_held", by=3)
    hands.press(Key.Key_F10)
    hands.settle(30)
    assert "شباك \u20663\u2069" in hands.page.notice.text()
    hands.press(Key.Key_Escape)
    hands.until("pageNeighbour")
    hands.press(Key.Key_F10)
    hands.until("pageNeighbourRefund")
    hands.press(Key.Key_F10)
    hands.until("pageNeighbour")
    assert hands.counter.books.book().count("refund") == 1


@pytest.mark.parametrize("changes", [{"unsent": 2}, {"heard_ms": 5}, {"held_by": 3}])
def test_who_should_be_asked_first_is_said(
    hands: Hands, flow: OtherTillsFlow, tills: FakeTills, changes: dict[str, object]
) -> None:
    tills.found = [found(**({"heard_ms": hands.counter.counter.context.now_ms()} | changes))]
    opened(hands)
    assert "شباك \u20663\u2069" in flow.detail.notice.text()


def test_our_own_list_says_what_another_till_has_paid_back(hands: Hands, flow: OtherTillsFlow) -> None:
    request = hands.counter.desk.record(hands.counter.shop.sale()).request
    decision = Decision(1, request.seq, "sent_back", "R7", "السبب", "Why", 1)
    hands.counter.store.commit([], [decision, PutElsewhere(1, request.seq, "refunded", 3, 9)])
    (shown,) = hands.counter.desk.requests.search(Query())
    assert state_of(shown) == "refund"
    hands.press(Key.Key_F6)
    table = hands.window.session.screens().lists.page.table
    hands.qtbot.waitUntil(lambda: table.rowCount() == 1)
    table.setFocus()
    hands.press(Key.Key_Return)
    hands.until("pageDetail")
    detail = hands.window.session.screens().requests.detail
    assert "شباك \u20663\u2069" in cells(detail.facts)
    assert not detail.reverse.isVisible()


def refund_own(hands: Hands, status: str) -> Callable[[], bool]:
    request = hands.counter.desk.record(hands.counter.shop.sale()).request
    hands.counter.store.commit([], [Decision(1, request.seq, status, "R7", "السبب", "Why", 1)])
    hands.press(Key.Key_F6)
    table = hands.window.session.screens().lists.page.table
    hands.qtbot.waitUntil(lambda: table.rowCount() == 1)
    table.setFocus()
    hands.press(Key.Key_Return)
    hands.until("pageDetail")
    hands.press(Key.Key_1, alt=True)
    hands.until("pageReverse")
    hands.press(Key.Key_F10)
    hands.until("pageDetail")
    return lambda: hands.counter.desk.requests.search(Query())[0].reversed == "refund"


def test_what_was_sent_back_can_be_given_up_by_keys(hands: Hands, flow: OtherTillsFlow, tills: FakeTills) -> None:
    assert refund_own(hands, "sent_back")()
    assert tills.acts() == ["hold"], "with a line the centre is asked first"
