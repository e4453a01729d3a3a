"""Records sales on a kiosk that is killed over and over, starts it again, and at the end compares everything."""

from __future__ import annotations

import json
import random
import select
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final, Self

from tests.harness.centre_process import ROOT, free_port
from tests.harness.generated_sales import FOUR, Citizens, Wanted
from tests.harness.line_proxy import Proxy
from tests.harness.paper_roll import Roll
from tests.scenarios.crash.centre import SHOP, HiddenCentre
from tests.scenarios.crash.keystore import HeldKeystore, Refusal
from tests.scenarios.crash.storm import Storm, carry

PIN: Final = "194027"
BLOWS: Final = 0.25
PATIENCE_S: Final = 12.0
MOMENTS: Final[dict[str, tuple[tuple[str, float], ...]]] = {
    "commit": (("commit.before", 0.0), ("commit.before", 0.6)),
    "commit → print": (("commit.after", 0.0), ("print.before", 0.0)),
    "print → flag": (("print.sent", 0.0), ("print.before", 4.0)),
    "push": (("push.before", 0.0), ("push.before", 12.0), ("push.sent", 0.0)),
    "ack → high-water mark": (("ack.received", 0.0), ("ack.received", 0.6), ("ack.stored", 0.0)),
    "start": (("start.opening", 0.0), ("start.opening", 250.0), ("start.ready", 0.0)),
}
"""Phase: (moment, the most milliseconds after it at which the process is killed)."""


class Died(Exception):
    """The kiosk is gone."""


class Nursery:
    """The process that forks each kiosk, and hears how it ended."""

    def __init__(self, door: Path, log: Path) -> None:
        self.door = door
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.scenarios.crash.victim", str(door)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        assert self.process.stdout is not None
        self.out = self.process.stdout
        assert self.out.readline() == b"ready\n", log.read_text()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


class Life:
    """One process of the kiosk, from its start to its end. `code` is how it ended, None while it lives."""

    def __init__(self, nursery: Nursery, arguments: list[Any]) -> None:
        self._nursery = nursery
        self.code: int | None = None
        self._link = socket.socket(socket.AF_UNIX)
        self._link.connect(str(nursery.door))
        self._lines = self._link.makefile("rw", encoding="utf-8")
        self._say(arguments)

    def ask(self, name: str, **asked: Any) -> Any:
        """The kiosk's answer. Raises Died, Refusal."""
        self._say([name, asked])
        return self.hear()

    def _say(self, words: list[Any]) -> None:
        try:
            self._lines.write(json.dumps(words) + "\n")
            self._lines.flush()
        except OSError as error:
            raise Died from error

    def hear(self) -> Any:
        try:
            line = self._lines.readline()
        except OSError:
            line = ""
        if not line.endswith("\n"):
            raise Died
        answer = json.loads(line)
        if "ok" not in answer:
            raise Refusal(answer["refused"])
        return answer["ok"]

    def ended(self, wait_s: float = 0) -> bool:
        if self.code is None and select.select([self._nursery.out], [], [], wait_s)[0]:
            self.code = int(self._nursery.out.readline())
        return self.code is not None

    def leave(self) -> None:
        """An orderly end."""
        self._link.shutdown(socket.SHUT_RDWR)
        assert self.ended(30), "it does not end"


@dataclass
class Driver:
    """Use as a context: `enrol`, `kill` as often as wanted, `drain`. `confirmed` is in the order of the answers."""

    folder: Path
    seed: int
    kills: Counter[str] = field(default_factory=Counter)
    moments: Counter[str] = field(default_factory=Counter)
    confirmed: dict[str, dict[str, Any]] = field(default_factory=dict)
    doubted: int = 0
    repeated: int = 0
    uncertain: Counter[bool] = field(default_factory=Counter)

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        self._chance = random.Random(self.seed)
        self._citizens = Citizens(self.seed, FOUR)
        self._pending: Wanted | None = None
        self._log = self.folder / "kiosk.log"
        port = free_port()
        self.roll = self._stack.enter_context(Roll())
        self.proxy = self._stack.enter_context(Proxy(carry(port)))
        self.centre = HiddenCentre(self.folder / "centre", port, self.proxy.authority)
        self.centre.start()
        self._stack.callback(self.centre.stop)
        self.storm = Storm(self.seed, BLOWS)
        self.nursery = Nursery(self.folder / "door", self._log)
        self._stack.callback(self.nursery.end)
        self.keystore = self._stack.enter_context(HeldKeystore(self.folder / "kiosk", self._chance, self.confirmed))
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def start(self, armed: tuple[str, int, float] | None = None) -> Life:
        fault = self.keystore.begin()
        self.life = Life(self.nursery, [str(self.folder / "kiosk"), self.proxy.url, self.roll.port, armed, fault])
        self.life.hear()  # that its store is open
        return self.life

    def enrol(self) -> None:
        """First trust and first PIN, in good weather."""
        made = self.centre.furnish()
        slot = self.centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
        life = self.start()
        number = life.ask("claim", url=self.proxy.url, slot=slot["slot"], code=slot["code"])
        self.centre.cli("device", "approve", slot["slot"], "--number", number, "--staff", "badr")
        assert life.ask("poll")
        self.operator = made["id"]
        self._until(lambda: self.operator in life.ask("seats"), life)
        life.ask("activate", operator=self.operator, code=made["code"], pin=PIN)
        life.leave()
        self.proxy.faults = self.storm

    def kill(self, phase: str) -> bool:
        """One life that ends in `phase`; False when it did not get there in time and was ended in good order."""
        moment, most_ms = self._chance.choice(MOMENTS[phase])
        delay_ms = self._chance.uniform(0, most_ms)
        self.keystore.draw(opening=moment == "start.opening", starting=phase == "start")
        try:
            if phase == "start":
                life = self.start((moment, 0, delay_ms))
                life.ended(delay_ms / 1000 + 0.5)
            else:
                self._live(moment, delay_ms)
            self._patiently(self.life)
        except Died:
            self.life.ended(10)
        lived = not self.life.ended()
        if lived:
            self.life.leave()  # in time, whatever holds the keystore up
        self.keystore.after()
        if lived:
            return False
        assert self.life.code == -9, f"the kiosk ended by itself: {self._log.read_text()[-2000:]}"
        self.kills[phase] += 1
        self.moments[moment] += 1
        return True

    def _live(self, moment: str, delay_ms: float) -> None:
        life = self.work()
        for _ in range(self.keystore.sales_before_the_end()):
            self.sell(life)
        life.ask("arm", moment=moment, skip=self._chance.randint(0, 1), delay_ms=delay_ms)
        for _ in range(2):
            self.sell(life)
            time.sleep(0.03)

    def _patiently(self, life: Life) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and not life.ended(0.1):
            life.ask("now")
            self.sell(life)

    def work(self) -> Life:
        """A kiosk that is started, signed in, and has answers about its uncertain papers."""
        life = self.start()
        self.keystore.sign_in(life, lambda: life.ask("sign_in", operator=self.operator, pin=PIN))
        for job, qr in life.ask("uncertain"):
            came_out = qr in {paper.partition("#")[0] for paper in self.roll.papers()}
            self.uncertain[came_out] += 1
            life.ask("answer", job=job, came_out=came_out)
        self.keystore.strike(life)
        return life

    def sell(self, life: Life) -> None:
        """The next sale, or the last one again if nobody knows what became of it: the same id."""
        doubted = self._pending
        self.doubted += doubted is not None
        wanted = self._pending = doubted or self._citizens.next(time.time_ns() // 1_000_000)
        ask = partial(life.ask, "sell", wanted=asdict(wanted))
        self.confirmed[wanted.id] = self.keystore.sold(life, ask, again=doubted is not None)
        self._pending = None
        if self._chance.random() < 0.1:  # an operator who presses twice
            self.repeated += 1
            assert ask() == self.confirmed[wanted.id]

    def drain(self, at_least: int) -> dict[str, Any]:
        """Good weather, until everything has been sent and printed. Returns the kiosk's own account."""
        self.storm.share = 0.0
        self.keystore.leave_alone()
        life = self.work()
        while self._pending is not None or len(self.confirmed) < at_least:
            self.sell(life)
        life.ask("now")

        state: dict[str, Any] = {}

        def done() -> bool:
            """Whether all is sent and printed, and stays so: a document of the feed may come while this looks."""
            state.update(life.ask("state"))
            if state["seq"] != state["hwm"] or state["papers"]:
                return False
            state["journal"] = life.ask("journal")
            time.sleep(0.5)
            return bool(life.ask("state")["seq"] == state["seq"])

        self._until(done, life, 120)
        life.leave()
        return state

    def _until(self, done: Any, life: Life, seconds: float = 30) -> None:
        until = time.monotonic() + seconds
        while not done():
            assert time.monotonic() < until, (life.ask("state"), self._log.read_text()[-2000:])
            life.ask("now")
            time.sleep(0.1)
