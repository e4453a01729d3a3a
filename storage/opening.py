"""Opening the store: lock, secrets, key, form, chain, mirror — in this order, and none of it by halves."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from kiosk.model.facts import PIN_GUESSES
from kiosk.ports.store import Keystore
from kiosk.ports.world import World
from protocol.errors import Refused, Unavailable
from protocol.program.os_errors import away_as
from protocol.values.arabic import isolate
from storage import rollback
from storage.backup import database_copy, stores_put_aside
from storage.backup.backup_files import BackupFiles
from storage.backup.file_rescue import rescue
from storage.db import journal_check, upgrade
from storage.db.connections import Readers, Source
from storage.db.engine import Database, check_sqlite
from storage.db.file_identity import FileIdentity
from storage.db.journal_check import GoOn, always
from storage.db.sql_store import SqlStore
from storage.db.writer import Writer
from storage.disk import data_folder as rules
from storage.disk import folder_switch
from storage.disk.data_folder import EVIDENCE, INSTANCE, prepare_folder, refuse_gone, refuse_linked
from storage.disk.disk_space import FLOOR_BYTES, MIB, DiskSpace, is_full
from storage.disk.evidence_store import EvidenceStore
from storage.disk.folder_lock import FolderLock, instance_lock
from storage.disk.whole_files import Stopped
from storage.faults import border
from storage.keystore import journal_mirror as mirror
from storage.keystore import store_erasure
from storage.keystore.journal_mirror import KeystoreMirror, Mirrored
from storage.keystore.store_secrets import StoreSecrets, forget_all, instance_id

DATABASE: Final = rules.DATABASE
COPIES: Final = 3
"""What an upgrade writes at most, in sizes of the database: the copy made before, and the log of its one commit."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What lasts, ready for work.

    `found_version` is the form in which the database was found (None: it is new); `rolled_back` says that it was
    opened despite being behind its mirror. `check` reads every page and verifies the whole chain, which takes seconds
    for each gigabyte: when idle, never in front of an operator. It asks what it is given, many times a
    second, whether to go on, and answers None when it was not to. `back_up` writes a verified copy under the same key.
    Both answer with the number of entries and raise Corrupt or Unavailable; sales go on meanwhile. `copies` makes the
    backups that a person relies on; `sweep`, given the centre's time, removes stores that were put aside long ago.
    """

    store: SqlStore
    mirror: KeystoreMirror
    secrets: StoreSecrets
    found_version: str | None
    rolled_back: bool
    pictures: EvidenceStore
    copies: BackupFiles
    sweep: Callable[[int], int]
    check: Callable[..., int | None] = field(repr=False)
    back_up: Callable[[Path], int] = field(repr=False)  # it holds the key
    _close: Callable[[], None] = field(repr=False)

    def close(self) -> None:
        """Write the mirror, close the database, let go of the folder; all three, whatever the first says."""
        self._close()


def open_store(
    folder: Path,
    keystore: Keystore,
    world: World,
    *,
    despite_rollback: bool = False,
    space: Callable[[Path], DiskSpace] = DiskSpace,
) -> Opened:
    """The store of `folder`, made there at the first start.

    Raises Refused (already_running, store_newer, folder_remote, folder_synced, database_linked), Unavailable
    (keystore_…, sqlite_old, store_full, store_failed, store_pragma, backup_failed, folder_unusable),
    Corrupt (store_key, database_key_lost, instance_lost, journal_damaged, store_damaged, rolled_back,
    mirror_gone). With `despite_rollback` the last two are only reported, for the export and the new epoch that follow.
    """
    check_sqlite()
    with _full_said(folder, space), ExitStack() as undo:
        folder = prepare_folder(folder)
        undo.callback(FolderLock(folder).release)
        exists = (path := _database(folder, keystore)).exists()
        secrets = _secrets(folder, keystore, world, undo, database_exists=exists)
        remembered, key = _unlock(folder, secrets, database_exists=exists)
        database = Database(path, key)
        if remembered is not None and not despite_rollback and (not exists or upgrade.version(database) is None):
            raise rollback.fault(remembered, 0, 0)  # an emptied file or folder is evidence: nothing is built in it
        found = upgrade.bring_up(database, lambda version: database_copy.before_upgrade(path, key, version))
        room = space(folder)
        save = partial(rescue, now_ms=world.clock.wall_ms, key=key, instance=secrets.instance)
        store = _store(database, room, partial(_forget_copies, path, key, keystore), save)
        undo.callback(store.close)
        rolled_back = rollback.compare(store, remembered, despite=despite_rollback)
        behind = _mirror(world, secrets, remembered, store, undo)
        if not rolled_back:
            rollback.catch_up(behind, store, remembered)
        room.keep()
        return Opened(
            store, behind, secrets, found, rolled_back, EvidenceStore(folder, room, world.randomness),
            BackupFiles(path, key, folder / EVIDENCE), partial(folder_switch.sweep, folder, forget=partial(forget_all,
            keystore)), partial(_check, store, path, key), partial(database_copy.write, path, key=key),
            undo.pop_all().close,
        )  # fmt: skip


def refuse_none(folder: Path) -> None:
    """For a command that only makes sense where a counter has been: opening would make one in whatever was named.

    Raises Refused("store_none"), Unavailable: folder_gone, folder_unusable where nobody may look.
    """
    refuse_gone(folder)
    with away_as("folder_unusable"):
        found = set(os.listdir(folder)) if folder.exists() else set()  # noqa: PTH208 - names are wanted
    if found.isdisjoint((DATABASE, INSTANCE, folder_switch.STAGED, store_erasure.ERASED)):
        raise Refused("store_none", place=isolate(str(folder.absolute())))


def _database(folder: Path, keystore: Keystore) -> Path:
    """Where it lies, once what was interrupted is done: an erasure, a restore or a move that had begun."""
    store_erasure.finish(folder, keystore)
    folder_switch.finish(folder)
    path = folder / DATABASE
    refuse_linked(path)
    return path


def _secrets(folder: Path, keystore: Keystore, world: World, undo: ExitStack, *, database_exists: bool) -> StoreSecrets:
    """What the keystore holds of this installation, once no copy of its folder is at work."""
    instance = instance_id(folder, keystore, world.randomness, database_exists=database_exists)
    undo.callback(instance_lock(instance).release)
    return StoreSecrets(keystore, instance, world.randomness)


@contextmanager
def _full_said(folder: Path, space: Callable[[Path], DiskSpace]) -> Iterator[None]:
    """Where opening fails for room: an upgrade copies the whole database first, and the log needs some blocks always.

    The ballast goes, so that at the next opening what is here can at least be looked at, sent and closed.
    """
    try:
        with border():
            yield
    except Unavailable as error:
        said = error.code in ("store_failed", "backup_failed") and is_full(folder)
        if not said and "disk_full" not in (error.code, error.values.get("reason")):
            raise
        with suppress(OSError):
            space(folder).release()
            size = (folder / DATABASE).stat().st_size if (folder / DATABASE).exists() else 0
            need_mb = -(-(COPIES * size + FLOOR_BYTES) // MIB)
            raise Unavailable("store_full", need_mb=need_mb, place=isolate(str(folder))) from error
        raise


def _store(
    database: Database,
    room: DiskSpace,
    forget_copies: Callable[[], None],
    save: Callable[[FileIdentity, Any], None],
) -> SqlStore:
    names = FileIdentity(database.path)
    source = Source(names)
    writer = Writer(source, database.existing, journal_check.check_last, room.release, partial(save, names))
    return SqlStore(source, writer, Readers(source, database.reader, writer.settle), room, forget_copies)


def _mirror(
    world: World, secrets: StoreSecrets, remembered: Mirrored | None, store: SqlStore, undo: ExitStack
) -> KeystoreMirror:
    guesses = PIN_GUESSES.kept(store) or 0
    behind = KeystoreMirror(secrets, world.clock.mono_ms, remembered=remembered, guesses=guesses)
    behind.start(world.start)
    undo.callback(behind.stop)
    return behind


def _forget_copies(path: Path, key: bytes, keystore: Keystore) -> None:
    """Whom the store has just forgotten, nothing beside it names any longer. Raises OSError, Unavailable."""
    stores_put_aside.erase_along(path.parent, key)
    database_copy.forget(path)
    stores_put_aside.forget_moved(path.parent, keystore)


def _unlock(folder: Path, secrets: StoreSecrets, *, database_exists: bool) -> tuple[Mirrored | None, bytes]:
    remembered = mirror.read(secrets)
    # Where the mirror remembers a journal there was a database: the key of its backup is not replaced.
    key = secrets.database_key(database_exists=database_exists or remembered is not None)
    secrets.remember(folder)
    return remembered, key


def _check(store: SqlStore, path: Path, key: bytes, go_on: GoOn = always) -> int | None:
    try:
        with store.looking() as connection:
            journal_check.check_pages(connection, go_on)
            count = journal_check.check_all(connection, go_on)
    except Stopped:
        return None
    stores_put_aside.erase_along(path.parent, key)
    with border():
        database_copy.forget(path)
    return count
