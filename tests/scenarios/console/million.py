"""`make console-million`: every page of the console over 10,000 requests and over a million of 6,000 shops, one beside
the other: how long each takes, how many questions it asks, and how the database looks for the answers.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any, Final

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import Engine

from central.console.copies import FleetCopy
from central.staff.acts import Role
from protocol.clock import DAY_MS, business_date
from tests.harness import million_centre
from tests.harness.console_desk import Browser, Desk
from tests.harness.console_world import BOSS, addresses
from tests.harness.million_centre import RARE
from tests.harness.own_centre import OwnCentre
from tests.harness.postgres_server import server

FEW: Final = 10_000
MOST_MS: Final = 200
MOST_TIMES: Final = 1.2
MOST_QUESTIONS: Final = 8
AGAIN: Final = 2
"""So often what is over a limit is measured anew: what else the machine does falls on it once, its own work always."""
LARGE: Final = 20_000
"""Rows of a table that nobody reads as a whole."""
GROWING: Final = frozenset({
    "request", "entry", "personal", "decision", "audit", "feed_item", "request_key", "evidence", "evidence_piece",
    "till_sum", "till_close", "float_entry", "staff_session", "nonce", "clock_jump", "erasure",
})  # fmt: skip
"""Those that grow by each day's work."""
MOST_ROWS: Final = 10_000
"""Rows that one question may touch."""
MOST_SUMS: Final = 70_000
"""Of a day's sums of all tills, which are 60,000 however many requests there are."""
BOUNDED: Final = {
    "bounded": {"services": ("birth-cert",), "governorates": ("KFS",)}, "nowhere": {"governorates": ("WAD",)},
}  # fmt: skip
"""Officers of one service in one small governorate, and of one where no shop is."""
QUEUE: Final = "/staff/requests"
_DEEP: Final = re.compile(r"([?&])(after|day|from)=.*")
NEVER: Final = "divorce-doc"
"""A service of the same authority that nobody has asked for."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A page, or an act with its form, by the words under which it is counted."""

    label: str
    path: str
    form: dict[str, Any] | None = None
    who: str = BOSS


@dataclass
class Side:
    """One of the two centres, its people, the names for its addresses, what its pages took and asked."""

    name: str
    office: OwnCentre
    url: str
    browsers: dict[str, Browser]
    there: list[dict[str, str]]
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    questions: dict[str, int] = field(default_factory=dict)
    asked: dict[str, list[tuple[str, Any]]] = field(default_factory=dict)


@contextmanager
def noted() -> Iterator[list[tuple[str, Any]]]:
    """Every statement that is asked meanwhile, with its values."""
    asked = list[tuple[str, Any]]()

    def note(_connection: object, _cursor: object, statement: str, values: object, *_rest: object) -> None:
        asked.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def side(name: str, folder: Path, url: str, requests: int, rounds: int) -> Side:
    office = million_centre.make(folder, url, requests)
    desk = Desk(office)
    desk.hire(BOSS, *Role)
    desk.hire("sara", Role.OFFICER)
    for who, bounds in BOUNDED.items():
        desk.hire(who, Role.OFFICER, **bounds)
    there = million_centre.samples(office, (AGAIN + 1) * 2 * (rounds + 1), random.Random(8))
    browsers = {who: desk.signed_in(who).look("ar.normal.100.on") for who in (BOSS, *BOUNDED)}
    return Side(name, office, url, browsers, there)


def visits(there: dict[str, str], after: str, yesterday: str) -> list[Visit]:
    """One round. Pages of the route table, as they stand otherwise, and the acts of an officer's day."""
    names = {
        **there, "account": "sara", "slot": "u1", "person": "nobody", "approval": "0", "proposal": "0",
        "service": "birth-cert", "version": "1", "file": "S-1", "place": "1",
    }  # fmt: skip
    pages = [Visit(route.path, path) for route, path in addresses("GET", names)]
    otherwise = [
        f"{QUEUE}?status=approved", f"{QUEUE}?status=rejected", f"{QUEUE}?mine=yes", f"{QUEUE}?service={RARE}",
        f"{QUEUE}?status=approved&service={NEVER}", f"/staff/money?day={yesterday}",
        f"{QUEUE}?status=approved&service={RARE}", f"{QUEUE}?authority=traffic", f"{QUEUE}?after={after}",
        f"{QUEUE}?status=approved&after={after}", "/staff/audit?staff=officer-7", "/staff/audit?act=request.rejected",
        "/staff/audit?act=refund.twice", "/staff/audit?staff=officer-7&act=nothing", f"/staff/audit?from={yesterday}",
        "/staff/audit?after=9000", "/staff/shops?find=5999", "/staff/shops?standing=silent", "/staff/shops?area=KFS",
    ]  # fmt: skip
    pages += [Visit(_DEEP.sub(r"\1\2", path), path) for path in otherwise]
    pages += [Visit("/staff/audit?subject", f"/staff/audit?subject={there['request']}")]
    bounded = ("/staff", QUEUE, f"{QUEUE}?status=approved")
    pages += [Visit(f"{who} {path}", path, None, who) for who in BOUNDED for path in bounded]
    return pages


def acts(there: dict[str, str], other: dict[str, str]) -> list[Visit]:
    one, some = f"{QUEUE}/{there['request']}", {"decision": "approved", "chosen": f"{other['request']}/0"}
    return [
        Visit("find by id", f"{QUEUE}/search", {"number": there["request"]}),
        Visit("find by number", f"{QUEUE}/search", {"number": f"{there['shop']}/1-{int(there['seq']):06d}"}),
        Visit("next", f"{QUEUE}/next", {"authority": "civil-status"}),
        Visit("next, bounded", f"{QUEUE}/next", {"authority": "civil-status"}, "bounded"),
        Visit("open", f"{one}/open", {"purpose": "decide"}), Visit("hold", f"{one}/hold", {}),
        Visit("leave", f"{one}/leave", {}), Visit("bulk, looked at", f"{QUEUE}/bulk", some),
        Visit("decide", f"{one}/decision", {"decision": "approved", "seen": "0"}), Visit("ready", f"{one}/ready", {}),
        Visit("bulk, decided", f"{QUEUE}/bulk/decision", some),
    ]  # fmt: skip


def pay(one: Side, visit: Visit) -> None:
    """A visit: without following where an act leads, which is a page that is counted by itself."""
    browser = one.browsers[visit.who]
    with noted() as asked:
        begun = time.perf_counter()
        if visit.form is None:
            answer = browser.http.get(visit.path, headers={"Sec-Fetch-Site": "same-origin"})
        else:
            headers = {"Sec-Fetch-Site": "same-origin"}
            answer = browser.http.post(visit.path, data=visit.form, headers=headers, follow_redirects=False)
        took = (time.perf_counter() - begun) * 1000
    assert answer.status_code in (200, 303), (one.name, visit, answer.status_code)
    one.took[visit.label].append(took)
    one.questions[visit.label] = max(one.questions.get(visit.label, 0), len(asked))
    one.asked.setdefault(visit.label, asked)


def cursor(office: OwnCentre) -> str:
    """A place deep in the list of what waits."""
    row = office.rows(
        "SELECT due_ms, device, epoch, seq FROM request WHERE authority = 'civil-status' AND status = 'pending' AND"
        " due_ms < 9007199254740991 ORDER BY due_ms, device, epoch, seq LIMIT 1 OFFSET 1500"
    )[0]
    return f"{row.due_ms}.{row.device.hex()}.{row.epoch}.{row.seq}"


def measure(few: Side, many: Side, rounds: int, before: int = 0, only: Collection[str] = ()) -> None:
    """One after the other, the same visit here and there: what slows the machine slows both. Uncounted, a first round
    compiles templates and reads what all pages share, which is read behind them where the console is served. What is
    measured again (`only`) forgets what it took; its requests are its own: those of the times `before` are decided.
    """
    first = before * 2 * (rounds + 1)
    deep = {one.name: cursor(one.office) for one in (few, many)}
    yesterday = str(business_date(many.office.clock.ms - DAY_MS))
    for turn in range(rounds + 1):
        here, there = (
            [*visits(one.there[first + turn], deep[one.name], yesterday),
             *acts(one.there[first + turn], one.there[first + rounds + 1 + turn])]
            for one in (few, many)
        )  # fmt: skip
        for visit, same in zip(here, there, strict=True):
            if not only or visit.label in only:
                pay(few, visit)
                pay(many, same)
        if not turn:
            for one, label in product((few, many), only or list(few.took)):
                one.took[label].clear()
                one.questions.pop(label)
                one.asked.pop(label)


def p95(times: list[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


def whole_reads(
    connection: psycopg.Connection, asked: list[tuple[str, Any]], large: Collection[str], most: list[int] | None = None
) -> list[str]:
    """The questions that read one of those tables as a whole, or more rows of one than anybody wants to see."""
    found, known = list[str](), set[str]()
    for text, values in asked:
        if f"{text}{values!r}" in known or not text.lstrip().upper().startswith(("SELECT", "UPDATE", "DELETE")):
            continue
        known.add(f"{text}{values!r}")
        for node in _nodes(_explained(connection, text, values)):
            rows = _rows(node)
            if most is not None:
                most.append(rows)
            if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large:
                found.append(f"all of {node['Relation Name']}: {text[:300]}")
            elif rows > (MOST_SUMS if "till_sum" in text else MOST_ROWS):
                found.append(f"{rows} rows of {node.get('Relation Name')}: {text[:300]}")
    return found


def _explained(connection: psycopg.Connection, text: str, values: Any) -> dict[str, Any]:
    """How the database goes about it; nothing of it stays."""
    row = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {text}".encode(), values).fetchone()
    connection.rollback()
    assert row is not None
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


def plans(many: Side) -> tuple[list[str], int]:
    """What reads too much, by the page that asks; and the most rows that one question touched."""
    faults, most = list[str](), [0]
    with psycopg.connect(many.url) as connection:
        found = connection.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > %s", (LARGE,))
        large = {name for (name,) in found.fetchall()}
        connection.rollback()
        for label, asked in many.asked.items():
            faults += [f"{label}: {one}" for one in whole_reads(connection, asked, large, most)]
    return faults, max(most)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for one in plan.get("Plans", ()):
        yield from _nodes(one)


def _rows(node: dict[str, Any]) -> int:
    """Rows that were looked at, one by one."""
    if "Scan" not in node["Node Type"]:
        return 0
    left = sum(node.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
    return int((node["Actual Rows"] + left) * node["Actual Loops"])


def slow(few: Side, many: Side) -> list[str]:
    """The pages and acts that are over a limit."""
    times = {label: (p95(few.took[label]), p95(took)) for label, took in many.took.items()}
    late = [label for label, (small, large) in times.items() if large > min(MOST_MS, MOST_TIMES * small)]
    return late + [one for one, n in many.questions.items() if is_page(one) and n > MOST_QUESTIONS and one not in late]


def is_page(label: str) -> bool:
    return "/" in label


def judge(few: Side, many: Side) -> list[str]:
    """A line for each page, and what is wrong with it."""
    wrong, over = list[str](), slow(few, many)
    for label in many.took:
        small, large = p95(few.took[label]), p95(many.took[label])
        told = f"{label:44} {small:6.1f} {large:6.1f} ms  x {large / small:4.2f}  {many.questions[label]:2} questions"
        print(f"  {told}")
        wrong += [told] if label in over else []
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser("python -m tests.scenarios.console.million", description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=40)
    asked, begun = parser.parse_args(), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, server() as running:
        made = []
        for name, requests in (("few", FEW), ("many", asked.requests)):
            place = Path(folder) / name
            place.mkdir()
            made.append(side(name, place, running.database(name), requests, asked.rounds))
            print(f"{requests} requests: made after {time.monotonic() - begun:.0f} s", flush=True)
        few, many = made
        copies = [_fleet_ms(many.office) for _ in range(3)]
        measure(few, many, asked.rounds)
        for before in range(1, AGAIN + 1):
            if again := slow(few, many):
                print(f"measured again: {', '.join(again)}", flush=True)
                if not all(map(is_page, again)):  # an act needs those that come before it
                    again += [label for label in many.took if not is_page(label) and label not in again]
                measure(few, many, asked.rounds, before, again)
        wrong = judge(few, many)
        faults, most = plans(many)
        for one in made:
            one.office.store.close()
    print(
        f"console-million: {len(many.took)} pages and acts over {asked.requests} requests: {len(wrong)} too slow or too"
        f" curious, {len(set(faults))} questions that read too much (the most: {most} rows); behind the pages all 6,000"
        f" counters are read in {min(copies):.0f} ms; {time.monotonic() - begun:.0f} s"
    )
    print("\n".join(f"  {one}" for one in (*wrong, *dict.fromkeys(faults))))
    return int(bool(wrong or faults))


def _fleet_ms(office: OwnCentre) -> float:
    """What whoever comes first after a minute waits for."""
    begun = time.perf_counter()
    FleetCopy(office.centre).now()
    return (time.perf_counter() - begun) * 1000


if __name__ == "__main__":
    sys.exit(main())
