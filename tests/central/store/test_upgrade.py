"""The tables are what the models say. A centre of an older version, made up for this, comes up to them, and loses no
row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from central.store import migration, request_models, staff_models
from central.store.interface import Session, Store
from central.store.postgres_store import PostgresStore
from central.store.sqlite_store import SqliteStore
from protocol.errors import Refused
from tests.central.store.older_version import MIGRATIONS, REVISION, TODAYS, know
from tests.central.store.test_store import DEVICE, START, batch, standing
from tests.harness.postgres_server import Postgres

OLDER: Final = ((REVISION,), MIGRATIONS)
TODAY: Final = ((REVISION, *migration.REVISIONS), MIGRATIONS)
NEW: Final = (migration.REVISIONS, TODAYS)
_OURS: Final = "m.type = 'table' AND m.name NOT LIKE 'sqlite_%' AND m.name <> 'alembic_version'"
_TABLES: Final = {
    "sqlite": (
        f"""SELECT m.name, c.name, c.type, c."notnull", c.dflt_value, c.pk, instr(m.sql, 'AUTOINCREMENT') > 0
            FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c WHERE {_OURS}""",
        f"""SELECT m.name, f."table", f."from", f."to", f.on_delete FROM sqlite_master m
            JOIN pragma_foreign_key_list(m.name) f WHERE {_OURS}""",
        f"""SELECT m.name, i.origin, i."unique", c.seqno, c.name FROM sqlite_master m JOIN pragma_index_list(m.name) i
            JOIN pragma_index_info(i.name) c WHERE {_OURS}""",
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        f"SELECT m.name, t.strict FROM sqlite_master m JOIN pragma_table_list(m.name) t WHERE {_OURS}",
    ),
    "postgres": (
        """SELECT table_name, column_name, data_type, is_nullable, column_default, identity_generation
           FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'alembic_version'""",
        """SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text <> 'alembic_version'""",
        """SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
           AND indexname NOT IN (SELECT conname FROM pg_constraint)""",
    ),
}
_GUARDS: Final = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgres": """SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
                   UNION ALL SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace""",
}
GUARDS: Final = {
    "audit_no_delete", "audit_no_update", "entry_no_delete", "entry_no_update", "equivocation_no_delete",
    "equivocation_no_update", "erasure_no_delete", "till_number_no_delete", "till_number_no_update",
}  # fmt: skip
Form = set[tuple[object, ...]]


class Place:
    """A database that is not there yet, of either kind."""

    def __init__(self, dialect: str, address: str) -> None:
        self.dialect, self.address = dialect, address

    def open(self) -> Store:
        if self.dialect == "sqlite":
            return SqliteStore(Path(self.address), bytes(32))
        return PostgresStore(self.address)

    @contextmanager
    def of(self, revisions: tuple[str, ...], *folders: Path) -> Iterator[Store]:
        """Opened by a program that has these migrations."""
        with pytest.MonkeyPatch.context() as patch:
            know(patch, revisions, *folders)
            with closing(self.open()) as store:
                yield store

    def form(self, store: Store) -> Form:
        """Columns, keys and indexes; of every database, in its own words."""
        return self._asked(store, _TABLES[self.dialect])

    def guards(self, store: Store) -> Form:
        return self._asked(store, [_GUARDS[self.dialect]])

    def _asked(self, store: Store, questions: Sequence[str]) -> Form:
        with store.reading() as session:
            return {tuple(row) for question in questions for row in session.all(question)}


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Place, Place]]:
    names = ("older", "new")
    if request.param == "sqlite":
        yield Place("sqlite", str(tmp_path / names[0])), Place("sqlite", str(tmp_path / names[1]))
        return
    running: Postgres = request.getfixturevalue("postgres")
    yield Place("postgres", running.database(names[0])), Place("postgres", running.database(names[1]))
    for name in names:
        running.drop(name)


@pytest.fixture
def new(places: tuple[Place, Place]) -> Place:
    return places[1]


@pytest.fixture
def older(places: tuple[Place, Place]) -> Place:
    """With a shop, a device, two entries and a float in it."""
    place = places[0]
    with place.of(*OLDER) as store, store.writing() as session:
        session.run("INSERT INTO shop VALUES ('S', 'أ', 'a', '{}', 0, 0)")
        session.run("INSERT INTO device VALUES (?, 'S', 0, 0, '')", DEVICE)
        row = (DEVICE, b"p" * 32, b"{}", START)
        session.run("INSERT INTO chain VALUES (?, 1, ?, ?, 'active', 0, ?, 0, 0)", *row)
        session.run("INSERT INTO float_entry (shop, total_pt) VALUES ('S', 500)")
        session.run("CREATE TABLE personal (device {0}, epoch {1}, seq {1}, sealed {0})".format(*_types(place)))
        assert session.append(batch(1, 2))
        session.run("DROP TABLE personal")
    return place


def _types(place: Place) -> tuple[str, str]:
    return ("BLOB", "INTEGER") if place.dialect == "sqlite" else ("BYTEA", "BIGINT")


# ---- the form


def test_the_revisions_are_those_that_lie_there() -> None:
    assert [path.name[:4] for path in sorted(TODAYS.glob("*.py"))] == list(migration.REVISIONS)


def _as_models_say(session: Session) -> None:
    """In place of what a migration made."""
    request_models.Request.metadata.drop_all(session._connection)
    staff_models.Account.metadata.create_all(session._connection)


def test_head_is_what_the_models_say(new: Place) -> None:
    """A column that is added to a model and nowhere else is told here, by its name."""
    with new.of(*NEW) as store:
        made = new.form(store)
        with store.writing() as session:
            _as_models_say(session)
        assert made ^ new.form(store) == set()


def test_what_is_kept_for_ever_is_guarded(new: Place) -> None:
    with new.of(*NEW) as store:
        assert {str(name) for name, _ in new.guards(store)} - {"append_only", "only_forgets"} == GUARDS


# ---- from an older version to this one


def test_every_row_is_there_and_the_journal_goes_on(older: Place) -> None:
    with older.of(*TODAY) as store:
        assert standing(store)[0] == 2
        with store.writing() as session:
            assert session.all("SELECT seq, body FROM entry ORDER BY seq") == [
                (kept.seq, kept.body) for kept in batch(1, 2).kept
            ]
            assert session.one("SELECT shop, marked FROM chain") == ("S", 0)
            assert session.all("SELECT shop, amount_pt, reference FROM float_entry") == [("S", 500, "")]
            assert session.append(batch(3, 4, batch(1, 2).kept[-1].hash))
        with pytest.raises(Exception, match="append-only"), store.writing() as session:
            session.run("DELETE FROM entry")


def test_it_comes_to_the_form_of_a_new_centre(older: Place, new: Place) -> None:
    with older.of(*TODAY) as brought_up, new.of(*NEW) as store:
        assert older.form(brought_up) ^ new.form(store) == set()
        assert older.guards(brought_up) == new.guards(store)


def test_the_program_before_refuses_it_and_a_step_runs_once(older: Place) -> None:
    with older.of(*TODAY) as store:
        before = older.form(store)
    with pytest.raises(Refused, match="newer_database"), older.of(*OLDER):
        pass
    with older.of(*TODAY) as store:
        assert older.form(store) == before


def step(folder: Path, times: int) -> Path:
    """The folder of one more migration, which makes a table so many times: the second time fails."""
    made = folder / "more"
    made.mkdir()
    made.joinpath("0002_more.py").write_text(
        'from alembic import op\nrevision = "0002"\ndown_revision = "0001"\n'
        f'def upgrade():\n    for _ in range({times}):\n        op.execute("CREATE TABLE half (n INTEGER)")\n'
    )
    return made


def test_a_step_that_fails_leaves_everything_as_it_was(older: Place, tmp_path: Path) -> None:
    with older.of(*OLDER) as store:
        before = older.form(store)
    with pytest.raises(Exception, match="half"), older.of((*TODAY[0], "0002"), MIGRATIONS, step(tmp_path, 2)):
        pass
    with older.of(*OLDER) as store:
        assert older.form(store) == before
        assert standing(store)[0] == 2
    with older.of(*TODAY) as store:
        assert standing(store)[0] == 2


def test_tables_are_made_once(new: Place, tmp_path: Path) -> None:
    for _ in range(2):
        with new.of(*NEW) as store, store.writing() as session:
            session.run("INSERT INTO config VALUES (?, 'kept') ON CONFLICT DO NOTHING", "name")
    more = step(tmp_path, 1)
    for _ in range(2):
        with new.of((*NEW[0], "0002"), TODAYS, more) as store, store.reading() as session:
            assert session.all("SELECT n FROM half") == []
            assert session.all("SELECT value FROM config") == [("kept",)]
    with pytest.raises(Refused, match="newer_database") as refused, new.of(*NEW):
        pass
    assert refused.value.values == {"found": "0002", "known": "0001"}


def test_a_step_that_fails_leaves_the_tables_as_they_were(new: Place, tmp_path: Path) -> None:
    more = step(tmp_path, 2)
    with new.of(*NEW) as store:
        before = new.form(store)
    with pytest.raises(Exception, match="half"), new.of((*NEW[0], "0002"), TODAYS, more):
        pass
    with new.of(*NEW) as store:
        assert new.form(store) == before


def test_a_database_of_a_test_is_what_the_migrations_make(tmp_path: Path) -> None:
    """`tests.harness.remembered_sql`: the first of a process is migrated, the next ones take its tables."""
    place = Place("sqlite", str(tmp_path / "migrated"))
    SqliteStore(tmp_path / "first", bytes(32)).close()
    with place.of(*NEW) as migrated, closing(SqliteStore(tmp_path / "next", bytes(32))) as taken:
        for asked in (place.form, place.guards, lambda store: place._asked(store, ["SELECT * FROM alembic_version"])):
            assert asked(taken) == asked(migrated)
