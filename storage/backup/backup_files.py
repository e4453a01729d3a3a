"""Backups on the disk: made of the living database while sales go on, opened where they lie before they count.

``<place>/<name>/kiosk.db`` and, written last, ``<place>/<name>/backup.json``; ``<place>/pictures/`` holds the encrypted
pictures of all of them, each once. Under another name than ``….part`` nothing stands that was not read whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from kiosk.model import facts
from kiosk.upkeep.backup import backup_retention
from kiosk.upkeep.backup.backup_maker import GoOn, Progress
from protocol.errors import Corrupt, KioskError
from protocol.wire.backup_manifest import Manifest, write_manifest
from protocol.wire.enrolment import read_statement
from starter.files import is_link, is_regular, make_folder, read_regular, replace_whole, sync_file, sync_folder
from storage.backup import backup_contents
from storage.backup.backup_contents import MANIFEST, PICTURES, check
from storage.db import compiled, journal_check
from storage.db.commit import fact, last
from storage.db.engine import Database
from storage.db.entry_ids import SEQ_BITS, SEQ_MASK
from storage.disk.data_folder import DATABASE
from storage.disk.disk_space import free_bytes
from storage.disk.whole_files import Stopped, copy_whole, forget, progress, remove_tree, same_bytes
from storage.faults import border

PART: Final = ".part"
MAKING: Final = "making"
ERASED: Final = facts.number(":erased")
"""The store's own fact: the number of the last entry when a citizen was last erased."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What a backup's manifest says beside what its database does. `seal` seals the key for a device and epoch."""

    shop: str
    program: str
    made_ms: int
    keyset: int
    seal: Callable[[bytes, bytes, int], bytes]


class BackupFiles:
    """The backups of one store, in whatever place."""

    def __init__(self, path: Path, key: bytes, evidence: Path, free: Callable[[Path], int] = free_bytes) -> None:
        self._path = path
        self._key = key
        self._evidence = evidence
        self._free = free

    def make(self, place: Path, cover: Cover, go_on: GoOn, told: Progress) -> Manifest:
        """A verified backup in `place`.

        Raises Unavailable: backup_full, backup_place, backup_stopped, backup_broke; Corrupt("backup_damaged").
        """
        size = self._path.stat().st_size
        with _tidied(place, size):
            part = self._begin(place, size, MAKING)
            self._snapshot(part / DATABASE, go_on)
            made = self._describe(part / DATABASE, cover, go_on)
            return self._finish(place, part, made, (self._evidence, go_on, told))

    def carry(self, one: Manifest, source: Path, place: Path, go_on: GoOn, told: Progress) -> Manifest:
        """A backup of `source` in another `place`, opened there. Raises as `make`."""
        database = source / one.name / DATABASE
        with _tidied(place, self._path.stat().st_size, one.device):
            size = database.stat().st_size
            part = self._begin(place, size, _making(one.device))
            copy_whole(database, part / DATABASE, progress(size, told, go_on))
            if check(part / DATABASE, self._key, go_on) != one.entries:
                raise Corrupt("backup_damaged", found=DATABASE)
            return self._finish(place, part, one, (source / PICTURES, go_on, told))

    def prove(self, one: Manifest, source: Path, place: Path, go_on: GoOn, *, whole: bool) -> bool:
        """Whether a backup in `place` is still the one that was verified: byte by byte that of `source`, or opened.

        `whole` opens it, as does a `source` that has it no more, or another one: which of the two has suffered is not
        known before. What cannot be read at all raises Unavailable("backup_place"): the disk may just have been pulled
        out.
        """
        there, here = place / one.name / DATABASE, source / one.name / DATABASE
        shown = [place / PICTURES / name for name in one.pictures]
        with _tidied(place, 0, one.device):
            if not all(is_regular(file) for file in (there, *shown)):
                return False
            same = here.is_file() and not whole and same_bytes(here, there, go_on)
            if same and all(_same_size(source / PICTURES / file.name, file) for file in shown):
                return True
            try:
                with border():
                    backup_contents.refuse_odd(there.parent)
                    forget(there)
                    backup_contents.check_pictures(there, self._key, place / PICTURES, one.pictures)
                    return check(there, self._key, go_on) == one.entries
            except Corrupt:
                return False

    def drop(self, one: Manifest, place: Path) -> None:
        """Take a backup away that is none any more. Raises Unavailable("backup_place")."""
        with _tidied(place, 0, one.device):
            _remove(place / one.name, one.device)

    def standing(self, place: Path) -> list[Manifest]:
        """What lies in `place`, the newest first, other devices' too; what is damaged is passed over."""
        return sorted((one for _, one in _found(place)), key=lambda one: one.order, reverse=True)

    def prune(self, place: Path, newest: Manifest) -> int:
        """Remove what need not stay beside `newest`, and pictures that no backup needs. How many backups went."""
        gone = {one.name for one in backup_retention.to_go(self.standing(place), newest)}
        for folder, one in _found(place):
            if one.name in gone:
                with suppress(OSError):  # what is in the way waits for the next time
                    _remove(folder, one.device)
        for file in self._unneeded(place):
            with suppress(OSError):
                file.unlink()
        return len(gone)

    def _unneeded(self, place: Path) -> list[Path]:
        """Pictures that no backup needs. None while another counter is at it, whose pictures come before its manifest,
        nor where it cannot be read what some backup needs.
        """
        there = _files(place / PICTURES)
        needed = {name for one in self.standing(place) for name in one.pictures}
        if any(place.glob(f"{MAKING}*{PART}")) or not all(map(_can_be_known, _files(place))):
            return []
        return [file for file in there if file.name not in needed]

    def _begin(self, place: Path, size: int, name: str) -> Path:
        if self._free(place) < size + backup_contents.SPARE_BYTES:
            raise backup_contents.full("backup_full", size, place)
        part = place / f"{name}{PART}"
        part.mkdir()
        return part

    def _snapshot(self, copy: Path, go_on: GoOn) -> None:
        connection = Database(self._path, self._key).writer()
        with closing(connection), journal_check.broken_off_unless(go_on, connection):
            connection.execute("VACUUM INTO ?", (str(copy),))

    def _describe(self, copy: Path, cover: Cover, go_on: GoOn) -> Manifest:
        entries = check(copy, self._key, go_on)
        with closing(Database(copy, self._key).reader()) as connection:
            chain = last(connection)[0]
            (schema,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            erased = fact(connection, ERASED) or 0
            names = [name for (name,) in connection.execute(compiled.EVIDENCE_FILES)]
            statement = connection.execute(compiled.STATEMENT, (chain.epoch,)).fetchone()
        here = tuple(name for name in names if (self._evidence / name).exists())
        me = read_statement(statement[0])
        return Manifest(
            me.device_text, cover.shop, me.till, chain.epoch, chain.seq, entries, str(schema), cover.program,
            cover.made_ms, cover.keyset, cover.seal(self._key, me.device, chain.epoch),
            (erased >> SEQ_BITS, erased & SEQ_MASK), here,
        )  # fmt: skip

    def _finish(self, place: Path, part: Path, made: Manifest, how: tuple[Path, GoOn, Progress]) -> Manifest:
        """The pictures, then the manifest, then the name under which it counts."""
        taken = self._take_pictures(place / PICTURES, part / DATABASE, made.pictures, how)
        made = replace(made, pictures=taken)
        sync_file(part / DATABASE)
        replace_whole(part / MANIFEST, write_manifest(made))
        standing = place / made.name
        if backup_contents.manifest_in(standing) is None:  # else it is verified already, and only its last sync failed
            if os.path.lexists(standing):
                backup_contents.refuse_odd(standing)  # a torn one of ours is replaced, nothing else
            remove_tree(standing)
            part.replace(standing)
        sync_folder(place)
        return made

    def _take_pictures(
        self, pool: Path, database: Path, names: tuple[str, ...], how: tuple[Path, GoOn, Progress]
    ) -> tuple[str, ...]:
        """Copy what the pool lacks and open each there. One that went meanwhile, being durable at the centre, may."""
        source, go_on, told = how
        make_folder(pool)
        wanted = [name for name in names if not _same_size(source / name, pool / name)]
        taken = set(names) - set(wanted)
        keys = backup_contents.picture_keys(database, self._key) if wanted else {}
        for number, name in enumerate(wanted, 1):
            with suppress(FileNotFoundError):
                copy_whole(source / name, pool / name, lambda _count: go_on())
                backup_contents.open_picture(pool / name, *keys[name])
                taken.add(name)
            told(number, len(wanted))
        return tuple(name for name in names if name in taken)


def _same_size(source: Path, target: Path) -> bool:
    try:
        return is_regular(target) and target.stat().st_size == source.stat().st_size
    except OSError:
        return False


def _found(place: Path) -> Iterator[tuple[Path, Manifest]]:
    for folder in _files(place):
        one = None if is_link(folder) or folder.name.endswith(PART) else backup_contents.manifest_in(folder)
        if one is not None:
            yield folder, one


def _remove(folder: Path, device: str) -> None:
    """It counts no more from one rename on; whatever is left of it then goes with the half copies. Raises OSError."""
    if is_link(folder) or folder.is_dir():
        half = folder.with_name(f"{_making(device)}{PART}")
        folder.replace(half)
        remove_tree(half)


def _can_be_known(folder: Path) -> bool:
    """Whether it can be known what a folder needs; one without a manifest is no backup."""
    try:
        read_regular(folder / MANIFEST, backup_contents.MANIFEST_BYTES)
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return True


def _files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() and not is_link(folder) else []


@contextmanager
def _tidied(place: Path, size: int, device: str = "") -> Iterator[None]:
    """Half copies go before and after; what fails is told in the words of backups. Verified ones are not touched.

    `device`: whose half copies, in a place that the counters of a shop share.
    """
    try:
        with border():
            make_folder(place, 0o700)
            _sweep(place, device)
            yield
    except (Stopped, KioskError) as error:
        raise backup_contents.fault_of("backup", error, place, size, place) from error
    finally:
        with suppress(OSError):
            _sweep(place, device)


def _sweep(place: Path, device: str) -> None:
    for name in (f"{MAKING}{PART}", f"{_making(device)}{PART}") if device else (f"*{PART}",):
        for half in place.glob(name):
            remove_tree(half)


def _making(device: str) -> str:
    return f"{MAKING}-{device[:8]}"
