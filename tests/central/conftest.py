"""One running centre for each module, with a shop in it; devices as the tests need them."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from central.store.interface import Store
from central.store.postgres_store import PostgresStore
from central.store.sqlite_store import SqliteStore
from tests.harness.centre_office import Office, make_office
from tests.harness.centre_process import CentreProcess
from tests.harness.postgres_server import Postgres, server
from tests.harness.wire_device import Device, centre_with_shop, enrol_device

_NUMBERS = itertools.count()


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


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store of either kind: what holds for one must hold for the other."""
    if request.param == "sqlite":
        made = SqliteStore(tmp_path / "centre.db", secrets.token_bytes(32))
        yield made
        made.close()
        return
    running: Postgres = request.getfixturevalue("postgres")
    name = f"t{next(_NUMBERS)}"
    there = PostgresStore(running.database(name, "ready"))
    yield there
    there.close()
    running.drop(name)


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Office:
    """A centre in this process, on either store."""
    return make_office(store, tmp_path)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Office]:
    """The same, on the embedded store only: where the store makes no difference."""
    made = SqliteStore(tmp_path / "centre.db", secrets.token_bytes(32))
    yield make_office(made, tmp_path)
    made.close()
