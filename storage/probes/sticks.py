"""Where a file is put that somebody will carry: on the stick that is in, or beside the account's own files."""

from __future__ import annotations

import getpass
import os
import string
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from kiosk.errors import Refused
from starter.files import replace_whole

_REMOVABLE: Final = 2
_FIXED: Final = 3


def sticks(roots: Sequence[Path] | None = None) -> list[Path]:
    """The removable disks that are in and can be written to."""
    if roots is None:
        if sys.platform == "win32":  # pragma: no cover - CI has no Windows
            return _drives()
        roots = [Path("/media") / getpass.getuser(), Path("/run/media") / getpass.getuser()]
    return [place for root in roots if root.is_dir() for place in sorted(root.iterdir()) if _open(place)]


def _open(place: Path) -> bool:
    return place.is_dir() and os.access(place, os.W_OK | os.X_OK)


def fixed() -> list[Path]:  # pragma: no cover - CI has no Windows
    """The disks of a Windows that stay in, but the one that it lies on itself. Never shares: one may not answer."""
    system = os.environ.get("SYSTEMDRIVE", "C:").upper()
    return [drive for drive in _drives(_FIXED) if drive.drive != system]


def _drives(kind: int = _REMOVABLE) -> list[Path]:  # pragma: no cover - CI has no Windows
    import ctypes  # noqa: PLC0415 - Windows alone needs it

    ask = ctypes.windll.kernel32.GetDriveTypeW  # type: ignore[attr-defined,unused-ignore]
    drives = [Path(f"{letter}:\\") for letter in string.ascii_uppercase[2:]]
    return [drive for drive in drives if ask(str(drive)) == kind]


def keep(name: str, file: bytes, places: Sequence[Path] | None = None, home: Path | None = None) -> str:
    """Write it whole on the first stick that takes it, else in the home folder. Raises Refused("file_unwritable")."""
    for place in [*(sticks() if places is None else places), home or Path.home()]:
        try:
            replace_whole(place / name, file)
        except OSError:
            continue
        return str(place / name)
    raise Refused("file_unwritable", file=name)
