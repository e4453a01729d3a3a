"""What arrives while the screen is locked waits behind the lock."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.model.service_request import Query
from tests.ui.conftest import Hands


def test_a_form_that_was_asked_for_before_the_lock_is_seen_only_after_it(hands: Hands) -> None:
    hands.home()
    hands.form()
    hands.fill()
    hands.settle(900)
    draft = hands.counter.desk.drafts.unfinished()[0]
    sale = hands.window.session.screens().sale
    sale.home()
    hands.settle(200)
    hands.counter.hold = True
    sale.resume(draft.id)
    hands.window.session.lock()
    hands.settle(20)
    hands.counter.release()
    hands.settle(300)
    assert hands.page.objectName() == "pageLock"
    assert hands.window.behind is not None
    assert hands.window.behind.page.objectName() == "pageForm"


def test_what_was_typed_last_is_kept_before_the_sale_and_not_after_it(hands: Hands) -> None:
    hands.home().review()
    sale = hands.window.session.screens().sale
    sale._keep.start()
    hands.press(Qt.Key.Key_F2)
    hands.counter.hold = True
    hands.press(Qt.Key.Key_F10)
    hands.settle(sale._keep.interval() + 200)  # a slow disk
    hands.counter.release()
    hands.until("pageDone")
    hands.settle(100)
    assert hands.counter.desk.drafts.unfinished() == []
    assert len(hands.counter.desk.requests.search(Query())) == 1
