"""The second place of backups: a stick, another disk, a share. Known again by its mark, not by its path."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from kiosk.upkeep.backup.backup_maker import MARK
from protocol.documents.settings import LABEL
from protocol.errors import Unavailable
from protocol.values.arabic import isolate
from starter.files import make_folder, plain, read_regular, replace_whole
from storage.backup.backup_contents import full
from storage.disk import other_disks, sticks
from storage.disk.slow_place import SlowPlace
from storage.faults import translate

MARK_MOST: Final = 64


class SecondPlaces:
    """The sticks, disks and shares that may be the second place, seen from the folder `home`:
    `kiosk.upkeep.backup.second_place.Places`. A share that is silent is not there.
    """

    def __init__(self, home: Path, patience: SlowPlace | None = None) -> None:
        self._home = home
        self._patience = patience or SlowPlace()

    def mark(self, place: Path) -> str | None:
        try:
            return self._patience.ask(str(place), partial(_mark, place))
        except OSError:
            return None

    def put_mark(self, place: Path, mark: str) -> None:
        try:
            self._patience.ask(str(place), partial(_put_mark, place, mark))
        except OSError as error:
            if translate(error).code == "disk_full":
                raise full("backup_full", 0, place) from error
            raise Unavailable("backup_place", place=isolate(str(place))) from error

    def same_disk(self, place: Path) -> bool:
        """By the device that its nearest existing folder lies on. Raises Unavailable("backup_place")."""
        try:
            return self._patience.ask(str(place), partial(_same_disk, place, self._home))
        except OSError as error:
            raise Unavailable("backup_place", place=isolate(str(place))) from error

    def labelled(self, label: str) -> Path | None:
        with suppress(TimeoutError):
            return self._patience.ask(LABEL + label, partial(sticks.labelled, label))
        return None

    def plugged(self) -> list[Path]:
        with suppress(OSError):
            return self._patience.ask("plugged", lambda: [*sticks.sticks(), *other_disks.beside(self._home)])
        return []


def _mark(place: Path) -> str:
    return read_regular(plain(place / MARK), MARK_MOST).decode("ascii", "replace").strip()


def _put_mark(place: Path, mark: str) -> None:
    replace_whole(make_folder(place, 0o700) / MARK, mark.encode())


def _same_disk(place: Path, home: Path) -> bool:
    for folder in (place, *place.parents):
        with suppress(OSError):
            return folder.stat().st_dev == home.stat().st_dev
    return False
