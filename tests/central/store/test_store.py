"""One contract, two databases."""

from __future__ import annotations

import secrets
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from sqlcipher3 import dbapi2

from central.store.interface import Session, Store
from central.store.journal_append import Append, Kept
from central.store.sqlite_store import SqliteStore
from protocol.errors import Corrupt, KioskError, Unavailable

DEVICE = bytes(range(16))
START = bytes(32)
POISON = b'{"salt":"\\u0000"} \x00\xff' + bytes(range(256))


@pytest.fixture
def chained(store: Store) -> Store:
    with store.writing() as session:
        open_chain(session)
    return store


def open_chain(session: Session, state: str = "active") -> None:
    session.run("INSERT INTO shop VALUES ('S', 'أ', 'a', '{}', 0, 0, '', '')")
    session.run("INSERT INTO device VALUES (?, 'S', 0, 0, '')", DEVICE)
    session.run(
        "INSERT INTO chain (device, epoch, pub, statement, state, hwm, hash, server_ms, durable)"
        " VALUES (?, 1, ?, ?, ?, 0, ?, 0, 0)",
        DEVICE,
        b"p" * 32,
        b"{}",
        state,
        START,
    )


def kept(seq: int, body: bytes = POISON) -> Kept:
    return Kept(seq, bytes([seq]) * 32, bytes([seq]) * 160, bytes([255 - seq]) * 64, body + bytes([seq]))


def batch(first: int, last: int, after: bytes = START) -> Append:
    return Append(
        DEVICE, 1, first - 1, after, [kept(seq) for seq in range(first, last + 1)], [(first, POISON), (last, b"x")], 77
    )


def standing(store: Store) -> tuple[int, bytes, int]:
    with store.reading() as session:
        row = session.one("SELECT hwm, hash, server_ms FROM chain")
    assert row is not None
    return row[0], row[1], row[2]


def test_records_and_high_water_mark_move_together_and_come_back_as_they_went(chained: Store) -> None:
    with chained.writing() as session:
        assert session.append(batch(1, 3))
    assert standing(chained) == (3, kept(3).hash, 77)
    with chained.reading() as session:
        rows = session.all("SELECT seq, hash, header, signature, body, received_ms FROM entry ORDER BY seq")
        frames = session.all("SELECT seq, sealed FROM personal ORDER BY seq")
    wanted = [(k.seq, k.hash, k.header, k.signature, k.body, 77) for k in map(kept, (1, 2, 3))]
    assert rows == wanted
    assert frames == [(1, POISON), (3, b"x")]


def test_the_next_batch_follows_the_last(chained: Store) -> None:
    for one in (batch(1, 2), batch(3, 4, kept(2).hash)):
        with chained.writing() as session:
            assert session.append(one)
    assert standing(chained)[0] == 4


@pytest.mark.parametrize("one", [batch(2, 3), batch(1, 2, b"o" * 32)])
def test_a_chain_that_stands_elsewhere_keeps_nothing(chained: Store, one: Append) -> None:
    with chained.writing() as session:
        assert not session.append(one)
    assert standing(chained)[0] == 0
    with chained.reading() as session:
        assert session.all("SELECT 1 FROM entry UNION ALL SELECT 1 FROM personal") == []


@pytest.mark.parametrize("state", ["suspended", "frozen"])
def test_a_chain_that_is_shut_takes_nothing(store: Store, state: str) -> None:
    with store.writing() as session:
        open_chain(session, state)
        assert not session.append(batch(1, 2))


def test_a_batch_without_frames_is_kept(chained: Store) -> None:
    with chained.writing() as session:
        assert session.append(Append(DEVICE, 1, 0, START, [kept(1)], [], 5))
    assert standing(chained)[0] == 1


def test_a_block_that_raises_leaves_nothing(chained: Store) -> None:
    with pytest.raises(LookupError):
        _append_and_fail(chained)
    assert standing(chained)[0] == 0


def _append_and_fail(store: Store) -> None:
    with store.writing() as session:
        session.append(batch(1, 3))
        raise LookupError


def test_of_uploads_at_once_exactly_one_moves_the_chain(chained: Store) -> None:
    moved: list[bool] = []
    barrier = threading.Barrier(6)

    def upload() -> None:
        barrier.wait()
        with chained.writing() as session:
            moved.append(session.append(batch(1, 3)))

    threads = [threading.Thread(target=upload) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(moved) == [False] * 5 + [True]


@pytest.mark.parametrize("table", ["entry", "audit", "equivocation"])
@pytest.mark.parametrize("act", ["UPDATE {} SET at_ms = 0", "DELETE FROM {}"])
def test_what_is_kept_for_ever_cannot_be_changed(chained: Store, table: str, act: str) -> None:
    with chained.writing() as session:
        session.append(batch(1, 2))
        session.run("INSERT INTO audit (at_ms, staff, act, subject, detail) VALUES (1, 'a', 'b', 'c', '{}')")
        session.run("INSERT INTO equivocation VALUES (?, ?, 1, 1, ?, ?, ?, ?, NULL, 1)", b"h", DEVICE, *(b"x",) * 4)
    column = "received_ms" if table == "entry" else "at_ms"
    with pytest.raises(Exception, match="append-only"), chained.writing() as session:
        session.run(act.format(table).replace("at_ms", column))


def test_a_reader_does_not_wait_for_a_writer(chained: Store) -> None:
    with chained.writing() as writing:
        writing.append(batch(1, 2))
        assert standing(chained)[0] == 0


def test_another_key_does_not_open_the_file(tmp_path: Path) -> None:
    SqliteStore(tmp_path / "c.db", b"a" * 32).close()
    with pytest.raises(Corrupt, match="database_key"):
        SqliteStore(tmp_path / "c.db", b"b" * 32)


def test_the_file_shows_nothing_in_clear(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "c.db", secrets.token_bytes(32))
    with store.writing() as session:
        session.run("INSERT INTO shop VALUES ('S', 'secret-name', 'b', '{}', 0, 0, '', '')")
    store.close()
    for file in tmp_path.iterdir():
        assert b"secret-name" not in file.read_bytes()
        assert b"SQLite" not in file.read_bytes()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="database_stuck"):
        SqliteStore(tmp_path / "no" / "c.db", bytes(32))


def test_a_writer_that_another_process_keeps_out_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("central.store.sqlite_store._PRAGMAS", ("journal_mode = WAL", "busy_timeout = 1"))
    one, two = (SqliteStore(tmp_path / "c.db", bytes(32)) for _ in range(2))
    with one.writing(), pytest.raises(Unavailable, match="database_stuck"), two.writing():
        pass
    one.close()
    two.close()


def test_a_store_closed_while_somebody_reads_closes_behind_him(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "c.db", bytes(32))
    with store.reading() as session:
        store.close()
        assert session.one("SELECT 1") == (1,)


def test_a_full_disk_keeps_nothing_half_and_goes_on_when_there_is_room(tmp_path: Path) -> None:
    """At the centre, as at the counter."""
    store = SqliteStore(tmp_path / "c.db", bytes(32))
    with store.writing() as session:
        open_chain(session)
    with store.writing() as session:
        [(pages,)] = session.all("PRAGMA page_count")
        session.all(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable, match="database_stuck"), store.writing() as session:
        session.append(batch(1, 200))
    assert standing(store)[0] == 0
    with store.writing() as session:
        assert session.one("SELECT count(*) FROM entry") == (0,)
        session.all("PRAGMA max_page_count = 1000000")
    with store.writing() as session:
        assert session.append(batch(1, 200))
    assert standing(store)[0] == 200
    store.close()


def damaged(folder: Path) -> SqliteStore:
    """A store whose last pages were overwritten while nobody had it open."""
    path = folder / "c.db"
    store = SqliteStore(path, bytes(32))
    with store.writing() as session:
        open_chain(session)
        # Here ends what the empty store needs, with the list of tables, without which no key fits.
        [(pages,)], [(size,)] = session.all("PRAGMA page_count"), session.all("PRAGMA page_size")
        session.append(batch(1, 200))
    store.close()
    whole = path.read_bytes()
    good = int(pages) * int(size)
    assert good < len(whole)
    path.write_bytes(whole[:good] + bytes(len(whole) - good))
    return SqliteStore(path, bytes(32))


def test_a_damaged_file_is_said_to_be_damaged_and_holds_nobody_up(tmp_path: Path) -> None:
    """At the centre, as at the counter."""
    store = damaged(tmp_path)
    for _ in range(2):
        with pytest.raises(Corrupt, match="database_damaged"), store.reading() as session:
            session.all("SELECT * FROM entry")
    with pytest.raises(Corrupt, match="database_damaged"), store.writing() as session:
        session.all("SELECT * FROM entry")
    with store.reading() as session:
        assert session.one("SELECT 1") == (1,)
    with pytest.raises(Corrupt, match="database_damaged"):
        store.copy_to(tmp_path / "copy.db")
    store.close()


def test_a_mistake_of_ours_stays_one_and_leaves_nothing_open(store: Store) -> None:
    for _ in range(2):
        with pytest.raises(Exception, match=r"UNIQUE|duplicate key") as failed, store.writing() as session:
            session.many("INSERT INTO shop VALUES (?, 'a', 'b', '{}', 0, 0, '', '')", [("S",), ("S",)])
        assert not isinstance(failed.value, KioskError)
    with store.reading() as session:
        assert session.all("SELECT 1 FROM shop") == []


def test_where_even_going_back_fails_the_first_error_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = SqliteStore(tmp_path / "c.db", bytes(32))

    def stubborn(_connection: Connection) -> None:
        raise OperationalError("ROLLBACK", (), dbapi2.OperationalError("cannot rollback"))

    monkeypatch.setattr(Connection, "rollback", stubborn)
    with pytest.raises(Unavailable, match="disk I/O error"), store.writing():
        raise OperationalError("INSERT", (), dbapi2.OperationalError("disk I/O error"))
    monkeypatch.undo()
    with store.writing() as session:
        assert session.one("SELECT 1") == (1,)
    store.close()
