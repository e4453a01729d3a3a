"""A new version's first starts: each is counted before it begins, watched, and undone when it does not come up.

Every trial ends COMMITTED or REVERTED, or waits again where the machine lacked what a version needs. The database is
not touched here: what a bad version wrote into it stays, and the version before can open it (docs/adr/0019).
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Protocol

from starter import health, pointer
from starter.pointer import SHIPPED, Pointer

TRIES: Final = 2
LOOK_S: Final = 0.2
QUARANTINE: Final = "quarantine"
UNABLE: Final = "unable"
"""The file that holds, a line each time, the release that could not be tried because the machine lacked something."""
LACKED: Final = 3
"""The exit code of a counter that found no display before it could say anything (`kiosk.main.cli`): it was started from
a console, ssh or su. A version is not undone for that.
"""
PATIENCE: Final = 3
"""What lacks something each time is lacking it by its own fault."""


class Child(Protocol):
    """The version on trial, running."""

    def wait(self, seconds: float | None) -> int | None:
        """Its exit code, None while it runs on after so long; None as `seconds`: until it ends."""

    def kill(self) -> None:
        """End it, and see it gone."""


@dataclass(frozen=True, slots=True)
class TrialContext:
    """What a trial is given. `start` begins the version on trial with that mark in its environment; `mono_ms` is a
    clock for durations; `ending` says whether the starter itself has been asked to end; `done` gives up the lock on the
    versions.
    """

    data: Path
    start: Callable[[str], Child]
    mono_ms: Callable[[], int]
    ending: Callable[[], bool]
    done: Callable[[], None]


def quarantined(data: Path) -> frozenset[str]:
    """The archives, by their SHA-256, that are not taken again."""
    return frozenset(pointer.read_list(data, QUARANTINE))


def quarantine(data: Path, release: str) -> None:
    """Raises OSError."""
    kept = quarantined(data)
    if release not in kept:
        pointer.write_list(data, QUARANTINE, sorted(kept | {release}))


def revert(data: Path, found: Pointer) -> None:
    """Back to the version before, and never to this release again. May be repeated. Raises OSError."""
    quarantine(data, found.release)
    pointer.write(data, replace(found, current=found.previous, previous=SHIPPED, tries=0, phase="REVERTED"))


def postpone(data: Path, found: Pointer) -> None:
    """Back to the version before, which waits for another quiet hour; after the third time for good. Raises OSError."""
    times = pointer.read_list(data, UNABLE).count(found.release) + 1
    if times >= PATIENCE:
        revert(data, found)
        return
    pointer.write_list(data, UNABLE, [found.release] * times)
    pointer.write(data, replace(found, current=found.previous, previous=SHIPPED, tries=0, phase="WAITING"))


def run(context: TrialContext) -> int | None:
    """Try the version of the pointer until it is committed or has ended by itself: then its exit code.

    None: it was undone, and the version before is to be started. The caller holds the lock. Raises OSError.
    """
    data = context.data
    while True:
        found = pointer.read(data)
        if found is None or found.phase != "TRIAL":
            return None
        if found.tries >= TRIES or found.release in quarantined(data):
            revert(data, found)
            return None
        counted = replace(found, tries=found.tries + 1)
        health.prepare(data)
        pointer.write(data, counted)  # before the launch: a crash of the whole machine is a failed start too
        code = _once(context, counted)
        if code is not None:
            return code


def _once(context: TrialContext, found: Pointer) -> int | None:
    """One start. Its exit code when it ended well or was committed; None when the pointer has to be asked again."""
    mark = health.mark()
    child = context.start(mark)
    watch = health.Watch(context.mono_ms(), found.rehearsed_ms)
    while True:
        code = child.wait(LOOK_S)
        note = health.hear(context.data, mark)
        if note is not None and note.stage == "good":
            return _commit(context, found, child)
        if note is not None and note.stage == "unable":
            child.kill()
            postpone(context.data, found)
            return None
        if code == LACKED and note is None:
            postpone(context.data, found)
            return None
        if code is not None:
            return _ended(context, found, code)
        bad = note is not None and note.stage == "bad"
        if bad or watch.overdue(context.mono_ms(), note):
            child.kill()
            revert(context.data, found)
            return None


def _commit(context: TrialContext, found: Pointer, child: Child) -> int | None:
    with suppress(OSError):  # a full disk: it goes on working, and is tried once more at the next start
        pointer.write(context.data, replace(found, trial=SHIPPED, tries=0, phase="COMMITTED"))
    context.done()
    return child.wait(None)


def _ended(context: TrialContext, found: Pointer, code: int) -> int | None:
    """A clean end is somebody who switched off: it returns the try. A crash leaves it counted."""
    if code == 0 or context.ending():
        with suppress(OSError):  # it stays counted; nobody who has closed the counter wants to see another one open
            pointer.write(context.data, replace(found, tries=found.tries - 1))
        return 0
    return None
