"""What is said aloud: only when somebody listens, at once when it is urgent, and nothing twice."""

from __future__ import annotations

import sys

import pytest
from PySide6 import QtGui
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from protocol.errors import Refused
from protocol.texts import say
from tests.harness.window_time import settle
from tests.ui.conftest import Hands
from ui.widgets import show
from ui.widgets.announce import REST_MS, Teller, announce

Key = Qt.Key
module = sys.modules["ui.widgets.announce"]
"""By its name: in its package that is the function."""
RESTED_MS = REST_MS + 200
"""Whatever a busy machine makes of a timer."""


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, bool]]:
    heard: list[tuple[str, bool]] = []

    class Listening:
        AnnouncementPoliteness = QAccessible.AnnouncementPoliteness

        @staticmethod
        def isActive() -> bool:
            return True

        @staticmethod
        def updateAccessibility(event: object) -> None:
            urgent = event.politeness() is QAccessible.AnnouncementPoliteness.Assertive  # type: ignore[attr-defined]
            heard.append((event.message(), urgent))  # type: ignore[attr-defined]

    monkeypatch.setattr(QtGui, "QAccessible", Listening)
    return heard


def test_a_fault_is_urgent_and_a_screen_that_comes_up_is_not(hands: Hands, said: list[tuple[str, bool]]) -> None:
    hands.home()
    hands.page.fail(Refused("money_ambiguous"))
    assert [urgent for text, urgent in said if text == hands.page.notice.accessibleName()] == [True]
    assert (hands.page.title.text(), False) in said


def test_the_line_is_said_when_it_changes_and_not_again(hands: Hands, said: list[tuple[str, bool]]) -> None:
    hands.home()
    header = hands.window.header
    for _ in range(2):
        header.set_chip("off", "بدون إنترنت الآن")
        header.set_chip("off", "بدون إنترنت الآن")
    assert [text for text, _ in said].count("بدون إنترنت الآن") == 1


def test_saved_is_said_with_what_to_give_back_and_without_a_name(hands: Hands, said: list[tuple[str, bool]]) -> None:
    hands.home().sold()
    assert any(hands.page.banner.spoken() in text for text, _ in said)  # type: ignore[attr-defined]
    assert not any("محمد" in text for text, _ in said)


def test_nothing_is_said_to_nobody(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(QtGui, "QAccessibleAnnouncementEvent", lambda *a: told.append(a))
    announce(QWidget(), "")
    QAccessible.setActive(False)
    announce(QWidget(), "نص")
    assert told == []


def texts(said: list[tuple[str, bool]]) -> list[str]:
    return [text for text, _ in said]


def test_what_comes_to_rest_is_said_once_and_no_step_on_the_way(qtbot: QtBot, said: list[tuple[str, bool]]) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    teller = Teller(widget)
    teller.tell("unseen")
    settle(widget, RESTED_MS)
    widget.show()
    for text in ("1", "12"):
        teller.tell(text)
    settle(widget, RESTED_MS)
    teller.tell("12")
    settle(widget, RESTED_MS)
    assert texts(said) == ["12"]
    teller.tell("")
    teller.tell("12")
    settle(widget, RESTED_MS)
    assert texts(said) == ["12", "12"], "it was gone in between"


def test_what_is_found_is_said_while_the_focus_stays_at_what_is_typed(
    hands: Hands, said: list[tuple[str, bool]]
) -> None:
    hands.home()
    hands.type("112")
    hands.settle(RESTED_MS)
    found = say("ar", "home.found", count=show.number(1))
    assert [text for text in texts(said) if text.startswith(f"{found} — شهادة ميلاد")]
    assert hands.window.focusWidget() is hands.find("searchEdit")


def test_papers_and_fee_of_a_form_are_said(hands: Hands, said: list[tuple[str, bool]]) -> None:
    hands.home().form(**hands.counter.shop.sale().values)
    hands.settle(RESTED_MS)
    assert any(text.startswith(say("ar", "form.papers")) for text in texts(said))
    assert f"{say('ar', 'bill.due')}: {show.money('ar', 5_000)}" in texts(said)


def test_what_is_due_and_what_goes_back_are_said(hands: Hands, said: list[tuple[str, bool]]) -> None:
    hands.home().review()
    due = f"{say('ar', 'bill.due')}: {show.money('ar', 5_000)}"
    assert f"{say('ar', 'review.title')} — {due}" in texts(said)
    hands.type("20")
    hands.settle(RESTED_MS)
    hands.type("0")
    hands.settle(RESTED_MS)
    told = [text for text in texts(said) if text.startswith((say("ar", "review.short"), say("ar", "review.change")))]
    short, change = show.money("ar", 3_000), show.money("ar", 15_000)
    assert told == [f"{say('ar', 'review.short')} {short}", f"{say('ar', 'review.change')} {change}"]


def test_whoever_is_chosen_at_the_sign_in_is_said(hands: Hands, said: list[tuple[str, bool]]) -> None:
    hands.until("pageSignIn")
    hands.qtbot.waitUntil(lambda: hands.page.names.count() == 2)  # type: ignore[attr-defined]
    hands.press(Key.Key_Down)
    hands.settle(RESTED_MS)
    assert [text for text in texts(said) if text.startswith(hands.page.name.text())]  # type: ignore[attr-defined]


def test_the_count_of_the_drawer_and_what_it_comes_to_are_said(hands: Hands, said: list[tuple[str, bool]]) -> None:
    hands.home()
    hands.press(Key.Key_F8, to="pageDay")
    hands.press(Key.Key_F10, to="pageClose")
    assert any(say("ar", "close.step.count") in text for text in texts(said))
    hands.find("face10000").setText("1")
    hands.settle(RESTED_MS)
    assert f"{say('ar', 'close.counted.sofar')}: {show.money('ar', 10_000)}" in texts(said)
    hands.press(Key.Key_1, alt=True)
    hands.wait(lambda: any(say("ar", "close.equal") in text for text in texts(said)))


def test_the_row_that_was_found_is_said_without_its_citizen(hands: Hands, said: list[tuple[str, bool]]) -> None:
    hands.home().sold()
    hands.press(Key.Key_F6, to="pageRequests")
    hands.wait(lambda: hands.find("requestTable").rowCount() == 1)
    hands.settle(RESTED_MS)
    row = [text for text in texts(said) if text.startswith("شهادة ميلاد") and say("ar", "state.unsent") in text]
    assert len(row) == 1
    hands.type("zzz")
    hands.wait(lambda: hands.find("requestTable").rowCount() == 0)
    hands.settle(RESTED_MS)
    assert say("ar", "list.empty") in texts(said)


def test_a_language_that_was_turned_to_says_where_one_is(hands: Hands, said: list[tuple[str, bool]]) -> None:
    hands.home()
    hands.press(Key.Key_F11)
    assert texts(said)[-1].startswith(say("en", "home.title"))


def test_a_button_says_its_key_and_a_question_the_keys_of_its_answers(hands: Hands) -> None:
    hands.home().sold()
    assert hands.find("primaryButton").accessibleDescription().strip("\u2066\u2069") == "F10"
    words = hands.find("paperQuestion").accessibleDescription()
    assert words.startswith(say("ar", "print.is.uncertain.more"))
    assert "Alt+1" in words
    assert say("ar", "print.no") in words
