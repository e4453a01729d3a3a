"""The computer and the folder of the data, as `kiosk.upkeep.doctor.check_result.MachineProbe` asks for them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import stat
import struct
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from kiosk.evidence import picture_process
from kiosk.model.evidence_file import CaptureSpec
from kiosk.upkeep.doctor.check_result import System, Unknown
from protocol.errors import Refused
from starter import pointer
from storage.disk.data_folder import instance_in, nearest, refuse_remote, refuse_synced
from storage.disk.disk_space import free_bytes
from storage.disk.folder_check import write_ms
from storage.disk.folder_lock import NAME as LOCK
from storage.opening import DATABASE
from storage.probes import folder_owner, linux, windows

APP: Final = Path(__file__).resolve().parents[2]
"""The folder of the app layer that runs: `kiosk`, `ui` and the others lie in it."""
MANIFEST: Final = "version.json"
METADATA: Final = "metadata"
"""Where verified words on releases lie, below the program's folder (`kiosk.main.upkeep_wiring`)."""
DOT: Final = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAG7buVgAAAABJRU5ErkJggg=="
)  # fmt: skip
"""A PNG of one pixel."""


class Host(Protocol):
    """What each system answers in its own way."""

    def running(self, own: str) -> int: ...
    def places(self) -> Sequence[Path]: ...
    def holders(self, database: Path, lock: Path) -> int: ...
    def held(self, lock: Path) -> bool: ...
    def encrypted(self, folder: Path) -> bool: ...
    def logs_in_alone(self) -> bool: ...
    def machine_id(self) -> bytes: ...
    def parts(self) -> Sequence[bytes]:
        """What is told of the hardware itself, and does not come along with a copied disk; nothing where nothing is."""

    def sleeps(self) -> bool: ...
    def starts_alone(self) -> bool: ...


def this_host() -> Host:
    return windows.Windows() if sys.platform == "win32" else linux.Linux()


@dataclass(frozen=True)
class LocalMachine:
    """This computer, as the doctor looks at it. `folder` is that of the data, `app` that of the program; `host` what
    differs between systems.

    As many methods as `MachineProbe` has questions, and `at_work`.
    """

    folder: Path
    app: Path = APP
    host: Host = field(default_factory=this_host)

    def system(self) -> System:
        bits = struct.calcsize("P") * 8
        if sys.platform == "win32":
            version = sys.getwindowsversion()
            return System("windows", bits, (version.major, version.minor, version.build))
        found = platform.libc_ver()[1]
        release = tuple(int(part) for part in found.split(".") if part.isascii() and part.isdigit())
        return System("linux" if sys.platform == "linux" else "other", bits, release)

    def shuts_in(self) -> bool:
        """By having it read a picture, as it reads any other."""
        try:
            picture_process.read(DOT, CaptureSpec(1, 10))
        except Refused:
            return False
        return True

    # ---- the program

    def changed_files(self) -> int:
        return changed(self.app)

    def running(self) -> int:
        own: str | None = None
        with suppress(OSError):  # of whoever is shut out of his own folder
            own = instance_in(self.folder)
        return self.host.running(own or "")

    def installed(self) -> int:
        return sum((place / "app" / MANIFEST).exists() for place in self.host.places())

    def previous_sound(self) -> bool:
        kept = pointer.read(self.folder)
        if kept is None or kept.previous in (pointer.SHIPPED, kept.current):
            raise Unknown("no_previous")
        place = pointer.version_folder(self.folder, kept.previous)
        try:
            return (place / "complete").exists() and changed(place) == 0
        except Unknown:
            return False

    def trusted_until_ms(self) -> int:
        """By the root that was verified last, or else the one that came with the program."""
        kept = pointer.program_folder(self.folder) / METADATA / "root.json"
        for root in (kept, self.app / "assets/update_root.json"):
            try:
                signed = json.loads(root.read_bytes())["signed"]
                return int(datetime.fromisoformat(signed["expires"]).timestamp() * 1000)
            except FileNotFoundError:
                continue
            except (OSError, ValueError, KeyError, TypeError):
                raise Unknown("no_root") from None
        raise Unknown("no_root")

    # ---- the disk

    def free_bytes(self) -> int:
        return free_bytes(nearest(self.folder))

    def folder_fault(self) -> str:
        try:
            real = self.folder.resolve()
            refuse_remote(real)
            refuse_synced(real)
        except Refused as error:
            return error.code.removeprefix("folder_")
        return ""

    def write_ms(self) -> int:
        self._there()
        return write_ms(self.folder)

    def rights_wrong(self) -> str:
        self._there()
        if self._read_only():  # no rights help there; whoever tries to write is told
            return ""
        return str(self.folder.absolute()) if self._shut_out() or self._open_to_others() else ""

    def _shut_out(self) -> bool:
        files = [self.folder / f"{DATABASE}{suffix}" for suffix in ("", "-wal", "-shm")]
        return not os.access(self.folder, os.R_OK | os.W_OK | os.X_OK) or any(
            file.exists() and not os.access(file, os.R_OK | os.W_OK) for file in files
        )

    def _read_only(self) -> bool:
        return sys.platform != "win32" and bool(os.statvfs(self.folder).f_flag & os.ST_RDONLY)

    def _open_to_others(self) -> bool:
        others = sys.platform != "win32" and bool(stat.S_IMODE(self.folder.stat().st_mode) & 0o077)
        return others or any(folder_owner.strangers(self.folder.resolve()))

    def at_work(self) -> bool:
        """Whether a counter has this folder now."""
        return self.host.held(self.folder / LOCK)

    def holders(self) -> int:
        return self.host.holders(self.folder / DATABASE, self.folder / LOCK)

    def wal_bytes(self) -> int:
        try:
            return (self.folder / f"{DATABASE}-wal").stat().st_size
        except FileNotFoundError:
            return 0

    # ---- the system

    def encrypted(self) -> bool:
        return self.host.encrypted(nearest(self.folder))

    def logs_in_alone(self) -> bool:
        return self.host.logs_in_alone()

    def offsets_min(self, at_ms: Sequence[int]) -> list[int]:
        moments = [datetime.fromtimestamp(ms / 1000, UTC).astimezone() for ms in at_ms]
        return [(moment.utcoffset() or timedelta()) // timedelta(minutes=1) for moment in moments]

    def fingerprint(self) -> str:
        of_system = _mark(b"manfaz machine\n" + self.host.machine_id())
        return ".".join([of_system, *sorted(_mark(b"manfaz part\n" + part) for part in self.host.parts())])

    def sleeps(self) -> bool:
        return self.host.sleeps()

    def starts_alone(self) -> bool:
        return self.host.starts_alone()

    def _there(self) -> None:
        if not self.folder.is_dir():
            raise Unknown("absent")


def changed(app: Path) -> int:
    """How many files of an app layer are missing or not as its manifest has them. Raises Unknown without a manifest."""
    try:
        files = json.loads((app / MANIFEST).read_text(encoding="utf-8"))["files"]
        wanted = {str(name): str(digest) for name, digest in files.items()}
    except FileNotFoundError:
        raise Unknown("no_manifest") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return 1  # the manifest itself is not as it was
    return sum(_digest(app / name) != digest for name, digest in wanted.items())


def _mark(of: bytes) -> str:
    return hashlib.sha256(of).hexdigest()[:16]


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""
