"""One program at a time on one folder, and on one set of keys, wherever its folder was copied to.

The locks are the system's, on files held open: a killed process leaves none.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Final

from protocol.errors import Refused, Unavailable
from protocol.program.os_errors import system_reason
from starter.lock import Busy, FileLock

NAME: Final = "manfaz.lock"


class FolderLock(FileLock):
    """Held from its making to `release` or the end of the process, however it ends.

    Raises Refused("already_running") while somebody else holds it, Unavailable("folder_unusable").
    """

    def __init__(self, folder: Path, name: str = NAME) -> None:
        try:
            super().__init__(folder / name)
        except OSError as error:
            raise Unavailable("folder_unusable", reason=system_reason(error)) from error
        except Busy as error:
            raise Refused("already_running") from error

    def keep_from_tidying(self) -> None:
        """The sticky bit tells whoever tidies up temporary files to leave this one (XDG base directories)."""
        if self.handle is not None and sys.platform != "win32":
            os.fchmod(self.handle, stat.S_IRUSR | stat.S_IWUSR | stat.S_ISVTX)


def refuse_running(folder: Path) -> None:
    """Raises Refused("already_running") while another program is at work on it. Nothing is made there."""
    if (folder / NAME).exists():
        with suppress(Unavailable):  # what is wrong with the folder is for its own step to say
            FolderLock(folder).release()


def instance_lock(instance: str) -> FolderLock:
    """The lock of an installation by its id, which a copy of its folder shares; raises as `FolderLock` does.

    A copy finds the same signing key in the keystore of the account: two of them at work would write two histories.
    The file lies where the account's running programs keep theirs, and which a restart empties.
    """
    lock = FolderLock(runtime_folder(), f"manfaz-{instance}.lock")
    lock.keep_from_tidying()
    return lock


def runtime_folder() -> Path:
    """Where the locks of this account's installations lie."""
    wanted = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    return wanted if wanted.is_absolute() and wanted.is_dir() else Path(tempfile.gettempdir())
