"""An enrolled counter at work: its line, its printer's thread, and the check of its store when nobody is there.

Imported once the store is open: what it brings takes longer to import than the first picture may.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kiosk import VERSION
from kiosk.core.counter_context import CounterContext
from kiosk.core.documents_in_force import DocumentsInForce
from kiosk.core.events import Events
from kiosk.counter import Counter, Kept
from kiosk.evidence import picture_process
from kiosk.main.practice import Practice, PracticeRoom, record_end
from kiosk.main.stick_desk import StickDesk
from kiosk.main.upkeep_wiring import UpdateActions, diagnosis_at_work, installed, make_updater, web_line
from kiosk.model.facts import CENTRE, FLOOR_MS, whole
from kiosk.ports.store import Store
from kiosk.ports.world import World
from kiosk.printing.print_worker import PrintWorker
from kiosk.printing.printer_choice import PrinterChoice
from kiosk.receiving import feed_documents
from kiosk.receiving.feed_documents import opening
from kiosk.receiving.inbound_handler import InboundHandler
from kiosk.upkeep import device_health
from kiosk.upkeep.attendance import IdleCheck, SleepGuard
from kiosk.upkeep.backup import restored_store
from kiosk.upkeep.backup.backup_maker import BackupMaker, Parts
from kiosk.upkeep.backup.backup_schedule import BackupSchedule
from kiosk.upkeep.updates.update_worker import Updater
from protocol.errors import Refused
from protocol.keys import SeedSigner
from protocol.override import override
from protocol.program.loop import Loop
from protocol.wire import wire
from storage.backup.backup_files import Cover
from storage.backup.second_place import SecondPlaces
from storage.db.request_index import RequestIndexing
from storage.disk.disk_space import MIB, free_bytes
from storage.disk.sticks import sticks
from storage.probes.power import this_holder, this_power
from sync.centre_client import CentreClient, LazyWire, Question, RunningProgram
from sync.evidence_upload import EvidenceUpload
from sync.line import Backoff, NoAnswer
from sync.line_probe import Ping
from sync.live_questions import LiveQuestions
from sync.stick_exchange import StickExchange
from sync.sync_cycle import SERVED, SyncContext, SyncCycle
from sync.sync_worker import SyncWorker

if TYPE_CHECKING:
    from kiosk.main.config import Config
    from storage.opening import Opened

CALM_S: Final = 1.5
"""The line is first tried this long after the start: until then the machine belongs to whoever is signing in."""
PATIENCE_S: Final = 8.0
"""A citizen waits for his money while the centre is asked about the other tills: a line that hangs is none."""
ACCEPTANCE_UNSENT: Final = whole("acceptance_unsent")
"""A report which the centre has not taken yet."""


class SyncLine(SyncWorker):
    """The line as desk and screen see it: a worker that sends, and questions asked live."""

    def __init__(self, cycle: SyncCycle, context: CounterContext, client: Callable[..., CentreClient]) -> None:
        super().__init__(cycle, context.events, context.world.clock, calm_s=CALM_S)
        inquiries = LiveQuestions(client())
        tills, support = LiveQuestions(client(PATIENCE_S)), LiveQuestions(client(PATIENCE_S))
        self._asking = inquiries, tills, support
        self.inquire, self.send_support = inquiries.inquire, support.send_support
        self.find, self.refund = tills.find, tills.refund

    def online(self) -> bool:
        status = self.status()
        return status.state == "online" or (status.state == "clock_wrong" and status.detail == SERVED)

    @override
    def break_off(self) -> None:
        super().break_off()
        for asking in self._asking:
            asking.close()


class AtWork:
    """What runs from first trust, or from the opening of an enrolled store, until the program closes."""

    def __init__(self, opened: Opened, config: Config, world: World, events: Events) -> None:
        """The first entry of an epoch is written here. Raises Refused("signing_key_lost")."""
        self._opened = opened
        self._config = config
        self._world = world
        store, epoch = opened.store, opened.store.journal.tail().chain.epoch
        seed = opened.secrets.signing_seed(epoch)
        if seed is None:
            raise Refused("signing_key_lost")
        self.signer = SeedSigner(seed)
        kept = Kept(
            store, opened.mirror, self.signer, opened.secrets.pin_pepper(), opened.pictures, picture_process.read
        )
        self.counter = Counter(world, kept, events, self._make_line)
        self._begin(store)
        self.printing = PrintWorker(self.counter.papers, config.printer, config.render)
        self._follow_choice(config)
        self.diagnosis = diagnosis_at_work(opened, config, world, self.counter, self.line.send_support)
        self.awake = SleepGuard(events, self.counter.people, this_holder(), this_power(), world.clock)
        self.diagnosis.low = self.awake.low
        self._names = RequestIndexing(opened.store.transaction, world.clock)
        self._idle_check = IdleCheck(self._check, self.counter.context, self.counter.people, self.diagnosis.watch)
        parts = Parts(opened.copies, Cover, SecondPlaces(config.folder), config.folder, VERSION)
        backups = BackupMaker(parts, store, self.counter.in_force, world, self.counter.journal.write)
        self.keeper = BackupSchedule(backups, self.counter.context, self.counter.people)
        self._practising = False
        self.updates = self._make_updates()

    def _begin(self, store: Store) -> None:
        """What an epoch says first, what follows a restore, and what an upgrade has to read again."""
        if store.journal.tail().chain.seq == 0:
            self.counter.journal.write(opening(store, VERSION))
        writings, noted = restored_store.restore_entry(store)
        if writings:
            self.counter.journal.write(writings, noted)
        again = feed_documents.read_again(store)
        if again:
            self.counter.journal.write([], again)

    def _check(self, go_on: Callable[[], bool]) -> int | None:
        """The whole store, once a day while nobody is here; before it, what has had its time goes."""
        self.counter.evidence.tidy()
        self._opened.sweep(FLOOR_MS.kept(self._opened.store) or 0)
        unsent = ACCEPTANCE_UNSENT.kept(self._opened.store)
        if unsent:
            self.send_acceptance(unsent)
        return self._opened.check(go_on)

    def _follow_choice(self, config: Config) -> None:
        """The printer chosen at the counter, now and later; one that the command line names goes before it."""
        make, papers, printing = config.make_device, self.counter.papers, self.printing
        if make is None:
            return

        def use(choice: PrinterChoice) -> None:
            printing.use(lambda: make(choice))

        chosen = papers.chosen()
        if chosen is not None:
            use(chosen)
        papers.on_choice(use)

    def begin_practice(self, room: PracticeRoom) -> Practice:
        """The printer is shared: the real papers wait meanwhile. Raises as `Practice`."""
        practice = Practice(self.counter, room, self._world)
        self._practising = True
        self.printing.pause()
        worker = practice.print_on(self._config.printer, self._config.render)
        chosen = self.counter.papers.chosen()
        if self._config.make_device is not None and chosen is not None:
            practice.choose(self._config.make_device, chosen)
        worker.start(self._world.start)
        return practice

    def end_practice(self, practice: Practice) -> None:
        try:
            practice.end()
        finally:
            self.printing.resume()
            self._practising = False

    def start(self) -> None:
        device_health.begin(self._opened.store, self._world.clock)
        record_end(self.counter)
        self.counter.papers.recover()
        for loop in self._loops():
            loop.start(self._world.start)

    def _loops(self) -> list[Loop]:
        """Each needs those before it."""
        updates = [] if self.updates is None else [self.updates]
        return [self.line, self.printing, self._names, self._idle_check, self.awake, self.keeper, *updates]

    def stop(self) -> None:
        for loop in reversed(self._loops()):
            loop.stop()
        device_health.end(self._opened.store)

    def _make_updates(self) -> Updater | None:
        """None where no starter has started this program: it could not go back."""
        config, backups = self._config, self.keeper.backups
        here = installed(config.folder)
        if here is None:
            return None
        address = self._address()
        ways = UpdateActions(
            lambda: web_line(address, config.ca_file), self.line.online, lambda: self._practising,
            lambda go_on: backups.local(go_on, lambda _done, _whole: None), config.restart,
        )  # fmt: skip
        return make_updater(here, self._opened, self.counter, ways)

    @property
    def stick(self) -> StickDesk:
        """The line by stick."""
        return self.stick_at()

    def stick_at(self, *places: Path) -> StickDesk:
        """The same; `places` in the place of the sticks that are plugged in."""
        exchange = StickExchange(
            self._opened.store, self.signer, self._inbound, self.counter.in_force, self._world, self._program
        )
        return StickDesk(exchange, (lambda: places) if places else sticks)

    def diagnose(self) -> int | None:
        """Look at everything once, as the doctor does; what it finds lies in the store afterwards.

        How many milliseconds this clock is before the centre's, None where that did not answer.
        """
        self.diagnosis.run()
        return self.diagnosis.ahead_ms

    def send_acceptance(self, document: bytes) -> bool:
        """Whether the centre has this report now. Until it has, it is offered again while nobody is here."""
        store = self._opened.store
        question = Question(
            wire.PATH_ACCEPTANCE, {200: wire.JSON}, content_type=wire.DSSE, body=document, idempotency="acc-{nonce}"
        )
        try:
            with closing(self._client(self.counter.in_force, PATIENCE_S)) as client:
                client.ask(question)
        except NoAnswer:
            store.commit([], [ACCEPTANCE_UNSENT.put(document)])
            return False
        store.commit([], [ACCEPTANCE_UNSENT.forget()])
        return True

    def _client(self, in_force: DocumentsInForce, patience_s: float | None = None) -> CentreClient:
        """A way to ask in this device's name, beside the others."""
        line = LazyWire(self._address(), self._config.ca_file, patience_s=patience_s)
        return CentreClient(line, self.signer, self._inbound, in_force, self._world.clock, self._world.randomness)

    def _address(self) -> str:
        return self._config.centre or (CENTRE.kept(self._opened.store) or "")

    def _make_line(self, context: CounterContext) -> SyncLine:
        opened, world = self._opened, self._world
        self._inbound = InboundHandler(context.store, context.journal, context.in_force, context.events)
        self._program = RunningProgram(VERSION, lambda: free_bytes(self._config.folder) // MIB, opened.mirror.lag)
        ping = Ping(LazyWire(self._address(), self._config.ca_file), world.clock, world.randomness)
        around = SyncContext(world, Backoff(world.randomness), self._program, ping)
        client = partial(self._client, context.in_force)
        asker = client()
        evidence = EvidenceUpload(asker, opened.store, opened.pictures, world.clock, world.milestones)
        self.line = SyncLine(SyncCycle(asker, opened.store, around, evidence), context, client)
        return self.line
