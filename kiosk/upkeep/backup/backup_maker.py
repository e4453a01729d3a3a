"""Backups as the counter sees them: make one now, the second place, and when the last was made where.

Facts, JSON: `backup` and `backup_second` are {at_ms, place, entries, verified, epoch, seq} of the last that counts;
`backup_fault` {at_ms, code, second} what the last try came to, empty when it went well; `backup_proof` {name, at_ms,
opened_ms} when the newest copy in the second place was last compared with the one here, and last opened.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from kiosk.model.facts import BACKUP, BACKUP_SECOND, Fact, json_object
from kiosk.upkeep.backup import restored_store
from kiosk.upkeep.backup.restored_store import Gap
from kiosk.upkeep.backup.second_place import Places, SecondPlace
from protocol.clock import DAY_MS, HOUR_MS
from protocol.errors import KioskError, Refused, Unavailable
from protocol.values.arabic import isolate
from protocol.wire.backup_manifest import Manifest
from protocol.wire.sealing import seal_for_centre

if TYPE_CHECKING:
    from kiosk.core.documents_in_force import DocumentsInForce
    from kiosk.ports.store import Store
    from kiosk.ports.world import World

FOLDER: Final = "backups"
FAULT: Final = json_object("backup_fault")
PROOF: Final = json_object("backup_proof")
MARK: Final = "manfaz-backups"
"""A file in the second place by which it is known again: under the same path may lie another stick, or none."""
PROVE_MS: Final = 20 * HOUR_MS
"""So often the copy in the second place is compared with the one here, while nobody works."""
OPEN_MS: Final = 7 * DAY_MS
"""So often it is opened and read whole there."""
GoOn = Callable[[], bool]
Progress = Callable[[int, int], None]


class Cover(Protocol):
    """What a backup has to hold."""

    def __call__(
        self, shop: str, program: str, made_ms: int, keyset: int, seal: Callable[[bytes, bytes, int], bytes]
    ) -> Any: ...


class Copies(Protocol):
    """Where backups are written and read: `storage.backup.backup_files.BackupFiles`."""

    def make(self, place: Path, cover: Any, go_on: GoOn, told: Progress) -> Manifest: ...
    def carry(self, one: Manifest, source: Path, place: Path, go_on: GoOn, told: Progress) -> Manifest: ...
    def standing(self, place: Path) -> list[Manifest]: ...
    def prune(self, place: Path, newest: Manifest) -> int: ...
    def prove(self, one: Manifest, source: Path, place: Path, go_on: GoOn, *, whole: bool) -> bool: ...
    def drop(self, one: Manifest, place: Path) -> None: ...


@dataclass(frozen=True, slots=True)
class Last:
    """The last backup that was opened and found whole: when, where, and what it holds."""

    at_ms: int
    place: str
    entries: int
    epoch: int
    seq: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What backups are made with. `folder` is the data folder, `program` the version."""

    copies: Copies
    cover: Cover
    places: Places
    folder: Path
    program: str


class BackupMaker:
    """Every method may be called from any thread; `local` and `second` take their time.

    One `local` waits for another: at the close of a day the keeper's and the updater's are due at the same time.
    """

    def __init__(
        self, parts: Parts, store: Store, in_force: DocumentsInForce, world: World, write: Callable[..., Any]
    ) -> None:
        """`write` commits changes: `JournalWriter.write`."""
        self._parts = parts
        self._store = store
        self._in_force = in_force
        self._world = world
        self._write = write
        self._making = threading.Lock()
        self.second_place = SecondPlace(parts.places, store, in_force, world, write)

    @property
    def here(self) -> Path:
        return (self._parts.folder / FOLDER).resolve()  # ours, though it may be a link to another disk

    def local(self, go_on: GoOn, told: Progress) -> Manifest:
        """A verified backup in the data folder; older ones that need not stay go. Raises as `Copies.make`."""
        with self._making:
            return self._kept(BACKUP, self.here, lambda: self._make(go_on, told))

    def second(self, go_on: GoOn, told: Progress) -> Manifest:
        """The newest local one in the second place, opened there.

        Raises as `Copies.make`; Refused("backup_nowhere") where none was chosen; Unavailable("backup_away").
        """
        shown = self.second_place.shown()
        if not shown:
            raise Refused("backup_nowhere")
        return self._kept(BACKUP_SECOND, Path(shown), lambda: self._carry(shown, go_on, told))

    def prove(self, go_on: GoOn, told: Progress) -> bool:
        """Whether the newest copy in the second place is still what was verified there; else it is made anew.

        Compared with the one here byte by byte, and opened once a week. Raises as `second`.
        """
        place, said, newest = self.second_place.path(), self.last(BACKUP_SECOND), self._newest_there()
        if place is None or said is None:
            return True
        now = self._world.clock.wall_ms()
        if newest is None or (newest.epoch, newest.seq) < (said.epoch, said.seq):
            return self._anew(go_on, told)  # what was said to be there is gone, or cannot be told for what it is
        kept = PROOF.kept(self._store) or {}
        opened_ms = kept.get("opened_ms", 0) if kept.get("name") == newest.name else 0
        whole = not 0 <= now - opened_ms < OPEN_MS
        if not self._stands(newest, place, go_on, whole=whole):
            return self._anew(go_on, told, bad=newest)
        self._write([], [PROOF.put({"name": newest.name, "at_ms": now, "opened_ms": now if whole else opened_ms})])
        return True

    def _anew(self, go_on: GoOn, told: Progress, bad: Manifest | None = None) -> bool:
        """The copy in the second place counts no more; another is carried there. False: it did not stand."""
        place = self.second_place.path()
        if place is None or not self.second_place.plugged():  # it was pulled out just now
            raise Unavailable("backup_away", place=isolate(str(place)))
        self._write([], [BACKUP_SECOND.forget()])
        if bad is not None:
            self._parts.copies.drop(bad, place)
        self.second(go_on, told)
        return False

    def proof_due(self) -> bool:
        """Whether the copy in the second place has not been looked at for a day. It is not asked whether it is in."""
        at_ms = (PROOF.kept(self._store) or {}).get("at_ms", 0)
        return self.last(BACKUP_SECOND) is not None and not 0 <= self._world.clock.wall_ms() - at_ms < PROVE_MS

    def _stands(self, one: Manifest, place: Path, go_on: GoOn, *, whole: bool) -> bool:
        try:
            return self._parts.copies.prove(one, self.here, place, go_on, whole=whole)
        except Unavailable as error:
            if error.code == "backup_place" and self.second_place.plugged():
                return False  # the disk is in, and what lies on it cannot be read
            raise

    def _newest_there(self) -> Manifest | None:
        place, device = self.second_place.path(), self._in_force.statement().device_text
        if place is None:
            return None
        return next((one for one in self._parts.copies.standing(place) if one.device == device), None)

    def last(self, fact: Fact[dict[str, Any]] = BACKUP) -> Last | None:
        """The backup here, or that in the second place."""
        kept = fact.kept(self._store)
        if not kept:
            return None
        return Last(kept["at_ms"], kept["place"], kept["entries"], kept["epoch"], kept["seq"])

    def gaps(self) -> list[Gap]:
        """What a restore lacks, by number, epoch by epoch."""
        return restored_store.gaps(self._store)

    def fault(self) -> tuple[int, str] | None:
        """When the last try failed, and the code of its error; None when it went well."""
        kept = FAULT.kept(self._store)
        return None if kept is None else (kept["at_ms"], kept["code"])

    def _make(self, go_on: GoOn, told: Progress) -> Manifest:
        keyset, statement = self._in_force.keyset(), self._in_force.statement()

        def seal(key: bytes, device: bytes, epoch: int) -> bytes:
            return seal_for_centre(key, device, epoch, keyset.recovery_x25519)

        now = self._world.clock.wall_ms()
        cover = self._parts.cover(statement.shop, self._parts.program, now, keyset.version, seal)
        return self._parts.copies.make(self.here, cover, go_on, told)

    def _carry(self, shown: str, go_on: GoOn, told: Progress) -> Manifest:
        there, place = self.second_place.plugged(), self.second_place.path()
        self.second_place.reached(there=there)
        if place is None or not there:
            raise Unavailable("backup_away", place=isolate(shown))
        newest = next(iter(self._mine()), None)
        if newest is None:
            newest = self.local(go_on, told)
        if any(one.name == newest.name for one in self._parts.copies.standing(place)):
            if self._stands(newest, place, go_on, whole=True):
                return newest
            self._parts.copies.drop(newest, place)
        return self._parts.copies.carry(newest, self.here, place, go_on, told)

    def _mine(self) -> list[Manifest]:
        device = self._in_force.statement().device_text
        return [one for one in self._parts.copies.standing(self.here) if one.device == device]

    def _kept(self, fact: Fact[dict[str, Any]], place: Path, make: Callable[[], Manifest]) -> Manifest:
        now = self._world.clock.wall_ms()
        try:
            made = make()
        except KioskError as error:
            self._write([], [FAULT.put({"at_ms": now, "code": error.code, "second": fact is not BACKUP})])
            raise
        done = {
            "at_ms": now, "place": str(place), "entries": made.entries, "verified": True, "epoch": made.epoch,
            "seq": made.seq,
        }  # fmt: skip
        changes = [fact.put(done), FAULT.forget()]
        if fact is not BACKUP:  # it has just been opened there
            changes.append(PROOF.put({"name": made.name, "at_ms": now, "opened_ms": now}))
        self._write([], changes)
        self._parts.copies.prune(place, made)
        return made
