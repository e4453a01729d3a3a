"""Cuts of an update: unpacking, flip, trial, migration, commit, going back.

After each exactly one version starts, whole; the store opens with every entry; and what was begun comes to its end.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import starter.__main__
import starter.trial
from kiosk.main.upkeep_wiring import Always
from kiosk.model.service_request import Query
from kiosk.upkeep.updates.update_parts import Installed, Release, Tools
from kiosk.upkeep.updates.update_standing import Notes
from kiosk.upkeep.updates.update_states import UpdateStates
from protocol.errors import Corrupt, KioskError
from starter import pointer, versions
from starter.files import sync_folder
from storage.db import upgrade
from storage.db.engine import Database
from storage.opening import DATABASE
from storage.versions.program_versions import Versions
from tests.harness import older_version
from tests.harness.enrolled_store import open_house
from tests.harness.fakes.fake_world import FakeClock, SeededRandomness
from tests.harness.older_version import KEY, NAMES, known
from tests.harness.tiny_program import CRASH, GOOD, RELEASE, Program, lay_version
from tests.harness.update_world import NEW
from tests.scenarios.cuts.frame import Scenario
from tests.storage.versions.test_program_versions import FILES, archive, listed, member, pack

for late in ("alembic.command", "alembic.config", "sqlmodel"):
    import_module(late)  # what a step imports late is imported before the first fork


def sound_starts(program: Program, *allowed: str) -> list[str]:
    """Start it as a person would: one version comes up, one of those."""
    before = len(program.told())
    ended = program.start()
    ran = program.told()[before:]
    if ended.returncode or not ran or ran[-1] not in allowed:
        return [f"started {ran}, exit {ended.returncode}: {ended.stderr[-200:]}"]
    return []


def sound_store(folder: Path, entries: int) -> list[str]:
    """The store opens, every page and the whole chain hold, and nothing is missing."""
    keystore = older_version.keystore()
    try:
        opened = open_house(folder, keystore)
    except KioskError as error:
        return [f"the store does not open: {error}"]
    try:
        found = (
            opened.check(),
            len(opened.store.requests.search(Query())),
            len(opened.store.journal.unsent(0, 100, 1 << 20)),
        )
    except KioskError as error:
        return [f"the store is damaged: {error}"]
    finally:
        opened.close()
    return [] if found == (entries, entries, entries) else [f"the store has {found}, not {entries} of each"]


# ---- unpacking


def lay_archive(root: Path) -> None:
    program = Program(root)
    program.ship()
    archive(root)


def unpack(root: Path) -> None:
    Versions(root / "data", lambda _: 10**12, lambda _: None).unpack(root / "staging" / "app-0.2.0.tar.zst", "0.2.0")


def check_unpacked(root: Path) -> list[str]:
    """Half a version is taken for none; unpacking again makes it whole."""
    program, kept = Program(root), Versions(root / "data", lambda _: 10**12, lambda _: None)
    stands = versions.stands(program.program, program.data, "0.2.0") is not None
    wrong = ["taken for whole"] if stands and kept.sound("0.2.0") is None else []
    wrong += sound_starts(program, "0.1.0")
    unpack(root)
    folder = pointer.version_folder(program.data, "0.2.0")
    files = {name for name in FILES if (folder / name).read_bytes() == FILES[name]}
    return wrong + ([] if kept.sound("0.2.0") and files == set(FILES) else ["not whole in the end"])


# ---- trial


def lay_trial(body: str, tries: int = 0) -> Any:
    def lay(root: Path) -> None:
        program = Program(root)
        program.ship()
        program.add("0.2.0", body)
        program.on_trial("0.2.0", tries=tries)

    return lay


def start(root: Path) -> None:
    program = Program(root)
    starter.__main__.main(["--data", str(program.data)], program.program)


def check_trial(phase: str, version: str) -> Any:
    def check(root: Path) -> list[str]:
        program = Program(root)
        wrong = ["the pointer is torn"] if program.pointer() is None else []
        wrong += sound_starts(program, "0.1.0", "0.2.0")
        wrong += sound_starts(program, version)
        found = program.pointer()
        quarantined = RELEASE in starter.trial.quarantined(program.data)
        if found is None or found.phase != phase or quarantined is not (phase == "REVERTED"):
            wrong.append(f"came to {found}, quarantined: {quarantined}")
        return wrong

    return check


# ---- migration


def lay_old_store(root: Path) -> None:
    older_version.house(root / "data")


def migrate(root: Path) -> None:
    with known():
        open_house(root / "data", older_version.keystore()).close()


def check_migrated(root: Path) -> list[str]:
    """Old or new, whole; opening it once more brings it to the end."""
    with closing(Database(root / "data" / DATABASE, KEY).writer()) as connection:
        connection.execute("PRAGMA quick_check").fetchall()
    with known():
        before = older_version.version(root / "data")
        wrong = [] if before in upgrade.REVISIONS else [f"revision {before}"]
        wrong += sound_store(root / "data", len(NAMES))
    after = older_version.version(root / "data")
    return wrong + ([] if after == upgrade.HEAD else [f"came to {after}"])


# ---- letting go of old versions


def lay_many(root: Path) -> None:
    program = Program(root)
    program.ship()
    for version in ("0.2.0", "0.3.0", "0.4.0"):
        program.add(version)
    pointer.write(program.data, pointer.Pointer("0.4.0", "0.3.0", phase="COMMITTED"))


def tidy(root: Path) -> None:
    found = pointer.read(root / "data")
    assert found is not None
    Versions(root / "data").tidy(found)


def check_tidied(root: Path) -> list[str]:
    program = Program(root)
    wrong = sound_starts(program, "0.4.0")
    tidy(root)
    left = sorted(path.name for path in (program.data / "program" / "versions").iterdir())
    return wrong + ([] if left == ["0.3.0", "0.4.0"] else [f"left: {left}"])


# ---- from a release to the flip, with a real store and a real backup


class Stick:
    """Releases of a folder, without signatures: those are tried in tests/sync."""

    def __init__(self, root: Path) -> None:
        self._archive = root / "stick" / NEW.name

    def newest(self, ring: str) -> Release | None:
        return NEW

    def fetch(self, release: Release, into: Path, go_on: Callable[[], bool]) -> Path:
        into.mkdir(parents=True, exist_ok=True)
        part, data = into / f"{release.name}.part", self._archive.read_bytes()
        with part.open("ab") as file:
            got = file.tell()
            for piece in (data[got : got + 1000], data[got + 1000 :]):
                file.write(piece)
                file.flush()
            os.fsync(file.fileno())
        if part.read_bytes() != data:  # as `sync.signed_releases` does
            part.unlink()
            raise Corrupt("update_forged", what=release.name, why="hash")
        part.replace(into / release.name)
        sync_folder(into)
        return into / release.name


def lay_release(root: Path) -> None:
    program = Program(root)
    program.ship()
    program.data.rmdir()
    older_version.house(program.data, today=True)
    made = root / "made"
    lay_version(made, "0.2.0", GOOD)
    files = {str(path.relative_to(made)): path.read_bytes() for path in made.rglob("*.py")}
    members = [member(name, data) for name, data in files.items()]
    pack(root / "stick" / NEW.name, *members, member("version.json", listed(files).replace(b'"r1"', b'""')))
    shutil.rmtree(made)


def update(root: Path) -> None:
    data, keystore = root / "data", older_version.keystore()
    opened = open_house(data, keystore)
    try:
        made = Tools(
            Stick(root), Versions(data, lambda _: 10**12, lambda _: None), lambda _version, _go_on: 5,
            lambda _: opened.back_up(data / "kiosk.db.before-9"), lambda: 5, lambda: None,
        )  # fmt: skip
        notes = Notes(opened.store.fact, lambda change: opened.store.commit([], [change]))
        here = Installed(data, "", "0.1.0", "", upgrade.HEAD)
        updating = UpdateStates(here, made, Always("1"), notes, FakeClock(), SeededRandomness())
        for _ in range(6):
            updating.ask()
            updating.step(lambda: True)
    finally:
        opened.close()


def check_updated(root: Path) -> list[str]:
    """Nothing is lost and something starts; the update, done again, comes to its end, and the new version runs."""
    program = Program(root)
    wrong = sound_store(program.data, len(NAMES)) + sound_starts(program, "0.1.0", "0.2.0")
    found = program.pointer()
    if found is None or found.phase != "COMMITTED":
        update(root)
        wrong += sound_starts(program, "0.2.0")
        found = program.pointer()
    if found is None or (found.phase, found.current, found.tries) != ("COMMITTED", "0.2.0", 0):
        wrong.append(f"came to {found}")
    return wrong + sound_store(program.data, len(NAMES))


SCENARIOS: Final = [
    Scenario("update", lay_release, update, check_updated),
    Scenario("unpack", lay_archive, unpack, check_unpacked),
    Scenario("trial-good", lay_trial(GOOD), start, check_trial("COMMITTED", "0.2.0")),
    Scenario("trial-bad", lay_trial(CRASH), start, check_trial("REVERTED", "0.1.0")),
    Scenario("migrate", lay_old_store, migrate, check_migrated),
    Scenario("tidy", lay_many, tidy, check_tidied),
]
