"""A page is made when somebody goes there, or while nobody waits behind the sign-in; it is like one made before."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from kiosk.core.documents_in_force import DocumentsInForce
from protocol.errors import Refused
from tests.harness.fakes.fake_counter import FakeCounter
from tests.ui.conftest import Hands, every_page, open_window
from ui.main.screens import PAUSE_MS, SHOWN_MS
from ui.widgets import theme
from ui.widgets.theme import ScreenLook

Key = Qt.Key
AHEAD = {"pageSignIn", "pageOpenDay", "pageCatalogue", "pageForm", "pageReview", "pageDone"}


LONG_MS = 54_321


@pytest.fixture(autouse=True)
def made_ahead(pages_made_when_gone_to: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the program does it."""
    monkeypatch.setattr("ui.main.screens.PAUSE_MS", PAUSE_MS)
    monkeypatch.setattr("ui.main.screens.SHOWN_MS", SHOWN_MS)


def pauses(hands: Hands) -> dict[int, QTimer]:
    return {one.interval(): one for one in hands.window.findChildren(QTimer)}


def made(hands: Hands) -> set[str]:
    return {page.objectName() for page in hands.window._pages}


def sizes(page: QWidget) -> list[tuple[str, int, int]]:
    return [(part.objectName(), part.minimumWidth(), part.maximumHeight()) for part in page.findChildren(QWidget)]


def test_what_the_first_citizen_needs_is_made_behind_the_sign_in_and_no_more(known: Hands) -> None:
    known.qtbot.waitUntil(lambda: made(known) == AHEAD)
    known.settle(5 * PAUSE_MS)
    assert made(known) == AHEAD
    assert known.page.objectName() == "pageSignIn"


def test_the_prices_are_read_before_home_asks_for_them(
    qtbot: QtBot, counter: FakeCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.shop.ready()
    counter.people.sign_out()
    read, catalogue = list[object](), DocumentsInForce.catalogue

    def noted(self: DocumentsInForce) -> object:
        read.append(self)
        return catalogue(self)

    monkeypatch.setattr(DocumentsInForce, "catalogue", noted)
    known = open_window(qtbot, counter)
    qtbot.waitUntil(lambda: made(known) == AHEAD)
    qtbot.waitUntil(lambda: bool(read))
    assert known.page.objectName() == "pageSignIn"


def test_while_an_answer_is_waited_for_no_more_is_made_ahead_than_it_leads_to(
    qtbot: QtBot, counter: FakeCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long a slow machine takes to show the window: somebody waits before the first page is made."""
    monkeypatch.setattr("ui.main.screens.SHOWN_MS", LONG_MS)
    monkeypatch.setattr("ui.main.screens.PAUSE_MS", LONG_MS)
    counter.shop.ready()
    counter.people.sign_out()
    known = open_window(qtbot, counter)
    qtbot.waitUntil(lambda: LONG_MS in pauses(known))
    known.window.wait("busy.pin")
    pause = pauses(known)[LONG_MS]
    for _ in AHEAD:
        pause.timeout.emit()
    assert made(known) == {"pageSignIn", "pageOpenDay", "pageCatalogue"}
    known.window.free()
    for _ in AHEAD:
        pause.timeout.emit()
    assert made(known) == AHEAD


def test_nothing_is_made_ahead_before_a_page_that_comes_up_is_painted(
    qtbot: QtBot, counter: FakeCounter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.main.screens.SHOWN_MS", LONG_MS)
    hands = open_window(qtbot, counter)
    qtbot.waitUntil(lambda: LONG_MS in pauses(hands))
    pause = pauses(hands)[LONG_MS]
    pause.timeout.emit()
    assert pause.interval() == PAUSE_MS
    hands.home()
    assert pause.interval() == LONG_MS


def test_a_page_is_made_when_it_is_gone_to_and_once(hands: Hands) -> None:
    hands.home()
    assert "pageRequests" not in made(hands)
    hands.press(Key.Key_F6, to="pageRequests")
    page = hands.page
    hands.press(Key.Key_F3, to="pageCatalogue")
    hands.press(Key.Key_F6, to="pageRequests")
    assert hands.page is page
    assert page.first() is hands.window.focusWidget()


def test_a_page_of_nobodys_asking_is_not_made_by_what_it_would_hear(hands: Hands) -> None:
    """Approvals, the line and the lease change while nobody looks."""
    hands.home().form()
    hands.window.go(hands.page)
    hands.settle()
    assert made(hands).isdisjoint({"pageApproval", "pageSync", "pageLockout", "pagePrinting", "pageEvidence"})


def test_a_page_made_late_speaks_the_language_that_was_turned_to_before(undressed: None, qtbot: QtBot) -> None:
    early, late = (open_window(qtbot, FakeCounter()) for _ in range(2))
    every_page(early.window)
    for hands in (early, late):
        hands.home().press(Key.Key_F11)
        hands.press(Key.Key_F8, to="pageDay")
    texts = [[label.accessibleName() for label in hands.page.findChildren(QWidget)] for hands in (early, late)]
    assert texts[0] == texts[1]
    assert early.page.title.text() == late.page.title.text() != ""
    assert late.page.layoutDirection() is Qt.LayoutDirection.LeftToRight
    for hands in (early, late):
        hands.press(Key.Key_F11)
    assert early.page.title.text() == late.page.title.text()


def test_a_page_made_late_wears_the_look_that_was_chosen_before(undressed: None, qtbot: QtBot) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    early, late = (open_window(qtbot, FakeCounter()).home() for _ in range(2))
    every_page(early.window)
    try:
        theme.wear(application, ScreenLook(130))
        for hands in (early, late):
            hands.press(Key.Key_F7, to="pageSync")
        assert sizes(early.page) == sizes(late.page)
    finally:
        theme.wear(application, ScreenLook())


def test_a_page_made_behind_a_lock_waits_there(hands: Hands) -> None:
    hands.home().press(Key.Key_F12, to="pageLock")
    hands.window.session.screens().printing.open()
    hands.settle(30)
    assert hands.page.objectName() == "pageLock"
    hands.unlock(to="pagePrinting")


@pytest.mark.parametrize("name", ["pageOpenDay", "pageLock"])
def test_a_fault_is_said_on_a_page_made_late(known: Hands, name: str) -> None:
    page = next(page for page in every_page(known.window) if page.objectName() == name)
    page.fail(Refused("money_ambiguous"))
    assert page.notice.text()
