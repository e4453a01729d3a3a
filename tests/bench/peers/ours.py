"""Ourselves: the whole kiosk as `kiosk.main.program` composes it, its line cut while it sells; the real centre on
PostgreSQL.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kiosk.core.system_world import system_world
from kiosk.main.config import Config
from kiosk.main.program import Program
from protocol.wire.wire import MAX_RECORDS
from tests.bench import offline
from tests.bench.peers.relay import Relay
from tests.harness.centre_process import CentreProcess, free_port, start_centre
from tests.harness.fakes.fake_keystore import FakeKeystore
from ui.paper.printers import NoPrinter

PATIENCE_S: Final = 120.0
LOOK_S: Final = 1.0


class Ours:
    """`sell` first, with the line cut; `drain` and `weigh` then carry what was sold, and cut the line again."""

    name = f"Manfaz to its centre on PostgreSQL, up to {MAX_RECORDS} at a time"
    limit: float | None = None
    aim: float | None = None
    durable = "yes"
    verifies = "each signature and hash; fees, behind the acknowledgement; at the counter its signature"

    def __init__(self, kiosk: Program, centre: CentreProcess) -> None:
        self._kiosk, self._centre = kiosk, centre
        assert kiosk._opened is not None
        self._store = kiosk._opened.store
        self._changed = threading.Event()
        kiosk.events.subscribe(lambda _event: self._changed.set())

    def sell(self, count: int) -> list[str]:
        """`count` requests by the real desk; what they hold, as JSON lines for the others."""
        before = self._store.journal.tail().chain
        offline._sell(self._kiosk, count)
        made = [item for item in self._store.journal.export(before.epoch) if item.record.fields.seq > before.seq]
        lines = [f'{item.record.body.decode()[:-1]},"frame":{item.frame.decode()}}}' for item in made if item.frame]
        assert len(lines) == count, len(lines)
        return lines

    def drain(self, lines: Sequence[str]) -> float:
        """Whoever comes next finds a centre that has nothing left to do, as those of the others do."""
        before = self._store.journal.tail()
        assert before.chain.seq - before.hwm >= len(lines), before
        self._centre.start()
        try:
            self._kiosk.counter.line.now()
            self._until(lambda: self._store.journal.tail().hwm > before.hwm)
            began, first = time.perf_counter(), self._store.journal.tail().hwm
            self._until(self._all_sent)
            return (before.chain.seq - first) / (time.perf_counter() - began)
        finally:
            self._centre.stop()
            began = time.perf_counter()
            self._centre.cli("work")
            print(f"  {time.perf_counter() - began:8.1f} s  more until our centre has projected them", flush=True)

    def weigh(self, lines: Sequence[str]) -> float:
        address, self._centre.port = self._centre.port, free_port()
        try:
            with Relay(self._centre.port, address) as relay:
                self.drain(lines)
        finally:
            self._centre.port = address
        return relay.up / len(lines)

    def _all_sent(self) -> bool:
        tail = self._store.journal.tail()
        return tail.hwm >= tail.chain.seq

    def _until(self, done: Callable[[], bool]) -> None:
        """Looks when the kiosk says that something changed: looking all the time would slow it down."""
        until = time.monotonic() + PATIENCE_S
        self._changed.clear()
        while not done():
            assert time.monotonic() < until, f"{self._kiosk.counter.line.status()}\n{self._centre.log()[-3000:]}"
            self._changed.wait(LOOK_S)
            self._changed.clear()


@contextmanager
def ours(database: str, folder: Path) -> Iterator[Ours]:
    """Enrolled, the day open, the centre stopped; files in `folder`."""
    centre = start_centre(folder, database)
    try:
        world = system_world()
        keystore = FakeKeystore()
        kiosk = Program(
            Config(folder / "kiosk", NoPrinter(), lambda _receipt, _copy: b"", centre.url), world, lambda: keystore
        )
        try:
            kiosk.run(kiosk.open).result()
            offline._enrol(kiosk, centre)
            centre.stop()
            yield Ours(kiosk, centre)
        finally:
            kiosk.close()
    finally:
        centre.stop()
