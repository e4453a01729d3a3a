"""A migration tried on a thrown-away copy, by the program that would run it on the real store.

The copy lies in ``DATA/program/rehearsal`` under the store's own key, and is gone afterwards.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from kiosk.ports.store import Keystore
from kiosk.ports.world import World
from protocol.errors import Corrupt, Refused, Unavailable
from starter import launch, pointer
from storage.db import journal_check, upgrade
from storage.db.engine import Database, check_sqlite
from storage.disk.data_folder import DATABASE, prepare_folder
from storage.disk.whole_files import remove_tree
from storage.faults import border
from storage.keystore.store_secrets import StoreSecrets, instance_id

LONGEST_S: Final = 600.0
LOOK_S: Final = 0.2
UNFIT: Final = "update_unfit"
UNSAVED: Final = "upgrade_waits"
_FULL: Final = frozenset({"disk_full", "store_full"})
LATE: Final = 124
NOT_ITS_FAULT: Final = frozenset({3, -1, -2, -9, -15, 129, 130, 143, 0x40010004, 0xC000013A})
"""The exit codes of a self-test that lacked something (`kiosk.main.cli`: a locked keystore, room), and of one that
somebody else has ended: with the session, or for want of memory. From 129 on it has heard that itself. The last two
are what Windows makes of that.
"""
GoOn = Callable[[], bool]


def rehearse(data: Path, copy: Path, keystore: Keystore, world: World) -> dict[str, Any]:
    """Bring the copy up as the opening would, and verify its whole chain: ``{"ms", "schema", "entries"}``.

    Run by the staged version. Raises what opening raises.
    """
    check_sqlite()
    if not copy.is_file():  # a new one would be made, and pass
        raise Unavailable("store_failed", reason="cannot_open")
    with border():
        chance = world.randomness
        secrets = StoreSecrets(keystore, instance_id(data, keystore, chance, database_exists=True), chance)
        database = Database(copy, secrets.database_key(database_exists=True))
        begun_ms = world.clock.mono_ms()
        upgrade.bring_up(database, lambda _: None)
        took_ms = world.clock.mono_ms() - begun_ms
        with closing(database.writer()) as connection:
            journal_check.check_pages(connection)
            return {"ms": took_ms, "schema": upgrade.version(database), "entries": journal_check.check_all(connection)}


@contextmanager
def thrown_away(data: Path) -> Iterator[Path]:
    """A place for a copy. Raises Unavailable: disk_full, store_failed."""
    folder = pointer.program_folder(data) / "rehearsal"
    with border():
        remove_tree(folder)
        prepare_folder(folder)
        try:
            yield folder / DATABASE
        finally:
            remove_tree(folder)


def by_version(data: Path, version: str, copy: Path, go_on: GoOn) -> int:
    """The staged version's self-test and rehearsal, in a process of its own. Returns the milliseconds of the migration.

    Raises Corrupt("update_unfit") when it fails or takes too long; Refused("upgrade_waits") of `refuse_unsaved`;
    Unavailable: disk_full; update_paused when told to stop, or when it was ended or lacked something: no fault of the
    release.
    """
    folder = pointer.version_folder(data, version)
    asked = ["--data", str(data), "selftest", "--rehearse", str(copy)]
    try:
        process = subprocess.Popen(
            launch.command([launch.AS, str(folder), *asked]), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise Unavailable("store_failed", reason="program") from error
    return _read(*_watched(process, go_on), version)


def _watched(process: subprocess.Popen[bytes], go_on: GoOn) -> tuple[int, bytes]:
    begun = time.monotonic()
    while True:
        try:
            said = process.communicate(timeout=LOOK_S)[0]
        except subprocess.TimeoutExpired:
            late = time.monotonic() - begun > LONGEST_S
            if go_on() and not late:
                continue
            process.kill()
            process.communicate()
            if late:
                return LATE, b""
            raise Unavailable("update_paused") from None
        return process.returncode, said


def _read(code: int, said: bytes, version: str) -> int:
    report = _report(said)
    rehearsal = report.get("rehearsal")
    found = rehearsal.get("ms") if isinstance(rehearsal, dict) else None
    errors = _errors(report, rehearsal)
    if code != 0 and UNSAVED in errors and isinstance(rehearsal, dict):
        raise Refused(UNSAVED, n=rehearsal.get("n"))
    if code in NOT_ITS_FAULT and errors & _FULL:
        raise Unavailable("disk_full")
    if code in NOT_ITS_FAULT:
        raise Unavailable("update_paused")
    if code != 0 or type(found) is not int or found < 0:
        raise Corrupt(UNFIT, version=version)
    return found


def _report(said: bytes) -> dict[str, Any]:
    try:
        found = json.loads(said)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _errors(report: dict[str, Any], rehearsal: object) -> set[str]:
    """The codes of what was in the way, in whatever step."""
    steps = report.get("steps")
    parts = [rehearsal, *(steps.values() if isinstance(steps, dict) else ())]
    return {str(part.get("error", "")) for part in parts if isinstance(part, dict)}
