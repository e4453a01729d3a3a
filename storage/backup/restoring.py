"""Putting a store back from a backup: into a new folder, read whole there, and only then in the place of the old one.

The key is this machine's own where it made the backup; else the centre is asked (docs/protocol.md). The epoch of
what is put back is over: no number of it is ever used again (kiosk/upkeep/backup/restored_store.py).
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.model.facts import PIN_GUESSES
from kiosk.ports.store import Keystore
from kiosk.ports.world import Randomness
from kiosk.upkeep.backup.backup_maker import GoOn, Progress
from kiosk.upkeep.backup.restored_store import RESTORED, RestoredStore
from protocol.clock import moment
from protocol.errors import Corrupt, KioskError, Refused, Unavailable, malformed_as
from protocol.program import os_errors
from protocol.values.arabic import isolate
from protocol.wire import sealing
from protocol.wire.backup_manifest import Manifest
from starter.files import is_link, is_regular, plain
from starter.lock import Busy, ProgramLock
from storage.backup import backup_contents
from storage.db import compiled, upgrade
from storage.db.commit import fact, last
from storage.db.engine import Database
from storage.disk import folder_switch
from storage.disk.data_folder import DATABASE, EVIDENCE, prepare_folder
from storage.disk.disk_space import free_bytes
from storage.disk.folder_lock import FolderLock, instance_lock
from storage.disk.whole_files import Stopped, copy_whole, progress, remove_tree
from storage.faults import border
from storage.keystore import journal_mirror, store_erasure
from storage.keystore.journal_mirror import Mirrored
from storage.keystore.store_secrets import StoreSecrets, instance_id

ASKING: Final = "restore-key"


@dataclass(frozen=True, slots=True)
class Done:
    """What stands now, and where the old store was put (None: there was none)."""

    manifest: Manifest
    aside: Path | None


class Restoring:
    """One folder while no counter runs on it, and no update; `close` lets go of it."""

    def __init__(
        self, folder: Path, keystore: Keystore, randomness: Randomness, free: Callable[[Path], int] = free_bytes
    ) -> None:
        """Raises Refused: already_running, erased_by_order; Unavailable("keystore_…"), Corrupt("instance_lost")."""
        with border(), ExitStack() as locks:
            self.folder = prepare_folder(folder)
            locks.enter_context(FolderLock(self.folder))
            locks.enter_context(_program_lock(self.folder))
            store_erasure.finish(self.folder, keystore)  # else the next start would take what is put back now
            folder_switch.finish(self.folder)
            exists = (self.folder / DATABASE).exists()
            instance = instance_id(self.folder, keystore, randomness, database_exists=exists)
            locks.enter_context(instance_lock(instance))
            self._locks = locks.pop_all()
        self._secrets = StoreSecrets(keystore, instance, randomness)
        self._free = free

    def close(self) -> None:
        self._locks.close()

    def request(self, source: Path) -> bytes:
        """The file that asks the centre for the key of a backup, for this machine alone; the same each time.

        Raises Corrupt("backup_damaged"), Unavailable: restore_place, keystore_….
        """
        one = _manifest(_outside(source))
        private = self._secrets.get(ASKING) or self._secrets.make(ASKING)
        return json.dumps({
            "v": 1, "kind": "manfaz-recovery", "device": one.device, "epoch": one.epoch, "seq": one.seq,
            "shop": one.shop, "sealed": one.sealed.hex(), "machine": sealing.public_of(private).hex(),
        }).encode()  # fmt: skip

    def restore(
        self, source: Path, answer: bytes | None, go_on: GoOn, told: Progress, *,
        despite_newer: bool = False, without_pictures: bool = False,
    ) -> Done:  # fmt: skip
        """Put the backup in `source` in the place of the store here.

        `answer` is the centre's file. `without_pictures` is for a backup of which one of them has suffered: the money
        and the names are not lost for it. Raises Refused: backup_asks (no key here: ask with `request`), backup_newer,
        backup_other, backup_behind (the store here is sound and holds more; not with `despite_newer`);
        Corrupt: recovery_key, backup_damaged; Unavailable: restore_stopped, restore_full, restore_place.
        """
        source = _outside(source)
        one = _manifest(source)
        one = replace(one, pictures=()) if without_pictures else one
        here, remembered = self._here(), journal_mirror.read(self._secrets)
        if here is not None and not (here[3] and remembered is None):  # what was put back by mistake may go again
            if here[0] != uuid.UUID(one.device).bytes:
                raise Refused("backup_other", shop=one.shop, till=one.till)
            if here[1:3] > (one.epoch, one.seq) and not despite_newer:
                raise Refused("backup_behind", here=here[2], backup=one.seq)
        keys = self._keys(one, answer)
        staged = self.folder / folder_switch.STAGED
        with _told_apart(source, staged, _size(source, one)):
            self._stage(one, source, staged, (go_on, told))
            self._make_mine(staged / DATABASE, one, keys, go_on)
            seen = 0 if remembered is None else remembered.epoch
            found = remembered.seq if remembered is not None and seen == one.epoch else 0
            later = remembered.seq if remembered is not None and seen > one.epoch else 0
            said = RestoredStore(one.epoch, one.seq, found, seen, later)
            _close_epoch(staged / DATABASE, keys, said, remembered)
            had = (self.folder / DATABASE).exists()
            when = moment(one.made_ms).strftime("%Y%m%d-%H%M%S")
            aside = folder_switch.begin(self.folder, when, with_instance=False)
        with suppress(Unavailable):  # a key that opens nothing more
            self._secrets.forget(ASKING)
        return Done(one, aside if had else None)

    def _here(self) -> tuple[bytes, int, int, bool] | None:
        """Device, epoch and number where the store here stands, and whether it was put back itself and its epoch is
        over; None where there is none that opens.
        """
        path, key = self.folder / DATABASE, self._secrets.get("database-key")
        if key is None or not path.exists():
            return None
        with suppress(KioskError), border(), closing(Database(path, key).reader()) as connection:
            chain = last(connection)[0]
            said = fact(connection, RESTORED)
            return chain.device, chain.epoch, chain.seq, said is not None and said.epoch == chain.epoch
        return None

    def _keys(self, one: Manifest, answer: bytes | None) -> tuple[bytes, bytes]:
        """What opens the backup, and what is to open the store here: where its own is lost, what it opened is, too.

        An answer where nothing was asked is an earlier computer's, left on the stick: it is passed over.
        """
        mine = self._secrets.get("database-key") or self._secrets.make("database-key")
        private = None if answer is None else self._secrets.get(ASKING)
        if answer is None or private is None:
            return mine, mine
        return sealing.open_at_machine(_answer(answer), uuid.UUID(one.device).bytes, one.sealed, private), mine

    def _stage(self, one: Manifest, source: Path, staged: Path, how: tuple[GoOn, Progress]) -> None:
        go_on, told = how
        files = _parts(source, one)
        odd = [file.name for file in files if os.path.lexists(file) and not is_regular(file)]
        if odd or is_link(source.parent / backup_contents.PICTURES):
            raise Corrupt("backup_damaged", found=isolate(odd[0] if odd else backup_contents.PICTURES))
        size = sum(file.stat().st_size for file in files)
        if self._free(self.folder) < size + backup_contents.SPARE_BYTES:
            raise backup_contents.full("restore_full", size, self.folder)
        remove_tree(staged)
        (staged / EVIDENCE).mkdir(mode=0o700, parents=True)
        step = progress(size, told, go_on)
        for file in files:
            copy_whole(file, (staged if file.name == DATABASE else staged / EVIDENCE) / file.name, step)

    def _make_mine(self, database: Path, one: Manifest, keys: tuple[bytes, bytes], go_on: GoOn) -> None:
        """Read all of it with its key, and give it the key of this folder."""
        key, mine = keys
        if not _opens(database, key):
            raise Refused("backup_asks", shop=one.shop, till=one.till)
        if backup_contents.check(database, key, go_on) != one.entries or not _is(one, database, key):
            raise Corrupt("backup_damaged", found=DATABASE)
        found = upgrade.version(Database(database, key))
        if not upgrade.opens(found, partial(upgrade.compatible_with, Database(database, key))):
            raise Refused("backup_newer", program=one.program)
        backup_contents.check_pictures(database, key, database.parent / EVIDENCE, one.pictures)
        if key != mine:
            backup_contents.rekey(database, key, mine)
            backup_contents.check(database, mine, go_on)


def _outside(source: Path) -> Path:
    """As a whole path: `.` has no folder beside it, and the pictures lie there. Raises Unavailable("file_away")."""
    with os_errors.translating(source):
        return plain(Path(os.path.abspath(source)))  # noqa: PTH100 - `..` goes, too; it is no link that it leads out of


def _manifest(source: Path) -> Manifest:
    """A stick that was pulled out is one thing, a folder that lost its manifest another."""
    try:
        return backup_contents.manifest_of(source)
    except Unavailable as error:
        file = source / backup_contents.MANIFEST
        with suppress(OSError):
            if source.is_dir() and (file.is_dir() or not file.exists()):
                raise Corrupt("backup_damaged", found=backup_contents.MANIFEST) from error
        raise Unavailable("restore_place", place=isolate(str(source))) from error


def _is(one: Manifest, database: Path, key: bytes) -> bool:
    """Whether it stands where its manifest says. Nobody signs that: what a restore lacks could be hidden by it."""
    with border(), closing(Database(database, key).reader()) as connection:
        chain = last(connection)[0]
    return (chain.device, chain.epoch, chain.seq) == (uuid.UUID(one.device).bytes, one.epoch, one.seq)


def _opens(database: Path, key: bytes) -> bool:
    try:
        with border(), closing(Database(database, key).reader()):
            return True
    except Corrupt:
        return False


def _close_epoch(database: Path, keys: tuple[bytes, bytes], said: RestoredStore, remembered: Mirrored | None) -> None:
    """With the guesses that the keystore has counted: a backup gives none of them back.

    PINs that were set on another computer do not open here, for want of its pepper: each is set anew.
    """
    guesses = 0 if remembered is None else remembered.guesses
    with border(), closing(Database(database, keys[1]).writer()) as connection:
        guesses = max(guesses, fact(connection, PIN_GUESSES) or 0)
        for change in (RESTORED.put(said), PIN_GUESSES.put(guesses)):
            compiled.PUT_FACT(connection, change)
        if keys[0] != keys[1]:
            connection.execute(compiled.FORGET_PINS.sql)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def _answer(content: bytes) -> bytes:
    with malformed_as(Corrupt("recovery_key")):
        return bytes.fromhex(json.loads(content)["answer"])


def _program_lock(folder: Path) -> ProgramLock:
    try:
        return ProgramLock(folder)
    except Busy as error:
        raise Refused("already_running") from error


def _parts(source: Path, one: Manifest) -> list[Path]:
    return [source / DATABASE, *(source.parent / backup_contents.PICTURES / name for name in one.pictures)]


def _size(source: Path, one: Manifest) -> int:
    """What the parts take on the disk; a stick that was pulled meanwhile is noticed where it is read."""
    with suppress(OSError):
        return sum(file.stat().st_size for file in _parts(source, one))
    return 0


@contextmanager
def _told_apart(source: Path, staged: Path, size: int) -> Iterator[None]:
    """What is staged goes again unless all went well; the store here is as it was until then."""
    folder = staged.parent
    try:
        with border():
            yield
    except BaseException as error:  # Ctrl+C too
        with suppress(OSError):
            if not (folder / folder_switch.RECORD).exists():  # else the switch has begun, and will be finished
                remove_tree(staged)
        if isinstance(error, Stopped | KioskError):
            raise backup_contents.fault_of("restore", error, source, size, folder) from error
        raise
