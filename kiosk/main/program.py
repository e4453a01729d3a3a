"""The composition: the only place that knows everyone. Store, line, printer and window are joined here.

The window is shown first; the store is opened behind it, on the storage thread, because importing and opening
take longer than the first picture may. Nothing here waits on the network.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Final, TypeVar

from kiosk.core.events import Event, Events, SyncChanged
from kiosk.main.config import Config
from protocol.errors import KioskError, Refused

if TYPE_CHECKING:
    from kiosk.counter import Counter
    from kiosk.main.counter_at_work import AtWork
    from kiosk.main.online_enrolment import OnlineEnrolment
    from kiosk.main.practice import Practice
    from kiosk.ports.store import Keystore
    from kiosk.ports.world import World
    from kiosk.setup.offline_enrolment import OfflineEnrolment
    from kiosk.upkeep.updates.version_trial import VersionTrial
    from storage.backup.restoring import Restoring
    from storage.opening import Opened

T = TypeVar("T")
GIVE_WAY_S: Final = 0.0002
"""What a busy thread may hold the interpreter for while the screen waits: two that pack and send hold it in turn."""


class Program:
    """One kiosk on one machine, from before its store is open until it has closed. What the window is given."""

    def __init__(self, config: Config, world: World, open_keystore: Callable[[], Keystore]) -> None:
        sys.setswitchinterval(GIVE_WAY_S)
        self.events = Events()
        self.ready = False
        self.erased: Callable[[], None] = lambda: None
        """Told, on whatever thread, once the keys are destroyed by order of the centre: what is open must be closed."""
        self._ordered = False
        self.painted = threading.Event()
        """Set by whoever shows the window, once its picture is there."""
        self._config = config
        self._world = world
        self._open_keystore = open_keystore
        self._opened: Opened | None = None
        self._at_work: AtWork | None = None
        self._practice: Practice | None = None
        self._enrolment: OnlineEnrolment | None = None
        self._waiting: list[Callable[[], None]] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self.events.subscribe(self._heard)
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
                self._waiting.append(callback)
                return
        callback()

    # ---- opening and closing ---------------------------------------------------------------------------------

    def open(self) -> None:
        """Open the store and go to work. Raises what `storage.opening.open_store` raises."""
        from kiosk.upkeep.updates.version_trial import VersionTrial

        trial = VersionTrial(self._config.folder)
        trial.opening()
        try:
            self._open(trial)
        except BaseException as error:
            trial.fail(error)
            raise
        with self._lock:
            self.ready, waiting, self._waiting = True, self._waiting, []
        for callback in waiting:
            callback()

    def _open(self, trial: VersionTrial) -> None:
        """All but the word that it is open: before that a version on trial has to prove itself."""
        from kiosk.main.online_enrolment import OnlineEnrolment
        from storage.opening import open_store

        self._world.milestones.pass_("start.opening")
        opened = open_store(self._config.folder, self._open_keystore(), self._world)
        self._opened = opened
        self._obey()
        trial.checking()
        self._enrolment = OnlineEnrolment(
            opened.store, opened.secrets, self._world, self._config.centre, self._config.ca_file, self._work
        )
        if not self._enrolment.needed():
            self._work()
            self._enrolment.tidy()
        if trial.watched:
            from kiosk.main.upkeep_wiring import proofs

            trial.prove(proofs(opened, self._config.render, self.painted))
        self._world.milestones.pass_("start.ready")

    def _heard(self, event: Event) -> None:
        if isinstance(event, SyncChanged) and not self._ordered:
            with suppress(KioskError):  # a store that is closing: then it is obeyed at the next start
                if self._erasure_ordered():
                    self._ordered = True
                    self.run_slow(self._erase)

    def _erasure_ordered(self) -> bool:
        from kiosk.model.facts import ORDER

        assert self._opened is not None  # noqa: S101 - called once the store is open
        store = self._opened.store
        return store.enrolment() is not None and ORDER.kept(store, store.journal.tail().chain.epoch) == "erase"

    def _obey(self) -> None:
        """An order that was kept and not carried out, for the power went. Raises Refused("erased_by_order")."""
        if self._erasure_ordered():
            self._erase()
            raise Refused("erased_by_order")

    def _erase(self) -> None:
        """The keys go now, which is all that counts; the files at the next start (`storage.keystore.store_erasure`)."""
        from storage.keystore import store_erasure

        try:
            store_erasure.begin(self._config.folder.resolve(), self._open_keystore(), "order")
        except BaseException:
            self._ordered = False  # a keystore that was locked just then: at the next word from the centre again
            raise
        self.erased()

    def _work(self) -> None:
        """Go to work under the statement in force, once."""
        from kiosk.main.counter_at_work import AtWork

        if self._at_work is None:
            assert self._opened is not None  # noqa: S101 - called by open and after it
            at_work = AtWork(self._opened, self._config, self._world, self.events)
            self._at_work = at_work
            at_work.start()

    def apart(self, work: Callable[[Restoring, Callable[[], bool]], T]) -> T:
        """`work` on the folder of a counter that is not at work, while its store is closed; it asks whether to go on.

        On the storage thread. What was open is opened again. Raises Refused("enrol_already"), as `Restoring`, and as
        `open`.
        """
        from storage.backup.restoring import Restoring

        was = self.ready
        if was:
            self.offline_enrolment.refuse_enrolled()
        with self._lock:
            self.ready, self._enrolment = False, None
        if self._opened is not None:
            self._opened.close()
            self._opened = None
        try:
            with closing(Restoring(self._config.folder, self._open_keystore(), self._world.randomness)) as at:
                return work(at, lambda: not self._closing.is_set())
        finally:
            if was:
                self.open()

    def close(self) -> None:
        """Finish what has begun, in the order in which each needs the next. Safe to call after a failed start."""
        self._closing.set()
        if self._practice is not None:
            self.stop_practice()
        if self._at_work is not None:
            self._at_work.stop()
        self._storage_thread.shutdown(wait=True)
        self._network_thread.shutdown(wait=False, cancel_futures=True)
        if self._opened is not None:
            self._opened.close()

    # ---- what the window asks --------------------------------------------------------------------------------

    @property
    def at_work(self) -> AtWork:
        """The real counter and what runs beside it. Raises Refused("not_enrolled") before first trust."""
        if self._at_work is None:
            raise Refused("not_enrolled")
        return self._at_work

    @property
    def counter(self) -> Counter:
        """The real one, or that of the practice while somebody practises. Raises as `at_work`."""
        practice = self._practice
        return self.at_work.counter if practice is None else practice.counter

    # ---- practice

    @property
    def practising(self) -> bool:
        return self._practice is not None

    def start_practice(self) -> None:
        """Leave the real counter for one to learn on. Raises Refused: signed_out, locked; Unavailable."""
        from kiosk.main.practice import FOLDER, MemoryKeystore, PracticeRoom, wipe
        from storage.disk.disk_space import DiskSpace
        from storage.opening import open_store

        if self._practice is not None or self._opened is None:
            return
        wipe(self._config.folder)
        opened = open_store(
            self._config.folder / FOLDER, MemoryKeystore(), self._world,
            space=lambda folder: DiskSpace(folder, ballast_bytes=0),
        )  # fmt: skip
        try:
            room = PracticeRoom(opened.store, opened.pictures, opened.close, self._opened.secrets.pin_pepper())
            self._practice = self.at_work.begin_practice(room)
        except BaseException:
            opened.close()
            raise

    def stop_practice(self) -> None:
        """Back to the real counter, at which nobody is signed in. Nothing of the practice is left."""
        from kiosk.main.practice import wipe

        practice, self._practice = self._practice, None
        if practice is not None:
            self.at_work.end_practice(practice)
            wipe(self._config.folder)

    @property
    def enrolment(self) -> OnlineEnrolment:
        if self._enrolment is None:
            raise Refused("not_ready", missing="store")
        return self._enrolment

    @property
    def offline_enrolment(self) -> OfflineEnrolment:
        """First trust by files, without a line. Raises as `enrolment`."""
        from kiosk.setup.offline_enrolment import OfflineEnrolment

        desk = self.enrolment
        assert self._opened is not None  # noqa: S101 - there is no desk before the store is open
        return OfflineEnrolment(self._opened.store, self._world, desk.signer(), desk.keep)
