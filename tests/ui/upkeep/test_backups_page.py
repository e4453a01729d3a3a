"""Backups by keys alone: one now, the second place, and what a restore lacks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from kiosk.model.store_changes import PutDocument, PutFact
from kiosk.upkeep.backup.backup_progress import BackupProgress
from kiosk.upkeep.backup.restored_store import RESTORED, RestoredStore
from protocol.documents import trust
from protocol.errors import Unavailable
from protocol.texts import say
from tests.harness.shop import FEED, settings
from tests.ui.conftest import Hands
from tests.ui.requests.test_request_lists import texts

Key = Qt.Key
STICK = Path("/media/stick/manfaz").absolute()


def opened(hands: Hands) -> Hands:
    hands.home()
    return gone_to(hands)


def gone_to(hands: Hands) -> Hands:
    hands.press(Key.Key_F1, to="pageHelp")
    hands.press(Key.Key_3, alt=True, to="pageBackups")
    return hands


def backed_up(hands: Hands) -> None:
    page = hands.window.session.screens().backups.page
    hands.press(Key.Key_F5)
    hands.qtbot.waitUntil(lambda: not page.busy)


def test_one_is_made_now_and_said_in_both_languages(hands: Hands) -> None:
    opened(hands)
    hands.qtbot.waitUntil(lambda: say("ar", "backups.here_none") in texts(hands.page))
    assert say("ar", "backups.nowhere") in texts(hands.page)
    backed_up(hands)
    hands.qtbot.waitUntil(lambda: say("ar", "backups.here_none") not in texts(hands.page))
    assert say("ar", "backups.done") in texts(hands.page)
    hands.press(Key.Key_F11)
    assert say("en", "backups.done") in texts(hands.page)
    hands.press(Key.Key_Escape, to="pageCatalogue")


def test_the_second_place_is_typed(hands: Hands) -> None:
    opened(hands)
    page = hands.window.session.screens().backups.page
    page.place.setText("stick")
    hands.press(Key.Key_1, alt=True)
    hands.qtbot.waitUntil(lambda: not page.notice.isHidden())
    page.place.setText(str(STICK))
    hands.press(Key.Key_1, alt=True)
    hands.qtbot.waitUntil(lambda: hands.counter.keeper.backups.second_place.path() == STICK)
    backed_up(hands)
    assert len(hands.counter.shelf.standing(STICK)) == 1
    del hands.counter.disks.marks[STICK]
    hands.press(Key.Key_Escape, to="pageCatalogue")
    gone_to(hands)
    hands.qtbot.waitUntil(lambda: "غير مركب" in texts(hands.page))
    assert page.place.text() == str(STICK)


def test_a_pulled_stick_is_said_and_one_under_way_can_be_stopped(hands: Hands) -> None:
    opened(hands)
    hands.counter.shelf.broken = Unavailable("backup_place", place=str(STICK))
    backed_up(hands)
    assert "فُصل" in texts(hands.page)
    page = hands.window.session.screens().backups.page
    page.set_progress(BackupProgress(True, "second", 41, 100))
    assert "41" in texts(hands.page)
    hands.window.tell_keys()
    assert say("ar", "backups.stop") in texts(hands.window.footer)
    hands.press(Key.Key_F5)
    assert not hands.counter.keeper._going()


def test_after_a_restore_what_is_missing_is_named(hands: Hands) -> None:
    hands.counter.store.commit([], [RESTORED.put(RestoredStore(0, 40, 53)), PutFact("earlier", b'{"0": 50}')])
    opened(hands)
    hands.qtbot.waitUntil(lambda: all(n in texts(hands.page) for n in ("41", "50", "53")))
    hands.counter.store.commit([], [PutFact("earlier", b"{}")])
    hands.press(Key.Key_Escape, to="pageCatalogue")
    gone_to(hands)
    hands.qtbot.waitUntil(lambda: say("ar", "backups.gap_unknown") in texts(hands.page))


def test_a_place_that_the_centre_has_set_is_said_to_be_its(hands: Hands) -> None:
    envelope = trust.seal_object(trust.SETTINGS, settings(2, backups={"second": str(STICK)}), FEED)
    hands.counter.store.commit([], [PutDocument("settings", 2, envelope)])
    hands.counter.shop.counter.in_force.forget()
    opened(hands)
    hands.qtbot.waitUntil(lambda: say("ar", "backups.set") in texts(hands.page))
    page = hands.window.session.screens().backups.page
    assert page.place.text() == str(STICK)
    page.place.setText("/media/other")
    hands.press(Key.Key_1, alt=True)
    hands.told()
    assert str(STICK) in page.notice.text()
    assert hands.counter.keeper.backups.second_place.path() == STICK
