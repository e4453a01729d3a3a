"""Backups in memory, and the disks they would lie on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.ports.store import Store
from kiosk.upkeep.backup import backup_maker, second_place
from protocol.errors import Unavailable
from protocol.wire.backup_manifest import Manifest

DEVICE = "0192f0c1-7c3a-7b1e-8a4d-5566778899aa"


class Shelf:
    """Copies in memory; `broken` is what making one says."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.held: dict[Path, list[Manifest]] = {}
        self.broken: Exception | None = None
        self.pruned: list[Path] = []
        self.asked: list[bool] = []
        self.during: Callable[[], None] = lambda: None
        self.rotten: Exception | bool = False
        self.proved: list[bool] = []

    def make(self, place: Path, cover: Any, go_on: Callable[[], bool], told: Callable[[int, int], None]) -> Manifest:
        chain = self._store.journal.tail().chain
        sealed = cover.seal(bytes(32), chain.device, chain.epoch)
        one = Manifest(
            DEVICE, cover.shop, 2, chain.epoch, chain.seq, chain.seq, "0010", cover.program, cover.made_ms,
            cover.keyset, sealed, (0, 0), (),
        )  # fmt: skip
        return self._put(place, one, go_on, told)

    def carry(self, one: Manifest, source: Path, place: Path, go_on: Any, told: Any) -> Manifest:
        assert one in self.held[source]
        return self._put(place, one, go_on, told)

    def _put(self, place: Path, one: Manifest, go_on: Any, told: Any) -> Manifest:
        self.asked.append(go_on())
        told(1, 2)
        self.during()
        if self.broken is not None:
            raise self.broken
        self.held.setdefault(place, []).insert(0, one)
        return one

    def standing(self, place: Path) -> list[Manifest]:
        return list(self.held.get(place, []))

    def prove(self, one: Manifest, source: Path, place: Path, go_on: Any, *, whole: bool) -> bool:
        """`rotten`: what lies there is not what was verified, or cannot be read."""
        self.proved.append(whole)
        if isinstance(self.rotten, Exception):
            raise self.rotten
        return not self.rotten

    def drop(self, one: Manifest, place: Path) -> None:
        self.held[place].remove(one)
        self.rotten = False

    def prune(self, place: Path, newest: Manifest) -> int:
        self.pruned.append(place)
        return 0


class Disks:
    """Where marks lie, and which places are this computer's own disk."""

    def __init__(self) -> None:
        self.marks: dict[Path, str] = {}
        self.same: set[Path] = set()
        self.labels: dict[str, Path] = {}
        self.roots: list[Path] = []
        self.locked = False

    def mark(self, place: Path) -> str | None:
        return self.marks.get(place)

    def put_mark(self, place: Path, mark: str) -> None:
        if self.locked:
            raise Unavailable("backup_place", place=str(place))
        self.marks[place] = mark

    def labelled(self, label: str) -> Path | None:
        return self.labels.get(label)

    def plugged(self) -> list[Path]:
        return self.roots

    def same_disk(self, place: Path) -> bool:
        return place in self.same


if TYPE_CHECKING:

    def _keep_the_contracts(shelf: Shelf, disks: Disks) -> None:
        _: tuple[backup_maker.Copies, second_place.Places] = (shelf, disks)
