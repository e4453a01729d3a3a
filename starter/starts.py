"""Starts of a proven version that nobody saw stand: counted before each, forgotten once the window stands.

After three in a row the version before starts, where it can open the database. No write here waits for the disk: what
a power cut takes of the count is for the best, and two starts at once are one. A version is named by its number, which
no release ever bears again (docs/release.md); a person who asks for it gets it once more.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from starter import pointer
from starter.lock import Busy, FileLock, ProgramLock
from starter.pointer import SHIPPED, Pointer
from starter.versions import Choice, opens

MOST: Final = 3
COUNT: Final = "starts"
STARTING: Final = "starting"
"""Locked by whoever starts, to the end of that process: whoever is impatient and starts twice counts once."""
CRASHED: Final = "crashed"


def choose(data: Path, choices: list[Choice]) -> list[Choice]:
    """The same; without the first where its starts have failed in a row and a later one can open what it left."""
    found = pointer.read(data) or Pointer()
    if len(choices) < 2 or found.current == SHIPPED or choices[0].name != found.current:
        return choices
    if begin(data, found.current) < MOST:
        return choices
    rest = [choice for choice in choices[1:] if opens(choice.folder, choices[0].folder)]
    if not rest:
        return choices
    try:
        with ProgramLock(data):
            give_up(data, found, rest[0].name)
    except Busy:
        return choices
    except OSError:
        pass  # it is given up all the same, this once
    return rest


def begin(data: Path, version: str) -> int:
    """Count a start of `version`; how many before it have failed in a row. 0 where nothing can be counted."""
    folder = pointer.program_folder(data)
    try:
        if not _alone(folder):
            return 0
        failed = _count(folder, version)
        (folder / COUNT).write_text(f"{version} {failed + 1}\n", "ascii")
    except OSError:
        return 0
    return failed


def stood(data: Path) -> None:
    """The window stands, and the program knows whether it can work; or it has ended as it should."""
    with suppress(OSError):
        (pointer.program_folder(data) / COUNT).unlink(missing_ok=True)


def give_up(data: Path, found: Pointer, instead: str) -> None:
    """Back to `instead`; the version is not taken again by itself. May be repeated. Raises OSError."""
    kept = crashed(data)
    if found.current not in kept:
        pointer.write_list(data, CRASHED, sorted(kept | {found.current}))
    undone = replace(found, current=instead, previous=SHIPPED, trial=found.current, tries=0, release="")
    pointer.write(data, replace(undone, phase="REVERTED"))
    stood(data)


def crashed(data: Path) -> frozenset[str]:
    """The versions that were given up."""
    return frozenset(pointer.read_list(data, CRASHED))


def _alone(folder: Path) -> bool:
    try:
        FileLock(folder / STARTING)  # never released: the end of this process does that
    except Busy:
        return False
    return True


def _count(folder: Path, version: str) -> int:
    try:
        name, times = (folder / COUNT).read_text("ascii").split()
        return int(times) if name == version else 0
    except (OSError, ValueError):
        return 0
