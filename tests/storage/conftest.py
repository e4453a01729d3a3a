"""The stores every test of the contract runs on: in memory, the real one, and the real one on a later database."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.ports.store import Store
from tests.harness import enrolled_store
from tests.harness.enrolled_store import enrolment
from tests.harness.fakes.fake_keystore import FakeKeystore
from tests.harness.fakes.fake_store import FakeStore
from tests.storage.db import later_database


@pytest.fixture(scope="session")
def later_house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, FakeKeystore]:
    """Made once and copied for each test."""
    folder, keystore = tmp_path_factory.mktemp("later") / "data", FakeKeystore()
    later_database.lay(folder, keystore)
    return folder, keystore


@pytest.fixture(params=["memory", "sql", "later"])
def bare(request: pytest.FixtureRequest, tmp_path: Path, later_house: tuple[Path, FakeKeystore]) -> Iterator[Store]:
    """Not enrolled."""
    if request.param == "memory":
        yield FakeStore()
    else:
        keystore = FakeKeystore()
        if request.param == "later":
            made, known = later_house
            shutil.copytree(made, tmp_path, dirs_exist_ok=True)
            keystore.values |= known.values
        opened = enrolled_store.open_house(tmp_path, keystore)
        yield opened.store
        opened.close()


@pytest.fixture
def store(bare: Store) -> Store:
    bare.put_enrolment(enrolment())
    return bare


@pytest.fixture
def keystore() -> FakeKeystore:
    return FakeKeystore()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"
