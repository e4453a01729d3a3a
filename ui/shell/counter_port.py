"""What the window needs of the counter behind it; `kiosk/main/program.py` hands it in. Types only."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Protocol, TypeVar

from kiosk.setup.enrolment_state import Enrolments

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.core.events import Events
    from kiosk.counter import Counter
    from kiosk.ports.world import StickAnswer, WrittenBundle
    from kiosk.upkeep.backup.backup_schedule import BackupSchedule
    from kiosk.upkeep.doctor.diagnosis import Diagnosis
    from kiosk.upkeep.updates.update_worker import Updater

T = TypeVar("T")


class StickDesk(Protocol):
    """The line by stick."""

    def sticks(self) -> list[Path]: ...
    def out(self) -> WrittenBundle: ...
    def bring(self) -> StickAnswer: ...


class AtWork(Protocol):
    """The real counter and what runs beside it, in practice too."""

    @property
    def counter(self) -> Counter: ...
    @property
    def diagnosis(self) -> Diagnosis: ...
    @property
    def keeper(self) -> BackupSchedule: ...
    @property
    def updates(self) -> Updater | None:
        """None where there are none: in a working copy."""

    @property
    def stick(self) -> StickDesk: ...


class Executor(Protocol):
    """Where work is done that the screen does not wait for."""

    def run(self, work: Callable[[], T]) -> Future[T]:
        """On the storage thread, in the order of the calls."""

    def run_slow(self, work: Callable[[], T]) -> Future[T]:
        """Where waiting on the network harms nobody."""


class Kiosk(Executor, Enrolments, Protocol):
    """What the window is handed: an executor, and the counter. Before `ready` there is no store and no counter."""

    @property
    def ready(self) -> bool: ...
    def on_ready(self, callback: Callable[[], None]) -> None: ...
    @property
    def events(self) -> Events: ...
    @property
    def counter(self) -> Counter:
        """The real one, or that of the practice while somebody practises."""

    @property
    def at_work(self) -> AtWork: ...
    @property
    def practising(self) -> bool: ...
    def start_practice(self) -> None: ...
    def stop_practice(self) -> None: ...
