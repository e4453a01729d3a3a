"""From the help to the backups and back. Nobody waits: a backup is made aside, and can be called off."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer

from kiosk.model.facts import BACKUP_SECOND
from kiosk.upkeep.backup.backup_progress import BackupProgress
from protocol.errors import KioskError
from protocol.values.arabic import isolate
from ui.shell.flow import Flow
from ui.shell.shell import Shell
from ui.upkeep.backups_page import BackupsPage, BackupStanding

LOOK_MS = 250


class BackupsFlow(Flow):
    """Drives the page of backups."""

    def __init__(self, window: Shell) -> None:
        super().__init__(window)
        self.page = window.add(BackupsPage(window.language))
        self.page.left.connect(window.back)
        self.page.now_asked.connect(self._now_or_stop)
        self.page.chosen.connect(self._choose)
        self._look = QTimer(self, interval=LOOK_MS)
        self._look.timeout.connect(lambda: self.page.set_progress(self._kiosk.at_work.keeper.progress()))

    def open(self) -> None:
        """Esc leads back to where the help was asked for."""
        self._window.aside(self.page, instead=True)
        self._read()

    def _read(self) -> None:
        def read() -> BackupStanding:
            backups = self._kiosk.at_work.keeper.backups
            place = backups.second_place
            return BackupStanding(
                backups.last(), backups.last(BACKUP_SECOND), place.shown(), place.plugged(), backups.gaps(),
                bool(place.said()),
            )  # fmt: skip

        self.ask_slow(read, self.page.set_standing, self.page.fail)  # a stick may take its time

    def _now_or_stop(self) -> None:
        if self.page.busy:
            self._kiosk.at_work.keeper.cancel()
            return
        self.page.calm()
        self.page.set_progress(BackupProgress(busy=True))
        self._window.tell_keys()
        self._look.start()
        self.ask_slow(self._make, lambda _none: self._ended(None), self._ended)

    def _make(self) -> None:
        self._kiosk.at_work.keeper.now()

    def _ended(self, error: KioskError | None) -> None:
        self._look.stop()
        self.page.set_progress(BackupProgress())
        self._window.tell_keys()
        self._read()
        if error is not None:
            self.page.fail(error)
        else:
            self.page.note("ok", "backups.done")

    def _choose(self, text: str) -> None:
        def chosen(place: object) -> None:
            self._read()
            self.page.note("ok", "backups.chosen", place=isolate(str(place)))

        self.page.calm()
        self.ask_slow(partial(self._chosen, text), chosen, self.page.fail)

    def _chosen(self, text: str) -> object:
        return self._kiosk.at_work.keeper.backups.second_place.choose(text)
