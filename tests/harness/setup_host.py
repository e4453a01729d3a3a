"""The program around setting up, with the counter of the window's tests in it, and a machine under our hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.evidence.capture_devices import Device
from kiosk.model.paper_sheet import Content
from kiosk.ports.world import Printer, Renderer
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.setup.enrolment_state import RestoredIdentity
from kiosk.setup.setup_desk import SetUpDesk
from kiosk.setup.setup_host import DiskRoom, Ground, Progress, SetupMachine
from protocol.errors import KioskError, Refused, Unavailable
from protocol.keys import SeedSigner
from protocol.override import override
from protocol.program.loop import start_thread
from protocol.wire.backup_manifest import read_manifest
from storage.backup.nearby_backups import find
from storage.disk.other_disks import lay
from tests.harness import sample_pictures
from tests.harness.fakes.fake_counter import FakeAtWork, FakeCounter, FakeEnrolment, FakeOfflineEnrolment
from tests.harness.shop import DEVICE_SEED
from ui.capture.picture_source import Fetch


@dataclass
class Enrolment(FakeEnrolment):
    @override
    def poll(self) -> bool:
        approved = super().poll()
        if approved:
            self.is_needed = False
        return approved


class Shot:
    """A camera or scanner: it takes `picture`, or says why not."""

    def __init__(self, device: Device, picture: bytes | KioskError) -> None:
        self.word, self.kind, self.chosen = "evidence.camera", device.kind, device
        self.picture = picture

    def there(self) -> bool:
        return True

    def ask(self, _parent: Any, then: Callable[[Fetch], None]) -> None:
        def fetch() -> bytes:
            if isinstance(self.picture, KioskError):
                raise self.picture
            return self.picture

        then(fetch)


CAMERA, DOCUMENTS = Device("camera", "01", "Laptop camera"), Device("camera", "02", "HP Document camera")
SCANNER = Device("scanner", "test:0", "Canon LiDE 300")
PICTURE = sample_pictures.encoded(sample_pictures.page(900, 1200))


@dataclass
class Eyes:
    """What papers are taken with."""

    seen: list[Device] = field(default_factory=lambda: [CAMERA])
    flat: list[Device] = field(default_factory=list)
    picture: bytes | KioskError = PICTURE
    asked: list[Device] = field(default_factory=list)

    def cameras(self) -> list[Device]:
        return self.seen

    def scanners(self) -> list[Device]:
        return self.flat

    def source(self, device: Device) -> Any:
        self.asked.append(device)
        return Shot(device, self.picture)


class Paper:
    """A printer that takes everything; `trouble` is why it does not."""

    def __init__(self) -> None:
        self.sent: list[bytes] = []
        self.trouble: Unavailable | None = None

    def status(self) -> None:
        if self.trouble:
            raise self.trouble

    def send(self, data: bytes) -> None:
        self.status()
        self.sent.append(data)


@dataclass
class Backups:
    asked: int = 0

    def now(self) -> None:
        self.asked += 1


@dataclass
class Restoring:
    """A restorer: `refusals` are what it says first; `took` each source with its answer."""

    enrolment: Enrolment
    refusals: list[KioskError] = field(default_factory=list)
    took: list[tuple[str, bytes | None]] = field(default_factory=list)

    def request(self, source: Path) -> bytes:
        return f"the key of {source.name}".encode()

    def restore(self, source: Path, answer: bytes | None, go_on: Callable[[], bool], told: Progress) -> Any:
        for done in (50, 50, 100):
            told(done, 100)
        assert go_on()
        if self.refusals:
            raise self.refusals.pop(0)
        self.took.append((source.name, answer))
        one = read_manifest((source / "backup.json").read_bytes())
        self.enrolment.back = RestoredIdentity(one.shop, one.till, one.seq)
        return None


class AtWork(FakeAtWork):
    """The counter that is being accepted."""

    def __init__(self, host: Host) -> None:
        super().__init__(host)
        self._host, self.signer = host, SeedSigner(DEVICE_SEED)

    def diagnose(self) -> int | None:
        self._host.diagnosed += 1
        return None

    def send_acceptance(self, document: bytes) -> bool:
        self._host.sent.append(document)
        return True


class Host(FakeCounter):
    """What `kiosk.main.program.Program` is to setting up."""

    def __init__(self) -> None:
        super().__init__(ready=False)
        self.enrolment: Enrolment = Enrolment(is_needed=True)
        self.offline_enrolment = FakeOfflineEnrolment(self.enrolment)
        self.backups = Backups()
        self.keeper = self.backups  # type: ignore[assignment]
        self.restorer = Restoring(self.enrolment)
        self.paper = Paper()
        self.opening: KioskError | None = None
        self.sent: list[bytes] = []
        self.diagnosed = 0
        self.worker: Any = None

    @override
    def open(self) -> None:
        if self.opening:
            raise self.opening
        super().open()

    def apart(self, work: Callable[[Any, Callable[[], bool]], Any]) -> Any:
        return work(self.restorer, lambda: True)

    @property
    @override
    def counter(self) -> Any:
        if self.enrolment.is_needed:
            raise Refused("not_enrolled")
        return super().counter

    @property
    @override
    def at_work(self) -> AtWork:
        return AtWork(self)

    @override
    def start_practice(self) -> None:
        super().start_practice()
        practice = self._practice
        assert practice is not None
        practice.print_on(self.paper, render).start(start_thread)


def render(content: Content, copy: int) -> bytes:
    return type(content).__name__.encode()


@dataclass
class Below:
    """The machine: each member is what it answers."""

    host: Host
    offset: int = 120
    ground: Ground = field(default_factory=lambda: Ground(50_000, 3))
    keystore: KioskError | None = None
    folder: KioskError | None = None
    places: list[Path] = field(default_factory=list)
    rooms: list[Path] = field(default_factory=list)

    def machine(self) -> SetupMachine:
        def examine(_folder: Path) -> Ground:
            if self.folder:
                raise self.folder
            _folder.mkdir(parents=True, exist_ok=True)
            return self.ground

        def probe() -> str:
            if self.keystore:
                raise self.keystore
            return "SecretService"

        def device(_choice: PrinterChoice) -> tuple[Printer, Renderer]:
            return self.host.paper, render

        def rooms(usual: Path) -> list[DiskRoom]:
            return [DiskRoom(place, 1024 * number) for number, place in enumerate((usual, *self.rooms), 5)]

        return SetupMachine(
            lambda _ms: self.offset, examine, rooms, lay, probe, device, lambda named: find([*named, *self.places]),
            "Linux 6.12 x86_64", "", lambda: True, full_screen=True,
        )  # fmt: skip


def desk(host: Host, folder: Path, change: Callable[[Below], object] = lambda _machine: None) -> SetUpDesk:
    below = Below(host)
    change(below)
    return SetUpDesk(host, folder, host.shop.world, below.machine())
