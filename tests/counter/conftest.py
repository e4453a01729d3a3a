"""A shop on the store in memory, new for each test."""

from __future__ import annotations

import pytest

from tests.fakes.store import FakeStore
from tests.shop import Shop


@pytest.fixture
def shop() -> Shop:
    return Shop(FakeStore())


@pytest.fixture
def open_shop(shop: Shop) -> Shop:
    return shop.ready()
