"""Scenes of the backups."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt

from kiosk.model.store_changes import PutFact
from kiosk.upkeep.backup.backup_progress import BackupProgress
from kiosk.upkeep.backup.restored_store import RESTORED, RestoredStore
from protocol.errors import Unavailable
from protocol.values.arabic import isolate
from tests.harness.stage import Stage
from tests.ui.screens.scene_shops import three_sold
from tests.ui.screens.scenes import scene

Key = Qt.Key
STICK = Path("/media/KINGSTON/manfaz").absolute()


def backups(stage: Stage) -> None:
    """By the keys of the help, from the home screen."""
    stage.home(three_sold)
    stage.counter.disks.roots = [STICK.parent] if stage.counter.keeper.backups.second_place.shown() else []
    stage.turn("pageHelp", Key.Key_F1)
    stage.turn("pageBackups", Key.Key_3, alt=True)
    stage.settle(60)


@scene("Backups", "empty")
def backups_none(stage: Stage) -> None:
    """Nothing has been backed up yet, and there is no second place."""
    backups(stage)


@scene("Backups", "normal")
def backups_made(stage: Stage) -> None:
    """Both places have one; one more has just been made."""
    stage.counter.keeper.backups.second_place.choose(str(STICK))
    backups(stage)
    stage.press(Key.Key_F10)
    stage.wait(lambda: not stage.screens.backups.page.busy)
    stage.settle(80)


@scene("Backups", "loading")
def backups_busy(stage: Stage) -> None:
    """One is on its way to the stick; it can be stopped, and work goes on."""
    stage.counter.keeper.backups.second_place.choose(str(STICK))
    backups(stage)
    stage.press(Key.Key_F10)
    stage.wait(lambda: not stage.screens.backups.page.busy)
    stage.settle(80)
    stage.screens.backups.page.calm()
    stage.screens.backups.page.set_progress(BackupProgress(True, "second", 41, 100))
    stage.window.tell_keys()
    stage.settle(40)


@scene("Backups", "error")
def backups_pulled(stage: Stage) -> None:
    """The stick was pulled out in between; and a restore of before lacks some numbers."""
    stage.counter.keeper.backups.second_place.choose(str(STICK))
    stage.counter.store.commit([], [RESTORED.put(RestoredStore(0, 40, 53)), PutFact("earlier", b'{"0": 50}')])
    backups(stage)
    stage.press(Key.Key_F10)
    stage.wait(lambda: not stage.screens.backups.page.busy)
    stage.settle(80)
    stage.counter.shelf.broken = Unavailable("backup_place", place=isolate(STICK.parent.name))
    stage.counter.disks.roots = []
    del stage.counter.disks.marks[STICK]
    stage.press(Key.Key_F10)
    stage.wait(lambda: not stage.screens.backups.page.busy)
    stage.settle(80)
