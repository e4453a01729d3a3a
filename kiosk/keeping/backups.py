"""Backups as the counter sees them: make one now, the second place, and when the last was made where.

Facts, JSON: `backup` and `backup_second` are {at_ms, place, entries, verified, epoch, seq} of the last that counts;
`backup_place` {path, id} is the second place; `backup_fault` {at_ms, code, second} what the last try came to, empty
when it went well.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from kiosk.errors import KioskError, Refused, Unavailable
from kiosk.keeping import restored
from kiosk.keeping.copies import Manifest
from kiosk.keeping.restored import Gap
from kiosk.keeping.sealed import seal_for_centre
from kiosk.records.commits import Change, PutFact
from kiosk.values.arabic import isolate

if TYPE_CHECKING:
    from kiosk.backroom.inforce import InForce
    from kiosk.ports import Store, World

FOLDER: Final = "backups"
MARK: Final = "manfaz-backups"
"""A file in the second place by which it is known again: under the same path may lie another stick, or none."""
GoOn = Callable[[], bool]
Told = Callable[[int, int], None]


class Cover(Protocol):
    def __call__(
        self, shop: str, program: str, made_ms: int, keyset: int, seal: Callable[[bytes, bytes, int], bytes]
    ) -> Any: ...


class Copies(Protocol):
    """`storage.copies.Copies`."""

    def make(self, place: Path, cover: Any, go_on: GoOn, told: Told) -> Manifest: ...
    def carry(self, one: Manifest, source: Path, place: Path, go_on: GoOn, told: Told) -> Manifest: ...
    def standing(self, place: Path) -> list[Manifest]: ...
    def prune(self, place: Path, newest: Manifest) -> int: ...


class Places(Protocol):
    """What is asked of the second place, beside copies."""

    def mark(self, place: Path) -> str | None:
        """What its mark says; None where there is no mark, or no place."""

    def put_mark(self, place: Path, mark: str) -> None:
        """Raises Unavailable("backup_place")."""

    def same_disk(self, place: Path) -> bool:
        """Whether the place goes when this computer's disk does."""


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


class Backups:
    """Every method may be called from any thread; `local` and `second` take their time, and one at a time."""

    def __init__(self, parts: Parts, store: Store, in_force: InForce, world: World, write: Callable[..., Any]) -> None:
        """`write` commits changes: `Scribe.write`."""
        self._parts = parts
        self._store = store
        self._in_force = in_force
        self._world = world
        self._write = write

    @property
    def here(self) -> Path:
        return self._parts.folder / FOLDER

    def local(self, go_on: GoOn, told: Told) -> Manifest:
        """A verified backup in the data folder; older ones that need not stay go. Raises as `Copies.make`."""
        return self._kept("backup", self.here, lambda: self._make(go_on, told))

    def second(self, go_on: GoOn, told: Told) -> Manifest:
        """The newest local one in the second place, opened there.

        Raises as `Copies.make`; Refused("backup_nowhere") where none was chosen; Unavailable("backup_away").
        """
        place = self.place()
        if place is None:
            raise Refused("backup_nowhere")
        return self._kept("backup_second", place, lambda: self._carry(place, go_on, told))

    def choose(self, text: str) -> Path:
        """Make a folder the second place, from now on.

        Raises Refused: backup_same_disk, backup_path; Unavailable("backup_place").
        """
        place = Path(text.strip())
        if not text.strip() or not place.is_absolute():
            raise Refused("backup_path")
        if self._parts.places.same_disk(place):
            raise Refused("backup_same_disk", place=isolate(str(place)))
        mark = self._parts.places.mark(place)
        if mark is None:
            mark = self._world.randomness.take(16).hex()
            self._parts.places.put_mark(place, mark)
        self._put("backup_place", {"path": str(place), "id": mark})
        return place

    def place(self) -> Path | None:
        kept = self._fact("backup_place")
        return None if kept is None else Path(kept["path"])

    def plugged(self) -> bool:
        """Whether the second place is there, and is the one that was chosen."""
        kept = self._fact("backup_place")
        return kept is not None and self._parts.places.mark(Path(kept["path"])) == kept["id"]

    def last(self, name: str = "backup") -> Last | None:
        """Of `backup` or `backup_second`."""
        kept = self._fact(name)
        if kept is None:
            return None
        return Last(kept["at_ms"], kept["place"], kept["entries"], kept["epoch"], kept["seq"])

    def gap(self) -> Gap | None:
        """What a restore lacks, by number."""
        return restored.gap(self._store)

    def fault(self) -> tuple[int, str] | None:
        """When the last try failed, and the code of its error; None when it went well."""
        kept = self._fact("backup_fault")
        return None if kept is None else (kept["at_ms"], kept["code"])

    def _make(self, go_on: GoOn, told: Told) -> Manifest:
        keyset, statement = self._in_force.keyset(), self._in_force.statement()

        def seal(key: bytes, device: bytes, epoch: int) -> bytes:
            return seal_for_centre(key, device, epoch, keyset.recovery_x25519)

        now = self._world.clock.wall_ms()
        cover = self._parts.cover(statement.shop, self._parts.program, now, keyset.version, seal)
        return self._parts.copies.make(self.here, cover, go_on, told)

    def _carry(self, place: Path, go_on: GoOn, told: Told) -> Manifest:
        if not self.plugged():
            raise Unavailable("backup_away", place=isolate(str(place)))
        newest = next(iter(self._mine()), None)
        if newest is None:
            newest = self.local(go_on, told)
        if any(one.name == newest.name for one in self._parts.copies.standing(place)):
            return newest
        return self._parts.copies.carry(newest, self.here, place, go_on, told)

    def _mine(self) -> list[Manifest]:
        device = self._in_force.statement().device_text
        return [one for one in self._parts.copies.standing(self.here) if one.device == device]

    def _kept(self, name: str, place: Path, make: Callable[[], Manifest]) -> Manifest:
        now = self._world.clock.wall_ms()
        try:
            made = make()
        except KioskError as error:
            self._put("backup_fault", {"at_ms": now, "code": error.code, "second": name != "backup"})
            raise
        done = {
            "at_ms": now, "place": str(place), "entries": made.entries, "verified": True, "epoch": made.epoch,
            "seq": made.seq,
        }  # fmt: skip
        self._write([], [_fact(name, done), PutFact("backup_fault", b"")])
        self._parts.copies.prune(place, made)
        return made

    def _fact(self, name: str) -> dict[str, Any] | None:
        kept = self._store.fact(name)
        found: dict[str, Any] | None = json.loads(kept) if kept else None
        return found

    def _put(self, name: str, value: dict[str, Any]) -> None:
        changes: Sequence[Change] = [_fact(name, value)]
        self._write([], changes)


def _fact(name: str, value: dict[str, Any]) -> PutFact:
    return PutFact(name, json.dumps(value).encode())
