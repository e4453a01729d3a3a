"""Correct and send again at the window: nothing is taken where the fee is the same, and it is said where it is not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from kiosk.model.service_request import TRAY, Decision, Query
from kiosk.model.store_changes import PutElsewhere
from protocol.errors import Refused
from protocol.texts import say
from tests.ui.conftest import Hands
from tests.ui.requests.test_request_lists import texts
from ui.sale.review_page import ReviewPage
from ui.widgets.show import explained

Key = Qt.Key


@pytest.fixture
def review(hands: Hands) -> ReviewPage:
    """A request was sent back, and is opened to be corrected."""
    hands.home()
    request = hands.counter.desk.record(hands.counter.shop.sale()).request
    hands.counter.store.commit([], [Decision(1, request.seq, "sent_back", "R7", "الاسم", "Name", 9)])
    hands.press(Key.Key_F6)
    hands.until("pageRequests")
    table = hands.window.session.screens().lists.page.table
    hands.qtbot.waitUntil(lambda: table.rowCount() == 1)
    table.setFocus()
    hands.press(Key.Key_Return)
    hands.until("pageDetail")
    hands.press(Key.Key_F10)
    hands.until("pageForm")
    return hands.window.session.screens().sale.checkout.review


def to_review(hands: Hands) -> None:
    hands.press(Key.Key_F10)
    hands.until("pageReview")


def test_nothing_is_taken_and_two_keys_save_it(hands: Hands, review: ReviewPage) -> None:
    to_review(hands)
    assert "0.00" in review.cash.due.value.text()
    assert not review.cash.tendered.isVisible()
    assert "لا تأخذ شيئًا" in review.cash.transferred.text()
    assert "2-000004" in review.cash.transferred.text()
    assert say("ar", "bill.paid") in texts(review.bill)
    assert review.paid_before
    assert hands.window.focusWidget() is review.primary
    assert "F2" not in [action.key for action in review.commands()], "there is no cash to be exact"
    assert say("ar", "review.do.transferred") in review.primary.words
    hands.press(Key.Key_F11)
    assert "nothing to take" in review.primary.accessibleName() + review.primary.text()
    hands.press(Key.Key_F10)
    hands.until("pageDone")
    new, old = hands.counter.desk.requests.search(Query())
    assert (new.total_pt, old.reversed, hands.counter.desk.requests.search(TRAY)) == (5_000, "refund", [])
    assert hands.counter.books.book().expected_pt == 15_000


def test_with_a_line_the_centre_is_asked_first(hands: Hands, review: ReviewPage) -> None:
    hands.counter.line.up = True
    to_review(hands)
    hands.press(Key.Key_F10)
    hands.until("pageDone")
    assert hands.counter.line.shop.acts() == ["hold"]


def test_another_fee_is_taken_whole_and_the_old_one_stays_due(hands: Hands, review: ReviewPage) -> None:
    hands.window.session.screens().sale.form._fields["copies"].set_raw(2)
    hands.settle(200)
    to_review(hands)
    assert say("ar", "review.again") in review.notice.text()
    assert say("ar", "bill.paid") not in texts(review.bill)
    assert review.cash.tendered.isVisible()
    hands.press(Key.Key_F2)
    hands.press(Key.Key_F10)
    hands.until("pageDone")
    assert len(hands.counter.desk.requests.search(TRAY)) == 1


def test_what_changed_between_look_and_press_is_priced_again(hands: Hands, review: ReviewPage) -> None:
    to_review(hands)
    (old,) = hands.counter.desk.requests.search(Query())
    hands.counter.store.commit([], [PutElsewhere(1, old.seq, "refunded", 3, 9)])
    hands.press(Key.Key_F10)
    hands.qtbot.waitUntil(review.cash.tendered.isVisible)
    assert explained("ar", Refused("transfer_changed"))[0] in review.notice.text()
    assert hands.counter.books.book().count("taken") == 1


def test_a_form_of_before_takes_its_fee_like_any_other(hands: Hands, review: ReviewPage) -> None:
    """Opened twice, and transferred once."""
    to_review(hands)
    hands.press(Key.Key_F10)
    hands.until("pageDone")
    (_, old) = hands.counter.desk.requests.search(Query())
    draft = hands.counter.aftercare.correct(old.id)
    hands.window.session.screens().sale.resume(draft.id)
    hands.until("pageForm")
    to_review(hands)
    assert review.cash.tendered.isVisible()
    assert say("ar", "review.again") not in review.notice.text()
    assert review.same.isVisible(), "it was corrected once already: whether this is another request is asked"


def test_a_cut_between_form_and_press_keeps_what_it_replaces(hands: Hands, review: ReviewPage) -> None:
    (draft,) = hands.counter.desk.drafts.unfinished()
    hands.counter.desk.drafts.keep(draft, {**draft.raw, "name": "محمد أحمد"})
    assert hands.counter.desk.drafts.unfinished()[0].corrects == draft.corrects != ""
