"""The second place of backups: a stick, another disk, a share. Known again by its mark, not by its path."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.errors import Unavailable
from kiosk.keeping import backups, second_place
from kiosk.values.arabic import isolate
from starter.files import replace_whole
from storage.probes import labels

MARK_MOST = 64


class Places:
    """Seen from the data folder `home`."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def mark(self, place: Path) -> str | None:
        try:
            with (place / backups.MARK).open("rb") as file:
                return file.read(MARK_MOST).decode("ascii", "replace").strip()
        except OSError:
            return None

    def put_mark(self, place: Path, mark: str) -> None:
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_whole(place / backups.MARK, mark.encode())
        except OSError as error:
            raise Unavailable("backup_place", place=isolate(str(place))) from error

    def same_disk(self, place: Path) -> bool:
        """By the device that its nearest existing folder lies on."""
        for folder in (place, *place.parents):
            with suppress(OSError):
                return folder.stat().st_dev == self._home.stat().st_dev
        return False

    def labelled(self, label: str) -> Path | None:
        return labels.labelled(label)


if TYPE_CHECKING:

    def _keeps_the_contract(places: Places) -> second_place.Places:
        return places
