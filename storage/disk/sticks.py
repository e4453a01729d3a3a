"""Which sticks are in, and where a file is put that somebody will carry: on one, or beside the account's own files."""

from __future__ import annotations

import os
import string
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from protocol.errors import Unavailable
from protocol.program import outside
from storage.disk.data_folder import REMOTE, Mount, mounts

_REMOVABLE: Final = 2
FIXED: Final = 3
_ROOTS: Final = ("/run/media/*/*", "/media/*/*", "/media/*", "/mnt/*")
"""Where sticks are mounted: by a desktop below the name of who is signed in, by a technician where he likes."""
_BY_HAND: Final = "/mnt"
_STICK_FILE_SYSTEMS: Final = frozenset({"vfat", "exfat", "msdos", "ntfs", "ntfs3", "fuseblk", "udf"})
"""What else lies under /mnt is a disk of this computer."""


def sticks() -> list[Path]:
    """The sticks that are in and can be written to."""
    return [place for place in plugged() if _open(place)]


def plugged() -> list[Path]:
    """Those that can only be read, too. Never a share, of which even a look may not come back."""
    if sys.platform == "win32":
        return drives()
    found = [(at, one.point) for one in mounts() for at, root in enumerate(_ROOTS) if _is_stick(one, root)]
    return [point for _, point in sorted(set(found))]


def _is_stick(one: Mount, root: str) -> bool:
    if one.kind in REMOTE or not one.point.match(root):
        return False
    return one.point.parent != Path(_BY_HAND) or one.kind in _STICK_FILE_SYSTEMS


def _open(place: Path) -> bool:
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def fixed() -> list[Path]:  # pragma: no cover - CI has no Windows
    """The disks of a Windows that stay in, but the one that it lies on itself. Never shares: one may not answer."""
    system = os.environ.get("SYSTEMDRIVE", "C:").upper()
    return [drive for drive in drives(FIXED) if drive.drive != system]


def drives(kind: int = _REMOVABLE) -> list[Path]:  # pragma: no cover - CI has no Windows
    """Those of that kind, by the letters that Windows gives them."""
    import ctypes  # noqa: PLC0415 - Windows alone needs it

    ask = ctypes.windll.kernel32.GetDriveTypeW  # type: ignore[attr-defined,unused-ignore]
    drives = [Path(f"{letter}:\\") for letter in string.ascii_uppercase[2:]]
    return [drive for drive in drives if ask(str(drive)) == kind]


def keep(name: str, file: bytes, places: Sequence[Path] | None = None, home: Path | None = None) -> str:
    """Write it whole on the first stick that takes it, else in the home folder. Raises as `outside.write`."""
    for place in sticks() if places is None else places:
        with suppress(Unavailable):
            outside.write(place / name, file)
            return str(place / name)
    kept = (home or Path.home()).resolve() / name
    outside.write(kept, file)
    return str(kept)


BY_LABEL: Final = Path("/dev/disk/by-label")
_PLAIN: Final = frozenset("#+-.:=@_")


def labelled(label: str, by_label: Path = BY_LABEL) -> Path | None:
    """The root of the disk of that name; None where none is in. A stick's folder bears its name."""
    if sys.platform == "win32":  # pragma: no cover - CI has no Windows
        return _volume(label)
    for place in sticks():
        if place.name == label:
            return place
    with suppress(OSError):
        device = (by_label / _escaped(label)).resolve(strict=True)
        for one in mounts():
            if Path(one.source).resolve() == device:
                return one.point
    return None


def _escaped(label: str) -> str:
    """As udev names its links: what is neither a letter, a digit nor plain is written in hexadecimal."""
    return "".join(
        one if one.isalnum() or one in _PLAIN or not one.isascii() else f"\\x{ord(one):02x}" for one in label
    )


def _volume(label: str) -> Path | None:  # pragma: no cover - CI has no Windows
    import ctypes  # noqa: PLC0415 - Windows alone needs it

    ask = ctypes.windll.kernel32.GetVolumeInformationW  # type: ignore[attr-defined,unused-ignore]
    for letter in string.ascii_uppercase[2:]:
        name = ctypes.create_unicode_buffer(261)
        if ask(f"{letter}:\\", name, 261, None, None, None, None, 0) and name.value.casefold() == label.casefold():
            return Path(f"{letter}:\\")
    return None
