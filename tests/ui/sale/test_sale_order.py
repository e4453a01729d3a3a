"""Answers that come late, in another order, or for a sale that is over."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from kiosk.model.service_request import Query
from protocol.errors import Refused
from tests.ui.conftest import Hands


def test_of_two_answers_about_what_was_typed_only_the_newest_counts(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.home().form().fill()
    sale, counter = hands.window.session.screens().sale, hands.counter
    totals: list[int] = []
    monkeypatch.setattr(sale.form.bill, "set_lines", lambda _lines, total_pt, _vat_pt: totals.append(total_pt))
    raw = dict(sale.form.raw())
    counter.hold = True
    for copies in ("1", "2"):
        sale._typed({**raw, "copies": copies}, keep=False)
    counter.works.reverse()  # the first took longer
    counter.release()
    hands.settle(50)
    assert totals == [quoted(hands, {**raw, "copies": "2"})]


def quoted(hands: Hands, raw: dict[str, Any]) -> int:
    desk = hands.counter.desk
    service = desk.service("birth-cert")
    return desk.quote(service, desk.check(service, raw).values, None).total_pt


def test_a_draft_that_was_about_to_be_kept_does_not_outlive_the_sale(hands: Hands) -> None:
    hands.home().review()
    sale = hands.window.session.screens().sale
    hands.press(Qt.Key.Key_F2)
    sale._keep.start(20)  # something was typed a moment ago
    hands.counter.hold = True
    hands.press(Qt.Key.Key_F10)
    hands.settle(100)  # the disk is slow
    hands.counter.release()
    hands.until("pageDone")
    hands.settle(50)
    assert len(hands.counter.desk.requests.search(Query())) == 1
    assert hands.counter.store._s.drafts == {}


def test_that_nothing_was_saved_is_said_where_the_money_is_whatever_was_pressed_before(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_sales: object) -> None:
        raise Refused("day_closed")

    hands.home().counted()
    monkeypatch.setattr(hands.counter.desk, "record", closed)
    hands.send(Qt.Key.Key_F8)  # the day's page comes up while the sale is on its way
    hands.send(Qt.Key.Key_F10)
    hands.until("pageReview")
    hands.told()
    assert hands.find("tenderedEdit").text()
