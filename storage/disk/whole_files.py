"""Files that are there whole or not at all, and on the disk when the call returns."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from starter.files import CHUNK, copy_regular, is_link, reading


class Stopped(Exception):
    """The write was called off by whoever asked for it."""


def copy_whole(source: Path, target: Path, step: Callable[[int], bool]) -> None:
    """Copy a file, durable under its name or not there. `step` is told of each piece and says whether to go on.

    What was written is dropped from memory, so that whoever reads it next reads the disk. Raises OSError, Stopped.
    """
    copy_regular(source, target, lambda count: _stop_unless(go_on=step(count)))
    forget(target)


def progress(size: int, told: Callable[[int, int], None], go_on: Callable[[], bool]) -> Callable[[int], bool]:
    """A `step` that tells how much of `size` bytes is done."""
    done = 0

    def step(count: int) -> bool:
        nonlocal done
        done += count
        told(done, size)
        return go_on()

    return step


def _stop_unless(*, go_on: bool) -> None:
    if not go_on:
        raise Stopped


def drop_from_memory(handle: int) -> None:
    """Windows has no such call: there the copy may be read from memory."""
    if hasattr(os, "posix_fadvise"):  # pragma: no branch
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)


def forget(file: Path) -> None:
    """Whoever reads this file next reads the disk. Raises OSError."""
    with reading(file) as read:
        drop_from_memory(read.fileno())


def same_bytes(one: Path, other: Path, step: Callable[[], bool]) -> bool:
    """Whether two files are equal to the last byte, read from the disk. `step` says whether to go on.

    Raises OSError, Stopped.
    """
    if one.stat().st_size != other.stat().st_size:
        return False
    forget(other)
    with reading(one) as first, reading(other) as second:
        while piece := first.read(CHUNK):
            if piece != second.read(len(piece)):
                return False
            _stop_unless(go_on=step())
    return True


def remove_tree(folder: Path) -> None:
    """A folder and what is in it, files first; what is not there is no fault. Raises OSError."""
    if is_link(folder) or not folder.is_dir():
        folder.unlink(missing_ok=True)
        return
    for inside in list(folder.iterdir()):
        remove_tree(inside)
    with suppress(FileNotFoundError):
        folder.rmdir()
