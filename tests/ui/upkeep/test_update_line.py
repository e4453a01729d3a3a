"""The page of the line says what there is to know of the program's own version."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from kiosk.upkeep.updates.update_standing import UpdateStatus, status_text
from protocol.clock import DAY_MS
from tests.harness.fakes.fake_world import NOON_MS
from tests.harness.waiting_update import WAITING, Asked, waiting_update
from tests.ui.conftest import Hands
from tests.ui.upkeep.test_stick_page import page

REVERTED = UpdateStatus("REVERTED", "0.2.0", NOON_MS, "0.2.0")
SETUP = UpdateStatus(needs_setup="0.3.0", reverted="0.2.0")


@pytest.mark.parametrize(
    ("standing", "key"),
    [
        (WAITING, "update.line.WAITING"), (replace(WAITING, since_ms=NOON_MS - 14 * DAY_MS), "update.line.OLD"),
        (REVERTED, "update.line.REVERTED"), (SETUP, "update.line.SETUP"), (UpdateStatus("DOWNLOADING"), None),
        (UpdateStatus(trouble="update_expired"), None),
    ],
)  # fmt: skip
def test_only_what_somebody_here_should_know_is_said(standing: UpdateStatus, key: str | None) -> None:
    found = status_text(standing, NOON_MS)
    assert (found and found[0]) == key


def test_a_version_that_waits_is_told_and_can_be_asked_for(hands: Hands) -> None:
    updates = waiting_update()
    hands.counter.updates = updates
    shown = page(hands)
    assert "0.2.0" in shown.update_line.what.text()
    assert shown.update_line.isVisible()
    shown.update_now.click()
    asked = updates._updating
    assert isinstance(asked, Asked)
    assert asked.asked == 1


def test_an_undone_one_is_told_and_not_offered(hands: Hands) -> None:
    hands.counter.updates = waiting_update(REVERTED)
    shown = page(hands)
    assert "0.2.0" in shown.update_line.what.text()
    assert not shown.update_now.isVisible()


def test_one_that_did_not_open_is_offered_once_more(hands: Hands) -> None:
    updates = waiting_update(replace(REVERTED, crashed=True))
    hands.counter.updates = updates
    shown = page(hands)
    assert shown.update_now.isVisible()
    assert shown.update_now.accessibleName() == shown.say("update.once_more")
    shown.update_now.click()
    asked = updates._updating
    assert isinstance(asked, Asked)
    assert asked.asked == 1


def test_with_internet_and_nothing_that_came_back_f10_asks_for_it(hands: Hands) -> None:
    updates = waiting_update()
    hands.counter.updates, hands.counter.line.state = updates, "idle"
    shown = page(hands)
    assert shown.primary.words == shown.say("update.now")
    assert not shown.update_now.isVisible(), "it is what F10 does"
    hands.press(Qt.Key.Key_F10)
    asked = updates._updating
    assert isinstance(asked, Asked)
    assert asked.asked == 1


def test_without_updates_nothing_is_said(hands: Hands) -> None:
    shown = page(hands)
    assert not shown.update_line.isVisible()
    assert not shown.update_now.isVisible()
    shown.update_now.click()
