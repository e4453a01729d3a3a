"""From the help to the backups and back. Nobody waits: a backup is made aside, and can be called off."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from kiosk.model.facts import BACKUP_SECOND
from kiosk.upkeep.backup.backup_progress import BackupProgress
from protocol.errors import KioskError
from ui.shell import Flow, LatePage, Shell
from ui.upkeep.backups_page import BackupsPage, BackupStanding
from ui.upkeep.folder_dialog import ask_folder
from ui.widgets import show

if TYPE_CHECKING:
    from kiosk.upkeep.backup.backup_schedule import BackupSchedule

LOOK_MS = 250


class BackupsFlow(Flow):
    """Drives the page of backups."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self._watch = QTimer(self, interval=LOOK_MS)
        self._watch.timeout.connect(lambda: self.page.set_progress(self._schedule.progress()))

    @LatePage(BackupsPage)
    def page(self, page: BackupsPage) -> None:
        page.left.connect(self._stop_or_leave)
        page.primary.clicked.connect(lambda: self._read() if page.placeless else self._now())
        page.now.clicked.connect(self._now)
        page.again.clicked.connect(self._read)
        page.choose.clicked.connect(lambda: self._choose(page.table.chosen()))
        page.folder.clicked.connect(lambda: self._ask_folder(page.table.chosen()))

    @property
    def _schedule(self) -> BackupSchedule:
        return self._kiosk.at_work.keeper

    def open(self) -> None:
        """Esc leads back to where the help was asked for."""
        self._window.aside(self.page, instead=True)
        self.page.fresh = False
        self._read()

    def _read(self) -> None:
        def read() -> BackupStanding:
            backups = self._schedule.backups
            place = backups.second_place
            return BackupStanding(
                backups.last(), backups.last(BACKUP_SECOND), place.shown(), place.plugged(), backups.gaps(),
                bool(place.said()), place.offered(), self._counter.context.now_ms(),
            )  # fmt: skip

        self.ask_slow(read, self.page.set_standing, self.page.fail)  # a stick may take its time

    def _stop_or_leave(self) -> None:
        if self.page.busy:
            self._schedule.cancel()
        else:
            self._window.back()

    def _now(self) -> None:
        if self.page.busy:
            self.page.show_notice("wait", "backups.under_way")
            return
        self.page.calm()
        self.page.set_progress(BackupProgress(busy=True))
        self._window.tell_keys()
        self._watch.start()

        def make() -> None:
            self._schedule.now()

        self.ask_slow(make, self._ended, self._ended)

    def _ended(self, error: KioskError | None) -> None:
        self._watch.stop()
        self.page.fresh = error is None
        self.page.set_progress(BackupProgress())
        self._window.tell_keys()
        self._read()
        if error is not None:
            self.page.fail(error, tone="wait")
        else:
            self.page.show_notice("ok", "backups.done")

    def _choose(self, folder: Path | None) -> None:
        """The folder that is marked, or was chosen on its disk."""

        def chosen(place: object) -> None:
            self.page.fresh = False
            self._read()
            self.page.show_notice("ok", "backups.chosen", place=show.disk(Path(str(place)).parent))

        self.page.calm()
        if folder is None:
            self.page.show_notice("wait", "backups.choose_first")
        else:
            self.ask_slow(lambda: self._schedule.backups.second_place.choose(str(folder)), chosen, self.page.fail)

    def _ask_folder(self, offered: Path | None) -> None:
        if offered is not None:
            ask_folder(self.page, offered.parent, self._choose)
