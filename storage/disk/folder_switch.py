"""One store takes the place of another, or is put aside: whatever is interrupted, one whole store is there afterwards.

``DATA/switch`` is written whole before anything is moved, and removed last. Whoever opens the folder, under its lock,
first does what a record that still lies there says; each step may run twice. Before the record there is the old store,
after it the new one. The old one lies in a folder ``put-aside-…``, encrypted as it was, for 30 days.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from starter.files import replace_whole, sync_folder
from storage.disk.data_folder import ASIDE, DATABASE, EVIDENCE, INSTANCE, NOTEBOOK, instance_in
from storage.disk.whole_files import remove_tree

RECORD: Final = "switch"
STAGED: Final = "restoring"
ASIDE_MS: Final = 30 * 86_400_000
SEEN: Final = "seen"
_LOGS: Final = (f"{DATABASE}-wal", f"{DATABASE}-shm")
_ASIDE: Final = re.compile(re.escape(ASIDE) + r"[0-9]{8}-[0-9]{6}(-[0-9]+)?")


def begin(folder: Path, when: str, *, with_instance: bool) -> Path:
    """Put the store in `folder` aside, and the staged one, if there is one, in its place. Returns where the old is.

    As `note`, and at once. Raises OSError; then `finish` goes on at the next opening.
    """
    aside = write_record(folder, when, with_instance=with_instance, staged=(folder / STAGED / DATABASE).exists())
    finish(folder)
    return aside


def write_record(folder: Path, when: str, *, with_instance: bool, staged: bool = False) -> Path:
    """Write down that it is to be so; `finish` does it, at the next opening at the latest. Raises OSError.

    `when` (``20261125-1200``…) names it. `with_instance`: its id goes with it, so that what comes has keys of its own
    and is set up from the beginning.
    `staged`: what is staged takes its place.
    """
    name, again = f"{ASIDE}{when}", 1
    while (folder / name).exists():
        name, again = f"{ASIDE}{when}-{again}", again + 1
    record = {"v": 1, "aside": name, "instance": with_instance, "staged": staged}
    replace_whole(folder / RECORD, json.dumps(record).encode())
    return folder / name


def finish(folder: Path) -> bool:
    """Do what a record says that still lies there. Whether there was one. Raises OSError.

    Where there is none, what is staged is the half of a restore that was killed: it goes, lest the next record takes
    it for its own.
    """
    record = folder / RECORD
    if not record.exists():
        with suppress(OSError):
            remove_tree(folder / STAGED)
        return False
    said = json.loads(record.read_bytes())
    aside, staged = folder / said["aside"], folder / STAGED
    if not said["staged"] or (staged / DATABASE).exists():  # the new database comes last: until then the old one goes
        aside.mkdir(mode=0o700, exist_ok=True)
        evidence = [EVIDENCE] if not said["staged"] or (staged / EVIDENCE).exists() else []
        instance = [INSTANCE, NOTEBOOK] if said["instance"] else []
        for name in (*_LOGS, DATABASE, *evidence, *instance):
            _move(folder / name, aside / name)
        sync_folder(aside)
        sync_folder(folder)
        for name in (EVIDENCE, DATABASE) if said["staged"] else ():
            _move(staged / name, folder / name)
            sync_folder(folder)
    record.unlink()
    sync_folder(folder)
    with suppress(OSError):  # empty by now, or what is in it waits for the next restore
        remove_tree(staged)
    return True


def sweep(folder: Path, trusted_ms: int, forget: Callable[[str], None]) -> int:
    """Remove what was put aside 30 days ago, by the centre's time: `trusted_ms`, which no clock here can put ahead.

    `forget` is told the id of an installation whose keys nobody needs then. How many went; what cannot be removed
    waits for the next time. Raises OSError, and what `forget` raises.
    """
    gone = 0
    for aside in sorted(folder.iterdir()):
        if _ASIDE.fullmatch(aside.name) and trusted_ms - _first_seen(aside, trusted_ms) > ASIDE_MS:
            if (instance := instance_in(aside)) is not None:
                forget(instance)
            with suppress(OSError):
                remove_tree(aside)
                gone += 1
    return gone


def _first_seen(aside: Path, trusted_ms: int) -> int:
    """When it was first looked at, by the same clock."""
    seen = aside / SEEN
    with suppress(OSError, ValueError):
        return int(seen.read_text(encoding="ascii"))
    replace_whole(seen, str(trusted_ms).encode())
    return trusted_ms


def _move(source: Path, target: Path) -> None:
    """Once more does nothing: what has moved is not there any more."""
    if source.exists():
        if target.is_dir() and not any(target.iterdir()):
            target.rmdir()
        source.replace(target)
