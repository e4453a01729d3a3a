"""Files that are there whole or not at all, and on the disk when the call returns."""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

READERS_HOLD: Final = os.name == "nt"
READERS_S: Final = 5.0
LOOK_AGAIN_S: Final = 0.01


def replace_whole(path: Path, content: bytes) -> None:
    """`path` holds `content`, or what it held before. Raises OSError."""
    if path.exists() and not path.is_file():  # a terminal, a pipe, a device: nothing may be put in its place
        path.write_bytes(content)
        return
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _put_in_place(part, path)
    except BaseException:  # Ctrl+C too
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _put_in_place(part: Path, path: Path) -> None:
    """On Windows a file that somebody reads just now cannot be replaced: the starter watches, a scanner looks in."""
    end = time.monotonic() + READERS_S
    while True:
        try:
            part.replace(path)
        except PermissionError:
            if not READERS_HOLD or time.monotonic() > end:
                raise
            threading.Event().wait(LOOK_AGAIN_S)
        else:
            return


def read_regular(path: Path, most: int) -> bytes:
    """Its first `most` bytes. Raises OSError, also for what is no file: on a stick that somebody made there may be a
    pipe, which would be waited for, or a link to a device that never ends.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "not a regular file")
    with path.open("rb") as file:
        return file.read(most)


def sync_folder(folder: Path) -> None:
    """What was renamed or made in `folder` lasts. Windows has no such call: there the log of NTFS does it; nor has
    the file system of every stick. Raises OSError.
    """
    if sys.platform == "win32":
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:
            raise
    finally:
        os.close(handle)
