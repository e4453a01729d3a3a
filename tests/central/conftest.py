"""One running centre for each module, with a shop in it; devices as the tests need them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from central.store.interface import Store
from central.store.postgres_store import PostgresStore
from tests.harness.centre_process import CentreProcess
from tests.harness.own_centre import OwnCentre, copied_centre, empty_store, make_centre
from tests.harness.postgres_server import Postgres, server
from tests.harness.wire_device import Device, centre_with_shop, enrol_device


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CentreProcess]:
    with centre_with_shop(tmp_path_factory.mktemp("centre")) as running:
        yield running


@pytest.fixture
def device(centre: CentreProcess) -> Device:
    """A device of its own, enrolled, with nothing in its journal."""
    return enrol_device(centre)


@pytest.fixture(scope="module")
def steady(centre: CentreProcess) -> Device:
    """One device for all tests of a module that leave its state as it was."""
    return enrol_device(centre)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real server, one for each worker of xdist; its database `ready` has the tables and is copied."""
    with server(in_memory=True) as running:
        PostgresStore(running.database("ready")).close()
        yield running


@pytest.fixture(scope="session")
def shared(postgres: Postgres) -> Iterator[PostgresStore]:
    """One for the tests of a worker. Its connections know the tables; those of a new database read them anew: 75 ms."""
    made = PostgresStore(postgres.database("shared", "ready"))
    yield made
    made.close()


EMPTIED: Final = """DO $$ DECLARE one record; BEGIN
SET LOCAL session_replication_role = replica;  -- rows of a journal let nobody take them out
FOR one IN SELECT oid::regclass AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
    AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0 LOOP
  EXECUTE 'DELETE FROM ' || one.name;
END LOOP;
PERFORM setval(oid::regclass, 1, false) FROM pg_class WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace;
END $$"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of either kind: what holds for one must hold for the other."""
    if request.param == "sqlite":
        made = empty_store(tmp_path)
        yield made
        made.close()
        return
    there: PostgresStore = request.getfixturevalue("shared")
    yield there
    assert there._engine.pool.checkedout() == 0, "a thread of this test goes on"  # type: ignore[attr-defined]
    with there._engine.begin() as connection:
        connection.exec_driver_sql(EMPTIED)


@pytest.fixture(scope="session", autouse=True)
def first(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is copied is made before a test changes anything."""
    copied_centre(tmp_path_factory.mktemp("first")).store.close()


@pytest.fixture
def office(store: Store, tmp_path: Path) -> OwnCentre:
    """A centre in this process, on either store."""
    return make_centre(store, tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[OwnCentre]:
    """The same, on the embedded store only: where the store makes no difference."""
    made = copied_centre(tmp_path)
    yield made
    made.store.close()
