"""The kiosk that dies: the composition of `kiosk.main.program` without its window, told what to do line by line.

``python -m tests.scenarios.crash.victim SOCKET`` has everything imported, which takes longer than a life, and forks a
fresh process for each connection: a JSON line ``[FOLDER, CENTRE, PRINTER_PORT, ARMED, FAULT]`` first, then JSON lines
in and one out for each. ARMED is null or ``[moment, skip, delay_ms]``: the process kills itself with SIGKILL that long
after it has passed the moment for the (skip + 1)-th time. FAULT holds its keystore up. How each ended is written to
stdout.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TextIO

import keyring.backends.SecretService  # noqa: F401 - what a start imports late is imported before the first fork

import storage.opening  # noqa: F401
import sync.enrolment
import sync.live_questions
import sync.sync_worker  # noqa: F401
from kiosk.core.system_world import SystemClock, SystemRandomness
from kiosk.main.config import Config
from kiosk.main.program import Program
from kiosk.model.service_request import PrintState
from kiosk.ports.world import World
from kiosk.printing.printer_choice import PrinterChoice
from protocol.errors import KioskError
from protocol.program.loop import start_thread
from storage.keystore.system_keystore import SystemKeystore, system_backend
from tests.harness.generated_sales import Wanted
from tests.harness.keystore_faults import Held
from ui.main.application import make_application
from ui.paper.printers import printer_of
from ui.paper.rendering import render_raster

WAIT_S = 60.0


class Trap:
    """`kiosk.ports.Milestones` that ends the process at one of them. Commits count only on the storage thread."""

    def __init__(self) -> None:
        self._moment, self._left, self._delay_ms = "", 0, 0.0

    def arm(self, moment: str, skip: int, delay_ms: float) -> None:
        self._moment, self._left, self._delay_ms = moment, skip, delay_ms

    def pass_(self, name: str) -> None:
        if name != self._moment or not self._mine(name):
            return
        self._left -= 1
        if self._left >= 0:
            return
        self._moment = ""
        if self._delay_ms:
            threading.Thread(target=self._later, daemon=True).start()
        else:
            os.kill(os.getpid(), signal.SIGKILL)

    def _later(self) -> None:
        time.sleep(self._delay_ms / 1000)
        os.kill(os.getpid(), signal.SIGKILL)

    @staticmethod
    def _mine(name: str) -> bool:
        return not name.startswith("commit.") or threading.current_thread().name.startswith("storage")


class Victim:
    """What the driver may ask of the kiosk."""

    def __init__(self, kiosk: Program, trap: Trap, held: Held) -> None:
        self._kiosk = kiosk
        self._trap = trap
        self._held = held

    def hold(self, fault: str) -> None:
        self._held.fault = fault

    def claim(self, url: str, slot: str, code: str) -> str:
        return self._kiosk.run_slow(lambda: self._kiosk.enrolment.claim(url, slot, code)).result(WAIT_S)

    def poll(self) -> bool:
        return self._kiosk.run_slow(self._kiosk.enrolment.poll).result(WAIT_S)

    def seats(self) -> list[str]:
        try:
            return [seat.operator.id for seat in self._kiosk.counter.people.seats()]
        except KioskError:
            return []

    def activate(self, operator: str, code: str, pin: str) -> None:
        self._do(lambda: self._kiosk.counter.people.activate(operator, code, pin))

    def sign_in(self, operator: str, pin: str) -> None:
        self._do(lambda: self._kiosk.counter.people.sign_in(operator, pin))
        if self._kiosk.counter.till.day() is None:
            self._do(lambda: self._kiosk.counter.till.open_day(10_000))

    def arm(self, moment: str, skip: int, delay_ms: float) -> None:
        self._trap.arm(moment, skip, delay_ms)

    def sell(self, wanted: dict[str, Any]) -> dict[str, Any]:
        desk = self._kiosk.counter.desk
        made = self._do(lambda: desk.record(Wanted(**wanted).sale(desk)))
        request = made.request
        return {"seq": request.seq, "hash": request.entry_hash.hex(), "total": request.total_pt}

    def uncertain(self) -> list[list[str]]:
        """The job and the QR of each paper that only a person can judge."""
        return [
            [job.id, job.receipt.qr] for job in self._kiosk.counter.papers.jobs() if job.state is PrintState.UNCERTAIN
        ]

    def answer(self, job: str, *, came_out: bool) -> None:
        self._do(lambda: self._kiosk.counter.papers.answer(job, came_out=came_out))

    def now(self) -> None:
        self._kiosk.counter.line.now()

    def state(self) -> dict[str, Any]:
        assert self._kiosk._opened is not None
        tail = self._kiosk._opened.store.journal.tail()
        status = self._kiosk.counter.line.status()
        return {
            "seq": tail.chain.seq, "hwm": tail.hwm, "count": tail.count, "sum_pt": tail.sum_pt, "line": status.state,
            "detail": status.detail, "papers": len(self._kiosk.counter.papers.jobs()),
        }  # fmt: skip

    def journal(self) -> str:
        """The hash of this side's own export."""
        assert self._kiosk._opened is not None
        whole = hashlib.sha256()
        for item in self._kiosk._opened.store.journal.export(1):
            whole.update(item.record.pack())
        return whole.hexdigest()

    def _do(self, command: Callable[[], Any]) -> Any:
        return self._kiosk.run(command).result(WAIT_S)


def live(lines: TextIO) -> None:
    """One kiosk, from its start to its end."""
    folder, centre, port, armed, fault = json.loads(lines.readline())
    trap = Trap()
    if armed:
        trap.arm(*armed)
    _application = make_application(sys.argv[:1])
    world = World(SystemClock(), SystemRandomness(), trap, start_thread)
    printer = printer_of(PrinterChoice("tcp", f"127.0.0.1:{port}"))
    config = Config(Path(folder), printer, partial(render_raster, language="ar"), centre)
    held = Held(system_backend())
    held.fault = fault
    kiosk = Program(config, world, lambda: SystemKeystore(choose=lambda: held))
    victim = Victim(kiosk, trap, held)

    def say(answer: dict[str, Any]) -> None:
        lines.write(json.dumps(answer) + "\n")
        lines.flush()

    kiosk.run(kiosk.open).result(WAIT_S)
    say({"ok": "open"})
    while line := lines.readline():
        name, asked = json.loads(line)
        try:
            say({"ok": getattr(victim, name)(**asked)})
        except KioskError as error:
            say({"refused": error.code})
    kiosk.close()


def main() -> None:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(sys.argv[1])
        door.listen()
        print("ready", flush=True)
        while True:
            link, _ = door.accept()
            child = os.fork()
            if child == 0:
                door.close()
                _live_and_leave(link)
            link.close()
            _, status = os.waitpid(child, 0)
            print(os.waitstatus_to_exitcode(status), flush=True)


def _live_and_leave(link: socket.socket) -> None:
    code = 1
    try:
        live(link.makefile("rw", encoding="utf-8"))
        code = 0
    except Exception:  # noqa: BLE001 - whatever ends a kiosk is to be seen in its log
        traceback.print_exc()
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
