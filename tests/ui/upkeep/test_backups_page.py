"""Backups by keys alone: one now, the second place, and what a restore lacks."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from kiosk.model.store_changes import PutDocument, PutFact
from kiosk.upkeep.backup.backup_progress import BackupProgress
from kiosk.upkeep.backup.restored_store import RESTORED, RestoredStore
from protocol.documents import trust
from protocol.errors import Unavailable
from protocol.texts import say
from tests.harness.shop import FEED, settings
from tests.ui.conftest import Hands
from tests.ui.requests.test_request_lists import cells, texts
from ui.upkeep.folder_dialog import OUTWARDS

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
    if page.placeless:  # F10 looks for a stick
        hands.press(Key.Key_3, alt=True)
    else:
        hands.press(Key.Key_F10)
    hands.qtbot.waitUntil(lambda: not page.busy)


def test_one_is_made_now_and_said_in_both_languages(hands: Hands) -> None:
    opened(hands)
    hands.qtbot.waitUntil(lambda: say("ar", "backups.here_none") in texts(hands.page))
    assert say("ar", "backups.nowhere") in texts(hands.page)
    backed_up(hands)
    hands.qtbot.waitUntil(lambda: say("ar", "backups.here_none") not in texts(hands.page))
    assert say("ar", "backups.done") in texts(hands.page)
    assert say("ar", "detail.nothing") in hands.window.session.screens().backups.page.primary.accessibleDescription()
    hands.press(Key.Key_F11)
    assert say("en", "backups.done") in texts(hands.page)
    hands.press(Key.Key_Escape, to="pageCatalogue")


def test_the_second_place_is_chosen_among_the_sticks_that_are_in(hands: Hands) -> None:
    opened(hands)
    page = hands.window.session.screens().backups.page
    assert page.none.isVisible()
    assert not page.choose.isVisible()
    hands.counter.disks.roots = [STICK.parent]
    hands.press(Key.Key_F5)
    hands.qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    assert "stick" in cells(page.table)
    hands.press(Key.Key_1, alt=True)
    hands.qtbot.waitUntil(lambda: hands.counter.keeper.backups.second_place.path() == STICK)
    backed_up(hands)
    assert len(hands.counter.shelf.standing(STICK)) == 1
    del hands.counter.disks.marks[STICK]
    hands.press(Key.Key_Escape, to="pageCatalogue")
    gone_to(hands)
    hands.qtbot.waitUntil(lambda: say("ar", "backups.away") in texts(hands.page))
    away = page._second_pill.pill()
    assert away is not None
    assert away.word == say("ar", "backups.pill.away")
    page.table.open()
    hands.qtbot.waitUntil(lambda: STICK in hands.counter.disks.marks)


def test_another_folder_is_chosen_on_the_stick_and_nowhere_else(hands: Hands, tmp_path: Path) -> None:
    stick = tmp_path / "STICK"
    (stick / "copies").mkdir(parents=True)
    hands.counter.disks.roots = [stick]
    opened(hands)
    page = hands.window.session.screens().backups.page
    hands.qtbot.waitUntil(lambda: page.table.rowCount() == 1)
    hands.press(Key.Key_2, alt=True)
    dialog = hands.window.findChild(QFileDialog, "folderDialog")
    assert dialog is not None
    assert Path(dialog.directory().absolutePath()) == stick
    assert not any(part.isVisible() for part in dialog.findChildren(QWidget) if part.objectName() in OUTWARDS)
    dialog.directoryEntered.emit(str(tmp_path))
    assert Path(dialog.directory().absolutePath()) == stick
    dialog.fileSelected.emit(str(tmp_path))
    hands.settle(30)
    assert hands.counter.keeper.backups.second_place.path() is None
    dialog.fileSelected.emit(str(stick / "copies"))
    dialog.reject()
    hands.qtbot.waitUntil(lambda: hands.counter.keeper.backups.second_place.path() == stick / "copies")


def test_nothing_is_chosen_where_no_row_is_marked(hands: Hands) -> None:
    opened(hands)
    flow, page = hands.window.session.screens().backups, hands.window.session.screens().backups.page
    flow._ask_folder(None)
    flow._choose(None)
    assert say("ar", "backups.choose_first") in page.notice.text()


def test_a_pulled_stick_is_said_and_one_under_way_can_be_stopped(hands: Hands) -> None:
    opened(hands)
    hands.qtbot.waitUntil(lambda: hands.window.session.screens().backups.page.placeless)
    hands.counter.shelf.broken = Unavailable("backup_place", place=str(STICK))
    backed_up(hands)
    assert "فُصلت" in texts(hands.page)
    page = hands.window.session.screens().backups.page
    page.set_progress(BackupProgress(True, "second", 41, 100))
    assert "41" in texts(hands.page)
    assert page.back.words == say("ar", "key.stop")
    hands.press(Key.Key_F10)
    assert say("ar", "backups.under_way") in page.notice.text()
    hands.press(Key.Key_Escape)
    assert not hands.counter.keeper._going()
    assert hands.page is page


def test_after_a_restore_what_is_missing_is_named(hands: Hands) -> None:
    hands.counter.store.commit([], [RESTORED.put(RestoredStore(0, 40, 53)), PutFact("earlier", b'{"0": 50}')])
    opened(hands)
    hands.qtbot.waitUntil(lambda: all(n in texts(hands.page) for n in ("41", "50", "53")))
    lost = hands.window.session.screens().backups.page.lost_pill.pill()
    assert lost is not None
    assert lost.state == "critical"
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
    assert STICK.parent.name in page.second.what.text()
    hands.window.session.screens().backups._choose(Path("/media/other/manfaz"))
    hands.told()
    assert str(STICK) in page.notice.text()
    assert hands.counter.keeper.backups.second_place.path() == STICK
