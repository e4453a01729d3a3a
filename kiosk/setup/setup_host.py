"""What setting up needs around it: the program, from before its store is open, and the machine below."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from kiosk.ports.world import Printer, Renderer
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.setup.ground_checks import DiskRoom, Ground
from kiosk.setup.restore_desk import Find, Restoring
from protocol.keys import Signer


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


class SetupHost(Protocol):
    """The program, as far as setting it up needs it. What belongs to the store raises Refused before it is open."""

    @property
    def ready(self) -> bool: ...
    def open(self) -> None: ...
    def apart(self, work: Callable[[Restoring, Callable[[], bool]], Any]) -> Any:
        """`work` on the data folder while its store is closed, asking whether to go on; then it is opened again."""

    @property
    def enrolment(self) -> Any: ...
    @property
    def offline_enrolment(self) -> Any: ...
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
