"""The cash step on a date that nobody believes: no money is taken, and a key leads to where somebody looks at it."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.model.store_changes import PutFact
from protocol.clock import DAY_MS, HOUR_MS
from protocol.texts import say
from tests.ui.conftest import Hands
from tests.ui.sale.test_sale import recorded

Key = Qt.Key


def doubted(hands: Hands) -> Hands:
    """The clock goes back while a form is filled in; the cash step is up."""
    hands.home().form(**hands.counter.shop.sale().values)
    hands.counter.shop.clock.wall -= HOUR_MS
    hands.press(Key.Key_F10, to="pageReview")
    hands.settle(30)
    return hands


def wants(hands: Hands) -> str:
    """What F10 waits for."""
    said: str = hands.find("primaryButton").accessibleDescription()
    return said


def test_the_doubt_is_said_before_any_cash_is_counted_and_f10_waits(hands: Hands) -> None:
    doubted(hands)
    assert "رجع وقت الجهاز" in hands.page.notice.text()
    assert hands.window.focusWidget() is hands.find("dateButton")
    assert not hands.find("exactButton").isVisible(), "nothing may be taken yet"
    assert say("ar", "review.wants.date") in wants(hands)
    hands.find("tenderedEdit").setText("50")
    hands.page.calm()
    hands.press(Key.Key_F10)
    assert "رجع وقت الجهاز" in hands.page.notice.text()
    assert (hands.page.objectName(), recorded(hands)) == ("pageReview", 0)


def test_a_key_leads_to_the_date_and_back_to_the_same_visit(hands: Hands) -> None:
    doubted(hands)
    hands.press(Key.Key_3, alt=True, to="pageClock")
    hands.press(Key.Key_F10, to="pageReview")
    hands.settle(30)
    assert hands.counter.desk.clock_doubt() is None
    assert not hands.find("dateButton").isVisible()
    assert hands.window.focusWidget() is hands.find("tenderedEdit")
    hands.press(Key.Key_F2)
    hands.press(Key.Key_F10, to="pageDone")
    assert recorded(hands) == 1


def test_whoever_says_that_it_is_wrong_comes_back_and_still_takes_nothing(hands: Hands) -> None:
    doubted(hands)
    hands.press(Key.Key_3, alt=True, to="pageClock")
    hands.press(Key.Key_Escape, to="pageReview")
    assert hands.find("dateButton").isVisible()
    assert hands.counter.desk.clock_doubt() is not None


def test_once_the_computer_is_set_right_nothing_is_asked(hands: Hands) -> None:
    doubted(hands)
    hands.counter.shop.clock.wall += HOUR_MS
    hands.press(Key.Key_3, alt=True)
    hands.settle(60)
    assert hands.page.objectName() == "pageReview"
    assert not hands.find("dateButton").isVisible()


def test_a_clock_that_turns_while_the_cash_is_counted_leads_there_too(hands: Hands) -> None:
    hands.home().review()
    assert not hands.find("dateButton").isVisible()
    hands.press(Key.Key_F2)
    hands.counter.shop.clock.wall -= HOUR_MS
    hands.press(Key.Key_F10)
    hands.told()
    assert recorded(hands) == 0
    assert hands.find("dateButton").isVisible()
    assert hands.find("tenderedEdit").text() == "50.00", "what was counted is not counted again"
    hands.press(Key.Key_3, alt=True, to="pageClock")


def test_a_date_that_cannot_be_right_is_shown_and_not_confirmed(hands: Hands) -> None:
    hands.home().form(**hands.counter.shop.sale().values)
    floor = hands.counter.shop.clock.wall + DAY_MS
    hands.counter.store.commit([], [PutFact("floor_ms", str(floor).encode())])
    hands.press(Key.Key_F10, to="pageReview")
    hands.press(Key.Key_3, alt=True, to="pageClock")
    assert hands.find("primaryButton").isHidden()
    hands.press(Key.Key_Escape, to="pageReview")
    assert hands.find("dateButton").isVisible()


def test_an_equal_sale_of_today_is_asked_about_first(hands: Hands) -> None:
    hands.home().sold()
    hands.counter.shop.clock.wall -= HOUR_MS
    hands.review().settle(30)
    assert say("ar", "same.first") in wants(hands)
    assert hands.window.focusWidget() is hands.find("sameSale")
    hands.press(Key.Key_1, alt=True)
    assert say("ar", "review.wants.date") in wants(hands)
