"""A counter at work on a line that lies: a real kiosk, a real centre, between them a proxy that casts a fault for every
request; what must be true is looked at all the time, and when the line is honest again.

``python -m tests.scenarios.chaos.chaos_run --seeds 20 --first 1`` says of each seed what was wrong. Threads are not
told when to run.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import random
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Final

from kiosk.core.system_world import NoMilestones, SystemClock, SystemRandomness
from kiosk.main.config import Config
from kiosk.main.program import Program
from kiosk.model.day_book import count_sum
from kiosk.model.evidence_file import CapturedFile
from kiosk.model.facts import QUARANTINE
from kiosk.model.service_request import Sale
from kiosk.ports.world import World
from kiosk.printing.till_papers import Moving
from protocol.errors import KioskError
from protocol.override import override
from protocol.program.loop import start_thread
from tests.harness.centre_process import CentreProcess
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.line_proxy import Proxy
from tests.harness.shop import PIN
from tests.harness.wire_device import SHOP, add_shop
from tests.scenarios.chaos.lying_line import STALLS, Line

NAME, NATIONAL_ID, MOBILE = "محمد أحمد عبد الله حسن", "20001010100014", "01012345678"
SALE_S: Final = 2.0
"""Far above what a sale takes: on a machine under load this must not speak of the load."""
CLOSE_S: Final = 5.0
SETTLE_S: Final = 60.0
NEWS_MS: Final = 2_000
"""How much later than an answer was sent a contact may be noted."""


class Quick(SystemRandomness):
    """Waits after failures are fifty times shorter."""

    @override
    def below(self, ceiling: float) -> float:
        return super().below(ceiling) / 50


class Silent:
    """A printer that takes everything."""

    def status(self) -> None: ...
    def send(self, data: bytes) -> None: ...


class House(logging.Handler):
    """Counter, line and centre under `root`; what is found to be wrong is in `wrong`. It is the log, too."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root, self.wrong, self.lines, self.sold = root, list[str](), list[str](), set[str]()
        self._chance, self.line, self._keystore = random.Random(0), Line(), FakeKeystore()
        self.proxy = Proxy(self.line.answer, faults=self.line).__enter__()
        self.centre = CentreProcess(root / "centre", self.proxy.port)
        self.centre.port = self.line.port  # it is told the proxy's name, and stands behind it
        self.centre.url = f"http://127.0.0.1:{self.centre.port}"
        self.centre.start()
        add_shop(self.centre)
        logging.getLogger().addHandler(self)
        self._open()
        self._enrol()

    @override
    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name} {record.getMessage()}")

    def _open(self) -> None:
        world = World(SystemClock(), Quick(), NoMilestones(), start_thread)
        config = Config(self._root / "data", Silent(), lambda _content, _copy: b"x", self.proxy.url)
        self.kiosk = Program(config, world, lambda: self._keystore)
        self.kiosk.open()

    def _enrol(self) -> None:
        self.person = self.centre.cli("operator", "add", "--shop", SHOP, "--name-ar", "سارة محمود")
        made = self.centre.cli("device", "slot", "--shop", SHOP, "--staff", "amal")
        number = self.kiosk.enrolment.claim(self.proxy.url, made["slot"], made["code"])
        self.centre.cli("device", "approve", made["slot"], "--number", number, "--staff", "badr")
        assert self.kiosk.enrolment.poll()
        store = self.kiosk.counter.context.store
        assert self._until(lambda: self.kiosk.counter.line.online() and store.document("catalogue") is not None)
        self.kiosk.counter.people.activate(self.person["id"], self.person["code"], PIN)
        self.kiosk.counter.till.open_day(100_000)

    def _until(self, question: Callable[[], bool]) -> bool:
        end = time.monotonic() + SETTLE_S
        while not question() and time.monotonic() < end:
            self.kiosk.at_work.line.now()
            time.sleep(0.1)
        return question()

    def end(self) -> None:
        self.line.lies = False
        self.proxy.__exit__(None, None, None)
        self.kiosk.close()
        self.centre.kill()
        logging.getLogger().removeHandler(self)

    # ---- what is done

    def _do(self, act: Callable[[], Any]) -> None:
        begun = time.monotonic()
        with contextlib.suppress(KioskError):
            self.kiosk.run(act).result(30)
        if time.monotonic() - begun > SALE_S:
            self.wrong.append(f"the counter waited {time.monotonic() - begun:.1f} s")

    def sell(self) -> None:
        kiosk, desk = self.kiosk, self.kiosk.counter.desk
        values = {
            "national_id": NATIONAL_ID, "name": NAME, "mobile": MOBILE, "relation": "self",
            "mother_name": "فاطمة علي محمود", "copies": 1, "delivery": "pickup",
        }  # fmt: skip
        draft, service = desk.drafts.begin("birth-cert"), desk.service("birth-cert")
        photo = CapturedFile(self._chance.randbytes(50_000), "image/jpeg", 600, 800)
        form = desk.check(service, values)
        papers = [paper for paper in form.papers if paper.how == "capture"]
        taken = tuple(kiosk.counter.evidence.keep(draft.id, paper, photo).item() for paper in papers)
        due = desk.quote(service, values).total_pt
        sale = Sale(draft.id, draft.visit_id, form, due, due_pt=due, evidence=taken)
        self.sold.add(desk.record(sale).request.id)

    def _new_day(self) -> None:
        self.kiosk.counter.closing.close(count_sum(self.kiosk.counter.books.book().expected_pt))
        self.kiosk.counter.till.open_day(100_000)

    def _killed(self, *, restored: bool) -> None:
        """Gone and back; `restored` from a copy that lacks what came meanwhile."""
        self.centre.kill()
        if restored:
            shutil.copytree(self.centre.data, self._root / "copy", dirs_exist_ok=True)
            self.centre.start()
            self.line.lies = False  # what the copy lacks has to be there first
            self._do(self.sell)
            self._until(lambda: self.kiosk.counter.line.status().waiting == 0)
            self.line.lies = True
            self.centre.kill()
            shutil.rmtree(self.centre.data)
            shutil.move(self._root / "copy", self.centre.data)
        self.centre.start()

    def _act(self) -> None:
        staff, line = self.centre.cli, self.kiosk.at_work.line
        acts: dict[Callable[[], Any], int] = {
            partial(self._do, self.sell): 10, line.now: 10, partial(self._do, self._new_day): 1,
            partial(self._do, lambda: self.kiosk.counter.cash.move(Moving("cash_out", 500, "مصروف"))): 2,
            partial(staff, "notice", "send", "--shop", SHOP, "تنبيه"): 2, partial(self._killed, restored=False): 1,
            partial(staff, "settings", "set", "--shop", SHOP, f"support_phone={self._chance.randrange(10**4, 10**5)}"):
            1, partial(self._killed, restored=True): 3,
        }  # fmt: skip
        self._chance.choices([*acts], [*acts.values()])[0]()

    # ---- what must be true

    def _watch(self, over: threading.Event) -> None:
        store = self.kiosk.counter.context.store
        while not over.wait(0.05):
            last, kept = self.kiosk.counter.line.status().last_success_ms or 0, store.journal.last_ack()
            if last > self.line.heard_ms + NEWS_MS:
                self.wrong.append(f"a contact {last - self.line.heard_ms} ms after the last answer")
            if kept is not None and kept[1] not in self.line.acks:
                self.wrong.append("an acknowledgement that the centre never gave")

    def seed(self, number: int, seconds: float) -> list[str]:
        """A while of everything, an end in the middle of a stall, and the settling of accounts."""
        self.wrong.clear()
        self._chance.seed(number)
        self.line.chance.seed(number)
        self.line.lies, over, end = True, threading.Event(), time.monotonic() + seconds
        watcher = threading.Thread(target=self._watch, args=(over,), daemon=True)
        watcher.start()
        while time.monotonic() < end:
            self._act()
            time.sleep(self._chance.random() * 0.2)
        over.set()
        watcher.join()
        self._close_in_a_stall()
        return [*self.wrong, *self._settled()]

    def _close_in_a_stall(self) -> None:
        usual, self.line.faults = self.line.faults, STALLS
        self._do(self.sell)
        time.sleep(self._chance.random())
        begun = time.monotonic()
        self.kiosk.close()
        if time.monotonic() - begun > CLOSE_S:
            self.wrong.append(f"closing took {time.monotonic() - begun:.1f} s")
        self.line.faults, self.line.lies = usual, False
        self._open()
        self.kiosk.counter.people.sign_in(self.person["id"], PIN)

    def _settled(self) -> Iterator[str]:
        store, device = self.kiosk.counter.context.store, self.kiosk.counter.in_force.statement()
        if not self._until(
            lambda: store.journal.tail().hwm == store.journal.tail().chain.seq and not store.evidence.in_state("", 1)
        ):
            yield f"not settled: {self.kiosk.counter.line.status()}, {len(store.evidence.in_state('', 500))} pictures"
        export = self._root / "journal.kj01"
        export.unlink(missing_ok=True)
        self.centre.cli("journal", "export", device.device_text, str(export))
        if export.read_bytes() != b"".join(item.record.pack() for item in store.journal.export(device.epoch)):
            yield "two journals"
        if not self._until(lambda: self._requests() == sorted(self.sold)):
            yield f"{len(self._requests())} requests of {len(self.sold)}"
        if QUARANTINE.kept(store, device.epoch):
            yield "quarantined"
        logs = "\n".join(self.lines) + self.centre.log()
        yield from (f"in a log: {word}" for word in (NAME, NATIONAL_ID, MOBILE, "Traceback", "ERROR") if word in logs)

    def _requests(self) -> list[str]:
        return sorted(row["id"] for row in self.centre.cli("request", "list", "--limit", "500"))


def main() -> int:
    parser = argparse.ArgumentParser()
    for name, usual in (("--seeds", 5), ("--first", 1), ("--seconds", 8)):
        parser.add_argument(name, type=int, default=usual)
    asked = parser.parse_args()
    bad = 0
    for number in range(asked.first, asked.first + asked.seeds):
        with tempfile.TemporaryDirectory() as folder:
            house = House(Path(folder))
            try:
                wrong = house.seed(number, asked.seconds)
            finally:
                house.end()
        bad += bool(wrong)
        sys.stdout.write(f"{number}: {len(house.sold)} sold, {wrong or 'well'}\n")
    return min(bad, 1)


if __name__ == "__main__":
    sys.exit(main())
