"""`ServiceDesk.record` beside one raw sqlcipher3 insert, and beside the very same statements on bare sqlcipher3."""

from __future__ import annotations

import gc
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, Final

from sqlcipher3 import dbapi2

from kiosk.model.service_request import Sale
from storage.db.engine import Database
from storage.opening import DATABASE, Opened
from tests.bench.figures import Figure, at, median
from tests.bench.journal import open_shop
from tests.harness.enrolled_store import open_house
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_world import NOON_MS
from tests.harness.generated_sales import Citizens, Wanted

KEY: Final = "2DD29CA851E7B56E4697B0E1F08507293D761A05CE4D1B628663F411A8086D99"
DDL: Final = """CREATE TABLE tx(id TEXT PRIMARY KEY, receipt_no TEXT NOT NULL UNIQUE, national_id TEXT NOT NULL,
 service_code TEXT NOT NULL, applicant_name TEXT NOT NULL, fee INTEGER NOT NULL, created_at TEXT NOT NULL,
 payload TEXT NOT NULL)"""
Statement = tuple[str, str, Any]  # "w" or "r", SQL, values


def run(*, quick: bool) -> list[Figure]:
    rounds, count = (1, 300) if quick else (3, 1_500)
    taken: dict[str, list[float]] = {"raw": [], "same": [], "ours": [], "review": []}
    for seed in range(rounds):
        citizens = Citizens(4_000 + seed)
        with _folder() as folder, _no_collector():
            _round(folder, [citizens.next(NOON_MS) for _ in range(count)], taken)
    raw, ours = taken["raw"], taken["ours"]
    floor, same, p50 = (median(taken[name]) for name in ("raw", "same", "ours"))
    note = f"p95 {at(ours, 0.95):.2f}, p99 {at(ours, 0.99):.2f} ms; raw p99 {at(raw, 0.99):.2f} ms"
    note += f"; its form was judged before, for the review, in {median(taken['review']):.2f} ms"
    beyond = f"{same:.2f} ms for the same statements on bare sqlcipher3"
    return [
        Figure(
            "record", "Desk.record beside one raw sqlcipher3 insert", p50, floor, "ms p50", p50 / floor, 3.9, 3.5,
            note=note,
        ),
        Figure("record", "Desk.record beyond its statements", p50 - same, None, "ms p50", p50 - same, 0.7, note=beyond),
    ]  # fmt: skip


def _round(folder: Path, citizens: list[Wanted], taken: dict[str, list[float]]) -> None:
    """Milliseconds of each sale three ways, by turns: a disk is not as fast in one minute as in the next."""
    statements = _statements(folder, citizens)
    keystore = FakeKeystore()
    opened = open_house(folder / "ours", keystore)
    shop = open_shop(opened.store)
    _checkpoint(opened)
    (folder / "again").mkdir()
    shutil.copy(folder / "ours" / DATABASE, folder / "again" / DATABASE)
    key = opened.secrets.database_key(database_exists=True)
    with _raw(folder) as insert, _replay(folder / "again" / DATABASE, key) as replay:
        for citizen, asked in zip(citizens, statements, strict=True):
            began = time.perf_counter()
            sale = citizen.sale(shop.counter.desk)
            taken["review"].append((time.perf_counter() - began) * 1000)
            for name, command in (
                ("raw", lambda s=sale: insert(s)),
                ("ours", lambda s=sale: shop.counter.desk.record(s)),
                ("same", lambda a=asked: replay(a)),
            ):
                began = time.perf_counter()
                command()
                taken[name].append((time.perf_counter() - began) * 1000)
    opened.close()


@contextmanager
def _no_collector() -> Iterator[None]:
    """As at the counter, where garbage is collected between the presses (`ui/shell/garbage_timer.py`)."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="manfaz-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _raw(folder: Path) -> Iterator[Callable[[Sale], None]]:
    """One table, two indices, one row of about 1 KB for each commit, WAL and FULL."""
    connection = dbapi2.connect(str(folder / "raw.db"), isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{KEY}'\"")
    for words in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", DDL,
                  "CREATE INDEX a ON tx(national_id)",
                  "CREATE INDEX b ON tx(created_at)"):  # fmt: skip
        connection.execute(words)

    def insert(s: Sale) -> None:
        row = (s.id, s.visit, s.values["national_id"], s.form.service.id, str(s.values.get("name")), 5000, "2026-11-25",
               "x" * 1000)  # fmt: skip
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO tx VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("COMMIT")

    yield insert
    connection.close()


class _Recorder:
    """Stands before the writer's connection and notes what passes."""

    def __init__(self, connection: Any, noted: list[Statement]) -> None:
        self._connection = connection
        self._noted = noted

    def execute(self, sql: str, values: Any = ()) -> Any:
        self._noted.append(("w", sql, values))
        return self._connection.execute(sql, values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


def _checkpoint(opened: Opened) -> None:
    with opened.store._writer._lock:
        opened.store._writer._handle.ready().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _statements(folder: Path, citizens: list[Wanted]) -> list[list[Statement]]:
    """What each sale asks of the database, in order, reads included."""
    opened = open_house(folder / "noted", FakeKeystore())
    shop = open_shop(opened.store)
    noted: list[Statement] = []
    handle = opened.store._writer._handle
    handle._connection = _Recorder(handle.ready(), noted)

    readers = opened.store._readers
    ask = readers.ask

    def _noted(sql: str, values: Any) -> list[Any]:
        noted.append(("r", sql, values))
        return ask(sql, values)

    readers.ask = _noted  # type: ignore[method-assign, assignment]
    each = []
    for citizen in citizens:
        sale = citizen.sale(shop.counter.desk)
        noted.clear()
        shop.counter.desk.record(sale)
        each.append(list(noted))
    opened.close()
    return each


@contextmanager
def _replay(path: Path, key: bytes) -> Iterator[Callable[[list[Statement]], None]]:
    database = Database(path, key)
    connections = {"w": database.writer(), "r": database.reader()}

    def again(statements: list[Statement]) -> None:
        for kind, sql, values in statements:
            connections[kind].execute(sql, values).fetchall()

    yield again
    for connection in connections.values():
        connection.close()
