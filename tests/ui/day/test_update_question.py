"""A version that has waited for long is asked about where the day is opened, and holds nobody up."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from kiosk.upkeep.updates.update_standing import LongWait
from kiosk.upkeep.updates.update_worker import Updater
from protocol.errors import Unavailable
from tests.harness import shop
from tests.harness.waiting_update import Asked, Questioned, waiting_update
from tests.ui.conftest import Hands
from ui.day.open_day_page import OpenDayPage

FOUND = LongWait("0.2.0", 15)


def at_day_start(hands: Hands, updates: Updater | None) -> OpenDayPage:
    """Signed in, and the day not opened yet."""
    hands.counter.updates = updates
    login = hands.counter.people.activate(shop.OPERATOR, shop.CODE, shop.PIN)
    hands.window.session.signed_in(login)
    hands.until("pageOpenDay")
    hands.settle(60)
    page: OpenDayPage = hands.window.session.screens().opening.page
    return page


def asked_of(updates: Updater) -> tuple[Asked, Questioned]:
    asked, question = updates._updating, updates._question
    assert isinstance(asked, Asked)
    assert isinstance(question, Questioned)
    return asked, question


def test_it_says_how_long_and_leaves_the_keys_with_the_cash(hands: Hands) -> None:
    page = at_day_start(hands, waiting_update(asks=FOUND))
    assert page.question.isVisible()
    assert "0.2.0" in page.question._what.text()
    assert "15" in page.question._what.text()
    assert hands.window.focusWidget() is page.cash
    hands.press(Qt.Key.Key_F11)
    assert "15 days" in page.question._what.text()


def test_the_day_is_opened_without_an_answer(hands: Hands) -> None:
    updates = waiting_update(asks=FOUND)
    page = at_day_start(hands, updates)
    page.cash.setText("100")
    hands.press(Qt.Key.Key_F10)
    hands.until("pageCatalogue")
    asked, question = asked_of(updates)
    assert (asked.asked, question.answers) == (0, [])


@pytest.mark.parametrize(
    ("key", "answers", "now"),
    [(Qt.Key.Key_1, [False], 1), (Qt.Key.Key_2, [True], 0), (Qt.Key.Key_3, [False], 0)],
)  # fmt: skip
def test_each_answer_is_a_key_is_kept_and_what_comes_of_it_is_said(
    hands: Hands, key: Qt.Key, answers: list[bool], now: int
) -> None:
    updates = waiting_update(asks=FOUND)
    page = at_day_start(hands, updates)
    hands.press(key, alt=True)
    hands.press(key, alt=True)  # a second press finds nothing asked
    hands.settle(60)
    asked, question = asked_of(updates)
    assert (question.answers, asked.asked) == (answers, now)
    assert not page.question.isVisible()
    assert page.notice.isVisible()
    assert hands.window.focusWidget() is page.cash


def test_a_button_answers_as_its_key_does(hands: Hands) -> None:
    updates = waiting_update(asks=FOUND)
    page = at_day_start(hands, updates)
    page.question.buttons["evening"].click()
    hands.settle(60)
    assert asked_of(updates)[1].answers == [True]


def test_an_answer_that_no_disk_takes_is_said(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    updates = waiting_update(asks=FOUND)
    page = at_day_start(hands, updates)

    def full(**_: bool) -> None:
        raise Unavailable("disk_full")

    monkeypatch.setattr(updates, "answer", full)
    hands.press(Qt.Key.Key_3, alt=True)
    hands.qtbot.waitUntil(lambda: "disk" in page.notice.text() or "القرص" in page.notice.text())


@pytest.mark.parametrize("updates", [None, waiting_update()])
def test_otherwise_nothing_is_asked(hands: Hands, updates: Updater | None) -> None:
    page = at_day_start(hands, updates)
    assert not page.question.isVisible()
    hands.press(Qt.Key.Key_1, alt=True)
    assert hands.page is page
