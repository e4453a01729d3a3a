"""What setting up needs around it: the program, from before its store is open, and the machine below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Protocol

from kiosk.ports.world import Printer, Renderer
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.setup.enrolment_state import Enrolments
from kiosk.upkeep.doctor.machine_checks import SLOW_MS
from protocol.clock import CAIRO, moment
from protocol.errors import Refused, Unavailable
from protocol.keys import Signer
from protocol.values.arabic import isolate
from protocol.wire.backup_manifest import Manifest

EARLIEST_MS: Final = 1_793_491_200_000
"""1 November 2026: no machine that runs this program lives before it was written."""
LATEST_MS: Final = EARLIEST_MS + 20 * 365 * 86_400_000
LEAST_MB: Final = 2_048


@dataclass(frozen=True, slots=True)
class Ground:
    """A data folder as it was found: what is free, and how long it took to write something through to the disk."""

    free_mb: int
    fsync_ms: int


@dataclass(frozen=True, slots=True)
class DiskRoom:
    """A place for the data folder, and what is free on its disk."""

    place: Path
    free_mb: int


def judge_clock(wall_ms: int, offset_min: int) -> dict[str, Any]:
    """`offset_min` is what the machine is ahead of UTC now. Raises Refused: setup_clock_old, setup_zone."""
    if not EARLIEST_MS <= wall_ms <= LATEST_MS:
        raise Refused("setup_clock_old", mine_ms=wall_ms)
    cairo = (moment(wall_ms).astimezone(CAIRO).utcoffset() or timedelta()) // timedelta(minutes=1)
    if offset_min != cairo:
        raise Refused("setup_zone", found=isolate(zone_text(offset_min)), want=isolate(zone_text(cairo)))
    return {"zone": zone_text(offset_min)}


def zone_text(offset_min: int) -> str:
    """``+02:00``."""
    sign = "-" if offset_min < 0 else "+"
    return f"{sign}{abs(offset_min) // 60:02d}:{abs(offset_min) % 60:02d}"


def judge_ground(ground: Ground) -> dict[str, Any]:
    """Raises Unavailable("setup_space"). A slow disk is said in the report; it is no reason to stop."""
    if ground.free_mb < LEAST_MB:
        raise Unavailable("setup_space", free=isolate(str(ground.free_mb)), want=isolate(str(LEAST_MB)))
    return {"free_mb": ground.free_mb, "fsync_ms": ground.fsync_ms, "slow": ground.fsync_ms > SLOW_MS}


Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Offered:
    """A backup that was found. `manifest` is None where it cannot be read; `whole`: every file that it names is there.

    Under its own name it stands only since it was read whole (storage/backup/backup_files.py); what became of it since
    then is seen when it is put back, and not before: nobody here has its key.
    """

    folder: Path
    manifest: Manifest | None
    whole: bool


class Restoring(Protocol):
    """Puts a backup back, as `storage.backup.restoring.Restoring` does it."""

    def request(self, source: Path) -> bytes: ...
    def restore(self, source: Path, answer: bytes | None, go_on: Callable[[], bool], told: Progress) -> object: ...


Find = Callable[[Sequence[Path]], list[Offered]]
"""What lies in the usual places and in those named beside."""


class SetupAtWork(Protocol):
    """The enrolled counter, as far as its acceptance needs it."""

    @property
    def keeper(self) -> Any: ...
    @property
    def signer(self) -> Signer: ...
    def diagnose(self) -> int | None:
        """Run the doctor; what it finds lies in the store afterwards. How many ms this clock is before the centre's."""

    def send_acceptance(self, document: bytes) -> bool:
        """Whether the centre has it."""


class SetupHost(Enrolments, Protocol):
    """The program, as far as setting it up needs it. What belongs to the store raises Refused before it is open."""

    @property
    def ready(self) -> bool: ...
    def open(self) -> None: ...
    def apart(self, work: Callable[[Restoring, Callable[[], bool]], Any]) -> Any:
        """`work` on the data folder while its store is closed, asking whether to go on; then it is opened again."""

    @property
    def counter(self) -> Any: ...
    @property
    def at_work(self) -> SetupAtWork: ...
    def start_practice(self) -> None: ...
    def stop_practice(self) -> None: ...


@dataclass(frozen=True, slots=True)
class SetupMachine:
    """The machine below: how far its clock is ahead of UTC (minutes), its folder, its keystore, its devices."""

    offset_min: Callable[[int], int]
    examine: Callable[[Path], Ground]
    rooms: Callable[[Path], list[DiskRoom]]
    lay: Callable[[Path, Path], Callable[[], None]]
    probe: Callable[[], str]
    device: Callable[[PrinterChoice], tuple[Printer, Renderer]]
    backups: Find
    system: str
    release: str
    autostart: Callable[[], bool | None]
    full_screen: bool = False
