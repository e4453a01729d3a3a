"""`manfaz update`: what the counter does by itself, done now by a person while no counter is open."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk import VERSION
from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Events
from kiosk.main.cli import OK
from kiosk.main.upkeep_wiring import METADATA, Always, LazyReleases, installed, tools, web_line
from kiosk.main.without_window import opened_store, this_world
from kiosk.model.facts import CENTRE, FLOOR_MS
from kiosk.upkeep.updates.update_parts import Installed, Release
from kiosk.upkeep.updates.update_standing import UNSAVED, Notes, UpdateStatus
from kiosk.upkeep.updates.update_states import UpdateStates
from protocol.errors import Corrupt, Refused, Unavailable
from protocol.program.terminal import say_both
from protocol.rings import PILOT
from starter import pointer
from starter.lock import Busy, ProgramLock
from starter.trial import quarantined

if TYPE_CHECKING:
    from storage.opening import Opened
    from sync.release_sources import ReleaseLine

MOST_STEPS: Final = 8
"""From a look for releases to the flip there are four; the others are for a version that has rotted."""
DONE: Final = ("TRIAL", "COMMITTED", "REVERTED", "IDLE")


def update(asked: argparse.Namespace, say: Callable[[str], None] = print) -> int:
    """Fetch, try, save and flip; the next start of the counter tries the new version. Returns 0.

    Raises Refused: update_not_installed, already_running, store_none, not_enrolled; and, by its code, what was in the
    way.
    """
    here = installed(asked.data)
    if here is None:
        raise Refused("update_not_installed")
    with opened_store(asked.data) as opened:
        if opened.store.enrolment() is None:
            raise Refused("not_enrolled")
        address = asked.centre or CENTRE.kept(opened.store) or ""
        ring = _ring(DocumentsInForce(opened.store, Events()), by_hand=asked.source is not None)
        with closing(_releases(opened, here, _line(asked.source, address, asked.ca))) as releases:
            word = _seen(releases.newest(ring), here.data) if asked.check else _take(here, opened, releases, ring)
    say_both(say, word[0], version=word[1])
    return OK


def _ring(in_force: DocumentsInForce, *, by_hand: bool) -> str:
    """Its own; whoever carries a stick to it need not wait for a wider one, but what is for the pilots stays theirs."""
    ring = in_force.ring()
    return "1" if by_hand and ring != PILOT else ring


def _line(source: Path | None, address: str, ca_file: str | None) -> Callable[[], ReleaseLine]:
    def make() -> ReleaseLine:
        from sync.release_sources import FolderLine  # noqa: PLC0415 - the same

        return web_line(address, ca_file) if source is None else FolderLine(source)

    return make


def _releases(opened: Opened, here: Installed, line: Callable[[], ReleaseLine]) -> LazyReleases:
    def pinned() -> str:
        return DocumentsInForce(opened.store, Events()).keyset().update_root_sha256

    def now_ms() -> int:  # as at the counter: no clock of 2015 makes releases of long ago fresh again
        return max(this_world().clock.wall_ms(), FLOOR_MS.kept(opened.store) or 0)

    return LazyReleases(line, pointer.program_folder(here.data) / METADATA, now_ms, pinned)


def _seen(found: Release | None, data: Path) -> tuple[str, str]:
    if found is None or pointer.order(found.version) <= pointer.order(VERSION):
        return "update.newest", VERSION
    return ("update.undone" if found.sha256 in quarantined(data) else "update.there"), found.version


def _take(here: Installed, opened: Opened, releases: LazyReleases, ring: str) -> tuple[str, str]:
    def back_up(_: object) -> None:
        opened.back_up(here.data / f"kiosk.db.before-{_digits(VERSION)}")

    notes = Notes(opened.store.fact, lambda change: opened.store.commit([], [change]))
    parts = tools(opened, here.data, releases, back_up, lambda: None)
    world = this_world()
    updating = UpdateStates(here, parts, Always(ring), notes, world.clock, world.randomness)

    def step() -> bool:
        updating.ask()
        updating.step(lambda: True)
        standing = updating.standing()
        return bool(standing.trouble) or standing.phase in DONE

    _refuse_busy(here.data)
    any(step() for _ in range(MOST_STEPS))
    return _came_to(updating.standing())


def _refuse_busy(data: Path) -> None:
    """Where somebody else is at work on the versions no step does anything: what stands would be told as if found now.

    Raises Refused("already_running").
    """
    try:
        ProgramLock(data).release()
    except Busy as error:
        raise Refused("already_running") from error


def _digits(version: str) -> str:
    """So that the copy is found and let go of with those from before upgrades (`storage.backup.database_copy`)."""
    return "".join(f"{part:03d}" for part in pointer.order(version))


def _came_to(standing: UpdateStatus) -> tuple[str, str]:
    """The key of what to say, and the version it is about. Raises what was in the way."""
    if standing.trouble in {"update_broken", "update_unfit", "update_forged", "update_other_centre"}:
        raise Corrupt(standing.trouble, version=standing.version, what="", why="")
    if standing.trouble == UNSAVED:
        raise Refused(UNSAVED)
    if standing.trouble:
        what = {"version": standing.version, "need_mb": standing.need_mb, "detail": "", "reason": ""}
        raise Unavailable(standing.trouble, **what)
    if standing.needs_setup:
        raise Refused("update_needs_setup", version=standing.needs_setup)
    if standing.phase == "TRIAL":
        return "update.flipped", standing.version
    if standing.reverted:
        return "update.undone", standing.reverted
    return "update.newest", VERSION
