"""What is left on the disk of a citizen whose data was erased."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from kiosk.model import store_changes
from protocol.errors import Unavailable
from storage.db import compiled, request_index
from storage.db.writer import Writer
from storage.opening import DATABASE
from tests.harness.enrolled_store import enrolled, open_house, print_job, sell
from tests.harness.fakes.fake_keystore import FakeKeystore

ID = "29001010100018"


def test_no_page_holds_the_erased_any_more(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    row = sell(opened.store, national_id=ID)
    with opened.store.transaction() as connection:
        request_index.follow(connection, 100)
    opened.store.commit([], [store_changes.Erase(1, row.seq)])
    assert (folder / f"{DATABASE}-wal").stat().st_size == 0
    with opened.store.looking() as connection:
        found = connection.execute("SELECT count(*) FROM fts_name WHERE fts_name MATCH '\"محم\"'").fetchone()
    assert found == (0,)
    assert opened.check() == 1
    opened.close()
    open_house(folder, keystore).close()


def test_any_other_paper_about_the_request_goes_whole(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    row, other = sell(opened.store), sell(opened.store)
    with opened.store.transaction() as connection:
        for job, entry in (("sheet", row), ("of another", other)):
            connection.execute(
                "INSERT INTO print_job (job_id, entry, copy_number, receipt, state, created_ms)"
                " VALUES (?, 1 << 32 | ?, 0, CAST('{\"blocks\":[]}' AS BLOB), 'printed', 1)",
                (job, entry.seq),
            )
    opened.store.commit([], [store_changes.Erase(1, row.seq)])
    with opened.store.looking() as connection:
        kept = connection.execute("SELECT entry & 4294967295, count(*) FROM print_job GROUP BY entry").fetchall()
    assert kept == [(row.seq, 1), (other.seq, 2)]
    opened.close()


def test_every_copy_of_the_receipt_loses_the_name(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    row = sell(opened.store)
    record = next(opened.store.journal.export(1)).record
    opened.store.commit([], [print_job(record, copy=1)])
    opened.store.commit([], [store_changes.Erase(1, row.seq)])
    with opened.store.looking() as connection:
        kept = [bytes(receipt) for (receipt,) in connection.execute("SELECT receipt FROM print_job")]
    assert len(kept) == 2
    assert not any("محمد".encode() in receipt or b"2900" in receipt for receipt in kept)
    opened.close()


def test_a_reader_in_the_way_delays_only_the_emptying(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    first, second = sell(opened.store), sell(opened.store)
    inside, leave = threading.Event(), threading.Event()

    def read() -> None:
        with opened.store.looking() as connection:
            connection.execute("BEGIN")
            connection.execute("SELECT count(*) FROM request").fetchone()
            inside.set()
            leave.wait(30)
            connection.execute("ROLLBACK")

    reader = threading.Thread(target=read)
    reader.start()
    inside.wait(30)
    begun = time.monotonic()
    opened.store.commit([], [store_changes.Erase(1, first.seq)])
    assert time.monotonic() - begun < 2.5  # half of what a writer is ready to wait for another
    assert opened.store.journal.frame(1, first.seq) is None
    leave.set()
    reader.join()
    opened.store.commit([], [store_changes.Erase(1, second.seq)])
    assert (folder / f"{DATABASE}-wal").stat().st_size == 0
    opened.close()


def test_a_log_that_could_not_be_emptied_is_no_failure_and_is_emptied_later(
    folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = enrolled(folder, keystore)
    row = sell(opened.store)

    def broken(_writer: Writer) -> None:
        raise Unavailable("disk_full")

    with monkeypatch.context() as patched:
        patched.setattr(Writer, "forget", broken)
        opened.store.commit([], [store_changes.Erase(1, row.seq)])
    assert opened.store.journal.frame(1, row.seq) is None
    opened.store.commit([], [store_changes.PutFact("name", b"value")])
    assert (folder / f"{DATABASE}-wal").stat().st_size == 0
    opened.close()


def test_no_copy_from_before_an_upgrade_outlives_a_whole_check(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    sell(opened.store)
    copy, other = (folder / f"{DATABASE}.{name}" for name in ("before-0001", "before-mine"))
    for file in (copy, other):
        opened.back_up(file)
    assert opened.check(lambda: False) is None
    assert copy.exists(), "a check that was broken off proves nothing"
    assert opened.check() == 1
    assert (copy.exists(), other.exists()) == (False, True)
    opened.close()


def test_a_closed_store_erases_nothing(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    row = sell(opened.store)
    opened.close()
    with pytest.raises(Unavailable):
        opened.store.commit([], [store_changes.Erase(1, row.seq)])


def test_a_further_request_of_a_visit_takes_the_name_off_its_one_paper(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    first, second = sell(opened.store), sell(opened.store)
    with opened.store.transaction() as connection:
        connection.execute("UPDATE request SET line = 2, lines = 2 WHERE id = 1 << 32 | ?", (second.seq,))
        connection.execute("DELETE FROM print_job WHERE entry = 1 << 32 | ?", (second.seq,))
    opened.store.commit([], [store_changes.Erase(1, second.seq)])
    [kept] = opened.store.print_jobs.of_entry(1, first.seq)
    assert (kept.receipt.name, kept.receipt.national_id) == ("", "")
    opened.close()


def test_an_erasure_takes_the_copies_from_before_an_upgrade_with_it(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    row = sell(opened.store)
    copy, other = (folder / f"{DATABASE}.{name}" for name in ("before-0001", "before-mine"))
    for file in (copy, other):
        opened.back_up(file)
    opened.store.commit([], [store_changes.PutFact("name", b"value")])
    assert copy.exists()
    opened.store.commit([], [store_changes.Erase(1, row.seq)])
    assert (copy.exists(), other.exists()) == (False, True)
    opened.close()


def test_a_folder_that_cannot_be_read_is_no_failure_of_an_erasure(
    folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = enrolled(folder, keystore)
    row = sell(opened.store)

    def broken() -> None:
        raise OSError

    monkeypatch.setattr(opened.store, "_forget_copies", broken)
    opened.store.commit([], [store_changes.Erase(1, row.seq)])
    assert opened.store.journal.frame(1, row.seq) is None
    opened.close()


def test_old_papers_are_found_without_reading_every_receipt(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    told: list[str] = []
    with opened.store.transaction() as connection:
        connection.set_trace_callback(told.append)
        compiled.DROP_LOOSE(connection, store_changes.DropLoosePapers(1))
        connection.set_trace_callback(None)
        [statement] = [one for one in told if one.startswith("DELETE")]
        plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}").fetchall()
    assert any("ix_print_job_entry" in row[-1] for row in plan)
    opened.close()
