"""The states of an update, one step at a time: fetched, unpacked, tried on copies, waiting, saved, flipped.

What is under way stands in the pointer (`starter.pointer`), so every step may be cut and be done again. Nothing here
is waited for: a step that cannot be done leaves things as they were, says what is in the way, and is tried later.
From TRIAL on the starter acts, and every trial ends COMMITTED or REVERTED.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kiosk.ports.world import Randomness
from kiosk.upkeep.updates.update_parts import GoOn, Installed, Release, Tools, UpdatePermissionPort, UpdateRoom
from kiosk.upkeep.updates.update_standing import UNSAVED, Notes, Terms, UpdateStatus
from protocol.clock import DAY_MS, HOUR_MS, Clock
from protocol.errors import Corrupt, KioskError, Refused, Unavailable
from starter import pointer
from starter.lock import Busy, ProgramLock
from starter.pointer import SHIPPED, Pointer

log = logging.getLogger("manfaz")
CHECK_MS: Final = DAY_MS
FIRST_PAUSE_MS: Final = 5 * 60_000
LONGEST_PAUSE_MS: Final = 6 * HOUR_MS
UNDER_WAY: Final = ("DOWNLOADING", "STAGED", "REHEARSED", "WAITING", "SAVED")


@dataclass(eq=False)
class UpdateStates:
    """Carries an update on. `step` does what can be done now. One thread; `ask` from any."""

    _installed: Installed
    _tools: Tools
    _leave: UpdatePermissionPort
    _notes: Notes
    _clock: Clock
    _randomness: Randomness

    def __post_init__(self) -> None:
        self._jitter_ms = int(self._randomness.below(HOUR_MS))
        self._not_before = self._fails = 0
        self._room = UpdateRoom(self._tools)
        self._asked = self._flipped = self._tidied = False
        self._release: Release | None = None

    def ask(self) -> None:
        """A person wants it now: look for a release, and do not wait for a quiet hour, only for the citizen."""
        self._asked = True

    def standing(self) -> UpdateStatus:
        return self._notes.now()

    def step(self, go_on: GoOn) -> None:
        """Raises nothing that the world may do: what was in the way is kept as `trouble`."""
        early = self._clock.mono_ms() < self._not_before and not self._room.is_back()
        if self._flipped or (early and not self._asked):
            return
        try:
            with ProgramLock(self._installed.data):
                self._advance(go_on)
            if self._fails:
                self._fails = 0
                self._notes.put(trouble="", need_mb=0)
        except Busy:
            return
        except (KioskError, OSError) as error:
            self._troubled(error)

    # ---- the states ------------------------------------------------------------------------------------------

    def _advance(self, go_on: GoOn) -> None:
        found = self._settled()
        if found.phase == "DOWNLOADING":
            self._download(found, go_on)
        elif found.phase == "STAGED":
            self._rehearse(found, go_on)
        elif found.phase == "WAITING":
            self._wait(found, go_on)
        elif found.phase != "TRIAL":
            self._seek_release(found)

    def _settled(self) -> Pointer:
        """The pointer, brought in line with what runs: an installer may have been here, or the power have failed."""
        here, found = self._installed, pointer.read(self._installed.data) or Pointer()
        if found.phase == "TRIAL":
            if found.current == here.running:  # proven, but the disk was full when that was to be written
                return self._put(replace(found, trial=SHIPPED, tries=0, phase="COMMITTED"))
            if not self._can_be_tried(found.current):
                return self._put(Pointer(here.running))
        elif found.current != here.running:
            return self._put(Pointer(here.running))
        if found.phase in UNDER_WAY and pointer.order(found.trial) <= pointer.order(here.version):
            return self._put(replace(found, trial=SHIPPED, release="", phase="IDLE"))
        if found.phase in {"REHEARSED", "SAVED"}:
            return self._put(replace(found, phase="WAITING"))
        self._keep(found)
        return found

    def _can_be_tried(self, version: str) -> bool:
        """Whether the starter would: no more where setup has brought as much or another runtime, or it has rotted."""
        here, staged = self._installed, self._tools.versions.sound(version)
        fits = staged is not None and here.runtime in {"", staged.needs_runtime}
        return fits and pointer.order(version) > pointer.order(here.version)

    def _keep(self, found: Pointer) -> None:
        """Keep for the centre and the counter where it stands: the starter cannot."""
        kept = self._notes.now()
        version = found.trial or self._installed.version
        reverted = {"REVERTED": found.trial, "COMMITTED": ""}.get(found.phase, kept.reverted)
        if reverted and pointer.order(reverted) <= pointer.order(self._installed.version):
            reverted = ""  # setup has brought as much since
        setup = kept.needs_setup
        if setup and pointer.order(setup) <= pointer.order(self._installed.version):
            setup = ""
        moved = (kept.phase, kept.version) != (found.phase, version)
        since = self._clock.wall_ms() if moved else kept.since_ms
        trouble = "" if moved else kept.trouble
        crashed = bool(reverted) and self._tools.versions.crashed(reverted)
        self._notes.put(
            phase=found.phase, version=version, since_ms=since, reverted=reverted, crashed=crashed, trouble=trouble,
            needs_setup=setup,
        )  # fmt: skip

    def _seek_release(self, found: Pointer) -> None:
        """Once a day: is there anything newer for us?"""
        if not self._tidied:
            self._tools.versions.tidy(found)
            self._tidied = True
        kept, now_ms, terms = self._notes.now(), self._clock.wall_ms(), self._leave.terms()
        due = not 0 <= now_ms - kept.checked_ms < CHECK_MS + self._jitter_ms  # a last time in the future: wrong clock
        if not self._asked and not (due and terms.open):
            return
        release = self._tools.releases.newest(terms.ring)
        self._notes.put(checked_ms=now_ms, metadata_ms=now_ms, trouble="", needs_setup="")
        if release is None or not self._wanted(release):
            self._asked = False
            return
        self._release = release
        self._put(replace(found, trial=release.version, release=release.sha256, phase="DOWNLOADING", rehearsed_ms=0))

    def _wanted(self, release: Release) -> bool:
        here = self._installed
        if pointer.order(release.version) <= pointer.order(here.version):
            return False
        versions = self._tools.versions
        if versions.quarantined(release.sha256) or (versions.crashed(release.version) and not self._asked):
            return False
        if here.runtime not in {"", release.needs_runtime} or release.min_schema > here.schema:
            self._notes.put(needs_setup=release.version)
            return False
        return True

    def _download(self, found: Pointer, go_on: GoOn) -> None:
        terms = self._leave.terms()
        if not self._asked and not terms.open:
            return
        release = self._release or self._tools.releases.newest(terms.ring)
        if release is None or release.sha256 != found.release:  # halted meanwhile, or overtaken
            self._drop(found)
            return
        self._release = release
        self._tools.versions.make_room(release.length, self._tools.database_bytes())
        self._count(release, terms)
        archive = self._tools.releases.fetch(release, self._tools.versions.staging, go_on)
        if self._leave.resting() or self._asked:
            self._unpack(found, archive)

    def _drop(self, found: Pointer) -> None:
        self._release = None
        self._put(replace(found, trial=SHIPPED, release="", phase="IDLE"))
        self._notes.put(checked_ms=0)

    def _withdrawn(self, found: Pointer) -> bool:
        """Whether it was halted or overtaken while it waited; where nobody can be asked, what was verified counts."""
        try:
            release = self._tools.releases.newest(self._leave.terms().ring)
        except KioskError:
            return False
        return release is None or release.sha256 != found.release

    def _count(self, release: Release, terms: Terms) -> None:
        """Against the cap of a metered line, before it comes; one archive once. Raises Unavailable("update_cap")."""
        staging = self._tools.versions.staging
        if any((staging / f"{release.name}{end}").exists() for end in ("", ".part")):
            return
        kept = self._notes.now()
        used = (kept.month_bytes if kept.month == terms.month else 0) + release.length
        if terms.cap_bytes and used > terms.cap_bytes and not self._asked:
            raise Unavailable("update_cap", version=release.version)
        self._notes.put(month=terms.month, month_bytes=used)

    def _unpack(self, found: Pointer, archive: Path) -> None:
        staged = self._tools.versions.unpack(archive, found.trial)
        if self._installed.runtime and staged.needs_runtime != self._installed.runtime:
            raise Corrupt("update_broken", version=found.trial)
        self._put(replace(found, phase="STAGED"))

    def _rehearse(self, found: Pointer, go_on: GoOn) -> None:
        if not self._leave.resting() and not self._asked:
            return
        if self._tools.versions.sound(found.trial) is None:
            self._put(replace(found, phase="DOWNLOADING"))
            return
        took_ms = self._tried(found.trial, lambda: go_on() and (self._asked or self._leave.resting()))
        self._put(replace(found, phase="WAITING", rehearsed_ms=took_ms))

    def _tried(self, version: str, go_on: GoOn) -> int:
        """A version that would take away what is nowhere else gets the backup that it asks for."""
        try:
            return self._tools.rehearse(version, go_on)
        except Refused as error:
            if error.code != UNSAVED:
                raise
            try:
                self._tools.back_up(go_on)
            except KioskError as why:
                log.warning("update: not saved: %s", why.code)
                raise error from why
        return self._tools.rehearse(version, go_on)

    def _wait(self, found: Pointer, go_on: GoOn) -> None:
        if not self._leave.may_flip(asked=self._asked):
            return
        if self._tools.versions.sound(found.trial) is None:
            self._put(replace(found, phase="DOWNLOADING"))
            return
        if self._withdrawn(found):
            self._drop(found)
            return
        self._put(replace(found, phase="SAVED"))
        try:
            self._tools.versions.make_room(0, self._tools.database_bytes())
            self._tools.back_up(go_on)
            if not self._leave.may_flip(asked=self._asked):  # somebody has come meanwhile
                return
            self._put(replace(found, current=found.trial, previous=self._installed.running, tries=0, phase="TRIAL"))
            self._flipped = True
        finally:
            if not self._flipped:
                self._put(replace(found, phase="WAITING"))
        self._tools.restart()

    # ---- how -------------------------------------------------------------------------------------------------

    def _put(self, found: Pointer) -> Pointer:
        pointer.write(self._installed.data, found)
        self._keep(found)
        return found

    def _troubled(self, fault: KioskError | OSError) -> None:
        """Say what is in the way and try later. A release that cannot be right is never taken again."""
        error = self._room.in_its_words(fault, 0 if self._release is None else self._release.length)
        self._release = None  # what was there may be overtaken by the next try, and its archive gone
        log.warning("update: %s", error.code)
        self._asked = False
        self._fails += 1
        pause = min(FIRST_PAUSE_MS << min(self._fails - 1, 10), LONGEST_PAUSE_MS)
        self._not_before = self._clock.mono_ms() + pause
        try:
            if isinstance(error, Corrupt | Refused) and error.code in {"update_broken", "update_unfit"}:
                self._refuse()
            self._notes.put(trouble=error.code, need_mb=error.values.get("need_mb", 0))
        except (KioskError, OSError, Busy) as another:
            log.warning("update: not kept: %s", type(another).__name__)

    def _refuse(self) -> None:
        with ProgramLock(self._installed.data):
            found = pointer.read(self._installed.data) or Pointer()
            if found.phase in UNDER_WAY:
                self._tools.versions.refuse(found.release, found.trial)
                self._put(replace(found, phase="REVERTED"))
