"""A shop on the store in memory, new for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from protocol.journal.kj01 import read_body
from tests.harness.fakes.fake_store import FakeStore
from tests.harness.shop import Shop


@pytest.fixture
def shop() -> Iterator[Shop]:
    """Whatever a test has done, each entry says which shape its body has (docs/protocol.md, Entries)."""
    shop = Shop(FakeStore())
    yield shop
    assert {read_body(entry.record.body)["v"] for entry in shop.store.journal.export(1)} == {1}


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    return shop.ready()
