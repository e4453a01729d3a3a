"""Backups that lie somewhere near, for a computer that knows of none: by their names, a few folders deep.

Nothing is opened but what a backup says of itself: its key may be at the centre alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from kiosk.setup.setup_host import Offered
from protocol.wire.backup_manifest import Manifest
from storage.backup import backup_contents
from storage.disk.data_folder import DATABASE

NAME: Final = re.compile(r"[0-9a-f]{8}-[0-9]+-[0-9]+-[0-9]{8}-[0-9]{6}")
DEPTH: Final = 3
"""The place itself, a folder in it, and one in that."""
MOST: Final = 4_000
"""So many names are looked at in one place: a disk of somebody's pictures is not searched for minutes."""


def find(places: Iterable[Path]) -> list[Offered]:
    """Each once, whatever the way to it; what can be used first, the newest of each counter first."""
    found: dict[Path, Offered] = {}
    for place in places:
        for folder in _named(place):
            with suppress(OSError):
                found.setdefault(folder.resolve(), _offered(folder))
    return sorted(found.values(), key=_order, reverse=True)


def _order(one: Offered) -> tuple[bool, str, tuple[int, int, int], str]:
    order, device = ((0, 0, 0), "") if one.manifest is None else (one.manifest.order, one.manifest.device)
    return one.whole, device, order, str(one.folder)


def _named(place: Path) -> Iterator[Path]:
    """Folders with the name of a backup."""
    level, seen = [place], 0
    if NAME.fullmatch(place.name):
        yield place
        return
    for _ in range(DEPTH):
        below: list[Path] = []
        for folder in level:
            for inside in _inside(folder):
                seen += 1
                if seen > MOST:
                    return
                if NAME.fullmatch(inside.name):
                    yield inside
                elif not inside.name.startswith("."):
                    below.append(inside)
        level = below


def _inside(folder: Path) -> list[Path]:
    with suppress(OSError):
        return sorted(path for path in folder.iterdir() if path.is_dir() and not path.is_symlink())
    return []


def _offered(folder: Path) -> Offered:
    one = backup_contents.manifest_in(folder)
    return Offered(folder, one, whole=one is not None and _whole(folder, one))


def _whole(folder: Path, one: Manifest) -> bool:
    pictures = folder.parent / backup_contents.PICTURES
    try:
        return (folder / DATABASE).stat().st_size > 0 and all((pictures / name).is_file() for name in one.pictures)
    except OSError:
        return False
