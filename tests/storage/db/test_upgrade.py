"""From release to release: what was kept stays, a copy is made and read first, and no migration stays half done."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from kiosk.model.service_request import Day, Draft, Query
from kiosk.model.store_changes import CloseDay, JournalAppend, OpenDay
from protocol.errors import Corrupt, Refused, Unavailable
from protocol.journal import kj01
from protocol.journal.business_day import DayKey
from protocol.journal.kj01 import EntryType, genesis
from protocol.values.arabic import search_key
from storage.backup import database_copy
from storage.db import commit, entry_ids, models, upgrade
from storage.db.engine import Database
from storage.keystore.journal_mirror import Mirrored
from storage.opening import DATABASE
from tests.harness import enrolled_store
from tests.harness.enrolled_store import enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore

KEY = bytes(range(32))
INSTANCE = "0" * 32
NAMES = ("محمد أحمد", "منى مصطفى", "عبد الله")


def old_keystore() -> FakeKeystore:
    """What the keystore holds of an old house: its key, and that it was enrolled."""
    keystore = FakeKeystore()
    keystore.put(f"{INSTANCE}/database-key", KEY)
    keystore.put(f"{INSTANCE}/mirror", Mirrored(1, 0, genesis(enrolled_store.enrolment().statement)[:12]).pack())
    return keystore


def old_house(folder: Path, release: str = "0001") -> FakeKeystore:
    """A house as that release left it, with three sales."""
    folder.mkdir()
    (folder / "instance").write_text(f"{INSTANCE}\n")
    database = Database(folder / DATABASE, KEY)
    assert upgrade.bring_up(database, lambda _: pytest.fail("there was nothing to save"), to=release) is None
    connection = database.writer()
    commit.put_enrolment(connection, enrolled_store.enrolment())
    for name in NAMES:
        _old_sale(connection, name)
    connection.close()
    return old_keystore()


def _old_sale(connection: Any, name: str) -> None:
    chain = commit.last(connection)[0]
    entries, _, row = enrolled_store.sale(chain, name=name)
    commit.apply(connection, entries, [], chain)
    columns = [info[1] for info in connection.execute("PRAGMA table_info(request)")]
    given = {**{field: getattr(row, field) for field in row.__slots__}, "request_id": row.id}
    given |= {"id": entry_ids.entry_id(row.epoch, row.seq), "name_key": search_key(name)}
    marks = ", ".join("?" * len(columns))
    connection.execute(f"INSERT INTO request VALUES ({marks})", [given[column] for column in columns])


def look(folder: Path, statement: str) -> list[Any]:
    connection = Database(folder / DATABASE, KEY).writer()
    try:
        found: list[Any] = connection.execute(statement).fetchall()
        return found
    finally:
        connection.close()


def version(folder: Path) -> str | None:
    return upgrade.version(Database(folder / DATABASE, KEY))


# ---- the form


def test_the_revisions_are_those_that_lie_there() -> None:
    files = sorted((Path(upgrade.__file__).parent / "migrations" / "versions").glob("*.py"))
    assert [path.name[:4] for path in files] == list(upgrade.REVISIONS)


def test_head_is_what_the_models_say(tmp_path: Path) -> None:
    database = Database(tmp_path / DATABASE, KEY)
    upgrade.bring_up(database, print)
    with database.engine().connect() as connection:
        ours = {"include_name": lambda name, kind, _: not (kind == "table" and name.startswith("fts_"))}
        assert compare_metadata(MigrationContext.configure(connection, opts=ours), models.EnrolmentRow.metadata) == []
        triggers = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        assert list(triggers.scalars()) == [
            "journal_no_delete", "journal_no_update", "outcome_said", "request_forgotten", "request_found",
            "request_renamed", "request_undecided",
        ]  # fmt: skip


# ---- from 0001 to 0002


def test_old_requests_are_found_by_name_after_the_upgrade(tmp_path: Path) -> None:
    keystore = old_house(tmp_path / "data")
    opened = open_house(tmp_path / "data", keystore)
    assert opened.found_version == "0001"
    assert [r.name for r in opened.store.search(Query())] == list(reversed(NAMES))
    assert [r.name for r in opened.store.search(Query("احمد"))] == [NAMES[0]]
    assert [r.name for r in opened.store.search(Query("عبدالله"))] == [NAMES[2]]
    assert [r.name for r in opened.store.search(Query("من"))] == [NAMES[1]]
    row = sell(opened.store)
    assert opened.store.tail().count == 4
    assert opened.store.search(Query("محمد"))[0].id == row.id
    opened.close()
    assert version(tmp_path / "data") == upgrade.HEAD


# ---- from 0002 to 0003


def test_old_requests_are_found_by_the_end_of_an_id_and_old_drafts_stay(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = old_house(folder, "0002")
    look(folder, "INSERT INTO draft VALUES ('d1', 'op-1', 'birth-cert', 1, '{\"name\":\"x\"}', 10)")
    opened = open_house(folder, keystore)
    assert opened.found_version == "0002"
    assert [r.name for r in opened.store.search(Query("0018"))] == list(reversed(NAMES))
    assert opened.store.search(Query("0019")) == []
    assert opened.store.drafts("op-1") == [Draft("d1", "op-1", "birth-cert", 1, {"name": "x"}, 10, catalogue=0)]
    row = sell(opened.store, national_id="30002020204321")
    assert [r.id for r in opened.store.search(Query("4321"))] == [row.id]
    opened.close()
    asked = "EXPLAIN QUERY PLAN SELECT id FROM request WHERE national_id_end = '4321'"
    assert "ix_request_national_id_end" in look(folder, asked)[0][3], "by index, not by a scan"
    assert database_copy.check(folder / f"{DATABASE}.before-0002", KEY) == 3


# ---- from 0003 to 0004


def test_what_old_fees_were_made_of_is_read_out_of_their_bodies(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = old_house(folder, "0003")
    connection = Database(folder / DATABASE, KEY).writer()
    chain = commit.last(connection)[0]
    fees = [{"kind": kind, "amount_pt": pt} for kind, pt in (("government", 4500), ("service", 500), ("service", 25))]
    body = kj01.write_body(bytes(16), {"v": 1, "fees": fees, "vat_pt": 61})
    record = kj01.write(chain, EntryType.REQUEST, body, enrolled_store.SIGNER, kj01.Stamp(1, 1, bytes(8)))
    commit.apply(connection, [JournalAppend(record, None, 5025)], [], chain)
    connection.execute("UPDATE request SET id = ? WHERE id = ?", (entry_ids.entry_id(1, 4), entry_ids.entry_id(1, 3)))
    connection.close()
    look(folder, "INSERT INTO day VALUES ('2026-11-25', 'op-1', 100, 1, 1, NULL)")
    opened = open_house(folder, keystore)
    assert [(r.service_pt, r.vat_pt, r.method) for r in opened.store.search(Query())] == [
        (525, 61, "cash"), (0, 0, "cash"), (0, 0, "cash"),
    ]  # fmt: skip
    assert opened.store.open_day() == Day("2026-11-25", "op-1", 100, 1, 1)
    assert opened.store.last_closed_day() is None
    opened.close()


# ---- from 0008 to 0009


def test_what_was_sold_and_moved_before_belongs_to_the_first_opening_of_its_date(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = old_house(folder, "0008")
    look(folder, "INSERT INTO day VALUES ('2026-11-24', 'op-1', 100, 1, 1, 2, 9, 100, 90, 37650)")
    look(folder, "INSERT INTO day VALUES ('2026-11-25', 'op-2', 500, 3, 1, NULL, 0, 0, 0, 0)")
    connection = Database(folder / DATABASE, KEY).writer()
    chain = commit.last(connection)[0]
    commit.apply(connection, [enrolled_store.entry(chain, EntryType.CASH, money_pt=0)], [], chain)
    moved = "'deposit', '2026-11-25', 5, 'op-1', 700, '', 1, '', 'bank', 'R-1', NULL"
    connection.execute(f"INSERT INTO movement VALUES ({entry_ids.entry_id(1, 4)}, {moved})")
    connection.close()
    opened = open_house(folder, keystore)
    store, key = opened.store, DayKey("2026-11-25")
    assert opened.found_version == "0008"
    today, before = Day("2026-11-25", "op-2", 500, 3, 1), Day("2026-11-24", "op-1", 100, 1, 1, 2, 9, 100, 90, 37_650)
    assert (store.open_day(), store.last_closed_day()) == (today, before)
    assert (store.days(), store.openings("2026-11-25")) == ([today, before], 1)
    assert store.totals(key).count == len(store.search(Query(date=key.date, day_number=1))) == 3
    assert [(m.party, m.amount_pt, m.day_number) for m in store.movements(key)] == [("bank", 700, 1)]
    store.commit([], [CloseDay(key, 10)])
    store.commit([], [OpenDay(Day("2026-11-25", "op-1", 0, 11, 5, number=2))])
    assert store.totals(DayKey("2026-11-25", 2)).count == 0
    opened.close()


def test_the_copy_made_before_is_whole_and_of_the_old_form(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    open_house(folder, old_house(folder)).close()
    copy = folder / f"{DATABASE}.before-0001"
    assert database_copy.check(copy, KEY) == 3
    assert upgrade.version(Database(copy, KEY)) == "0001"
    assert "محمد".encode() not in copy.read_bytes()
    assert not list(folder.glob("*.part*"))


def test_no_copy_no_upgrade(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = old_house(folder)
    (folder / f"{DATABASE}.before-0001").mkdir()
    with pytest.raises(Unavailable, match="backup_failed"):
        open_house(folder, keystore)
    assert version(folder) == "0001"
    (folder / f"{DATABASE}.before-0001").rmdir()
    open_house(folder, keystore).close()


def test_a_chain_that_does_not_hold_is_not_upgraded(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = old_house(folder)
    look(folder, "DROP TRIGGER journal_no_update")
    look(folder, "UPDATE journal SET signature = zeroblob(64) WHERE seq = 2")
    with pytest.raises(Unavailable) as caught:
        open_house(folder, keystore)
    assert (caught.value.code, caught.value.values) == ("backup_failed", {"reason": "journal_damaged"})
    assert version(folder) == "0001"


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = old_house(folder)
    look(folder, "UPDATE alembic_version SET version_num = '9999'")
    before = (folder / DATABASE).read_bytes()
    with pytest.raises(Refused, match="store_newer"):
        open_house(folder, keystore)
    assert (folder / DATABASE).read_bytes() == before
    assert not list(folder.glob("*before*"))


@pytest.mark.parametrize(
    "obstacle",
    [
        "CREATE TRIGGER request_renamed AFTER INSERT ON fact BEGIN SELECT 1; END",  # in the way of the last statement
        "CREATE TABLE fts_name (x)",
        "CREATE INDEX ix_request_mobile ON fact (value)",
    ],
)
def test_no_migration_stays_half_done(tmp_path: Path, obstacle: str) -> None:
    folder = tmp_path / "data"
    keystore = old_house(folder)
    look(folder, obstacle)
    before = look(folder, "SELECT type, name, sql FROM sqlite_master ORDER BY name")
    with pytest.raises(Unavailable, match="store_failed"):
        open_house(folder, keystore)
    assert look(folder, "SELECT type, name, sql FROM sqlite_master ORDER BY name") == before
    assert version(folder) == "0001"
    kind, name = obstacle.split()[1:3]
    look(folder, f"DROP {kind} {name}")
    opened = open_house(folder, keystore)
    assert len(opened.store.search(Query("محمد"))) == 1
    opened.close()


def test_a_reference_that_leads_nowhere_is_not_accepted(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = old_house(folder)
    connection = Database(folder / DATABASE, KEY).writer()
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("INSERT INTO frame VALUES (5, x'00')")
    connection.close()
    with pytest.raises(Corrupt, match="foreign key of frame"):
        open_house(folder, keystore)


# ---- copies


def test_a_copy_holds_what_is_still_in_the_wal(tmp_path: Path) -> None:
    keystore = FakeKeystore()
    opened = enrolled(tmp_path / "data", keystore)
    for _ in range(5):
        sell(opened.store)
    key = opened.secrets.database_key(database_exists=True)
    assert opened.back_up(tmp_path / "copy.db") == 5
    sell(opened.store)
    opened.close()
    assert database_copy.check(tmp_path / "copy.db", key) == 5


def test_a_damaged_copy_is_noticed(tmp_path: Path) -> None:
    keystore = FakeKeystore()
    opened = enrolled(tmp_path / "data", keystore)
    for _ in range(50):
        sell(opened.store)
    key = opened.secrets.database_key(database_exists=True)
    copy = tmp_path / "copy.db"
    database_copy.write(tmp_path / "data" / DATABASE, copy, key)
    opened.close()
    good = copy.read_bytes()
    for at in (len(good) - 50, len(good) // 2):
        copy.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        with pytest.raises((Unavailable, Corrupt)):
            database_copy.check(copy, key)
    copy.write_bytes(good)
    with pytest.raises(Corrupt, match="store_key"):
        database_copy.check(copy, bytes(32))
