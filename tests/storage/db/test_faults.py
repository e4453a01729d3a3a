"""Power, disk and neighbours: nothing durable is lost, nothing is half written, and work goes on afterwards."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlcipher3 import dbapi2

from kiosk.model.service_request import PrintState, Query, Request
from protocol.errors import Corrupt, KioskError, Unavailable
from protocol.journal.kj01 import Chain
from protocol.override import override
from protocol.program.explained import explain
from storage.db import commit, journal_check, request_index
from storage.db.engine import Database
from storage.disk.disk_space import DiskSpace
from storage.faults import border, is_passing, translate
from storage.opening import DATABASE, Opened
from tests.harness import enrolled_store as house
from tests.harness.enrolled_store import acknowledge, enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.store_on_disk import cut_off, key_of
from tests.storage.db.sell_loop import FileKeystore

ROOT = Path(__file__).parents[3]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    house = enrolled(tmp_path / "data", FakeKeystore())
    yield house
    house.close()


def consume(things: Iterable[object]) -> None:
    for _ in things:
        pass


def counter(folder: Path, keys: Path, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.storage.db.sell_loop", str(folder), str(keys), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


# ---- power


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_counter_killed_again_and_again_loses_and_doubles_nothing(tmp_path: Path) -> None:
    folder, keys, chance = tmp_path / "data", tmp_path / "keys", random.Random(5)
    told = 0
    for _ in range(3):
        process = counter(folder, keys)
        assert process.stdout is not None
        for _ in range(chance.randrange(1, 40)):
            told = int(process.stdout.readline())
        process.kill()
        told = max([told, *(int(line) for line in process.stdout if line.endswith("\n"))])
        process.wait()
        process.stdout.close()

        opened = open_house(folder, FileKeystore(keys))
        rows = opened.store.requests.search(Query(limit=-1))
        assert len(rows) in {told, told + 1}, "at most the one whose answer was cut off"
        assert [r.seq for r in rows] == list(range(len(rows), 0, -1))
        assert len(opened.store.print_jobs.in_states([PrintState.WAITING])) == len(rows)
        with opened.store.transaction() as connection:
            assert journal_check.check_all(connection) == len(rows)
            assert connection.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        told = len(rows)
        opened.close()


# ---- disk


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_a_file_that_may_not_grow_stops_sales_and_harms_nothing(tmp_path: Path) -> None:
    """The limit strikes in the write to the log: the system's error is EFBIG, as a quota's would be."""
    process = counter(tmp_path / "data", tmp_path / "keys", str(1_500_000))
    out, _ = process.communicate(timeout=50)
    *sold, stopped, kept, further = out.splitlines()
    assert process.returncode == 0
    assert stopped in {"store_failed io", "disk_full None"}
    assert kept.split() == [str(len(sold)), str(len(sold))]
    assert int(further) == len(sold) + 1, "when there is room again the next sale goes through"
    opened = open_house(tmp_path / "data", FileKeystore(tmp_path / "keys"))
    with opened.store.transaction() as connection:
        assert journal_check.check_all(connection) == len(sold) + 1
    opened.close()


def test_a_full_disk_is_said_so_writes_nothing_and_throws_off_the_ballast(opened: Opened, tmp_path: Path) -> None:
    ballast = tmp_path / "data" / "ballast"
    assert ballast.exists()
    sell(opened.store)
    with opened.store.transaction() as connection:
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(Unavailable, match="disk_full"):
        consume(sell(opened.store) for _ in range(100))
    assert not ballast.exists()
    sold = opened.store.journal.tail().chain.seq
    assert sold == len(opened.store.requests.search(Query(limit=-1))) == len(opened.store.journal.unsent(0, 100, 10**9))
    with opened.store.transaction() as connection:
        connection.execute("PRAGMA max_page_count = 1000000")
    assert sell(opened.store).seq == sold + 1


def test_too_little_room_refuses_receipts_only(tmp_path: Path) -> None:
    free = [10_000]
    opened = open_house(
        tmp_path, space=lambda f: DiskSpace(f, ballast_bytes=1, floor_bytes=10_000, free=lambda _: free[0])
    )
    opened.store.put_enrolment(house.enrolment())
    sell(opened.store)
    free[0] = 9_999
    with pytest.raises(Unavailable, match="disk_full"):
        sell(opened.store)
    acknowledge(opened.store, 1)
    assert opened.store.journal.tail().hwm == 1
    opened.close()


class Failing:
    """A driver's connection whose COMMIT fails as after a failed sync."""

    def __init__(self, inner: Any) -> None:
        self._inner = inner

    def execute(self, sql: str, *arguments: Any) -> Any:
        if sql == "COMMIT":
            error = dbapi2.OperationalError("disk I/O error")
            error.sqlite_errorcode = 1034  # SQLITE_IOERR_FSYNC
            raise error
        return self._inner.execute(sql, *arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)


def test_after_a_failed_sync_the_connection_is_made_again_and_verified(opened: Opened) -> None:
    writer: Any = opened.store._writer
    sell(opened.store)
    verified, check = list[Any](), writer._verify
    writer._verify = verified.append
    writer._handle._connection = Failing(writer._handle._connection)
    with pytest.raises(Unavailable) as caught:
        sell(opened.store)
    assert caught.value.values == {"reason": "io"}
    assert len(verified) == 1
    assert sell(opened.store).seq == 2

    def damaged(connection: Any) -> None:
        raise Corrupt("journal_damaged", epoch=1, seq=1)

    writer._verify = damaged
    writer._handle.fail()
    with pytest.raises(Corrupt, match="journal_damaged"):
        sell(opened.store)
    writer._verify = check
    assert sell(opened.store).seq == 3


class Unsynced(Failing):
    """As `Failing`, once everything of the commit lies in the log: that of a twin that went the same way so far."""

    def __init__(self, inner: Any, log: Path, whole: bytes) -> None:
        super().__init__(inner)
        self._log, self._whole = log, whole

    @override
    def execute(self, sql: str, *arguments: Any) -> Any:
        if sql == "COMMIT":
            with self._log.open("r+b") as file:
                file.write(self._whole)
        return super().execute(sql, *arguments)


def ahead(folder: Path, keystore: FakeKeystore, chain: Chain) -> tuple[Request, bytes]:
    """A further sale, and the log with it."""
    entries, changes, row = house.sale(chain)
    with closing(Database(folder / DATABASE, key_of(folder, keystore)).writer()) as twin:
        twin.execute("BEGIN IMMEDIATE")
        commit.apply(twin, entries, changes, chain)
        twin.execute("COMMIT")
        return row, (folder / f"{DATABASE}-wal").read_bytes()


def test_what_was_not_saved_for_want_of_a_sync_does_not_come_back_after_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, keystore = tmp_path / "data", FakeKeystore()
    opened = enrolled(folder, keystore)
    sell(opened.store)
    lost, whole = ahead(cut_off(folder, tmp_path / "twin"), keystore, opened.store.journal.tail().chain)
    log, connect = folder / f"{DATABASE}-wal", dbapi2.connect
    assert whole.startswith(log.read_bytes())

    def failing(*arguments: Any, **more: Any) -> Any:
        monkeypatch.setattr(dbapi2, "connect", connect)
        return Unsynced(connect(*arguments, **more), log, whole)

    monkeypatch.setattr(dbapi2, "connect", failing)
    opened.store._writer.close()
    opened.store._writer._closed = False
    with pytest.raises(Unavailable, match="store_failed"):
        sell(opened.store)
    assert opened.store.requests.get(lost.id) is None
    again = open_house(cut_off(folder, tmp_path / "cut"), keystore)
    assert [row.seq for row in again.store.requests.search(Query())] == [1]
    again.close()
    opened.close()


# ---- neighbours


def test_a_locked_database_is_said_so(opened: Opened, tmp_path: Path) -> None:
    other = Database(tmp_path / "data" / DATABASE, opened.secrets.database_key(database_exists=True)).writer()
    with opened.store.transaction() as connection:
        connection.execute("PRAGMA busy_timeout = 20")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable) as caught:
        sell(opened.store)
    assert caught.value.values == {"reason": "locked"}
    other.execute("ROLLBACK")
    other.close()
    assert sell(opened.store).seq == 1


def test_reading_does_not_wait_for_writing(opened: Opened) -> None:
    row = sell(opened.store)
    with opened.store.transaction() as connection:
        connection.execute("DELETE FROM fact")
        began = time.monotonic()
        assert opened.store.requests.get(row.id) is not None
        assert opened.store.journal.tail().chain.seq == 1
        assert time.monotonic() - began < 1


def test_many_threads_sell_and_look_at_once(opened: Opened) -> None:
    lock, faults = threading.Lock(), list[BaseException]()

    def work() -> None:
        try:
            for _ in range(25):
                with lock:  # the scribe's lock: a chain has one pen
                    row = sell(opened.store)
                found = opened.store.requests.search(Query(str(row.seq)))
                assert [r.id for r in found] == [row.id]
        except BaseException as error:  # noqa: BLE001 - carried to the test's own thread
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert opened.store.journal.tail().count == 100
    with opened.store.transaction() as connection:
        assert journal_check.check_all(connection) == 100


# ---- forgetting


def test_a_deleted_or_renamed_request_leaves_the_search_index(opened: Opened) -> None:
    sell(opened.store)
    sell(opened.store, name="سعاد")
    hits = "SELECT count(*) FROM fts_name WHERE fts_name MATCH '\"سعا\"'"
    with opened.store.transaction() as connection:
        assert connection.execute(hits).fetchone() == (0,)
        request_index.follow(connection, 100)
        assert connection.execute(hits).fetchone() == (1,)
        connection.execute("UPDATE request SET name = '', name_key = '' WHERE name = 'سعاد'")
        assert connection.execute(hits).fetchone() == (0,)
        connection.execute("UPDATE request SET name_key = 'سعاد' WHERE name = ''")
        assert connection.execute(hits).fetchone() == (1,)
        connection.execute("DELETE FROM undecided WHERE id = (SELECT id FROM request WHERE name = '')")
        connection.execute("DELETE FROM request WHERE name = ''")
        assert connection.execute(hits).fetchone() == (0,)
    with opened.store.transaction() as connection:
        index = b"".join(block for (block,) in connection.execute("SELECT block FROM fts_name_data"))
        assert "سعا".encode() not in index, "not even in the index's own pages"
    assert opened.store.requests.search(Query("سعاد")) == []
    assert len(opened.store.requests.search(Query("محمد"))) == 1


# ---- the border


def _driver_error(code: int, text: str = "x") -> dbapi2.Error:
    error = dbapi2.OperationalError(text)
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("foreign", "code", "reason"),
    [
        (_driver_error(13), "disk_full", None),
        (OSError(28, "No space left on device"), "disk_full", None),
        (OSError(5, "Input/output error"), "store_failed", "io"),
        (PermissionError(13, "Permission denied", "/home/محمد/kiosk.db"), "store_failed", "denied"),
        (OSError(24, "Too many open files"), "store_failed", "io"),
        (_driver_error(26), "store_key", None),
        (_driver_error(11), "store_damaged", None),
        (_driver_error(267), "store_damaged", None),
        (_driver_error(5), "store_failed", "locked"),
        (_driver_error(6), "store_failed", "locked"),
        (_driver_error(8), "store_failed", "read_only"),
        (_driver_error(10), "store_failed", "io"),
        (_driver_error(266), "store_failed", "io"),
        (_driver_error(14), "store_failed", "cannot_open"),
        (_driver_error(1, "no such table: x"), "store_failed", "no such table: x"),
    ],
)
def test_foreign_errors_become_ours(foreign: Exception, code: str, reason: str | None) -> None:
    ours = translate(foreign)
    assert (ours.code, ours.values.get("reason")) == (code, reason)
    assert not isinstance(foreign, dbapi2.Error) or is_passing(foreign) == (reason == "locked" or code == "disk_full")
    assert all(explain("ar", ours))
    with pytest.raises(KioskError) as caught, border():
        raise foreign
    assert caught.value.__cause__ is foreign


def test_what_sqlalchemy_says_in_a_migration_is_what_the_driver_said() -> None:
    assert translate(DBAPIError("SELECT", {}, _driver_error(13))).code == "disk_full"
    assert translate(InvalidRequestError("odd")).values["reason"] == "odd"


def test_an_error_tells_no_name(opened: Opened) -> None:
    row = sell(opened.store)
    for act in (
        lambda: opened.store._all("SELECT ? FROM no_such_table", row.name),
        lambda: opened.store.commit([], [house.request(opened.store.journal.unsent(0, 1, 1)[0].record)]),
    ):
        with pytest.raises(KioskError) as caught:
            act()
        assert row.name not in f"{caught.value} {caught.value.__cause__}"
        assert row.national_id not in f"{caught.value} {caught.value.__cause__}"
