"""The two stores every test of the contract runs on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import ports
from tests.fakes.keystore import FakeKeystore
from tests.fakes.store import FakeStore
from tests.storage import house
from tests.storage.house import enrolment


@pytest.fixture(params=["memory", "sql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ports.Store]:
    """Not enrolled."""
    if request.param == "memory":
        yield FakeStore()
    else:
        opened = house.open_house(tmp_path, FakeKeystore())
        yield opened.store
        opened.close()


@pytest.fixture
def store(bare: ports.Store) -> ports.Store:
    bare.put_enrolment(enrolment())
    return bare


@pytest.fixture
def keystore() -> FakeKeystore:
    return FakeKeystore()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"
