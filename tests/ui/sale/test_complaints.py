"""Complaints about other counters that only a screen can cause."""

from __future__ import annotations

from dataclasses import fields

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from kiosk.model.service_request import Query, Sale
from tests.ui.conftest import Hands
from ui.widgets.push_button import GAP_MS


def test_nothing_that_can_be_typed_on_the_way_to_the_receipt_changes_the_fee(hands: Hands) -> None:
    hands.home().form().fill()
    due = hands.counter.desk.quote(hands.counter.desk.service("birth-cert"), hands.counter.shop.sale().values).total_pt
    hands.press(Qt.Key.Key_F10)
    hands.until("pageReview")
    for edit in hands.page.findChildren(QLineEdit):
        edit.setText("999")
    hands.settle(50)
    assert hands.page.due_pt == due  # type: ignore[attr-defined]
    hands.press(Qt.Key.Key_F10)
    hands.qtbot.wait(GAP_MS + 50)  # so much change is asked about
    assert hands.page.objectName() == "pageReview"
    hands.press(Qt.Key.Key_F10)
    hands.until("pageDone")
    (request,) = hands.counter.store.requests.search(Query())
    assert request.total_pt == due


def test_what_is_handed_in_from_the_screen_has_no_place_for_a_fee() -> None:
    amounts = {field.name for field in fields(Sale) if field.name.endswith("_pt")}
    assert amounts == {"tendered_pt", "due_pt"}, "handed over, and the total shown, which must still be it"
