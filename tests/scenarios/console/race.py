"""`python -m tests.scenarios.console.race`: officers who all want the same requests, on either database.

In each wave every officer is at one of a few requests, and all press at once: some twice, some in a tab of before, some
in a list of many, one by the command line. What they were told is then compared with what the centre holds.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import threading
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import requests

from central.cli.opening import opened
from central.documents import publishing
from central.staff import sessions
from central.staff.acts import Role
from protocol.clock import show_time
from protocol.values.arabic import strip_invisible
from protocol.values.said_time import said_time
from tests.harness import postgres_server, staff_sessions
from tests.harness.centre_process import CentreProcess, CommandFailed, free_port
from tests.harness.console_desk import NETWORK, Page, plain
from tests.harness.own_centre import SHOP, Clock, OwnCentre, add_operator
from tests.scenarios.console.stage import sell_some

OFFICERS: Final = 20
REQUESTS: Final = 500
AT_ONE: Final = 4
"""How many are at each request of a wave."""
COMMAND_EVERY: Final = 5
"""In how many waves the command line takes part once."""
PATIENCE_S: Final = 60
COMMANDER: Final = "sara"
WORDS: Final = ("approved", "rejected", "sent_back")
WHEN: Final = re.compile(r"(?:Today|Yesterday|\d{4}-\d\d-\d\d) \d\d:\d\d")
ROW: Final = re.compile(r"<tr>.*?</tr>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Try:
    """One press: what was wanted, and what whoever pressed was told. `typed` is what must not be lost."""

    staff: str
    request: str
    kind: str
    word: str
    typed: tuple[str, ...]
    won: bool
    status: int
    told: str


@dataclass
class Tab:
    """A window of an officer, with what he saw before anybody had decided."""

    address: str
    staff: str
    token: str
    http: requests.Session = field(default_factory=requests.Session)

    def post(self, path: str, form: dict[str, Any]) -> requests.Response:
        self.http.trust_env = False
        headers = {
            "Cookie": f"__Host-staff={self.token}; __Host-look=en.normal.100.on",
            "Sec-Fetch-Site": "same-origin",
        }
        return self.http.post(
            f"{self.address}/staff/requests{path}", data=form, headers=headers, allow_redirects=False, timeout=60
        )

    def decide(self, request: str, kind: str, word: str) -> Try:
        typed = () if word == "approved" else (f"سبب {self.staff} {kind} {request[-12:]}", f"why {self.staff} {kind}")
        reasons = dict(zip(("reason_ar", "reason_en"), typed, strict=False))
        answer = self.post(f"/{request}/decision", {"decision": word, "seen": "0", **reasons})
        told = "" if answer.status_code == 303 else plain(Page(answer.text).text)
        return Try(self.staff, request, kind, word, typed, answer.status_code == 303, answer.status_code, told)

    def decide_among(self, request: str) -> Try:
        """In a list of many, of which this one is all that is chosen."""
        answer = self.post("/bulk/decision", {"decision": "approved", "chosen": [f"{request}/0"]})
        row = next((one for one in ROW.findall(answer.text) if request in one), "")
        return Try(
            self.staff, request, "many", "approved", (), bool(row) and "act b" not in row, answer.status_code,
            plain(Page(row).text),
        )  # fmt: skip


@dataclass
class Race:
    """A running centre, the requests, and two windows of each officer."""

    centre: CentreProcess
    office: OwnCentre
    requests: list[str]
    tabs: dict[str, tuple[Tab, Tab]]
    tries: list[Try] = field(default_factory=list)

    def run(self) -> None:
        officers, per_wave = list(self.tabs), len(self.tabs) // AT_ONE
        waves = [self.requests[n : n + per_wave] for n in range(0, len(self.requests), per_wave)]
        with ThreadPoolExecutor(len(officers) + 1) as pool:
            for wave, wanted in enumerate(waves):
                if wave % 3 == 2:  # somebody has it in hand
                    self.tabs[officers[wave % len(officers)]][0].post(f"/{wanted[-1]}/open", {"purpose": "decide"})
                commands = wave % COMMAND_EVERY == 0
                start = threading.Barrier(len(officers) + commands, timeout=PATIENCE_S)
                jobs = [
                    pool.submit(self._press, start, staff, wanted[(n + wave) % len(wanted)], (n + wave) // 3 % 4)
                    for n, staff in enumerate(officers)
                ]
                if commands:
                    jobs.append(pool.submit(self._command, start, wanted[0], wave))
                for job in jobs:
                    self.tries += job.result()
                self._settle(wanted)

    def _settle(self, wanted: list[str]) -> None:
        """What nobody got because somebody holds it gets the decision of whoever does."""
        for row in self.office.rows("SELECT id, claimed_by FROM request WHERE status = 'pending' AND claimed_by <> ''"):
            if row.id in wanted:
                self.tries.append(self.tabs[row.claimed_by][1].decide(row.id, "holder", "approved"))

    def _press(self, start: threading.Barrier, staff: str, request: str, how: int) -> list[Try]:
        first, second = self.tabs[staff]
        word, other = (WORDS[(sum(staff.encode()) + n + how) % len(WORDS)] for n in (0, 1))
        start.wait()
        if how == 1:  # a double click: the same form, twice at once
            with ThreadPoolExecutor(2) as pair:
                both = [pair.submit(tab.decide, request, "double", word) for tab in (first, second)]
                return [one.result() for one in both]
        if how == 2:
            return [first.decide(request, "first tab", word), second.decide(request, "stale tab", other)]
        return [first.decide_among(request)] if how == 3 else [first.decide(request, "plain", word)]

    def _command(self, start: threading.Barrier, request: str, wave: int) -> list[Try]:
        typed = (f"سبب بالأمر {wave}", f"why by command {wave}")
        words = ["--staff", COMMANDER, "request", "decide", request, "rejected"]
        start.wait()
        try:
            self.centre.cli(*words, "--reason-ar", typed[0], "--reason-en", typed[1])
        except CommandFailed as error:
            return [Try(COMMANDER, request, "command", "rejected", (), False, error.code, plain(error.err))]
        return [Try(COMMANDER, request, "command", "rejected", typed, True, 303, "")]

    def faults(self) -> Iterator[str]:
        said: dict[str, list[Any]] = {one: [] for one in self.requests}
        for row in self.office.rows(
            "SELECT r.id, r.status AS stands, d.status, d.reason_ar, d.staff, d.at_ms FROM decision d JOIN request r"
            " ON d.device = r.device AND d.epoch = r.epoch AND d.seq = r.seq WHERE d.staff <> 'centre' ORDER BY d.n"
        ):
            said[row.id].append(row)
        for request, given in said.items():
            if len(given) != 1:
                yield f"{request} has {len(given)} decisions: {[one.staff for one in given]}"
        for one in self.tries:
            if said[one.request]:
                yield from _misled(one, said[one.request][0])


def _misled(one: Try, stands: Any) -> Iterator[str]:
    """What was told wrongly."""
    named = f"{one.staff}, {one.kind}, {one.word} on {one.request}"
    mine = (stands.staff, stands.status) == (one.staff, one.word) and (
        not one.typed or stands.reason_ar == one.typed[0]
    )
    if stands.stands != stands.status:
        yield f"{one.request} stands at {stands.stands}, its decision was {stands.status}"
    if one.status >= 500 or one.status in (401, 403, 404, 429):
        yield f"{named}: answered {one.status}"
    elif one.won:
        if not mine:
            yield f"{named}: told that it is done, but {stands.staff} said {stands.status}"
    else:
        if mine and one.kind != "many":
            yield f"{named}: told that it is not done, but it stands"
        whens = show_time(stands.at_ms), strip_invisible(said_time("en", stands.at_ms, stands.at_ms))
        first = stands.staff in one.told and any(when in one.told for when in whens)
        held = "in hand" in one.told and WHEN.search(one.told)
        if not (first or held):
            yield f"{named}: not told who and when: {one.told[:200]}"
        yield from (f"{named}: lost what was typed: {text}" for text in one.typed if text not in one.told)


@contextmanager
def race(folder: Path, officers: int, count: int, database: str | None = None) -> Iterator[Race]:
    """A real centre in a process of its own; what it works on is laid out beside it."""
    running = CentreProcess(folder / "centre", free_port(), database)
    running.staff_port = free_port()
    running.start()
    options = Namespace(data=str(running.data), database=database, root_dir=None, sessions=str(folder), new=False)
    try:
        with opened(options) as centre:
            office = OwnCentre(centre, Clock(), running.data / "keys", running.data / "root")
            _lay_out(office)
            made = sell_some(office, count)
            address = f"http://127.0.0.1:{running.staff_port}"
            tabs = {name: _tabs(office, name, address) for name in (f"officer{n:02d}" for n in range(officers))}
            staff_sessions.begin(centre, COMMANDER)
            yield Race(running, office, made, tabs)
    finally:
        running.stop()


def _lay_out(office: OwnCentre) -> None:
    with office.store.writing() as session:
        session.run("INSERT INTO shop VALUES (?, ?, ?, '{}', 0, 0, '', '')", SHOP, "منفذ الدقي", "Dokki counter")
        add_operator(session, SHOP)
        publishing.publish_settings(office.centre, session, SHOP)
        publishing.publish_operators(office.centre, session, SHOP)


def _tabs(office: OwnCentre, name: str, address: str) -> tuple[Tab, Tab]:
    with office.store.writing() as session:
        staff_sessions.add_account(session, name, Role.OFFICER)
        first, second = (
            sessions.begin(office.centre, session, name, NETWORK, "test", whole=True).text for _ in range(2)
        )
    return Tab(address, name, first), Tab(address, name, second)


def told(held: Race, seconds: float) -> str:
    lost = [one for one in held.tries if not one.won]
    kinds = Counter(one.kind for one in held.tries)
    return (
        f"{len(held.tabs)} officers, {len(held.requests)} requests, {len(held.tries)} presses in {seconds:.0f} s"
        f" ({', '.join(f'{n} {kind}' for kind, n in sorted(kinds.items()))}); {len(lost)} too late"
    )


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.scenarios.console.race", description=__doc__)
    parser.add_argument("--officers", type=int, default=OFFICERS)
    parser.add_argument("--requests", type=int, default=REQUESTS)
    asked = parser.parse_args()
    wrong = 0
    with postgres_server.server(in_memory=True) as postgres:
        for name, database in (("SQLite", None), ("PostgreSQL", postgres.database("race"))):
            with (
                tempfile.TemporaryDirectory() as folder,
                race(Path(folder), asked.officers, asked.requests, database) as held,
            ):
                begun = time.monotonic()
                held.run()
                faults = list(held.faults())
                print(f"{name}: {told(held, time.monotonic() - begun)}; {len(faults)} faults", *faults[:20], sep="\n")
            wrong += len(faults)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
