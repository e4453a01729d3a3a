"""Answers that come late, in another order, or for a sale that is over."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.exceptions import capture_exceptions

from kiosk.model.service_request import Query
from protocol.errors import Corrupt, Refused
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
        sale._typed({**raw, "copies": copies})
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


# ---- a form that is being made


def test_a_form_whose_rules_cannot_be_told_is_shown_and_says_so(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_asked: object) -> None:
        raise Corrupt("damaged")

    hands.home()
    monkeypatch.setattr(type(hands.counter.desk), "view", broken)
    hands.window.session.screens().sale.begin_all([("birth-cert", {})])
    hands.until("pageForm")
    hands.settle()
    assert hands.page.notice.text()
    assert hands.window.focusWidget() is hands.find("field_national_id")


def test_a_bug_while_a_form_is_told_its_rules_leaves_nobody_without_keys(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    hands.home()
    sale = hands.window.session.screens().sale
    monkeypatch.setattr(sale.form, "set_papers", lambda *_papers: 1 // 0)
    with capture_exceptions() as raised:
        sale.begin_all([("birth-cert", {})])
        hands.until("pageForm")
        hands.settle()
    assert [error[0] for error in raised] == [ZeroDivisionError]
    assert (hands.window.busy, bool(hands.page.notice.text())) == (False, True)


@pytest.mark.parametrize("turns", range(6))
def test_nobody_has_agreed_to_a_form_that_is_made_while_the_language_turns(hands: Hands, turns: int) -> None:
    hands.home().form("criminal-record")
    sale = hands.window.session.screens().sale
    hands.find("consentBox").setChecked(True)
    sale.home()
    hands.until("pageCatalogue")
    sale.begin_all([("social-housing", {})])
    for _ in range(turns):
        QApplication.processEvents()
    hands.window.turn_language()
    hands.until("pageForm")
    assert not hands.find("consentBox").isChecked()


def test_the_focus_of_a_form_taken_up_waits_for_what_its_rules_hide(hands: Hands) -> None:
    hands.home().form().fill()
    sale = hands.window.session.screens().sale
    sale.keep_now()
    hands.settle(50)
    (draft,) = hands.counter.desk.drafts.visits()[0]
    sale.home()
    hands.until("pageCatalogue")
    sale.resume(draft.id)
    hands.until("pageForm")
    assert hands.window.focusWidget() is hands.find("field_national_id")
