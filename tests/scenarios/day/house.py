"""The shop and what surrounds it: a real centre behind a bad line, two printers, three people, the till's process."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from protocol.override import override
from tests.harness import line_proxy
from tests.harness.centre_process import ROOT, UNLIMITED, free_port
from tests.harness.line_proxy import Fault, Proxy
from tests.scenarios.crash.centre import SHOP, HiddenCentre
from tests.scenarios.crash.storm import Storm, carry
from tests.scenarios.day.printers import JammingPrinter

PINS: Final = ("194027", "583016", "70621493")
PEOPLE: Final = (("سارة محمود", "Sara", "operator"), ("عمر علي", "Omar", "operator"), ("هدى حسن", "Hoda", "supervisor"))


class Died(Exception):
    """The till's process is gone."""


class Line(Storm):
    """The weather of `tests.scenarios.crash.storm`, and a cable that can be pulled."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed, 0.0)
        self.cut = False

    @override
    def popleft(self) -> Fault:
        if self.cut:
            self.struck += 1
            return line_proxy.drop_request
        return super().popleft()


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    code: str
    pin: str


class Till:
    """One life of the kiosk's process."""

    def __init__(self, folder: Path, centre: str) -> None:
        door = folder / "door"
        door.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening, (folder / "kiosk.log").open("ab") as log:
            listening.bind(str(door))
            listening.listen()
            listening.settimeout(60)
            command = [sys.executable, "-m", "tests.scenarios.day.till", str(door), str(folder / "kiosk"), centre]
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
            self._link, _ = listening.accept()
        self._link.settimeout(120)
        self._lines = self._link.makefile("r", encoding="utf-8")

    def ask(self, act: str, **asked: Any) -> Any:
        """Raises Died; AssertionError where the act got stuck."""
        try:
            self._link.sendall(json.dumps([act, asked]).encode() + b"\n")
            line = self._lines.readline()
        except OSError as error:
            raise Died from error
        if not line.endswith("\n"):
            raise Died
        answer = json.loads(line)
        assert "ok" in answer, (act, answer)
        return answer["ok"]

    def end(self) -> int:
        code = self.process.wait(30)
        self._lines.close()
        self._link.close()
        return code


@dataclass
class House:
    """Use as a context; `start` opens the kiosk, again after it has died. With a `staff_port` there is a console."""

    folder: Path
    seed: int
    staff_port: int | None = None
    people: list[Person] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._stack = ExitStack()
        port = free_port()
        self.printers = [self._stack.enter_context(JammingPrinter()) for _ in range(2)]
        self.proxy = self._stack.enter_context(Proxy(carry(port)))
        self.centre = HiddenCentre(self.folder / "centre", port, self.proxy.authority)
        self.centre.staff_port = self.staff_port
        self.centre.start()
        self._stack.callback(self.centre.stop)
        self.line = Line(self.seed)
        self.proxy.faults = self.line
        self._stack.callback(self._end)
        self.till: Till | None = None
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _end(self) -> None:
        if self.till is not None:
            self.till.process.kill()
            self.till.end()

    def start(self) -> None:
        self.till = Till(self.folder, self.proxy.url)

    def ask(self, act: str, **asked: Any) -> Any:
        assert self.till is not None
        return self.till.ask(act, **asked)

    def fell(self) -> None:
        """The power was cut: the process has killed itself, as it was told to."""
        assert self.till is not None
        assert self.till.end() == -signal.SIGKILL, (self.folder / "kiosk.log").read_text()[-2000:]

    # ---- the centre's staff

    def furnish(self) -> None:
        cli = self.centre.cli
        cli("shop", "add", "--id", SHOP, "--name-ar", "منفذ الدقي", "--name-en", "Dokki counter")
        cli("settings", "set", "--shop", SHOP, *UNLIMITED, "shop.service_fee_pt=500")
        for (name_ar, name_en, role), pin in zip(PEOPLE, PINS, strict=True):
            made = cli("operator", "add", "--shop", SHOP, "--name-ar", name_ar, "--name-en", name_en, "--role", role)
            self.people.append(Person(made["id"], made["code"], pin))

    def enrol(self) -> None:
        slot = self.centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
        number = self.ask("enrol", url=self.proxy.url, slot=str(slot["slot"]), code=str(slot["code"]))
        self.centre.cli("device", "approve", str(slot["slot"]), "--number", number, "--staff", "badr")
        self.ask("seats", count=len(self.people))

    @property
    def device(self) -> str:
        [row] = self.centre.cli("device", "list")
        return str(row["device"])

    def reject(self, request_id: str) -> None:
        """Once it has arrived, the centre says no."""
        until = time.monotonic() + 60
        while request_id not in {row["id"] for row in self.centre.cli("request", "list", "--limit", "100000")}:
            assert time.monotonic() < until, "the request does not arrive"
            self.ask("now")
            time.sleep(0.3)
        words = ("--reason-ar", "القيد غير موجود", "--reason-en", "No such record")
        self.centre.cli("request", "decide", request_id, "rejected", *words, "--staff", "amal")

    def drained(self) -> dict[str, Any]:
        """Good weather, until all has been sent and printed."""
        self.line.share, self.line.cut = 0.0, False
        until = time.monotonic() + 120
        while True:
            standing: dict[str, Any] = self.ask("standing")
            if standing["seq"] == standing["hwm"] and not standing["papers"]:
                return standing
            assert time.monotonic() < until, standing
            self.ask("now")
            time.sleep(0.2)
