"""The file that remembers where setting up stands: there before the store is, and whole after any power cut."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

from kiosk.setup.setup_steps import SetupProgress, pack, unpack
from protocol.errors import Unavailable
from protocol.program.os_errors import system_reason
from starter.files import replace_whole

NAME: Final = "setup.state"
DATABASE: Final = "kiosk.db"


def due(folder: Path) -> bool:
    """Whether a counter in this folder is to be set up: it is new, or setting it up has begun and not ended.

    One that has a store and no notebook was set up by other means, and is left alone.
    """
    kept = SetupNotebook(folder).read()
    if os.path.lexists(folder) and not folder.exists():
        return False  # a link to a disk that is away: opening it says so
    return kept.ended_ms == 0 if kept is not None else not (folder / DATABASE).exists()


class SetupNotebook:
    """`setup.state` in the data folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / NAME

    def read(self) -> SetupProgress | None:
        """None where there is none, or none that is whole."""
        try:
            return unpack(self._file.read_bytes())
        except OSError:
            return None

    def write(self, progress: SetupProgress) -> None:
        """Durable on return. Raises Unavailable("folder_unusable"). In no folder that is not there yet."""
        try:
            replace_whole(self._file, pack(progress))
        except OSError as error:
            raise Unavailable("folder_unusable", reason=system_reason(error)) from error
