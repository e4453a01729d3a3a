"""The composition: the only place that knows everyone. Store, line, printer and window are joined here.

The window is shown first; the store is opened behind it, on the storage thread, because importing and opening
take longer than the first picture may. Nothing here waits on the network.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kiosk.enrol_desk import EnrolDesk
from kiosk.errors import Refused
from kiosk.events import Events
from kiosk.journal import EntryType
from kiosk.keys import SeedSigner
from kiosk.ports import World
from kiosk.print_worker import PrintWorker
from kiosk.scribe import Writing
from kiosk.world import start_thread

if TYPE_CHECKING:
    from kiosk.bill import Bill
    from kiosk.counter import Counter
    from kiosk.desk import Desk
    from kiosk.enrolment import Statement
    from kiosk.idle_check import IdleCheck
    from kiosk.people import People
    from kiosk.ports import Keystore, Printer, Renderer
    from kiosk.printing import Papers
    from kiosk.settings import Settings
    from kiosk.till import Till
    from storage.open import Opened
    from sync.cycle import SyncStatus
    from sync.inquiry import Inquiries
    from sync.worker import Worker

T = TypeVar("T")
VERSION = "0.1.0"
MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Config:
    """What the technician chose for this machine."""

    folder: Path
    printer: Printer
    render: Renderer
    centre: str | None = None
    ca_file: str | None = None


class SyncLine:
    """The line as desk and screen see it: a worker that sends, and questions asked live."""

    def __init__(self, worker: Worker, inquiries: Inquiries) -> None:
        self._worker = worker
        self._inquiries = inquiries

    def online(self) -> bool:
        return self._worker.status().state == "online"

    def status(self) -> SyncStatus:
        return self._worker.status()

    def wake(self) -> None:
        self._worker.wake()

    def now(self) -> None:
        self._worker.now()

    def inquire(self, service_id: str, fields: dict[str, Any]) -> Bill:
        return self._inquiries.ask(service_id, fields)

    def start(self) -> None:
        self._worker.start()

    def stop(self) -> None:
        self._worker.stop()
        self._inquiries.close()


class Kiosk:
    """One kiosk on one machine, from before its store is open until it has closed. What the window is given."""

    def __init__(self, config: Config, world: World, open_keystore: Callable[[], Keystore]) -> None:
        self.events = Events()
        self.ready = False
        self._config = config
        self._world = world
        self._open_keystore = open_keystore
        self._opened: Opened | None = None
        self._counter: Counter | None = None
        self._line: SyncLine | None = None
        self._printing: PrintWorker | None = None
        self._idle_check: IdleCheck | None = None
        self._enrolment: EnrolDesk | None = None
        self._told: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._storage_thread = ThreadPoolExecutor(1, "storage")
        self._network_thread = ThreadPoolExecutor(2, "network")

    # ---- threads ---------------------------------------------------------------------------------------------

    def run(self, command: Callable[[], T]) -> Future[T]:
        """Do `command` on the storage thread, in the order of the calls."""
        return self._storage_thread.submit(command)

    def run_slow(self, command: Callable[[], T]) -> Future[T]:
        """Do `command` where waiting on the network harms nobody."""
        return self._network_thread.submit(command)

    def on_ready(self, callback: Callable[[], None]) -> None:
        """Call `callback` once the store is open: at once if it is, else on the storage thread."""
        with self._lock:
            if not self.ready:
                self._told.append(callback)
                return
        callback()

    # ---- opening and closing ---------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the store and go to work. Raises what `storage.open.open_store` raises."""
        from storage.open import open_store

        self._world.milestones.pass_("start.opening")
        opened = open_store(self._config.folder, self._open_keystore(), randomness=self._world.randomness)
        self._opened = opened
        self._enrolment = EnrolDesk(
            opened.store, opened.secrets, self._world, self._config.centre, self._config.ca_file, self._work
        )
        if not self._enrolment.needed():
            self._work()
            self._enrolment.tidy()
        self._world.milestones.pass_("start.ready")
        with self._lock:
            self.ready, told = True, self._told
        for callback in told:
            callback()

    def _work(self) -> None:
        """Go to work under the statement in force, once; its first entry is written here."""
        from kiosk.counter import Counter, Kept, lazy_forms
        from kiosk.idle_check import IdleCheck

        if self._counter is not None:
            return
        opened = self._opened
        assert opened is not None  # noqa: S101 - called by open and after it
        store, epoch = opened.store, opened.store.tail().chain.epoch
        seed = opened.secrets.signing_seed(epoch)
        if seed is None:
            raise Refused("signing_key_lost")
        signer = SeedSigner(seed)
        kept = Kept(store, opened.mirror, signer, opened.secrets.pin_pepper())
        late = _LateLine()
        counter = Counter(self._world, kept, self.events, late, lazy_forms)
        if store.tail().chain.seq == 0:
            members = {"v": 1, "kind": "epoch_open", "app": VERSION}
            counter.scribe.write([Writing(EntryType.EPOCH_OPEN, members)])
        self._line = late.line = self._make_line(counter, signer)
        self._counter = counter
        self._line.start()
        counter.papers.recover()
        self._printing = PrintWorker(counter.papers, self._config.printer, self._config.render)
        self._printing.start(start_thread)
        self._idle_check = IdleCheck(opened.check, counter.office, counter.people)
        self._idle_check.start(start_thread)

    def _make_line(self, counter: Counter, signer: SeedSigner) -> SyncLine:
        from kiosk.intake import Intake
        from sync.backoff import Backoff
        from sync.client import Client, LateWire
        from sync.cycle import Around, Cycle
        from sync.inquiry import Inquiries
        from sync.ping import Ping
        from sync.worker import Worker

        opened, world = self._opened, self._world
        assert opened is not None  # noqa: S101 - see _work
        store, in_force = opened.store, counter.in_force
        address = self._config.centre or (store.fact("centre") or b"").decode()
        gate = Intake(store, counter.scribe, in_force, self.events, opened.mirror.flush)

        def client() -> Client:
            line = LateWire(address, self._config.ca_file)
            return Client(line, signer, gate, in_force, world.clock, world.randomness)

        around = Around(
            world.clock, world.milestones, Backoff(world.randomness), VERSION,
            lambda: shutil.disk_usage(self._config.folder).free // MIB,
            Ping(LateWire(address, self._config.ca_file), world.clock, world.randomness),
        )  # fmt: skip
        worker = Worker(Cycle(client(), gate, store, in_force, around), self.events, world.clock)
        return SyncLine(worker, Inquiries(client(), gate))

    def close(self) -> None:
        """Finish what has begun, in the order in which each needs the next. Safe to call after a failed start."""
        if self._idle_check is not None:
            self._idle_check.stop()
        if self._printing is not None:
            self._printing.stop()
        if self._line is not None:
            self._line.stop()
        self._storage_thread.shutdown(wait=True)
        self._network_thread.shutdown(wait=False, cancel_futures=True)
        if self._opened is not None:
            self._opened.close()

    # ---- what the window asks --------------------------------------------------------------------------------

    @property
    def counter(self) -> Counter:
        """Raises Refused("not_enrolled") before first trust."""
        if self._counter is None:
            raise Refused("not_enrolled")
        return self._counter

    @property
    def people(self) -> People:
        return self.counter.people

    @property
    def till(self) -> Till:
        return self.counter.till

    @property
    def desk(self) -> Desk:
        return self.counter.desk

    @property
    def papers(self) -> Papers:
        return self.counter.papers

    @property
    def line(self) -> SyncLine:
        if self._line is None:
            raise Refused("not_enrolled")
        return self._line

    @property
    def enrolment(self) -> EnrolDesk:
        if self._enrolment is None:
            raise Refused("not_ready", missing="store")
        return self._enrolment

    def settings(self) -> Settings:
        return self.counter.in_force.settings()

    def statement(self) -> Statement:
        return self.counter.in_force.statement()


class _LateLine:
    """Stands in for the line while counter and line are being made: each needs the other."""

    def __init__(self) -> None:
        self.line: SyncLine | None = None

    def online(self) -> bool:
        return self.line is not None and self.line.online()

    def wake(self) -> None:
        if self.line is not None:
            self.line.wake()

    def inquire(self, service_id: str, fields: dict[str, Any]) -> Bill:
        assert self.line is not None  # noqa: S101 - the window comes after the line
        return self.line.inquire(service_id, fields)
