"""A centre of an older version, made up for this, comes up to the tables of today and loses no row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

from central.store import schema
from central.store.interface import Row, Store
from central.store.migration import Dialect, Step, migrate
from central.store.postgres_store import PostgresStore
from central.store.schema import STEPS
from central.store.sqlite_store import SqliteStore
from protocol.errors import Refused
from tests.central.store.test_store import DEVICE, START, batch, standing
from tests.harness.older_version import statements
from tests.harness.postgres_server import Postgres

_OLDER: Final = statements(Path(__file__).with_name("older.sql"))
_FROM_OLDER: Final = statements(Path(__file__).with_name("from_older.sql"))
_TABLE: Final = re.compile(r"CREATE TABLE (\w+)")
_THERE: Final = {table for statement in _OLDER for table in _TABLE.findall(statement)}
_LACKING: Final = tuple(text for text in STEPS[0].both if _THERE.isdisjoint(_TABLE.findall(text)))
OLDER: Final = (Step(_OLDER),)
TODAY: Final = (*OLDER, Step((*_FROM_OLDER, *_LACKING), STEPS[0].sqlite, STEPS[0].postgres))
"""What the older centre has no trace of is made by the statements of the first schema themselves."""
_COLUMNS: Final = {
    "sqlite": """SELECT m.name, c.name, upper(c.type), c."notnull" FROM sqlite_master m JOIN pragma_table_info(m.name) c
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.name""",
    "postgres": """SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns
        WHERE table_schema = 'public' ORDER BY table_name, column_name""",
}
_OTHERS: Final = {
    "sqlite": "SELECT type, name FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL ORDER BY type, name",
    "postgres": """SELECT 'index', indexname FROM pg_indexes
        WHERE schemaname = 'public' AND indexname NOT LIKE '%_pkey%'
        UNION ALL SELECT 'trigger', tgname || tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal
        ORDER BY 1, 2""",
}


class Place:
    """A database that is not there yet, of either kind."""

    def __init__(self, dialect: Dialect, address: str) -> None:
        self.dialect, self.address = dialect, address

    def open(self) -> Store:
        if self.dialect == "sqlite":
            return SqliteStore(Path(self.address), bytes(32))
        return PostgresStore(self.address)

    @contextmanager
    def of(self, steps: tuple[Step, ...]) -> Iterator[Store]:
        """Opened by a program that has these steps."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(schema, "STEPS", steps)
            with closing(self.open()) as store:
                yield store

    def form(self, store: Store) -> list[Row]:
        with store.reading() as session:
            return session.all(_COLUMNS[self.dialect]) + session.all(_OTHERS[self.dialect])


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
    with place.of(OLDER) as store, store.writing() as session:
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


def test_every_row_is_there_and_the_journal_goes_on(older: Place) -> None:
    with older.of(TODAY) as store:
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
    with older.of(TODAY) as brought_up, new.of(STEPS) as store:
        assert older.form(brought_up) == new.form(store)


def test_the_program_before_refuses_it_and_a_step_runs_once(older: Place) -> None:
    with older.of(TODAY) as store:
        before = older.form(store)
    with pytest.raises(Refused, match="newer_database"), older.of(OLDER):
        pass
    with older.of(TODAY) as store:
        assert older.form(store) == before


def test_a_step_that_fails_leaves_everything_as_it_was(older: Place) -> None:
    broken = Step((*TODAY[1].both, "CREATE TABLE half (n {serial})", "CREATE TABLE half (n {serial})"))
    with older.of(OLDER) as store:
        before = older.form(store)
    with pytest.raises(Exception, match="half"), older.of((*OLDER, broken)):
        pass
    with older.of(OLDER) as store:
        assert older.form(store) == before
        assert standing(store)[0] == 2


def test_tables_are_made_once(store: Store) -> None:
    dialect: Dialect = "sqlite" if isinstance(store, SqliteStore) else "postgres"
    with store.writing() as session:
        assert migrate(session, dialect, STEPS) == 0
        assert migrate(session, dialect, (*STEPS, Step(("CREATE TABLE later (n {serial})",)))) == 1
        assert session.all("SELECT n FROM later") == []
        with pytest.raises(Refused, match="newer_database"):
            migrate(session, dialect, STEPS)


def test_a_step_that_fails_leaves_the_tables_as_they_were(store: Store) -> None:
    dialect: Dialect = "sqlite" if isinstance(store, SqliteStore) else "postgres"
    broken = Step(("CREATE TABLE half (n {serial})", "CREATE TABLE half (n {serial})"))
    with pytest.raises(Exception, match="half"), store.writing() as session:
        migrate(session, dialect, (*STEPS, broken))
    with store.writing() as session:
        assert migrate(session, dialect, STEPS) == 0
        session.run("CREATE TABLE half (n BIGINT)")
