"""The computer's time, put before a person when it has jumped."""

from __future__ import annotations

from PySide6.QtCore import Qt

from kiosk.model.store_changes import PutFact
from protocol.clock import DAY_MS, HOUR_MS
from protocol.journal.entries import EntryType
from protocol.values.arabic import strip_invisible
from tests.harness.fakes.fake_counter import FakeCounter
from tests.harness.shop import PIN
from tests.ui.conftest import Hands
from ui.session.entrance_pages import ClockPage


def jumps(counter: FakeCounter) -> int:
    return sum(item.record.fields.entry_type == EntryType.CLOCK_JUMP for item in counter.store.journal.export(1))


def sign_in(hands: Hands) -> None:
    hands.type(PIN)
    hands.press(Qt.Key.Key_F10, to="pageClock")


def test_a_step_back_is_asked_about_after_sign_in_and_confirmed_with_one_key(known: Hands) -> None:
    known.counter.shop.clock.wall -= HOUR_MS
    sign_in(known)
    page = known.page
    assert isinstance(page, ClockPage)
    assert strip_invisible(page.shown.text()).endswith("25 نوفمبر 2026، 11:00")
    known.window.turn_language()
    assert "25 November 2026, 12:00" in strip_invisible(page.why.text())
    known.press(Qt.Key.Key_F10)
    known.qtbot.waitUntil(lambda: jumps(known.counter) == 1)
    known.until("pageCatalogue")
    assert jumps(known.counter) == 1


def test_whoever_says_the_time_is_wrong_goes_on_and_takes_no_money(known: Hands) -> None:
    known.counter.shop.clock.wall -= HOUR_MS
    sign_in(known)
    known.press(Qt.Key.Key_Escape, to="pageCatalogue")
    assert jumps(known.counter) == 0
    doubt = known.counter.desk.clock_doubt()
    assert doubt is not None
    assert doubt.code == "clock_back"


def test_a_time_that_cannot_be_right_is_shown_and_not_asked_about(known: Hands) -> None:
    floor = known.counter.shop.clock.wall + DAY_MS
    known.counter.store.commit([], [PutFact("floor_ms", str(floor).encode())])
    sign_in(known)
    assert known.find("primaryButton").isHidden()
    known.press(Qt.Key.Key_F10)
    assert (known.page.objectName(), jumps(known.counter)) == ("pageClock", 0)


def test_enter_confirms_nothing(known: Hands) -> None:
    known.counter.shop.clock.wall -= HOUR_MS
    sign_in(known)
    known.press(Qt.Key.Key_Return)
    known.press(Qt.Key.Key_Return)
    assert jumps(known.counter) == 0
