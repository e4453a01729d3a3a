"""Files that are there whole or not at all, and on the disk when the call returns.

What somebody else made, a stick above all, may hold links to our own files, pipes that would be waited for for ever,
devices that never end. So only regular files are read and replaced, what is written is a new file that then takes its
name, and outside the data folder no part of a path may be a link (`plain`). Windows can open nothing "unless it is a
link": there links and junctions are looked for just before, and one that is put there in between is followed.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import Final

READABLE: Final = 0o666
SECRET: Final = 0o600
CHUNK: Final = 1 << 20
READERS_HOLD: Final = os.name == "nt"
READERS_S: Final = 5.0
LOOK_AGAIN_S: Final = 0.01
_SAFELY: Final = sum(getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"))
_SURROGATE: Final = 0x2000_0000
"""The bit of Windows' reparse tags that links and junctions have, and a cloud's files have not."""


def plain(path: Path) -> Path:
    """`path`, from the root on. Raises OSError, ELOOP with the part of it that is a link."""
    whole = path.absolute()
    for part in (*reversed(whole.parents), whole):
        if is_link(part):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(part))
    return whole


def is_link(path: Path) -> bool:
    """Whether `path` leads elsewhere, be it to nothing. Raises OSError where that may not be known."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return stat.S_ISLNK(found.st_mode) or bool(getattr(found, "st_reparse_tag", 0) & _SURROGATE)


def is_regular(path: Path) -> bool:
    """Whether there is a file of that name itself: no link to one, no pipe. Raises OSError as `is_link`."""
    return not is_link(path) and path.is_file()


def make_folder(folder: Path, mode: int = 0o777) -> Path:
    """It and what it lies in, through no link. Raises OSError."""
    whole = plain(folder)
    whole.mkdir(mode, parents=True, exist_ok=True)
    return whole


@contextmanager
def taking_name(path: Path, mode: int = READABLE) -> Iterator[Path]:
    """A new, empty file, which takes the name `path` when it is left without an error.

    `path` is nothing until then, or what it was. Raises OSError; ELOOP, ESPIPE or EISDIR for what is no file.
    """
    _refuse_odd(path)
    part = path.with_name(f"{path.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | _SAFELY, mode))
        yield part
        sync_file(part)
        _put_in_place(part, path)
    except BaseException:  # Ctrl+C too
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def replace_whole(path: Path, content: bytes, mode: int = READABLE) -> None:
    """`path` holds `content`, or what it held before. Raises as `taking_name`."""
    with taking_name(path, mode) as part, _writing(part) as file:
        file.write(content)


@contextmanager
def reading(path: Path) -> Iterator[BufferedReader]:
    """A regular file, opened. Raises OSError; ELOOP, ESPIPE or EISDIR for what is none."""
    _refuse_odd(path)
    with os.fdopen(os.open(path, os.O_RDONLY | _SAFELY), "rb") as file:
        _refuse_mode(os.fstat(file.fileno()).st_mode, path)  # it may have been put there just now
        yield file


def read_regular(path: Path, most: int) -> bytes:
    """Its first `most` bytes. Raises as `reading`."""
    with reading(path) as file:
        return file.read(most)


def copy_regular(source: Path, target: Path, step: Callable[[int], object] = int) -> None:
    """`target` is what `source` is, or what it was. `step` is told of each piece; what it raises ends it.

    Raises as `reading` and `taking_name`.
    """
    with reading(source) as read, taking_name(target, READABLE) as part, _writing(part) as write:
        while piece := read.read(CHUNK):
            write.write(piece)
            step(len(piece))


def sync_file(file: Path) -> None:
    """What was written to it lasts. Raises OSError."""
    with _writing(file) as opened:
        os.fsync(opened.fileno())


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


def _writing(path: Path) -> BufferedRandom:
    return os.fdopen(os.open(path, os.O_RDWR | _SAFELY), "r+b")


def _refuse_odd(path: Path) -> None:
    """Raises OSError for anything but a file, or nothing: not even opened, for that may do something to a device."""
    if is_link(path):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
    with suppress(FileNotFoundError):
        _refuse_mode(path.lstat().st_mode, path)


def _refuse_mode(mode: int, path: Path) -> None:
    if not stat.S_ISREG(mode):
        why = errno.EISDIR if stat.S_ISDIR(mode) else errno.ESPIPE
        raise OSError(why, os.strerror(why), str(path))


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
