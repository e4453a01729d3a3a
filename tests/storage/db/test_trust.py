"""A library, a disk or a chain that cannot be trusted stops the start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kiosk.model.service_request import Query
from protocol.errors import Corrupt, Unavailable
from storage.db import engine, journal_check
from storage.opening import DATABASE
from tests.harness import enrolled_store
from tests.harness.enrolled_store import enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.store_on_disk import on_disk, refuses

# ---- a library or a disk that cannot be trusted


def test_an_old_sqlite_is_refused(folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.db.engine.dbapi2.sqlite_version_info", (3, 51, 2))
    refuses("sqlite_old", lambda: open_house(folder, keystore))
    assert not folder.exists()
    monkeypatch.setattr("storage.db.engine.dbapi2.sqlite_version_info", (3, 51, 3))
    open_house(folder, keystore).close()


def test_a_setting_that_does_not_hold_is_refused(
    folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PRAGMAS", (*engine.PRAGMAS, ("synchronous", "NORMAL", 2)))
    refuses("store_pragma", lambda: open_house(folder, keystore))
    monkeypatch.setattr(engine, "PRAGMAS", (("no_such_setting", "1", 1),))
    refuses("store_pragma", lambda: open_house(folder, keystore))


def test_every_connection_has_the_settings(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    with opened.store.transaction() as writer, opened.store.looking() as reader:
        for name, _, wanted in engine.PRAGMAS:
            assert writer.execute(f"PRAGMA {name}").fetchone()[0] == wanted
            assert reader.execute(f"PRAGMA {name}").fetchone()[0] == wanted
        with pytest.raises(Exception, match="readonly"):
            reader.execute("DELETE FROM fact")
    opened.close()


def test_a_mac_syncs_to_the_platter(folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.db.engine.sys.platform", "darwin")
    opened = enrolled(folder, keystore)
    with opened.store.transaction() as writer:
        assert writer.execute("PRAGMA fullfsync").fetchone() == (1,)
        assert writer.execute("PRAGMA checkpoint_fullfsync").fetchone() == (1,)
    opened.close()


def test_a_file_that_is_no_database_is_kept(folder: Path, keystore: FakeKeystore) -> None:
    enrolled(folder, keystore).close()
    (folder / DATABASE).write_bytes(os.urandom(8192))
    refuses("store_key", lambda: open_house(folder, keystore))


def test_a_damaged_page_is_not_read_as_data(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    for _ in range(20):
        sell(opened.store)
    opened.close()
    path = folder / DATABASE
    data = bytearray(path.read_bytes())
    for page in range(4096, len(data), 4096):
        data[page + 100] ^= 1
    path.write_bytes(data)
    with pytest.raises(Corrupt, match="store_"):
        open_house(folder, keystore)


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path, keystore: FakeKeystore) -> None:
    (tmp_path / "file").write_text("")
    refuses("folder_unusable", lambda: open_house(tmp_path / "file" / "data", keystore))


# ---- the chain


REST = "header, signature, body, 0, 0, 1, 1 FROM journal"
NO_GUARD = "DROP TRIGGER journal_no_update"


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE journal SET body = CAST(replace(CAST(body AS TEXT), 'op-1', 'op-2') AS BLOB) WHERE seq = 2",
        "UPDATE journal SET signature = zeroblob(64) WHERE seq = 2",
        "UPDATE journal SET sum_pt = sum_pt + 1 WHERE seq = 2",
        "UPDATE journal SET money_pt = NULL WHERE seq = 2",
        "UPDATE journal SET entry_hash = zeroblob(32) WHERE seq = 2",
    ],
)
def test_a_forged_entry_is_named_at_the_start(folder: Path, keystore: FakeKeystore, forgery: str) -> None:
    opened = enrolled(folder, keystore)
    for _ in range(3):
        sell(opened.store)
    opened.close()
    on_disk(folder, keystore, NO_GUARD, forgery)
    assert refuses("journal_damaged", lambda: open_house(folder, keystore)).values == {"epoch": 1, "seq": 2}


def test_the_start_checks_the_last_entries_and_the_whole_chain_can_be_asked(
    folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = enrolled(folder, keystore)
    for _ in range(journal_check.AT_START + 2):
        sell(opened.store)
    assert opened.check() == journal_check.AT_START + 2
    opened.close()
    on_disk(folder, keystore, NO_GUARD, "UPDATE journal SET signature = zeroblob(64) WHERE seq = 2")
    opened = open_house(folder, keystore)
    refuses("journal_damaged", opened.check)
    opened.close()
    on_disk(folder, keystore, "UPDATE journal SET signature = zeroblob(64) WHERE seq = 3")
    assert refuses("journal_damaged", lambda: open_house(folder, keystore)).values == {"epoch": 1, "seq": 3}


def test_a_hole_before_the_last_entries_is_named(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    for _ in range(journal_check.AT_START + 1):
        sell(opened.store)
    opened.close()
    off = "PRAGMA foreign_keys = OFF"
    on_disk(folder, keystore, off, "DROP TRIGGER journal_no_delete", "DELETE FROM journal WHERE seq = 1")
    assert refuses("journal_damaged", lambda: open_house(folder, keystore)).values == {"epoch": 1, "seq": 1}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal SET body = x'00'",
        "UPDATE journal SET wall_ms = wall_ms",
        "DELETE FROM journal",
        "DELETE FROM journal WHERE seq = 1",
        "REPLACE INTO journal SELECT * FROM journal",
        "INSERT INTO journal SELECT * FROM journal",
        f"INSERT INTO journal SELECT id + 1, epoch, seq, x'00', {REST}",
        f"INSERT INTO journal SELECT id + 1, epoch, seq + 1, entry_hash, {REST}",
        f"INSERT INTO journal SELECT id + 1, epoch, seq + 1, x'00', {REST}",
        "UPDATE request SET id = id + 1",
        "UPDATE frame SET id = id + 1",
    ],
)
def test_the_database_itself_refuses(folder: Path, keystore: FakeKeystore, statement: str) -> None:
    opened = enrolled(folder, keystore)
    row = sell(opened.store)
    with pytest.raises(Unavailable, match=r"append-only|constraint"), opened.store.transaction() as connection:
        connection.execute(statement)
    assert [r.id for r in opened.store.requests.search(Query())] == [row.id]
    opened.close()


def test_the_whole_chain_is_read_in_pages(
    folder: Path, keystore: FakeKeystore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_check, "_PAGE", 3)
    opened = enrolled(folder, keystore)
    for _ in range(7):
        sell(opened.store)
    opened.store.put_enrolment(enrolled_store.enrolment(2))
    sell(opened.store)
    assert opened.check() == 8
    opened.close()


def test_an_index_that_lies_is_found_when_idle(folder: Path, keystore: FakeKeystore) -> None:
    opened = enrolled(folder, keystore)
    sell(opened.store)
    opened.close()
    on_disk(
        folder,
        keystore,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'line INTEGER NOT NULL', 'line TEXT NOT NULL CHECK (line > 5)')"
        " WHERE name = 'request'",
    )
    opened = open_house(folder, keystore)
    refuses("store_damaged", opened.check)
    opened.close()
