"""`manfaz backup`, `restore`, `move`, `retire`: what a technician does while no counter runs on the folder.

Each says what it did in both languages. Exit codes are those of the command line; with ``--check``, `move` and `retire`
only look: 0 nothing is in the way, 1 something is (an uninstaller asks this before it erases).
"""

from __future__ import annotations

import argparse
import shlex
import subprocess  # noqa: TID251 - it only quotes a command for Windows
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

from kiosk import VERSION
from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Event, Events, RequestsChanged, SyncChanged
from kiosk.main.cli import OK, REFUSED
from kiosk.main.without_window import at_work, finish_leaving, opened_store, system_keystore, this_world
from kiosk.setup.setup_host import Offered
from kiosk.upkeep import departure
from kiosk.upkeep.backup.backup_maker import BackupMaker, Parts
from kiosk.upkeep.departure import Kind
from protocol.clock import moment
from protocol.errors import Refused, Unavailable
from protocol.program import outside
from protocol.program.terminal import say_both
from protocol.values.arabic import isolate
from storage.backup import backup_contents, nearby_backups
from storage.backup.backup_files import Cover
from storage.backup.restoring import Restoring
from storage.backup.second_place import SecondPlaces
from storage.disk import folder_switch
from storage.disk.data_folder import DATABASE
from storage.keystore import store_erasure
from storage.opening import Opened

ANSWER_BYTES: Final = 1 << 16
ANSWER_S: Final = 60.0
"""How long the centre may take to acknowledge that a counter leaves."""
Say = Callable[[str], None]


def backup(asked: argparse.Namespace, say: Say = print) -> int:
    """A backup now, and in the second place; `--choose` names that. Raises as `BackupMaker`."""
    with opened_store(asked.data) as opened:
        backups = _backups(opened, asked.data)
        if asked.choose is not None:
            backups.second_place.choose(str(asked.choose))
        made = backups.local(_always, _silent)
        say_both(say, "keeping.made", place=str(backups.here), name=made.name, entries=made.entries)
        if backups.second_place.shown():
            backups.second(_always, _silent)
            say_both(say, "keeping.made", place=str(backups.second_place.path()), name=made.name, entries=made.entries)
    return OK


def restore(asked: argparse.Namespace, say: Say = print) -> int:
    """Put a backup back. Raises as `storage.backup.restoring.Restoring`, as `_refuse_above` and `outside`."""
    _refuse_above(asked.backup, asked.data)
    with closing(Restoring(asked.data, system_keystore(), this_world().randomness)) as at:
        if asked.request is not None:
            outside.write(asked.request, at.request(asked.backup))
            say_both(say, "keeping.asked", file=str(asked.request))
            return OK
        answer = None if asked.answer is None else outside.read(asked.answer, ANSWER_BYTES)
        done = at.restore(
            asked.backup, answer, _always, _silent,
            despite_newer=asked.despite_newer, without_pictures=asked.without_pictures,
        )  # fmt: skip
    one = done.manifest
    say_both(say, "keeping.restored", shop=one.shop, till=one.till, seq=one.seq)
    if done.aside is not None:
        say_both(say, "keeping.aside", place=str(done.aside))
    return OK


def _refuse_above(folder: Path, data: Path) -> None:
    """Whoever names the stick, the data folder, or the folder that the backups lie in, hears which one to name.

    Raises Refused("restore_above"), Unavailable("restore_none"); a backup that is damaged is for the restore to say.
    """
    try:
        itself = data.exists() and folder.samefile(data)
        if not itself and any((folder / name).exists() for name in (backup_contents.MANIFEST, DATABASE)):
            return
    except OSError:  # a stick that does not read, or may not be read
        return
    found = nearby_backups.find([folder.absolute()])
    there = [one for one in found if one.whole] or [one for one in found if one.manifest is not None]
    if not there:
        raise Unavailable("restore_none", place=isolate(str(folder)))
    line = ["manfaz", "restore", str(_newest(there))]
    command = subprocess.list2cmdline(line) if sys.platform == "win32" else shlex.join(line)
    raise Refused("restore_above", n=len(there), place=isolate(str(folder)), command=isolate(command))


def _newest(there: Sequence[Offered]) -> Path:
    """The counter by when a copy was made, its copy by where the journal stood: a clock may have been wrong."""
    known = [(one.manifest, one.folder) for one in there if one.manifest is not None]
    last = max(known, key=lambda one: one[0].made_ms)[0]
    return max((one for one in known if one[0].device == last.device), key=lambda one: one[0].order)[1]


def leave(asked: argparse.Namespace, say: Say = print) -> int:
    """Move or retire. Raises Refused("leaving_refused"), Unavailable("leaving_unsent")."""
    kind: Kind = asked.command
    with opened_store(asked.data) as opened:
        enrolled = opened.store.enrolment() is not None
        owes = enrolled and not departure.acknowledged(opened.store, kind)
        found = departure.obstacles(opened.store, ignore_leaving=True) if owes else []
        for one in found:
            say_both(say, f"leaving.{one.code}", n=one.n)
        if asked.check and not found:
            say_both(say, "leaving.clear")
        if asked.check:
            return REFUSED if found else OK
        if found:
            raise Refused("leaving_refused", n=len(found))
        if owes:
            _send(asked, opened, kind)
        folder = asked.data.resolve()
        _go(folder, kind)
    finish_leaving(folder)
    say_both(say, f"leaving.done_{kind}")
    return OK


def _go(folder: Path, kind: Kind) -> None:
    """It is written down what becomes of the store, while nobody else can open it and work on."""
    if kind == "retire":
        store_erasure.begin(folder, system_keystore(), "retired")
    else:
        folder_switch.write_record(
            folder, moment(this_world().clock.wall_ms()).strftime("%Y%m%d-%H%M%S"), with_instance=True
        )


def _send(asked: argparse.Namespace, opened: Opened, kind: Kind) -> None:
    """Write the entry of type 21 and wait until the centre has it. Raises Unavailable("leaving_unsent")."""
    events, heard, store = Events(), threading.Event(), opened.store
    counter = at_work(opened, asked, events)

    def hear(event: Event) -> None:
        if isinstance(event, RequestsChanged | SyncChanged) and departure.acknowledged(store, kind):
            heard.set()

    events.subscribe(hear)
    departure.say(store, counter.counter.journal, kind)
    counter.line.start(this_world().start)
    try:
        counter.line.now()
        heard.wait(ANSWER_S)
    finally:
        counter.line.stop()
    if not departure.acknowledged(store, kind):
        raise Unavailable("leaving_unsent")


def _backups(opened: Opened, folder: Path) -> BackupMaker:
    parts = Parts(opened.copies, Cover, SecondPlaces(folder), folder, VERSION)
    return BackupMaker(parts, opened.store, DocumentsInForce(opened.store, Events()), this_world(), opened.store.commit)


def _always() -> bool:
    return True


def _silent(_done: int, _whole: int) -> None:
    return None
