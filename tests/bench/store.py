"""The statements made of the models beside the same ones by hand (docs/adr/0052), and the tray of what came back."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from kiosk.model.service_request import TRAY, Decision, Query
from protocol.journal.business_day import DayKey
from storage.db import compiled
from storage.db.entry_ids import entry_id
from storage.opening import Opened
from tests.bench.figures import Figure, median
from tests.harness import enrolled_store, million_requests
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import NOON_MS

WAITING: Final = 2_000
ADD: Final = """INSERT INTO request (id, request_id, visit, line, lines, service_id, service_version, catalogue, date,
 created_ms, operator, total_pt, tendered_pt, code, name, national_id, mobile, service_pt, vat_pt, commission_pt,
 method, reference, day_number, name_key)
 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
KEPT: Final = attrgetter(*ADD.partition("(id, request_")[2].partition(", name_key")[0].replace("\n", "").split(", "))
JOINED: Final = """r.request_id, r.id >> 32, r.id & 4294967295, r.visit, r.line, r.lines, r.service_id,
 r.service_version, r.catalogue, r.date, r.created_ms, r.operator, r.total_pt, r.tendered_pt, r.code,
 (SELECT entry_hash FROM journal WHERE id = r.id), r.name, r.national_id, r.mobile,
 (r.id & 4294967295) <= coalesce((SELECT hwm FROM ack WHERE epoch = r.id >> 32), 0), d.status,
 (SELECT state FROM print_job WHERE entry = r.id - r.line + 1 AND copy_number = 0 ORDER BY n DESC LIMIT 1),
 (SELECT count(*) FROM print_job WHERE entry = r.id - r.line + 1 AND copy_number > 0), r.service_pt, r.vat_pt,
 r.commission_pt, r.method, r.reference, coalesce((SELECT kind FROM movement WHERE of_entry = r.id), ''),
 coalesce(d.seen, 0), coalesce(d.told, 0), coalesce(d.ready_ms, 0), (SELECT arrived_ms FROM output WHERE id = r.id),
 (SELECT handed_ms FROM output WHERE id = r.id), coalesce((SELECT handed_to FROM output WHERE id = r.id), ''),
 coalesce((SELECT state FROM elsewhere WHERE id = r.id), ''),
 coalesce((SELECT till FROM elsewhere WHERE id = r.id), 0), r.day_number,
 d.code, d.reason_ar, d.reason_en, d.at_ms"""
ONE: Final = f"SELECT {JOINED} FROM request r LEFT JOIN decision d ON d.id = r.id WHERE r.request_id = ?"
TOTALS: Final = """SELECT count(*), coalesce(sum(r.total_pt), 0),
 coalesce(sum((r.id & 4294967295) > coalesce((SELECT hwm FROM ack WHERE epoch = r.id >> 32), 0)), 0)
 FROM request r WHERE r.date = ? AND r.day_number = ?"""
DRAFTS: Final = """SELECT id, operator, service_id, service_version, raw, updated_ms, catalogue, visit, corrects
 FROM draft WHERE operator = ? ORDER BY updated_ms DESC, id DESC"""


def run(*, quick: bool) -> list[Figure]:
    folder = Path(mkdtemp(prefix="manfaz-bench-"))
    opened = million_requests.build(folder, 3_000 if quick else 10_000, FakeKeystore())
    try:
        return [*beside_hand_written(opened, 50 if quick else 300), *_tray(opened)]
    finally:
        opened.close()
        shutil.rmtree(folder)


def beside_hand_written(opened: Opened, rounds: int) -> list[Figure]:
    """An AssertionError where a statement by hand answers otherwise than that of the models."""
    store = opened.store
    last = store.requests.search(Query(limit=1))[0]
    page = "SELECT {} FROM request r LEFT JOIN decision d ON d.id = r.id WHERE 1 ORDER BY r.id DESC LIMIT ?"
    reads: list[tuple[str, str, str, tuple[object, ...]]] = [
        ("request by id", ONE, compiled.REQUEST, (last.id,)),
        ("page of 50", page.format(JOINED), page.format(compiled.REQUEST_COLUMNS), (50,)),
        ("day totals", TOTALS, compiled.TOTALS, tuple(DayKey(last.date, 1))),
        ("drafts", DRAFTS, compiled.DRAFTS, (last.operator,)),
    ]
    with store.looking() as connection:
        for name, hand, made, asked in reads:
            assert _read(connection, hand, asked) == _read(connection, made, asked), name
        found = [
            _figure(name, rounds, partial(_read, connection, hand, asked), partial(_read, connection, made, asked))
            for name, hand, made, asked in reads
        ]
    return [_insert(opened, rounds), *found]


def _read(connection: Any, sql: str, asked: tuple[object, ...]) -> Any:
    return connection.execute(sql, asked).fetchall()


def _insert(opened: Opened, rounds: int) -> Figure:
    """The row of a request alone, in a transaction that is taken back."""
    row = opened.store.requests.search(Query(limit=1))[0]
    chain = opened.store.journal.tail().chain
    entries, _, _ = enrolled_store.sale(chain)
    made = chain.after(entries[0].record)
    with opened.store._writer._lock:
        connection = opened.store._writer._handle.ready()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("PRAGMA defer_foreign_keys = ON")
        new = enrolled_store.request(entries[0].record, name=row.name)
        number = entry_id(made.epoch, made.seq)

        def by_hand() -> None:
            connection.execute(ADD, (entry_id(new.epoch, new.seq), *KEPT(new), new.name))

        def by_model() -> None:
            compiled.ADD_REQUEST(connection, new, new.name)

        def undo() -> None:
            connection.execute("DELETE FROM undecided WHERE id = ?", (number,))
            connection.execute("DELETE FROM request WHERE id = ?", (number,))

        found = _figure("insert request", rounds, by_hand, by_model, undo)
        connection.execute("ROLLBACK")
    return found


def _figure(
    name: str, rounds: int, hand: Callable[[], None], made: Callable[[], None], undo: Callable[[], None] = lambda: None
) -> Figure:
    """Microseconds of each, by turns."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for command, times in zip((hand, made), taken, strict=True):
            began = time.perf_counter()
            command()
            times.append((time.perf_counter() - began) * 1e6)
            undo()
    floor, ours = median(taken[0]), median(taken[1])
    limit = 1.05 if name.startswith("insert") else max(1.1, (floor + 3) / floor)
    return Figure("store", f"{name}, made of the models beside by hand", ours, floor, "µs", ours / floor, limit)


def _tray(opened: Opened) -> list[Figure]:
    last = opened.store.journal.tail().chain.seq
    decisions = [Decision(1, last - n, "rejected", "fee", "السبب", "Why", NOON_MS) for n in range(WAITING)]
    opened.store.commit([], decisions)
    requests = opened.store.requests
    assert requests.rejected_count() >= WAITING
    figures = []
    for what, ask in (("the tray", lambda: requests.search(TRAY)), ("how many are in it", requests.rejected_count)):
        times = []
        for _ in range(20):
            began = time.perf_counter()
            ask()
            times.append((time.perf_counter() - began) * 1e3)
        figures.append(Figure("store", f"{what}, {WAITING:,} waiting", median(times), None, "ms", median(times), 5))
    return figures
