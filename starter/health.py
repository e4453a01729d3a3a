"""How a version on trial tells the starter that it is well: ``DATA/program/health``, and how long it may take.

ASCII JSON ``{"trial": <the trial's mark>, "stage": opening|checking|good|bad|unable, "failed": [names of checks]}``.
*opening* is said before the store is opened, which may migrate it and has a clock of its own; *checking* after;
*unable* when the machine lacked something before anything could be checked: a locked keystore, room on the disk.

The starter lays the file blank and full-sized before each start: where a full disk takes no new file, a note is
written over the blanks, and a version is not undone because it could not say that it is well.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from starter import pointer
from starter.files import replace_whole

NAME: Final = "health"
STAGES: Final = ("opening", "checking", "good", "bad", "unable")
HEALTH_MS: Final = 120_000
MIGRATION_MS: Final = 15 * 60_000
MIGRATION_LEAST_MS: Final = 60_000
"""A migration that took no time on a copy may still wait for a disk."""
MIGRATION_TIMES: Final = 5
_LARGEST: Final = 4096


@dataclass(frozen=True, slots=True)
class Note:
    """What a version on trial has reached."""

    stage: str
    failed: tuple[str, ...] = ()


def say(data: Path, mark: str, note: Note) -> None:
    """Raises OSError."""
    line = json.dumps({"trial": mark, "stage": note.stage, "failed": list(note.failed)}).encode()
    path = pointer.program_folder(data) / NAME
    try:
        replace_whole(path, line.ljust(_LARGEST))
    except OSError:
        with suppress(OSError):
            path.with_name(f"{NAME}.part").unlink(missing_ok=True)
        with path.open("r+b") as file:  # half of it is nonsense, and heard as nothing
            file.write(line.ljust(_LARGEST))
            file.flush()
            os.fsync(file.fileno())


def prepare(data: Path) -> None:
    """Forget what was said, and lay the room for what will be. Raises OSError."""
    replace_whole(pointer.program_folder(data) / NAME, b" " * _LARGEST)


def hear(data: Path, mark: str) -> Note | None:
    """The last note of this trial; None while there is none, or only nonsense, or that of an earlier trial."""
    try:
        with (pointer.program_folder(data) / NAME).open("rb") as file:
            found = json.loads(file.read(_LARGEST))
        if found["trial"] != mark or found["stage"] not in STAGES:
            return None
        return Note(found["stage"], tuple(str(name)[:40] for name in found["failed"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def mark() -> str:
    """A new trial's."""
    return os.urandom(16).hex()


class Watch:
    """Two clocks: the start and the checks share 120 s; the opening of the store has its own."""

    def __init__(self, begun_ms: int, rehearsed_ms: int) -> None:
        self._last_ms = begun_ms
        self._spent = {"": 0, "opening": 0}
        self._opening_ms = min(MIGRATION_MS, max(MIGRATION_LEAST_MS, MIGRATION_TIMES * rehearsed_ms))

    def overdue(self, now_ms: int, note: Note | None) -> bool:
        """To be asked often: the time since the last asking is counted to the stage that was heard of now."""
        clock = "opening" if note is not None and note.stage == "opening" else ""
        self._spent[clock] += now_ms - self._last_ms
        self._last_ms = now_ms
        return self._spent[""] > HEALTH_MS or self._spent["opening"] > self._opening_ms
