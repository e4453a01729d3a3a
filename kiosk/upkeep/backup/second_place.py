"""Where the second copy of each backup goes: what the centre has set for the shop, else what was chosen at the counter.

The centre names a whole path, or ``label:NAME`` for whatever disk of that name is in. Facts, JSON: `backup_place`
{path, id} is what was chosen here, `backup_place_set` {said, id} what the centre has set, since it was first reached;
`backup_away` {since_ms, place} while a copy should go there and it is not there, else empty.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from kiosk.model.facts import BACKUP_AWAY, json_object
from protocol.documents.settings import LABEL
from protocol.errors import Refused, Unavailable
from protocol.values.arabic import isolate

if TYPE_CHECKING:
    from kiosk.core.documents_in_force import DocumentsInForce
    from kiosk.ports.store import Store
    from kiosk.ports.world import World

PLACE: Final = json_object("backup_place")
PLACE_SET: Final = json_object("backup_place_set")
FOLDER: Final = "manfaz"
"""On a disk that is known by its name."""


class Places(Protocol):
    """What is asked of the second place, beside copies."""

    def mark(self, place: Path) -> str | None:
        """What its mark says; None where there is no mark, or no place."""

    def put_mark(self, place: Path, mark: str) -> None:
        """Raises Unavailable: backup_place, backup_full."""

    def same_disk(self, place: Path) -> bool:
        """Whether the place goes when this computer's disk does. Raises Unavailable("backup_place")."""

    def labelled(self, label: str) -> Path | None:
        """The root of the disk of that name that is in."""

    def plugged(self) -> list[Path]:
        """The roots of sticks and other disks that are in and can be written to."""


@dataclass(eq=False, repr=False)
class SecondPlace:
    """Known again by the mark in it: under the same path may lie another stick, or none. Any thread."""

    _places: Places
    _store: Store
    _in_force: DocumentsInForce
    _world: World
    _write: Callable[..., Any]

    def said(self) -> str:
        """What the centre has set; "" where it is silent."""
        try:
            return self._in_force.settings().backups.second
        except Refused:  # the settings have not come yet
            return ""

    def shown(self) -> str:
        """For people; "" where there is none."""
        path = self.path()
        return self.said() if path is None else str(path)

    def path(self) -> Path | None:
        """Where it is now; None where none was chosen, or the disk of that name is not in."""
        said = self.said()
        if said.startswith(LABEL):
            root = self._places.labelled(said.removeprefix(LABEL))
            return None if root is None else root / FOLDER
        if said:
            return Path(said)
        kept = PLACE.kept(self._store)
        return None if kept is None else Path(kept["path"])

    def plugged(self) -> bool:
        """Whether it is there, and is the one that was meant. What the centre has set is marked when first reached."""
        place, said = self.path(), self.said()
        if place is None or not place.is_absolute():  # a path of another system is none here
            return False
        kept = (PLACE_SET if said else PLACE).kept(self._store)
        if said and (kept is None or kept["said"] != said):
            return self._adopt(place, said)
        return kept is not None and self._places.mark(place) == kept["id"]

    def offered(self) -> list[Path]:
        """A folder of ours on each stick and other disk that is in; what the centre has set comes first."""
        found = [root / FOLDER for root in self._places.plugged()]
        said = self.path() if self.said() else None
        return found if said is None or said in found else [said, *found]

    def choose(self, text: str) -> Path:
        """Make a folder the second place, from now on; another disk in the place that the centre has set, too.

        Raises Refused: backup_same_disk, backup_path, backup_set; Unavailable("backup_place").
        """
        place, said = Path(text.strip()), self.said()
        if not text.strip() or not place.is_absolute():
            raise Refused("backup_path")
        if said and place != self.path():
            raise Refused("backup_set", place=isolate(self.shown()))
        if self._places.same_disk(place):
            raise Refused("backup_same_disk", place=isolate(str(place)))
        self._take(place, said)
        return place

    def reached(self, *, there: bool) -> None:
        """A copy should go there now, and it is there or it is not: kept for the doctor, once."""
        kept = BACKUP_AWAY.kept(self._store)
        if there and kept is not None:
            self._write([], [BACKUP_AWAY.forget()])
        elif not there and (kept is None or kept["place"] != self.shown()):
            self._write([], [BACKUP_AWAY.put({"since_ms": self._world.clock.wall_ms(), "place": self.shown()})])

    def _adopt(self, place: Path, said: str) -> bool:
        """Whether it can be the second place; a disk that is not in must not become a folder of this computer's."""
        try:
            if self._places.same_disk(place):
                return False
            self._take(place, said)
        except Unavailable:
            return False
        return True

    def _take(self, place: Path, said: str) -> None:
        mark = self._places.mark(place)
        if mark is None:
            mark = self._world.randomness.take(16).hex()
            self._places.put_mark(place, mark)
        taken = PLACE_SET.put({"said": said, "id": mark}) if said else PLACE.put({"path": str(place), "id": mark})
        self._write([], [taken])
