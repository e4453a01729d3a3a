"""The machine as setting it up sees it. Looked at step by step: nothing is touched before its step."""

from __future__ import annotations

import hashlib
import platform
import sys
import time
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk.main.config import late_device
from kiosk.setup.setup_host import SetupMachine
from storage.disk.folder_check import examine
from storage.disk.other_disks import lay, rooms
from storage.disk.sticks import fixed, plugged
from storage.disk.sticks import sticks as writable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.setup.setup_host import Offered
    from protocol.texts import Language

DISKS: Final = ("/mnt", "/media", "/srv")
"""Where an administrator puts a second disk or a share."""


def machine(language: Language, data: Path, *, full_screen: bool = False) -> SetupMachine:
    """This machine, with the data folder `data`. Nothing of it is touched yet."""
    return SetupMachine(
        _offset_min, examine, rooms, lay, _probe, partial(late_device, language=language), partial(_backups, data),
        f"{platform.system()} {platform.release()} {platform.machine()}", _release(), _autostart, full_screen,
    )  # fmt: skip


def _offset_min(wall_ms: int) -> int:
    """By the zone that is set now: whoever has just mended it in the system checks again without a new start."""
    if sys.platform == "win32":  # pragma: no cover - CI has no Windows
        import ctypes  # noqa: PLC0415 - Windows alone needs it

        with suppress(OSError, AttributeError):
            ctypes.cdll.ucrtbase["_tzset"]()
    else:
        time.tzset()
    ahead = datetime.fromtimestamp(wall_ms / 1000).astimezone().utcoffset()
    return 0 if ahead is None else round(ahead.total_seconds() / 60)


def _probe() -> str:
    from storage.keystore.system_keystore import SystemKeystore, system_backend  # noqa: PLC0415 - keyring is slow to import

    SystemKeystore().probe()
    return type(system_backend()).__module__.rpartition(".")[2]


def _release() -> str:
    """The hash of the manifest of what runs, where it was installed; "" from source."""
    manifest = Path(__file__).parents[2] / "version.json"
    return hashlib.sha256(manifest.read_bytes()).hexdigest() if manifest.exists() else ""


def _autostart() -> bool:
    """Whether it begins with the session, as the diagnosis sees it."""
    from storage.probes.machine import this_host  # noqa: PLC0415 - what it brings is needed at the end alone

    return this_host().starts_alone()


def _backups(data: Path, named: Sequence[Path]) -> list[Offered]:
    """On sticks and other disks, wherever the second place may have been; and in the data folder, where it is left."""
    from kiosk.upkeep.backup.backup_maker import FOLDER  # noqa: PLC0415 - what it brings is needed here alone
    from storage.backup.nearby_backups import find  # noqa: PLC0415 - the same

    if sys.platform == "win32":
        disks = fixed()
    else:
        disks = [place for root in DISKS for place in sorted(Path(root).glob("*"))]
    return find([*named, *plugged(), *disks, data / FOLDER])


def sticks() -> list[Path]:
    """Folders of sticks that are plugged in, those with something of ours first."""
    from protocol.wire import enrolment, offline_enrolment  # noqa: PLC0415 - beside their use

    names = (enrolment.INVITATION_FILE, offline_enrolment.ANSWER_FILE)
    return sorted(writable(), key=lambda place: not any((place / name).exists() for name in names))
