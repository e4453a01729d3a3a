"""From release to release: what was kept stays, a copy is made and read first, and no migration stays half done."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData

from kiosk.model.service_request import Day, Draft, Query
from kiosk.model.store_changes import CloseDay, JournalAppend
from protocol.errors import Corrupt, Refused, Unavailable
from protocol.journal import kj01
from protocol.journal.business_day import DayKey
from protocol.journal.entries import EntryType
from storage.backup import backup_contents, database_copy
from storage.db import commit, entry_ids, request_index, upgrade
from storage.db.engine import Database
from storage.opening import DATABASE
from tests.harness import enrolled_store
from tests.harness.enrolled_store import enrolled, open_house, sell
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.older_version import KEY, NAMES, REVISION, TODAYS, house, know, look, version

pytestmark = pytest.mark.usefixtures("older_known")


# ---- the form


def test_the_revisions_are_those_that_lie_there() -> None:
    files = sorted(TODAYS.glob("*.py"))
    assert [REVISION, *(path.name[:4] for path in files)] == list(upgrade.REVISIONS)


def tables(connection: Connection) -> MetaData:
    """Those of the database, without what the search index and Alembic keep for themselves."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: not name.startswith(("fts_", "alembic_")))
    return found


def triggers(connection: Connection) -> list[tuple[str, str]]:
    sql = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    return [(name, " ".join(made.split())) for name, made in connection.exec_driver_sql(sql)]


def as_a_new_store(database: Database, new: Path) -> None:
    """It has the form that the first schema makes (`test_statements` compares that with the models)."""
    fresh = Database(new, KEY)
    with pytest.MonkeyPatch.context() as patch:
        know(patch, ("0001",), TODAYS)
        upgrade.bring_up(fresh, print)
    with database.engine().connect() as found, fresh.engine().connect() as wanted:
        ours = {"include_name": lambda name, kind, _: not (kind == "table" and name.startswith("fts_"))}
        assert compare_metadata(MigrationContext.configure(found, opts=ours), tables(wanted)) == []
        assert triggers(found) == triggers(wanted)
        assert [name for name, _ in triggers(found)] == [
            "decision_said", "journal_no_delete", "journal_no_update", "request_forgotten", "request_renamed",
        ]  # fmt: skip


# ---- from an older version to this one


def test_the_older_version_comes_to_the_form_of_a_new_store(tmp_path: Path) -> None:
    open_house(tmp_path / "data", house(tmp_path / "data")).close()
    assert version(tmp_path / "data") == upgrade.HEAD
    as_a_new_store(Database(tmp_path / "data" / DATABASE, KEY), tmp_path / "new.db")


def test_old_requests_are_found_by_name_after_the_upgrade(tmp_path: Path) -> None:
    opened = open_house(tmp_path / "data", house(tmp_path / "data"))
    assert opened.found_version == REVISION
    assert [r.name for r in opened.store.requests.search(Query())] == list(reversed(NAMES))
    assert [r.name for r in opened.store.requests.search(Query("احمد"))] == [NAMES[0]]
    assert [r.name for r in opened.store.requests.search(Query("عبدالله"))] == [NAMES[2]]
    assert [r.name for r in opened.store.requests.search(Query("من"))] == [NAMES[1]]
    row = sell(opened.store)
    assert opened.store.journal.tail().count == 4
    assert opened.store.requests.search(Query("محمد"))[0].id == row.id
    opened.close()


def test_old_requests_are_found_by_the_end_of_an_id_and_old_drafts_stay(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = house(folder)
    look(folder, "INSERT INTO draft VALUES ('d1', 'op-1', 'birth-cert', 1, '{\"name\":\"x\"}', 10)")
    opened = open_house(folder, keystore)
    assert [r.name for r in opened.store.requests.search(Query("0018"))] == list(reversed(NAMES))
    assert opened.store.requests.search(Query("0019")) == []
    assert opened.store.drafts.of_operator("op-1") == [
        Draft("d1", "op-1", "birth-cert", 1, {"name": "x"}, 10, catalogue=0)
    ]
    row = sell(opened.store, national_id="30002020204321")
    assert [r.id for r in opened.store.requests.search(Query("4321"))] == [row.id]
    opened.close()
    asked = "EXPLAIN QUERY PLAN SELECT id FROM request WHERE listed = 1 AND national_id_end = '4321'"
    assert "ix_request_national_id_end" in look(folder, asked)[0][3], "by index, not by a scan"


def test_what_old_fees_were_made_of_is_read_out_of_their_bodies(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = house(folder)
    connection = Database(folder / DATABASE, KEY).writer()
    chain = commit.last(connection)[0]
    fees = [{"kind": kind, "amount_pt": pt} for kind, pt in (("government", 4500), ("service", 500), ("service", 25))]
    body = kj01.write_body(bytes(16), {"v": 1, "fees": fees, "vat_pt": 61})
    record = kj01.write(chain, EntryType.REQUEST, body, enrolled_store.SIGNER, kj01.Stamp(1, 1, bytes(8)))
    commit.apply(connection, [JournalAppend(record, None, 5025)], [], chain)
    connection.execute("UPDATE request SET id = ? WHERE id = ?", (entry_ids.entry_id(1, 4), entry_ids.entry_id(1, 3)))
    connection.close()
    opened = open_house(folder, keystore)
    assert [(r.service_pt, r.vat_pt, r.method) for r in opened.store.requests.search(Query())] == [
        (525, 61, "cash"), (0, 0, "cash"), (0, 0, "cash"),
    ]  # fmt: skip
    opened.close()


def test_what_was_sold_before_belongs_to_the_first_opening_of_its_date(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = house(folder)
    look(folder, "INSERT INTO day VALUES ('2026-11-24', 'op-1', 100, 1, 1, 2)")
    look(folder, "INSERT INTO day VALUES ('2026-11-25', 'op-2', 500, 3, 1, NULL)")
    opened = open_house(folder, keystore)
    store, key = opened.store, DayKey("2026-11-25")
    today, before = Day("2026-11-25", "op-2", 500, 3, 1), Day("2026-11-24", "op-1", 100, 1, 1, 2)
    assert (store.days.open_day(), store.days.last_closed()) == (today, before)
    assert (store.days.newest(), store.days.openings("2026-11-25")) == ([today, before], 1)
    assert store.requests.totals(key).count == len(store.requests.search(Query(date=key.date, day_number=1))) == 3
    store.commit([], [CloseDay(key, 10)])
    store.commit([], [Day("2026-11-25", "op-1", 0, 11, 5, number=2)])
    assert store.requests.totals(DayKey("2026-11-25", 2)).count == 0
    opened.close()


def test_only_what_was_not_decided_waits_for_a_decision(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = house(folder)
    for seq, status in ((1, "approved"), (2, "pending")):
        row = f"({entry_ids.entry_id(1, seq)}, '{status}', '', '', '', 5, 0, 1)"
        look(folder, f"INSERT INTO decision VALUES {row}")
    opened = open_house(folder, keystore)
    assert [r.seq for r in opened.store.requests.search(Query(state="approved"))] == [1]
    with opened.store.transaction() as connection:
        request_index.follow(connection, 100)
    opened.close()
    assert look(folder, "SELECT id FROM undecided ORDER BY id") == [(entry_ids.entry_id(1, n),) for n in (2, 3)]


def test_a_table_that_others_refer_to_is_made_anew_under_them(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = house(folder)
    look(folder, f"INSERT INTO output VALUES ({entry_ids.entry_id(1, 2)}, 7, 'op-1', NULL, '', '')")
    open_house(folder, keystore).close()
    assert look(folder, "SELECT r.name FROM output o JOIN request r ON r.id = o.id") == [(NAMES[1],)]
    assert look(folder, "PRAGMA foreign_key_list(output)")[0][2] == "request"


def test_the_copy_made_before_is_whole_and_of_the_old_form(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    open_house(folder, house(folder)).close()
    copy = folder / f"{DATABASE}.before-0000"
    assert backup_contents.check(copy, KEY) == 3
    assert upgrade.version(Database(copy, KEY)) == REVISION
    assert "محمد".encode() not in copy.read_bytes()
    assert not list(folder.glob("*.part*"))


def test_no_copy_no_upgrade(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = house(folder)
    (folder / f"{DATABASE}.before-0000").mkdir()
    with pytest.raises(Unavailable, match="backup_failed"):
        open_house(folder, keystore)
    assert version(folder) == REVISION
    (folder / f"{DATABASE}.before-0000").rmdir()
    open_house(folder, keystore).close()


def test_a_chain_that_does_not_hold_is_not_upgraded(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = house(folder)
    look(folder, "DROP TRIGGER journal_no_update")
    look(folder, "UPDATE journal SET signature = zeroblob(64) WHERE seq = 2")
    with pytest.raises(Unavailable) as caught:
        open_house(folder, keystore)
    assert (caught.value.code, caught.value.values) == ("backup_failed", {"reason": "journal_damaged"})
    assert version(folder) == REVISION


def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = house(folder)
    look(folder, "UPDATE alembic_version SET version_num = '9999'")
    look(folder, "DELETE FROM fact")
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
    keystore = house(folder)
    look(folder, obstacle)
    before = look(folder, "SELECT type, name, sql FROM sqlite_master ORDER BY name")
    with pytest.raises(Unavailable, match="store_failed"):
        open_house(folder, keystore)
    assert look(folder, "SELECT type, name, sql FROM sqlite_master ORDER BY name") == before
    assert version(folder) == REVISION
    kind, name = obstacle.split()[1:3]
    look(folder, f"DROP {kind} {name}")
    opened = open_house(folder, keystore)
    assert len(opened.store.requests.search(Query("محمد"))) == 1
    opened.close()


def test_a_reference_that_leads_nowhere_is_not_accepted(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    keystore = house(folder)
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
    assert backup_contents.check(tmp_path / "copy.db", key) == 5


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
            backup_contents.check(copy, key)
    copy.write_bytes(good)
    with pytest.raises(Corrupt, match="store_key"):
        backup_contents.check(copy, bytes(32))
