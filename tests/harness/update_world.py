"""An update's whole world, in memory but for the pointer: releases, files, leave, a clock, and what each was asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.model.store_changes import PutFact
from kiosk.upkeep.updates import update_parts
from kiosk.upkeep.updates.update_parts import GoOn, Installed, Release, Releases, Tools
from kiosk.upkeep.updates.update_standing import Notes, Terms, UpdateStatus
from kiosk.upkeep.updates.update_states import UpdateStates
from starter import pointer
from starter.pointer import Pointer
from storage.versions.program_versions import Staged
from tests.harness.fakes.fake_world import FakeClock, SeededRandomness

NEW = Release("0.2.0", "ab" * 32, 1000, "r1", "0001", "100", "app-0.2.0.tar.zst")


def on() -> bool:
    return True


@dataclass
class Shelf:
    """Releases and versions. `fails` is raised by the next call of that name, once."""

    root: Path
    release: Release | None = NEW
    fails: dict[str, Exception] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    whole: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    crashes: set[str] = field(default_factory=set)
    needs: str = "r1"
    free_mb: int = 1000

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        error = self.fails.pop(what, None)
        if error is not None:
            raise error

    @property
    def staging(self) -> Path:
        return self.root / "staging"

    def newest(self, ring: str) -> Release | None:
        self._ask("newest")
        return self.release

    def fetch(self, release: Release, into: Path, go_on: GoOn) -> Path:
        into.mkdir(exist_ok=True)
        (into / f"{release.name}.part").touch()
        self._ask("fetch")
        return (into / f"{release.name}.part").rename(into / release.name)

    def room(self, archive_bytes: int, database_bytes: int) -> tuple[int, int]:
        return 212, self.free_mb

    def make_room(self, archive_bytes: int, database_bytes: int) -> None:
        self._ask("make_room")

    def unpack(self, archive: Path, version: str) -> Staged:
        self._ask("unpack")
        self.whole.add(version)
        return Staged(version, self.needs, "0010")

    def sound(self, version: str) -> Staged | None:
        return Staged(version, self.needs, "0010") if version in self.whole else None

    def quarantined(self, release: str) -> bool:
        return release in self.refused

    def crashed(self, version: str) -> bool:
        return version in self.crashes

    def refuse(self, release: str, version: str) -> None:
        self._ask("refuse")
        self.refused.add(release)
        self.whole.discard(version)

    def tidy(self, found: Pointer) -> None:
        self._ask("tidy")

    def rehearse(self, version: str, go_on: GoOn) -> int:
        self._ask("rehearse")
        assert go_on()
        return 700

    def back_up(self, go_on: GoOn) -> None:
        self._ask("back_up")

    def restart(self) -> None:
        self._ask("restart")


@dataclass
class Hour:
    """`kiosk.upkeep.updates.update_standing.UpdatePermission`, as a test sets it."""

    open: bool = True
    cap_bytes: int = 0
    rests: bool = True
    flips: bool = True

    def terms(self) -> Terms:
        return Terms("50", self.open, self.cap_bytes, "2026-11")

    def resting(self) -> bool:
        return self.rests

    def may_flip(self, *, asked: bool) -> bool:
        return self.flips or asked


@dataclass
class Counter:
    """One installed counter; `begin` is a start of its program."""

    data: Path
    shelf: Shelf = field(init=False)
    hour: Hour = field(default_factory=Hour)
    clock: FakeClock = field(default_factory=FakeClock)
    facts: dict[str, bytes] = field(default_factory=dict)
    writes: int = 0
    updating: UpdateStates = field(init=False)

    def __post_init__(self) -> None:
        self.shelf = Shelf(self.data)
        self.begin()

    def begin(self, running: str = "", version: str = "0.1.0") -> None:
        here = Installed(self.data, running, version, "r1", "0010")
        tools = Tools(self.shelf, self.shelf, self.shelf.rehearse, self.shelf.back_up, lambda: 5000, self.shelf.restart)
        self.notes = Notes(self.facts.get, self._write)
        self.updating = UpdateStates(here, tools, self.hour, self.notes, self.clock, SeededRandomness())

    def _write(self, change: PutFact) -> None:
        self.writes += 1
        self.facts[change.name] = change.value

    def steps(self, count: int = 1) -> str:
        """So many looks, a minute apart; the phase after."""
        for _ in range(count):
            self.clock.pass_ms(60_000)
            self.updating.step(on)
        found = pointer.read(self.data)
        return "" if found is None else found.phase

    def pointer(self) -> Pointer:
        found = pointer.read(self.data)
        assert found is not None
        return found

    def standing(self) -> UpdateStatus:
        return self.updating.standing()

    def fail(self, what: str, error: Exception) -> None:
        self.shelf.fails[what] = error


if TYPE_CHECKING:

    def _keep_the_contracts(shelf: Shelf, hour: Hour) -> None:
        _: tuple[Releases, update_parts.Versions, update_parts.UpdatePermissionPort] = (shelf, shelf, hour)
