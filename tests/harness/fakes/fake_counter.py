"""The counter the window is given in tests: the real domain on a store in memory, its threads under our hand."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, TypeVar

from kiosk.cash.till_day import TillDay
from kiosk.core.events import Events
from kiosk.counter import Counter
from kiosk.main.practice import Practice, PracticeRoom
from kiosk.model.citizen_receipt import ReceiptLine
from kiosk.model.service_request import AuthorityBill
from kiosk.ports.store import Store, Tail
from kiosk.ports.world import LineStatus
from kiosk.printing.print_queue import PrintQueue
from kiosk.selling.citizen_advice import CitizenAdvice
from kiosk.selling.service_desk import ServiceDesk
from kiosk.setup.enrolment_state import RestoredIdentity, UnderWay
from kiosk.staff.sign_in import StaffSession
from kiosk.upkeep.backup.backup_maker import BackupMaker, Parts
from kiosk.upkeep.backup.backup_schedule import BackupSchedule
from kiosk.upkeep.doctor.diagnosis import Diagnosis
from kiosk.upkeep.updates.update_worker import Updater
from protocol.errors import KioskError, Refused
from protocol.override import override
from protocol.texts import Bilingual
from storage.backup.backup_files import Cover
from sync.enrolment import Invited
from tests.harness.fakes.fake_backups import Disks, Shelf
from tests.harness.fakes.fake_doctor import FakeComputer, FakeOutlet, run_at_once
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import FakeLine, Shop

T = TypeVar("T")
NOW_MS = 1_795_600_000_000
SHOP = Invited(Bilingual("مركز النور للاتصالات — الدقي", "Al Nour Telecom, Dokki"), 0)


@dataclass
class ShownLine(FakeLine):
    """A line that says where it stands."""

    state: str = ""
    tried: int = 0
    waiting: Callable[[], int] = lambda: 0
    now_ms: Callable[[], int] = lambda: NOW_MS
    bill: AuthorityBill | None = field(
        default_factory=lambda: AuthorityBill(
            "B-1", 32_500, 2**50, (ReceiptLine(Bilingual("مخالفات", "Fines"), 32_500),)
        )
    )

    @override
    def status(self) -> LineStatus:
        now_ms = self.now_ms()
        state = self.state or ("online" if self.up else "offline")
        return LineStatus(state, now_ms if self.up else NOW_MS, now_ms + 60_000, self.waiting())

    @override
    def now(self) -> None:
        self.tried += 1


@dataclass
class FakeEnrolment:
    is_needed: bool = False
    claimed: list[tuple[str, str, str]] = field(default_factory=list)
    polls: list[bool | KioskError] = field(default_factory=list)
    refusal: KioskError | None = None
    waiting: UnderWay | None = None
    invited: Invited | None = SHOP
    back: RestoredIdentity | None = None

    def put_back(self) -> RestoredIdentity | None:
        return self.back

    def whose_code(self, url: str, slot: str, code: str) -> Invited | None:
        if self.refusal:
            raise self.refusal
        return self.invited

    def needed(self) -> bool:
        return self.is_needed

    def centre(self) -> str:
        return "https://offered.example"

    def claim(self, url: str, slot: str, code: str) -> str:
        if self.refusal:
            raise self.refusal
        self.claimed.append((url, slot, code))
        return "482915"

    def under_way(self) -> UnderWay | None:
        return self.waiting

    def poll(self) -> bool:
        answer = self.polls.pop(0)
        if isinstance(answer, KioskError):
            raise answer
        return answer


@dataclass
class FakeOfflineEnrolment:
    """A desk for files: `said` is the code of the request."""

    enrolment: FakeEnrolment
    said: str = ""
    refusal: KioskError | None = None
    took: list[tuple[bytes, str]] = field(default_factory=list)

    def request(self, slot: str, code: str) -> bytes:
        if self.refusal:
            raise self.refusal
        self.said = "STGP-AFFW-1T4D-7S8R-S"
        return b'{"request":true}'

    def code(self) -> str:
        return self.said

    def refuse_enrolled(self) -> None:
        raise Refused("enrol_already", shop="shop-1", since="2026-11-25 10:00", n=0)

    def accept(self, data: bytes, code: str) -> None:
        if self.refusal:
            raise self.refusal
        self.took.append((data, code))
        self.enrolment.is_needed = False


class FakeAtWork:
    """The real counter of a kiosk, in practice too."""

    def __init__(self, kiosk: FakeCounter) -> None:
        self.counter, self.diagnosis, self.keeper = kiosk.shop.counter, kiosk.diagnosis, kiosk.keeper
        self.updates, self.stick = kiosk.updates, kiosk.stick


class FakeCounter:
    """What the window is handed, with the parts of its counter at hand.

    `hold` keeps the work back until `release`: what a slow disk looks like from the screen.
    """

    def __init__(self, *, ready: bool = True, store: Store | None = None) -> None:
        self.store: Any = store or FakeStore()
        self.line = ShownLine()
        self.shop = Shop(self.store, line=self.line)
        self.enrolment = FakeEnrolment()
        self.offline_enrolment = FakeOfflineEnrolment(self.enrolment)
        self.ready, self.hold = ready, False
        self.works: list[tuple[Future[Any], Callable[[], Any]]] = []
        self._told: list[Callable[[], None]] = []
        self._practice: Practice | None = None
        self._serve(self.shop.counter)

        def waiting() -> int:
            tail: Tail = self.store.journal.tail()
            return tail.count - tail.acked_count

        self.line.waiting, self.line.now_ms = waiting, self.shop.clock.wall_ms
        self.reminding = self.shop.counter.reminding
        self.lockout, self.telephone = self.shop.counter.lockout, self.shop.counter.approvals
        self.outlet = FakeOutlet()
        self.computer = FakeComputer(self.shop.clock, self.store)
        self.diagnosis = Diagnosis(
            self.computer.probes, self.store, self.shop.counter.journal.write, self.shop.counter.events, self.outlet,
            run_at_once,
        )  # fmt: skip

        self.shelf, self.disks = Shelf(self.store), Disks()
        parts = Parts(self.shelf, Cover, self.disks, Path("/data"), "0.3.0")
        office = self.shop.counter.context
        backups = BackupMaker(parts, self.store, office.in_force, self.shop.world, office.journal.write)
        self.keeper = BackupSchedule(backups, office, self.shop.counter.people)
        self.updates: Updater | None = None
        self.stick: Any = SimpleNamespace(sticks=list)

    def _serve(self, counter: Counter) -> None:
        self.people: StaffSession = counter.people
        self.till: TillDay = counter.till
        self.desk: ServiceDesk = counter.desk
        self.papers: PrintQueue = counter.papers
        self.advice: CitizenAdvice = counter.advice
        self.aftercare, self.rights = counter.aftercare, counter.rights
        self.notices = counter.notices
        self.books, self.closing = counter.books, counter.closing
        self.evidence = counter.evidence
        self.cash, self.reversals = counter.cash, counter.reversals
        self.unsettled, self.neighbours = counter.unsettled, counter.neighbours
        self.approvals = counter.approvals
        self.events: Events = counter.events

    @property
    def practising(self) -> bool:
        return self._practice is not None

    def start_practice(self) -> None:
        room = PracticeRoom(FakeStore(), None, lambda: None, bytes(32))
        self._practice = Practice(self.shop.counter, room, self.shop.world)
        self._serve(self._practice.counter)

    def stop_practice(self) -> None:
        practice, self._practice = self._practice, None
        assert practice is not None
        practice.end()
        self._serve(self.shop.counter)

    def on_ready(self, callback: Callable[[], None]) -> None:
        if self.ready:
            callback()
        else:
            self._told.append(callback)

    def open(self) -> None:
        self.ready = True
        for callback in self._told:
            callback()

    def run(self, work: Callable[[], T]) -> Future[T]:
        future: Future[T] = Future()
        self.works.append((future, work))
        if not self.hold:
            self.release()
        return future

    run_slow = run

    def release(self) -> None:
        self.hold = False
        while self.works:
            future, work = self.works.pop(0)
            try:
                result = work()
            except Exception as error:  # noqa: BLE001 - a future keeps whatever came
                future.set_exception(error)
            else:
                future.set_result(result)

    @property
    def counter(self) -> Counter:
        return self.shop.counter if self._practice is None else self._practice.counter

    @property
    def at_work(self) -> FakeAtWork:
        return FakeAtWork(self)
