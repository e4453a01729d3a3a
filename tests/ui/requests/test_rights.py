"""A citizen's rights on their page; a supervisor's PIN asked in place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from kiosk.aftercare import citizen_rights
from kiosk.model.store_changes import PutDocument
from protocol.documents import trust
from protocol.journal.entries import EntryType
from protocol.texts import say
from tests.harness.shop import CODE, FEED, PIN_SUPERVISOR, SUPERVISOR, settings
from tests.ui.conftest import Hands
from tests.ui.requests.test_request_lists import cells, texts
from ui.requests.citizen_rights_flow import supervisors
from ui.requests.citizen_rights_page import CitizenRightsPage
from ui.widgets import show


@pytest.fixture
def staffed(hands: Hands) -> Hands:
    people = hands.counter.people
    people.activate(SUPERVISOR, CODE, PIN_SUPERVISOR)
    people.sign_out()
    hands.home()
    return hands


@pytest.fixture
def page(staffed: Hands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CitizenRightsPage:
    """Opened from a sold request; one disk is plugged in."""
    (tmp_path / "op" / "STICK").mkdir(parents=True)
    monkeypatch.setattr(citizen_rights, "ROOTS", (tmp_path,))
    request = staffed.counter.desk.record(staffed.counter.shop.sale()).request
    screens = staffed.window.session.screens()
    screens.requests.open_one(request.id, screens.lists.open)
    staffed.until("pageDetail")
    staffed.press(Qt.Key.Key_2, alt=True)
    staffed.until("pageAftercare")
    staffed.press(Qt.Key.Key_8, alt=True)
    staffed.until("pageRights")
    found = staffed.page
    assert isinstance(found, CitizenRightsPage)
    return found


def kinds(hands: Hands) -> list[int]:
    return [item.record.fields.entry_type for item in hands.counter.store.journal.export(1)]


def test_a_copy_goes_to_the_disk_with_a_supervisors_pin_and_into_the_register(
    staffed: Hands, page: CitizenRightsPage, tmp_path: Path
) -> None:
    page.second.pin.setText("91827364")
    staffed.press(Qt.Key.Key_F10)
    assert EntryType.EXPORT not in kinds(staffed)
    page.second.pin.setText(PIN_SUPERVISOR)
    staffed.press(Qt.Key.Key_F10)
    staffed.settle(30)
    (file,) = (tmp_path / "op" / "STICK").iterdir()
    assert len(json.loads(file.read_bytes())["requests"]) == 1
    assert file.name in page.notice.text()
    assert page.register.rowCount() == 1
    staffed.press(Qt.Key.Key_F11)
    assert "Copy given" in cells(page.register)


def test_without_a_disk_nothing_is_written_and_one_that_comes_is_found(
    staffed: Hands, page: CitizenRightsPage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(citizen_rights, "ROOTS", ())
    staffed.press(Qt.Key.Key_F5)
    assert page.no_disk.isVisible()
    page.second.pin.setText(PIN_SUPERVISOR)
    staffed.press(Qt.Key.Key_F10)
    assert EntryType.EXPORT not in kinds(staffed)
    monkeypatch.setattr(citizen_rights, "ROOTS", (tmp_path,))
    staffed.press(Qt.Key.Key_F5)
    assert page.disk.isVisible()


def test_the_wish_to_be_erased_is_noted(staffed: Hands, page: CitizenRightsPage) -> None:
    page.second.pin.setText(PIN_SUPERVISOR)
    page.erasure.click()
    staffed.settle(30)
    assert kinds(staffed)[-1] == EntryType.ERASURE
    staffed.press(Qt.Key.Key_Escape)
    staffed.until("pageAftercare")


def test_a_supervisor_at_the_counter_is_among_those_asked(staffed: Hands) -> None:
    assert [seat.operator.id for seat in supervisors(staffed.counter.counter)] == [SUPERVISOR]
    staffed.counter.people.sign_out()
    staffed.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    assert [seat.operator.id for seat in supervisors(staffed.counter.counter)] == [SUPERVISOR]


def test_a_soft_limit_gives_way_to_a_pin_asked_in_place(staffed: Hands) -> None:
    narrow = trust.seal_object(trust.SETTINGS, settings(2, limits={"unsent_soft": 1, "unsent_hard": 9}), FEED)
    staffed.counter.shop.counter.journal.write([], [PutDocument("settings", 2, narrow)])
    staffed.counter.desk.record(staffed.counter.shop.sale(1))
    staffed.review()
    staffed.press(Qt.Key.Key_1, alt=True)  # another request of the same citizen
    staffed.press(Qt.Key.Key_F2)
    staffed.press(Qt.Key.Key_F10)
    staffed.until("pageReview")
    assert "Alt+8" in staffed.page.notice.text()
    staffed.press(Qt.Key.Key_8, alt=True)
    staffed.until("pageSupervisor")
    page: Any = staffed.page
    agreed_to = texts(page)
    assert say("ar", "supervisor.of", now=show.number(1), most=show.number(9)) in agreed_to
    assert show.money("ar", 5_000) not in agreed_to, "the drawer is counted first"
    assert say("ar", "figure.later") in agreed_to
    page.second.pin.setText("91827364")
    staffed.press(Qt.Key.Key_F10)
    staffed.until("pageSupervisor")
    page.second.pin.setText(PIN_SUPERVISOR)
    staffed.press(Qt.Key.Key_F10)
    staffed.until("pageReview")
    staffed.press(Qt.Key.Key_F10)
    staffed.until("pageDone")


def test_a_supervisor_at_the_counter_sees_the_sum_that_is_unsent(staffed: Hands) -> None:
    staffed.counter.desk.record(staffed.counter.shop.sale(1))
    staffed.counter.people.sign_out()
    staffed.counter.people.sign_in(SUPERVISOR, PIN_SUPERVISOR)
    staffed.window.session.screens().supervisor.open()
    staffed.until("pageSupervisor")
    assert show.money("ar", 5_000) in texts(staffed.page)


def test_esc_leads_back_from_the_supervisor_to_the_same_field(staffed: Hands) -> None:
    staffed.review()
    field = staffed.window.focusWidget()
    staffed.press(Qt.Key.Key_8, alt=True)
    staffed.until("pageSupervisor")
    staffed.press(Qt.Key.Key_F11)
    staffed.press(Qt.Key.Key_Escape)
    staffed.until("pageReview")
    assert staffed.window.focusWidget() is field


def test_the_stick_that_was_chosen_stays_so_when_they_are_looked_for_again(
    page: CitizenRightsPage, staffed: Hands
) -> None:
    page.set_disks(["/a", "/b"])
    page.disk.setCurrentIndex(1)
    page.set_disks(["/0", "/a", "/b"])
    assert page.disk.currentData() == "/b"
    page.set_disks(["/a"])
    assert page.disk.currentData() == "/a"
