"""The steps at which the disk is full: an update with a real store, copy and backup; a migration; a restore."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.core.system_world import system_world
from kiosk.main.upkeep_wiring import Always
from kiosk.upkeep.updates.update_parts import Installed, Tools
from kiosk.upkeep.updates.update_standing import Notes
from kiosk.upkeep.updates.update_states import UpdateStates
from protocol.errors import Unavailable
from starter import pointer, versions
from storage.backup.backup_contents import PICTURES
from storage.backup.restoring import Restoring
from storage.db import upgrade
from storage.disk import folder_switch
from storage.disk.disk_space import is_full
from storage.opening import Opened
from storage.versions import migration_rehearsal
from storage.versions.program_versions import Versions
from tests.harness import older_version
from tests.harness.enrolled_store import open_house
from tests.harness.fakes.fake_world import FakeClock, SeededRandomness
from tests.harness.tiny_program import CRASH, GOOD, Program
from tests.scenarios.cuts import keeping, updating
from tests.scenarios.cuts.lack import MARK, Lack
from tests.storage.backup.test_backup_making import always, cover, silent

BACKUPS: Final = "backups"


# ---- an update


def tools(root: Path, opened: Opened) -> Tools:
    data = root / "data"

    def rehearse(_version: str, _go_on: object) -> int:
        with migration_rehearsal.thrown_away(data) as copy:
            opened.back_up(copy)
            return int(migration_rehearsal.rehearse(data, copy, older_version.keystore(), system_world())["ms"])

    def back_up(_go_on: object) -> None:
        opened.copies.make(data / BACKUPS, cover(), always, silent)

    def free(folder: Path) -> int:
        """The small disk counts as a large one until it is full."""
        return 0 if is_full(folder) else 10**12

    kept = Versions(data, free, lambda _: None)
    return Tools(updating.Stick(root), kept, rehearse, back_up, lambda: 5, lambda: None)


def update(root: Path) -> None:
    """From a release to the flip. Raises what was in the way."""
    opened = open_house(root / "data", older_version.keystore())
    try:
        (root / MARK).touch()
        notes = Notes(opened.store.fact, lambda change: opened.store.commit([], [change]))
        here = Installed(root / "data", "", "0.1.0", "", upgrade.HEAD)
        machine = UpdateStates(here, tools(root, opened), Always("1"), notes, FakeClock(), SeededRandomness())
        for _ in range(12):  # what could not be read once is fetched again
            machine.ask()
            machine.step(lambda: True)
            standing = machine.standing()
            if standing.trouble:
                raise Unavailable(
                    standing.trouble, need_mb=standing.need_mb, reason="-", place="-", version=standing.version
                )
        assert Program(root).pointer() is not None
        assert machine.standing().phase == "TRIAL"
    finally:
        opened.close()


def one_version_stands(root: Path) -> list[str]:
    """While the disk is full: a whole version can be started, and nothing half-made takes the room that lacks."""
    program = Program(root)
    wrong = [] if versions.candidates(program.program, program.data) else ["no version can be started"]
    if (program.data / "program" / pointer.NAME).exists() and program.pointer() is None:
        wrong.append("the pointer is torn")
    half = [*program.data.glob("program/rehearsal/*"), *program.data.glob(f"{BACKUPS}/*.part")]
    return wrong + [f"half-made: {path.name}" for path in half]


def start_again(root: Path) -> None:
    """In a process of its own: the starter spoils the one that it runs in."""
    Program(root).start()


# ---- a restore


def restore(root: Path) -> None:
    backup = next(path for path in (root / "stick").iterdir() if path.name != PICTURES)
    at = Restoring(root / "data", keeping.KeptKeystore(root), SeededRandomness(3), lambda _: 10**12)
    try:
        (root / MARK).touch()
        at.restore(backup, None, always, silent, despite_newer=True)
    finally:
        at.close()


def nothing_staged(root: Path) -> list[str]:
    begun = (root / "data" / folder_switch.RECORD).exists()
    staged = (root / "data" / folder_switch.STAGED).exists()
    return ["what was staged takes room"] if staged and not begun else []


def back_up(root: Path) -> None:
    opened = keeping.house(root)
    try:
        (root / MARK).touch()
        opened.copies.prune(root / "stick", opened.copies.make(root / "stick", cover(1), always, silent))
    finally:
        with suppress(Unavailable):  # the keystore of these tests lies on the full disk, too
            opened.close()


def no_half_backup(root: Path) -> list[str]:
    return [f"half-made: {path.name}" for path in (root / "stick").glob("*.part")]


SCENARIOS: Final[list[Lack]] = [
    Lack(
        "update", updating.lay_release, update, updating.check_updated, frozenset({"update_full"}),
        stands=one_version_stands, again=update,
    ),
    Lack(
        "trial-good", updating.lay_trial(GOOD), updating.start, updating.check_trial("COMMITTED", "0.2.0"),
        stands=one_version_stands, again=start_again,
    ),
    Lack(
        "trial-bad", updating.lay_trial(CRASH), updating.start, updating.check_trial("REVERTED", "0.1.0"),
        stands=one_version_stands, again=start_again,
    ),
    Lack(
        "migrate", updating.lay_old_store, updating.migrate, updating.check_migrated, frozenset({"store_full"}),
        again=updating.migrate,
    ),
    Lack(
        "backup", keeping.lay, back_up, keeping.check_backup, frozenset({"backup_full"}), stands=no_half_backup,
        again=back_up,
    ),
    Lack(
        "restore", keeping.lay, restore, keeping.check_restored, frozenset({"restore_full"}), stands=nothing_staged,
        again=restore,
    ),
]  # fmt: skip
