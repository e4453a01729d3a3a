"""A shop whose line is cut takes requests, then the line comes back: draining, the screen's patience, and 5,000 unsent.

The whole kiosk as `kiosk.main.program` composes it, without its window, and a real centre in a process of its own.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from PySide6.QtCore import QMetaObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from kiosk.core.system_world import system_world
from kiosk.main.config import Config
from kiosk.main.program import Program
from kiosk.ports.store import Tail
from protocol.errors import KioskError
from storage.db.request_index import AT_ONCE, follow
from tests.bench import bare
from tests.bench.figures import Figure, at, median
from tests.harness.centre_process import UNLIMITED, CentreProcess, start_centre
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.generated_sales import FOUR, Citizens
from tests.harness.postgres_server import server
from ui.paper.printers import NoPrinter

SHOP: Final = "CAI-001"
PIN: Final = "194027"
BATCH: Final = 200
INDEXED: Final = 100
"""Sales between two looks of the index for searches."""
LEAST: Final = {"SQLite": 0.37, "PostgreSQL": 0.42}
"""What the drain reaches of the bare app's."""
TICK_MS: Final = 5
PATIENCE_S: Final = 120.0


def run(*, quick: bool) -> list[Figure]:
    count = 1_000 if quick else 10_000
    with _folder() as folder:
        figures = _measure(folder, "SQLite", None, str(folder / "bare.db"), count)
    with _folder() as folder, server() as postgres:
        figures += _measure(folder, "PostgreSQL", postgres.database("ours"), postgres.database("bare"), count)
    return figures


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="manfaz-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _measure(folder: Path, name: str, database: str | None, other: str, count: int) -> list[Figure]:
    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    centre = start_centre(folder, database)
    world = system_world()
    config = Config(folder / "kiosk", NoPrinter(), lambda _receipt, _copy: b"", centre.url)
    keystore = FakeKeystore()
    kiosk = Program(config, world, lambda: keystore)
    try:
        kiosk.run(kiosk.open).result()
        _enrol(kiosk, centre)
        centre.stop()
        taken = _sell(kiosk, count)
        lines = _lines(kiosk)
        floor = bare.rate(other, lines, BATCH)
        rate, lags = _drain(kiosk, application, centre)
    finally:
        kiosk.close()
        centre.stop()
    what = f"draining {count:,} to the centre on {name}"
    figures = [Figure("drain", what, rate, floor, "records/s", rate / floor, LEAST[name], 0.5, more=True)]
    few = min(500, count // 4)
    none, many = median(taken[:few]), median(taken[count // 2 : count // 2 + few])
    figures.append(
        Figure("unsent", f"Desk.record with {count // 2:,} unsent beside none, line cut ({name})", many, none, "ms p50",
               many / none, 1.2)
    )  # fmt: skip
    return [
        *figures,
        Figure(
            "lag", f"GUI loop lag while {count:,} drain ({name}), p99", at(lags, 0.99), None, "ms", at(lags, 0.99), 50
        ),
        Figure("lag", f"GUI loop lag while {count:,} drain ({name}), max", max(lags), None, "ms", max(lags), 250),
    ]


def _enrol(kiosk: Program, centre: CentreProcess) -> None:
    centre.cli("shop", "add", "--id", SHOP, "--name-ar", "منفذ الدقي", "--name-en", "Dokki counter")
    centre.cli("settings", "set", "--shop", SHOP, *UNLIMITED)
    made = centre.cli("operator", "add", "--shop", SHOP, "--name-ar", "سارة", "--name-en", "Sara")
    slot = centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
    number = kiosk.enrolment.claim(centre.url, slot["slot"], slot["code"])
    centre.cli("device", "approve", slot["slot"], "--number", number, "--staff", "badr")
    assert kiosk.enrolment.poll()
    until = time.monotonic() + 30
    while time.monotonic() < until and not _seats(kiosk):
        time.sleep(0.2)
    kiosk.counter.people.activate(made["id"], made["code"], PIN)
    kiosk.counter.till.open_day(10_000)


def _seats(kiosk: Program) -> int:
    try:
        kiosk.counter.in_force.catalogue()
        return len(kiosk.counter.people.seats())
    except KioskError:
        return 0


def _sell(kiosk: Program, count: int) -> list[float]:
    """Milliseconds of each."""
    citizens = Citizens(2_077, FOUR)
    taken = []
    for place in range(count):
        if place % INDEXED == 0:
            _index(kiosk)
        sale = citizens.next(time.time_ns() // 1_000_000).sale(kiosk.counter.desk)
        began = time.perf_counter()
        kiosk.counter.desk.record(sale)
        taken.append((time.perf_counter() - began) * 1000)
    _index(kiosk)
    return taken


def _index(kiosk: Program) -> None:
    """What a counter does within a minute of a sale: here they come by the hundred in a second."""
    assert kiosk._opened is not None
    more = True
    while more:
        with kiosk._opened.store.transaction() as connection:
            more = follow(connection, AT_ONCE)


def _lines(kiosk: Program) -> list[str]:
    """What waits, as JSON lines for the bare app: each body with its personal frame."""
    assert kiosk._opened is not None
    waiting = [item for item in kiosk._opened.store.journal.export(1) if item.frame is not None]
    return [f'{item.record.body.decode()[:-1]},"frame":{item.frame.decode()}}}' for item in waiting if item.frame]


class _Loop:
    """By how many milliseconds each tick of the screen's loop comes late."""

    def __init__(self) -> None:
        self.lags: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)

    def _tick(self) -> None:
        now = time.perf_counter()
        self.lags.append(max(0.0, (now - self._last) * 1000 - TICK_MS))
        self._last = now

    def stop(self) -> None:
        self._timer.stop()


class _Sending:
    """Waits for the mark, looking when something changed: looking all the time would slow down what is measured."""

    def __init__(self, kiosk: Program) -> None:
        assert kiosk._opened is not None
        self._kiosk, self._store = kiosk, kiosk._opened.store
        self._changed = threading.Event()
        kiosk.events.subscribe(lambda _event: self._changed.set())
        self.before = self._store.journal.tail()

    def until(self, hwm: int) -> Tail:
        give_up = time.monotonic() + PATIENCE_S
        while (tail := self._store.journal.tail()).hwm < hwm:
            assert time.monotonic() < give_up, self._kiosk.counter.line.status()
            self._changed.wait(1)
            self._changed.clear()
        return tail


def _drain(kiosk: Program, application: QApplication, centre: CentreProcess) -> tuple[float, list[float]]:
    """Records a second from the first acknowledgement on, and the lags of the screen's loop meanwhile."""
    sending, rates = _Sending(kiosk), []
    last = sending.before.chain.seq

    def watch() -> None:
        try:
            first = sending.until(sending.before.hwm + 1)  # without a backoff and the first batch's connection
            began = time.perf_counter()
            sending.until(last)
            rates.append((last - first.hwm) / (time.perf_counter() - began))
        finally:
            # Asked of the other thread: to call it from here would hold Python while it waits for that one.
            QMetaObject.invokeMethod(application, "quit", Qt.ConnectionType.QueuedConnection)  # type: ignore[call-overload]

    watcher = threading.Thread(target=watch)
    watcher.start()
    centre.start()
    QTimer.singleShot(0, kiosk.counter.line.now)
    loop = _Loop()
    application.exec()
    watcher.join()
    loop.stop()
    return rates[0], loop.lags
