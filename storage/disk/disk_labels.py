"""The disk of a given name, wherever it is in."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from storage.disk.data_folder import mounts
from storage.disk.sticks import sticks

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
    import string  # noqa: PLC0415 - the same

    ask = ctypes.windll.kernel32.GetVolumeInformationW  # type: ignore[attr-defined,unused-ignore]
    for letter in string.ascii_uppercase[2:]:
        name = ctypes.create_unicode_buffer(261)
        if ask(f"{letter}:\\", name, 261, None, None, None, None, 0) and name.value.casefold() == label.casefold():
            return Path(f"{letter}:\\")
    return None
