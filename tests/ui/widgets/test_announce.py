"""What is said aloud: only when somebody listens, at once when it is urgent, and nothing twice."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from protocol.errors import Refused
from tests.ui.conftest import Hands
from ui.widgets import announce as module
from ui.widgets.announce import announce


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

    monkeypatch.setattr(module, "QAccessible", Listening)
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
    monkeypatch.setattr(module, "QAccessibleAnnouncementEvent", lambda *a: told.append(a))
    announce(QWidget(), "")
    QAccessible.setActive(False)
    announce(QWidget(), "نص")
    assert told == []
