"""What the matrix is walked on: one centre with something on every page, copied for each walk."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from central.store.key_files import KeyFiles
from central.store.sqlite_store import SqliteStore
from tests.harness.console_desk import Desk
from tests.harness.console_world import World, fill
from tests.harness.own_centre import OwnCentre, make_centre

WALKER: Final = "walker"


@dataclass
class Walked:
    """What was tried, and what was wrong."""

    cells: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


@dataclass
class Ground:
    """A world that is laid out once and copied for each walk: what one of them does, none of the others sees."""

    folder: Path
    key: bytes
    world: World

    @contextmanager
    def desk(self) -> Iterator[Desk]:
        with tempfile.TemporaryDirectory() as name:
            copy = Path(name) / "copy"
            shutil.copytree(self.folder, copy)
            with closing(SqliteStore(copy / "centre.db", self.key)) as store:
                old = self.world.desk.office
                centre = replace(old.centre, store=store, key_files=KeyFiles(copy / "keys"), catalogues={})
                yield Desk(OwnCentre(centre, old.clock, copy / "keys", copy / "root"))


@contextmanager
def ground() -> Iterator[Ground]:
    with tempfile.TemporaryDirectory() as name:
        folder, key = Path(name), secrets.token_bytes(32)
        with closing(SqliteStore(folder / "centre.db", key)) as store:
            world = fill(Desk(make_centre(store, folder)))
        yield Ground(folder, key, world)


@contextmanager
def bare() -> Iterator[Desk]:
    """A console over a centre in which nothing is."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with closing(SqliteStore(folder / "centre.db", secrets.token_bytes(32))) as store:
            yield Desk(make_centre(store, folder))
