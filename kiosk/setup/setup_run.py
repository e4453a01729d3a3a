"""Where setting up stands: each step passed, skipped or failed, and written down at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from kiosk.ports.world import World
from kiosk.setup.setup_notebook import SetupNotebook
from kiosk.setup.setup_steps import SetupProgress
from protocol.errors import KioskError
from protocol.texts import Language

OTHERS: Final = "already_running"


class SetupRun:
    """One setting up of one counter, step by step."""

    def __init__(self, folder: Path, world: World) -> None:
        self._folder = self.home = folder
        self._world = world
        self._book = SetupNotebook(folder)
        self.beside = False
        """Another program is at work on this folder."""
        kept = self._book.read()
        self._progress = kept or SetupProgress(world.clock.wall_ms())
        self.kept_language = None if kept is None else kept.language
        """That of the start before; None where nothing was written down."""

    def begin_again(self) -> None:
        """All of it once more, at a counter that has been set up before; nothing that is done is done twice."""
        self._progress = SetupProgress(self.now(), language=self._progress.language)

    @property
    def progress(self) -> SetupProgress:
        return self._progress

    def keep(self, progress: SetupProgress) -> SetupProgress:
        """Where it stands now. Before the data folder has been looked at there is nowhere to write it to, and beside
        another program, a counter at work or its own setting up, nothing of that one's is written over.
        """
        self._progress = progress
        if self._folder.is_dir() and not self.beside:
            self._book.write(progress)
        return progress

    def now(self) -> int:
        return self._world.clock.wall_ms()

    def do(self, work: Callable[[], Mapping[str, Any]]) -> SetupProgress:
        """The present step: passed with what `work` found, or failed with what it raised."""
        try:
            found = work()
        except KioskError as error:
            self.failed(error)
            raise
        return self.keep(self._progress.passed(self.now(), **found))

    def failed(self, error: KioskError) -> None:
        """The step did not go on."""
        self.beside = self.beside or error.code == OTHERS
        self.keep(self._progress.failed(error, self.now()))

    def back(self) -> SetupProgress:
        return self.keep(self._progress.back())

    def skip(self, note: str) -> SetupProgress:
        """Raises Refused: setup_no_skip, setup_note."""
        return self.keep(self._progress.skipped(note, self.now()))

    def spoken(self, language: Language) -> SetupProgress:
        """The screen has been turned to it; that answers no step."""
        return self.keep(self._progress.spoken(language))

    def language(self, language: Language) -> SetupProgress:
        return self.keep(self._progress.spoken(language).passed(self.now(), language=language))
